"""Speed and memory beside stock LangChain, same model, same document, one run.

    python -m eval.bench.speed [--runs 5]

The peer is what LangChain's tutorial builds: RecursiveCharacterTextSplitter 500/50,
HuggingFaceEmbeddings, FAISS, loaded from disk. Both sides start cold with their index already
built, in processes of their own, taking turns, so that a slow moment of the machine hits both.
Needs the extra ``bench``.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence

from index.home import data_home
from rag.corpus import default_sources
from rag.settings import Settings

QUESTIONS = (
    "论坛是什么时候召开的?", "谁负责?", "有哪几种路径?", "为什么要这样做?", "什么是治理?",
    "责任由谁承担?", "有什么风险?", "应当如何公开?", "需要哪些条件?", "数据怎样管理?",
)  # fmt: skip

_TIMING = """
import json, os, resource, sys, time
def report(**figures):
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**figures, "peak_mb": peak}))
"""

OURS = (
    _TIMING
    + """
from rag.pipeline import Pipeline
pipeline = Pipeline.open()
first = pipeline.answer(sys.argv[1])
cold = time.time() - float(os.environ["BENCH_STARTED"])
times = []
for question in json.loads(sys.argv[2]):
    begin = time.perf_counter(); pipeline.retrieve(question, 4)
    times.append(time.perf_counter() - begin)
report(cold=cold, warm=sorted(times)[len(times) // 2])
"""
)

PEER = (
    _TIMING
    + """
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_community.vectorstores import FAISS
embeddings = HuggingFaceEmbeddings(model_name=sys.argv[3], model_kwargs={"device": "cpu"})
store = FAISS.load_local(sys.argv[4], embeddings, allow_dangerous_deserialization=True)
first = store.similarity_search("query: " + sys.argv[1], k=4)
cold = time.time() - float(os.environ["BENCH_STARTED"])
times = []
for question in json.loads(sys.argv[2]):
    begin = time.perf_counter(); store.similarity_search("query: " + question, k=4)
    times.append(time.perf_counter() - begin)
report(cold=cold, warm=sorted(times)[len(times) // 2])
"""
)

BUILD_PEER = """
import sys
from pathlib import Path
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_community.vectorstores import FAISS
from langchain_text_splitters import RecursiveCharacterTextSplitter
texts = [Path(name).read_text(encoding="utf-8") for name in sys.argv[3:]]
chunks = RecursiveCharacterTextSplitter(chunk_size=500, chunk_overlap=50).create_documents(texts)
embeddings = HuggingFaceEmbeddings(model_name=sys.argv[1], model_kwargs={"device": "cpu"})
FAISS.from_texts(["passage: " + c.page_content for c in chunks], embeddings).save_local(sys.argv[2])
"""


def run(program: str, *arguments: str) -> dict[str, float]:
    import time

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "BENCH_STARTED": str(time.time()), "HF_HUB_OFFLINE": "1"},
        check=False,
    )
    if done.returncode:
        sys.exit(f"a side failed:\n{done.stderr[-2000:]}")
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.bench.speed", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args(arguments)
    rest = json.dumps(QUESTIONS, ensure_ascii=False)
    run(OURS, QUESTIONS[0], rest)  # builds the index and converts the model on first use
    model = str(next((data_home() / "models").glob("multilingual-e5-small-*/st")))
    sources = [str(path) for path in default_sources(Settings.load())]
    with tempfile.TemporaryDirectory() as folder:
        built = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", BUILD_PEER, model, folder, *sources],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if built.returncode:
            sys.exit(
                "the peer cannot be built. If it is not installed: pip install '.[bench]'\n"
                + built.stderr[-2000:]
            )
        pairs = [
            (run(OURS, QUESTIONS[0], rest), run(PEER, QUESTIONS[0], rest, model, folder))
            for _ in range(options.runs)
        ]
    print("| | Suyuan | stock LangChain | ratio, median of pairs |\n|---|---|---|---|")
    for name, unit, scale in (
        ("cold process to first answer", "s", 1.0),
        ("warm retrieval", "ms", 1000.0),
        ("peak memory", "MB", 1.0),
    ):
        key = {"c": "cold", "w": "warm", "p": "peak_mb"}[name[0]]
        ours = statistics.median(a[key] for a, _ in pairs) * scale
        peer = statistics.median(b[key] for _, b in pairs) * scale
        ratio = statistics.median(b[key] / a[key] for a, b in pairs)
        how = f"{ratio:.1f} times less" if key != "peak_mb" else f"{1 / ratio:.2f} of it"
        print(f"| {name} | {ours:.2f} {unit} | {peer:.2f} {unit} | {how} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
