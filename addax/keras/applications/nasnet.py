"""NASNet: two cells that a search found, repeated."""

from __future__ import annotations

from typing import Any, NamedTuple

from addax.core.scope import name_scope
from addax.keras.applications.backbone import (
    CLASSES,
    Options,
    Recipe,
    assemble,
    channel_axis,
    channels_first,
    dense_head,
)
from addax.keras.applications.borders import same_padding
from addax.keras.applications.functions import described
from addax.keras.applications.imagenet_utils import (
    decode_predictions as decode_predictions,
)
from addax.keras.applications.imagenet_utils import preprocessing
from addax.keras.applications.weights import google
from addax.keras.layers import (
    Activation,
    Add,
    AveragePooling2D,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Cropping2D,
    MaxPooling2D,
    SeparableConv2D,
    ZeroPadding2D,
)
from addax.keras.models import Model

preprocess_input = preprocessing("tf")


def _relu(x: Any, name: str | None = None) -> Any:
    return Activation("relu", name=name)(x)


def _norm(x: Any, name: str) -> Any:
    return BatchNormalization(
        axis=channel_axis(-1), momentum=0.9997, epsilon=1e-3, name=name
    )(x)


def _conv(x: Any, filters: int, name: str, **more: Any) -> Any:
    arguments = {"kernel_size": 1, "padding": "same", **more}
    return Conv2D(
        filters,
        use_bias=False,
        kernel_initializer="he_normal",
        name=name,
        **arguments,
    )(x)


def _separable(x: Any, filters: int, size: int, name: str, strides: int = 1) -> Any:
    """ReLU, separable convolution, normalisation; twice."""
    with name_scope(f"separable_conv_block_{name}"):
        x = _relu(x)
        if strides == 2:
            around = same_padding(x, size)
            x = ZeroPadding2D(around, name=f"separable_conv_1_pad_{name}")(x)
        for i in (1, 2):
            step = strides if i == 1 else 1
            x = SeparableConv2D(
                filters,
                size,
                strides=step,
                padding="valid" if step == 2 else "same",
                use_bias=False,
                name=f"separable_conv_{i}_{name}",
            )(x)
            x = _norm(x, f"separable_conv_{i}_bn_{name}")
            x = _relu(x) if i == 1 else x
    return x


def _adjust(p: Any, x: Any, filters: int, name: str) -> Any:
    """Brings what came one cell earlier to the size and the channels of `x`."""
    with name_scope("adjust_block"):
        if p is None:
            return x
        space = slice(2, 4) if channels_first() else slice(1, 3)
        if tuple(p.shape[space]) != tuple(x.shape[space]):
            with name_scope(f"adjust_reduction_block_{name}"):
                return _halved(p, filters, name)
        if p.shape[channel_axis()] != filters:
            with name_scope(f"adjust_projection_block_{name}"):
                p = _conv(_relu(p), filters, f"adjust_conv_projection_{name}")
                return _norm(p, f"adjust_bn_{name}")
    return p


def _halved(p: Any, filters: int, name: str) -> Any:
    """Every second element, from two places, side by side."""
    p = _relu(p, f"adjust_relu_1_{name}")
    shifted = Cropping2D(((1, 0), (1, 0)))(ZeroPadding2D(((0, 1), (0, 1)))(p))
    halves = []
    for i, each in enumerate((p, shifted), 1):
        each = AveragePooling2D(1, strides=2, name=f"adjust_avg_pool_{i}_{name}")(each)
        halves.append(_conv(each, filters // 2, f"adjust_conv_{i}_{name}"))
    p = Concatenate(axis=channel_axis(-1))(halves)
    return _norm(p, f"adjust_bn_{name}")


def _normal(x: Any, p: Any, filters: int, name: str) -> tuple[Any, Any]:
    """The cell that keeps the size."""
    with name_scope(f"normal_A_block_{name}"):
        p = _adjust(p, x, filters, name)
        h = _conv(_relu(x), filters, f"normal_conv_1_{name}")
        h = _norm(h, f"normal_bn_1_{name}")

        def mean(x: Any, place: str) -> Any:
            return AveragePooling2D(
                3, strides=1, padding="same", name=f"normal_{place}_{name}"
            )(x)

        pairs = (
            (lambda: _separable(h, filters, 5, f"normal_left1_{name}"),
             lambda: _separable(p, filters, 3, f"normal_right1_{name}")),
            (lambda: _separable(p, filters, 5, f"normal_left2_{name}"),
             lambda: _separable(p, filters, 3, f"normal_right2_{name}")),
            (lambda: mean(h, "left3"), lambda: p),
            (lambda: mean(p, "left4"), lambda: mean(p, "right4")),
            (lambda: _separable(h, filters, 3, f"normal_left5_{name}"), lambda: h),
        )  # fmt: skip
        sums = []
        for i, (left, right) in enumerate(pairs, 1):
            with name_scope(f"block_{i}"):
                sums.append(Add(name=f"normal_add_{i}_{name}")([left(), right()]))
        out = Concatenate(axis=channel_axis(-1), name=f"normal_concat_{name}")(
            [p, *sums]
        )
    return out, x


def _reduction(x: Any, p: Any, filters: int, name: str) -> tuple[Any, Any]:
    """The cell that halves the size."""
    with name_scope(f"reduction_A_block_{name}"):
        p = _adjust(p, x, filters, name)
        h = _conv(_relu(x), filters, f"reduction_conv_1_{name}")
        h = _norm(h, f"reduction_bn_1_{name}")
        wide = ZeroPadding2D(same_padding(h, 3), name=f"reduction_pad_1_{name}")(h)

        def halve(x: Any, size: int, place: str) -> Any:
            return _separable(x, filters, size, f"reduction_{place}_{name}", 2)

        def pool(kind: Any, place: str) -> Any:
            return kind(3, strides=2, name=f"reduction_{place}_{name}")(wide)

        with name_scope("block_1"):
            one = Add(name=f"reduction_add_1_{name}")(
                [halve(h, 5, "left1"), halve(p, 7, "right1")]
            )
        with name_scope("block_2"):
            two = Add(name=f"reduction_add_2_{name}")(
                [pool(MaxPooling2D, "left2"), halve(p, 7, "right2")]
            )
        with name_scope("block_3"):
            three = Add(name=f"reduction_add3_{name}")(
                [pool(AveragePooling2D, "left3"), halve(p, 5, "right3")]
            )
        with name_scope("block_4"):
            mean = AveragePooling2D(
                3, strides=1, padding="same", name=f"reduction_left4_{name}"
            )(one)
            four = Add()([two, mean])
        with name_scope("block_5"):
            left = _separable(one, filters, 3, f"reduction_left4_{name}")
            right = pool(MaxPooling2D, "right5")
            five = Add(name=f"reduction_add4_{name}")([left, right])
        out = Concatenate(axis=channel_axis(-1), name=f"reduction_concat_{name}")(
            [two, three, four, five]
        )
    return out, x


class _Plan(NamedTuple):
    """One of the two networks.

    Attributes:
        title: Its name.
        size: The images' height and width.
        blocks: Cells between two reductions.
        penultimate: The channels at the end.
        first: Those of the first convolution.
        skip: Whether the cell after a reduction sees what came before it.
        hashes: Of the files of weights.
    """

    title: str
    size: int
    blocks: int
    penultimate: int
    first: int
    skip: bool
    hashes: tuple[str, str]


def _body(plan: _Plan) -> Any:
    filters = plan.penultimate // 24

    def body(x: Any, options: Options) -> Any:
        x = _conv(
            x, plan.first, "stem_conv1", kernel_size=3, strides=2, padding="valid"
        )
        x, p = _norm(x, "stem_bn1"), None
        x, p = _reduction(x, p, filters // 4, "stem_1")
        x, p = _reduction(x, p, filters // 2, "stem_2")
        for part in range(3):
            wide = filters * 2**part
            if part:
                before = p
                x, p = _reduction(x, p, wide, f"reduce_{part * plan.blocks}")
                p = before if plan.skip else p
            for i in range(plan.blocks):
                number = part * plan.blocks + i + (1 if part else 0)
                x, p = _normal(x, p, wide, str(number))
        return _relu(x)

    return body


def _make(plan: _Plan) -> Any:
    def build(
        input_shape: Any = None,
        include_top: bool = True,
        weights: Any = "imagenet",
        input_tensor: Any = None,
        pooling: str | None = None,
        classes: int = CLASSES,
        classifier_activation: Any = "softmax",
        name: str | None = f"nasnet_{plan.title.lower()}",
    ) -> Model:
        if input_shape is None and plan.title == "Mobile":
            # As in Keras, which for the large network leaves the size open here.
            input_shape = (plan.size, plan.size, 3)
            input_shape = input_shape[::-1] if channels_first() else input_shape
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
        files = google(
            "nasnet",
            f"nasnet_{plan.title.lower()}",
            *plan.hashes,
            without_top="_no_top",
            remote=f"NASNet-{plan.title.lower()}",
            remote_without_top="-no-top",
        )
        head = dense_head(named=False)
        recipe = Recipe(_body(plan), files, size=plan.size, head=head, pool=False)
        return assemble(options, recipe)

    return described(
        build,
        f"NASNet{plan.title}",
        f"NASNet-A, {plan.blocks} @ {plan.penultimate}: cells that a search found.",
        "Zoph, Vasudevan, Shlens and Le 2018, https://arxiv.org/abs/1707.07012.",
    )


NASNetMobile = _make(
    _Plan(
        "Mobile",
        224,
        4,
        1056,
        32,
        False,
        ("020fb642bf7360b370c678b08e0adf61", "1ed92395b5b598bdda52abe5c0dbfd63"),
    )
)
NASNetLarge = _make(
    _Plan(
        "Large",
        331,
        6,
        4032,
        96,
        True,
        ("11577c9a518f0070763c2b964a382f17", "d81d89dc07e6e56530c4e77faddd61b5"),
    )
)
