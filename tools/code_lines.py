"""Print the lines of code in each folder, without comments, docstrings and blanks.

Size is a cost that a reviewer should see; `.ci/run` prints this table on every run.

Usage: python tools/code_lines.py [FOLDER ...]
"""

import ast
import io
import sys
import tokenize
from collections import Counter
from pathlib import Path

_NOT_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}


def code_lines(source: str) -> int:
    """Count the lines that hold code.

    Args:
        source: the text of a Python file.

    Returns:
        The number of lines with at least one token that is neither a comment nor
        part of a docstring.

    Example:

    >>> code_lines('"Docstring."\\n\\nx = 1  # a comment\\n')
    1
    """
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _NOT_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines - _docstring_lines(ast.parse(source)))


def _docstring_lines(tree: ast.Module) -> set[int]:
    lines: set[int] = set()
    for node in ast.walk(tree):
        match node:
            # A body that starts with a string is a docstring, or as good as one.
            case (
                ast.Module(body=[first, *_])
                | ast.ClassDef(body=[first, *_])
                | ast.FunctionDef(body=[first, *_])
                | ast.AsyncFunctionDef(body=[first, *_])
            ) if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                last = first.end_lineno or first.lineno
                lines.update(range(first.lineno, last + 1))
    return lines


def main(folders: list[str]) -> None:
    """Print one row a folder, and the total.

    Args:
        folders: where to count; every folder below with Python files has a row.
    """
    counts: Counter[str] = Counter()
    files: Counter[str] = Counter()
    for folder in folders:
        for path in sorted(Path(folder).rglob("*.py")):
            counts[str(path.parent)] += code_lines(path.read_text(encoding="utf-8"))
            files[str(path.parent)] += 1
    print(f"{'code lines':>10}  {'files':>5}  folder")
    for name in sorted(counts):
        print(f"{counts[name]:>10,}  {files[name]:>5}  {name}")
    print(f"{counts.total():>10,}  {files.total():>5}  in all")


if __name__ == "__main__":
    main(sys.argv[1:] or ["addax"])
