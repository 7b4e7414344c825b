"""Runs the Python blocks of a document in order, verbatim, in one namespace.

Run by `addax run`, so that `tensorflow` and `keras` stand for addax:

    addax run run_document.py document.txt stand_ins.json report.json

`stand_ins.json` gives, for the number of a block, code for what the document itself
never defines; it runs before the block. `report.json` receives, for each block, the
error in it or null.
"""

from __future__ import annotations

import json
import linecache
import re
import sys
import traceback
from pathlib import Path
from textwrap import dedent

_FENCE = re.compile(
    r"^[ ]*```(?P<language>\w*)[^\n]*\n(?P<code>.*?)^[ ]*```[ ]*$", re.M | re.S
)


def main(document: str, stand_ins: str, report: str) -> None:
    text = Path(document).read_text(encoding="utf-8")
    before = json.loads(Path(stand_ins).read_text())
    namespace = {"__name__": "__main__"}
    results = {}
    for number, fence in enumerate(_FENCE.finditer(text), 1):
        if fence["language"] != "python":
            continue
        code, line = dedent(fence["code"]), text.count("\n", 0, fence.start("code"))
        exec(before.get(str(number), ""), namespace)
        # Blank lines before it give errors the line numbers of the document.
        code, name = "\n" * line + code, f"{document}, block {number}"
        linecache.cache[name] = len(code), None, code.splitlines(True), name
        try:
            exec(compile(code, name, "exec"), namespace)
            results[number] = None
        except Exception:
            results[number] = traceback.format_exc()
        Path(report).write_text(json.dumps(results))


main(*sys.argv[1:])
