"""TensorFlow's functions against NumPy: values, types, gradients where they matter."""

import numpy as np
import pytest

from addax import tf

A = np.array([[1.5, -2.0, 0.25], [3.0, 0.5, -1.0]], "float32")
B = np.array([[2.0, 0.5, -4.0], [1.0, -0.25, 3.0]], "float32")
POSITIVE = np.abs(A)
UNIT = A / 4
N = np.array([[7, -3, 2], [0, 5, -1]], "int32")
M = np.array([[2, 2, 3], [1, -4, 5]], "int32")
T = np.array([[True, False, True], [False, False, True]])
U = np.array([[True, True, False], [False, True, True]])


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


# (what is called, with NumPy)
CASES = {
    "abs": (lambda: tf.abs(A), np.abs(A)),
    "abs of whole numbers": (lambda: tf.abs(N), np.abs(N)),
    "negative": (lambda: tf.negative(N), -N),
    "square": (lambda: tf.square(N), N**2),
    "sign": (lambda: tf.sign(A), np.sign(A)),
    "round": (lambda: tf.round([0.5, 1.5, 2.4]), np.float32([0, 2, 2])),
    "floor": (lambda: tf.floor(A), np.floor(A)),
    "ceil": (lambda: tf.math.ceil(A), np.ceil(A)),
    "exp": (lambda: tf.exp(A), np.exp(A)),
    "log": (lambda: tf.math.log(POSITIVE), np.log(POSITIVE)),
    "log1p": (lambda: tf.math.log1p(POSITIVE), np.log1p(POSITIVE)),
    "sqrt": (lambda: tf.sqrt(POSITIVE), np.sqrt(POSITIVE)),
    "rsqrt": (lambda: tf.math.rsqrt(POSITIVE), 1 / np.sqrt(POSITIVE)),
    "reciprocal": (lambda: tf.math.reciprocal(A), 1 / A),
    "sin": (lambda: tf.sin(A), np.sin(A)),
    "tan": (lambda: tf.tan(UNIT), np.tan(UNIT)),
    "asin": (lambda: tf.asin(UNIT), np.arcsin(UNIT)),
    "tanh": (lambda: tf.tanh(A), np.tanh(A)),
    "sigmoid": (lambda: tf.sigmoid(A), sigmoid(A)),
    "is_nan": (lambda: tf.math.is_nan([1.0, np.nan]), np.array([False, True])),
    "logical_not": (lambda: tf.logical_not(T), ~T),
    "add": (lambda: tf.add(A, B), A + B),
    "add a number": (lambda: tf.add(tf.constant(N), 1), N + 1),
    "subtract": (lambda: tf.subtract(A, B), A - B),
    "multiply": (lambda: tf.multiply(2.0, tf.constant(A)), 2 * A),
    "divide": (lambda: tf.divide(A, B), A / B),
    "divide whole numbers": (lambda: tf.divide(N, M), N / M),
    "floordiv": (lambda: tf.math.floordiv(N, M), N // M),
    "mod": (lambda: tf.math.mod(N, M), N % M),
    "pow": (lambda: tf.pow(POSITIVE, 2.5), POSITIVE**2.5),
    "maximum": (lambda: tf.maximum(A, 0.0), np.maximum(A, 0)),
    "minimum": (lambda: tf.minimum(N, M), np.minimum(N, M)),
    "atan2": (lambda: tf.atan2(A, B), np.arctan2(A, B)),
    "squared_difference": (lambda: tf.math.squared_difference(A, B), (A - B) ** 2),
    "divide_no_nan": (
        lambda: tf.math.divide_no_nan([1.0, 2.0], [0.0, 4.0]),
        np.float32([0, 0.5]),
    ),
    "xlogy": (lambda: tf.math.xlogy([0.0, 2.0], [0.0, 1.0]), np.float32([0, 0])),
    "add_n": (lambda: tf.add_n([A, B, A]), A + B + A),
    "equal": (lambda: tf.equal(N, 7), N == 7),
    "equal words": (lambda: tf.equal(["a", "b"], "b"), np.array([False, True])),
    "not_equal": (lambda: tf.not_equal(N, M), N != M),
    "less": (lambda: tf.less(A, B), A < B),
    "greater_equal": (lambda: tf.greater_equal(A, 0.5), A >= 0.5),
    "logical_and": (lambda: tf.logical_and(T, U), T & U),
    "logical_or": (lambda: tf.logical_or(T, U), T | U),
    "logical_xor": (lambda: tf.math.logical_xor(T, U), T ^ U),
    "clip_by_value": (lambda: tf.clip_by_value(A, -1, 1), np.clip(A, -1, 1)),
    "complex": (lambda: tf.complex([1.0], [2.0]), np.complex64([1 + 2j])),
    # reductions
    "reduce_sum": (lambda: tf.reduce_sum(A, axis=1), A.sum(1)),
    "reduce_sum of all": (lambda: tf.reduce_sum(A), A.sum()),
    "reduce_sum of bytes": (
        lambda: tf.reduce_sum(np.uint8([200, 100])),
        np.uint8(300 % 256),
    ),
    "reduce_mean": (lambda: tf.reduce_mean(A, [0, 1], True), A.mean(keepdims=True)),
    "reduce_mean of whole numbers": (
        lambda: tf.reduce_mean([[1, 2], [-1, -2]], 1),
        np.int32([1, -1]),
    ),
    "reduce_prod": (lambda: tf.reduce_prod(N, 0), N.prod(0, dtype="int32")),
    "reduce_max": (lambda: tf.reduce_max(A, -1), A.max(-1)),
    "reduce_min": (lambda: tf.reduce_min(N), N.min()),
    "reduce_any": (lambda: tf.reduce_any(T, 0), T.any(0)),
    "reduce_all": (lambda: tf.reduce_all(T, 0), T.all(0)),
    "reduce_std": (lambda: tf.math.reduce_std(A, 0), A.std(0)),
    "reduce_variance": (lambda: tf.math.reduce_variance(A), A.var()),
    "reduce_logsumexp": (lambda: tf.reduce_logsumexp(A, 1), np.log(np.exp(A).sum(1))),
    "euclidean": (
        lambda: tf.math.reduce_euclidean_norm(A, 1),
        np.sqrt((A**2).sum(1)),
    ),
    "count_nonzero": (lambda: tf.math.count_nonzero(N, 0), np.count_nonzero(N, 0)),
    "argmax": (lambda: tf.argmax(A), A.argmax(0)),
    "argmax as int32": (
        lambda: tf.argmax(A, 1, tf.int32),
        A.argmax(1).astype("int32"),
    ),
    "argmin": (lambda: tf.math.argmin(A, axis=-1), A.argmin(-1)),
    "cumsum": (lambda: tf.cumsum(A, 1), A.cumsum(1)),
    "cumsum without itself": (
        lambda: tf.cumsum([1, 2, 3], exclusive=True),
        np.int32([0, 1, 3]),
    ),
    "cumsum from the end": (
        lambda: tf.cumsum([1, 2, 3], reverse=True),
        np.int32([6, 5, 3]),
    ),
    "both": (
        lambda: tf.cumsum([[1, 2, 3]], 1, exclusive=True, reverse=True),
        np.int32([[5, 3, 0]]),
    ),
    "cumprod": (lambda: tf.math.cumprod(A), A.cumprod(0)),
    # making
    "zeros": (lambda: tf.zeros([2, 3]), np.zeros((2, 3), "float32")),
    "ones": (lambda: tf.ones((2,), tf.int64), np.ones(2, "int64")),
    "zeros_like": (lambda: tf.zeros_like(N), np.zeros_like(N)),
    "ones_like": (lambda: tf.ones_like(N, tf.float32), np.ones(N.shape, "float32")),
    "fill": (lambda: tf.fill([2, 2], 7), np.full((2, 2), 7, "int32")),
    "range": (lambda: tf.range(5), np.arange(5, dtype="int32")),
    "range from": (lambda: tf.range(1, 2, 0.25), np.arange(1, 2, 0.25, "float32")),
    "range of a type": (
        lambda: tf.range(start=1, limit=4, delta=2, dtype=tf.int64),
        np.array([1, 3]),
    ),
    "linspace": (
        lambda: tf.linspace(0.0, 1.0, 5),
        np.linspace(0, 1, 5, dtype="float32"),
    ),
    "eye": (lambda: tf.eye(2, 3), np.eye(2, 3, dtype="float32")),
    "eyes": (
        lambda: tf.eye(2, batch_shape=[3], dtype=tf.int32),
        np.broadcast_to(np.eye(2, dtype="int32"), (3, 2, 2)),
    ),
    "one_hot": (
        lambda: tf.one_hot([2, 0, 5], 3),
        np.float32([[0, 0, 1], [1, 0, 0], [0] * 3]),
    ),
    "one_hot on and off": (
        lambda: tf.one_hot([1], depth=2, on_value=5, off_value=-1, axis=0),
        np.int32([[-1], [5]]),
    ),
    "meshgrid": (
        lambda: tf.meshgrid([1, 2], [3, 4, 5])[1],
        np.int32([[3, 3], [4, 4], [5, 5]]),
    ),
    "sequence_mask": (
        lambda: tf.sequence_mask([1, 3], 4),
        np.array([[1, 0, 0, 0], [1, 1, 1, 0]], bool),
    ),
    # rearranging
    "reshape": (lambda: tf.reshape(N, [3, -1]), N.reshape(3, 2)),
    "transpose": (lambda: tf.transpose(A), A.T),
    "transpose by": (
        lambda: tf.transpose(A[None], perm=[1, 0, 2]),
        A[None].transpose(1, 0, 2),
    ),
    "concat": (lambda: tf.concat([A, B], axis=1), np.concatenate([A, B], 1)),
    "stack": (lambda: tf.stack([A, B], axis=-1), np.stack([A, B], -1)),
    "unstack": (lambda: tf.unstack(A)[1], A[1]),
    "split": (lambda: tf.split(A, 3, axis=1)[2], A[:, 2:]),
    "split by sizes": (lambda: tf.split(A, [1, -1], 1)[1], A[:, 1:]),
    "tile": (lambda: tf.tile([[1, 2]], [2, 2]), np.tile(np.int32([[1, 2]]), (2, 2))),
    "repeat": (lambda: tf.repeat([1, 2], [2, 1]), np.int32([1, 1, 2])),
    "pad": (lambda: tf.pad(N, [[1, 0], [0, 2]]), np.pad(N, [(1, 0), (0, 2)])),
    "pad by reflection": (
        lambda: tf.pad(N, [[0, 0], [1, 1]], "REFLECT"),
        np.pad(N, [(0, 0), (1, 1)], "reflect"),
    ),
    "gather": (lambda: tf.gather(A, [1, 0, 1]), A[[1, 0, 1]]),
    "gather of an axis": (lambda: tf.gather(A, [2, 0], axis=1), A[:, [2, 0]]),
    "gather by rows": (
        lambda: tf.gather(A, [[0], [2]], batch_dims=1),
        np.take_along_axis(A, np.array([[0], [2]]), 1),
    ),
    "gather_nd": (lambda: tf.gather_nd(A, [[0, 2], [1, 1]]), A[[0, 1], [2, 1]]),
    "where": (lambda: tf.where(T, A, 0.0), np.where(T, A, np.float32(0))),
    "places": (lambda: tf.where(T), np.argwhere(T)),
    "boolean_mask": (lambda: tf.boolean_mask(A, T), A[T]),
    "boolean_mask of an axis": (
        lambda: tf.boolean_mask(A, [True, False, True], axis=1),
        A[:, [0, 2]],
    ),
    "expand_dims": (lambda: tf.expand_dims(A, axis=-1), A[..., None]),
    "squeeze": (lambda: tf.squeeze(A[None, ..., None], axis=[0]), A[..., None]),
    "slice": (lambda: tf.slice(A, [0, 1], [-1, 2]), A[:, 1:3]),
    "reverse": (lambda: tf.reverse(A, axis=[0, 1]), A[::-1, ::-1]),
    "roll": (lambda: tf.roll(A, shift=1, axis=1), np.roll(A, 1, 1)),
    "broadcast_to": (lambda: tf.broadcast_to([1, 2], [3, 2]), np.int32([[1, 2]] * 3)),
    "shape": (lambda: tf.shape(A), np.int32([2, 3])),
    "size": (lambda: tf.size(A), np.int32(6)),
    "rank": (lambda: tf.rank(A), np.int32(2)),
    "sort": (lambda: tf.sort(A), np.sort(A)),
    "sort down": (lambda: tf.sort(A, 0, "DESCENDING"), -np.sort(-A, 0)),
    "argsort": (lambda: tf.argsort([3, 1, 1]), np.int32([1, 2, 0])),
    "argsort down": (
        lambda: tf.argsort([3, 1, 1, 5], direction="DESCENDING"),
        np.int32([3, 0, 1, 2]),
    ),
    "searchsorted": (
        lambda: tf.searchsorted([1, 3, 5], [0, 3, 9]),
        np.int32([0, 1, 3]),
    ),
    "cast": (lambda: tf.cast(A, tf.int32), A.astype("int32")),
    "saturate_cast": (
        lambda: tf.saturate_cast([-5.0, 300.0], tf.uint8),
        np.uint8([0, 255]),
    ),
    "identity": (lambda: tf.identity(A), A),
    # linear algebra
    "matmul": (lambda: tf.matmul(A, B, transpose_b=True), A @ B.T),
    "matmul turned": (lambda: tf.linalg.matmul(A, B, transpose_a=True), A.T @ B),
    "matvec": (lambda: tf.linalg.matvec(A, B[0]), A @ B[0]),
    "tensordot": (
        lambda: tf.tensordot(A, B, [[0], [0]]),
        np.tensordot(A, B, [[0], [0]]),
    ),
    "einsum": (lambda: tf.einsum("ij,kj->ik", A, B), A @ B.T),
    "norm": (lambda: tf.norm(A), np.linalg.norm(A)),
    "norm of rows": (lambda: tf.norm(A, ord=1, axis=1), np.abs(A).sum(1)),
    "norm of all": (lambda: tf.norm(A, ord=np.inf), np.abs(A).max()),
    "trace": (lambda: tf.linalg.trace(A), np.trace(A)),
    "diag": (lambda: tf.linalg.diag([1.0, 2.0]), np.diag(np.float32([1, 2]))),
    "diag_part": (lambda: tf.linalg.diag_part(A), np.diagonal(A)),
    "band_part": (lambda: tf.linalg.band_part(A, 0, -1), np.triu(A)),
    "det": (lambda: tf.linalg.det(A @ A.T), np.linalg.det(A @ A.T)),
    "inv": (lambda: tf.linalg.inv(A @ A.T), np.linalg.inv(A @ A.T)),
    "solve": (lambda: tf.linalg.solve(A @ A.T, A), np.linalg.solve(A @ A.T, A)),
    "l2_normalize": (
        lambda: tf.math.l2_normalize(A, axis=1),
        A / np.linalg.norm(A, axis=1, keepdims=True),
    ),
    "clip_by_norm": (lambda: tf.clip_by_norm(A, 1.0), A / np.linalg.norm(A)),
    "global norm": (
        lambda: tf.clip_by_global_norm([A, None, B], 1.0)[0][2],
        B / np.sqrt((A**2).sum() + (B**2).sum()),
    ),
    # nets
    "relu": (lambda: tf.nn.relu(A), np.maximum(A, 0)),
    "leaky_relu": (lambda: tf.nn.leaky_relu(A), np.where(A > 0, A, 0.2 * A)),
    "silu": (lambda: tf.nn.silu(A), A * sigmoid(A)),
    "swish": (lambda: tf.nn.swish(A, 2.0), A * sigmoid(2 * A)),
    "softmax": (lambda: tf.nn.softmax(A), softmax(A)),
    "softmax of an axis": (lambda: tf.nn.softmax(A, axis=0), softmax(A, 0)),
    "log_softmax": (lambda: tf.nn.log_softmax(A), np.log(softmax(A))),
    "softplus": (lambda: tf.math.softplus(A), np.log1p(np.exp(A))),
    "cross-entropy": (
        lambda: tf.nn.softmax_cross_entropy_with_logits(labels=softmax(B), logits=A),
        -(softmax(B) * np.log(softmax(A))).sum(-1),
    ),
    "sparse cross-entropy": (
        lambda: tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[2, 0], logits=A),
        -np.log(softmax(A))[[0, 1], [2, 0]],
    ),
    "binary cross-entropy": (
        lambda: tf.nn.sigmoid_cross_entropy_with_logits(labels=T.astype("f"), logits=A),
        -np.where(T, np.log(sigmoid(A)), np.log(1 - sigmoid(A))),
    ),
    "l2_loss": (lambda: tf.nn.l2_loss(A), (A**2).sum() / 2),
    "moments": (lambda: tf.nn.moments(A, [0])[1], A.var(0)),
    "bias_add": (lambda: tf.nn.bias_add(A, B[0]), A + B[0]),
    "embedding_lookup": (lambda: tf.nn.embedding_lookup(A, [[1], [0]]), A[[[1], [0]]]),
    "zero_fraction": (lambda: tf.nn.zero_fraction([0.0, 1.0]), np.float32(0.5)),
    "top_k": (lambda: tf.math.top_k(A, k=2)[1], np.int32([[0, 2], [0, 1]])),
    "in_top_k": (lambda: tf.math.in_top_k([2, 1], A, 1), np.array([False, False])),
    "no dropout": (lambda: tf.nn.dropout(A, 0), A),
    "batch_normalization": (
        lambda: tf.nn.batch_normalization(A, A.mean(0), A.var(0), 1.0, 2.0, 1e-3),
        (A - A.mean(0)) / np.sqrt(A.var(0) + 1e-3) * 2 + 1,
    ),
    "average loss": (
        lambda: tf.nn.compute_average_loss([1.0, 2.0], global_batch_size=4),
        np.float32(0.75),
    ),
}


@pytest.mark.parametrize("wrap", [lambda f: f, tf.function], ids=["eager", "traced"])
@pytest.mark.parametrize("name", CASES)
def test_functions(name, wrap):
    call, expected = CASES[name]
    expected = np.asarray(expected)
    found = wrap(call)()
    assert found.shape == expected.shape
    assert found.dtype == expected.dtype
    np.testing.assert_allclose(found.numpy(), expected, rtol=2e-5, atol=1e-6)


def test_decompositions():
    square = A @ A.T
    s, u, v = tf.linalg.svd(A)
    np.testing.assert_allclose(u @ tf.linalg.diag(s) @ tf.transpose(v), A, atol=1e-5)
    q, r = tf.linalg.qr(A)
    np.testing.assert_allclose(q @ r, A, atol=1e-5)
    e, w = tf.linalg.eigh(square)
    np.testing.assert_allclose(square @ w.numpy(), w.numpy() * e.numpy(), atol=1e-4)
    low = tf.linalg.cholesky(square)
    np.testing.assert_allclose(low @ tf.transpose(low), square, rtol=1e-5)
    unit, size = tf.linalg.normalize(A)
    np.testing.assert_allclose(unit * size, A, rtol=1e-5)


def test_gradients_pass():
    v = tf.Variable(A)
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.identity(v) * tf.convert_to_tensor(v))
        y += tf.reduce_sum(tf.concat([v, tf.stop_gradient(v)], 0) * 3.0)
        y += tf.reduce_mean(tf.square([v, v]))
    expected = 2 * A + 3 + 2 * A / 6
    np.testing.assert_allclose(tape.gradient(y, v), expected, rtol=1e-5)


def test_clipping_nothing_has_a_finite_gradient():
    x = tf.zeros([3])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(tf.clip_by_norm(x, 1.0))
    assert np.isfinite(tape.gradient(y, x)).all()
