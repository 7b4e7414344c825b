"""Intersection over union, for segmentation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from addax._base.errors import explain
from addax.core import cast
from addax.keras import config
from addax.keras.losses.values import tensor
from addax.keras.metrics.dispatch import one_dispatch
from addax.keras.metrics.metric import Metric
from addax.keras.serialization import public
from addax.ops import confusion, math, reduce, shape


@public("keras.metrics")
class IoU(Metric):
    """The mean over classes of `shared / (true + predicted - shared)` pixels.

    Args:
        num_classes: How many classes there are.
        target_class_ids: The classes that count.
        name: A name.
        dtype: The type to count in; `int32` if not given.
        ignore_class: A label whose pixels do not count.
        sparse_y_true: Whether labels are class numbers rather than one-hot.
        sparse_y_pred: Whether predictions are class numbers rather than probabilities.
        axis: The axis of classes.

    Raises:
        ValueError: If a target class is not one of the classes.

    Example:

    >>> from addax import keras
    >>> metric = keras.metrics.IoU(num_classes=2, target_class_ids=[0])
    >>> round(float(metric([0, 0, 1, 1], [0, 1, 0, 1])), 4)
    0.3333
    """

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__("int32" if dtype is None else dtype, name)
        outside = [i for i in target_class_ids if not 0 <= i < num_classes]
        if outside:
            raise ValueError(
                explain(
                    f"A target class is not one of the {num_classes} classes.",
                    received={"target_class_ids": list(target_class_ids)},
                    why=f"Class numbers run from 0 to {num_classes - 1}.",
                )
            )
        self.num_classes = num_classes
        self.target_class_ids = list(target_class_ids)
        self.ignore_class = ignore_class
        self.sparse_y_true = sparse_y_true
        self.sparse_y_pred = sparse_y_pred
        self.axis = axis
        self.total_cm = self.add_variable(
            (num_classes, num_classes), "zeros", name="total_confusion_matrix"
        )

    @one_dispatch
    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Takes a batch into account.

        Args:
            y_true: The labels.
            y_pred: The predictions.
            sample_weight: A weight for each pixel.
        """
        y_true, y_pred = tensor(y_true), tensor(y_pred)
        if not self.sparse_y_true:
            y_true = reduce.argmax(y_true, axis=self.axis)
        if not self.sparse_y_pred:
            y_pred = reduce.argmax(y_pred, axis=self.axis)
        y_true = shape.reshape(cast(y_true, "int32"), -1)
        y_pred = shape.reshape(cast(y_pred, "int32"), -1)
        weights = tensor(1 if sample_weight is None else sample_weight, self._dtype)
        if len(weights.shape) > 1:
            weights = shape.reshape(weights, -1)
        weights = shape.broadcast_to(weights, y_true.shape)
        if self.ignore_class is not None:
            counts = math.not_equal(y_true, self.ignore_class)
            weights = weights * cast(counts, self._dtype.name)
        matrix = confusion.confusion_matrix(y_true, y_pred, weights, self.num_classes)
        self.total_cm.assign_add(matrix)

    @one_dispatch
    def result(self) -> Any:
        """The mean so far, over the target classes that occurred."""
        matrix = tensor(self.total_cm.read_value(), config.floatx())
        shared = shape.diagonal(matrix)
        whole = reduce.sum(matrix, axis=0) + reduce.sum(matrix, axis=1) - shared
        wanted = tensor(self.target_class_ids, "int32")
        shared, whole = shared[wanted], whole[wanted]
        occurred = cast(math.greater(whole, 1e-9), config.floatx())
        each = shared / (whole + config.epsilon())
        return reduce.sum(each) / reduce.sum(occurred)


@public("keras.metrics")
class BinaryIoU(IoU):
    """`IoU` of yes-or-no labels and probabilities.

    Args:
        target_class_ids: The classes that count, of 0 and 1.
        threshold: At which a prediction counts as 1; `None` for class numbers.
        name: A name.
        dtype: The type to count in; `int32` if not given.

    Example:

    >>> from addax import keras
    >>> metric = keras.metrics.BinaryIoU(target_class_ids=[0, 1], threshold=0.3)
    >>> round(float(metric([0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7])), 4)
    0.3333
    """

    def __init__(
        self,
        target_class_ids: Sequence[int] = (0, 1),
        threshold: float | None = 0.5,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(2, target_class_ids, name, dtype)
        self.threshold = threshold

    @one_dispatch
    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Takes a batch into account.

        Args:
            y_true: The labels.
            y_pred: The predictions.
            sample_weight: A weight for each pixel.
        """
        y_pred = tensor(y_pred)
        if self.threshold is not None:
            y_pred = cast(math.greater_equal(y_pred, self.threshold), "int32")
        super().update_state(y_true, y_pred, sample_weight)


@public("keras.metrics")
class MeanIoU(IoU):
    """`IoU` of all classes.

    Args:
        num_classes: How many classes there are.
        name: A name.
        dtype: The type to count in; `int32` if not given.
        ignore_class: A label whose pixels do not count.
        sparse_y_true: Whether labels are class numbers rather than one-hot.
        sparse_y_pred: Whether predictions are class numbers rather than probabilities.
        axis: The axis of classes.
    """

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(
            num_classes,
            range(num_classes),
            name,
            dtype,
            ignore_class,
            sparse_y_true,
            sparse_y_pred,
            axis,
        )


@public("keras.metrics")
class OneHotIoU(IoU):
    """`IoU` of one-hot labels and probabilities.

    Args:
        num_classes: How many classes there are.
        target_class_ids: The classes that count.
        name: A name.
        dtype: The type to count in; `int32` if not given.
        ignore_class: A label whose pixels do not count.
        sparse_y_pred: Whether predictions are class numbers rather than probabilities.
        axis: The axis of classes.
    """

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(
            num_classes,
            target_class_ids,
            name,
            dtype,
            ignore_class,
            False,
            sparse_y_pred,
            axis,
        )


@public("keras.metrics")
class OneHotMeanIoU(MeanIoU):
    """`MeanIoU` of one-hot labels and probabilities.

    Args:
        num_classes: How many classes there are.
        name: A name.
        dtype: The type to count in; `int32` if not given.
        ignore_class: A label whose pixels do not count.
        sparse_y_pred: Whether predictions are class numbers rather than probabilities.
        axis: The axis of classes.
    """

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(
            num_classes, name, dtype, ignore_class, False, sparse_y_pred, axis
        )
