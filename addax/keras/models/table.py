"""Tables of text in the look of Keras 3."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_CODES = {"bold": "\x1b[1m", "green": "\x1b[32m"}


class Column(NamedTuple):
    """A column: its title, and on which side its text is (`<`, `>` or `^`)."""

    title: str
    align: str = "<"


def draw_table(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], widths: Sequence[int]
) -> Iterator[str]:
    """The lines of a table.

    Args:
        columns: Titles and alignments.
        rows: The texts; those that are too long are wrapped, long words cut.
        widths: How wide each column is, one blank on either side included.

    Yields:
        Lines of equal length.

    Example:

    >>> lines = draw_table([Column("a"), Column("b", ">")], [["x", "1"]], [5, 5])
    >>> print("\\n".join(lines))
    ┏━━━━━┳━━━━━┓
    ┃ a   ┃   b ┃
    ┡━━━━━╇━━━━━┩
    │ x   │   1 │
    └─────┴─────┘
    """
    yield _rule("┏━┳┓", widths)
    titles = [_wrap(c.title, w - 2) for c, w in zip(columns, widths, strict=True)]
    height = max(map(len, titles))
    # Titles stand on the line below them.
    cells = [[""] * (height - len(each)) + each for each in titles]
    yield from _lines(cells, columns, widths, "┃")
    yield _rule("┡━╇┩", widths)
    for i, row in enumerate(rows):
        if i:
            yield _rule("├─┼┤", widths)
        texts = [_wrap(t, w - 2) for t, w in zip(row, widths, strict=True)]
        yield from _lines(texts, columns, widths, "│")
    yield _rule("└─┴┘", widths)


def _rule(parts: str, widths: Sequence[int]) -> str:
    left, line, middle, right = parts
    return left + middle.join(line * width for width in widths) + right


def _lines(
    cells: Sequence[list[str]],
    columns: Sequence[Column],
    widths: Sequence[int],
    border: str,
) -> Iterator[str]:
    for i in range(max(map(len, cells))):
        shown = [
            f" {(cell[i] if i < len(cell) else ''):{column.align}{width - 2}} "
            for cell, column, width in zip(cells, columns, widths, strict=True)
        ]
        yield border + border.join(shown) + border


def _wrap(text: str, width: int) -> list[str]:
    lines = textwrap.wrap(
        text, width, break_long_words=False, break_on_hyphens=False
    ) or [""]
    return [line if len(line) <= width else f"{line[: width - 1]}…" for line in lines]


def style(text: str, name: str, wanted: bool = True) -> str:
    """Text in bold or in a colour, where the terminal shows it.

    Args:
        text: The text.
        name: `"bold"` or `"green"`.
        wanted: Whether it goes to the terminal at all.

    Returns:
        The text, within codes or plain.
    """
    if not wanted or not getattr(sys.stdout, "isatty", lambda: False)():
        return text
    return f"{_CODES[name]}{text}\x1b[0m"
