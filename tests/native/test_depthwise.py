"""The kernels of src/depthwise.cc against the formulation of XLA."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from addax import native
from addax.ops import depthwise as subject
from addax.ops.windows import Window, pads

pytestmark = pytest.mark.skipif(
    not native.available(), reason="the native kernels were not built"
)

# window, space, strides, padding, dilation, images, channels
CASES = {
    "one axis": ((3,), (16,), (1,), "causal", (2,), 2, 20),
    "odd": ((3, 3), (5, 7), (1, 1), "same", (1, 1), 2, 19),
    "steps": ((3, 3), (6, 9), (2, 2), "same", (1, 1), 3, 33),
    "steps apart": ((3, 2), (9, 8), (1, 2), "valid", (2, 1), 2, 5),
    "steps past the window": ((2, 2), (7, 8), (3, 3), "valid", (1, 1), 2, 9),
    "wide": ((3, 3), (2, 70), (1, 1), "same", (1, 1), 1, 36),
    "high": ((3, 3), (70, 2), (1, 1), "same", (1, 1), 2, 16),
    "many places": ((7, 7), (14, 14), (1, 1), "same", (1, 1), 2, 200),
    "window past the image": ((5, 5), (3, 3), (1, 1), "same", (1, 1), 2, 16),
    "one place": ((1, 1), (9, 9), (2, 2), "same", (1, 1), 1, 8),
    "cut off": ((3, 3), (9, 9), (1, 1), ((-1, 2), (2, -1)), (1, 1), 2, 24),
    "no place, in steps": ((4, 3), (2, 9), (2, 3), "valid", (1, 1), 2, 8),
    "no images": ((3, 3), (9, 9), (1, 1), "same", (1, 1), 0, 24),
    "vectors of eight": ((3, 3), (9, 9), (1, 1), "same", (1, 1), 1, 24),
    "pieces": ((3, 3), (32, 32), (1, 1), "same", (1, 1), 8, 32),
}


def _operands(case: str) -> tuple[jax.Array, jax.Array, jax.Array, Window]:
    size, space, strides, padding, apart, images, channels = CASES[case]
    around = padding
    if isinstance(padding, str):
        around = pads(padding, space, size, strides, apart)
    w = Window(space, size, strides, around, apart)
    rng = np.random.default_rng(0)
    x, k, y = (
        jnp.asarray(rng.normal(size=shape), jnp.float32)
        for shape in (
            (images, *space, channels),
            (*size, channels),
            (images, *w.counts, channels),
        )
    )
    return x, k, y, w


@pytest.mark.parametrize("case", CASES)
def test_the_three_maps_are_those_of_xla(case: str) -> None:
    x, k, y, w = _operands(case)
    maps = {
        "_each": (subject._each, subject._forward, x, k),
        "_each_transpose": (subject._each_transpose, subject._transpose, y, k),
        "_each_kernel": (subject._each_kernel, subject._kernel, x, y),
    }
    for name, (fast, slow, a, b) in maps.items():
        found = jax.jit(fast, static_argnums=2)(a, b, w)
        wanted = jax.jit(slow, static_argnums=2)(a, b, w)
        assert (
            "addax.depthwise"
            in jax.jit(fast, static_argnums=2).lower(a, b, w).as_text()
        )
        assert (found.shape, found.dtype) == (wanted.shape, wanted.dtype), name
        # Sums of up to 8192 products, about 90; JAX 0.10 adds in another order.
        np.testing.assert_allclose(found, wanted, rtol=2e-5, atol=2e-4, err_msg=name)


def _penalty(x: jax.Array, k: jax.Array, w: Window) -> jax.Array:
    """A loss with a gradient inside, as in a gradient penalty."""
    inner = jax.grad(lambda v: jnp.sum(subject.depthwise(v, k, w) ** 2))(x)
    return jnp.sum(jnp.sin(inner / 10))  # within a period: rounding stays small


def test_second_gradients_in_a_loop_and_under_vmap_are_those_of_xla() -> None:
    x, k, _, w = _operands("steps")
    k = k[..., None, :]
    both = jax.grad(_penalty, (0, 1))

    def all_ways(x: jax.Array, k: jax.Array) -> tuple[jax.Array, ...]:
        alone = both(x, k, w)
        looped = jax.lax.scan(lambda c, e: (c, both(e[None], k, w)), 0, x)[1]
        mapped = jax.vmap(lambda v: both(x, v, w))(jnp.stack([k, 2 * k]))
        return (*alone, *looped, *mapped)

    found = jax.jit(all_ways)(x, k)
    with native.USE.override(False):
        wanted = jax.jit(lambda *a: all_ways(*a))(x, k)
    for a, b in zip(found, wanted, strict=True):
        size = float(jnp.abs(b).max())
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5 * size)


def test_other_types_few_channels_and_three_axes_keep_to_xla() -> None:
    x, k, _, w = _operands("odd")
    lower = jax.jit(subject._each, static_argnums=2).lower
    half = x.astype(jnp.float16), k.astype(jnp.float16)
    assert "addax.depthwise" not in lower(*half, w).as_text()
    assert "addax.depthwise" not in lower(x[..., :3], k[..., :3], w).as_text()
    deep = Window((3, 3, 3), (2, 2, 2), (1, 1, 1), ((0, 0),) * 3, (1, 1, 1))
    x3, k3 = jnp.ones((1, 3, 3, 3, 4)), jnp.ones((2, 2, 2, 4))
    assert "addax.depthwise" not in lower(x3, k3, deep).as_text()
