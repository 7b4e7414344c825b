"""Calls whose results are recorded from TensorFlow: linear algebra."""

import numpy as np

R = np.random.default_rng(3)
A = R.normal(size=(2, 3, 3)).astype("float32")
S = (A @ A.transpose(0, 2, 1) + np.eye(3)).astype("float32")
B = R.normal(size=(2, 3, 2)).astype("float32")
TALL = R.normal(size=(4, 3)).astype("float32")
D = np.arange(24, dtype="float32").reshape(2, 3, 4)
THREE = R.normal(size=(3, 4)).astype("float32") + np.float32([[0], [4], [0]])
C = np.array([[1 + 1j, 0.5], [0.25j, 2.0]], "complex64")

CASES = {
    "diag_part": lambda tf: tf.linalg.diag_part(D),
    "diag_part below": lambda tf: tf.linalg.diag_part(D, k=-1),
    "diag_part several": lambda tf: tf.linalg.diag_part(D, k=(-1, 2)),
    "diag_part aligned": lambda tf: tf.linalg.diag_part(
        D, k=(-1, 2), align="LEFT_RIGHT", padding_value=9
    ),
    "diag": lambda tf: tf.linalg.diag([[1.0, 2.0], [3.0, 4.0]]),
    "diag above": lambda tf: tf.linalg.diag([1, 2], k=1),
    "diag of a size": lambda tf: tf.linalg.diag(
        [1.0, 2.0], k=-1, num_rows=3, num_cols=4, padding_value=9.0
    ),
    "diag several": lambda tf: tf.linalg.diag(
        np.float32([[0, 8, 9], [1, 2, 3], [4, 5, 0]]), k=(-1, 1)
    ),
    "set_diag": lambda tf: tf.linalg.set_diag(D, -D[:, :, 0]),
    "set_diag several": lambda tf: tf.linalg.set_diag(
        D[0], np.float32([[90, 91, 92], [80, 81, 0]]), k=(-1, 0), align="LEFT_LEFT"
    ),
    "tensor_diag": lambda tf: tf.linalg.tensor_diag([[1, 2], [3, 4]]),
    "tensor_diag_part": lambda tf: tf.linalg.tensor_diag_part(
        np.arange(16).reshape(2, 2, 2, 2)
    ),
    "band_part": lambda tf: tf.linalg.band_part(D, 1, 0),
    "triangular_solve": lambda tf: tf.linalg.triangular_solve(S, B),
    "triangular_solve upper": lambda tf: tf.linalg.triangular_solve(
        S, B, lower=False, adjoint=True
    ),
    "cholesky_solve": lambda tf: tf.linalg.cholesky_solve(tf.linalg.cholesky(S), B),
    "solve": lambda tf: tf.linalg.solve(S, B, adjoint=True),
    "lstsq": lambda tf: tf.linalg.lstsq(TALL, TALL[:, :1] * 2 + 1),
    "lstsq regularised": lambda tf: tf.linalg.lstsq(
        TALL.T, np.float32([[1], [2], [3]]), l2_regularizer=0.5
    ),
    "lstsq not fast": lambda tf: tf.linalg.lstsq(TALL, TALL[:, :1] * 2 + 1, fast=False),
    "tridiagonal_solve": lambda tf: tf.linalg.tridiagonal_solve(
        tf.constant(THREE), tf.constant(TALL)
    ),
    "tridiagonal_solve vector": lambda tf: tf.linalg.tridiagonal_solve(
        [tf.constant(x) for x in (THREE[0][:3], THREE[1], THREE[2][1:])],
        tf.constant(TALL[:, 0]),
        diagonals_format="sequence",
    ),
    "tridiagonal_matmul": lambda tf: tf.linalg.tridiagonal_matmul(
        tf.constant(THREE), tf.constant(TALL)
    ),
    "lu": lambda tf: tf.linalg.lu(A),
    "lu_reconstruct": lambda tf: tf.linalg.lu_reconstruct(*tf.linalg.lu(A)),
    "lu_solve": lambda tf: tf.linalg.lu_solve(*tf.linalg.lu(A), B),
    "lu_matrix_inverse": lambda tf: tf.linalg.lu_matrix_inverse(*tf.linalg.lu(S)),
    "eigvalsh": lambda tf: tf.linalg.eigvalsh(S),
    "eigvals": lambda tf: tf.sort(tf.math.real(tf.linalg.eigvals(S)), axis=-1),
    "matrix_rank": lambda tf: tf.linalg.matrix_rank(np.float32([[1, 2], [2, 4]])),
    "expm": lambda tf: tf.linalg.expm(A),
    "logm": lambda tf: tf.linalg.logm(C),
    "sqrtm": lambda tf: tf.linalg.sqrtm(S),
    "logdet": lambda tf: tf.linalg.logdet(S),
    "slogdet": lambda tf: tf.linalg.slogdet(A),
    "pinv": lambda tf: tf.linalg.pinv(TALL),
    "inv adjoint": lambda tf: tf.linalg.inv(S, adjoint=True),
    "cross": lambda tf: tf.linalg.cross([[1.0, 2.0, 3.0]], [[4.0, 5.0, 7.0]]),
    "normalize": lambda tf: tf.linalg.normalize(A, ord=1, axis=-1),
    "norm of matrices": lambda tf: tf.linalg.norm(A, ord="fro", axis=[-2, -1]),
    "norm complex": lambda tf: tf.norm(C, axis=1),
    "global_norm": lambda tf: tf.linalg.global_norm([A, B]),
    "trace": lambda tf: tf.linalg.trace(A),
    "matvec turned": lambda tf: tf.linalg.matvec(A, B[..., 0], transpose_a=True),
    "matmul adjoint": lambda tf: tf.linalg.matmul(C, C, adjoint_a=True),
    "einsum batch": lambda tf: tf.einsum("...ij,...jk->...ik", A, B),
    "tensordot axes": lambda tf: tf.tensordot(A, B, axes=[[0, 1], [0, 1]]),
    "adjoint": lambda tf: tf.linalg.adjoint(C),
    "eye": lambda tf: tf.linalg.eye(2, dtype=tf.int32),
}
