"""`tf.nn`: activations, cross-entropies, normalisation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from addax.core import cast
from addax.ops import crossentropy, indexing, math, normalize, reduce, sort
from addax.ops import nn as ops
from addax.ops import random as random_ops
from addax.ops import shape as shapes
from addax.tf import drawing as tf_random
from addax.tf._advice import absent
from addax.tf._rules import alike, operand
from addax.tf.convolution import atrous_conv2d as atrous_conv2d
from addax.tf.convolution import atrous_conv2d_transpose as atrous_conv2d_transpose
from addax.tf.convolution import avg_pool as avg_pool
from addax.tf.convolution import avg_pool1d as avg_pool1d
from addax.tf.convolution import avg_pool2d as avg_pool2d
from addax.tf.convolution import avg_pool3d as avg_pool3d
from addax.tf.convolution import conv1d as conv1d
from addax.tf.convolution import conv1d_transpose as conv1d_transpose
from addax.tf.convolution import conv2d as conv2d
from addax.tf.convolution import conv2d_transpose as conv2d_transpose
from addax.tf.convolution import conv3d as conv3d
from addax.tf.convolution import conv3d_transpose as conv3d_transpose
from addax.tf.convolution import conv_transpose as conv_transpose
from addax.tf.convolution import convolution as convolution
from addax.tf.convolution import depth_to_space as depth_to_space
from addax.tf.convolution import depthwise_conv2d as depthwise_conv2d
from addax.tf.convolution import dilation2d as dilation2d
from addax.tf.convolution import erosion2d as erosion2d
from addax.tf.convolution import max_pool as max_pool
from addax.tf.convolution import max_pool1d as max_pool1d
from addax.tf.convolution import max_pool2d as max_pool2d
from addax.tf.convolution import max_pool3d as max_pool3d
from addax.tf.convolution import max_pool_with_argmax as max_pool_with_argmax
from addax.tf.convolution import pool as pool
from addax.tf.convolution import separable_conv2d as separable_conv2d
from addax.tf.convolution import space_to_depth as space_to_depth
from addax.tf.decoding import ctc_beam_search_decoder as ctc_beam_search_decoder
from addax.tf.decoding import ctc_greedy_decoder as ctc_greedy_decoder
from addax.tf.drawing import (
    fixed_unigram_candidate_sampler as fixed_unigram_candidate_sampler,
)
from addax.tf.elementwise import sigmoid as sigmoid
from addax.tf.elementwise import tanh as tanh
from addax.tf.objectives import crelu as crelu
from addax.tf.objectives import ctc_loss as ctc_loss
from addax.tf.objectives import (
    local_response_normalization as local_response_normalization,
)
from addax.tf.objectives import log_poisson_loss as log_poisson_loss
from addax.tf.objectives import lrn as lrn
from addax.tf.objectives import nce_loss as nce_loss
from addax.tf.objectives import normalize_moments as normalize_moments
from addax.tf.objectives import sampled_softmax_loss as sampled_softmax_loss
from addax.tf.objectives import sufficient_statistics as sufficient_statistics
from addax.tf.objectives import (
    weighted_cross_entropy_with_logits as weighted_cross_entropy_with_logits,
)
from addax.tf.objectives import weighted_moments as weighted_moments
from addax.tf.products import l2_normalize as l2_normalize
from addax.tf.scattering import batch_to_space as batch_to_space
from addax.tf.scattering import space_to_batch as space_to_batch

_FLOAT = "floating"


def _activation(op: Callable[..., Any], kind: str = _FLOAT) -> Callable[..., Any]:
    """`tf.nn.<name>(features, name=None)`."""
    public = op.__name__

    def function(features: Any, name: str | None = None) -> Any:
        return op(operand(features, f"nn.{public}", kind))

    function.__name__ = function.__qualname__ = public
    function.__doc__ = op.__doc__
    return function


relu = _activation(ops.relu, "numeric")
relu6 = _activation(ops.relu6, "numeric")
elu = _activation(ops.elu)
selu = _activation(ops.selu)
softplus = _activation(ops.softplus)
softsign = _activation(ops.softsign)


def leaky_relu(features: Any, alpha: float = 0.2, name: str | None = None) -> Any:
    """`features` where positive, `alpha * features` elsewhere."""
    return ops.leaky_relu(operand(features, "nn.leaky_relu"), float(alpha))


def gelu(features: Any, approximate: bool = False, name: str | None = None) -> Any:
    """`features` times the normal distribution function; by tanh if `approximate`."""
    return ops.gelu(operand(features, "nn.gelu", _FLOAT), approximate)


def silu(features: Any, beta: Any = 1.0) -> Any:
    """`features * sigmoid(beta * features)`."""
    x = operand(features, "nn.silu", _FLOAT)
    return math.multiply(x, math.sigmoid(math.multiply(x, beta)))


swish = silu


def log_sigmoid(x: Any, name: str | None = None) -> Any:
    """`log(sigmoid(x))`, without overflow."""
    return ops.log_sigmoid(operand(x, "math.log_sigmoid", _FLOAT))


def softmax(logits: Any, axis: int | None = None, name: str | None = None) -> Any:
    """`exp(logits)` divided by its sum along `axis` (the last if not given).

    Example:

    >>> from addax import tf
    >>> tf.nn.softmax([0.0, 0.0]).numpy().tolist()
    [0.5, 0.5]
    """
    x = operand(logits, "nn.softmax", _FLOAT)
    return ops.softmax(x, -1 if axis is None else axis)


def log_softmax(logits: Any, axis: int | None = None, name: str | None = None) -> Any:
    """`log(softmax(logits))`, without overflow."""
    x = operand(logits, "nn.log_softmax", _FLOAT)
    return ops.log_softmax(x, -1 if axis is None else axis)


def softmax_cross_entropy_with_logits(
    labels: Any, logits: Any, axis: int = -1, name: str | None = None
) -> Any:
    """The cross-entropy of distributions `labels` and `softmax(logits)`."""
    logits, labels = alike("nn.softmax_cross_entropy_with_logits", logits, labels)
    return crossentropy.categorical_crossentropy(labels, logits, True, axis)


def sparse_softmax_cross_entropy_with_logits(
    labels: Any, logits: Any, name: str | None = None
) -> Any:
    """The cross-entropy of the classes `labels` and `softmax(logits)`."""
    labels, logits = operand(labels), operand(logits)
    return crossentropy.sparse_categorical_crossentropy(labels, logits, True)


def sigmoid_cross_entropy_with_logits(
    labels: Any = None, logits: Any = None, name: str | None = None
) -> Any:
    """The cross-entropy of `labels` and `sigmoid(logits)`, element by element."""
    logits, labels = alike("nn.sigmoid_cross_entropy_with_logits", logits, labels)
    return crossentropy.binary_crossentropy(labels, logits, True)


def l2_loss(t: Any, name: str | None = None) -> Any:
    """Half the sum of squares."""
    x = operand(t, "nn.l2_loss", _FLOAT)
    return math.divide(reduce.sum(math.square(x)), 2)


def dropout(
    x: Any,
    rate: Any,
    noise_shape: Any = None,
    seed: Any = None,
    name: str | None = None,
) -> Any:
    """Sets a part of the elements to 0 and scales up the rest, keeping the sum."""
    x = operand(x, "nn.dropout", _FLOAT)
    if not rate:
        return x
    return random_ops.dropout(x, float(rate), noise_shape, tf_random.generator(seed))


def moments(
    x: Any,
    axes: Any,
    shift: Any = None,
    keepdims: bool = False,
    name: str | None = None,
) -> Any:
    """The mean and the variance over `axes`."""
    return normalize.moments(operand(x, "nn.moments", _FLOAT), axes, bool(keepdims))


def batch_normalization(
    x: Any,
    mean: Any,
    variance: Any,
    offset: Any,
    scale: Any,
    variance_epsilon: Any,
    name: str | None = None,
) -> Any:
    """`(x - mean) / sqrt(variance + variance_epsilon) * scale + offset`."""
    factor = math.rsqrt(math.add(variance, variance_epsilon))
    if scale is not None:
        factor = math.multiply(factor, scale)
    shift = math.negative(math.multiply(mean, factor))
    if offset is not None:
        shift = math.add(shift, offset)
    return math.add(math.multiply(operand(x), factor), shift)


def bias_add(
    value: Any, bias: Any, data_format: str | None = None, name: str | None = None
) -> Any:
    """Adds the vector `bias` along the axis of channels."""
    value, bias = alike("nn.bias_add", value, bias)
    if str(data_format).startswith("NC"):
        bias = shapes.reshape(bias, (-1, *(1,) * (value.ndim - 2)))
    return math.add(value, bias)


def embedding_lookup(
    params: Any, ids: Any, max_norm: Any = None, name: str | None = None
) -> Any:
    """The rows of `params` that `ids` name."""
    rows = indexing.gather(operand(params), operand(ids), 0)
    if max_norm is None:
        return rows
    squares = reduce.sum(math.square(rows), -1, True)
    size = math.sqrt(math.maximum(squares, 1e-12))
    return math.multiply(rows, math.divide(max_norm, math.maximum(size, max_norm)))


def zero_fraction(value: Any, name: str | None = None) -> Any:
    """The part of the elements that is 0, as float32."""
    return reduce.mean(cast(math.equal(operand(value), 0), "float32"))


class TopK(NamedTuple):
    """What `tf.math.top_k` returns.

    Attributes:
        values: The greatest elements.
        indices: Where they are.
    """

    values: Any
    indices: Any


def top_k(
    input: Any,
    k: Any = 1,
    sorted: bool = True,
    index_type: Any = "int32",
    name: str | None = None,
) -> TopK:
    """The `k` greatest elements along the last axis, and their indices."""
    values, indices = sort.top_k(operand(input), int(k), sorted)
    return TopK(values, cast(indices, index_type))


def in_top_k(targets: Any, predictions: Any, k: Any, name: str | None = None) -> Any:
    """Whether each row's target is among the `k` greatest of its predictions."""
    return sort.in_top_k(operand(targets), operand(predictions), int(k))


def compute_average_loss(
    per_example_loss: Any,
    sample_weight: Any = None,
    global_batch_size: Any = None,
) -> Any:
    """The sum of losses divided by the size of the whole batch."""
    loss = operand(per_example_loss)
    if sample_weight is not None:
        loss = math.multiply(loss, cast(operand(sample_weight), loss.dtype))
    count = loss.shape[0] if global_batch_size is None else global_batch_size
    return math.divide(reduce.sum(loss), cast(operand(count), loss.dtype))


def scale_regularization_loss(regularization_loss: Any) -> Any:
    """The sum of regularisation losses: one program computes it once."""
    return reduce.sum(operand(regularization_loss))


__getattr__ = absent(__name__)
