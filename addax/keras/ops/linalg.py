"""`keras.ops.linalg`: linear algebra, the functions of `keras.ops` once more."""

from addax._base.lazy import lazy_exports

_NAMES = {
    "cholesky": "addax.ops.linalg", "cholesky_inverse": "addax.ops.linalg",
    "det": "addax.ops.linalg", "eig": "addax.ops.linalg", "eigh": "addax.ops.linalg",
    "inv": "addax.ops.linalg", "jvp": "addax.ops.derivatives",
    "lstsq": "addax.ops.linalg", "lu_factor": "addax.ops.linalg",
    "matrix_rank": "addax.ops.linalg", "norm": "addax.ops.linalg",
    "pinv": "addax.ops.linalg", "qr": "addax.ops.linalg", "solve": "addax.ops.linalg",
    "solve_triangular": "addax.ops.linalg", "svd": "addax.ops.linalg",
}  # fmt: skip

__getattr__, __dir__, __all__ = lazy_exports(__name__, _NAMES)
