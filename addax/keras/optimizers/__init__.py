"""Optimizers: `keras.optimizers`."""

from addax.keras.optimizers import legacy as legacy
from addax.keras.optimizers import schedules as schedules
from addax.keras.optimizers.adadelta import Adadelta as Adadelta
from addax.keras.optimizers.adafactor import Adafactor as Adafactor
from addax.keras.optimizers.adagrad import Adagrad as Adagrad
from addax.keras.optimizers.adam import Adam as Adam
from addax.keras.optimizers.adam import AdamW as AdamW
from addax.keras.optimizers.adamax import Adamax as Adamax
from addax.keras.optimizers.ftrl import Ftrl as Ftrl
from addax.keras.optimizers.lamb import Lamb as Lamb
from addax.keras.optimizers.lion import Lion as Lion
from addax.keras.optimizers.loss_scale import LossScaleOptimizer as LossScaleOptimizer
from addax.keras.optimizers.multi import MultiOptimizer as MultiOptimizer
from addax.keras.optimizers.multi import OptimizerMap as OptimizerMap
from addax.keras.optimizers.muon import Muon as Muon
from addax.keras.optimizers.nadam import Nadam as Nadam
from addax.keras.optimizers.optimizer import Optimizer as Optimizer
from addax.keras.optimizers.registry import deserialize as deserialize
from addax.keras.optimizers.registry import get as get
from addax.keras.optimizers.registry import serialize as serialize
from addax.keras.optimizers.rmsprop import RMSprop as RMSprop
from addax.keras.optimizers.schedule_free import ScheduleFreeAdamW as ScheduleFreeAdamW
from addax.keras.optimizers.sgd import SGD as SGD
