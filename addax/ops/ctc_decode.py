"""Connectionist temporal classification: which labels a sequence most likely has."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.core import Array, op

_NEVER = -1e30
_STRATEGIES = ("greedy", "beam_search")


def ctc_decode(
    inputs: Any,
    sequence_lengths: Any,
    strategy: str = "greedy",
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = True,
    mask_index: int = 0,
) -> Any:
    """The label sequences that a model for `ctc_loss` finds most likely.

    Args:
        inputs: Logits, of shape `(batch, time, classes)`.
        sequence_lengths: How many time steps count, of shape `(batch,)`.
        strategy: `"greedy"`, the best class of each step, or `"beam_search"`, the best
            sequences over all their timings.
        beam_width: How many sequences the search keeps at each step.
        top_paths: How many sequences the search returns.
        merge_repeated: Whether `"greedy"` takes equal labels in a row for one.
        mask_index: The class that stands for no label.

    Returns:
        The labels, `(paths, batch, time)`, -1 where there are no more, and scores: for
        `"greedy"` minus the sum of the best logits, `(batch, 1)`; for `"beam_search"`
        log-probabilities, `(batch, paths)`.

    Raises:
        ValueError: If there is no such strategy.

    Source: Graves et al. 2006, https://doi.org/10.1145/1143844.1143891; Hannun et al.
    2014, https://arxiv.org/abs/1408.2873, for the search.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> logits = np.eye(3, dtype="float32")[[[1, 1, 0, 2]]] * 9
    >>> keras.ops.ctc_decode(logits, [4])[0].numpy().tolist()
    [[[1, 2, -1, -1]]]
    """
    if strategy == "greedy":
        return _greedy(inputs, sequence_lengths, merge_repeated, mask_index)
    if strategy == "beam_search":
        return _search(inputs, sequence_lengths, beam_width, top_paths, mask_index)
    raise ValueError(
        explain(
            '`strategy` is "greedy" or "beam_search".',
            received={"strategy": strategy},
            why=did_you_mean(str(strategy), _STRATEGIES),
        )
    )


@op(name="ctc_greedy", differentiable=False)
def _greedy(inputs: Array, lengths: Array, merge: bool, blank: int) -> Any:
    best = jnp.argmax(inputs, -1).astype("int32")
    counts = jnp.arange(best.shape[1]) < lengths[:, None]
    shown = counts & (best != blank)
    if merge:
        shown = shown.at[:, 1:].set(shown[:, 1:] & (best[:, 1:] != best[:, :-1]))
    # A stable sort brings the labels that count to the front
    order = jnp.argsort(~shown, axis=1, stable=True)
    labels = jnp.where(shown, best, -1)
    labels = jnp.take_along_axis(labels, order, 1)
    scores = -jnp.sum(jnp.where(counts, jnp.max(inputs, -1), 0), 1, keepdims=True)
    return labels[None], scores


@op(name="ctc_search", differentiable=False)
def _search(inputs: Array, lengths: Array, width: int, paths: int, blank: int) -> Any:
    scores = jax.nn.log_softmax(inputs, -1)
    search = partial(_one, width=width, paths=paths, blank=blank)
    labels, best = jax.vmap(search)(scores, lengths.astype("int32"))
    return jnp.swapaxes(labels, 0, 1), best


def _one(scores: Array, length: Array, width: int, paths: int, blank: int) -> Any:
    """The best sequences for one sample.

    A beam is a sequence of labels with two log-probabilities: of all timings that end
    with a blank, and of those that end with its last label.
    """
    steps, classes = scores.shape
    keep = max(width, paths)
    empty = jnp.arange(keep) == 0
    beams = {
        "labels": jnp.full((keep, steps), -1, "int32"),
        "count": jnp.zeros((keep,), "int32"),
        "blank": jnp.where(empty, 0.0, _NEVER).astype(scores.dtype),
        "label": jnp.full((keep,), _NEVER, scores.dtype),
    }

    def step(beams: Any, at: Any) -> Any:
        t, row = at
        new = _extend(beams, row, classes, width, blank)
        return jax.tree.map(lambda a, b: jnp.where(t < length, a, b), new, beams), None

    beams, _ = lax.scan(step, beams, (jnp.arange(steps), scores))
    total = jnp.logaddexp(beams["blank"], beams["label"])
    best, order = lax.top_k(total, paths)
    return beams["labels"][order], jnp.where(best > _NEVER / 2, best, -jnp.inf)


def _extend(beams: Any, row: Array, classes: int, width: int, blank: int) -> Any:
    """The best beams one step later."""
    labels, count = beams["labels"], beams["count"]
    keep, steps = labels.shape
    total = jnp.logaddexp(beams["blank"], beams["label"])
    at_end = jnp.maximum(count - 1, 0)[:, None]
    last = jnp.where(count > 0, jnp.take_along_axis(labels, at_end, 1)[:, 0], -1)
    alive = total > _NEVER / 2

    # Another label: a repeated one counts anew only after a blank
    every = jnp.arange(classes)
    repeats = every == last[:, None]
    longer = jnp.where(repeats, beams["blank"][:, None], total[:, None]) + row
    longer = jnp.where((every == blank) | ~alive[:, None], _NEVER, longer)

    # The same labels as before: a blank, or the last label again
    stay_blank = total + row[blank]
    stay_label = jnp.where(count > 0, beams["label"] + row[last], _NEVER)

    # Beam j may be what beam i becomes by its last label: then it is one beam
    place = jnp.arange(steps)
    shorter = jnp.where(place < at_end, labels, -1)
    equal = jnp.all(shorter[:, None] == labels[None], -1)
    equal = equal & (count[:, None] == count[None] + 1) & alive[:, None] & alive[None]
    gained = jnp.where(equal, longer[:, jnp.maximum(last, 0)].T, _NEVER)
    stay_label = jnp.logaddexp(stay_label, jax.nn.logsumexp(gained, axis=1))
    taken = jnp.any(equal[:, :, None] & (last[:, None, None] == every), 0)
    longer = jnp.where(taken, _NEVER, longer)

    stay_blank = jnp.where(alive, stay_blank, _NEVER)
    stay_label = jnp.where(alive, stay_label, _NEVER)
    stay = jnp.logaddexp(stay_blank, stay_label)
    candidates = jnp.concatenate([stay[:, None], longer], 1).ravel()
    best, order = lax.top_k(candidates, min(width, candidates.size))
    parent, choice = order // (classes + 1), order % (classes + 1) - 1
    grown = (choice >= 0) & (best > _NEVER / 2)
    at = (place == count[parent][:, None]) & grown[:, None]
    new = {
        "labels": jnp.where(at, choice[:, None], labels[parent]).astype("int32"),
        "count": count[parent] + grown.astype("int32"),
        "blank": jnp.where(choice < 0, stay_blank[parent], _NEVER),
        "label": jnp.where(choice < 0, stay_label[parent], best),
    }
    short = keep - new["count"].shape[0]
    fill = {"labels": -1, "count": 0, "blank": _NEVER, "label": _NEVER}
    return {
        name: jnp.pad(
            x, [(0, short)] + [(0, 0)] * (x.ndim - 1), constant_values=fill[name]
        ).astype(beams[name].dtype)
        for name, x in new.items()
    }
