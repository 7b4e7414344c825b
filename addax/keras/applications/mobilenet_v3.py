"""MobileNet V3: a search's choice of blocks, hard swish, squeeze and excitation."""

from __future__ import annotations

from typing import Any, NamedTuple

from addax._base.errors import explain
from addax.keras import ops
from addax.keras.applications.backbone import (
    CLASSES,
    Options,
    Recipe,
    assemble,
    channel_axis,
)
from addax.keras.applications.borders import divisible, same_padding
from addax.keras.applications.functions import described
from addax.keras.applications.imagenet_utils import (
    decode_predictions as decode_predictions,
)
from addax.keras.applications.imagenet_utils import preprocessing
from addax.keras.applications.mobilenet import check_alpha
from addax.keras.applications.weights import Files, google
from addax.keras.layers import (
    Activation,
    Add,
    BatchNormalization,
    Conv2D,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Multiply,
    ReLU,
    Rescaling,
    ZeroPadding2D,
)
from addax.keras.models import Model

preprocess_input = preprocessing("")


class _Block(NamedTuple):
    """One row of the paper's tables.

    Attributes:
        widen: How many times the channels the middle of the block has.
        filters: The channels after it.
        size: The kernel's height and width.
        strides: Its step.
        excite: Whether squeeze and excitation follow.
        swish: Whether the activation is hard swish rather than ReLU.
    """

    widen: float
    filters: int
    size: int
    strides: int
    excite: bool
    swish: bool


class _Size(NamedTuple):
    """One of the two networks: its blocks, its last layer, its files' checksums."""

    title: str
    blocks: tuple[_Block, ...]
    last: int
    hashes: dict[str, tuple[str, str]]


_SMALL = _Size(
    "MobileNetV3Small",
    (
        _Block(1, 16, 3, 2, True, False),
        _Block(72 / 16, 24, 3, 2, False, False),
        _Block(88 / 24, 24, 3, 1, False, False),
        _Block(4, 40, 5, 2, True, True),
        _Block(6, 40, 5, 1, True, True),
        _Block(6, 40, 5, 1, True, True),
        _Block(3, 48, 5, 1, True, True),
        _Block(3, 48, 5, 1, True, True),
        _Block(6, 96, 5, 2, True, True),
        _Block(6, 96, 5, 1, True, True),
        _Block(6, 96, 5, 1, True, True),
    ),
    1024,
    {
        "small_224_0.75_float": (
            "cb65d4e5be93758266aa0a7f2c6708b7",
            "ebdb5cc8e0b497cd13a7c275d475c819",
        ),
        "small_224_1.0_float": (
            "8768d4c2e7dee89b9d02b2d03d65d862",
            "d3e8ec802a04aa4fc771ee12a9a9b836",
        ),
        "small_minimalistic_224_1.0_float": (
            "99cd97fb2fcdad2bf028eb838de69e37",
            "cde8136e733e811080d9fcd8a252f7e4",
        ),
    },
)
_LARGE = _Size(
    "MobileNetV3Large",
    (
        _Block(1, 16, 3, 1, False, False),
        _Block(4, 24, 3, 2, False, False),
        _Block(3, 24, 3, 1, False, False),
        _Block(3, 40, 5, 2, True, False),
        _Block(3, 40, 5, 1, True, False),
        _Block(3, 40, 5, 1, True, False),
        _Block(6, 80, 3, 2, False, True),
        _Block(2.5, 80, 3, 1, False, True),
        _Block(2.3, 80, 3, 1, False, True),
        _Block(2.3, 80, 3, 1, False, True),
        _Block(6, 112, 3, 1, True, True),
        _Block(6, 112, 3, 1, True, True),
        _Block(6, 160, 5, 2, True, True),
        _Block(6, 160, 5, 1, True, True),
        _Block(6, 160, 5, 1, True, True),
    ),
    1280,
    {
        "large_224_0.75_float": (
            "765b44a33ad4005b3ac83185abf1d0eb",
            "40af19a13ebea4e2ee0c676887f69a2e",
        ),
        "large_224_1.0_float": (
            "59e551e166be033d707958cf9e29a6a7",
            "07fb09a5933dd0c8eaafa16978110389",
        ),
        "large_minimalistic_224_1.0_float": (
            "675e7b876c45c57e9e63e6d90a36599c",
            "ec5221f64a2f6d1ef965a614bdae7973",
        ),
    },
)


def _norm(x: Any, name: str) -> Any:
    return BatchNormalization(axis=channel_axis(-1), momentum=0.999, name=name)(x)


def _activate(x: Any, swish: bool) -> Any:
    return Activation("hard_silu")(x) if swish else ReLU()(x)


def _excite(x: Any, name: str) -> Any:
    """Weighs the channels by what the whole image shows."""
    channels = x.shape[channel_axis()]
    name = f"{name}_squeeze_excite"
    weights = GlobalAveragePooling2D(keepdims=True, name=f"{name}_avg_pool")(x)
    fewer = divisible(channels * 0.25)
    weights = Conv2D(fewer, 1, padding="same", name=f"{name}_conv")(weights)
    weights = ReLU(name=f"{name}_relu")(weights)
    weights = Conv2D(channels, 1, padding="same", name=f"{name}_conv_1")(weights)
    # A hard sigmoid, in the three steps that files of Keras have.
    weights = ops.multiply(ReLU(6.0)(ops.add(weights, 3.0)), 1.0 / 6.0)
    return Multiply(name=f"{name}_mul")([x, weights])


def _run(x: Any, block: _Block, filters: int, number: int) -> Any:
    carried, channels = x, x.shape[channel_axis()]
    name = f"expanded_conv_{number}" if number else "expanded_conv"
    if number:
        wide = divisible(channels * block.widen)
        x = Conv2D(wide, 1, padding="same", use_bias=False, name=f"{name}_expand")(x)
        x = _activate(_norm(x, f"{name}_expand_bn"), block.swish)
    if block.strides > 1:
        around = same_padding(x, block.size)
        x = ZeroPadding2D(around, name=f"{name}_depthwise_pad")(x)
    x = DepthwiseConv2D(
        block.size,
        strides=block.strides,
        padding="valid" if block.strides > 1 else "same",
        use_bias=False,
        name=f"{name}_depthwise",
    )(x)
    x = _activate(_norm(x, f"{name}_depthwise_bn"), block.swish)
    if block.excite:
        x = _excite(x, name)
    x = Conv2D(filters, 1, padding="same", use_bias=False, name=f"{name}_project")(x)
    x = _norm(x, f"{name}_project_bn")
    if block.strides == 1 and channels == filters:
        x = Add(name=f"{name}_add")([carried, x])
    return x


def _body(size: _Size, alpha: float, minimalistic: bool, rescale: bool) -> Any:
    def body(x: Any, options: Options) -> Any:
        if rescale:
            x = Rescaling(1.0 / 127.5, offset=-1.0)(x)
        x = Conv2D(16, 3, strides=2, padding="same", use_bias=False, name="conv")(x)
        x = _activate(_norm(x, "conv_bn"), not minimalistic)
        for number, block in enumerate(size.blocks):
            if minimalistic:
                block = block._replace(size=3, excite=False, swish=False)
            x = _run(x, block, divisible(block.filters * alpha), number)
        channels = divisible(x.shape[channel_axis()] * 6)
        x = Conv2D(channels, 1, padding="same", use_bias=False, name="conv_1")(x)
        return _activate(_norm(x, "conv_1_bn"), not minimalistic)

    return body


def _head(last: int, swish: bool, dropout: float) -> Any:
    def head(x: Any, options: Options) -> Any:
        x = GlobalAveragePooling2D(keepdims=True)(x)
        x = _activate(Conv2D(last, 1, padding="same", name="conv_2")(x), swish)
        if dropout > 0:
            x = Dropout(dropout)(x)
        x = Conv2D(options.classes, 1, padding="same", name="logits")(x)
        x = Flatten()(x)
        return Activation(options.classifier_activation, name="predictions")(x)

    return head


def _files(size: _Size, alpha: float, minimalistic: bool) -> Files:
    check_alpha(alpha, (1.0,) if minimalistic else (0.75, 1.0))
    kind = size.title.removeprefix("MobileNetV3").lower()
    kind += "_minimalistic" if minimalistic else ""
    stem = f"{kind}_224_{float(alpha)}_float"
    return google(
        "mobilenet_v3",
        f"weights_mobilenet_v3_{stem}",
        *size.hashes[stem],
        without_top="_no_top_v2",
    )


def _check_tensor(input_tensor: Any, input_shape: Any) -> None:
    if input_tensor is None or input_shape is None:
        return
    found = tuple(input_tensor.shape)[1:]
    if found != tuple(input_shape):
        raise ValueError(
            explain(
                "`input_shape` and the shape of `input_tensor` differ.",
                received={"input_shape": input_shape, "input_tensor": input_tensor},
                fix="leave one of them out",
            )
        )


def _make(size: _Size) -> Any:
    def build(
        input_shape: Any = None,
        alpha: float = 1.0,
        minimalistic: bool = False,
        include_top: bool = True,
        weights: Any = "imagenet",
        input_tensor: Any = None,
        classes: int = CLASSES,
        pooling: str | None = None,
        dropout_rate: float = 0.2,
        classifier_activation: Any = "softmax",
        include_preprocessing: bool = True,
        name: str | None = size.title,
    ) -> Model:
        _check_tensor(input_tensor, input_shape)
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
        last = divisible(size.last * alpha) if alpha > 1.0 else size.last
        recipe = Recipe(
            _body(size, alpha, minimalistic, include_preprocessing),
            _files(size, alpha, minimalistic) if options.pretrained else None,
            head=_head(last, not minimalistic, dropout_rate),
            flat=False,
        )
        return assemble(options, recipe)

    kind = size.title.removeprefix("MobileNetV3").lower()
    return described(
        build,
        size.title,
        f"MobileNet V3, the {kind} one.",
        "Howard et al. 2019, https://arxiv.org/abs/1905.02244.",
    )


MobileNetV3Small = _make(_SMALL)
MobileNetV3Large = _make(_LARGE)
