"""`keras.ops` against the real Keras: values, shapes, types and gradients.

A row is an expression in `ops` and named arrays, computed by both.
"""

from __future__ import annotations

import ast
import builtins
import inspect
from typing import Any

import jax
import jax.numpy as jnp
import keras as oracle
import numpy as np
import pytest

from addax import keras
from addax.core import GradientTape, convert

_rng = np.random.default_rng(0)


def _normal(*shape: int) -> np.ndarray:
    return _rng.normal(size=shape).astype("float32")


ARRAYS: dict[str, np.ndarray] = {
    "x": _normal(3, 4),
    "y": _normal(3, 4),
    "p": np.abs(_normal(3, 4)) + 0.1,  # positive
    "u": _rng.uniform(0.05, 0.95, (3, 4)).astype("float32"),  # within 0 and 1
    "v": _normal(4),
    "a": _normal(2, 3, 4),
    "b": _normal(2, 4, 5),
    "m": _normal(3, 3) + 3 * np.eye(3, dtype="float32"),
    "s": np.eye(3, dtype="float32") * 2 + 0.3,  # symmetric, positive definite
    "img": _normal(2, 7, 6, 3),
    "k": _normal(3, 2, 3, 4),
    "tgt": _rng.uniform(0, 1, (3, 4)).astype("float32"),
    "i": _rng.integers(-5, 5, (3, 4)).astype("int32"),
    "j": _rng.integers(1, 5, (3, 4)).astype("int32"),
    "c": _rng.integers(0, 4, (3,)).astype("int32"),
    "t": _rng.integers(0, 2, (3, 4)).astype("bool"),
    "h": _normal(3, 4).astype("float16"),
    "w": np.array([3, 1, 1, 2, 3, 0], "int32"),
    "ties": np.array([[1.0, 2, 2, 0], [3, 3, 3, 3], [0, 0, 1, 1]], "float32"),
}

UNARY = [
    "abs", "absolute", "negative", "square", "sign", "floor", "ceil", "trunc", "exp",
    "exp2", "expm1", "sin", "cos", "tan", "arctan", "sinh", "cosh", "tanh", "arcsinh",
    "erf", "isnan", "isinf", "isfinite", "sigmoid", "relu", "relu6", "softplus",
    "softsign", "silu", "hard_sigmoid", "hard_silu", "hard_tanh", "log_sigmoid",
    "selu", "sparse_plus", "sparse_sigmoid", "tanh_shrink", "leaky_relu", "elu",
    "celu", "gelu", "glu", "squareplus", "soft_shrink", "hard_shrink", "softmax",
    "log_softmax", "round", "ravel", "transpose", "zeros_like", "ones_like",
    "isneginf", "isposinf", "isreal", "signbit", "sinc", "deg2rad", "rad2deg", "fabs",
    "nan_to_num", "real", "imag", "conj", "angle", "copy", "flip",
]  # fmt: skip
POSITIVE = [
    "log", "log2", "log10", "log1p", "sqrt", "rsqrt", "reciprocal", "cbrt",
]  # fmt: skip
WITHIN = [
    "arcsin", "arccos", "arctanh", "erfinv", "i0", "erfc",
]  # fmt: skip
BINARY = [
    "add", "subtract", "multiply", "divide", "floor_divide", "mod", "power",
    "maximum", "minimum", "arctan2", "equal", "not_equal", "less", "less_equal",
    "greater", "greater_equal", "logical_and", "logical_or", "logical_xor",
    "true_divide", "divide_no_nan", "fmax", "fmin", "fmod", "heaviside", "hypot",
    "logaddexp", "logaddexp2", "nextafter",
]  # fmt: skip
REDUCE = [
    "sum", "mean", "max", "min", "prod", "var", "std", "amax", "amin", "any", "all",
    "logsumexp", "count_nonzero",
]  # fmt: skip

CASES = [
    *(f"{f}(x)" for f in UNARY),
    *(f"{f}(p)" for f in POSITIVE),
    "arccosh(p + 1)",
    *(f"{f}(u)" for f in WITHIN),
    *(f"{f}(p, y + 3)" for f in BINARY),
    *(f"{f}(x)" for f in REDUCE),
    *(f"{f}(a, axis=1)" for f in REDUCE),
    *(f"{f}(a, axis=(0, -1), keepdims=True)" for f in REDUCE[:-1]),
    # types
    *(f"{f}(i)" for f in (
        "exp", "sqrt", "relu", "sum", "mean", "softmax", "abs", "square", "floor"
    )),
    *(f"{f}(t)" for f in ["sum", "mean", "exp", "max", "logical_not"]),
    *(f"{f}(h)" for f in ["exp", "sum", "mean", "softmax", "var", "sqrt"]),
    "add(i, x)", "add(i, h)", "add(t, i)", "add(i, 1)", "add(i, 1.5)", "add(h, 1.5)",
    "divide(i, j)", "multiply(t, 2)", "matmul(i, transpose(j))", "power(i, 2)",
    "maximum(x, 0)", "where(t, x, 0)", "where(t, i, 1.5)", "clip(x, -0.5, 0.5)",
    "clip(i, -1, 2)", "mod(i, 3)", "floor_divide(i, 2)", "bitwise_and(i, j)",
    "bitwise_or(i, j)", "bitwise_xor(i, j)", "bitwise_not(i)", "bitwise_invert(i)",
    "left_shift(j, 1)", "right_shift(i, 1)", "bitwise_left_shift(j, 2)", "gcd(i, j)",
    "lcm(i, j)", "cast(x, 'int32')", "cast(t, 'float16')",
    "saturate_cast(x * 300, 'uint8')",
    # indexing and order
    "argmax(x)", "argmax(x, axis=1)", "argmin(x, axis=0, keepdims=True)",
    "argsort(ties)", "sort(x)", "sort(x, axis=0)", "top_k(ties, 2)", "top_k(x, 3)",
    "in_top_k(c, ties, 2)", "in_top_k(c, x, 1)", "searchsorted(sort(v), v)",
    "unique(w)", "bincount(w)", "bincount(w, minlength=6)",
    "bincount(w, weights=cast(w, 'float32'))",
    "take(x, c, axis=1)", "take(x, [0, -1], axis=0)", "take(x, 5)",
    "take_along_axis(x, expand_dims(c, 1), axis=1)", "x[1]", "x[:, 1:3]", "x[..., -1]",
    "get_item(a, (0, slice(1, 3)))", "nonzero(t)", "argpartition(v, 2)[:2] * 0",
    "isin(i, j)", "digitize(x, [-1.0, 0.0, 1.0])", "cumsum(x)", "cumsum(x, axis=1)",
    "cumprod(x, axis=0)", "diff(x)", "diff(x, n=2, axis=0)", "trapezoid(x)",
    "unravel_index(c, (2, 2))", "select([t, x > 0], [x, y], 7.0)",
    # shapes
    "reshape(x, (2, -1))", "reshape(x, -1)", "expand_dims(x, 1)",
    "expand_dims(x, (0, 3))",
    "squeeze(x[:1])", "squeeze(x[:1], axis=0)", "transpose(a, (2, 0, 1))",
    "moveaxis(a, 0, -1)", "swapaxes(a, 0, 2)", "flip(x, axis=1)", "fliplr(x)",
    "flipud(x)",
    "roll(x, 1)", "roll(x, (1, 2), axis=(0, 1))", "rot90(x)", "tile(x, (2, 1))",
    "tile(v, 3)",
    "repeat(x, 2)", "repeat(x, 2, axis=0)", 
    "pad(x, 1)", "pad(x, ((1, 0), (0, 2)))", "pad(x, 1, mode='reflect')",
    "pad(x, 1, constant_values=3.0)", "concatenate([x, y])",
    "concatenate([x, i], axis=1)",
    "stack([x, y])", "stack([x, y], axis=-1)", "hstack([x, y])", "vstack([x, y])",
    "dstack([x, y])", "append(x, y)", "append(x, y, axis=0)", "split(x, 2, axis=1)",
    "split(x, [1, 3], axis=1)", "array_split(v, 3)", "hsplit(x, 2)", "vsplit(m, 3)",
    "dsplit(a, 2)", "unstack(x, axis=1)", "broadcast_to(v, (3, 4))", "diag(v)",
    "diag(m, k=1)", "diagflat(v)", "diagonal(a)", "tril(m)", "triu(m, k=1)", "trace(m)",
    "slice(x, (1, 0), (2, 3))", "slice_update(x, (1, 1), zeros((1, 2)))", "vander(v)",
    "scatter(expand_dims(c, 1), v[:3], (4,))", "scatter_update(x, [[0, 1]], [9.0])",
    "depth_to_space(zeros((1, 2, 2, 4)), 2)", "space_to_depth(img[:, :6], 2)",
    "view(h, dtype='int16')", "ptp(x)", "ptp(x, axis=1)",
    # creation
    "zeros((2, 3))", "ones((2,), dtype='int32')", "full((2, 2), 3)",
    "full_like(x, 2.5)",
    "arange(5)", "arange(1, 2, 0.25)", "arange(3.0)", "arange(2, 5, dtype='float32')",
    "linspace(0, 1, 5)", "linspace(0, 10, 4, endpoint=False)", "logspace(0, 2, 3)",
    "geomspace(1, 100, 3)", "eye(3)", "eye(2, 3, k=1)", "identity(2)", "tri(3)",
    "meshgrid(v, v)", "meshgrid(v, v, indexing='ij')", "one_hot(c, 4)",
    "one_hot(c, 4, axis=0, dtype='int32')", "multi_hot(reshape(w, (2, 3)), 4)",
    "bartlett(5)", "blackman(5)", "hamming(5)", "hanning(5)", "kaiser(5, 2.0)",
    # products and decompositions
    "matmul(a, b)", "matmul(x, v)", "dot(x, v)", "dot(a, transpose(x))",
    "tensordot(x, y, 2)",
    "tensordot(a, x, axes=[[2], [1]])", "einsum('ijk,ikl->ijl', a, b)", "outer(v, v)",
    "inner(x, y)", "vdot(x, y)", "cross(x[:, :3], y[:, :3])", "kron(m, m)", "norm(x)",
    "norm(x, axis=1)", "norm(m, ord=1)", "norm(x, ord=1, axis=1, keepdims=True)",
    "det(m)",
    "slogdet(m)", "logdet(s)", "inv(m)", "pinv(x)", "solve(m, m)", "cholesky(s)",
    "cholesky_inverse(s)", "solve_triangular(tril(m), m, lower=True)",
    "abs(qr(m)[1])", "svd(x, compute_uv=False)", "eigh(s)[0]", "lstsq(transpose(x), v)",
    "matrix_rank(m)", "cdist(x, y)",
    # networks
    "conv(img, k)", "conv(img, k, strides=2, padding='same')",
    "conv(img, k, dilation_rate=2)", "depthwise_conv(img, k, padding='same')",
    "conv_transpose(img, transpose(k, (0, 1, 3, 2)), strides=2)",
    "max_pool(img, (2, 2), (2, 2))", "max_pool(img, (3, 3), (1, 1), padding='same')",
    "average_pool(img, (2, 2), (2, 2))",
    "average_pool(img, (3, 3), (2, 2), padding='same')",
    "adaptive_average_pool(img, (3, 2))", "adaptive_max_pool(img, (3, 2))",
    "moments(x, [0])", "moments(a, [0, 2], keepdims=True)", "moments(h, [0])",
    "batch_normalization(x, v, abs(v), -1, offset=v, scale=v)",
    "batch_normalization(x, v[:3], abs(v[:3]), 0, epsilon=0.1)",
    "layer_normalization(x, gamma=v, beta=v, epsilon=1e-3)",
    "rms_normalization(x, scale=v)",
    "normalize(x)", "normalize(x, axis=0, order=1)", "normalize(x, order=3)",
    "binary_crossentropy(tgt, u)", "binary_crossentropy(tgt, x * 30, from_logits=True)",
    "binary_crossentropy(round(tgt), round(u))",
    "categorical_crossentropy(tgt, u)",
    "categorical_crossentropy(tgt, x, from_logits=True)",
    "categorical_crossentropy(tgt, x, from_logits=True, axis=0)",
    "sparse_categorical_crossentropy(c, u)",
    "sparse_categorical_crossentropy(c, x, from_logits=True)",
    "sparse_categorical_crossentropy(expand_dims(c, 1), u)",
    "threshold(x, 0.2, 5.0)", "softmax(a, axis=(1, 2))",
    "dot_product_attention(reshape(a, (2, 3, 2, 2)), reshape(a, (2, 3, 2, 2)), "
    "reshape(a, (2, 3, 2, 2)))", "psnr(x, y, 1.0)",
    "unfold(transpose(img, (0, 3, 1, 2)), 2)",
    "fold(unfold(transpose(img, (0, 3, 1, 2)), 2), (7, 6), 2)",
    # statistics
    "average(x, axis=1, weights=y)", "median(x)", "median(x, axis=1, keepdims=True)",
    "quantile(x, 0.3)", "quantile(x, [0.2, 0.9], axis=1)", "percentile(x, 30)",
    "histogram(v, bins=4)", "corrcoef(x)", "correlate(v, v, mode='same')",
    "nansum(x)", "nanmean(x, axis=0)", "nanmax(x)", "nanmin(x)", "nanvar(x)",
    "nanstd(x)",
    "nanprod(x)", "nanmedian(x)", "nanargmax(x, axis=1)", "nanargmin(x)",
    "nancumsum(x)",
    "nancumprod(x, axis=1)", "nanquantile(x, 0.5)", "nanpercentile(x, 50)",
    "allclose(x, x)", "isclose(x, y)", "segment_sum(x, c, 4)",
    "segment_max(x, c, 5)", "segment_min(x, c, 4)",
    "segment_prod(i, c, 4)", "ldexp(x, j)", "polar(p, y)",
    "view_as_real(polar(p, y))",
    # signals
    "fft((x, y))", "fft2((x, y))", "ifft2((x, y))", "rfft(x)", "irfft(rfft(x))",
    "extract_sequences(v, 2, 1)", "stft(v, 3, 1, 4)",
    # control
    "cond(True, lambda: x, lambda: y)", "cond(sum(x) > 100, lambda: x + 1, lambda: y)",
    "while_loop(lambda n, z: n < 3, lambda n, z: (n + 1, z * 2), (0, i))",
    "fori_loop(0, 3, lambda n, z: z + x, y)",
    "scan(lambda carry, z: (carry + z, carry * z), v, x)",
    "map(lambda z: z * 2, x)", "vectorized_map(lambda z: sum(z), x)",
    "switch(1, [lambda z: z, lambda z: z * 3], x)",
    "associative_scan(lambda p, q: p + q, x)", "vectorize(lambda p, q: p * q)(x, y)",
    "stop_gradient(x) * x", "rearrange(a, 'b c d -> (b c) d')",
]  # fmt: skip


def _names(code: str) -> set[str]:
    return {n.id for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Name)}


def _scope(code: str, ops: Any, arrays: dict[str, Any]) -> dict[str, Any]:
    """What the names in an expression stand for."""
    own = {"slice": builtins.slice} if "get_item" in code else {}
    found = {n: getattr(ops, n) for n in _names(code) if hasattr(ops, n)}
    return {**found, **own, **arrays}


def _flat(value: Any) -> list[Any]:
    if isinstance(value, (list, tuple)):
        return [x for each in value for x in _flat(each)]
    return [value]


def _score(found: list[Any], total: Any) -> Any:
    """A number that depends on every floating result."""
    parts = [total(x * x) for x in found if "float" in _dtype(x)]
    return sum(parts[1:], parts[0]) if parts else None


def _dtype(x: Any) -> str:
    name = getattr(x.dtype, "name", str(x.dtype)) if hasattr(x, "dtype") else ""
    # Without TensorFlow, Keras has no 64-bit types
    return name.replace("64", "32") if name[:3] in ("int", "uin", "flo") else name


@pytest.mark.parametrize("code", CASES)
def test_op(code: str) -> None:
    names = [n for n in ARRAYS if n in _names(code)]
    sources = [n for n in names if ARRAYS[n].dtype == "float32"]

    def theirs(*values: Any) -> list[Any]:
        arrays = {n: jnp.asarray(ARRAYS[n]) for n in names}
        arrays |= dict(zip(sources, values, strict=True))
        return _flat(eval(code, _scope(code, oracle.ops, arrays)))

    given = [jnp.asarray(ARRAYS[n]) for n in sources]
    expected = theirs(*given)
    tensors = {n: convert(ARRAYS[n]) for n in names}
    with GradientTape() as tape:
        tape.watch([tensors[n] for n in sources])
        found = _flat(eval(code, _scope(code, keras.ops, tensors)))
        score = _score(found, keras.ops.sum)
    assert len(found) == len(expected)
    for mine, other in zip(found, expected, strict=True):
        assert np.shape(mine) == np.shape(other)
        assert _dtype(mine) == _dtype(other)
        np.testing.assert_allclose(
            np.asarray(mine), np.asarray(other), rtol=2e-5, atol=2e-5
        )
    if score is None or not sources:
        return
    wanted = jax.grad(lambda *v: _score(theirs(*v), jnp.sum), range(len(sources)))(
        *given
    )
    gradients = tape.gradient(score, [tensors[n] for n in sources])
    for mine, other in zip(gradients, wanted, strict=True):
        value = np.zeros(other.shape) if mine is None else mine.numpy()
        np.testing.assert_allclose(value, np.asarray(other), rtol=2e-4, atol=2e-4)


def test_names_and_signatures_are_those_of_keras() -> None:
    for name in dir(keras.ops):
        theirs = getattr(oracle.ops, name, None)
        ours = getattr(keras.ops, name)
        if name.startswith("_") or not callable(theirs) or not callable(ours):
            continue
        mine = list(inspect.signature(ours).parameters)
        wanted = [
            p.name
            for p in inspect.signature(theirs).parameters.values()
            if p.kind is not p.VAR_KEYWORD
        ]
        assert mine[: len(wanted)] == wanted, name
