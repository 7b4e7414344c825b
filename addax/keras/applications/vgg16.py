"""`keras.applications.vgg16`."""

from addax.keras.applications.vgg import VGG16 as VGG16
from addax.keras.applications.vgg import decode_predictions as decode_predictions
from addax.keras.applications.vgg import preprocess_input as preprocess_input
