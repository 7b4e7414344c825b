"""`keras.preprocessing.text`: words as numbers."""

from addax._base.lazy import lazy_exports

_NAMES = {
    "Tokenizer": "addax.keras.preprocessing.tokenizer",
    "hashing_trick": "addax.keras.preprocessing.words",
    "one_hot": "addax.keras.preprocessing.words",
    "text_to_word_sequence": "addax.keras.preprocessing.words",
    "tokenizer_from_json": "addax.keras.preprocessing.tokenizer",
}

__getattr__, __dir__, __all__ = lazy_exports(__name__, _NAMES)
