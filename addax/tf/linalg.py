"""`tf.linalg`: linear algebra."""

from addax.tf._advice import absent
from addax.tf.equations import cholesky_solve as cholesky_solve
from addax.tf.equations import diag as diag
from addax.tf.equations import diag_part as diag_part
from addax.tf.equations import eig as eig
from addax.tf.equations import eigvals as eigvals
from addax.tf.equations import eigvalsh as eigvalsh
from addax.tf.equations import expm as expm
from addax.tf.equations import logdet as logdet
from addax.tf.equations import logm as logm
from addax.tf.equations import lstsq as lstsq
from addax.tf.equations import lu as lu
from addax.tf.equations import lu_matrix_inverse as lu_matrix_inverse
from addax.tf.equations import lu_reconstruct as lu_reconstruct
from addax.tf.equations import lu_solve as lu_solve
from addax.tf.equations import matrix_rank as matrix_rank
from addax.tf.equations import set_diag as set_diag
from addax.tf.equations import solve as solve
from addax.tf.equations import sqrtm as sqrtm
from addax.tf.equations import tensor_diag as tensor_diag
from addax.tf.equations import tensor_diag_part as tensor_diag_part
from addax.tf.equations import triangular_solve as triangular_solve
from addax.tf.equations import tridiagonal_matmul as tridiagonal_matmul
from addax.tf.equations import tridiagonal_solve as tridiagonal_solve
from addax.tf.linear_operator import LinearOperator as LinearOperator
from addax.tf.linear_operator import LinearOperatorDiag as LinearOperatorDiag
from addax.tf.linear_operator import (
    LinearOperatorFullMatrix as LinearOperatorFullMatrix,
)
from addax.tf.linear_operator import LinearOperatorIdentity as LinearOperatorIdentity
from addax.tf.linear_operator import (
    LinearOperatorLowerTriangular as LinearOperatorLowerTriangular,
)
from addax.tf.products import adjoint as adjoint
from addax.tf.products import band_part as band_part
from addax.tf.products import cholesky as cholesky
from addax.tf.products import cross as cross
from addax.tf.products import det as det
from addax.tf.products import eigh as eigh
from addax.tf.products import einsum as einsum
from addax.tf.products import eye as eye
from addax.tf.products import global_norm as global_norm
from addax.tf.products import inv as inv
from addax.tf.products import l2_normalize as l2_normalize
from addax.tf.products import matmul as matmul
from addax.tf.products import matrix_transpose as matrix_transpose
from addax.tf.products import matvec as matvec
from addax.tf.products import norm as norm
from addax.tf.products import normalize as normalize
from addax.tf.products import pinv as pinv
from addax.tf.products import qr as qr
from addax.tf.products import slogdet as slogdet
from addax.tf.products import svd as svd
from addax.tf.products import tensordot as tensordot
from addax.tf.products import trace as trace

__getattr__ = absent(__name__)
