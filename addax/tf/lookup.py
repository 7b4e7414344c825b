"""`tf.lookup`: tables from keys to values."""

from types import SimpleNamespace

from addax.ops.strings.tables import DenseHashTable as _DenseHashTable
from addax.ops.strings.tables import (
    KeyValueTensorInitializer as KeyValueTensorInitializer,
)
from addax.ops.strings.tables import MutableHashTable as _MutableHashTable
from addax.ops.strings.tables import StaticHashTable as StaticHashTable
from addax.ops.strings.tables import StaticVocabularyTable as StaticVocabularyTable
from addax.ops.strings.tables import TextFileIndex as TextFileIndex
from addax.ops.strings.tables import TextFileInitializer as TextFileInitializer
from addax.tf._advice import absent

experimental = SimpleNamespace(
    DenseHashTable=_DenseHashTable, MutableHashTable=_MutableHashTable
)

__getattr__ = absent(__name__)
