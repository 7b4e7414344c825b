"""`keras.ops.linalg`: linear algebra, the functions of `keras.ops` once more."""

from addax._base.lazy import lazy_exports

_OF = {
    "addax.ops.derivatives": (
        "jvp",
    ),
    "addax.ops.linalg": (
        "cholesky", "cholesky_inverse", "det", "eig", "eigh", "inv", "lstsq",
        "lu_factor", "matrix_rank", "norm", "pinv", "qr", "solve", "solve_triangular",
        "svd",
    ),
}  # fmt: skip

__getattr__, __dir__, __all__ = lazy_exports(__name__, of=_OF)
