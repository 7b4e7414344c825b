"""Losses, moments and normalisations of `tf.nn` beyond the usual ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax.core import cast
from addax.ops import (
    create,
    crossentropy,
    ctc,
    indexing,
    linalg,
    math,
    reduce,
    windowed,
)
from addax.ops import nn as ops
from addax.ops import shape as shapes
from addax.tf import drawing
from addax.tf._rules import alike, operand

_FLOAT = "floating"


def weighted_cross_entropy_with_logits(
    labels: Any, logits: Any, pos_weight: Any, name: str | None = None
) -> Any:
    """The cross-entropy of `labels` and `sigmoid(logits)`, positive ones weighted."""
    x, z = alike("nn.weighted_cross_entropy_with_logits", logits, labels)
    weight = math.add(math.multiply(math.subtract(pos_weight, 1), z), 1)
    loss = math.multiply(weight, math.negative(ops.log_sigmoid(x)))
    return math.add(math.multiply(math.subtract(1, z), x), loss)


def log_poisson_loss(
    targets: Any,
    log_input: Any,
    compute_full_loss: bool = False,
    name: str | None = None,
) -> Any:
    """`exp(log_input) - log_input * targets`.

    Args:
        targets: What was counted.
        log_input: The logarithm of what was expected.
        compute_full_loss: Whether to add Stirling's approximation of the term that
            depends on the targets only.
        name: Kept for TensorFlow's signature.
    """
    x, z = alike("nn.log_poisson_loss", log_input, targets)
    loss = math.subtract(math.exp(x), math.multiply(x, z))
    if not compute_full_loss:
        return loss
    safe = math.where(math.less(z, 1), 1, z)
    half_log = math.multiply(math.log(math.multiply(safe, 2 * np.pi)), 0.5)
    term = math.add(math.subtract(math.multiply(safe, math.log(safe)), safe), half_log)
    inside = math.logical_and(math.greater_equal(z, 0), math.less_equal(z, 1))
    return math.add(loss, math.where(inside, 0, term))


def ctc_loss(
    labels: Any,
    logits: Any,
    label_length: Any,
    logit_length: Any,
    logits_time_major: bool = True,
    unique: Any = None,
    blank_index: int | None = None,
    name: str | None = None,
) -> Any:
    """Minus the log-probability of label sequences, over all their timings.

    Args:
        labels: Class numbers `(batch, max_labels)`, or a sparse tensor of them.
        logits: A tensor `(time, batch, classes)`.
        label_length: How many labels count; `None` with sparse labels.
        logit_length: How many time steps count.
        logits_time_major: Whether `logits` has the time first, not the batch.
        unique: Kept for TensorFlow's signature.
        blank_index: The class that stands for no label: the first (the last with
            sparse labels) if not given; negative numbers count from the end.
        name: Kept for TensorFlow's signature.

    Returns:
        A loss for each sequence.
    """
    x = operand(logits, "nn.ctc_loss", _FLOAT)
    classes = x.shape[-1]
    x = shapes.swapaxes(x, 0, 1) if logits_time_major else x
    if hasattr(labels, "dense_shape"):
        rows = np.asarray(labels.indices)[:, 0]
        label_length = np.bincount(rows, minlength=x.shape[0]).astype("int32")
        dense = np.zeros((x.shape[0], int(label_length.max(initial=1))), "int32")
        places = np.asarray(labels.indices)
        dense[places[:, 0], places[:, 1]] = np.asarray(labels.values)
        labels, blank_index = dense, classes - 1 if blank_index is None else blank_index
    blank = 0 if blank_index is None else int(blank_index) % classes
    return ctc.ctc_loss(
        operand(labels), x, operand(label_length), operand(logit_length), blank
    )


def crelu(features: Any, axis: int = -1, name: str | None = None) -> Any:
    """`relu(features)` and `relu(-features)`, joined along `axis`."""
    x = operand(features)
    return ops.relu(shapes.concatenate([x, math.negative(x)], axis))


def local_response_normalization(
    input: Any,
    depth_radius: int = 5,
    bias: float = 1,
    alpha: float = 1,
    beta: float = 0.5,
    name: str | None = None,
) -> Any:
    """Divides by a power of the sum of squares over neighbouring channels.

    Source: Krizhevsky et al. 2012, section 3.3.
    """
    x = operand(input, "nn.local_response_normalization", _FLOAT)
    return windowed.local_response_normalization(
        x, int(depth_radius), float(bias), float(alpha), float(beta)
    )


lrn = local_response_normalization


# Moments


def weighted_moments(
    x: Any,
    axes: Any,
    frequency_weights: Any,
    keepdims: bool = False,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The weighted mean and variance over `axes`."""
    x, w = alike("nn.weighted_moments", x, frequency_weights)
    w = shapes.broadcast_to(w, x.shape)
    total = reduce.sum(w, axes, True)
    mean = math.divide(reduce.sum(math.multiply(x, w), axes, True), total)
    squares = math.multiply(w, math.square(math.subtract(x, mean)))
    variance = math.divide(reduce.sum(squares, axes, True), total)
    if keepdims:
        return mean, variance
    axes = tuple(axes) if isinstance(axes, (list, tuple)) else axes
    return shapes.squeeze(mean, axes), shapes.squeeze(variance, axes)


def sufficient_statistics(
    x: Any,
    axes: Any,
    shift: Any = None,
    keepdims: bool = False,
    name: str | None = None,
) -> tuple[Any, Any, Any, Any]:
    """The count, the sum and the sum of squares over `axes`, and the shift.

    Args:
        x: A floating tensor.
        axes: The axes.
        shift: What to subtract first, for exactness.
        keepdims: Whether reduced axes stay, with size 1.
        name: Kept for TensorFlow's signature.
    """
    x = operand(x, "nn.sufficient_statistics", _FLOAT)
    axes = [int(a) for a in np.atleast_1d(np.asarray(axes))]
    count = cast(int(np.prod([x.shape[a] for a in axes])), x.dtype.name)
    moved = x if shift is None else math.subtract(x, shift)
    total = reduce.sum(moved, tuple(axes), bool(keepdims))
    squares = reduce.sum(math.square(moved), tuple(axes), bool(keepdims))
    return count, total, squares, shift


def normalize_moments(
    counts: Any, mean_ss: Any, variance_ss: Any, shift: Any, name: str | None = None
) -> tuple[Any, Any]:
    """The mean and the variance from `sufficient_statistics`."""
    around = math.divide(operand(mean_ss), counts)
    mean = around if shift is None else math.add(around, shift)
    squares = math.divide(operand(variance_ss), counts)
    return mean, math.subtract(squares, math.square(around))


# Losses over a sample of the classes


def sampled_softmax_loss(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: Any = None,
    remove_accidental_hits: bool = True,
    seed: int | None = None,
    name: str = "sampled_softmax_loss",
) -> Any:
    """The softmax cross-entropy over the right classes and a sample of the others.

    Source: Jean et al. 2014, https://arxiv.org/abs/1412.2007.

    Args:
        weights: A row for each class.
        biases: A number for each class.
        labels: The right classes `(batch, num_true)`.
        inputs: A tensor `(batch, size)`.
        num_sampled: How many classes to draw.
        num_classes: How many there are.
        num_true: How many right classes each entry has.
        sampled_values: What a candidate sampler drew; log-uniformly if not given.
        remove_accidental_hits: Whether sampled classes that are right do not count.
        seed: The seed of the drawing.
        name: Kept for TensorFlow's signature.
    """
    logits, truth = _sampled(
        weights, biases, labels, inputs, num_sampled, num_classes, num_true,
        sampled_values, remove_accidental_hits, seed,
    )  # fmt: skip
    return crossentropy.categorical_crossentropy(truth, logits, True)


def nce_loss(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: Any = None,
    remove_accidental_hits: bool = False,
    name: str = "nce_loss",
) -> Any:
    """Noise-contrastive estimation: right classes told from a sample of others.

    Source: Gutmann and Hyvarinen 2010,
    https://proceedings.mlr.press/v9/gutmann10a.html.

    Args:
        weights: A row for each class.
        biases: A number for each class.
        labels: The right classes `(batch, num_true)`.
        inputs: A tensor `(batch, size)`.
        num_sampled: How many classes to draw.
        num_classes: How many there are.
        num_true: How many right classes each entry has.
        sampled_values: What a candidate sampler drew; log-uniformly if not given.
        remove_accidental_hits: Whether sampled classes that are right do not count.
        name: Kept for TensorFlow's signature.
    """
    logits, truth = _sampled(
        weights, biases, labels, inputs, num_sampled, num_classes, num_true,
        sampled_values, remove_accidental_hits, None,
    )  # fmt: skip
    return reduce.sum(crossentropy.binary_crossentropy(truth, logits, True), -1)


def _sampled(
    weights: Any, biases: Any, labels: Any, inputs: Any, count: int, classes: int,
    num_true: int, drawn: Any, without_hits: bool, seed: int | None,
) -> tuple[Any, Any]:  # fmt: skip
    """Logits of the right classes, then of the sampled ones, and the truth."""
    x, w, b = alike("nn.sampled_softmax_loss", inputs, weights, biases)
    labels = cast(operand(labels), "int64")
    if drawn is None:
        drawn = drawing.log_uniform_candidate_sampler(
            labels, num_true, count, True, classes, seed
        )
    sampled, expected_true, expected = drawn
    sampled = cast(operand(sampled), "int64")
    near = indexing.gather(w, labels, 0)
    right = reduce.sum(math.multiply(near, shapes.expand_dims(x, 1)), -1)
    right = math.add(right, indexing.gather(b, labels, 0))
    others = linalg.matmul(x, shapes.transpose(indexing.gather(w, sampled, 0)))
    others = math.add(others, indexing.gather(b, sampled, 0))
    if without_hits:
        same = math.equal(shapes.expand_dims(labels, -1), sampled)
        hit = reduce.any(same, 1)
        lowest = x.dtype.as_numpy_dtype(x.dtype.min)
        others = math.where(hit, lowest, others)
    right = math.subtract(right, cast(math.log(expected_true), x.dtype.name))
    others = math.subtract(others, cast(math.log(expected), x.dtype.name))
    hits = create.full(tuple(right.shape), 1.0 / num_true, x.dtype.name)
    truth = shapes.concatenate([hits, create.zeros_like(others)], 1)
    return shapes.concatenate([right, others], 1), truth
