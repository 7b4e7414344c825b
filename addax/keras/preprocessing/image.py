"""`keras.preprocessing.image`: images, and random changes to them."""

from addax._base.lazy import lazy_exports

_IMAGES = "addax.keras.utils.images"
_TRANSFORMS = "addax.keras.preprocessing.transforms"
_NAMES = {
    "DataFrameIterator": "addax.keras.preprocessing.dataframes",
    "DirectoryIterator": "addax.keras.preprocessing.folders",
    "ImageDataGenerator": "addax.keras.preprocessing.generator",
    "Iterator": "addax.keras.preprocessing.iterators",
    "NumpyArrayIterator": "addax.keras.preprocessing.iterators",
    "apply_affine_transform": _TRANSFORMS,
    "apply_brightness_shift": _TRANSFORMS,
    "apply_channel_shift": _TRANSFORMS,
    "array_to_img": _IMAGES,
    "img_to_array": _IMAGES,
    "load_img": _IMAGES,
    "random_brightness": _TRANSFORMS,
    "random_channel_shift": _TRANSFORMS,
    "random_rotation": _TRANSFORMS,
    "random_shear": _TRANSFORMS,
    "random_shift": _TRANSFORMS,
    "random_zoom": _TRANSFORMS,
    "save_img": _IMAGES,
    "smart_resize": _IMAGES,
}

__getattr__, __dir__, __all__ = lazy_exports(__name__, _NAMES)
