"""`keras.ops.linalg`: linear algebra, the functions of `keras.ops` once more."""

from addax._base.lazy import lazy_exports

_NAMES = """
    cholesky cholesky_inverse det eig eigh inv jvp lstsq lu_factor
    matrix_rank norm pinv qr solve solve_triangular svd
"""

__getattr__, __dir__, __all__ = lazy_exports(
    __name__, dict.fromkeys(_NAMES.split(), "addax.keras.ops")
)
