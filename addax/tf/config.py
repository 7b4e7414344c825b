"""`tf.config`: devices, and whether functions run compiled.

Memory, threads and placement are XLA's business; the settings for them are accepted,
can be asked for again, and change nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from types import SimpleNamespace
from typing import Any, NamedTuple

from addax.core.device import allow_tf32, find_device, list_devices, tf32_allowed
from addax.core.device import device as _core_device
from addax.core.function import Settings
from addax.tf._advice import Names, absent


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


_visible: dict[str, list[PhysicalDevice]] = {}
_parts: dict[PhysicalDevice, list[LogicalDeviceConfiguration]] = {}


def list_physical_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """The devices of this machine, of one type if `device_type` is given.

    Example:

    >>> from addax import tf
    >>> tf.config.list_physical_devices("CPU")[0].name
    '/physical_device:CPU:0'
    """
    names = sorted(list_devices(device_type), key=lambda name: not name.startswith("C"))
    return [PhysicalDevice(f"/physical_device:{n}", n.split(":")[0]) for n in names]


def get_visible_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """The devices that programs are told of."""
    found = list_physical_devices(device_type)
    return [d for d in found if d in _visible.get(d.device_type, found)]


def set_visible_devices(devices: Any, device_type: str | None = None) -> None:
    """Says which devices programs are told of.

    Tensors are placed where JAX places them; to keep them off a GPU, set the
    environment variable `JAX_PLATFORMS=cpu`.

    Args:
        devices: A physical device, or a list of them.
        device_type: Of which type; the others stay.
    """
    single = isinstance(devices, PhysicalDevice)
    chosen = [devices] if single else list(devices)
    kinds = {d.device_type for d in list_physical_devices()}
    for kind in kinds if device_type is None else {device_type}:
        _visible[kind] = [d for d in chosen if d.device_type == kind]


def list_logical_devices(device_type: str | None = None) -> list[LogicalDevice]:
    """The devices as programs name them."""
    return [
        LogicalDevice(d.name.replace("physical_device", "device"), d.device_type)
        for d in get_visible_devices(device_type)
    ]


def set_logical_device_configuration(device: PhysicalDevice, logical: Any) -> None:
    """Accepted for TensorFlow's sake: XLA does not divide devices."""
    _parts[device] = list(logical)


def get_logical_device_configuration(
    device: PhysicalDevice,
) -> list[LogicalDeviceConfiguration] | None:
    """What `set_logical_device_configuration` was given."""
    return _parts.get(device)


def run_functions_eagerly(run_eagerly: bool) -> None:
    """Whether `tf.function`s run as plain Python, e.g. to step through them."""
    Settings.run_eagerly = bool(run_eagerly)


def functions_run_eagerly() -> bool:
    """Whether `tf.function`s run as plain Python."""
    return Settings.run_eagerly


experimental_run_functions_eagerly = run_functions_eagerly
experimental_functions_run_eagerly = functions_run_eagerly


_settings: dict[str, Any] = {}


def _setting(name: str, start: Any) -> tuple[Callable[..., None], Callable[..., Any]]:
    """A pair of functions: one keeps a value, the other gives it back."""

    def keep(*args: Any, **kwargs: Any) -> None:
        _settings[name] = [*args, *kwargs.values()][-1]

    def give(*args: Any) -> Any:
        return _settings.get(name, start)

    keep.__doc__ = "Accepted for TensorFlow's sake; XLA decides."
    give.__doc__ = "What was set last; nothing depends on it."
    return keep, give


def _accepted(*args: Any, **kwargs: Any) -> None:
    """Accepted for TensorFlow's sake; XLA decides."""


set_soft_device_placement, get_soft_device_placement = _setting("placement", True)


def device(device_name: Any) -> AbstractContextManager[None]:
    """A block whose tensors and variables are made on a device.

    Where there is none of that name, it is the default device, unless soft placement
    is switched off.

    Args:
        device_name: E.g. `"/device:GPU:0"`; `None` for the default device.

    Raises:
        ValueError: If there is no such device, and soft placement is switched off.
    """
    if device_name is None:
        return nullcontext()
    try:
        found = (
            find_device(device_name) if isinstance(device_name, str) else device_name
        )
    except ValueError:
        if not get_soft_device_placement():
            raise
        return nullcontext()
    return _core_device(found)


_set_growth, _get_growth = _setting("growth", False)
_set_jit, _get_jit = _setting("jit", "autoclustering")
_set_inter, _get_inter = _setting("inter", 0)
_set_intra, _get_intra = _setting("intra", 0)
experimental_connect_to_cluster = experimental_connect_to_host = _accepted


def _set_options(options: dict[str, Any]) -> None:
    _settings.setdefault("options", {}).update(options)


def _get_options() -> dict[str, Any]:
    return dict(_settings.get("options", {}))


def _details(device: PhysicalDevice) -> dict[str, Any]:
    return {"device_name": device.device_type}


def _deterministic() -> None:
    """Nothing to do: the same seeds give the same numbers always."""


experimental = Names(
    "tf.config.experimental",
    ClusterDeviceFilters=SimpleNamespace,
    VirtualDeviceConfiguration=LogicalDeviceConfiguration,
    enable_mlir_bridge=_accepted,
    enable_op_determinism=_deterministic,
    enable_tensor_float_32_execution=allow_tf32,
    get_device_details=_details,
    get_memory_growth=_get_growth,
    get_visible_devices=get_visible_devices,
    get_virtual_device_configuration=get_logical_device_configuration,
    list_logical_devices=list_logical_devices,
    list_physical_devices=list_physical_devices,
    set_memory_growth=_set_growth,
    set_virtual_device_configuration=set_logical_device_configuration,
    set_visible_devices=set_visible_devices,
    tensor_float_32_execution_enabled=tf32_allowed,
)
threading = Names(
    "tf.config.threading",
    get_inter_op_parallelism_threads=_get_inter,
    get_intra_op_parallelism_threads=_get_intra,
    set_inter_op_parallelism_threads=_set_inter,
    set_intra_op_parallelism_threads=_set_intra,
)
optimizer = Names(
    "tf.config.optimizer",
    get_experimental_options=_get_options,
    get_jit=_get_jit,
    set_experimental_options=_set_options,
    set_jit=_set_jit,
)

__getattr__ = absent(__name__)
