"""PyTorch's side of the cases, as its users write them: tensors in memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import nn

from benchmarks._cases import find, model_name
from benchmarks._harness import median_time
from benchmarks._torch_models import MODELS, Gan, put_weights

_BINARY = ("lstm", "gru", "transformer")
_SQUARED = ("forecast", "autoencoder")
_DTYPES = {"mixed_bfloat16": torch.bfloat16, "mixed_float16": torch.float16}
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
# As XLA and TensorFlow do where nobody asks for more: TF32 in products of float32.
torch.set_float32_matmul_precision("high")


def _loss_for(name: str) -> Callable[[Any, Any], Any]:
    if name.startswith(_BINARY):
        loss: nn.Module = nn.BCEWithLogitsLoss()
        return lambda out, y: loss(out[:, 0], y)
    if name.startswith(_SQUARED):
        return nn.MSELoss()
    loss = nn.CrossEntropyLoss()
    return lambda out, y: loss(out.flatten(0, -2), y.flatten())


class TorchPeer:
    """The loop of PyTorch's tutorials, on tensors that are on the device already.

    Args:
        compile: Whether the model goes through `torch.compile`.
    """

    def __init__(self, compile: bool = False) -> None:
        self._compile = torch.compile if compile else lambda fn: fn

    def start(self, case: str, weights: str) -> dict[str, Any]:
        """Makes the model with the given weights; the loss before training."""
        name, case = case, find(case)
        x, y = (torch.from_numpy(a).to(DEVICE) for a in case.sample())
        if x.ndim == 4:
            x = x.permute(0, 3, 1, 2).contiguous()
        if y.dtype == torch.int32:
            y = y.long()
        began = time.perf_counter()
        torch.manual_seed(0)
        model = MODELS[model_name(name)]().to(DEVICE)
        with np.load(weights) as given:
            put_weights(model, given)
        kind = _Adversaries if isinstance(model, Gan) else _Classifier
        self._training = kind(name, model, self._compile, _DTYPES.get(case.policy))
        built = time.perf_counter() - began
        few = 4 * case.batch
        self._data, self._loader = (x, y, case.batch), None
        if case.epoch is not None and name.startswith("input"):
            rows = torch.utils.data.TensorDataset(x, y)
            self._loader = torch.utils.data.DataLoader(rows, case.batch, shuffle=True)
        with torch.no_grad():
            loss = self._training.loss(x[:few], y[:few])
        return {"loss": float(loss), "seconds": built}

    def epoch(self) -> dict[str, Any]:
        """One epoch in random order; its mean loss."""
        x = self._data[0]
        total = torch.zeros((), device=DEVICE)
        for bx, by in self._loader or self._batches():
            total += self._training.step(bx, by) * len(bx)
        return {"loss": total.item() / len(x)}

    def _batches(self) -> Iterator[Any]:
        x, y, batch = self._data
        for rows in torch.randperm(len(x), device=DEVICE).split(batch):
            yield x[rows], y[rows]

    def calls(self, what: str, times: int) -> dict[str, Any]:
        """Median time of a forward pass, from NumPy to NumPy."""
        if what not in ("model(x) 1", "predict 10,000"):
            return {"error": "no such call"}
        x = self._data[0].cpu().numpy()
        x = x[:1] if what.endswith(" 1") else x[:10_000]
        model = self._training.run

        def call() -> Any:
            with torch.inference_mode():
                out = model(torch.from_numpy(x).to(DEVICE))
                return out.softmax(-1).cpu().numpy()

        return median_time(call, times)


class _Classifier:
    """One model, one loss, one optimizer."""

    def __init__(self, name: str, model: Any, compile: Any, dtype: Any) -> None:
        self._dtype = dtype
        self._model, self.run = model, compile(model)
        self._loss = _loss_for(name)
        self._optimizer = torch.optim.Adam(model.parameters(), 1e-3, eps=1e-7)
        self._scaler = torch.amp.GradScaler(DEVICE, enabled=dtype is torch.float16)

    def _forward(self, x: Any, y: Any, run: Any) -> Any:
        with torch.autocast(DEVICE, self._dtype, enabled=self._dtype is not None):
            return self._loss(run(x), y)

    def loss(self, x: Any, y: Any) -> Any:
        self._model.eval()
        return self._forward(x, y, self._model)

    def step(self, x: Any, y: Any) -> Any:
        self._model.train()
        loss = self._forward(x, y, self.run)
        self._optimizer.zero_grad()
        self._scaler.scale(loss).backward()
        self._scaler.step(self._optimizer)
        self._scaler.update()
        return loss.detach()


class _Adversaries:
    """The steps of `_custom.gan`."""

    def __init__(self, name: str, model: Gan, compile: Any, dtype: Any) -> None:
        self._loss = nn.BCEWithLogitsLoss()
        self._d, self._g = compile(model.discriminator), compile(model.generator)
        self._optimizers = [
            torch.optim.Adam(m.parameters(), 1e-3, eps=1e-7)
            for m in (model.discriminator, model.generator)
        ]

    def _judge(self, real: Any, fake: Any) -> Any:
        true, false = self._d(real), self._d(fake)
        return self._loss(true, torch.ones_like(true)) + self._loss(
            false, torch.zeros_like(false)
        )

    def loss(self, x: Any, y: Any) -> Any:
        return self._judge(x, self._g(x[:, :64]))

    def step(self, x: Any, y: Any) -> Any:
        d, g = self._optimizers
        fake = self._g(torch.randn(len(x), 64, device=DEVICE))
        d_loss = self._judge(x, fake.detach())
        d.zero_grad()
        d_loss.backward()
        d.step()
        false = self._d(fake)
        g_loss = self._loss(false, torch.ones_like(false))
        g.zero_grad()
        g_loss.backward()
        g.step()
        return d_loss.detach()
