"""Circle loss, for embeddings."""

from __future__ import annotations

from typing import Any

from addax.keras.losses.loss import LossFunctionWrapper
from addax.keras.losses.values import tensor
from addax.keras.serialization import public
from addax.ops import create, linalg, math, nn, reduce, shape


@public("keras.losses")
def circle(
    y_true: Any,
    y_pred: Any,
    ref_labels: Any = None,
    ref_embeddings: Any = None,
    remove_diagonal: bool = True,
    gamma: float = 80,
    margin: float = 0.4,
) -> Any:
    """Pulls embeddings of one class together and pushes those of others apart.

    Each pair is weighed by how far its similarity is from where it should be.

    Source: Sun et al. 2020, https://arxiv.org/abs/2002.10857.

    Args:
        y_true: Class numbers, of shape `(batch,)` or `(batch, 1)`.
        y_pred: Embeddings of length 1, of shape `(batch, n)`.
        ref_labels: Class numbers of `ref_embeddings`; `y_true` if not given.
        ref_embeddings: Embeddings to compare with; `y_pred` if not given.
        remove_diagonal: Whether an embedding is not compared with itself.
        gamma: The scale of similarities.
        margin: How far from 1 and 0 similarities may stay.

    Returns:
        Values of shape `(batch,)`.
    """
    y_pred, labels = tensor(y_pred), shape.reshape(tensor(y_true), (-1, 1))
    others = y_pred if ref_embeddings is None else tensor(ref_embeddings, y_pred.dtype)
    their_labels = labels if ref_labels is None else tensor(ref_labels, labels.dtype)
    same = math.equal(labels, shape.reshape(their_labels, (1, -1)))
    apart = math.logical_not(same)
    if remove_diagonal:
        itself = create.eye(y_pred.shape[0], others.shape[0], dtype="bool")
        same = math.logical_and(same, math.logical_not(itself))
    cosine = linalg.matmul(y_pred, shape.transpose(others))
    # As in Keras, gradients flow through the pairs' weights too.
    pull = nn.relu(1.0 + margin - cosine) * (1.0 - margin - cosine)
    push = nn.relu(cosine + margin) * (cosine - margin)
    values = nn.softplus(_log_sum(gamma * pull, same) + _log_sum(gamma * push, apart))
    # What has nothing to be near to, or nothing to be far from, does not count.
    counts = math.logical_and(reduce.any(same, axis=1), reduce.any(apart, axis=1))
    values = math.where(counts, values, 0.0)
    values._keras_mask = counts
    return values


def _log_sum(logits: Any, where: Any) -> Any:
    return reduce.logsumexp(math.where(where, logits, -1e30), axis=1)


@public("keras.losses")
class Circle(LossFunctionWrapper):
    """For embeddings of length 1 and class numbers (see `circle`).

    Args:
        gamma: The scale of similarities.
        margin: How far from 1 and 0 similarities may stay.
        remove_diagonal: Whether an embedding is not compared with itself.
        reduction: As for `Loss`.
        name: A name.
        dtype: As for `Loss`.
    """

    def __init__(
        self,
        gamma: float = 80.0,
        margin: float = 0.4,
        remove_diagonal: bool = True,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "circle",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            circle,
            reduction,
            name,
            dtype,
            gamma=gamma,
            margin=margin,
            remove_diagonal=remove_diagonal,
        )
