"""The real thing: ``suyuan serve`` as a process, the real index of the sample, a real browser."""

import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.ui.web.asking import ask, highlighted, wait_until_in_view

ROOT = Path(__file__).parents[3]
SECONDS = 180
QUESTIONS = (
    "规则从什么时候起施行？",
    "智能系统可以代替工作人员作出决定吗？",
    "居民对智能系统的答复有异议怎么办？",
    "记录应当保存多长时间？",
    "火星基地由谁管理？",
)


def start(arguments, **environment):
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"} | environment
    env.pop("SUYUAN_TOKEN", None)
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def first_line(process):
    ready, _, _ = select.select([process.stdout], [], [], SECONDS)
    assert ready, "serve said nothing"
    return process.stdout.readline()


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return tmp_path_factory.mktemp("serve") / "connections.log"


@pytest.fixture(scope="module")
def real(home, encoder, log):
    """The address of a real server, its index built; the model was made by ``encoder``."""
    log.touch()
    watched = str(Path(__file__).with_name("watched_serve.py"))
    process = start([watched, str(log), "--port", "0"], SUYUAN_HOME=str(home))
    try:
        address = re.search(r"http://127\.0\.0\.1:\d+", first_line(process))[0]
        deadline = time.monotonic() + SECONDS
        while httpx.get(f"{address}/api/health").json()["status"] != "ok":
            assert time.monotonic() < deadline
            time.sleep(0.2)
        yield address, process
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=SECONDS)


def test_a_newcomer_asks_and_follows_citations(open_page, real):
    address, _ = real
    page = open_page(address)
    states = []
    for question in QUESTIONS:
        turn = ask(page, question)
        states.append(turn.get_attribute("data-status"))
        chips = turn.locator(".chip")
        if not chips.count():
            continue
        chips.first.click()
        page.wait_for_selector("mark.active")
        wait_until_in_view(page, ".reader mark.active")
        shown = turn.locator(".claim").first.inner_text()
        if turn.locator(".claim.quoted").count():
            assert shown.startswith(highlighted(page))
    assert states.count("answered") >= 2
    assert states[-1] == "refused"


def test_examples_of_the_sample_are_answered(real):
    address, _ = real
    examples = httpx.get(f"{address}/api/examples", timeout=60).json()["examples"]
    assert len(examples) >= 3
    for question in examples:
        answer = httpx.post(f"{address}/api/ask", json={"question": question}, timeout=60).json()
        assert answer["status"] == "answered", question


def test_an_upload_is_indexed_for_real(real):
    address, _ = real
    text = "# 云溪市图书馆管理办法\n\n第一条 云溪市图书馆借书不收取押金。\n"
    with httpx.Client(base_url=address, timeout=60) as client:
        client.get("/")
        sent = client.post("/api/documents?name=a.md", content=text.encode())
        name = sent.json()["name"]
        deadline = time.monotonic() + SECONDS
        while client.get("/api/documents").json()["indexing"]:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        body = {"question": "云溪市图书馆借书收押金吗？", "documents": [name]}
        answer = client.post("/api/ask", json=body).json()
        assert {hit["document"] for hit in answer["hits"]} == {name}
        both = client.post("/api/ask", json={"question": body["question"]}).json()
        assert both["hits"][0]["document"] == name
        assert len({hit["document"] for hit in both["hits"]}) == 2
    stranger = httpx.post(f"{address}/api/ask", json=body, timeout=60).json()
    assert stranger["hits"] == []
    assert httpx.get(f"{address}/api/documents/{name}").status_code == 404


def test_nothing_left_the_machine(real, log):
    """After all that: no name looked up, no connection made beyond loopback, and the only
    sockets the process holds are local."""
    _, process = real
    assert "LEFT THE MACHINE" not in log.read_text()
    inodes = set()
    for link in Path(f"/proc/{process.pid}/fd").iterdir():
        try:
            target = os.readlink(link)
        except OSError:
            continue
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for row in Path(f"/proc/{process.pid}/net/{table}").read_text().splitlines()[1:]:
            fields = row.split()
            if fields[9] in inodes:
                local = fields[1].split(":")[0]
                assert local in ("0100007F", "00000000000000000000000001000000"), row


def test_interrupt_ends_it_cleanly(home, encoder):
    process = start(["-m", "ui.cli", "serve", "--port", "0"], SUYUAN_HOME=str(home))
    first_line(process)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=SECONDS)
    assert process.returncode in (0, 130)
    assert "Traceback" not in errors


def test_faults_at_the_start_are_told(tmp_path, home):
    busy = socket.socket()
    busy.bind(("127.0.0.1", 0))
    busy.listen()
    port = str(busy.getsockname()[1])
    for arguments, code, words in (
        (["--port", port], 1, "--port"),
        (["--host", "0.0.0.0"], 2, "SUYUAN_TOKEN"),
        (["--port", "0", "--index", str(tmp_path / "none")], 2, "suyuan build"),
    ):
        process = start(["-m", "ui.cli", "serve", *arguments], SUYUAN_HOME=str(home))
        _, errors = process.communicate(timeout=SECONDS)
        assert process.returncode == code, errors
        assert words in errors
        assert "Traceback" not in errors
    busy.close()
