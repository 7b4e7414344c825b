"""Builds the native kernels with the C++ compiler at hand.

    python addax/native/build.py [--every-level]

The package's build (hatch_build.py at the root) runs this file by itself, where neither
addax nor JAX can be imported: it uses the standard library only.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
SOURCES = HERE / "src"

# One library for each level of instructions: the kernels live by the width of vectors,
# and what was built for the widest does not run everywhere. Processors below x86-64-v3
# (before 2013) have XLA's formulations.
LEVELS = {"x86_64": ("x86-64-v3", "x86-64-v4"), "AMD64": ("x86-64-v3", "x86-64-v4")}
GENERIC = "generic"

# NaN must stay NaN, so no -ffast-math; errno and traps are read by nobody.
FLAGS = (
    "-std=c++17",
    "-O3",
    "-fPIC",
    "-fvisibility=hidden",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-Wall",
)
_WIDE = {"x86-64-v4": ("-mprefer-vector-width=512",)}


def compiler() -> str | None:
    """The C++ compiler: `$CXX`, or the first found of c++, g++ and clang++."""
    if sys.platform == "win32":  # pragma: no cover - the sources are for GCC and Clang
        return None
    names = [os.environ.get("CXX", ""), "c++", "g++", "clang++"]
    return next((found for n in names if n and (found := shutil.which(n))), None)


def headers() -> Path | None:
    """The folder of XLA's headers, which comes with jaxlib."""
    spec = importlib.util.find_spec("jaxlib")
    for place in (spec.submodule_search_locations or []) if spec else []:
        if (Path(place) / "include" / "xla" / "ffi" / "api" / "ffi.h").exists():
            return Path(place) / "include"
    return None


def interface() -> int:
    """The version of XLA's interface that the headers say: 5 for 0.5, 1002 for 1.2.

    Raises:
        OSError: If there are no headers.
    """
    path = (headers() or HERE) / "xla" / "ffi" / "api" / "c_api.h"
    found = dict(re.findall(r"#define XLA_FFI_API_(M\w+) (\d+)", path.read_text()))
    return 1000 * int(found["MAJOR"]) + int(found["MINOR"])


def library(level: str) -> Path:
    """Where the library for a level of instructions belongs."""
    return HERE / f"_kernels-{level}.so"


def probe() -> Path:
    """Where the library that tells this processor's level belongs."""
    return HERE / "_level.so"


def level() -> str:
    """This processor's level; empty if no library is for it or none was built."""
    try:
        tell = ctypes.CDLL(str(probe())).addax_level
    except (OSError, AttributeError):
        return ""
    tell.restype = ctypes.c_char_p
    return tell().decode()


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr[-4000:]}")


def build(every_level: bool = False) -> list[Path]:
    """Compiles the kernels into this folder.

    Args:
        every_level: Build for all processors of this kind, not for this one only.

    Returns:
        The files made; none where there is no compiler or no header.

    Raises:
        RuntimeError: The compiler refuses a source; the message has what it printed.
    """
    cxx, include = compiler(), headers()
    if cxx is None or include is None:
        return []
    with tempfile.TemporaryDirectory() as place:
        beside = Path(place) / "level.so"
        _run(cxx, *FLAGS, "-shared", str(SOURCES / "level.cc"), "-o", str(beside))
        shutil.move(beside, probe())
        levels = LEVELS.get(platform.machine(), (GENERIC,))
        if not every_level:
            levels = tuple(each for each in levels if each == level())
        jobs = [
            (each, source, Path(place) / f"{source.stem}-{each}.o")
            for each in levels
            for source in sorted(SOURCES.glob("*.cc"))
            if source.stem != "level"
        ]

        def compile_one(job: tuple[str, Path, Path]) -> None:
            each, source, made = job
            march = () if each == GENERIC else (f"-march={each}", *_WIDE.get(each, ()))
            where = (f"-I{include}", f"-I{SOURCES}")
            _run(cxx, *FLAGS, *march, *where, "-c", str(source), "-o", str(made))

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(compile_one, jobs))
        for each in levels:
            objects = [str(made) for of, _, made in jobs if of == each]
            beside = Path(place) / f"{each}.so"
            _run(cxx, "-shared", *objects, "-o", str(beside))
            shutil.move(beside, library(each))  # whole or not at all
    return [probe(), *(library(each) for each in levels)]


if __name__ == "__main__":
    for path in build(every_level="--every-level" in sys.argv):
        print(path)
