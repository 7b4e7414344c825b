"""Names: snake case, automatic numbering, and what a misspelt one may have meant."""

import difflib
import re
import threading
from collections import defaultdict
from collections.abc import Iterable


def to_snake_case(name: str) -> str:
    """Turn a class name into the prefix that Keras gives its instances' names.

    Args:
        name: a class name.

    Returns:
        The name in snake case, by the rules of Keras: a digit or a run of capitals
        does not start a new word.

    Example:

    >>> [to_snake_case(n) for n in ("Conv2D", "LSTM", "MultiHeadAttention")]
    ['conv2d', 'lstm', 'multi_head_attention']
    """
    name = re.sub(r"\W+", "", name)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


class NameCounters:
    """Numbers names: `dense`, `dense_1`, `dense_2`, ...

    Example:

    >>> names = NameCounters()
    >>> names.unique("dense"), names.unique("dense"), names.unique("lstm")
    ('dense', 'dense_1', 'lstm')
    """

    def __init__(self) -> None:
        self._next: defaultdict[str, int] = defaultdict(int)
        self._lock = threading.Lock()

    def unique(self, prefix: str) -> str:
        """Give the next name with this prefix.

        Args:
            prefix: the name without a number.

        Returns:
            The prefix itself the first time, then the prefix and a number.
        """
        with self._lock:
            count = self._next[prefix]
            self._next[prefix] += 1
        return f"{prefix}_{count}" if count else prefix

    def reset(self) -> None:
        """Start again with every prefix."""
        with self._lock:
            self._next.clear()


_counters = NameCounters()


def auto_name(prefix: str) -> str:
    """Name an object that the user did not name.

    Args:
        prefix: usually `to_snake_case(type(self).__name__)`.

    Returns:
        A name that this process has not given out for the prefix since the last
        `reset_names`.

    Example:

    >>> reset_names()
    >>> auto_name("my_layer"), auto_name("my_layer")
    ('my_layer', 'my_layer_1')
    """
    return _counters.unique(prefix)


def reset_names() -> None:
    """Start numbering again, as `keras.utils.clear_session` does."""
    _counters.reset()


def close_match(name: str, candidates: Iterable[str]) -> str | None:
    """Find the candidate that a misspelt name most likely meant.

    Args:
        name: what the user wrote.
        candidates: what they may have meant.

    Returns:
        The nearest candidate, without regard to case, or `None`.

    Example:

    >>> close_match("sparse_categorical_acuracy", ["accuracy",
    ...     "sparse_categorical_accuracy"])
    'sparse_categorical_accuracy'
    """
    by_lower_case = {each.lower(): each for each in candidates}
    found = difflib.get_close_matches(name.lower(), by_lower_case, n=1, cutoff=0.6)
    return by_lower_case[found[0]] if found else None


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """Compose the sentence for an error message, or nothing.

    Args:
        name: what the user wrote.
        candidates: what they may have meant.

    Returns:
        `"Did you mean 'relu'?"`, or an empty string when nothing is near.

    Example:

    >>> did_you_mean("rellu", ["relu", "gelu"])
    "Did you mean 'relu'?"
    >>> did_you_mean("xyz", ["relu", "gelu"])
    ''
    """
    match = close_match(name, candidates)
    return f"Did you mean {match!r}?" if match else ""
