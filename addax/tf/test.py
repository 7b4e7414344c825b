"""`tf.test`: what this machine has."""

from __future__ import annotations

from addax.tf._advice import absent
from addax.tf.config import list_physical_devices
from addax.tf.testing import TestCase as TestCase
from addax.tf.testing import main as main


def is_gpu_available(
    cuda_only: bool = False, min_cuda_compute_capability: object = None
) -> bool:
    """Whether there is a GPU."""
    return bool(list_physical_devices("GPU"))


def gpu_device_name() -> str:
    """The name of the first GPU, e.g. `"/device:GPU:0"`; empty without one."""
    return "/device:GPU:0" if is_gpu_available() else ""


def is_built_with_cuda() -> bool:
    """Whether there is a GPU that can be used."""
    return is_gpu_available()


is_built_with_gpu_support = is_built_with_rocm = is_built_with_cuda


def is_built_with_xla() -> bool:
    """Always: XLA compiles everything."""
    return True


__getattr__ = absent(__name__)
