"""`keras.backend` as Keras 2 had it: functions on tensors under their old names."""

from addax._base.lazy import lazy_exports

_PARTS = {
    ".basics": """
        abs all any arange argmax argmin batch_dot batch_flatten batch_get_value
        batch_set_value cast_to_floatx clip concatenate constant cos count_params
        cumprod cumsum dot dtype elu equal eval exp expand_dims eye flatten gather
        get_value gradients greater greater_equal hard_sigmoid in_top_k int_shape
        is_keras_tensor learning_phase less less_equal log logsumexp max maximum mean
        min minimum moving_average_update ndim not_equal one_hot ones ones_like
        permute_dimensions placeholder pow prod relu repeat repeat_elements reshape
        reverse round set_value shape sigmoid sign sin softmax softplus softsign sqrt
        square squeeze stack std stop_gradient sum switch tanh tile transpose update
        update_add update_sub var variable zeros zeros_like
    """,
    ".drawing": """
        dropout random_bernoulli random_normal random_normal_variable random_uniform
        random_uniform_variable truncated_normal
    """,
    ".inspection": "get_uid is_float_dtype is_int_dtype is_sparse standardize_dtype "
    "to_dense",
    ".neural": """
        batch_normalization bias_add binary_crossentropy binary_focal_crossentropy
        categorical_crossentropy categorical_focal_crossentropy conv1d conv2d
        conv2d_transpose conv3d depthwise_conv2d l2_normalize pool2d pool3d
        resize_images resize_volumes separable_conv2d sparse_categorical_crossentropy
        spatial_2d_padding spatial_3d_padding temporal_padding
    """,
    ".sequences": """
        ctc_batch_cost ctc_decode ctc_label_dense_to_sparse foldl foldr map_fn rnn
    """,
    "addax.core": "cast",
    "addax.core.dtypes": "result_type",
    "addax.core.random": "SeedGenerator",
    "addax.keras.config": """
        backend epsilon floatx image_data_format set_epsilon set_floatx
        set_image_data_format
    """,
    "addax.keras.scopes": "name_scope",
    "addax.keras.utils": "clear_session",
}

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {name: place for place, names in _PARTS.items() for name in names.split()},
)
