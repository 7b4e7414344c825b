"""`tf.linalg.LinearOperator...`: matrices known by their structure.

Each kind says how it multiplies and solves; the rest follows from the matrix.
"""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.core import DType, TensorShape, as_dtype
from addax.ops import create, linalg, math, reduce
from addax.ops import shape as shapes
from addax.tf import equations, products
from addax.tf._rules import operand


class LinearOperator:
    """A matrix, or a batch of them, that need not be written out.

    Example:

    >>> from addax import tf
    >>> operator = tf.linalg.LinearOperatorDiag([2.0, 4.0])
    >>> operator.solvevec([2.0, 2.0]).numpy().tolist()
    [1.0, 0.5]
    """

    def __init__(self, data: Any, name: str | None = None, **hints: Any) -> None:
        self._data = operand(data)
        self.name = name or type(self).__name__
        self._hints = hints  # is_non_singular, ...: what is so needs no proof here

    # What it is

    def to_dense(self, name: str = "to_dense") -> Any:
        """The matrix."""
        return self._data

    @property
    def dtype(self) -> DType:
        """The type of the entries."""
        return self._data.dtype

    @property
    def shape(self) -> TensorShape:
        """The sizes: of the batch, of the results, of the arguments."""
        return self._data.shape

    @property
    def batch_shape(self) -> TensorShape:
        """The sizes of the batch."""
        return TensorShape(tuple(self.shape)[:-2])

    @property
    def range_dimension(self) -> int | None:
        """How many rows there are."""
        return self.shape[-2]

    @property
    def domain_dimension(self) -> int | None:
        """How many columns there are."""
        return self.shape[-1]

    # What it does

    def matmul(
        self, x: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = ""
    ) -> Any:
        """The product with a matrix or another operator.

        Args:
            x: A matrix, or a batch of them.
            adjoint: Whether the operator's adjoint is multiplied.
            adjoint_arg: Whether that of `x` is.
            name: Kept for TensorFlow's signature.
        """
        if isinstance(x, LinearOperator):
            return LinearOperatorFullMatrix(
                self.matmul(x.to_dense(), adjoint, adjoint_arg)
            )
        return self._times(_turned(operand(x), adjoint_arg), adjoint)

    def matvec(self, x: Any, adjoint: bool = False, name: str = "") -> Any:
        """The product with a vector."""
        return self.matmul(operand(x)[..., None], adjoint)[..., 0]

    def solve(
        self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = ""
    ) -> Any:
        """The matrix whose product is `rhs`.

        Args:
            rhs: A matrix, or a batch of them.
            adjoint: Whether the operator's adjoint is solved for.
            adjoint_arg: Whether that of `rhs` is meant.
            name: Kept for TensorFlow's signature.

        Raises:
            ValueError: If the operator is not square.
        """
        if self.range_dimension != self.domain_dimension:
            raise ValueError(
                explain(
                    "Only a square operator can be solved for.",
                    received={"shape": tuple(self.shape)},
                    fix="tf.linalg.lstsq(operator.to_dense(), rhs)",
                )
            )
        return self._solved(_turned(operand(rhs), adjoint_arg), adjoint)

    def solvevec(self, rhs: Any, adjoint: bool = False, name: str = "") -> Any:
        """The vector whose product is `rhs`."""
        return self.solve(operand(rhs)[..., None], adjoint)[..., 0]

    def _times(self, x: Any, adjoint: bool) -> Any:
        return linalg.matmul(_turned(self.to_dense(), adjoint), x)

    def _solved(self, rhs: Any, adjoint: bool) -> Any:
        return equations.solve(self.to_dense(), rhs, adjoint)

    def __matmul__(self, other: Any) -> Any:
        return self.matmul(other)

    def adjoint(self, name: str = "adjoint") -> LinearOperator:
        """The conjugate transpose."""
        return LinearOperatorFullMatrix(_turned(self.to_dense(), True))

    H = property(adjoint)

    def inverse(self, name: str = "inverse") -> LinearOperator:
        """The operator that takes its results back."""
        return LinearOperatorFullMatrix(products.inv(self.to_dense()))

    def cholesky(self, name: str = "cholesky") -> LinearOperator:
        """The lower triangle whose product with its adjoint this is."""
        return LinearOperatorLowerTriangular(products.cholesky(self.to_dense()))

    def add_to_tensor(self, x: Any, name: str = "add_to_tensor") -> Any:
        """The sum with a matrix."""
        return math.add(self.to_dense(), operand(x))

    # Numbers

    def diag_part(self, name: str = "diag_part") -> Any:
        """The diagonal."""
        return equations.diag_part(self.to_dense())

    def trace(self, name: str = "trace") -> Any:
        """The sum of the diagonal."""
        return reduce.sum(self.diag_part(), -1)

    def determinant(self, name: str = "determinant") -> Any:
        """The determinant."""
        return products.det(self.to_dense())

    def log_abs_determinant(self, name: str = "log_abs_determinant") -> Any:
        """The logarithm of its size."""
        return products.slogdet(self.to_dense())[1]

    def eigvals(self, name: str = "eigvals") -> Any:
        """The eigenvalues of a self-adjoint operator."""
        return equations.eigvalsh(self.to_dense())


class LinearOperatorFullMatrix(LinearOperator):
    """Any matrix.

    Args:
        matrix: The matrix.
        **hints: `is_non_singular`, `is_self_adjoint`, `is_positive_definite`,
            `is_square` and `name`, as TensorFlow takes them.
    """

    def __init__(self, matrix: Any, **hints: Any) -> None:
        super().__init__(matrix, **hints)


class LinearOperatorLowerTriangular(LinearOperator):
    """A matrix with zeros above the diagonal.

    Args:
        tril: A matrix; what stands above its diagonal is ignored.
        **hints: As for `LinearOperatorFullMatrix`.
    """

    def __init__(self, tril: Any, **hints: Any) -> None:
        super().__init__(products.band_part(tril, -1, 0), **hints)

    def _solved(self, rhs: Any, adjoint: bool) -> Any:
        return equations.triangular_solve(self._data, rhs, lower=True, adjoint=adjoint)

    def determinant(self, name: str = "determinant") -> Any:
        """The determinant: the product of the diagonal."""
        return reduce.prod(self.diag_part(), -1)

    def log_abs_determinant(self, name: str = "log_abs_determinant") -> Any:
        """The logarithm of its size."""
        return reduce.sum(math.log(math.absolute(self.diag_part())), -1)


class LinearOperatorDiag(LinearOperator):
    """A diagonal matrix.

    Args:
        diag: The diagonal.
        **hints: As for `LinearOperatorFullMatrix`.
    """

    def __init__(self, diag: Any, **hints: Any) -> None:
        super().__init__(diag, **hints)
        self.diag = self._data

    def to_dense(self, name: str = "to_dense") -> Any:
        """The matrix."""
        return equations.diag(self._data)

    @property
    def shape(self) -> TensorShape:
        """The sizes: of the batch, of the results, of the arguments."""
        sizes = tuple(self._data.shape)
        return TensorShape((*sizes, sizes[-1]))

    def _column(self, adjoint: bool) -> Any:
        entries = self._data
        if adjoint and entries.dtype.is_complex:
            entries = math.conjugate(entries)
        return entries[..., None]

    def _times(self, x: Any, adjoint: bool) -> Any:
        return math.multiply(self._column(adjoint), x)

    def _solved(self, rhs: Any, adjoint: bool) -> Any:
        return math.divide(rhs, self._column(adjoint))

    def diag_part(self, name: str = "diag_part") -> Any:
        """The diagonal."""
        return self._data

    def inverse(self, name: str = "inverse") -> LinearOperator:
        """The operator that takes its results back."""
        return LinearOperatorDiag(math.reciprocal(self._data))

    determinant = LinearOperatorLowerTriangular.determinant
    log_abs_determinant = LinearOperatorLowerTriangular.log_abs_determinant


class LinearOperatorIdentity(LinearOperatorDiag):
    """The matrix that leaves all as it is.

    Args:
        num_rows: How many rows and columns.
        batch_shape: The sizes of a batch.
        dtype: The type of the entries, float32 if not given.
        **hints: As for `LinearOperatorFullMatrix`.
    """

    def __init__(
        self, num_rows: Any, batch_shape: Any = None, dtype: Any = None, **hints: Any
    ) -> None:
        sizes = (*(int(n) for n in batch_shape or ()), int(num_rows))
        super().__init__(create.ones(sizes, as_dtype(dtype or "float32").name), **hints)


def _turned(x: Any, adjoint: bool) -> Any:
    """The conjugate transpose, if it is asked for."""
    if not adjoint:
        return x
    turned = shapes.swapaxes(x, -1, -2)
    return math.conjugate(turned) if x.dtype.is_complex else turned
