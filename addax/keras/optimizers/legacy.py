"""`keras.optimizers.legacy`: the current optimizers, which take `lr` and `decay`."""

from addax.keras.optimizers.adadelta import Adadelta as Adadelta
from addax.keras.optimizers.adagrad import Adagrad as Adagrad
from addax.keras.optimizers.adam import Adam as Adam
from addax.keras.optimizers.adamax import Adamax as Adamax
from addax.keras.optimizers.ftrl import Ftrl as Ftrl
from addax.keras.optimizers.nadam import Nadam as Nadam
from addax.keras.optimizers.optimizer import Optimizer as Optimizer
from addax.keras.optimizers.rmsprop import RMSprop as RMSprop
from addax.keras.optimizers.sgd import SGD as SGD
