"""Which labels a sequence of logits most likely has: `tf.nn.ctc_..._decoder`."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax.core import convert, scope
from addax.ops import ctc_decode as ops
from addax.ops import shape as shapes
from addax.ops.sparse import SparseTensor
from addax.tf._rules import operand


def ctc_greedy_decoder(
    inputs: Any,
    sequence_length: Any,
    merge_repeated: bool = True,
    blank_index: int | None = None,
) -> tuple[list[SparseTensor], Any]:
    """The best class of each step, without repetitions and blanks.

    Args:
        inputs: Logits `(time, batch, classes)`.
        sequence_length: How many time steps count, `(batch,)`.
        merge_repeated: Whether equal classes in a row are one label.
        blank_index: The class that stands for no label: the last if not given;
            negative numbers count from the end.

    Returns:
        A list of one sparse tensor of labels `(batch, labels)`, and minus the sum of
        the best logits, `(batch, 1)`.

    Example:

    >>> import numpy as np
    >>> from addax import tf
    >>> logits = np.eye(3, dtype="float32")[[0, 0, 2, 1]][:, None]
    >>> (labels,), _ = tf.nn.ctc_greedy_decoder(logits, [4])
    >>> tf.sparse.to_dense(labels).numpy().tolist()
    [[0, 1]]
    """
    blank = -1 if blank_index is None else int(blank_index)
    return _decoded(
        inputs, sequence_length, blank, strategy="greedy", merge_repeated=merge_repeated
    )


def ctc_beam_search_decoder(
    inputs: Any, sequence_length: Any, beam_width: int = 100, top_paths: int = 1
) -> tuple[list[SparseTensor], Any]:
    """The best sequences of labels over all their timings.

    Args:
        inputs: Logits `(time, batch, classes)`; the last class stands for no label.
        sequence_length: How many time steps count, `(batch,)`.
        beam_width: How many sequences the search keeps at each step.
        top_paths: How many it returns.

    Returns:
        A list of `top_paths` sparse tensors of labels `(batch, labels)`, and their
        log-probabilities `(batch, top_paths)`.
    """
    search = {"beam_width": int(beam_width), "top_paths": int(top_paths)}
    return _decoded(inputs, sequence_length, -1, strategy="beam_search", **search)


def _decoded(
    inputs: Any, lengths: Any, blank: int, **how: Any
) -> tuple[list[SparseTensor], Any]:
    scope.host_only(
        "How many labels there are, the decoder knows only when it runs.",
        "Use tf.keras.ops.ctc_decode, which fills up with -1.",
    )
    x = shapes.swapaxes(operand(inputs), 0, 1)
    mask = blank % x.shape[-1]
    labels, scores = ops.ctc_decode(x, operand(lengths), mask_index=mask, **how)
    found = [_sparse(path) for path in np.asarray(labels)]
    return found, scores


def _sparse(labels: np.ndarray[Any, Any]) -> SparseTensor:
    """Rows of labels that end at the first -1."""
    there = labels >= 0
    longest = int(there.sum(-1).max(initial=0))
    values = convert(labels[there].astype("int64"))
    return SparseTensor(np.argwhere(there), values, (len(labels), longest))
