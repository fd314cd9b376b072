"""The package as others get it: built, installed into a clean environment, asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    source = tmp_path_factory.mktemp("source") / "tree"
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\n")  # fmt: skip
    for name in filter(None, tracked):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", out, source],
        check=True, capture_output=True,
    )  # fmt: skip
    return next(out.glob("*.whl"))


def test_the_wheel_holds_what_it_needs_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops - {"rag", "index", "ui", "eval"} == {n for n in tops if n.endswith(".dist-info")}
    assert any(name.startswith("index/sample/") for name in names)
    assert "rag/quoting/weights.json" in names


def test_the_wheel_holds_every_tracked_file_of_the_packages(wheel: Path) -> None:
    """A file whose ending no pattern of ``package-data`` names is left out without a word."""
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "rag", "index", "ui", "eval"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\0")  # fmt: skip
    data = {n for n in tracked if n and not n.endswith(".py") and (ROOT / n).is_file()}
    assert "ui/web/static/icon.svg" in data
    assert data - set(zipfile.ZipFile(wheel).namelist()) == set()


@pytest.mark.slow
def test_the_installed_wheel_answers(wheel: Path, tmp_path: Path, home: Path) -> None:
    """The dependencies are those of this environment (they were installed from the same
    constraints); the package itself comes from the wheel alone."""
    place = tmp_path / "clean"
    venv.create(place, with_pip=False)
    python = place / "bin" / "python"
    site = next((place / "lib").glob("python*")) / "site-packages"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    ours = [p for p in sys.path if p.endswith("site-packages")]
    (site / "dependencies.pth").write_text("\n".join(ours))
    env = {k: v for k, v in os.environ.items() if k not in ("SUYUAN_CORPUS", "PYTHONPATH")}
    where = subprocess.run(
        [python, "-c", "import rag; print(rag.__file__)"],
        capture_output=True, text=True, check=True, cwd=tmp_path, env=env,
    ).stdout  # fmt: skip
    assert str(site) in where
    done = subprocess.run(
        [python, "-m", "ui.cli", "ask", "本办法从什么时候开始施行?", "--json"],
        capture_output=True, text=True, cwd=tmp_path, env=env,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["status"] == "answered"
    assert any("2025年7月1日" in claim["text"] for claim in answer["claims"])
