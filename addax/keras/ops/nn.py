"""`keras.ops.nn`: parts of neural networks, the functions of `keras.ops` once more."""

from addax._base.lazy import lazy_exports

_OF = {
    "addax.keras.ops.settings": (
        "adaptive_average_pool", "adaptive_max_pool", "average_pool",
        "binary_crossentropy", "categorical_crossentropy", "conv", "conv_transpose",
        "depth_to_space", "depthwise_conv", "max_pool", "separable_conv",
        "space_to_depth", "sparse_categorical_crossentropy",
    ),
    "addax.ops.attention": (
        "dot_product_attention",
    ),
    "addax.ops.create": (
        "multi_hot", "one_hot",
    ),
    "addax.ops.ctc": (
        "ctc_loss",
    ),
    "addax.ops.ctc_decode": (
        "ctc_decode",
    ),
    "addax.ops.floats": (
        "polar",
    ),
    "addax.ops.math": (
        "sigmoid",
    ),
    "addax.ops.nn": (
        "celu", "elu", "gelu", "glu", "hard_shrink", "hard_sigmoid", "hard_silu",
        "hard_swish", "hard_tanh", "leaky_relu", "log_sigmoid", "log_softmax", "relu",
        "relu6", "selu", "silu", "soft_shrink", "softmax", "softplus", "softsign",
        "sparse_plus", "sparse_sigmoid", "sparsemax", "squareplus", "swish",
        "tanh_shrink", "threshold",
    ),
    "addax.ops.normalize": (
        "batch_normalization", "layer_normalization", "moments", "normalize",
        "rms_normalization",
    ),
    "addax.ops.patches": (
        "fold", "unfold",
    ),
    "addax.ops.statistics": (
        "psnr",
    ),
}  # fmt: skip

__getattr__, __dir__, __all__ = lazy_exports(__name__, of=_OF)
