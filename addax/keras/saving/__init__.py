"""`keras.saving`: models and weights in files, and names for what they hold."""

from addax.keras.saving.file_editor import KerasFileEditor as KerasFileEditor
from addax.keras.saving.models import load_model as load_model
from addax.keras.saving.models import save_model as save_model
from addax.keras.saving.weights import load_weights as load_weights
from addax.keras.saving.weights import save_weights as save_weights
from addax.keras.serialization import CustomObjectScope as CustomObjectScope
from addax.keras.serialization import custom_object_scope as custom_object_scope
from addax.keras.serialization import (
    deserialize_keras_object as deserialize_keras_object,
)
from addax.keras.serialization import get_custom_objects as get_custom_objects
from addax.keras.serialization import get_registered_name as get_registered_name
from addax.keras.serialization import get_registered_object as get_registered_object
from addax.keras.serialization import (
    register_keras_serializable as register_keras_serializable,
)
from addax.keras.serialization import serialize_keras_object as serialize_keras_object
