"""The cases' models as PyTorch's users write them, and Keras weights put into them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


class _Last(nn.Module):
    """A recurrent layer's output at the last step (both directions' last ones)."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, x: Any) -> Any:
        _, state = self.layer(x)
        last = state[0] if isinstance(state, tuple) else state
        both = self.layer.bidirectional
        return torch.cat([last[-2], last[-1]], -1) if both else last[-1]


def _norm(channels: int) -> nn.Module:
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)


class _Halve(nn.Conv2d):
    """A convolution of stride 2 with the padding that Keras calls "same"."""

    def forward(self, x: Any) -> Any:
        return super().forward(F.pad(x, (0, 1, 0, 1)))


def _conv(before: int, after: int, stride: int = 1) -> nn.Module:
    if stride == 2:
        return _Halve(before, after, 3, 2, 0, bias=False)
    return nn.Conv2d(before, after, 3, 1, 1, bias=False)


class _Basic(nn.Module):
    """A residual block of ResNet-20."""

    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            _conv(before, after, stride),
            _norm(after),
            nn.ReLU(),
            _conv(after, after),
            _norm(after),
        )
        same = stride == 1
        self.short = (
            nn.Identity() if same else nn.Conv2d(before, after, 1, 2, bias=False)
        )

    def forward(self, x: Any) -> Any:
        return torch.relu(self.body(x) + self.short(x))


class _Attend(nn.Module):
    """An encoder or causal block, as in `_cases._block`."""

    def __init__(self, width: int, causal: bool) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(width, 4, batch_first=True)
        self.first = nn.LayerNorm(width, eps=1e-6)
        self.hidden = nn.Sequential(
            nn.Linear(width, 4 * width), nn.ReLU(), nn.Linear(4 * width, width)
        )
        self.second = nn.LayerNorm(width, eps=1e-6)
        self.causal = causal

    def forward(self, x: Any) -> Any:
        mask = None
        if self.causal:
            mask = nn.Transformer.generate_square_subsequent_mask(
                x.shape[1], device=x.device
            )
        attended = self.attention(
            x, x, x, need_weights=False, attn_mask=mask, is_causal=self.causal
        )[0]
        x = self.first(x + attended)
        return self.second(x + self.hidden(x))


class _Mean(nn.Module):
    def forward(self, x: Any) -> Any:
        return x.mean(1)


class _Augment(nn.Module):
    """Flip, rotation and zoom of each image, as one resampling."""

    def forward(self, x: Any) -> Any:
        if not self.training:
            return x
        n, like = len(x), {"device": x.device}
        angle = (torch.rand(n, **like) * 2 - 1) * (0.1 * 2 * math.pi)
        zoom = 1 + (torch.rand(n, **like) * 2 - 1) * 0.1
        flip = torch.randint(0, 2, (n,), **like) * 2 - 1
        theta = x.new_zeros(n, 2, 3)
        theta[:, 0, 0] = angle.cos() * zoom * flip
        theta[:, 0, 1] = -angle.sin() * zoom
        theta[:, 1, 0] = angle.sin() * zoom * flip
        theta[:, 1, 1] = angle.cos() * zoom
        grid = F.affine_grid(theta, list(x.shape), align_corners=False)
        return F.grid_sample(x, grid, padding_mode="reflection", align_corners=False)


class _ChannelsLastFlatten(nn.Module):
    """Flattens in Keras's order, so that its weights fit."""

    def forward(self, x: Any) -> Any:
        return x.permute(0, 2, 3, 1).flatten(1)


def _mlp() -> nn.Module:
    return nn.Sequential(
        nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10)
    )


def _cnn(norm: bool = False, augment: bool = False) -> nn.Module:
    parts: list[nn.Module] = [_Augment()] if augment else []
    before = 3
    for i, filters in enumerate((32, 64, 64)):
        parts.append(nn.Conv2d(before, filters, 3))
        parts += [_norm(filters)] if norm else []
        parts.append(nn.ReLU())
        parts += [nn.MaxPool2d(2)] if i < 2 else []
        parts += [nn.Dropout(0.2)] if norm else []
        before = filters
    head = [_ChannelsLastFlatten(), nn.Linear(1024, 64), nn.ReLU(), nn.Linear(64, 10)]
    return nn.Sequential(*parts, *head)


def _resnet() -> nn.Module:
    parts: list[nn.Module] = [_conv(3, 16), _norm(16), nn.ReLU()]
    before = 16
    for stage, filters in enumerate((16, 32, 64)):
        for block in range(3):
            parts.append(_Basic(before, filters, 2 if stage and not block else 1))
            before = filters
    pool = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)]
    return nn.Sequential(*parts, *pool)


def _text(*middle: nn.Module, width: int = 64) -> nn.Module:
    return nn.Sequential(nn.Embedding(10_000, 64), *middle, nn.Linear(width, 1))


class _Forecast(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.LSTM(1, 128, batch_first=True)
        self.second = _Last(nn.LSTM(128, 64, batch_first=True))
        self.out = nn.Linear(64, 1)

    def forward(self, x: Any) -> Any:
        return self.out(self.second(self.first(x)[0]))


def _rnn(kind: Any, units: int = 64, **options: Any) -> nn.Module:
    return _Last(kind(64, units, batch_first=True, **options))


class Gan(nn.Module):
    """Both nets of `_custom.gan`."""

    def __init__(self) -> None:
        super().__init__()
        self.discriminator = nn.Sequential(
            nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 1)
        )
        self.generator = nn.Sequential(
            nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 784), nn.Sigmoid()
        )


MODELS: dict[str, Callable[[], nn.Module]] = {
    "mlp": _mlp,
    "mlp-256": _mlp,
    "cnn": _cnn,
    "cnn-norm": lambda: _cnn(True),
    "cnn-augment": lambda: _cnn(augment=True),
    "resnet": _resnet,
    "lstm": lambda: _text(_rnn(nn.LSTM)),
    "lstm-200": lambda: _text(_rnn(nn.LSTM)),
    "lstm-both": lambda: _text(_rnn(nn.LSTM, bidirectional=True), width=128),
    "lstm-stacked": lambda: _text(_rnn(nn.LSTM, num_layers=2)),
    "gru": lambda: _text(_rnn(nn.GRU)),
    "forecast": _Forecast,
    "transformer": lambda: _text(_Attend(64, False), _Attend(64, False), _Mean()),
    "language": lambda: nn.Sequential(
        nn.Embedding(1000, 128),
        _Attend(128, True),
        _Attend(128, True),
        nn.Linear(128, 1000),
    ),
    "autoencoder": lambda: nn.Sequential(
        nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 784), nn.Sigmoid()
    ),
    "attention": lambda: nn.Sequential(
        nn.Embedding(1000, 512),
        _Attend(512, True),
        _Attend(512, True),
        nn.Linear(512, 1000),
    ),
    "lstm-wide": lambda: _text(_rnn(nn.LSTM, 512), width=512),
    "gan": Gan,
    "loop": _mlp,
    "loop-eager": _mlp,
    "input-arrays": _mlp,
    "input-dataset": _mlp,
}


class _Given:
    """Keras weights by the layers' names, taken kind by kind in order."""

    def __init__(self, weights: Mapping[str, Any]) -> None:
        self._weights = weights
        self._seen: Counter[str] = Counter()

    def layer(self, kind: str) -> Callable[[str], Any]:
        """What reads the weights of the next layer of that kind."""
        number = self._seen[kind]
        self._seen[kind] += 1
        name = f"{kind}_{number}" if number else kind
        return lambda weight: torch.from_numpy(
            np.ascontiguousarray(self._weights[f"{name}/{weight}"])
        )


def _attention(module: nn.MultiheadAttention, get: Any) -> None:
    parts = ("query", "key", "value")
    width = module.embed_dim
    kernels = [get(f"{p}/kernel").reshape(width, width).T for p in parts]
    module.in_proj_weight.copy_(torch.cat(kernels))
    module.in_proj_bias.copy_(torch.cat([get(f"{p}/bias").flatten() for p in parts]))
    out = get("attention_output/kernel").reshape(width, width)
    module.out_proj.weight.copy_(out.T)
    module.out_proj.bias.copy_(get("attention_output/bias"))


def _recurrent(module: Any, given: _Given) -> None:
    kind = "lstm" if isinstance(module, nn.LSTM) else "gru"
    both = given.layer("bidirectional") if module.bidirectional else None
    for layer in range(module.num_layers):
        for suffix, side in (("", "forward_"), ("_reverse", "backward_")):
            if suffix and not both:
                continue
            get = both or given.layer(kind)
            cell = f"{side if both else ''}{kind}/" if both else ""

            def weight(
                name: str, get: Any = get, at: str = f"{cell}{kind}_cell/"
            ) -> Any:
                w = get(at + name)
                if kind == "lstm":
                    return w  # i, f, g, o in both
                z, r, h = w.chunk(3, -1)
                return torch.cat([r, z, h], -1)

            bias = weight("bias")
            inner, outer = (bias, torch.zeros_like(bias))
            if bias.ndim == 2:
                inner, outer = bias
            values = {
                "weight_ih": weight("kernel").T,
                "weight_hh": weight("recurrent_kernel").T,
                "bias_ih": inner,
                "bias_hh": outer,
            }
            for name, value in values.items():
                getattr(module, f"{name}_l{layer}{suffix}").copy_(value)


def _by_name(module: nn.Module, names: Mapping[str, Any]) -> None:
    for name, value in names.items():
        target = getattr(module, name)
        if target is not None:
            target.copy_(value)


@torch.no_grad()
def put_weights(model: nn.Module, weights: Mapping[str, Any]) -> None:
    """Puts a Keras model's weights into the same model of PyTorch."""
    given = _Given(weights)
    inside: set[int] = set()
    for module in model.modules():
        if id(module) in inside:
            continue
        if isinstance(module, nn.MultiheadAttention):
            inside.update(id(m) for m in module.modules())
            _attention(module, given.layer("multi_head_attention"))
        elif isinstance(module, nn.Linear):
            get = given.layer("dense")
            _by_name(module, {"weight": get("kernel").T, "bias": get("bias")})
        elif isinstance(module, nn.Conv2d):
            get = given.layer("conv2d")
            module.weight.copy_(get("kernel").permute(3, 2, 0, 1))
            if module.bias is not None:
                module.bias.copy_(get("bias"))
        elif isinstance(module, (nn.BatchNorm2d, nn.LayerNorm)):
            batch = isinstance(module, nn.BatchNorm2d)
            get = given.layer(f"{'batch' if batch else 'layer'}_normalization")
            _by_name(module, {"weight": get("gamma"), "bias": get("beta")})
            if batch:
                module.running_mean.copy_(get("moving_mean"))
                module.running_var.copy_(get("moving_variance"))
        elif isinstance(module, nn.Embedding):
            module.weight.copy_(given.layer("embedding")("embeddings"))
        elif isinstance(module, (nn.LSTM, nn.GRU)):
            _recurrent(module, given)
