"""Split rows into parts that look alike."""

import numpy as np

TEST_SHARE = 0.2
VALIDATION_SHARE = 0.15


def split_off(
    labels: np.ndarray | None, rows: np.ndarray, share: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Take a share of the rows away, from each class alike.

    Unlike scikit-learn's, this split works for a class with one row, which stays.

    Args:
        labels: the class number of every row of the data; `None` for a regression.
        rows: which of them to split.
        share: how much to take.
        rng: decides which.

    Returns:
        The rows that stay and those taken, each in random order.

    Example:

    >>> labels = np.array([0] * 8 + [1] * 4)
    >>> stay, taken = split_off(labels, np.arange(12), 0.25, np.random.default_rng(0))
    >>> sorted(labels[taken].tolist())
    [0, 0, 1]
    """
    shuffled = rng.permutation(rows)
    if labels is None:
        groups = [shuffled]
    else:
        own = labels[shuffled]
        groups = [shuffled[own == each] for each in np.unique(own)]
    counts = [_share_of(len(group), share) for group in groups]
    taken = [group[:count] for group, count in zip(groups, counts, strict=True)]
    stay = [group[count:] for group, count in zip(groups, counts, strict=True)]
    return rng.permutation(np.concatenate(stay)), rng.permutation(np.concatenate(taken))


def split_in_three(
    labels: np.ndarray | None, count: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Split all rows into those for training, validation and test.

    Args:
        labels: the class number of every row; `None` for a regression.
        count: how many rows there are.
        rng: decides which row goes where.

    Returns:
        The rows of each part.

    Example:

    >>> parts = split_in_three(None, 100, np.random.default_rng(0))
    >>> [len(each) for each in parts]
    [68, 12, 20]
    """
    rest, test = split_off(labels, np.arange(count), TEST_SHARE, rng)
    train, validation = split_off(labels, rest, VALIDATION_SHARE, rng)
    return train, validation, test


def _share_of(count: int, share: float) -> int:
    """At least one row of two or more, and never all."""
    return min(max(round(count * share), 1), count - 1)
