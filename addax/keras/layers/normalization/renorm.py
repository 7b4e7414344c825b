"""Batch renormalization: training steps that see what inference will see."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.core import cast
from addax.ops import math

_LIMITS = ("rmin", "rmax", "dmax")


def check_limits(limits: Any) -> None:
    """Checks `renorm_clipping`.

    Raises:
        ValueError: If it has other keys than `rmin`, `rmax`, `dmax`, or the least ratio
            is above the greatest.
    """
    limits = limits or {}
    unknown = set(limits) - set(_LIMITS)
    if unknown:
        raise ValueError(
            explain(
                "`renorm_clipping` has the keys 'rmin', 'rmax' and 'dmax'.",
                received={"renorm_clipping": limits},
            )
        )
    if limits.get("rmin", 0.0) > limits.get("rmax", float("inf")):
        raise ValueError(
            explain(
                "'rmin' of `renorm_clipping` must not be above 'rmax'.",
                received={"renorm_clipping": limits},
            )
        )


def add_weights(layer: Any, size: int) -> None:
    """Creates the averages that renormalization keeps."""

    def root(size: Any, dtype: Any = None) -> Any:
        return math.sqrt(layer.moving_variance_initializer(size, dtype))

    for name, start in (
        ("moving_stddev", root),
        ("renorm_mean", layer.moving_mean_initializer),
        ("renorm_stddev", root),
    ):
        weight = layer.add_weight(
            name=name, shape=(size,), initializer=start, trainable=False, autocast=False
        )
        setattr(layer, name, weight)


def corrections(layer: Any, mean: Any, variance: Any) -> tuple[Any, Any]:
    """The ratio and the shift from a batch's statistics to the averages; moves those.

    Args:
        layer: The `BatchNormalization`.
        mean: The batch's means.
        variance: The batch's variances.

    Returns:
        What a normalised batch is multiplied with, and what is added then. No gradient
        flows through them.
    """
    limits = layer.renorm_clipping or {}
    stddev = math.sqrt(math.add(variance, layer.epsilon))
    usual_mean, usual = (
        cast(x, mean.dtype) for x in (layer.renorm_mean, layer.renorm_stddev)
    )
    ratio = math.divide(stddev, usual)
    shift = math.divide(math.subtract(mean, usual_mean), usual)
    if "rmax" in limits:
        ratio = math.minimum(ratio, limits["rmax"])
    if "rmin" in limits:
        ratio = math.maximum(ratio, limits["rmin"])
    if "dmax" in limits:
        shift = math.clip(shift, -limits["dmax"], limits["dmax"])
    for average, now, momentum in (
        (layer.moving_mean, mean, layer.momentum),
        (layer.moving_stddev, stddev, layer.momentum),
        (layer.renorm_mean, mean, layer.renorm_momentum),
        (layer.renorm_stddev, stddev, layer.renorm_momentum),
    ):
        layer.move(average, now, momentum)
    square = math.square(layer.moving_stddev)
    layer.moving_variance.assign(math.subtract(square, layer.epsilon))
    return math.stop_gradient(ratio), math.stop_gradient(shift)
