"""Input pipelines: datasets, their stages, readers of files."""

from addax._base.lazy import lazy_exports

_NAMES = {
    "AUTOTUNE": ".stage",
    "Batches": ".batches",
    "Dataset": ".dataset",
    "DatasetSpec": ".specs",
    "INFINITE": ".stage",
    "Options": ".options",
    "UNKNOWN": ".stage",
}

__getattr__, __dir__, __all__ = lazy_exports(__name__, _NAMES)
