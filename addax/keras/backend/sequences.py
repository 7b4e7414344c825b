"""Loops and labels without timing: functions of `keras.backend`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from addax.core import convert
from addax.keras import config
from addax.ops import ctc, math, recurrent, scans, shape
from addax.ops import ctc_decode as decoding
from addax.ops.sparse.tensor import SparseTensor

Fn = Callable[..., Any]


def map_fn(fn: Fn, elems: Any, name: Any = None, dtype: Any = None) -> Any:
    """Applies a function to each entry along the first axis."""
    return scans.map(fn, elems)


def foldl(fn: Fn, elems: Any, initializer: Any = None, name: Any = None) -> Any:
    """`fn(... fn(fn(initializer, first), second) ..., last)`.

    Args:
        fn: A function of the result so far and an entry.
        elems: A tensor; its entries along the first axis count.
        initializer: The first result; the first entry if not given.
        name: Kept for Keras's signature.
    """
    return _fold(fn, convert(elems), initializer, False)


def foldr(fn: Fn, elems: Any, initializer: Any = None, name: Any = None) -> Any:
    """`foldl` from the last entry to the first."""
    return _fold(fn, convert(elems), initializer, True)


def _fold(fn: Fn, elems: Any, start: Any, backwards: bool) -> Any:
    if start is None:
        start, elems = (elems[-1], elems[:-1]) if backwards else (elems[0], elems[1:])

    def step(so_far: Any, entry: Any) -> Any:
        result = fn(so_far, entry)
        return result, result

    return scans.scan(step, convert(start), elems, reverse=backwards)[0]


def rnn(
    step_function: Fn,
    inputs: Any,
    initial_states: Any,
    go_backwards: bool = False,
    mask: Any = None,
    constants: Any = None,
    unroll: bool = False,
    input_length: Any = None,
    time_major: bool = False,
    zero_output_for_mask: bool = False,
    return_all_outputs: bool = True,
) -> tuple[Any, Any, list[Any]]:
    """Runs a step along a sequence.

    Args:
        step_function: A function of an entry and a list of states, then constants, that
            returns an output and the new states.
        inputs: A tensor `(batch, steps, ...)`.
        initial_states: The first states.
        go_backwards: Whether to start at the end.
        mask: Booleans `(batch, steps)`: where false, states stay.
        constants: Tensors that each step gets after its states.
        unroll: Whether the steps are written out.
        input_length: Kept for Keras's signature.
        time_major: Whether the steps come before the batch.
        zero_output_for_mask: Whether outputs of masked steps are 0.
        return_all_outputs: Whether the outputs of all steps are wanted.

    Returns:
        The last output, all outputs (only the last if no others are wanted), and the
        last states.
    """
    xs = convert(inputs)
    if time_major:
        xs = shape.swapaxes(xs, 0, 1)
        mask = None if mask is None else shape.swapaxes(mask, 0, 1)
    more = list(constants or ())

    def step(x: Any, states: list[Any]) -> tuple[Any, list[Any]]:
        output, new = step_function(x, [*states, *more])
        return output, list(new)

    last, outputs, states = recurrent.run_cell(
        step,
        xs,
        [convert(s) for s in initial_states],
        mask=None if mask is None else convert(mask, "bool"),
        unroll=unroll,
        backwards=go_backwards,
        zero_masked=zero_output_for_mask,
    )
    if not return_all_outputs:
        outputs = shape.expand_dims(last, 1)
    return last, shape.swapaxes(outputs, 0, 1) if time_major else outputs, states


def ctc_batch_cost(
    y_true: Any, y_pred: Any, input_length: Any, label_length: Any
) -> Any:
    """The CTC loss of each sample, `(batch, 1)`; the last class stands for no label.

    Args:
        y_true: Class numbers `(batch, labels)`.
        y_pred: Probabilities `(batch, time, classes)`.
        input_length: How many time steps count, `(batch, 1)`.
        label_length: How many labels count, `(batch, 1)`.
    """
    logits = _log(y_pred)
    lengths = [
        shape.reshape(convert(n, "int32"), (-1,)) for n in (label_length, input_length)
    ]
    loss = ctc.ctc_loss(y_true, logits, *lengths, logits.shape[-1] - 1)
    return shape.expand_dims(loss, 1)


def ctc_decode(
    y_pred: Any,
    input_length: Any,
    greedy: bool = True,
    beam_width: int = 100,
    top_paths: int = 1,
) -> tuple[list[Any], Any]:
    """The most likely labels; the last class stands for none.

    Args:
        y_pred: Probabilities `(batch, time, classes)`.
        input_length: How many time steps count, `(batch,)`.
        greedy: Whether to take the best class of each step, not to search.
        beam_width: How many sequences the search keeps.
        top_paths: How many it returns.

    Returns:
        A list of labels `(batch, time)`, -1 where there are no more, and scores.
    """
    logits = _log(y_pred)
    strategy = "greedy" if greedy else "beam_search"
    labels, scores = decoding.ctc_decode(
        logits,
        input_length,
        strategy,
        beam_width,
        top_paths,
        mask_index=logits.shape[-1] - 1,
    )
    return [labels[i] for i in range(labels.shape[0])], scores


def ctc_label_dense_to_sparse(labels: Any, label_lengths: Any) -> SparseTensor:
    """The labels that count as a sparse tensor.

    Args:
        labels: Class numbers `(batch, labels)`.
        label_lengths: How many of each count, `(batch,)`.
    """
    array, lengths = (np.asarray(convert(x)) for x in (labels, label_lengths))
    counts = np.arange(array.shape[1]) < lengths.reshape(-1, 1)
    return SparseTensor(np.argwhere(counts), array[counts], array.shape)


def _log(chances: Any) -> Any:
    return math.log(math.add(chances, config.epsilon()))
