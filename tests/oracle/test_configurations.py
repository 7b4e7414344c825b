"""Configurations of every class go both ways between addax and Keras."""

import inspect
import json
import warnings

import keras as theirs
import pytest

from addax import keras as ours

SPACES = (
    "initializers",
    "regularizers",
    "constraints",
    "losses",
    "metrics",
    "optimizers",
    "optimizers.schedules",
    "layers",
)
# What constructors need.
ARGUMENTS = {
    **{
        f"Adaptive{kind}Pooling{n}D": (2,)
        for kind in ("Average", "Max")
        for n in (1, 2, 3)
    },
    "Activation": ("relu",),
    "CategoryEncoding": (3,),
    "CenterCrop": (3, 3),
    "CosineDecay": (0.1, 10),
    "CosineDecayRestarts": (0.1, 10),
    "Dense": (3,),
    "Discretization": ([0.0, 1.0],),
    "Dot": (1,),
    "EinsumDense": ("ab,bc->ac", (3,)),
    "Embedding": (5, 2),
    "ExponentialDecay": (0.1, 10, 0.5),
    "FBetaScore": (),
    "GroupQueryAttention": (2, 2, 1),
    "HashedCrossing": (3,),
    "Hashing": (3,),
    "InverseTimeDecay": (0.1, 10, 0.5),
    "InputLayer": ((3,),),
    "IoU": (2, [0]),
    "MeanIoU": (2,),
    "OneHotIoU": (2, [0]),
    "OneHotMeanIoU": (2,),
    "Permute": ((2, 1),),
    "PiecewiseConstantDecay": ([1, 2], [0.1, 0.2, 0.3]),
    "PolynomialDecay": (0.1, 10),
    "PrecisionAtRecall": (0.5,),
    "RecallAtPrecision": (0.5,),
    "RepeatVector": (2,),
    "Rescaling": (0.5,),
    "Reshape": ((2, 2),),
    "Resizing": (3, 3),
    "SensitivityAtSpecificity": (0.5,),
    "SpecificityAtSensitivity": (0.5,),
    "UpSampling1D": (2,),
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D"), (2, 3)),
    **dict.fromkeys(("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"), (2, 3)),
    **dict.fromkeys(("DepthwiseConv1D", "DepthwiseConv2D"), (3,)),
    **dict.fromkeys(("SeparableConv1D", "SeparableConv2D"), (2, 3)),
    **dict.fromkeys(("Dropout", "GaussianDropout", "GaussianNoise"), (0.5,)),
    **dict.fromkeys(("AlphaDropout", "SpatialDropout1D", "SpatialDropout2D"), (0.5,)),
    **dict.fromkeys(("AveragePooling1D", "AveragePooling2D", "AveragePooling3D"), (2,)),
    "SpatialDropout3D": (0.5,),
    **dict.fromkeys(("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"), (2, 3)),
    **dict.fromkeys(("GRU", "LSTM", "SimpleRNN"), (3,)),
    **dict.fromkeys(("RandomContrast", "RandomRotation", "RandomZoom"), (0.2,)),
    **dict.fromkeys(("RandomBrightness", "RandomHue", "RandomSharpness"), (0.2,)),
    "RandomTranslation": (0.1, 0.2),
    "RandomCrop": (3, 4),
    "RandomColorDegeneration": (0.3,),
    "RandomSaturation": (0.3,),
    "RandomPosterization": (4,),
    "ReversibleEmbedding": (5, 2),
    "MaxNumBoundingBoxes": (3,),
    "Solarization": (0.1,),
    **dict.fromkeys(("GRUCell", "LSTMCell", "SimpleRNNCell"), (3,)),
    "MultiHeadAttention": (2, 2),
}
# Of Keras, but not of ours or abstract: they have no configuration to compare.
BASES = {
    "Initializer", "InputSpec", "Layer", "LearningRateSchedule", "Loss", "Metric",
    "Optimizer", "Regularizer", "Wrapper",
}  # fmt: skip
# Keras leaves these out of its own configurations, and so forgets them.
FORGOTTEN = {
    ("Identity", "gain"),
    ("IdentityInitializer", "gain"),
    ("CosineSimilarity", "axis"),
    ("Huber", "delta"),
    ("MaxNumBoundingBoxes", "fill_value"),
    ("SparseCategoricalCrossentropy", "axis"),
}
# Keras writes 0.0 as the range (-0.0, 0.0); both read either.
AS_GIVEN = {("RandomShear", "x_factor"), ("RandomShear", "y_factor")}


def cases():
    seen = set()
    for space in SPACES:
        for name, cls in space_of(theirs, space).items():
            known = inspect.isclass(cls) and cls not in seen and name not in BASES
            if known and name in space_of(ours, space) and not name.startswith("_"):
                seen.add(cls)
                yield pytest.param(space, cls.__name__, id=f"{space}.{cls.__name__}")


def space_of(k, space):
    for part in space.split("."):
        k = getattr(k, part)
    return {name: getattr(k, name) for name in dir(k)}


def plain(k, obj):
    return json.loads(json.dumps(k.saving.serialize_keras_object(obj)))


def off(value):
    return value is None or value is False


@pytest.mark.parametrize("space, name", list(cases()))
def test_configuration(space, name):
    if name not in space_of(ours, space):
        name = next(n for n, c in space_of(theirs, space).items() if c.__name__ == name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = space_of(theirs, space)[name](*ARGUMENTS.get(name, ()))
    except (TypeError, ImportError) as error:
        pytest.skip(f"{name}: {error}")
    config = plain(theirs, made)
    again = plain(ours, ours.saving.deserialize_keras_object(config))
    for key in ("module", "class_name", "registered_name"):
        assert again[key] == config[key]
    for key in {**config["config"], **again["config"]}:
        a, b = config["config"].get(key), again["config"].get(key)
        if not (off(a) and off(b)) and (name, key) not in FORGOTTEN | AS_GIVEN:
            assert b == a, key
    back = plain(theirs, theirs.saving.deserialize_keras_object(again))
    assert back["config"] == config["config"]
