"""`keras.preprocessing.sequence`: sequences of numbers."""

from addax._base.lazy import lazy_exports

_NAMES = {
    "TimeseriesGenerator": "addax.keras.preprocessing.timeseries",
    "make_sampling_table": "addax.keras.preprocessing.skipgram",
    "pad_sequences": "addax.keras.utils.sequences",
    "skipgrams": "addax.keras.preprocessing.skipgram",
}

__getattr__, __dir__, __all__ = lazy_exports(__name__, _NAMES)
