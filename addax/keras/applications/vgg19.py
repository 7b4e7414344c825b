"""`keras.applications.vgg19`."""

from addax.keras.applications.vgg import VGG19 as VGG19
from addax.keras.applications.vgg import decode_predictions as decode_predictions
from addax.keras.applications.vgg import preprocess_input as preprocess_input
