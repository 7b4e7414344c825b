"""Functions of `tf.linalg`: diagonals, equations, decompositions, matrix functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax.core import as_dtype, cast
from addax.ops import create, indexing, linalg, math, matrices, reduce
from addax.ops import shape as shapes
from addax.tf._rules import alike, operand
from addax.tf.products import matrix_transpose

_FLOAT = "floating or complex"

# Diagonals


def diag_part(
    input: Any,
    name: str = "diag_part",
    k: Any = 0,
    padding_value: Any = 0,
    align: str = "RIGHT_LEFT",
) -> Any:
    """A diagonal of the last two axes, or several.

    Args:
        input: A tensor of two axes at least.
        name: Kept for TensorFlow's signature.
        k: Which: 0 is the main one, positive ones lie above; or the lowest and the
            highest of several.
        padding_value: What fills shorter ones.
        align: At which side those above and those below the main one are filled.

    Example:

    >>> from addax import tf
    >>> tf.linalg.diag_part([[1, 2], [3, 4]]).numpy().tolist()
    [1, 4]
    """
    x, (low, high) = operand(input), _range(k)
    return matrices.diagonals(x, low, high, cast(padding_value, x.dtype.name), align)


def diag(
    diagonal: Any,
    name: str = "diag",
    k: Any = 0,
    num_rows: int = -1,
    num_cols: int = -1,
    padding_value: Any = 0,
    align: str = "RIGHT_LEFT",
) -> Any:
    """Matrices with given diagonals.

    Args:
        diagonal: The elements of the diagonal; for several, one a row, the highest
            first.
        name: Kept for TensorFlow's signature.
        k: Which (see `diag_part`).
        num_rows: How many rows; as few as possible if -1.
        num_cols: How many columns; as few as possible if -1.
        padding_value: What stands elsewhere.
        align: As for `diag_part`.
    """
    x, (low, high) = operand(diagonal), _range(k)
    longest = x.shape[-1]
    rows = int(num_rows) if num_rows != -1 else longest - min(high, 0)
    columns = int(num_cols) if num_cols != -1 else longest + max(low, 0)
    if num_rows == -1 and num_cols == -1:
        rows = columns = max(rows, columns)
    batch = x.shape[:-1] if low == high else x.shape[:-2]
    fill = cast(padding_value, x.dtype.name)
    around = shapes.broadcast_to(fill, (*batch, rows, columns))
    return matrices.with_diagonals(around, x, low, high, align)


def set_diag(
    input: Any,
    diagonal: Any,
    name: str = "set_diag",
    k: Any = 0,
    align: str = "RIGHT_LEFT",
) -> Any:
    """Matrices with a diagonal, or several, replaced.

    Args:
        input: A tensor of two axes at least.
        diagonal: As for `diag`.
        name: Kept for TensorFlow's signature.
        k: Which (see `diag_part`).
        align: As for `diag_part`.
    """
    x, values = alike("linalg.set_diag", input, diagonal)
    return matrices.with_diagonals(x, values, *_range(k), align)


def _range(k: Any) -> tuple[int, int]:
    ends = np.atleast_1d(np.asarray(k)).tolist()
    return ends[0], ends[-1]


def tensor_diag(diagonal: Any, name: str | None = None) -> Any:
    """A tensor of twice as many axes with `diagonal` where their indices agree."""
    x = operand(diagonal)
    return shapes.reshape(shapes.diag(shapes.ravel(x)), (*x.shape, *x.shape))


def tensor_diag_part(input: Any, name: str | None = None) -> Any:
    """The elements where the first half of the indices agrees with the second."""
    x = operand(input)
    half = x.shape[: x.ndim // 2]
    count = int(np.prod(half, dtype=np.int64))
    return shapes.reshape(shapes.diag(shapes.reshape(x, (count, count))), half)


# Equations


def solve(matrix: Any, rhs: Any, adjoint: bool = False, name: str | None = None) -> Any:
    """The `x` with `matrix @ x == rhs`."""
    a, b = alike("linalg.solve", matrix, rhs)
    return linalg.solve(matrix_transpose(a, conjugate=True) if adjoint else a, b)


def triangular_solve(
    matrix: Any,
    rhs: Any,
    lower: bool = True,
    adjoint: bool = False,
    name: str | None = None,
) -> Any:
    """The `x` with `matrix @ x == rhs`, for a triangular matrix.

    Args:
        matrix: Square matrices, of which one triangle is looked at.
        rhs: The right-hand sides, one a column.
        lower: Whether that is the lower triangle.
        adjoint: Whether to take the adjoint of `matrix`.
        name: Kept for TensorFlow's signature.
    """
    a, b = alike("linalg.triangular_solve", matrix, rhs)
    return matrices.triangular(a, b, bool(lower), bool(adjoint))


def cholesky_solve(chol: Any, rhs: Any, name: str | None = None) -> Any:
    """The `x` with `a @ x == rhs`, from the Cholesky factor `chol` of `a`."""
    return matrices.cholesky_solve(*alike("linalg.cholesky_solve", chol, rhs))


def lstsq(
    matrix: Any,
    rhs: Any,
    l2_regularizer: Any = 0.0,
    fast: bool = True,
    name: str | None = None,
) -> Any:
    """The `x` for which `matrix @ x` is nearest to `rhs`.

    Args:
        matrix: Matrices.
        rhs: The right-hand sides, one a column.
        l2_regularizer: What the squares of `x` count beside the squared distance.
        fast: Whether to solve by Cholesky's way; the other takes any matrix.
        name: Kept for TensorFlow's signature.
    """
    a, b = alike("linalg.lstsq", matrix, rhs)
    if fast or a.ndim > 2:
        return matrices.regularized_lstsq(a, b, float(l2_regularizer))
    return linalg.lstsq(a, b)


def tridiagonal_solve(
    diagonals: Any,
    rhs: Any,
    diagonals_format: str = "compact",
    transpose_rhs: bool = False,
    conjugate_rhs: bool = False,
    name: str | None = None,
    partial_pivoting: bool = True,
    perturb_singular: bool = False,
) -> Any:
    """The `x` with `a @ x == rhs`, for a matrix with three diagonals.

    Args:
        diagonals: The three diagonals, the highest first, one a row (`"compact"`), as
            a list (`"sequence"`), or whole matrices (`"matrix"`).
        rhs: The right-hand sides, one a column, or one vector.
        diagonals_format: How `diagonals` are given.
        transpose_rhs: Whether right-hand sides are rows.
        conjugate_rhs: Whether to take their conjugates.
        name: Kept for TensorFlow's signature.
        partial_pivoting: Kept for TensorFlow's signature.
        perturb_singular: Kept for TensorFlow's signature.
    """
    a, b = alike("linalg.tridiagonal_solve", _compact(diagonals, diagonals_format), rhs)
    vector = b.ndim == a.ndim - 1
    b = shapes.expand_dims(b, -1) if vector else b
    b = matrix_transpose(b) if transpose_rhs and not vector else b
    found = matrices.tridiagonal_solve(a, math.conjugate(b) if conjugate_rhs else b)
    return shapes.squeeze(found, -1) if vector else found


def tridiagonal_matmul(
    diagonals: Any, rhs: Any, diagonals_format: str = "compact", name: str | None = None
) -> Any:
    """The product of a matrix with three diagonals and another.

    Args:
        diagonals: As for `tridiagonal_solve`.
        rhs: A matrix.
        diagonals_format: As for `tridiagonal_solve`.
        name: Kept for TensorFlow's signature.
    """
    a, b = alike(
        "linalg.tridiagonal_matmul", _compact(diagonals, diagonals_format), rhs
    )
    return matrices.tridiagonal_matmul(a, b)


def _compact(diagonals: Any, form: str) -> Any:
    if form == "sequence":
        upper, main, lower = (operand(d) for d in diagonals)
        missing = main.shape[-1] - upper.shape[-1], main.shape[-1] - lower.shape[-1]
        around = [(0, 0)] * (main.ndim - 1)
        upper = shapes.pad(upper, [*around, (0, missing[0])])
        lower = shapes.pad(lower, [*around, (missing[1], 0)])
        return shapes.stack([upper, main, lower], -2)
    if form == "matrix":
        return diag_part(diagonals, k=(-1, 1), align="LEFT_RIGHT")
    return operand(diagonals)


# Decompositions


def lu(input: Any, output_idx_type: Any = "int32", name: str | None = None) -> Any:
    """The two triangular factors in one matrix, and the permutation of its rows."""
    factors, rows = matrices.lu(operand(input, "linalg.lu", _FLOAT))
    return factors, cast(rows, as_dtype(output_idx_type).name)


def lu_reconstruct(
    lower_upper: Any,
    perm: Any,
    validate_args: bool = False,
    name: str | None = None,
) -> Any:
    """The matrix whose `tf.linalg.lu` this is."""
    factors, rows = operand(lower_upper), operand(perm)
    one = create.eye(factors.shape[-1], dtype=factors.dtype)
    low = math.add(shapes.tril(factors, -1), one)
    product = linalg.matmul(low, shapes.triu(factors))
    order = shapes.expand_dims(_inverse(rows), -1)
    return indexing.take_along_axis(product, order, axis=-2)


def lu_solve(
    lower_upper: Any,
    perm: Any,
    rhs: Any,
    validate_args: bool = False,
    name: str | None = None,
) -> Any:
    """The `x` with `a @ x == rhs`, from the `tf.linalg.lu` of `a`."""
    factors, b = alike("linalg.lu_solve", lower_upper, rhs)
    order = shapes.expand_dims(operand(perm), -1)
    b = indexing.take_along_axis(b, order, axis=-2)
    one = create.eye(factors.shape[-1], dtype=factors.dtype)
    low = math.add(shapes.tril(factors, -1), one)
    half = matrices.triangular(low, b, True)
    return matrices.triangular(shapes.triu(factors), half, False)


def lu_matrix_inverse(
    lower_upper: Any,
    perm: Any,
    validate_args: bool = False,
    name: str | None = None,
) -> Any:
    """The inverse of a matrix, from its `tf.linalg.lu`."""
    factors = operand(lower_upper)
    one = create.eye(factors.shape[-1], dtype=factors.dtype)
    one = shapes.broadcast_to(one, tuple(factors.shape))
    return lu_solve(factors, perm, one)


def _inverse(rows: Any) -> Any:
    places = create.arange(0, rows.shape[-1], dtype=rows.dtype)
    same = math.equal(shapes.expand_dims(rows, -2), shapes.expand_dims(places, -1))
    return reduce.argmax(cast(same, "int32"), -1)


def eig(tensor: Any, name: str | None = None) -> Any:
    """The eigenvalues and eigenvectors of square matrices; complex numbers."""
    return linalg.eig(operand(tensor, "linalg.eig", _FLOAT))


def eigvals(tensor: Any, name: str | None = None) -> Any:
    """The eigenvalues of square matrices; complex numbers."""
    return eig(tensor)[0]


def eigvalsh(tensor: Any, name: str | None = None) -> Any:
    """The eigenvalues, ascending, of symmetric matrices."""
    return linalg.eigh(operand(tensor, "linalg.eigvalsh", _FLOAT))[0]


def matrix_rank(
    a: Any, tol: Any = None, validate_args: bool = False, name: str | None = None
) -> Any:
    """The number of singular values above a tolerance."""
    x = operand(a, "linalg.matrix_rank", _FLOAT)
    return linalg.matrix_rank(x, None if tol is None else float(tol))


# Functions of matrices


def expm(input: Any, name: str | None = None) -> Any:
    """The matrix exponential."""
    return matrices.expm(operand(input, "linalg.expm", _FLOAT))


def logm(input: Any, name: str | None = None) -> Any:
    """The logarithm of complex matrices that have a basis of eigenvectors."""
    return matrices.logm(operand(input, "linalg.logm", _FLOAT))


def sqrtm(input: Any, name: str | None = None) -> Any:
    """The matrix whose square is `input`."""
    return matrices.sqrtm(operand(input, "linalg.sqrtm", _FLOAT))


def logdet(matrix: Any, name: str | None = None) -> Any:
    """The logarithm of the determinant of positive definite matrices."""
    return linalg.slogdet(operand(matrix, "linalg.logdet", _FLOAT))[1]
