"""`keras.models`: models, and how they are saved, loaded and copied."""

from addax.keras.models.cloning import clone_model as clone_model
from addax.keras.models.cloning import model_from_json as model_from_json
from addax.keras.models.model import Functional as Functional
from addax.keras.models.model import Model as Model
from addax.keras.models.sequential import Sequential as Sequential
from addax.keras.saving import load_model as load_model
from addax.keras.saving import save_model as save_model
