"""`tf.config`: devices, and whether functions run compiled.

Memory, threads and placement are XLA's business; the settings for them are accepted and
change nothing.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, NamedTuple

from addax.core.device import list_devices
from addax.core.function import Settings


class PhysicalDevice(NamedTuple):
    """A device of this machine.

    Attributes:
        name: E.g. `"/physical_device:CPU:0"`.
        device_type: `"CPU"`, `"GPU"` or `"TPU"`.
    """

    name: str
    device_type: str


class LogicalDevice(NamedTuple):
    """A device as programs name it.

    Attributes:
        name: E.g. `"/device:CPU:0"`.
        device_type: `"CPU"`, `"GPU"` or `"TPU"`.
    """

    name: str
    device_type: str


class LogicalDeviceConfiguration(NamedTuple):
    """How a physical device is to be divided; accepted, XLA does not divide devices.

    Attributes:
        memory_limit: In megabytes.
        experimental_priority: Kept for TensorFlow's signature.
        experimental_device_ordinal: Kept for TensorFlow's signature.
    """

    memory_limit: int | None = None
    experimental_priority: int | None = None
    experimental_device_ordinal: int | None = None


def list_physical_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """The devices of this machine, of one type if `device_type` is given.

    Example:

    >>> from addax import tf
    >>> tf.config.list_physical_devices("CPU")[0].name
    '/physical_device:CPU:0'
    """
    names = sorted(list_devices(device_type), key=lambda name: not name.startswith("C"))
    return [PhysicalDevice(f"/physical_device:{n}", n.split(":")[0]) for n in names]


def list_logical_devices(device_type: str | None = None) -> list[LogicalDevice]:
    """The devices as programs name them."""
    return [
        LogicalDevice(d.name.replace("physical_device", "device"), d.device_type)
        for d in list_physical_devices(device_type)
    ]


get_visible_devices = list_physical_devices


def run_functions_eagerly(run_eagerly: bool) -> None:
    """Whether `tf.function`s run as plain Python, e.g. to step through them."""
    Settings.run_eagerly = bool(run_eagerly)


def functions_run_eagerly() -> bool:
    """Whether `tf.function`s run as plain Python."""
    return Settings.run_eagerly


def _accepted(*args: Any, **kwargs: Any) -> None:
    """Accepted for TensorFlow's sake; XLA decides."""


set_visible_devices = set_soft_device_placement = _accepted
set_logical_device_configuration = _accepted

experimental = SimpleNamespace(
    list_physical_devices=list_physical_devices,
    list_logical_devices=list_logical_devices,
    set_memory_growth=_accepted,
    set_visible_devices=_accepted,
    set_virtual_device_configuration=_accepted,
    VirtualDeviceConfiguration=LogicalDeviceConfiguration,
    enable_tensor_float_32_execution=_accepted,
)
threading = SimpleNamespace(
    set_inter_op_parallelism_threads=_accepted,
    set_intra_op_parallelism_threads=_accepted,
)
optimizer = SimpleNamespace(
    set_jit=_accepted,
    set_experimental_options=_accepted,
    get_jit=lambda: "autoclustering",
)
