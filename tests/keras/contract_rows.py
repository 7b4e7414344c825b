"""How each public class is made, and what it is fed: a row a class."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from addax import keras


class LayerRow(NamedTuple):
    """A layer's arguments and its input.

    `shape` is that of one sample (several samples' shapes in a list, for several
    inputs), `free` says which of its axes may be of any length, `whole` the bound of
    whole numbers that it takes; `halves` whether 16 bits mean anything to it.
    """

    kwargs: dict[str, Any]
    shape: Any
    free: tuple[int, ...] = ()
    whole: int = 0
    halves: bool = True
    positional: bool = False


def _dense() -> Any:
    return keras.layers.Dense(2)


def _gru() -> Any:
    return keras.layers.GRU(2)


def _cell() -> Any:
    return keras.layers.LSTMCell(2)


_1D, _2D, _3D = (6, 3), (6, 6, 3), (4, 4, 4, 2)
_BY_RANK = {1: (_1D, (0,)), 2: (_2D, (0, 1)), 3: (_3D, (0, 1, 2))}
_PLAIN = (4,)


def _ranks(rows: dict[str, Any]) -> dict[str, LayerRow]:
    return {
        f"{name}{rank}D": LayerRow(kwargs, *_BY_RANK[rank])
        for name, (kwargs, ranks) in rows.items()
        for rank in ranks
    }


_CONV = {"filters": 2, "kernel_size": 2}
_ALL = (1, 2, 3)
_SERIES = LayerRow({"units": 3}, (5, 3), (0,))
_PAIR = LayerRow({}, [_PLAIN, _PLAIN])
_IMAGE = (6, 6, 3)

LAYERS: dict[str, LayerRow] = {
    **_ranks(
        {
            "Conv": (_CONV, _ALL),
            "DepthwiseConv": ({"kernel_size": 2}, (1, 2)),
            "SeparableConv": (_CONV, (1, 2)),
            "MaxPooling": ({"pool_size": 2}, _ALL),
            "AveragePooling": ({"pool_size": 2}, _ALL),
            "GlobalMaxPooling": ({}, _ALL),
            "GlobalAveragePooling": ({}, _ALL),
            "AdaptiveMaxPooling": ({"output_size": 2}, ()),
            "Cropping": ({"cropping": 1}, _ALL),
            "ZeroPadding": ({"padding": 1}, _ALL),
            "UpSampling": ({"size": 2}, _ALL),
            "SpatialDropout": ({"rate": 0.3}, _ALL),
        }
    ),
    **{f"Conv{r}DTranspose": LayerRow(_CONV, *_BY_RANK[r]) for r in _ALL},
    **{
        f"Adaptive{kind}Pooling{r}D": LayerRow({"output_size": 2}, _BY_RANK[r][0])
        for kind in ("Max", "Average")
        for r in _ALL
    },
    **{f"ConvLSTM{r}D": LayerRow(_CONV, (3, *_BY_RANK[r][0]), (0,)) for r in _ALL},
    **dict.fromkeys(("LSTM", "GRU", "SimpleRNN"), _SERIES),
    # What is wrapped has a type of its own.
    "RNN": LayerRow({"cell": _cell()}, (5, 3), (0,), halves=False),
    "Bidirectional": LayerRow(
        {"layer": keras.layers.GRU(2)}, (5, 3), (0,), halves=False
    ),
    "TimeDistributed": LayerRow({"layer": _dense()}, (5, 3), (0,), halves=False),
    **dict.fromkeys(
        ("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"), _PAIR
    ),
    "Concatenate": _PAIR,
    "Dot": LayerRow({"axes": 1}, [_PLAIN, _PLAIN]),
    "Attention": LayerRow({}, [(5, 3), (4, 3)]),
    "AdditiveAttention": LayerRow({}, [(5, 3), (4, 3)]),
    "MultiHeadAttention": LayerRow(
        {"num_heads": 2, "key_dim": 3}, [(5, 3), (4, 3)], positional=True
    ),
    "GroupQueryAttention": LayerRow(
        {"head_dim": 2, "num_query_heads": 2, "num_key_value_heads": 1},
        [(5, 3), (4, 3)],
        positional=True,
    ),
    "Activation": LayerRow({"activation": "relu"}, _PLAIN),
    "ActivityRegularization": LayerRow({"l2": 0.1}, _PLAIN),
    "Dense": LayerRow({"units": 3, "kernel_regularizer": "l2"}, _PLAIN),
    "EinsumDense": LayerRow(
        {"equation": "abc,cd->abd", "output_shape": (None, 2)}, (5, 3), (0,)
    ),
    "Embedding": LayerRow({"input_dim": 7, "output_dim": 3}, (5,), (0,), 7),
    "ReversibleEmbedding": LayerRow({"input_dim": 7, "output_dim": 3}, (5,), (0,), 7),
    "Flatten": LayerRow({}, (2, 3)),
    "Identity": LayerRow({}, _PLAIN),
    "Lambda": LayerRow({"function": keras.ops.square}, _PLAIN),
    "Masking": LayerRow({}, (5, 3), (0,)),
    "Permute": LayerRow({"dims": (2, 1)}, (2, 3)),
    "RepeatVector": LayerRow({"n": 2}, _PLAIN),
    "Reshape": LayerRow({"target_shape": (2, 2)}, _PLAIN),
    **{n: LayerRow({}, (5, 3), (0,)) for n in ("ELU", "LeakyReLU", "ReLU")},
    "PReLU": LayerRow({}, _PLAIN),
    "Softmax": LayerRow({}, _PLAIN),
    **{
        name: LayerRow({}, (5, 4), (0,))
        for name in (
            "BatchNormalization",
            "LayerNormalization",
            "RMSNormalization",
            "UnitNormalization",
        )
    },
    "GroupNormalization": LayerRow({"groups": 2}, (5, 4), (0,)),
    "SpectralNormalization": LayerRow({"layer": _dense()}, _PLAIN, halves=False),
    **{
        name: LayerRow({"rate": 0.3}, _PLAIN)
        for name in ("Dropout", "AlphaDropout", "GaussianDropout")
    },
    "GaussianNoise": LayerRow({"stddev": 0.3}, _PLAIN),
    "Rescaling": LayerRow({"scale": 0.5}, _IMAGE, (0, 1)),
    "Normalization": LayerRow({"mean": 1.0, "variance": 2.0}, _PLAIN),
    "Discretization": LayerRow({"bin_boundaries": [-1.0, 0.0]}, _PLAIN, halves=False),
    "CategoryEncoding": LayerRow({"num_tokens": 7}, (5,), (), 7, False),
    "IntegerLookup": LayerRow({"vocabulary": [3, 5]}, (5,), (), 7, False),
    "HashedCrossing": LayerRow({"num_bins": 5}, [(), ()], (), 7, False),
    "Hashing": LayerRow({"num_bins": 5}, (3,), (), 7, False),
    # Outside of training they change nothing, or nothing at random. Images of fixed
    # size, for sizes of crops and grids depend on it.
    **{
        name: LayerRow({}, _IMAGE, halves=False)
        for name in (
            "AugMix",
            "AutoContrast",
            "ContrastLimitedAdaptiveHistogramEqualization",
            "CutMix",
            "Equalization",
            "MixUp",
            "RandAugment",
            "RandomElasticTransform",
            "RandomErasing",
            "RandomFlip",
            "RandomGaussianBlur",
            "RandomGrayscale",
            "RandomInvert",
            "RandomPerspective",
            "RandomColorJitter",
            "RandomShear",
            "Solarization",
        )
    },
    **{
        name: LayerRow({"factor": 0.5}, _IMAGE, halves=False)
        for name in (
            "RandomBrightness",
            "RandomColorDegeneration",
            "RandomContrast",
            "RandomHue",
            "RandomRotation",
            "RandomSaturation",
            "RandomSharpness",
        )
    },
    "RandomPosterization": LayerRow({"factor": 4}, _IMAGE, halves=False),
    "RandomCrop": LayerRow({"height": 4, "width": 4}, _IMAGE, halves=False),
    "RandomTranslation": LayerRow(
        {"height_factor": 0.1, "width_factor": 0.1}, _IMAGE, halves=False
    ),
    "RandomZoom": LayerRow({"height_factor": 0.1}, _IMAGE, halves=False),
    "ThresholdedReLU": LayerRow({"theta": 0.5}, _PLAIN),
    "Resizing": LayerRow({"height": 4, "width": 5}, _IMAGE),
    "CenterCrop": LayerRow({"height": 4, "width": 5}, _IMAGE),
    "STFTSpectrogram": LayerRow(
        {"frame_length": 8, "frame_step": 4, "fft_length": 8}, (32, 1), halves=False
    ),
    "MelSpectrogram": LayerRow(
        {"fft_length": 16, "sequence_stride": 8, "num_mel_bins": 4}, (64,), halves=False
    ),
}
# Layers that are not called on numbers alone, and where they are tested.
OTHER_LAYERS = {
    "Layer": "the base class",
    "Wrapper": "a base class",
    "InputLayer": "a place in a graph",
    "LSTMCell": "within RNN",
    "GRUCell": "within RNN",
    "SimpleRNNCell": "within RNN",
    "StackedRNNCells": "within RNN",
    "DenseFeatures": "Keras 2's, of feature columns: tests/tf/test_feature_columns.py",
    "StringLookup": "strings: with the layers of preprocessing",
    "MaxNumBoundingBoxes": "boxes: with the layers of preprocessing",
    "Pipeline": "holds other layers",
    "JaxLayer": "takes functions: with the foreign layers",
    "FlaxLayer": "takes a module of Flax",
    "TorchModuleWrapper": "says what to do instead",
    "TFSMLayer": "says what to do instead",
    "TextVectorization": "strings: with the layers of preprocessing",
}

_ROW = np.array([[0.9, 0.2, 0.4], [0.1, 0.7, 0.3]], "float32")
_TRUE = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]], "float32")
_ONE_HOT = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], "float32")
_INDEX = np.array([0, 1], "int32")
_PLAIN_PAIR = (_TRUE, _ROW)
_SQUARES = np.array([[0, 1], [1, 1]], "int32")

# Arguments, and (y_true, y_pred).
LOSSES: dict[str, Any] = {
    "BinaryCrossentropy": ({"label_smoothing": 0.1}, _PLAIN_PAIR),
    "BinaryFocalCrossentropy": ({"gamma": 1.5}, _PLAIN_PAIR),
    "CTC": ({}, (np.array([[1, 2]]), np.ones((1, 4, 3), "float32"))),
    "CategoricalCrossentropy": ({"from_logits": True}, (_ONE_HOT, _ROW)),
    "CategoricalFocalCrossentropy": ({}, (_ONE_HOT, _ROW)),
    "CategoricalGeneralizedCrossEntropy": ({"q": 0.3}, (_INDEX, _ROW)),
    "Circle": ({}, (_INDEX, _ROW)),
    "Huber": ({"delta": 0.5}, _PLAIN_PAIR),
    "SparseCategoricalCrossentropy": ({"ignore_class": 0}, (_INDEX, _ROW)),
    **dict.fromkeys(
        ("CategoricalHinge", "CosineSimilarity", "Dice", "Hinge", "KLDivergence",
         "LogCosh", "MeanAbsoluteError", "MeanAbsolutePercentageError",
         "MeanSquaredError", "MeanSquaredLogarithmicError", "Poisson", "SquaredHinge",
         "Tversky"),
        ({}, _PLAIN_PAIR),
    ),
}  # fmt: skip
OTHER_LOSSES = {"Loss": "the base class", "LossFunctionWrapper": "takes a function"}

METRICS: dict[str, Any] = {
    "AUC": ({"num_thresholds": 5}, _PLAIN_PAIR),
    "BinaryIoU": ({"threshold": 0.4}, _PLAIN_PAIR),
    "IoU": ({"num_classes": 2, "target_class_ids": [0]}, (_SQUARES, _SQUARES.T)),
    "MeanIoU": ({"num_classes": 2}, (_SQUARES, _SQUARES.T)),
    "OneHotIoU": ({"num_classes": 3, "target_class_ids": [1]}, (_ONE_HOT, _ROW)),
    "OneHotMeanIoU": ({"num_classes": 3}, (_ONE_HOT, _ROW)),
    "Mean": ({}, (_ROW,)),
    "Sum": ({}, (_ROW,)),
    "MeanMetricWrapper": ({"fn": keras.losses.mean_squared_error}, _PLAIN_PAIR),
    "PrecisionAtRecall": ({"recall": 0.5, "num_thresholds": 5}, _PLAIN_PAIR),
    "RecallAtPrecision": ({"precision": 0.5, "num_thresholds": 5}, _PLAIN_PAIR),
    "SensitivityAtSpecificity": ({"specificity": 0.5}, _PLAIN_PAIR),
    "SpecificityAtSensitivity": ({"sensitivity": 0.5}, _PLAIN_PAIR),
    **dict.fromkeys(
        ("SparseCategoricalAccuracy", "SparseCategoricalCrossentropy"),
        ({}, (_INDEX, _ROW)),
    ),
    "SparseTopKCategoricalAccuracy": ({"k": 2}, (_INDEX, _ROW)),
    "TopKCategoricalAccuracy": ({"k": 2}, (_ONE_HOT, _ROW)),
    "F1Score": ({"average": "macro"}, (_ONE_HOT, _ROW)),
    "FBetaScore": ({"beta": 0.5, "threshold": 0.5}, (_ONE_HOT, _ROW)),
    **dict.fromkeys(
        ("Accuracy", "BinaryAccuracy", "BinaryCrossentropy", "CategoricalAccuracy",
         "CategoricalCrossentropy", "CategoricalHinge", "ConcordanceCorrelation",
         "CosineSimilarity", "FalseNegatives", "FalsePositives", "Hinge",
         "KLDivergence", "LogCoshError", "MeanAbsoluteError",
         "MeanAbsolutePercentageError", "MeanSquaredError",
         "MeanSquaredLogarithmicError", "PearsonCorrelation", "Poisson", "Precision",
         "R2Score", "Recall", "RootMeanSquaredError", "SquaredHinge", "TrueNegatives",
         "TruePositives"),
        ({}, _PLAIN_PAIR),
    ),
}  # fmt: skip
OTHER_METRICS = {"Metric": "the base class"}

OPTIMIZERS: dict[str, dict[str, Any]] = {
    "Adadelta": {},
    "Adafactor": {"weight_decay": 0.1},
    "Adagrad": {"clipnorm": 0.5},
    "Adam": {"amsgrad": True, "use_ema": True, "ema_overwrite_frequency": 2},
    "AdamW": {"weight_decay": 0.1},
    "Adamax": {"global_clipnorm": 0.5},
    "Ftrl": {"l1_regularization_strength": 0.1},
    "Lamb": {"clipvalue": 0.5},
    "Lion": {},
    "LossScaleOptimizer": {"inner_optimizer": keras.optimizers.SGD(0.1)},
    "Muon": {},
    "Nadam": {"loss_scale_factor": 8.0},
    "RMSprop": {"centered": True, "momentum": 0.9},
    "SGD": {
        "learning_rate": keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5),
        "momentum": 0.9,
        "nesterov": True,
        "gradient_accumulation_steps": 2,
    },
    "ScheduleFreeAdamW": {},
}
OTHER_OPTIMIZERS = {
    "Optimizer": "the base class",
    "MultiOptimizer": "is made for the weights of one model",
}

CALLBACKS: dict[str, Any] = {
    "BackupAndRestore": lambda folder: {"backup_dir": folder / "backup"},
    "CSVLogger": lambda folder: {"filename": folder / "log.csv"},
    "Callback": lambda folder: {},
    "EarlyStopping": lambda folder: {"monitor": "loss"},
    "History": lambda folder: {},
    "LambdaCallback": lambda folder: {"on_epoch_end": lambda epoch, logs: None},
    "LearningRateScheduler": lambda folder: {"schedule": lambda epoch, rate: rate / 2},
    "ModelCheckpoint": lambda folder: {"filepath": folder / "{epoch}.keras"},
    "OrbaxCheckpoint": lambda folder: {"directory": folder / "orbax"},
    "ProgbarLogger": lambda folder: {},
    "ReduceLROnPlateau": lambda folder: {"monitor": "loss"},
    "SwapEMAWeights": lambda folder: {"swap_on_epoch": True},
    "TensorBoard": lambda folder: {"log_dir": folder / "logs"},
    "TerminateOnNaN": lambda folder: {},
}
OTHER_CALLBACKS = {
    "CallbackList": "holds the others",
    "RemoteMonitor": "needs a server; with the tests of callbacks",
}
