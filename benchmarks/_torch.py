"""PyTorch's side of the cases, as its users write them: eager, tensors in memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from benchmarks._cases import CASES


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


class _Basic(nn.Module):
    """A residual block of ResNet-20."""

    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(before, after, 3, stride, 1, bias=False),
            nn.BatchNorm2d(after),
            nn.ReLU(),
            nn.Conv2d(after, after, 3, 1, 1, bias=False),
            nn.BatchNorm2d(after),
        )
        same = stride == 1
        self.short = nn.Identity() if same else nn.Conv2d(before, after, 1, 2)

    def forward(self, x: Any) -> Any:
        return torch.relu(self.body(x) + self.short(x))


class _Attend(nn.Module):
    """An encoder or causal block, as in `_cases._block`."""

    def __init__(self, width: int, causal: bool) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(width, 4, batch_first=True)
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)
        self.hidden = nn.Sequential(
            nn.Linear(width, 4 * width), nn.ReLU(), nn.Linear(4 * width, width)
        )
        self.causal = causal

    def forward(self, x: Any) -> Any:
        mask = None
        if self.causal:
            mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1])
        attended = self.attention(
            x, x, x, need_weights=False, attn_mask=mask, is_causal=self.causal
        )[0]
        x = self.first(x + attended)
        return self.second(x + self.hidden(x))


class _Mean(nn.Module):
    def forward(self, x: Any) -> Any:
        return x.mean(1)


def _mlp() -> nn.Module:
    return nn.Sequential(
        nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10)
    )


def _cnn(norm: bool = False) -> nn.Module:
    parts: list[nn.Module] = []
    before = 3
    for i, filters in enumerate((32, 64, 64)):
        parts.append(nn.Conv2d(before, filters, 3))
        parts += [nn.BatchNorm2d(filters)] if norm else []
        parts.append(nn.ReLU())
        parts += [nn.MaxPool2d(2)] if i < 2 else []
        parts += [nn.Dropout(0.2)] if norm else []
        before = filters
    head = [nn.Flatten(), nn.Linear(1024, 64), nn.ReLU(), nn.Linear(64, 10)]
    return nn.Sequential(*parts, *head)


def _resnet() -> nn.Module:
    parts = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]
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


def _rnn(kind: Any, **options: Any) -> nn.Module:
    return _Last(kind(64, 64, batch_first=True, **options))


MODELS: dict[str, Callable[[], nn.Module]] = {
    "mlp": _mlp,
    "mlp-256": _mlp,
    "cnn": _cnn,
    "cnn-norm": lambda: _cnn(True),
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
}
_BINARY = ("lstm", "gru", "transformer")
_SQUARED = ("forecast", "autoencoder")


class TorchPeer:
    """The loop of PyTorch's tutorials, on tensors that are in memory already."""

    def start(self, name: str, weights: str) -> dict[str, Any]:
        """Makes the model; PyTorch draws its own weights."""
        began = time.perf_counter()
        if name not in MODELS:
            return {"error": "not a case for PyTorch"}
        torch.manual_seed(0)
        case = CASES[name]
        x, y = (torch.from_numpy(a) for a in case.data())
        if x.ndim == 4:
            x = x.permute(0, 3, 1, 2).contiguous()
        if name.startswith(_BINARY):
            self.loss: Any = nn.BCEWithLogitsLoss()
            y = y[:, None]
        elif name.startswith(_SQUARED):
            self.loss = nn.MSELoss()
        else:
            self.loss = nn.CrossEntropyLoss()
            y = y.long()
        self.x, self.y, self.batch = x, y, case.batch
        self.model = MODELS[name]()
        self.optimizer = torch.optim.Adam(self.model.parameters(), 1e-3)
        return {"loss": None, "seconds": time.perf_counter() - began}

    def epoch(self) -> float:
        """One epoch in random order; its mean loss."""
        self.model.train()
        total, order = 0.0, torch.randperm(len(self.x))
        for rows in order.split(self.batch):
            out = self.model(self.x[rows])
            y = self.y[rows]
            if out.ndim == 3:
                out, y = out.flatten(0, 1), y.flatten()
            loss = self.loss(out, y)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            total += loss.item() * len(rows)
        return total / len(self.x)
