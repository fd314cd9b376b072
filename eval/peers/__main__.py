"""The table of peers: ``python -m eval.peers [SET…] [--write]``.

Gold judges everyone; our verifier has no say. A peer that is not installed is reported as
absent. ``--write`` keeps the figures in ``eval/peers.json``, from which the README's tables are
made; it is refused while a peer is absent.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence

from eval.library import available_sets
from eval.peers.compare import compare
from eval.peers.table import FILE, Comparison, citation_table, retrieval_table
from eval.questions import Split


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m eval.peers",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("sets", nargs="*", metavar="SET")
    parser.add_argument("--write", action="store_true", help="keep the figures for the README")
    options = parser.parse_args(arguments)
    os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
    complete = True
    for name in options.sets or available_sets():
        found = compare(name)
        for half in Split:
            print(f"\n## {name}, {half.value} half\n")
            print("\n".join(retrieval_table({name: found}, half)), end="\n\n")
            print("\n".join(citation_table({name: found}, half)), flush=True)
        if options.write:
            complete = _keep(name, found) and complete
    return 0 if complete else 1


def _keep(name: str, found: Comparison) -> bool:
    """Adds a set to the file, each as it is done: the next may take long."""
    absent = sorted(system for system, row in found["retrieval"].items() if "absent" in row)
    if absent:
        print(
            f"{name} is not written: {', '.join(absent)} absent. pip install 'suyuan[peers]'.",
            file=sys.stderr,
        )
        return False
    known = json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {}
    text = json.dumps({**known, name: found}, indent=1, sort_keys=True, ensure_ascii=False)
    FILE.write_text(text + "\n", encoding="utf-8")
    return True


if __name__ == "__main__":
    sys.exit(main())
