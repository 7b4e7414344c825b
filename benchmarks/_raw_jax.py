"""Hand-written JAX, the ceiling: an epoch is one `lax.scan` with donated state.

The data is on the device, an epoch sends one permutation, the step is compiled once;
the loss and the accuracy are those that Keras shows. Nothing is left to Python but the
call.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from benchmarks._cases import find, model_name
from benchmarks._harness import median_time
from benchmarks._raw_kernels import FAST, Kernels
from benchmarks._raw_models import MODELS, Net

RATE, BETA_1, BETA_2, EPSILON = 1e-3, 0.9, 0.999, 1e-7

_DTYPES = {"mixed_bfloat16": jnp.bfloat16}
Arrays = dict[str, Any]
# (weights, x, y, key, training) -> loss, (right answers' share, new moving averages)
Loss = Callable[..., tuple[Any, tuple[Any, Arrays]]]


def _binary(out: Any, y: Any) -> tuple[Any, Any]:
    out = out[:, 0]
    loss = jnp.maximum(out, 0) - out * y + jnp.log1p(jnp.exp(-jnp.abs(out)))
    return loss.mean(), ((out > 0) == (y > 0.5)).mean()


def _squared(out: Any, y: Any) -> tuple[Any, Any]:
    return jnp.square(out - y).mean(), jnp.float32(0)


def _classes(out: Any, y: Any) -> tuple[Any, Any]:
    true = jnp.take_along_axis(out, y[..., None], -1, mode="promise_in_bounds")[..., 0]
    return (jax.nn.logsumexp(out, -1) - true).mean(), (out.argmax(-1) == y).mean()


def loss_for(name: str, kernels: Kernels = FAST) -> Loss:
    """The loss of a case, a function of its weights."""
    dtype = _DTYPES.get(find(name).policy)
    name = model_name(name)
    measure = _classes
    if name.startswith(("lstm", "long", "gru", "transformer")):
        measure = _binary
    elif name.startswith(("forecast", "autoencoder")):
        measure = _squared
    model = MODELS[name]

    def loss(weights: Arrays, x: Any, y: Any, key: Any, training: bool = True) -> Any:
        if dtype is not None:
            x = x.astype(dtype) if x.dtype == jnp.float32 else x
            weights = {
                k: w if "/moving_" in k else w.astype(dtype) for k, w in weights.items()
            }
        net = Net(weights, training, key, kernels)
        value, right = measure(model(net, x).astype(jnp.float32), y)
        return value, (right, net.moved)

    return loss


class Adam:
    """Adam, as Keras computes it, over named arrays."""

    @staticmethod
    def start(weights: Arrays) -> Any:
        zeros = jax.tree.map(jnp.zeros_like, weights)
        return zeros, jax.tree.map(jnp.zeros_like, weights), jnp.float32(0)

    @staticmethod
    def update(weights: Arrays, state: Any, gradients: Arrays) -> tuple[Arrays, Any]:
        m, v, t = state
        t = t + 1
        rate = RATE * jnp.sqrt(1 - BETA_2**t) / (1 - BETA_1**t)
        m = {k: a + (gradients[k] - a) * (1 - BETA_1) for k, a in m.items()}
        v = {k: a + (gradients[k] ** 2 - a) * (1 - BETA_2) for k, a in v.items()}
        weights = {
            k: w - m[k] * rate / (jnp.sqrt(v[k]) + EPSILON) for k, w in weights.items()
        }
        return weights, (m, v, t)


class Trainer:
    """A model's state and its compiled epoch.

    Args:
        loss: Of the weights and a batch.
        weights: The first ones, by name; `moving_` ones are not trained.
    """

    def __init__(self, loss: Loss, weights: Arrays) -> None:
        self._loss = loss
        moving = {k: jnp.array(w) for k, w in weights.items() if "/moving_" in k}
        trained = {k: jnp.array(w) for k, w in weights.items() if k not in moving}
        self.state = trained, moving, Adam.start(trained), jax.random.key(0)

    def step(self, state: Any, x: Any, y: Any) -> tuple[Any, Any]:
        """One step; the new state, the loss and the share of right answers."""
        trained, moving, adam, key = state
        key, now = jax.random.split(key)

        def loss(trained: Arrays) -> Any:
            return self._loss({**trained, **moving}, x, y, now)

        (value, (right, moved)), gradients = jax.value_and_grad(loss, has_aux=True)(
            trained
        )
        trained, adam = Adam.update(trained, adam, gradients)
        return (trained, {**moving, **moved}, adam, key), (value, right)

    @functools.partial(jax.jit, static_argnums=0, donate_argnums=1)
    def _epoch(self, state: Any, x: Any, y: Any, order: Any) -> Any:
        def step(state: Any, rows: Any) -> Any:
            bx = x.at[rows].get(mode="promise_in_bounds")
            by = y.at[rows].get(mode="promise_in_bounds")
            return self.step(state, bx, by)

        return lax.scan(step, state, order)

    def epoch(self, x: Any, y: Any, batch: int, order: Any) -> float:
        """Trains on the rows in that order; the mean loss."""
        whole = len(order) // batch * batch
        total = 0.0
        results = []
        for rows in (order[:whole].reshape(-1, batch), order[whole:][None]):
            if rows.size:
                self.state, result = self._epoch(self.state, x, y, rows)
                results.append((rows.shape[1], result))
        for size, (losses, _) in results:
            total += float(losses.sum()) * size
        return total / len(order)

    @functools.cached_property
    def _one(self) -> Callable[..., Any]:
        return jax.jit(self.step, donate_argnums=0)

    def loop(self, x: Any, y: Any, batch: int, order: Any) -> float:
        """The same with one call for each batch, which comes from the host."""
        total = jnp.float32(0)
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            self.state, (loss, _) = self._one(self.state, x[rows], y[rows])
            total += loss * len(rows)
        return float(total) / len(order)

    def evaluate(self, x: Any, y: Any) -> float:
        """The loss without training."""
        trained, moving, _, key = self.state
        loss = jax.jit(functools.partial(self._loss, training=False))
        return float(loss({**trained, **moving}, x, y, key)[0])

    def accuracy(self, x: Any, y: Any) -> float:
        """The share of right answers."""
        trained, moving, _, key = self.state
        measure = jax.jit(functools.partial(self._loss, training=False))
        return float(measure({**trained, **moving}, x, y, key)[1][0])


class GanTrainer(Trainer):
    """The two steps of `_custom.gan`."""

    def __init__(self, weights: Arrays) -> None:
        super().__init__(self._judge, weights)
        parts = self._parts(self.state[0])
        self.state = *parts, *map(Adam.start, parts), jax.random.key(0)

    @staticmethod
    def _parts(weights: Arrays) -> tuple[Arrays, Arrays]:
        first = ("dense/", "dense_1/")  # the discriminator's two layers
        mine = {k: w for k, w in weights.items() if k.startswith(first)}
        return mine, {k: w for k, w in weights.items() if k not in mine}

    @staticmethod
    def _layer(w: Arrays, name: str, x: Any) -> Any:
        return x @ w[f"{name}/kernel"] + w[f"{name}/bias"]

    def _d(self, w: Arrays, x: Any) -> Any:
        return self._layer(w, "dense_1", jax.nn.relu(self._layer(w, "dense", x)))

    def _g(self, w: Arrays, x: Any) -> Any:
        hidden = jax.nn.relu(self._layer(w, "dense_2", x))
        return jax.nn.sigmoid(self._layer(w, "dense_3", hidden))

    def _true(self, out: Any) -> Any:
        return jax.nn.softplus(-out).mean()

    def _d_loss(self, d: Arrays, real: Any, fake: Any) -> Any:
        false = jax.nn.softplus(self._d(d, fake)).mean()
        return self._true(self._d(d, real)) + false

    def _judge(self, w: Arrays, x: Any, y: Any, key: Any, training: bool = True) -> Any:
        return self._d_loss(w, x, self._g(w, x[:, :64])), (jnp.float32(0), {})

    def step(self, state: Any, x: Any, y: Any) -> tuple[Any, Any]:
        d, g, d_adam, g_adam, key = state
        key, now = jax.random.split(key)
        noise = jax.random.normal(now, (len(x), 64))
        fake, pull = jax.vjp(lambda g: self._g(g, noise), g)
        d_loss, gradients = jax.value_and_grad(self._d_loss)(d, x, fake)
        d, d_adam = Adam.update(d, d_adam, gradients)
        g_loss, back = jax.value_and_grad(lambda f: self._true(self._d(d, f)))(fake)
        g, g_adam = Adam.update(g, g_adam, *pull(back))
        return (d, g, d_adam, g_adam, key), (d_loss, g_loss)

    def evaluate(self, x: Any, y: Any) -> float:
        d, g = self.state[:2]
        return float(self._judge({**d, **g}, x, y, None)[0])


class JaxPeer:
    """Cases by name, as the other peers have them.

    Args:
        kernels: What it computes with.
    """

    def __init__(self, kernels: Kernels = FAST) -> None:
        self._kernels = kernels

    def start(self, case: str, weights: str) -> dict[str, Any]:
        """Puts data and the given weights on the device; the loss before training."""
        name, found = case, find(case)
        np.random.seed(0)  # `fit` draws the order of the rows from here, too
        x, y = found.sample()
        began = time.perf_counter()
        with np.load(weights) as given:
            first = {k: given[k] for k in given.files}
        gan = name.startswith("gan")
        trainer = (
            GanTrainer(first) if gan else Trainer(loss_for(name, self._kernels), first)
        )
        built = time.perf_counter() - began
        few = 4 * found.batch
        loss = trainer.evaluate(x[:few], y[:few])
        self._rows, self._trainer = x, trainer
        self._model = MODELS.get(model_name(name))
        self._run = trainer.epoch
        if found.epoch is None:
            x, y = jax.device_put((x, y))
        else:
            self._run = trainer.loop
        self._data = x, y, found.batch
        return {"loss": loss, "seconds": built}

    def epoch(self) -> dict[str, Any]:
        """One epoch in random order; its mean loss."""
        order = np.random.permutation(len(self._data[0])).astype("int32")
        return {"loss": self._run(*self._data, order)}

    def calls(self, what: str, times: int) -> dict[str, Any]:
        """Median time of a compiled forward pass, from NumPy to NumPy."""
        if what not in ("model(x) 1", "predict 10,000"):
            return {"error": "no such call"}
        weights, model = self._trainer.state[0], self._model
        assert model is not None
        run = jax.jit(lambda w, x: jax.nn.softmax(model(Net(w, False, None, FAST), x)))
        x = self._rows[:1] if what.endswith(" 1") else self._rows[:10_000]
        return median_time(lambda: np.asarray(run(weights, x)), times)
