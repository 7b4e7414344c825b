"""ConvNeXt: a ResNet with the choices of vision transformers."""

from __future__ import annotations

from typing import Any

from addax.keras import ops
from addax.keras.applications.backbone import (
    CLASSES,
    Options,
    Recipe,
    assemble,
    channel_axis,
    pooled,
)
from addax.keras.applications.functions import described
from addax.keras.applications.imagenet_utils import DEVIATION, MEAN, preprocessing
from addax.keras.applications.imagenet_utils import (
    decode_predictions as decode_predictions,
)
from addax.keras.applications.weights import google
from addax.keras.initializers import Constant
from addax.keras.layers import (
    Activation,
    Conv2D,
    Dense,
    GlobalAveragePooling2D,
    Layer,
    LayerNormalization,
    Normalization,
)
from addax.keras.models import Model, Sequential
from addax.keras.serialization import public
from addax.ops import math

preprocess_input = preprocessing("")

_EPSILON = 1e-6
# Blocks in each of the four stages
_TINY, _LONG = (3, 3, 9, 3), (3, 3, 27, 3)


@public("keras.src.applications.convnext")
class LayerScale(Layer):
    """A factor for each channel, learned, small in the beginning.

    Args:
        init_values: What the factors start as.
        projection_dim: How many channels there are.
        **kwargs: `name`, `dtype`, `trainable`.

    Source: Touvron et al. 2021, https://arxiv.org/abs/2103.17239.
    """

    def __init__(self, init_values: float, projection_dim: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.init_values = init_values
        self.projection_dim = projection_dim

    def build(self, _: Any) -> None:
        """Creates the factors."""
        self.gamma = self.add_weight(
            shape=(self.projection_dim,), initializer=Constant(self.init_values)
        )

    def call(self, x: Any) -> Any:
        """The inputs times the factors."""
        return math.multiply(x, self.gamma)


def _norm(name: str | None = None) -> LayerNormalization:
    return LayerNormalization(epsilon=_EPSILON, name=name)


def _block(x: Any, channels: int, name: str) -> Any:
    new = Conv2D(
        channels, 7, padding="same", groups=channels, name=f"{name}_depthwise_conv"
    )(x)
    new = _norm(f"{name}_layernorm")(new)
    new = Dense(4 * channels, name=f"{name}_pointwise_conv_1")(new)
    new = Activation("gelu", name=f"{name}_gelu")(new)
    new = Dense(channels, name=f"{name}_pointwise_conv_2")(new)
    new = LayerScale(1e-6, channels, name=f"{name}_layer_scale")(new)
    new = Activation("linear", name=f"{name}_identity")(new)
    return ops.add(x, new)


def _rescaled(x: Any, name: str) -> Any:
    return Normalization(
        mean=[255 * m for m in MEAN],
        variance=[(255 * d) ** 2 for d in DEVIATION],
        name=f"{name}_prestem_normalization",
    )(x)


def _body(depths: tuple[int, ...], channels: tuple[int, ...], rescale: bool) -> Any:
    def body(x: Any, options: Options) -> Any:
        name = options.name
        if rescale and x.shape[channel_axis()] == 3:
            x = _rescaled(x, str(name))
        x = Sequential(
            [
                Conv2D(channels[0], 4, strides=4, name=f"{name}_stem_conv"),
                _norm(f"{name}_stem_layernorm"),
            ],
            name=f"{name}_stem",
        )(x)
        for stage, (depth, width) in enumerate(zip(depths, channels, strict=True)):
            if stage:
                i = stage - 1
                x = Sequential(
                    [
                        _norm(f"{name}_downsampling_layernorm_{i}"),
                        Conv2D(
                            width, 2, strides=2, name=f"{name}_downsampling_conv_{i}"
                        ),
                    ],
                    name=f"{name}_downsampling_block_{i}",
                )(x)
            for j in range(depth):
                x = _block(x, width, f"{name}_stage_{stage}_block_{j}")
        return x

    return body


def _tail(x: Any, options: Options) -> Any:
    """Without the classifier its normalisation stays."""
    return _norm()(pooled(x, options.pooling, named=False))


def _head(x: Any, options: Options) -> Any:
    name = options.name
    x = GlobalAveragePooling2D(name=f"{name}_head_gap")(x)
    x = _norm(f"{name}_head_layernorm")(x)
    return Dense(
        options.classes,
        activation=options.classifier_activation,
        name=f"{name}_head_dense",
    )(x)


def _make(
    size: str, depths: tuple[int, ...], channels: tuple[int, ...], *hashes: str
) -> Any:
    model_name = f"convnext_{size.lower()}"

    def build(
        include_top: bool = True,
        include_preprocessing: bool = True,
        weights: Any = "imagenet",
        input_tensor: Any = None,
        input_shape: Any = None,
        pooling: str | None = None,
        classes: int = CLASSES,
        classifier_activation: Any = "softmax",
        name: str | None = model_name,
    ) -> Model:
        options = Options(
            include_top,
            weights,
            input_tensor,
            input_shape,
            pooling,
            classes,
            classifier_activation,
            name,
        )
        recipe = Recipe(
            _body(depths, channels, include_preprocessing),
            google("convnext", model_name, *hashes),
            head=_head,
            tail=_tail,
        )
        return assemble(options, recipe)

    return described(
        build,
        f"ConvNeXt{size}",
        f"ConvNeXt {size}: {sum(depths)} blocks.",
        "Liu et al. 2022, https://arxiv.org/abs/2201.03545.",
    )


ConvNeXtTiny = _make(
    "Tiny",
    _TINY,
    (96, 192, 384, 768),
    "8ae6e78ce2933352b1ef4008e6dd2f17bc40771563877d156bc6426c7cf503ff",
    "d547c096cabd03329d7be5562c5e14798aa39ed24b474157cef5e85ab9e49ef1",
)
ConvNeXtSmall = _make(
    "Small",
    _LONG,
    (96, 192, 384, 768),
    "ce1277d8f1ee5a0ef0e171469089c18f5233860ceaf9b168049cb9263fd7483c",
    "6fc8009faa2f00c1c1dfce59feea9b0745eb260a7dd11bee65c8e20843da6eab",
)
ConvNeXtBase = _make(
    "Base",
    _LONG,
    (128, 256, 512, 1024),
    "52cbb006d3dadd03f6e095a8ca1aca47aecdd75acb4bc74bce1f5c695d0086e6",
    "40a20c5548a5e9202f69735ecc06c990e6b7c9d2de39f0361e27baeb24cb7c45",
)
ConvNeXtLarge = _make(
    "Large",
    _LONG,
    (192, 384, 768, 1536),
    "070c5ed9ed289581e477741d3b34beffa920db8cf590899d6d2c67fba2a198a6",
    "96f02b6f0753d4f543261bc9d09bed650f24dd6bc02ddde3066135b63d23a1cd",
)
ConvNeXtXLarge = _make(
    "XLarge",
    _LONG,
    (256, 512, 1024, 2048),
    "c1f5ccab661354fc3a79a10fa99af82f0fbf10ec65cb894a3ae0815f17a889ee",
    "de3f8a54174130e0cecdc71583354753d557fcf1f4487331558e2a16ba0cfe05",
)
