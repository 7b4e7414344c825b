"""How the commands speak: short, aligned, in colour only on a terminal."""

import sys

from rich.console import Console
from rich.text import Text

# No highlighting: rich would colour every number in a sentence.
console = Console(highlight=False)
_errors = Console(stderr=True, highlight=False)


def title(name: str, about: str) -> None:
    """Open a command's output.

    Args:
        name: the command.
        about: what it works on.
    """
    console.print()
    console.print(f"[bold cyan]{name}[/]  {about}", soft_wrap=True)


def step(text: str) -> None:
    """Announce the next part of the work.

    Args:
        text: a few words.
    """
    console.print()
    console.print(f"[bold]{text}[/]", soft_wrap=True)


def note(text: str) -> None:
    """Say something by the way.

    Args:
        text: one sentence.
    """
    console.print(f"  {text}", style="dim", markup=False, soft_wrap=True)


def plain(text: str) -> None:
    """Print text as it is, without markup or wrapping.

    Args:
        text: any text.
    """
    console.print(text, markup=False, soft_wrap=True)


def rows(lines: list[tuple[str, str]]) -> None:
    """Print two columns.

    Args:
        lines: a name and what it is, each.
    """
    width = max((len(name) for name, _ in lines), default=0)
    for name, about in lines:
        text = Text("  ").append(name.ljust(width), "green").append(f"  {about}")
        console.print(text, soft_wrap=True)


def fail(message: str) -> None:
    """Print an error message.

    Args:
        message: in three parts, as `explain` composes it.
    """
    fact, _, rest = message.partition("\n")
    _errors.print("[bold red]error:[/] ", end="")
    _errors.print(fact, markup=False, soft_wrap=True)
    if rest:
        _errors.print(rest, markup=False, soft_wrap=True)


def is_live() -> bool:
    """Tell whether a progress bar makes sense.

    Returns:
        Whether the output goes to a terminal.
    """
    return sys.stdout.isatty()
