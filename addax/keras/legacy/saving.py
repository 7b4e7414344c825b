"""`keras.legacy.saving`: how Keras 2 described objects."""

from addax.keras.utils.legacy import (
    deserialize_keras_object as deserialize_keras_object,
)
from addax.keras.utils.legacy import serialize_keras_object as serialize_keras_object
