"""`tf.data`: input pipelines."""

from addax.data import AUTOTUNE as AUTOTUNE
from addax.data import Dataset as Dataset
from addax.data import DatasetSpec as DatasetSpec
from addax.data import Options as Options
from addax.data.iterators import DatasetIterator as Iterator
from addax.data.options import ThreadingOptions as ThreadingOptions
from addax.data.readers import FixedLengthRecordDataset as FixedLengthRecordDataset
from addax.data.readers import TextLineDataset as TextLineDataset
from addax.data.readers import TFRecordDataset as TFRecordDataset
from addax.data.stage import INFINITE, UNKNOWN
from addax.tf.data import experimental as experimental

NumpyIterator = Iterator
INFINITE_CARDINALITY = INFINITE
UNKNOWN_CARDINALITY = UNKNOWN
