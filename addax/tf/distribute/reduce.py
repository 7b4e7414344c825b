"""How values of replicas are put together."""

from __future__ import annotations

import enum
from typing import Any


class ReduceOp(enum.Enum):
    """How values of replicas become one.

    Attributes:
        SUM: Their sum.
        MEAN: Their mean.
    """

    SUM = "SUM"
    MEAN = "MEAN"


class CommunicationImplementation(enum.Enum):
    """What carries values between devices; XLA chooses.

    Attributes:
        AUTO: XLA chooses.
        RING: Accepted for TensorFlow's sake.
        NCCL: Accepted for TensorFlow's sake.
    """

    AUTO = "AUTO"
    RING = "RING"
    NCCL = "NCCL"


class _Accepted:
    """Settings for TensorFlow's runtime; XLA decides."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        vars(self).update(settings)


class CommunicationOptions(_Accepted):
    """How values are carried; accepted for TensorFlow's sake.

    Args:
        *args: Kept for TensorFlow's signature.
        **settings: `bytes_per_pack`, `timeout_seconds`, `implementation`.
    """

    Implementation = CommunicationImplementation


class CrossDeviceOps(_Accepted):
    """How devices reduce values; accepted for TensorFlow's sake."""


class HierarchicalCopyAllReduce(CrossDeviceOps):
    """Accepted for TensorFlow's sake."""


class NcclAllReduce(CrossDeviceOps):
    """Accepted for TensorFlow's sake."""


class ReductionToOneDevice(CrossDeviceOps):
    """Accepted for TensorFlow's sake."""


class InputOptions(_Accepted):
    """How data sets are distributed; accepted for TensorFlow's sake."""


class RunOptions(_Accepted):
    """How `Strategy.run` runs; accepted for TensorFlow's sake."""
