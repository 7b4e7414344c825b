"""The convolutions in C++ give what XLA's do, at every order of derivative."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from addax import native
from addax.ops import conv, conv_native
from addax.ops.windows import Window, pads

pytestmark = pytest.mark.skipif(
    not native.available(), reason="the native kernels were not built"
)

# (batch, *space, inputs), (*size, outputs), strides, padding, dilation
CASES = {
    "few channels, odd sizes": ((3, 13, 9, 3), (3, 3, 5), (1, 1), "same", (1, 1)),
    "whole blocks": ((2, 8, 17, 16), (3, 3, 32), (1, 1), "valid", (1, 1)),
    "blocks and a rest": ((2, 7, 33, 70), (3, 2, 49), (1, 1), "same", (1, 1)),
    "one channel": ((5, 12, 12, 1), (5, 5, 2), (1, 1), "valid", (1, 1)),
    "steps": ((3, 11, 14, 20), (3, 3, 33), (2, 2), "same", (1, 1)),
    "steps beyond the window": ((2, 11, 9, 6), (2, 1, 18), (3, 2), "valid", (1, 1)),
    "gaps": ((2, 12, 15, 17), (3, 2, 8), (1, 1), "same", (2, 3)),
    "gaps and steps": ((1, 14, 11, 9), (3, 3, 4), (2, 3), "valid", (2, 2)),
    "one axis": ((4, 40, 12), (5, 24), (1,), "causal", (2,)),
    "one element": ((3, 9, 9, 31), (1, 1, 17), (2, 2), "valid", (1, 1)),
    "small images, a large kernel": (
        (4, 2, 3, 128),
        (3, 3, 260),
        (1, 1),
        "same",
        (1, 1),
    ),
    "cut off": ((2, 9, 8, 6), (3, 2, 17), (1, 2), ((-2, 1), (-1, -3)), (1, 1)),
    "cut off, one axis": ((2, 9, 6), (3, 5), (1,), ((-3, 4),), (2,)),
    "no image": ((0, 6, 6, 4), (3, 3, 4), (1, 1), "same", (1, 1)),
    "no place for the window": ((2, 2, 6, 4), (3, 3, 4), (1, 1), "valid", (1, 1)),
    "no place, in steps": ((2, 2, 9, 4), (4, 3, 4), (2, 3), "valid", (1, 1)),
}
MAPS = {
    "outputs": (conv_native.forward, conv._forward, ("x", "k")),
    "inputs": (conv_native.transpose, conv._transpose, ("y", "k")),
    "kernel": (conv_native.kernel, conv._kernel, ("x", "y")),
}


def make(case):
    shape, (*size, outputs), strides, padding, dilation = CASES[case]
    space, size = shape[1:-1], tuple(size)
    around = padding
    if isinstance(padding, str):
        around = pads(padding, space, size, strides, dilation)
    w = Window(space, size, strides, around, dilation)
    rng = np.random.default_rng(0)
    shapes = {
        "x": shape,
        "k": (*size, shape[-1], outputs),
        "y": (shape[0], *w.counts, outputs),
    }
    return w, {name: rng.normal(size=s).astype("f") for name, s in shapes.items()}


def agree(ours, theirs, tolerance=3e-6):
    assert ours.shape == theirs.shape
    assert ours.dtype == theirs.dtype
    scale = float(np.max(np.abs(theirs), initial=1e-6))
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance * scale)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", MAPS)
def test_values_are_those_of_xla(case, name):
    ours, theirs, operands = MAPS[name]
    w, arrays = make(case)
    a, b = (jnp.asarray(arrays[each]) for each in operands)
    agree(jax.jit(ours, static_argnums=2)(a, b, w), theirs(a, b, w))


@pytest.mark.parametrize("case", ["steps", "gaps", "one axis"])
def test_gradients_and_theirs_are_those_of_xla(case):
    w, arrays = make(case)
    x, k = jnp.asarray(arrays["x"]), jnp.asarray(arrays["k"])

    def penalty(fn):
        def loss(x, k):
            return jnp.sum(jnp.sin(fn(x, k, w)))

        def norm(x, k):
            return sum(jnp.sum(g**2) for g in jax.grad(loss, (0, 1))(x, k))

        return jax.jit(jax.grad(norm, (0, 1)))(x, k)

    for ours, theirs in zip(penalty(conv._conv), penalty(conv._forward), strict=True):
        agree(ours, theirs, 3e-5)


def test_under_vmap_and_scan():
    w, arrays = make("few channels, odd sizes")
    x, k = jnp.asarray(arrays["x"]), jnp.asarray(arrays["k"])
    ks = jnp.stack([k, 2 * k])
    each = jax.vmap(lambda k: conv._conv(x, k, w))(ks)
    agree(each, jnp.stack([conv._forward(x, k, w) for k in ks]))
    _, found = jax.lax.scan(lambda c, k: (c, conv._conv(x, k, w)), 0, ks)
    agree(found, each)


def test_other_types_are_left_to_xla():
    w, arrays = make("steps")
    x, k = (jnp.asarray(arrays[n], "bfloat16") for n in "xk")
    chosen = conv_native.either(conv_native.forward, conv._forward)
    assert chosen(x, k, w).dtype == jnp.bfloat16
    assert "ffi_call" not in str(jax.make_jaxpr(chosen, static_argnums=2)(x, k, w))


def test_what_is_not_needed_is_not_computed():
    w, arrays = make("steps")
    x, k = jnp.asarray(arrays["x"]), jnp.asarray(arrays["k"])
    grad = jax.jit(jax.grad(lambda k: jnp.sum(conv._conv(x, k, w) ** 2)))
    text = grad.lower(k).compile().as_text()
    assert "conv_kernel" in text
    assert "conv_transpose" not in text
