"""``suyuan audit``: the record of what was answered."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ui.commands import Subparsers

FORMS = ("prov", "prov-svg", "annotation")
_DESCRIPTION = "Reads, proves, exports and checks the record of what was answered."


def register(subparsers: Subparsers) -> None:
    command = subparsers.add_parser("audit", help="the record of answers", description=_DESCRIPTION)
    actions = command.add_subparsers(dest="action", metavar="ACTION", required=True)

    def action(
        name: str, run: Callable[[argparse.Namespace], int], help_: str, *named: str
    ) -> argparse.ArgumentParser:
        parser = actions.add_parser(name, help=help_, description=help_)
        for argument in named:
            parser.add_argument(argument.lower(), metavar=argument)
        parser.set_defaults(run=run)
        return parser

    whole = action("verify", verify, "reads the whole log again and says which record is not right")
    whole.add_argument("--checkpoint", type=Path, metavar="FILE", help="checkpoints kept elsewhere")
    whole.add_argument("--key", metavar="PUB", help="the log's public key, or a file of keys")
    one = action("show", show, "one record: every entry, with the texts that were kept", "ID")
    one.add_argument("--index", type=Path, metavar="DIR", help="default: the default index")
    export = action("export", export_, "one self-contained file that proves a record", "ID")
    export.add_argument("--out", type=Path, metavar="FILE", help="default: standard output")
    export.add_argument(
        "--format",
        choices=("proof", *FORMS),
        default="proof",
        help="instead of the proof: W3C PROV, the same drawn, or W3C Web Annotations",
    )
    export.add_argument("--index", type=Path, metavar="DIR", help="default: the default index")
    single = action("check", check, "checks an exported file, offline, against a key", "FILE")
    single.add_argument("--key", metavar="PUB", required=True, help="the key, or a file of keys")
    erase = action("erase", erase_, "erases a record's texts; the log still verifies", "ID")
    erase.add_argument("--reason", default="on request", help="stands in the log for good")
    again = action("replay", replay_, "gives an answer again from its record, and compares", "ID")
    again.add_argument("--index", type=Path, metavar="DIR", help="default: the default index")
    action("backup", backup, "the whole log, with the cited documents, in one file", "FILE")
    action("restore", restore_, "a log from a backup, into an empty home or database", "FILE")
    key = action("key", key_, "prints the log's public keys")
    key.add_argument("--rotate", action="store_true", help="makes a new key to sign with")


def verify(options: argparse.Namespace) -> int:
    from index.errors import UsageError
    from rag.audit.recorder import documents_folder, open_log
    from rag.audit.verification import verify_log
    from rag.audit.witness import read_checkpoints
    from rag.settings import Settings
    from ui.audit_text import report_text

    if (options.checkpoint is None) != (options.key is None):
        raise UsageError("--checkpoint and --key go together: a checkpoint proves itself by a key.")
    settings = Settings.load()
    log = open_log(settings)
    told = read_checkpoints(options.checkpoint, options.key) if options.checkpoint else ()
    shared = bool(settings.audit_url)
    report = verify_log(log.store, told, documents_folder(settings), shared=shared)
    log.store.close()
    print(report_text(report, outside=options.checkpoint is not None))
    return 0 if report.sound else 1


def show(options: argparse.Namespace) -> int:
    from index.errors import SuyuanError
    from index.store import open_index
    from rag.audit.log import as_written
    from rag.audit.recorder import documents_folder, open_log
    from rag.corpus import open_default
    from rag.settings import Settings
    from ui.audit_text import record_text

    settings = Settings.load()
    log = open_log(settings)
    answer = log.answer_called(options.id)
    current: dict[str, str] | None = None
    try:
        index = open_index(options.index) if options.index else open_default(settings)
        current = {document.name: document.sha256 for document in index.documents}
    except SuyuanError as error:
        if options.index:
            raise
        print(f"suyuan: whether newer texts exist cannot be told: {error}", file=sys.stderr)
    kept = documents_folder(settings)
    with as_written():
        text = record_text(log.entries_of(answer), log.openings_of(answer), kept, current)
    print(text)
    return 0


def export_(options: argparse.Namespace) -> int:
    from rag.audit.keys import open_keys
    from rag.audit.log import as_written
    from rag.audit.proof import check_proof, make_proof
    from rag.audit.recorder import open_log
    from rag.settings import Settings

    settings = Settings.load()
    log = open_log(settings)
    if options.format == "proof":
        keyring = open_keys(settings.home / "audit" / "keys")
        with as_written():
            text = json.dumps(make_proof(log, keyring, options.id), ensure_ascii=False, indent=1)
        check_proof(text, keyring.public)  # nobody is handed a proof that does not hold
    else:
        from ui.audit_forms import standard_form

        with as_written():
            text = standard_form(options.format, log, options.id, settings, options.index)
    if options.out is None:
        print(text)
    else:
        _write(options.out, text + "\n")
    return 0


def _write(path: Path, text: str) -> None:
    from index.errors import WriteError

    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        why = error.strerror
        raise WriteError(f"{path} cannot be written ({why}). Choose another place.") from error


def check(options: argparse.Namespace) -> int:
    from index.errors import SourceUnreadable
    from rag.audit.proof import check_proof
    from rag.audit.witness import public_keys

    try:
        text = Path(options.file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise SourceUnreadable(
            f"{options.file} cannot be read ({why}). Give a file that suyuan audit export wrote."
        ) from error
    print(check_proof(text, public_keys(options.key)))
    return 0


def erase_(options: argparse.Namespace) -> int:
    from rag.audit.recorder import open_log, publisher_for
    from rag.settings import Settings

    settings = Settings.load()
    log = open_log(settings)
    answer = log.answer_called(options.id)
    try:
        count = log.erase(answer, options.reason)
    finally:
        _forget_in_chat(settings.home / "web" / "web.sqlite3", answer)
    publisher_for(settings, log).publish()
    if count:
        print(
            f"{count} texts erased; the log still verifies. Copies that were made before are not: "
            "exported files, backups."
        )
    else:
        print("nothing to erase: this record's texts were erased before.")
    return 0


def _forget_in_chat(path: Path, answer: str) -> None:
    """Also what the web chat keeps so that links to answers work."""
    if path.exists():
        from ui.web.store import Store

        store = Store(path)
        store.forget(answer)
        store.close()


def replay_(options: argparse.Namespace) -> int:
    from rag.audit.recorder import documents_folder, open_log
    from rag.audit.replay import replay
    from rag.pipeline import Pipeline
    from rag.settings import Settings

    # Neither a new record nor a model: what was recorded is compared, not what is configured.
    settings = dataclasses.replace(Settings.load(), audit=False, llm="")
    log = open_log(settings)
    answer = log.answer_called(options.id)
    pipeline = Pipeline.open(options.index, settings)
    steps = replay(log, answer, pipeline, documents_folder(settings))
    for step in steps:
        print(f"{step.name}: {step.words or 'same'}")
    return 0 if all(step.same for step in steps) else 1


def backup(options: argparse.Namespace) -> int:
    from rag.audit.backup import back_up
    from rag.audit.recorder import open_log
    from rag.settings import Settings

    settings = Settings.load()
    count = back_up(open_log(settings), settings.home / "audit", Path(options.file))
    print(f"{count} entries in {options.file}. The private key is not in it; keep both apart.")
    return 0


def restore_(options: argparse.Namespace) -> int:
    from rag.audit.backup import restore
    from rag.audit.recorder import new_log
    from rag.settings import Settings

    settings = Settings.load()
    count = restore(Path(options.file), lambda: new_log(settings), settings.home / "audit")
    print(f"{count} entries restored.")
    return 0


def key_(options: argparse.Namespace) -> int:
    from rag.audit.keys import open_keys, rotate
    from rag.settings import Settings

    folder = Settings.load().home / "audit" / "keys"
    keyring = rotate(folder) if options.rotate else open_keys(folder)
    print("\n".join(str(public) for public in keyring.public))
    return 0
