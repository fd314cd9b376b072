"""``suyuan build``: files and folders to an index."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import UsageError
from rag.settings import Settings
from ui.commands.progress import to_stderr

if TYPE_CHECKING:
    from ui.commands import Subparsers


def register(subparsers: Subparsers) -> None:
    command = subparsers.add_parser(
        "build",
        help="files or folders -> an index",
        description="Reads text and Markdown files and builds an index that answers from them. "
        "The old index, if any, stays in place until the new one is complete.",
    )
    command.add_argument("sources", nargs="*", metavar="SOURCE", help="a file or folder")
    command.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="where the index goes (default: the folder under SUYUAN_HOME where a question to "
        "these sources, as SUYUAN_CORPUS, looks for it)",
    )
    command.add_argument(
        "--check",
        type=Path,
        metavar="DIR",
        help="hash every file of the index in DIR against its manifest, and build nothing",
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    if options.check is not None:
        return _check(options.check)
    if not options.sources:
        raise UsageError("nothing to build from. Give files or folders: suyuan build SOURCE…")
    from index.build import build_index
    from index.encoder import open_encoder
    from index.reading import read_sources
    from rag.corpus import index_folder

    settings = Settings.load()
    progress = to_stderr()
    progress("reading")
    documents = tuple(read_sources(options.sources, progress))
    encoder = open_encoder(settings.embedder or None, home=settings.home, progress=progress)
    out = options.out or index_folder(documents, encoder, settings)
    manifest = build_index(documents, out, encoder, progress)
    counts = manifest.counts
    print(
        f"{out}: {counts.documents} documents, {counts.paragraphs} paragraphs, "
        f"{counts.sentences} sentences; index {manifest.sha256[:12]}\n"
        f'ask it: suyuan ask "…" --index {shlex.quote(str(out))}'
    )
    return 0


def _check(folder: Path) -> int:
    from index.store import check_index

    manifest = check_index(folder)
    print(f"{folder}: all {len(manifest.files)} files match the manifest {manifest.sha256[:12]}")
    return 0
