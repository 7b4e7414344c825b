"""Memory freed by one step is there for the next, unless someone says otherwise."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import jax
import pytest

from addax._base import heap
from addax.core import compiled as compiled  # which listens

# Pages that the system had to clear in three runs of a program with 30 MB of its own.
_FAULTS = """
import resource
import addax, jax, jax.numpy as jnp
f = jax.jit(lambda x: jnp.sum(jnp.sort(x * 2)))
x = jnp.ones(4_000_000)
for _ in range(3):
    f(x).block_until_ready()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(3):
    f(x).block_until_ready()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def _faults(**environment: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", _FAULTS],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc" or sys.platform != "linux",
    reason="glibc's allocator",
)
@pytest.mark.slow
def test_a_step_finds_the_memory_of_the_last_one() -> None:
    kept, given_back = _faults(), _faults(ADDAX_KEEP_MEMORY="0")
    assert kept < given_back / 3


def test_who_tuned_the_allocator_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALLOC_ARENA_MAX", "4")
    assert not heap.keep()


def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "confstr", lambda name: None)
    assert not heap.keep()


def test_the_setting_turns_it_off() -> None:
    with heap.KEEP.override(False):
        assert not heap.keep()


def test_what_compiling_left_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[bool] = []
    monkeypatch.setattr(heap, "give_back", lambda: given.append(True))
    event = "/jax/core/compile/backend_compile_duration"
    for name, seconds in ((event, 0.1), ("/jax/other", 9.0), (event, 9.0)):
        jax.monitoring.record_event_duration_secs(name, seconds)
    assert given == [True]


def test_giving_back_needs_the_c_library(monkeypatch: pytest.MonkeyPatch) -> None:
    assert heap.give_back() in (True, False)
    monkeypatch.setattr(os, "confstr", lambda name: None)
    assert not heap.give_back()
