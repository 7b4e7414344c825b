"""What addax says while it works: on standard output, or in the log."""

from __future__ import annotations

import logging
import sys

from addax.keras import config

_log = logging.getLogger("addax")


def say(text: str, end: str = "\n") -> None:
    """Prints a message, or logs it if `disable_interactive_logging()` was called.

    Args:
        text: The message.
        end: What to print after it.
    """
    if not config.is_interactive_logging_enabled():
        if text.strip():
            _log.info(text.strip())
        return
    try:
        sys.stdout.write(text + end)
    except UnicodeEncodeError:
        # An old Windows console, or LANG=C: the bar becomes question marks, the
        # numbers stay.
        encoding = sys.stdout.encoding or "ascii"
        shown = (text + end).encode(encoding, "replace").decode(encoding)
        sys.stdout.write(shown)
    sys.stdout.flush()
