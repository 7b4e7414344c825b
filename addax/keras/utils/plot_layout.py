"""Where the boxes of a picture go: in ranks, so that lines are short and cross little.

The method of Sugiyama, Tagawa and Toda (IEEE Trans. SMC 11, 1981): ranks by the longest
way, long lines broken at every rank, order by the mean place of neighbours.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable

_SWEEPS = 8
Line = tuple[str, str]


class Layout:
    """Ranks and places of boxes.

    Args:
        sizes: Width of each box along its rank, by its key, in order.
        lines: The lines, from key to key, without circles.
        gap: The least distance between two boxes of a rank.

    Attributes:
        rank: Each box's rank; a line leads to a higher one.
        place: The middle of each box along its rank.
        ways: For each line, the boxes and bends that it passes.
    """

    def __init__(
        self, sizes: dict[str, float], lines: Iterable[Line], gap: float
    ) -> None:
        self._sizes = dict(sizes)
        self._gap = gap
        lines = list(lines)
        self.rank = _ranks(list(sizes), lines)
        self.ways = {line: self._bend(line) for line in lines}
        self._above: dict[str, list[str]] = defaultdict(list)
        self._below: dict[str, list[str]] = defaultdict(list)
        for way in self.ways.values():
            for a, b in itertools.pairwise(way):
                self._below[a].append(b)
                self._above[b].append(a)
        rows: dict[int, list[str]] = defaultdict(list)
        for key in self._sizes:
            rows[self.rank[key]].append(key)
        self.rows = [rows[i] for i in sorted(rows)]
        self._order()
        self.place = self._places()

    def _bend(self, line: Line) -> list[str]:
        """The line's way: where it passes a rank, it takes room there."""
        source, target = line
        way = [source]
        for rank in range(self.rank[source] + 1, self.rank[target]):
            bend = f"{source}>{target}@{rank}"
            self._sizes[bend] = 0.0
            self.rank[bend] = rank
            way.append(bend)
        return [*way, target]

    def _order(self) -> None:
        for sweep in range(_SWEEPS):
            down = sweep % 2 == 0
            rows = self.rows if down else self.rows[::-1]
            neighbours = self._above if down else self._below
            for before, row in itertools.pairwise(rows):
                at = {key: i for i, key in enumerate(before)}
                old = {key: i for i, key in enumerate(row)}

                def mean(
                    key: str, at: dict[str, int] = at, old: dict[str, int] = old
                ) -> float:
                    near = [at[n] for n in neighbours[key] if n in at]  # noqa: B023
                    return sum(near) / len(near) if near else old[key]

                row.sort(key=mean)

    def _places(self) -> dict[str, float]:
        place: dict[str, float] = {}
        for row in self.rows:
            at = 0.0
            for key in row:
                place[key] = at + self._sizes[key] / 2
                at += self._sizes[key] + self._gap
            middle = (at - self._gap) / 2
            for key in row:
                place[key] -= middle
        for sweep in range(_SWEEPS):
            rows = self.rows if sweep % 2 == 0 else self.rows[::-1]
            for row in rows:
                self._pull(row, place)
        return place

    def _pull(self, row: list[str], place: dict[str, float]) -> None:
        """Moves boxes to the mean of their neighbours, as far as there is room."""
        wanted = []
        for key in row:
            near = [place[n] for n in (*self._above[key], *self._below[key])]
            wanted.append(sum(near) / len(near) if near else place[key])
        left = self._apart(row, wanted)
        right = self._apart(row[::-1], [-w for w in wanted[::-1]])[::-1]
        for key, a, b in zip(row, left, right, strict=True):
            place[key] = (a - b) / 2

    def _apart(self, row: list[str], wanted: list[float]) -> list[float]:
        found: list[float] = []
        for i, key in enumerate(row):
            at = wanted[i]
            if i:
                room = (self._sizes[row[i - 1]] + self._sizes[key]) / 2 + self._gap
                at = max(at, found[-1] + room)
            found.append(at)
        return found


def _ranks(keys: list[str], lines: list[Line]) -> dict[str, int]:
    """The longest way to each box, then sources moved down to what they feed."""
    rank = dict.fromkeys(keys, 0)
    for _ in keys:
        moved = False
        for a, b in lines:
            if rank[b] <= rank[a]:
                rank[b], moved = rank[a] + 1, True
        if not moved:
            break
    fed = {b for _, b in lines}
    for key in keys:
        after = [rank[b] for a, b in lines if a == key]
        if key not in fed and after:
            rank[key] = min(after) - 1
    return rank
