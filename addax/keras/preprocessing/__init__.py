"""`keras.preprocessing`: how Keras 2 prepared images, sequences and texts.

For new code there are preprocessing layers and `keras.utils.*_dataset_from_directory`.
"""

from addax._base.lazy import lazy_exports

_NAMES = {
    "image_dataset_from_directory": "addax.keras.utils.image_dataset",
    "text_dataset_from_directory": "addax.keras.utils.text_dataset",
    "timeseries_dataset_from_array": "addax.keras.utils.timeseries_dataset",
}

__getattr__, __dir__, __all__ = lazy_exports(
    __name__, _NAMES, modules=["image", "sequence", "text"]
)
