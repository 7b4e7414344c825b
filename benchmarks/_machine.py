"""What the figures were measured on."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks._peers import python

_PACKAGES = {
    "addax": ("addax", "jax", "jaxlib", "numpy"),
    "keras-jax": ("keras", "jax"),
    "keras-tensorflow": ("keras", "tensorflow", "tensorflow-cpu"),
    "keras-torch": ("keras", "torch"),
    "torch": ("torch",),
}
_ASK = (
    "import importlib.metadata as m, json, sys\n"
    "found = {}\n"
    "for p in sys.argv[1:]:\n"
    "    try: found[p] = m.version(p)\n"
    "    except m.PackageNotFoundError: pass\n"
    "print(json.dumps(found))"
)


def versions(peers: list[str], gpu: bool = False) -> dict[str, str]:
    """The release of each library that takes part."""
    found: dict[str, str] = {"python": platform.python_version()}
    for peer in peers:
        if peer not in _PACKAGES:
            continue
        command = [python(peer, gpu), "-c", _ASK, *_PACKAGES[peer]]
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
        found |= json.loads(answer.stdout)
    return found


def describe() -> dict[str, Any]:
    """Processor, cores, memory and system."""
    return {
        "processor": _processor(),
        "cores": _cores() or os.cpu_count(),
        "memory_gb": _memory_gb(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def machine() -> str:
    """Processor, system and versions in a line, for the record."""
    import jax

    import addax

    devices = jax.devices()
    return (
        f"{platform.machine()}, {_cores()} cores, {len(devices)} JAX device(s) "
        f"({devices[0].platform}), Python {platform.python_version()}, "
        f"JAX {jax.__version__}, addax {addax.__version__}"
    )


def accelerator() -> str:
    """The GPU that JAX sees; empty if there is none."""
    code = (
        "import jax\n"
        "try: print('GPU:' + jax.devices('gpu')[0].device_kind)\n"
        "except RuntimeError: pass"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True
    )
    found = re.search(r"^GPU:(.*)$", answer.stdout, re.MULTILINE)
    return found[1].strip() if found else ""


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0


def _processor() -> str:
    try:
        info = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or platform.machine()
    found = {
        key: re.search(rf"^{key}\s*:\s*(.*)$", info, re.MULTILINE)
        for key in ("model name", "cpu family", "flags")
    }
    name = found["model name"][1] if found["model name"] else platform.machine()
    wide = found["flags"] and "avx512f" in found["flags"][1]
    return name + (" (AVX-512)" if wide else "")


def _memory_gb() -> int:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
    except (ValueError, AttributeError, OSError):
        return 0


def load() -> float:
    """How many processes wanted to run in the last minute."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
