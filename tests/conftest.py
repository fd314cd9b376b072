"""What tests share: one home with the model converted once, one index of the sample."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.build import build_index
from index.encoder import Encoder, open_encoder
from index.reading import read_sources
from index.store import Index, open_index
from ui.cli import quiet_libraries

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "index" / "sample"

quiet_libraries()


def shared_home() -> Path:
    """Kept between runs: converting the model takes half a minute."""
    given = os.environ.get("SUYUAN_HOME")
    return Path(given) if given else ROOT / "build" / "home"


@pytest.fixture(scope="session", autouse=True)
def home() -> Iterator[Path]:
    """``SUYUAN_HOME`` of the tests: the models are shared, records and indexes are not."""
    models = shared_home() / "models"
    models.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="suyuan-test-") as folder:
        (Path(folder) / "models").symlink_to(models, target_is_directory=True)
        before = {k: os.environ.get(k) for k in ("SUYUAN_HOME", "SUYUAN_CORPUS")}
        os.environ["SUYUAN_HOME"] = folder
        os.environ["SUYUAN_CORPUS"] = str(SAMPLE)
        yield Path(folder)
        for key, value in before.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value


@pytest.fixture(scope="session")
def encoder(home: Path) -> Encoder:
    return open_encoder(home=home)


@pytest.fixture(scope="session")
def sample_index(home: Path, encoder: Encoder) -> Index:
    folder = home / "sample-index"
    build_index(read_sources([SAMPLE]), folder, encoder)
    return open_index(folder, encoder)
