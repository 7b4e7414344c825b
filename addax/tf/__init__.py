"""The TensorFlow names: what code written for `import tensorflow as tf` uses.

A facade without logic. Signatures have TensorFlow's order and names, and TensorFlow's
rules for types hold (`_rules.py`): tensors are never converted silently. `tf.keras` is
`addax.keras`, the same modules.

`tf.__version__` is the version of TensorFlow whose names these are, followed by
addax's own after a plus sign, so that scripts which compare versions find what they
expect.
"""

from addax._base.lazy import lazy_exports
from addax.core import GradientTape as GradientTape
from addax.core import Tensor as Tensor
from addax.core import TensorShape as TensorShape
from addax.core import TensorSpec as TensorSpec
from addax.core import UnconnectedGradients as UnconnectedGradients
from addax.core import function as function
from addax.core.scope import eagerly as _eagerly
from addax.core.scope import name_scope as name_scope
from addax.ops.derivatives import custom_gradient as custom_gradient
from addax.ops.remat import remat as _remat
from addax.ops.tensor_array import TensorArray as TensorArray
from addax.tf import _alias
from addax.tf import autograph as autograph
from addax.tf._advice import why_absent
from addax.tf.arrays import argsort as argsort
from addax.tf.arrays import boolean_mask as boolean_mask
from addax.tf.arrays import broadcast_to as broadcast_to
from addax.tf.arrays import cast as cast
from addax.tf.arrays import concat as concat
from addax.tf.arrays import ensure_shape as ensure_shape
from addax.tf.arrays import expand_dims as expand_dims
from addax.tf.arrays import gather as gather
from addax.tf.arrays import gather_nd as gather_nd
from addax.tf.arrays import identity as identity
from addax.tf.arrays import pad as pad
from addax.tf.arrays import rank as rank
from addax.tf.arrays import repeat as repeat
from addax.tf.arrays import reshape as reshape
from addax.tf.arrays import reverse as reverse
from addax.tf.arrays import roll as roll
from addax.tf.arrays import searchsorted as searchsorted
from addax.tf.arrays import shape as shape
from addax.tf.arrays import size as size
from addax.tf.arrays import slice as slice
from addax.tf.arrays import sort as sort
from addax.tf.arrays import split as split
from addax.tf.arrays import squeeze as squeeze
from addax.tf.arrays import stack as stack
from addax.tf.arrays import stop_gradient as stop_gradient
from addax.tf.arrays import tile as tile
from addax.tf.arrays import transpose as transpose
from addax.tf.arrays import unstack as unstack
from addax.tf.arrays import where as where
from addax.tf.config import device as device
from addax.tf.control_flow import case as case
from addax.tf.control_flow import cond as cond
from addax.tf.control_flow import control_dependencies as control_dependencies
from addax.tf.control_flow import foldl as foldl
from addax.tf.control_flow import foldr as foldr
from addax.tf.control_flow import group as group
from addax.tf.control_flow import inside_function as inside_function
from addax.tf.control_flow import map_fn as map_fn
from addax.tf.control_flow import no_op as no_op
from addax.tf.control_flow import scan as scan
from addax.tf.control_flow import switch_case as switch_case
from addax.tf.control_flow import vectorized_map as vectorized_map
from addax.tf.control_flow import while_loop as while_loop
from addax.tf.creation import constant as constant
from addax.tf.creation import convert_to_tensor as convert_to_tensor
from addax.tf.creation import eye as eye
from addax.tf.creation import fill as fill
from addax.tf.creation import linspace as linspace
from addax.tf.creation import meshgrid as meshgrid
from addax.tf.creation import one_hot as one_hot
from addax.tf.creation import ones as ones
from addax.tf.creation import ones_like as ones_like
from addax.tf.creation import range as range
from addax.tf.creation import sequence_mask as sequence_mask
from addax.tf.creation import zeros as zeros
from addax.tf.creation import zeros_like as zeros_like
from addax.tf.debugging import Assert as Assert
from addax.tf.debugging import assert_equal as assert_equal
from addax.tf.debugging import assert_greater as assert_greater
from addax.tf.debugging import assert_less as assert_less
from addax.tf.debugging import assert_rank as assert_rank
from addax.tf.dtypes import DType as DType
from addax.tf.dtypes import as_dtype as as_dtype
from addax.tf.dtypes import bfloat16 as bfloat16
from addax.tf.dtypes import bool as bool
from addax.tf.dtypes import complex64 as complex64
from addax.tf.dtypes import complex128 as complex128
from addax.tf.dtypes import double as double
from addax.tf.dtypes import float16 as float16
from addax.tf.dtypes import float32 as float32
from addax.tf.dtypes import float64 as float64
from addax.tf.dtypes import half as half
from addax.tf.dtypes import int8 as int8
from addax.tf.dtypes import int16 as int16
from addax.tf.dtypes import int32 as int32
from addax.tf.dtypes import int64 as int64
from addax.tf.dtypes import saturate_cast as saturate_cast
from addax.tf.dtypes import string as string
from addax.tf.dtypes import uint8 as uint8
from addax.tf.dtypes import uint16 as uint16
from addax.tf.dtypes import uint32 as uint32
from addax.tf.dtypes import uint64 as uint64
from addax.tf.elementwise import abs as abs
from addax.tf.elementwise import acos as acos
from addax.tf.elementwise import acosh as acosh
from addax.tf.elementwise import add as add
from addax.tf.elementwise import add_n as add_n
from addax.tf.elementwise import asin as asin
from addax.tf.elementwise import asinh as asinh
from addax.tf.elementwise import atan as atan
from addax.tf.elementwise import atan2 as atan2
from addax.tf.elementwise import atanh as atanh
from addax.tf.elementwise import clip_by_value as clip_by_value
from addax.tf.elementwise import complex as complex
from addax.tf.elementwise import cos as cos
from addax.tf.elementwise import cosh as cosh
from addax.tf.elementwise import divide as divide
from addax.tf.elementwise import equal as equal
from addax.tf.elementwise import exp as exp
from addax.tf.elementwise import floor as floor
from addax.tf.elementwise import floordiv as floordiv
from addax.tf.elementwise import greater as greater
from addax.tf.elementwise import greater_equal as greater_equal
from addax.tf.elementwise import less as less
from addax.tf.elementwise import less_equal as less_equal
from addax.tf.elementwise import logical_and as logical_and
from addax.tf.elementwise import logical_not as logical_not
from addax.tf.elementwise import logical_or as logical_or
from addax.tf.elementwise import maximum as maximum
from addax.tf.elementwise import minimum as minimum
from addax.tf.elementwise import multiply as multiply
from addax.tf.elementwise import negative as negative
from addax.tf.elementwise import not_equal as not_equal
from addax.tf.elementwise import pow as pow
from addax.tf.elementwise import round as round
from addax.tf.elementwise import sigmoid as sigmoid
from addax.tf.elementwise import sign as sign
from addax.tf.elementwise import sin as sin
from addax.tf.elementwise import sinh as sinh
from addax.tf.elementwise import sqrt as sqrt
from addax.tf.elementwise import square as square
from addax.tf.elementwise import subtract as subtract
from addax.tf.elementwise import tan as tan
from addax.tf.elementwise import tanh as tanh
from addax.tf.elementwise import truediv as truediv
from addax.tf.equations import eig as eig
from addax.tf.equations import eigvals as eigvals
from addax.tf.inspection import executing_eagerly as executing_eagerly
from addax.tf.inspection import is_tensor as is_tensor
from addax.tf.misc import TypeSpec as TypeSpec
from addax.tf.misc import VariableAggregation as VariableAggregation
from addax.tf.misc import VariableSynchronization as VariableSynchronization
from addax.tf.misc import get_current_name_scope as get_current_name_scope
from addax.tf.misc import get_logger as get_logger
from addax.tf.misc import get_static_value as get_static_value
from addax.tf.misc import grad_pass_through as grad_pass_through
from addax.tf.misc import is_symbolic_tensor as is_symbolic_tensor
from addax.tf.misc import realdiv as realdiv
from addax.tf.misc import timestamp as timestamp
from addax.tf.misc import tuple as tuple
from addax.tf.misc import type_spec_from_value as type_spec_from_value
from addax.tf.module import Module as Module
from addax.tf.printing import print as print
from addax.tf.products import clip_by_global_norm as clip_by_global_norm
from addax.tf.products import clip_by_norm as clip_by_norm
from addax.tf.products import einsum as einsum
from addax.tf.products import matmul as matmul
from addax.tf.products import norm as norm
from addax.tf.products import tensordot as tensordot
from addax.tf.python_calls import numpy_function as numpy_function
from addax.tf.python_calls import py_function as py_function
from addax.tf.reductions import argmax as argmax
from addax.tf.reductions import argmin as argmin
from addax.tf.reductions import cumsum as cumsum
from addax.tf.reductions import reduce_all as reduce_all
from addax.tf.reductions import reduce_any as reduce_any
from addax.tf.reductions import reduce_logsumexp as reduce_logsumexp
from addax.tf.reductions import reduce_max as reduce_max
from addax.tf.reductions import reduce_mean as reduce_mean
from addax.tf.reductions import reduce_min as reduce_min
from addax.tf.reductions import reduce_prod as reduce_prod
from addax.tf.reductions import reduce_sum as reduce_sum
from addax.tf.scattering import batch_to_space as batch_to_space
from addax.tf.scattering import bitcast as bitcast
from addax.tf.scattering import broadcast_dynamic_shape as broadcast_dynamic_shape
from addax.tf.scattering import broadcast_static_shape as broadcast_static_shape
from addax.tf.scattering import dynamic_partition as dynamic_partition
from addax.tf.scattering import dynamic_stitch as dynamic_stitch
from addax.tf.scattering import histogram_fixed_width as histogram_fixed_width
from addax.tf.scattering import histogram_fixed_width_bins as histogram_fixed_width_bins
from addax.tf.scattering import identity_n as identity_n
from addax.tf.scattering import reverse_sequence as reverse_sequence
from addax.tf.scattering import scatter_nd as scatter_nd
from addax.tf.scattering import shape_n as shape_n
from addax.tf.scattering import space_to_batch as space_to_batch
from addax.tf.scattering import space_to_batch_nd as space_to_batch_nd
from addax.tf.scattering import strided_slice as strided_slice
from addax.tf.scattering import tensor_scatter_nd_add as tensor_scatter_nd_add
from addax.tf.scattering import tensor_scatter_nd_max as tensor_scatter_nd_max
from addax.tf.scattering import tensor_scatter_nd_min as tensor_scatter_nd_min
from addax.tf.scattering import tensor_scatter_nd_sub as tensor_scatter_nd_sub
from addax.tf.scattering import tensor_scatter_nd_update as tensor_scatter_nd_update
from addax.tf.scattering import unique as unique
from addax.tf.scattering import unique_with_counts as unique_with_counts
from addax.tf.scattering import unravel_index as unravel_index
from addax.tf.slices import IndexedSlices as IndexedSlices
from addax.tf.special import scalar_mul as scalar_mul
from addax.tf.special import truncatediv as truncatediv
from addax.tf.special import truncatemod as truncatemod
from addax.tf.variable import Variable as Variable
from addax.tf.version import __version__ as __version__

newaxis = None
init_scope = _eagerly
recompute_grad = _remat
_alias.install()


__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "RaggedTensor": "addax.ops.ragged",
        "RaggedTensorSpec": "addax.ops.ragged.spec",
        "SparseTensor": "addax.ops.sparse",
        "SparseTensorSpec": "addax.ops.ragged.spec",
        "as_string": "addax.tf.strings",
        "constant_initializer": "addax.keras.initializers:Constant",
        "initializers": "addax.keras.initializers:",
        "keras": "addax.keras:",
        "losses": "addax.keras.losses:",
        "metrics": "addax.keras.metrics:",
        "ones_initializer": "addax.keras.initializers:Ones",
        "optimizers": "addax.keras.optimizers:",
        "random_normal_initializer": "addax.keras.initializers:RandomNormal",
        "random_uniform_initializer": "addax.keras.initializers:RandomUniform",
        "zeros_initializer": "addax.keras.initializers:Zeros",
    },
    modules=[
        "audio",
        "autograph",
        "bitwise",
        "compat",
        "config",
        "data",
        "debugging",
        "distribute",
        "dtypes",
        "errors",
        "experimental",
        "feature_column",
        "image",
        "io",
        "linalg",
        "lookup",
        "math",
        "nest",
        "nn",
        "profiler",
        "ragged",
        "random",
        "saved_model",
        "signal",
        "sparse",
        "strings",
        "summary",
        "test",
        "train",
        "types",
        "version",
    ],
    missing=why_absent,
)
