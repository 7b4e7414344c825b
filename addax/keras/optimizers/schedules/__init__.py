"""Learning-rate schedules: `keras.optimizers.schedules`."""

from addax.keras.optimizers.schedules.cosine import CosineDecay as CosineDecay
from addax.keras.optimizers.schedules.cosine import (
    CosineDecayRestarts as CosineDecayRestarts,
)
from addax.keras.optimizers.schedules.decays import ExponentialDecay as ExponentialDecay
from addax.keras.optimizers.schedules.decays import InverseTimeDecay as InverseTimeDecay
from addax.keras.optimizers.schedules.decays import (
    PiecewiseConstantDecay as PiecewiseConstantDecay,
)
from addax.keras.optimizers.schedules.decays import PolynomialDecay as PolynomialDecay
from addax.keras.optimizers.schedules.schedule import (
    LearningRateSchedule as LearningRateSchedule,
)
from addax.keras.optimizers.schedules.schedule import deserialize as deserialize
from addax.keras.optimizers.schedules.schedule import serialize as serialize
