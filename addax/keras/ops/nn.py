"""`keras.ops.nn`: parts of neural networks, the functions of `keras.ops` once more."""

from addax._base.lazy import lazy_exports

_NAMES = {
    "adaptive_average_pool": "addax.keras.ops.settings",
    "adaptive_max_pool": "addax.keras.ops.settings",
    "average_pool": "addax.keras.ops.settings",
    "batch_normalization": "addax.ops.normalize",
    "binary_crossentropy": "addax.keras.ops.settings",
    "categorical_crossentropy": "addax.keras.ops.settings", "celu": "addax.ops.nn",
    "conv": "addax.keras.ops.settings", "conv_transpose": "addax.keras.ops.settings",
    "ctc_decode": "addax.ops.ctc_decode", "ctc_loss": "addax.ops.ctc",
    "depth_to_space": "addax.keras.ops.settings",
    "depthwise_conv": "addax.keras.ops.settings",
    "dot_product_attention": "addax.ops.attention", "elu": "addax.ops.nn",
    "fold": "addax.ops.patches", "gelu": "addax.ops.nn", "glu": "addax.ops.nn",
    "hard_shrink": "addax.ops.nn", "hard_sigmoid": "addax.ops.nn",
    "hard_silu": "addax.ops.nn", "hard_swish": "addax.ops.nn",
    "hard_tanh": "addax.ops.nn", "layer_normalization": "addax.ops.normalize",
    "leaky_relu": "addax.ops.nn", "log_sigmoid": "addax.ops.nn",
    "log_softmax": "addax.ops.nn", "max_pool": "addax.keras.ops.settings",
    "moments": "addax.ops.normalize", "multi_hot": "addax.ops.create",
    "normalize": "addax.ops.normalize", "one_hot": "addax.ops.create",
    "polar": "addax.ops.floats", "psnr": "addax.ops.statistics",
    "relu": "addax.ops.nn", "relu6": "addax.ops.nn",
    "rms_normalization": "addax.ops.normalize", "selu": "addax.ops.nn",
    "separable_conv": "addax.keras.ops.settings", "sigmoid": "addax.ops.math",
    "silu": "addax.ops.nn", "soft_shrink": "addax.ops.nn", "softmax": "addax.ops.nn",
    "softplus": "addax.ops.nn", "softsign": "addax.ops.nn",
    "space_to_depth": "addax.keras.ops.settings",
    "sparse_categorical_crossentropy": "addax.keras.ops.settings",
    "sparse_plus": "addax.ops.nn", "sparse_sigmoid": "addax.ops.nn",
    "sparsemax": "addax.ops.nn", "squareplus": "addax.ops.nn",
    "swish": "addax.ops.nn", "tanh_shrink": "addax.ops.nn",
    "threshold": "addax.ops.nn", "unfold": "addax.ops.patches",
}  # fmt: skip

__getattr__, __dir__, __all__ = lazy_exports(__name__, _NAMES)
