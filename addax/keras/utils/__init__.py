"""`keras.utils`: small helpers."""

from addax._base.lazy import lazy_exports

_SERIALIZATION = "addax.keras.serialization"
_NAMES = {
    "Config": ".config_object",
    "CustomObjectScope": _SERIALIZATION,
    "FeatureSpace": ".feature_space",
    "Progbar": "addax.keras.callbacks.progbar",
    "PyDataset": ".py_dataset",
    "Sequence": ".py_dataset",
    "array_to_img": ".images",
    "audio_dataset_from_directory": ".audio_dataset",
    "clear_session": ".session",
    "custom_object_scope": _SERIALIZATION,
    "deserialize_keras_object": _SERIALIZATION,
    "disable_interactive_logging": "addax.keras.config",
    "enable_interactive_logging": "addax.keras.config",
    "get_custom_objects": _SERIALIZATION,
    "get_file": ".files",
    "get_registered_name": _SERIALIZATION,
    "get_registered_object": _SERIALIZATION,
    "get_source_inputs": ".data",
    "image_dataset_from_directory": ".image_dataset",
    "img_to_array": ".images",
    "is_interactive_logging_enabled": "addax.keras.config",
    "is_keras_tensor": ".data",
    "load_img": ".images",
    "model_to_dot": ".plots",
    "np_utils": "addax.keras.utils:",  # Keras 2's module for what is here
    "normalize": ".numerical",
    "pack_x_y_sample_weight": ".data",
    "pad_sequences": ".sequences",
    "plot_model": ".plots",
    "register_keras_serializable": _SERIALIZATION,
    "save_img": ".images",
    "serialize_keras_object": _SERIALIZATION,
    "set_random_seed": ".random_seed",
    "split_dataset": ".split",
    "standardize_dtype": ".data",
    "text_dataset_from_directory": ".text_dataset",
    "timeseries_dataset_from_array": ".timeseries_dataset",
    "to_categorical": ".numerical",
    "unpack_x_y_sample_weight": ".data",
}

__getattr__, __dir__, __all__ = lazy_exports(
    __name__, _NAMES, modules=["bounding_boxes", "legacy"]
)
