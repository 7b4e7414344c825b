"""The library is built where a compiler is found, and nothing breaks where none is."""

from __future__ import annotations

import shutil
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from addax import native
from addax.native import build
from addax.ops import conv
from addax.ops.windows import Window


def test_the_library_is_there_where_there_is_a_compiler() -> None:
    if build.compiler() is None:
        pytest.skip("no C++ compiler on this machine")
    assert build.headers() is not None
    if not build.level():
        pytest.skip("no library is built for this processor")
    assert native.available()


def test_the_setting_turns_them_off() -> None:
    with native.USE.override(False):
        assert not native.available()


def test_no_compiler_builds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert build.build() == []


def test_a_source_that_does_not_compile_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if build.compiler() is None:
        pytest.skip("no C++ compiler on this machine")
    (tmp_path / "level.cc").write_text("int nonsense(")
    monkeypatch.setattr(build, "SOURCES", tmp_path)
    with pytest.raises(RuntimeError, match=r"level\.cc"):
        build.build()


def test_the_probe_without_a_library(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(build, "HERE", tmp_path)
    assert build.level() == ""


@pytest.mark.parametrize(
    ("later", "taken"), [(0, True), (1, True), (-1, False), (1000, False)]
)
def test_a_library_is_left_alone_that_this_xla_would_refuse(
    later: int, taken: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = native.library()
    if library is None:
        pytest.skip("no library is built for this processor")
    registered: list[str] = []
    spoken = library.addax_interface() + later
    monkeypatch.setattr(build, "interface", lambda: spoken)
    monkeypatch.setattr(native, "_register", lambda *given: registered.append(given[1]))
    assert (native.library.__wrapped__() is not None) == taken
    assert bool(registered) == taken


def test_a_library_from_other_sources_is_used_for_what_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not native.available():
        pytest.skip("the native kernels were not built")
    monkeypatch.delitem(native._targets, "conv_kernel")
    monkeypatch.delitem(native._targets, "lstm_gradient")
    assert native.available("conv", "gru", "gru_gradient")
    assert not native.available("conv", "conv_kernel")
    x, k = jnp.ones((1, 5, 5, 4)), jnp.ones((3, 3, 4, 8))
    w = Window((5, 5), (3, 3), (1, 1), ((0, 0), (0, 0)), (1, 1))
    both = jax.jit(jax.grad(lambda x, k: jnp.sum(conv._conv(x, k, w)), (0, 1)))
    assert "addax." not in both.lower(x, k).as_text()
    np.testing.assert_allclose(both(x, k)[1], np.full((3, 3, 4, 8), 9))


def test_the_headers_say_the_version_of_the_interface() -> None:
    if build.headers() is None:
        pytest.skip("this jaxlib has no headers")
    assert build.interface() > 0
