"""Losses: `keras.losses`."""

from addax.keras.losses.circle import Circle as Circle
from addax.keras.losses.circle import circle as circle
from addax.keras.losses.ctc import CTC as CTC
from addax.keras.losses.ctc import ctc as ctc
from addax.keras.losses.focal import BinaryFocalCrossentropy as BinaryFocalCrossentropy
from addax.keras.losses.focal import (
    CategoricalFocalCrossentropy as CategoricalFocalCrossentropy,
)
from addax.keras.losses.focal import (
    CategoricalGeneralizedCrossEntropy as CategoricalGeneralizedCrossEntropy,
)
from addax.keras.losses.focal import (
    binary_focal_crossentropy as binary_focal_crossentropy,
)
from addax.keras.losses.focal import (
    categorical_focal_crossentropy as categorical_focal_crossentropy,
)
from addax.keras.losses.focal import (
    categorical_generalized_cross_entropy as categorical_generalized_cross_entropy,
)
from addax.keras.losses.hinge import CategoricalHinge as CategoricalHinge
from addax.keras.losses.hinge import Hinge as Hinge
from addax.keras.losses.hinge import SquaredHinge as SquaredHinge
from addax.keras.losses.hinge import categorical_hinge as categorical_hinge
from addax.keras.losses.hinge import hinge as hinge
from addax.keras.losses.hinge import squared_hinge as squared_hinge
from addax.keras.losses.loss import Loss as Loss
from addax.keras.losses.loss import LossFunctionWrapper as LossFunctionWrapper
from addax.keras.losses.overlap import Dice as Dice
from addax.keras.losses.overlap import Tversky as Tversky
from addax.keras.losses.overlap import dice as dice
from addax.keras.losses.overlap import tversky as tversky
from addax.keras.losses.probabilistic import BinaryCrossentropy as BinaryCrossentropy
from addax.keras.losses.probabilistic import (
    CategoricalCrossentropy as CategoricalCrossentropy,
)
from addax.keras.losses.probabilistic import KLDivergence as KLDivergence
from addax.keras.losses.probabilistic import Poisson as Poisson
from addax.keras.losses.probabilistic import (
    SparseCategoricalCrossentropy as SparseCategoricalCrossentropy,
)
from addax.keras.losses.probabilistic import binary_crossentropy as binary_crossentropy
from addax.keras.losses.probabilistic import (
    categorical_crossentropy as categorical_crossentropy,
)
from addax.keras.losses.probabilistic import kl_divergence as kl_divergence
from addax.keras.losses.probabilistic import poisson as poisson
from addax.keras.losses.probabilistic import (
    sparse_categorical_crossentropy as sparse_categorical_crossentropy,
)
from addax.keras.losses.registry import deserialize as deserialize
from addax.keras.losses.registry import get as get
from addax.keras.losses.registry import serialize as serialize
from addax.keras.losses.regression import CosineSimilarity as CosineSimilarity
from addax.keras.losses.regression import Huber as Huber
from addax.keras.losses.regression import LogCosh as LogCosh
from addax.keras.losses.regression import MeanAbsoluteError as MeanAbsoluteError
from addax.keras.losses.regression import (
    MeanAbsolutePercentageError as MeanAbsolutePercentageError,
)
from addax.keras.losses.regression import MeanSquaredError as MeanSquaredError
from addax.keras.losses.regression import (
    MeanSquaredLogarithmicError as MeanSquaredLogarithmicError,
)
from addax.keras.losses.regression import cosine_similarity as cosine_similarity
from addax.keras.losses.regression import huber as huber
from addax.keras.losses.regression import log_cosh as log_cosh
from addax.keras.losses.regression import mean_absolute_error as mean_absolute_error
from addax.keras.losses.regression import (
    mean_absolute_percentage_error as mean_absolute_percentage_error,
)
from addax.keras.losses.regression import mean_squared_error as mean_squared_error
from addax.keras.losses.regression import (
    mean_squared_logarithmic_error as mean_squared_logarithmic_error,
)
from addax.keras.losses.values import Reduction as Reduction

# The short and older names
mse = MSE = mean_squared_error
mae = MAE = mean_absolute_error
mape = MAPE = mean_absolute_percentage_error
msle = MSLE = mean_squared_logarithmic_error
kld = KLD = kl_divergence
kullback_leibler_divergence = kl_divergence
logcosh = log_cosh
