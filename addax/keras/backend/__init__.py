"""`keras.backend` as Keras 2 had it: functions on tensors under their old names."""

from addax._base.lazy import lazy_exports

_BASICS = ".basics"
_DRAWING = ".drawing"
_INSPECTION = ".inspection"
_NEURAL = ".neural"
_SEQUENCES = ".sequences"
_CONFIG = "addax.keras.config"
_NAMES = {
    "SeedGenerator": "addax.core.random", "abs": _BASICS, "all": _BASICS,
    "any": _BASICS, "arange": _BASICS, "argmax": _BASICS, "argmin": _BASICS,
    "backend": _CONFIG, "batch_dot": _BASICS, "batch_flatten": _BASICS,
    "batch_get_value": _BASICS, "batch_normalization": _NEURAL,
    "batch_set_value": _BASICS, "bias_add": _NEURAL, "binary_crossentropy": _NEURAL,
    "binary_focal_crossentropy": _NEURAL, "cast": "addax.core",
    "cast_to_floatx": _BASICS, "categorical_crossentropy": _NEURAL,
    "categorical_focal_crossentropy": _NEURAL, "clear_session": "addax.keras.utils",
    "clip": _BASICS, "concatenate": _BASICS, "constant": _BASICS, "conv1d": _NEURAL,
    "conv2d": _NEURAL, "conv2d_transpose": _NEURAL, "conv3d": _NEURAL, "cos": _BASICS,
    "count_params": _BASICS, "ctc_batch_cost": _SEQUENCES, "ctc_decode": _SEQUENCES,
    "ctc_label_dense_to_sparse": _SEQUENCES, "cumprod": _BASICS, "cumsum": _BASICS,
    "depthwise_conv2d": _NEURAL, "dot": _BASICS, "dropout": _DRAWING,
    "dtype": _BASICS, "elu": _BASICS, "epsilon": _CONFIG, "equal": _BASICS,
    "eval": _BASICS, "exp": _BASICS, "expand_dims": _BASICS, "eye": _BASICS,
    "flatten": _BASICS, "floatx": _CONFIG, "foldl": _SEQUENCES, "foldr": _SEQUENCES,
    "function": ".functions",
    "gather": _BASICS, "get_uid": _INSPECTION, "get_value": _BASICS,
    "gradients": _BASICS, "greater": _BASICS, "greater_equal": _BASICS,
    "hard_sigmoid": _BASICS, "image_data_format": _CONFIG, "in_top_k": _BASICS,
    "int_shape": _BASICS, "is_float_dtype": _INSPECTION, "is_int_dtype": _INSPECTION,
    "is_keras_tensor": _BASICS, "is_sparse": _INSPECTION, "l2_normalize": _NEURAL,
    "learning_phase": _BASICS, "less": _BASICS, "less_equal": _BASICS, "log": _BASICS,
    "logsumexp": _BASICS, "map_fn": _SEQUENCES, "max": _BASICS, "maximum": _BASICS,
    "mean": _BASICS, "min": _BASICS, "minimum": _BASICS,
    "moving_average_update": _BASICS, "name_scope": "addax.keras.scopes",
    "ndim": _BASICS, "not_equal": _BASICS, "one_hot": _BASICS, "ones": _BASICS,
    "ones_like": _BASICS, "permute_dimensions": _BASICS, "placeholder": _BASICS,
    "pool2d": _NEURAL, "pool3d": _NEURAL, "pow": _BASICS, "prod": _BASICS,
    "random_bernoulli": _DRAWING, "random_normal": _DRAWING,
    "random_normal_variable": _DRAWING, "random_uniform": _DRAWING,
    "random_uniform_variable": _DRAWING, "relu": _BASICS, "repeat": _BASICS,
    "repeat_elements": _BASICS, "reshape": _BASICS, "resize_images": _NEURAL,
    "resize_volumes": _NEURAL, "result_type": "addax.core.dtypes", "reverse": _BASICS,
    "rnn": _SEQUENCES, "round": _BASICS, "separable_conv2d": _NEURAL,
    "set_epsilon": _CONFIG, "set_floatx": _CONFIG, "set_image_data_format": _CONFIG,
    "set_value": _BASICS, "shape": _BASICS, "sigmoid": _BASICS, "sign": _BASICS,
    "sin": _BASICS, "softmax": _BASICS, "softplus": _BASICS, "softsign": _BASICS,
    "sparse_categorical_crossentropy": _NEURAL, "spatial_2d_padding": _NEURAL,
    "spatial_3d_padding": _NEURAL, "sqrt": _BASICS, "square": _BASICS,
    "squeeze": _BASICS, "stack": _BASICS, "standardize_dtype": _INSPECTION,
    "std": _BASICS, "stop_gradient": _BASICS, "sum": _BASICS, "switch": _BASICS,
    "tanh": _BASICS, "temporal_padding": _NEURAL, "tile": _BASICS,
    "to_dense": _INSPECTION, "transpose": _BASICS, "truncated_normal": _DRAWING,
    "update": _BASICS, "update_add": _BASICS, "update_sub": _BASICS, "var": _BASICS,
    "variable": _BASICS, "zeros": _BASICS, "zeros_like": _BASICS,
}  # fmt: skip

__getattr__, __dir__, __all__ = lazy_exports(__name__, _NAMES)
