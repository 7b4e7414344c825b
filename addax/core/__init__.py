"""The engine: tensors, variables, operations, tapes and `lift`."""

from addax.core import compile_cache as compile_cache
from addax.core import compiled as compiled
from addax.core.device import device as device
from addax.core.dtypes import DType as DType
from addax.core.dtypes import as_dtype as as_dtype
from addax.core.dtypes import floatx as floatx
from addax.core.dtypes import result_type as result_type
from addax.core.function import Function as Function
from addax.core.function import function as function
from addax.core.lift import Lifted as Lifted
from addax.core.lift import lift as lift
from addax.core.op import OPS as OPS
from addax.core.op import Array as Array
from addax.core.op import Op as Op
from addax.core.op import cast as cast
from addax.core.op import op as op
from addax.core.program import Program as Program
from addax.core.program import loop as loop
from addax.core.random import SeedGenerator as SeedGenerator
from addax.core.random import draw_seed as draw_seed
from addax.core.shapes import TensorShape as TensorShape
from addax.core.spec import TensorSpec as TensorSpec
from addax.core.step import run_with as run_with
from addax.core.symbolic import Node as Node
from addax.core.symbolic import SymbolicTensor as SymbolicTensor
from addax.core.symbolic import any_symbolic as any_symbolic
from addax.core.symbolic import infer as infer
from addax.core.tape import GradientTape as GradientTape
from addax.core.tape import UnconnectedGradients as UnconnectedGradients
from addax.core.tensor import CompositeTensor as CompositeTensor
from addax.core.tensor import Tensor as Tensor
from addax.core.tensor import TensorLike as TensorLike
from addax.core.tensor import convert as convert
from addax.core.variable import Variable as Variable

compile_cache.enable()
compiled.enable()
