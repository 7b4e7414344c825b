"""Metrics: `keras.metrics`."""

from addax.keras.losses.focal import (
    binary_focal_crossentropy as binary_focal_crossentropy,
)
from addax.keras.losses.focal import (
    categorical_focal_crossentropy as categorical_focal_crossentropy,
)
from addax.keras.losses.hinge import categorical_hinge as categorical_hinge
from addax.keras.losses.hinge import hinge as hinge
from addax.keras.losses.hinge import squared_hinge as squared_hinge
from addax.keras.losses.probabilistic import binary_crossentropy as binary_crossentropy
from addax.keras.losses.probabilistic import (
    categorical_crossentropy as categorical_crossentropy,
)
from addax.keras.losses.probabilistic import kl_divergence as kl_divergence
from addax.keras.losses.probabilistic import poisson as poisson
from addax.keras.losses.probabilistic import (
    sparse_categorical_crossentropy as sparse_categorical_crossentropy,
)
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
from addax.keras.metrics.accuracy import Accuracy as Accuracy
from addax.keras.metrics.accuracy import BinaryAccuracy as BinaryAccuracy
from addax.keras.metrics.accuracy import CategoricalAccuracy as CategoricalAccuracy
from addax.keras.metrics.accuracy import (
    SparseCategoricalAccuracy as SparseCategoricalAccuracy,
)
from addax.keras.metrics.accuracy import (
    SparseTopKCategoricalAccuracy as SparseTopKCategoricalAccuracy,
)
from addax.keras.metrics.accuracy import (
    TopKCategoricalAccuracy as TopKCategoricalAccuracy,
)
from addax.keras.metrics.accuracy import binary_accuracy as binary_accuracy
from addax.keras.metrics.accuracy import categorical_accuracy as categorical_accuracy
from addax.keras.metrics.accuracy import (
    sparse_categorical_accuracy as sparse_categorical_accuracy,
)
from addax.keras.metrics.accuracy import (
    sparse_top_k_categorical_accuracy as sparse_top_k_categorical_accuracy,
)
from addax.keras.metrics.accuracy import (
    top_k_categorical_accuracy as top_k_categorical_accuracy,
)
from addax.keras.metrics.confusion import FalseNegatives as FalseNegatives
from addax.keras.metrics.confusion import FalsePositives as FalsePositives
from addax.keras.metrics.confusion import Precision as Precision
from addax.keras.metrics.confusion import Recall as Recall
from addax.keras.metrics.confusion import TrueNegatives as TrueNegatives
from addax.keras.metrics.confusion import TruePositives as TruePositives
from addax.keras.metrics.correlation import (
    ConcordanceCorrelation as ConcordanceCorrelation,
)
from addax.keras.metrics.correlation import PearsonCorrelation as PearsonCorrelation
from addax.keras.metrics.correlation import (
    concordance_correlation as concordance_correlation,
)
from addax.keras.metrics.correlation import pearson_correlation as pearson_correlation
from addax.keras.metrics.curve import AUC as AUC
from addax.keras.metrics.curve import PrecisionAtRecall as PrecisionAtRecall
from addax.keras.metrics.curve import RecallAtPrecision as RecallAtPrecision
from addax.keras.metrics.curve import (
    SensitivityAtSpecificity as SensitivityAtSpecificity,
)
from addax.keras.metrics.curve import (
    SpecificityAtSensitivity as SpecificityAtSensitivity,
)
from addax.keras.metrics.fscore import F1Score as F1Score
from addax.keras.metrics.fscore import FBetaScore as FBetaScore
from addax.keras.metrics.hinge import CategoricalHinge as CategoricalHinge
from addax.keras.metrics.hinge import Hinge as Hinge
from addax.keras.metrics.hinge import SquaredHinge as SquaredHinge
from addax.keras.metrics.iou import BinaryIoU as BinaryIoU
from addax.keras.metrics.iou import IoU as IoU
from addax.keras.metrics.iou import MeanIoU as MeanIoU
from addax.keras.metrics.iou import OneHotIoU as OneHotIoU
from addax.keras.metrics.iou import OneHotMeanIoU as OneHotMeanIoU
from addax.keras.metrics.metric import Metric as Metric
from addax.keras.metrics.probabilistic import BinaryCrossentropy as BinaryCrossentropy
from addax.keras.metrics.probabilistic import (
    CategoricalCrossentropy as CategoricalCrossentropy,
)
from addax.keras.metrics.probabilistic import KLDivergence as KLDivergence
from addax.keras.metrics.probabilistic import Poisson as Poisson
from addax.keras.metrics.probabilistic import (
    SparseCategoricalCrossentropy as SparseCategoricalCrossentropy,
)
from addax.keras.metrics.reduction import Mean as Mean
from addax.keras.metrics.reduction import MeanMetricWrapper as MeanMetricWrapper
from addax.keras.metrics.reduction import Sum as Sum
from addax.keras.metrics.registry import deserialize as deserialize
from addax.keras.metrics.registry import for_output as for_output
from addax.keras.metrics.registry import get as get
from addax.keras.metrics.registry import serialize as serialize
from addax.keras.metrics.regression import CosineSimilarity as CosineSimilarity
from addax.keras.metrics.regression import LogCoshError as LogCoshError
from addax.keras.metrics.regression import MeanAbsoluteError as MeanAbsoluteError
from addax.keras.metrics.regression import (
    MeanAbsolutePercentageError as MeanAbsolutePercentageError,
)
from addax.keras.metrics.regression import MeanSquaredError as MeanSquaredError
from addax.keras.metrics.regression import (
    MeanSquaredLogarithmicError as MeanSquaredLogarithmicError,
)
from addax.keras.metrics.regression import R2Score as R2Score
from addax.keras.metrics.regression import RootMeanSquaredError as RootMeanSquaredError

# The short and older names
mse = MSE = mean_squared_error
mae = MAE = mean_absolute_error
mape = MAPE = mean_absolute_percentage_error
msle = MSLE = mean_squared_logarithmic_error
kld = KLD = kl_divergence
kullback_leibler_divergence = kl_divergence
logcosh = log_cosh
