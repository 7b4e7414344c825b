"""Builds the native kernels into the package, where a C++ compiler is found."""

from __future__ import annotations

import importlib.util
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent


def _builder() -> Any:
    """addax/native/build.py, without the package around it."""
    path = ROOT / "addax" / "native" / "build.py"
    spec = importlib.util.spec_from_file_location("addax_native_build", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class CustomBuildHook(BuildHookInterface):
    """Compiles before the wheel is packed; a failure leaves a wheel without kernels."""

    def dependencies(self) -> list[str]:
        """XLA's headers are in jaxlib; nobody else needs it to build."""
        return ["jaxlib>=0.10"] if _builder().compiler() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Builds, and marks the wheel as one for this platform."""
        if self.target_name != "wheel":
            return
        try:
            made = _builder().build(every_level=version != "editable")
        except RuntimeError as error:
            print(f"The native kernels were not built: {error}", file=sys.stderr)
            return
        if made:
            name = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data["tag"] = f"py3-none-{name}"
            build_data["pure_python"] = False
            build_data["artifacts"] += [str(p.relative_to(ROOT)) for p in made]
