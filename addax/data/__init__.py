"""Input pipelines: datasets, their stages, readers of files."""

from addax.data.dataset import Dataset as Dataset
from addax.data.options import Options as Options
from addax.data.specs import DatasetSpec as DatasetSpec
from addax.data.stage import AUTOTUNE as AUTOTUNE
from addax.data.stage import INFINITE as INFINITE
from addax.data.stage import UNKNOWN as UNKNOWN
