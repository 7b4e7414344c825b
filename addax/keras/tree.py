"""`keras.tree`: nested structures."""

from addax.core.tree import assert_same_structure as assert_same_structure
from addax.core.tree import flatten as flatten
from addax.core.tree import flatten_with_path as flatten_with_path
from addax.core.tree import is_nested as is_nested
from addax.core.tree import map_structure as map_structure
