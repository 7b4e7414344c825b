"""Configurations: objects as plain dictionaries, in the form of Keras 3, and back."""

from addax.keras.serialization.configurable import Configurable as Configurable
from addax.keras.serialization.decode import (
    deserialize_keras_object as deserialize_keras_object,
)
from addax.keras.serialization.decode import is_serialized as is_serialized
from addax.keras.serialization.encode import plain as plain
from addax.keras.serialization.encode import (
    serialize_keras_object as serialize_keras_object,
)
from addax.keras.serialization.functions import dump_function as dump_function
from addax.keras.serialization.functions import load_function as load_function
from addax.keras.serialization.functions import (
    refuse_in_safe_mode as refuse_in_safe_mode,
)
from addax.keras.serialization.op_calls import encode_call as encode_call
from addax.keras.serialization.op_calls import op_class_name as op_class_name
from addax.keras.serialization.registry import CustomObjectScope as CustomObjectScope
from addax.keras.serialization.registry import (
    custom_object_scope as custom_object_scope,
)
from addax.keras.serialization.registry import get_custom_objects as get_custom_objects
from addax.keras.serialization.registry import (
    get_registered_name as get_registered_name,
)
from addax.keras.serialization.registry import (
    get_registered_object as get_registered_object,
)
from addax.keras.serialization.registry import in_safe_mode as in_safe_mode
from addax.keras.serialization.registry import public as public
from addax.keras.serialization.registry import public_address as public_address
from addax.keras.serialization.registry import public_names as public_names
from addax.keras.serialization.registry import public_object as public_object
from addax.keras.serialization.registry import (
    register_keras_serializable as register_keras_serializable,
)
from addax.keras.serialization.registry import safe_mode_scope as safe_mode_scope
from addax.keras.serialization.resolve import name_table as name_table
from addax.keras.serialization.resolve import resolve as resolve
from addax.keras.serialization.sharing import sharing as sharing
