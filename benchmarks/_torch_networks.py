"""MobileNetV2 and ResNet50 as PyTorch's users write them, with plain `torch.nn`.

The layers and their numbers of parameters are those of Keras. Where Keras pads a
convolution in steps of 2 by `(0, 1)`, this pads by 1 on both sides, as PyTorch's own
networks do: the same work.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

# How many blocks, their filters, the step of the first, and how much they widen
_MOBILE = (
    (1, 16, 1, 1), (2, 24, 2, 6), (3, 32, 2, 6), (4, 64, 2, 6), (3, 96, 1, 6),
    (3, 160, 2, 6), (1, 320, 1, 6),
)  # fmt: skip
_RESIDUAL = ((3, 64, 1), (4, 128, 2), (6, 256, 2), (3, 512, 2))


def _conv(
    before: int,
    after: int,
    size: int,
    step: int = 1,
    groups: int = 1,
    bias: bool = False,
) -> list[nn.Module]:
    pad = size // 2
    conv = nn.Conv2d(before, after, size, step, pad, groups=groups, bias=bias)
    return [conv, nn.BatchNorm2d(after, eps=1e-3)]


class _Inverted(nn.Module):
    """A block that widens, convolves each channel, and narrows again."""

    def __init__(self, before: int, after: int, step: int, widen: int) -> None:
        super().__init__()
        wide = before * widen
        first = [*_conv(before, wide, 1), nn.ReLU6()] if widen > 1 else []
        each = [*_conv(wide, wide, 3, step, groups=wide), nn.ReLU6()]
        self.body = nn.Sequential(*first, *each, *_conv(wide, after, 1))
        self.carries = step == 1 and before == after

    def forward(self, x: Any) -> Any:
        return x + self.body(x) if self.carries else self.body(x)


class _Bottleneck(nn.Module):
    """A residual block that narrows, convolves, and widens again."""

    def __init__(self, before: int, width: int, step: int, first: bool) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *_conv(before, width, 1, step, bias=True),
            nn.ReLU(),
            *_conv(width, width, 3, bias=True),
            nn.ReLU(),
            *_conv(width, 4 * width, 1, bias=True),
        )
        short = _conv(before, 4 * width, 1, step, bias=True) if first else []
        self.short = nn.Sequential(*short)

    def forward(self, x: Any) -> Any:
        return torch.relu(self.body(x) + self.short(x))


def _pooled(*body: nn.Module) -> nn.Module:
    return nn.Sequential(*body, nn.AdaptiveAvgPool2d(1), nn.Flatten())


def mobilenet_v2(classes: int = 1000) -> nn.Module:
    """The network, with a layer of `classes` outputs (logits)."""
    body: list[nn.Module] = [*_conv(3, 32, 3, 2), nn.ReLU6()]
    before = 32
    for depth, filters, step, widen in _MOBILE:
        for i in range(depth):
            body.append(_Inverted(before, filters, 1 if i else step, widen))
            before = filters
    base = _pooled(*body, *_conv(before, 1280, 1), nn.ReLU6())
    return nn.Sequential(base, nn.Linear(1280, classes))


def resnet50(classes: int = 1000) -> nn.Module:
    """The network, with a layer of `classes` outputs (logits)."""
    body: list[nn.Module] = [*_conv(3, 64, 7, 2, bias=True), nn.ReLU()]
    body.append(nn.MaxPool2d(3, 2, 1))
    before = 64
    for depth, width, step in _RESIDUAL:
        for i in range(depth):
            body.append(_Bottleneck(before, width, 1 if i else step, not i))
            before = 4 * width
    return nn.Sequential(_pooled(*body), nn.Linear(before, classes))


NETWORKS = {"MobileNetV2": mobilenet_v2, "ResNet50": resnet50}


def parameters(network: str) -> int:
    """How many weights it has, those that are not trained included."""
    state = NETWORKS[network]().state_dict()
    return sum(w.numel() for name, w in state.items() if "num_batches" not in name)


def predict(network: str, count: int, last: bool) -> Callable[[], Any]:
    """What predicts `count` images; `last`: in PyTorch's memory format of that name."""
    model = NETWORKS[network]().eval()
    images = np.random.default_rng(0).random((count, 224, 224, 3), np.float32)
    x = torch.from_numpy(images).permute(0, 3, 1, 2)  # is channels last in memory
    if last:
        model = model.to(memory_format=torch.channels_last)
    else:
        x = x.contiguous()

    def run() -> Any:
        with torch.inference_mode():
            return torch.softmax(model(x), -1).numpy()

    return run


def tune(
    size: int, batch: int, steps: int, frozen: bool, last: bool
) -> Callable[[], Any]:
    """What fine-tunes MobileNetV2 to five classes for an epoch of `steps` steps.

    The base runs in training mode where it learns, in inference mode where it is
    frozen; then its outputs need no gradients.
    """
    model: Any = mobilenet_v2(5)
    base = model[0]
    base.requires_grad_(not frozen)
    model.train()
    if frozen:
        base.eval()
    random = np.random.default_rng(0)
    count = batch * steps
    images = random.random((count, size, size, 3), np.float32)
    x = torch.from_numpy(images).permute(0, 3, 1, 2)
    if last:
        model = model.to(memory_format=torch.channels_last)
    else:
        x = x.contiguous()
    y = torch.from_numpy(random.integers(0, 5, count))
    learns = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.Adam(learns, 1e-3)
    loss = nn.CrossEntropyLoss()

    def run() -> float:
        total = 0.0
        for rows in torch.randperm(count).split(batch):
            value = loss(model(x[rows]), y[rows])
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            total += value.item()
        return total

    return run


def case(
    what: tuple[Any, ...], last: bool, size: int, batch: int, steps: int
) -> Callable[[], Any]:
    """A case of `benchmarks.applications`: its kind, and what varies."""
    kind, *options = what
    if kind == "predict":
        return predict(*options, last)
    return tune(size, batch, steps, *options, last)
