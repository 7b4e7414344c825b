"""What the commands take."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from benchmarks._peers import PEERS, USUAL


@dataclass(frozen=True)
class Options:
    """What to measure.

    Attributes:
        cases: Names of cases; all if there are none.
        peers: Names of peers.
        rounds: How many times each is timed, in turn.
        patience: A peer is left out of further rounds when it has taken so many
            seconds in them.
        gpu: Whether peers may use a GPU.
    """

    cases: tuple[str, ...] = ()
    peers: tuple[str, ...] = USUAL
    rounds: int = 3
    patience: float = 5.0
    gpu: bool = False

    @classmethod
    def command(cls, run: Callable[[Options], Iterable[Any]], doc: str | None) -> None:
        """A part of the suite by itself: measures, and prints the tables."""
        parser = cls.add(argparse.ArgumentParser(description=doc))
        for _ in run(cls.of(parser.parse_args())):
            pass

    @classmethod
    def add(cls, parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
        """Adds the arguments that say what to measure."""
        known = ", ".join(PEERS)
        parser.add_argument("--cases", type=_names, default=(), help="a,b,...")
        parser.add_argument(
            "--peers", type=_names, default=(), help=f"of: {known}", metavar="A,B"
        )
        parser.add_argument("--rounds", type=int, default=cls.rounds)
        parser.add_argument("--patience", type=float, default=cls.patience)
        parser.add_argument("--device", choices=("cpu", "gpu"), default="cpu")
        return parser

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> Options:
        """The arguments that were given."""
        a = arguments
        wrong = [p for p in a.peers if p not in PEERS]
        if wrong:
            raise SystemExit(f"no such peers: {wrong}; there are {', '.join(PEERS)}")
        gpu = a.device == "gpu"
        return cls(a.cases, a.peers or USUAL, a.rounds, a.patience, gpu)


def _names(text: str) -> tuple[str, ...]:
    """Names between commas; `deep@width=8,depth=2` is one name."""
    names: list[str] = []
    for part in filter(None, text.split(",")):
        if "=" in part and "@" not in part and names:
            names[-1] += "," + part
        else:
            names.append(part)
    return tuple(names)
