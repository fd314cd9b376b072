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
    compared: Comparison = {}
    for name in options.sets or available_sets():
        compared[name] = compare(name)
        for half in Split:
            print(f"\n## {name}, {half.value} half\n")
            print("\n".join(retrieval_table({name: compared[name]}, half)), end="\n\n")
            print("\n".join(citation_table({name: compared[name]}, half)), flush=True)
    if not options.write:
        return 0
    absent = sorted(
        system
        for comparison in compared.values()
        for system, found in comparison["retrieval"].items()
        if "absent" in found
    )
    if absent:
        print(f"not written: {', '.join(absent)} absent. pip install 'suyuan[peers]'.",
              file=sys.stderr)  # fmt: skip
        return 1
    known = json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {}
    text = json.dumps({**known, **compared}, indent=1, sort_keys=True, ensure_ascii=False)
    FILE.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
