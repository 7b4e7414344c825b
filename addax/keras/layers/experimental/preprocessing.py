"""The preprocessing layers under the names of early Keras 2."""

from addax._base.lazy import lazy_exports

_NAMES = {
    "CategoryEncoding": "addax.keras.layers.preprocessing.category_encoding",
    "CenterCrop": "addax.keras.layers.preprocessing.image.resizing",
    "Discretization": "addax.keras.layers.preprocessing.discretization",
    "HashedCrossing": "addax.keras.layers.preprocessing.hashing",
    "Hashing": "addax.keras.layers.preprocessing.hashing",
    "IntegerLookup": "addax.keras.layers.preprocessing.integer_lookup",
    "Normalization": "addax.keras.layers.preprocessing.normalization",
    "RandomContrast": "addax.keras.layers.preprocessing.image.light",
    "RandomCrop": "addax.keras.layers.preprocessing.image.resizing",
    "RandomFlip": "addax.keras.layers.preprocessing.image.flip",
    "RandomRotation": "addax.keras.layers.preprocessing.image.affine",
    "RandomTranslation": "addax.keras.layers.preprocessing.image.affine",
    "RandomZoom": "addax.keras.layers.preprocessing.image.affine",
    "Rescaling": "addax.keras.layers.preprocessing.rescaling",
    "Resizing": "addax.keras.layers.preprocessing.image.resizing",
    "StringLookup": "addax.keras.layers.preprocessing.string_lookup",
    "TextVectorization": "addax.keras.layers.preprocessing.text_vectorization",
}

__getattr__, __dir__, __all__ = lazy_exports(__name__, _NAMES)
