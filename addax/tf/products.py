"""Products, norms and decompositions of matrices, under TensorFlow's names."""

from __future__ import annotations

from typing import Any

from addax.core import cast
from addax.ops import linalg as ops
from addax.ops import math, reduce
from addax.ops import shape as shapes
from addax.tf._rules import alike, operand
from addax.tf.creation import eye as eye

_FLOAT = "floating or complex"


def matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    output_type: Any = None,
    grad_a: bool = False,
    grad_b: bool = False,
    name: str | None = None,
) -> Any:
    """The matrix product, over the last two axes; leading axes broadcast.

    Args:
        a: A tensor of two axes at least.
        b: Likewise.
        transpose_a: Whether to swap the last two axes of `a` first.
        transpose_b: Whether to swap those of `b`.
        adjoint_a: Whether to take the conjugate too.
        adjoint_b: Whether to take the conjugate too.
        a_is_sparse: Kept for TensorFlow's signature.
        b_is_sparse: Kept for TensorFlow's signature.
        output_type: The type of the result.
        grad_a: Kept for TensorFlow's signature.
        grad_b: Kept for TensorFlow's signature.
        name: Kept for TensorFlow's signature.

    Raises:
        TypeError: If the types differ.
        ValueError: If the shapes do not fit.

    Example:

    >>> from addax import tf
    >>> tf.matmul([[1.0, 2.0]], [[3.0, 4.0]], transpose_b=True).numpy().tolist()
    [[11.0]]
    """
    a, b = alike("matmul", a, b)
    if a.ndim < 2 or b.ndim < 2:
        raise ValueError(
            "tf.matmul multiplies matrices. "
            f"Received: a.shape={tuple(a.shape)}, b.shape={tuple(b.shape)}\n"
            "For a matrix and a vector use tf.linalg.matvec(a, b), "
            "for two vectors tf.tensordot(a, b, 1)."
        )
    a = adjoint(a) if adjoint_a else matrix_transpose(a) if transpose_a else a
    b = adjoint(b) if adjoint_b else matrix_transpose(b) if transpose_b else b
    product = ops.matmul(a, b)
    return product if output_type is None else cast(product, output_type)


def matvec(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    adjoint_a: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Any:
    """The product of matrices and vectors."""
    a, b = alike("linalg.matvec", a, b)
    column = shapes.expand_dims(b, -1)
    product = matmul(a, column, transpose_a=transpose_a, adjoint_a=adjoint_a)
    return shapes.squeeze(product, -1)


def tensordot(a: Any, b: Any, axes: Any, name: str | None = None) -> Any:
    """The product of two tensors, summed over the given axes."""
    return ops.tensordot(*alike("tensordot", a, b), axes)


def einsum(equation: str, *inputs: Any, **kwargs: Any) -> Any:
    """Einstein summation, e.g. `tf.einsum("ij,jk->ik", a, b)`."""
    return ops.einsum(equation, *alike("einsum", *inputs))


def matrix_transpose(
    a: Any, name: str = "matrix_transpose", conjugate: bool = False
) -> Any:
    """Swaps the last two axes."""
    turned = shapes.swapaxes(operand(a), -2, -1)
    return math.conjugate(turned) if conjugate else turned


def adjoint(matrix: Any, name: str | None = None) -> Any:
    """Swaps the last two axes and takes the conjugate."""
    return matrix_transpose(matrix, conjugate=True)


def norm(
    tensor: Any,
    ord: Any = "euclidean",
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
) -> Any:
    """The norm along `axis` (two axes: of matrices), or of all elements.

    Args:
        tensor: A floating or complex tensor.
        ord: `"euclidean"`, `"fro"`, 1, 2, infinity or another positive number.
        axis: The axis, or two for matrices.
        keepdims: Whether reduced axes stay, with size 1.
        name: Kept for TensorFlow's signature.
    """
    x = _float(tensor, "norm")
    order = None if ord in ("euclidean", "fro") else ord
    if axis is None and order is not None:
        x, shape = shapes.ravel(x), (1,) * x.ndim
        found = ops.norm(x, order)
        return shapes.reshape(found, shape) if keepdims else found
    if isinstance(axis, (list, tuple)) and len(axis) == 1:
        axis = axis[0]
    if order is None:
        total = reduce.sum(math.square(math.absolute(x)), axis, bool(keepdims))
        return cast(math.sqrt(total), x.dtype.name)
    return cast(ops.norm(x, order, axis, bool(keepdims)), x.dtype.name)


def normalize(
    tensor: Any, ord: Any = "euclidean", axis: Any = None, name: str | None = None
) -> tuple[Any, Any]:
    """`tensor` divided by its norm, and the norm."""
    size = norm(tensor, ord, axis, keepdims=True)
    return math.divide(_float(tensor, "linalg.normalize"), size), size


def l2_normalize(
    x: Any,
    axis: Any = None,
    epsilon: float = 1e-12,
    name: str | None = None,
    dim: Any = None,
) -> Any:
    """`x / sqrt(max(sum(x**2), epsilon))`, the sum over `axis` (all if `None`)."""
    x = _float(x, "math.l2_normalize")
    total = reduce.sum(math.square(x), dim if axis is None else axis, True)
    return math.multiply(x, math.rsqrt(math.maximum(total, epsilon)))


def clip_by_norm(
    t: Any, clip_norm: Any, axes: Any = None, name: str | None = None
) -> Any:
    """Scales `t` down where its norm over `axes` exceeds `clip_norm`."""
    t = _float(t, "clip_by_norm")
    total = reduce.sum(math.square(t), axes, True)
    is_zero = math.equal(total, 0)  # the root's gradient at 0 is infinite
    size = math.where(is_zero, total, math.sqrt(math.where(is_zero, 1, total)))
    return math.divide(math.multiply(t, clip_norm), math.maximum(size, clip_norm))


def global_norm(t_list: Any, name: str | None = None) -> Any:
    """The root of the sum of squares of all elements of several tensors."""
    squares = [
        reduce.sum(math.square(_float(t, "linalg.global_norm")))
        for t in t_list
        if t is not None
    ]
    return math.sqrt(reduce.sum(shapes.stack(squares)))


def clip_by_global_norm(
    t_list: Any, clip_norm: Any, use_norm: Any = None, name: str | None = None
) -> tuple[list[Any], Any]:
    """Scales several tensors together, so that their global norm is at most so much.

    Args:
        t_list: Tensors; `None`s stay.
        clip_norm: The greatest norm.
        use_norm: The global norm, if it is known already.
        name: Kept for TensorFlow's signature.

    Returns:
        The tensors, and their global norm before.
    """
    size = global_norm(t_list) if use_norm is None else operand(use_norm)
    scale = math.divide(clip_norm, math.maximum(size, clip_norm))
    return [None if t is None else math.multiply(t, scale) for t in t_list], size


def trace(x: Any, name: str | None = None) -> Any:
    """The sum of the diagonal of the last two axes."""
    return ops.trace(operand(x), 0, -2, -1)


def band_part(
    input: Any, num_lower: Any, num_upper: Any, name: str | None = None
) -> Any:
    """The diagonals from `num_lower` below to `num_upper` above; -1 keeps all."""
    x = operand(input)
    if int(num_lower) >= 0:
        x = shapes.triu(x, -int(num_lower))
    return shapes.tril(x, int(num_upper)) if int(num_upper) >= 0 else x


def det(input: Any, name: str | None = None) -> Any:
    """The determinant."""
    return ops.det(_float(input, "linalg.det"))


def inv(input: Any, adjoint: bool = False, name: str | None = None) -> Any:
    """The inverse of square matrices (of their adjoints if `adjoint`)."""
    found = ops.inv(_float(input, "linalg.inv"))
    return matrix_transpose(found, conjugate=True) if adjoint else found


def pinv(
    a: Any, rcond: Any = None, validate_args: bool = False, name: str | None = None
) -> Any:
    """The pseudo-inverse."""
    return ops.pinv(_float(a, "linalg.pinv"), rcond)


def cholesky(input: Any, name: str | None = None) -> Any:
    """The lower triangular factor of a positive definite matrix."""
    return ops.cholesky(_float(input, "linalg.cholesky"))


def qr(input: Any, full_matrices: bool = False, name: str | None = None) -> Any:
    """Orthogonal `q` and upper triangular `r` with `q @ r == input`."""
    mode = "complete" if full_matrices else "reduced"
    return ops.qr(_float(input, "linalg.qr"), mode)


def svd(
    tensor: Any,
    full_matrices: bool = False,
    compute_uv: bool = True,
    name: str | None = None,
) -> Any:
    """Singular values `s`, then `u` and `v` with `u @ diag(s) @ adjoint(v)`.

    The order, and `v` rather than its adjoint, are TensorFlow's.
    """
    found = ops.svd(_float(tensor, "linalg.svd"), full_matrices, compute_uv)
    if not compute_uv:
        return found
    u, s, vh = found
    return s, u, adjoint(vh)


def eigh(tensor: Any, name: str | None = None) -> Any:
    """The eigenvalues, ascending, and eigenvectors of a symmetric matrix."""
    return ops.eigh(_float(tensor, "linalg.eigh"))


def slogdet(input: Any, name: str | None = None) -> Any:
    """The sign and the logarithm of the magnitude of the determinant."""
    return ops.slogdet(_float(input, "linalg.slogdet"))


def cross(a: Any, b: Any, name: str | None = None) -> Any:
    """The cross product of vectors with three elements."""
    return ops.cross(*alike("linalg.cross", a, b))


def _float(x: Any, function: str) -> Any:
    return operand(x, function, _FLOAT)
