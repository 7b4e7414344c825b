"""`keras.ops.numpy`: NumPy's functions, the functions of `keras.ops` once more."""

from addax._base.lazy import lazy_exports

_OF = {
    "addax.keras.ops.basics": (
        "ndim", "size",
    ),
    "addax.keras.ops.lookups": (
        "where",
    ),
    "addax.ops.create": (
        "arange", "array", "empty", "empty_like", "eye", "full", "full_like",
        "geomspace", "identity", "linspace", "logspace", "meshgrid", "ones",
        "ones_like", "tri", "vander", "zeros", "zeros_like",
    ),
    "addax.ops.floats": (
        "allclose", "angle", "cbrt", "copy", "deg2rad", "divide_no_nan", "fabs", "fmax",
        "fmin", "fmod", "heaviside", "hypot", "i0", "isclose", "isneginf", "isposinf",
        "isreal", "ldexp", "logaddexp", "logaddexp2", "nan_to_num", "nextafter",
        "rad2deg", "signbit", "sinc", "view",
    ),
    "addax.ops.indexing": (
        "take", "take_along_axis",
    ),
    "addax.ops.linalg": (
        "cross", "dot", "einsum", "inner", "kron", "matmul", "outer", "slogdet",
        "tensordot", "trace", "vdot",
    ),
    "addax.ops.math": (
        "abs", "absolute", "add", "arccos", "arccosh", "arcsin", "arcsinh", "arctan",
        "arctan2", "arctanh", "bitwise_and", "bitwise_not", "bitwise_or", "bitwise_xor",
        "ceil", "clip", "conjugate", "cos", "cosh", "divide", "equal", "exp", "exp2",
        "expm1", "floor", "floor_divide", "greater", "greater_equal", "imag",
        "isfinite", "isinf", "isnan", "less", "less_equal", "log", "log10", "log1p",
        "log2", "logical_and", "logical_not", "logical_or", "logical_xor", "maximum",
        "minimum", "mod", "multiply", "negative", "not_equal", "power", "real",
        "reciprocal", "round", "sign", "sin", "sinh", "sqrt", "square", "subtract",
        "tan", "tanh", "trunc",
    ),
    "addax.ops.reduce": (
        "all", "amax", "amin", "any", "argmax", "argmin", "cumprod", "cumsum", "max",
        "mean", "min", "prod", "std", "sum", "var",
    ),
    "addax.ops.scans": (
        "vectorize",
    ),
    "addax.ops.segments": (
        "argpartition", "nonzero", "select", "unravel_index",
    ),
    "addax.ops.shape": (
        "append", "array_split", "broadcast_to", "concatenate", "diag", "diagflat",
        "diagonal", "dsplit", "dstack", "expand_dims", "flip", "fliplr", "flipud",
        "hsplit", "hstack", "moveaxis", "pad", "ravel", "repeat", "reshape", "roll",
        "rot90", "split", "squeeze", "stack", "swapaxes", "tile", "transpose", "tril",
        "triu", "vsplit", "vstack",
    ),
    "addax.ops.sort": (
        "argsort", "bincount", "searchsorted", "sort", "unique",
    ),
    "addax.ops.statistics": (
        "average", "bartlett", "blackman", "corrcoef", "correlate", "count_nonzero",
        "diff", "digitize", "hamming", "hanning", "histogram", "isin", "kaiser",
        "median", "nanargmax", "nanargmin", "nancumprod", "nancumsum", "nanmax",
        "nanmean", "nanmedian", "nanmin", "nanpercentile", "nanprod", "nanquantile",
        "nanstd", "nansum", "nanvar", "percentile", "ptp", "quantile", "trapezoid",
    ),
    "addax.ops.whole": (
        "bitwise_left_shift", "bitwise_right_shift", "gcd", "lcm", "left_shift",
        "right_shift",
    ),
}  # fmt: skip
_RENAMED = {
    "bitwise_invert": "addax.ops.math:bitwise_not",
    "conj": "addax.ops.math:conjugate",
    "get_item": "addax.ops.indexing:getitem",
    "true_divide": "addax.ops.math:divide",
}

__getattr__, __dir__, __all__ = lazy_exports(__name__, _RENAMED, of=_OF)
