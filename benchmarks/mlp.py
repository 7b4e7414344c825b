"""The MNIST MLP of the seeds: addax against raw JAX written by hand.

784-128-64-10, Adam, batch 32, 60,000 rows. Claims: a steady `fit` epoch takes at most
1.4 times the hand-written `lax.scan`, test accuracy after five epochs is above 97 %
(median of five seeds). A steady epoch is one within `fit`; the whole call also checks
the data and puts it on the device (188 MB).

Run: python -m benchmarks.mlp [path to mnist.npz]
"""

from __future__ import annotations

import functools
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from addax import keras, tf
from benchmarks._harness import Seconds, interleave, report

BATCH, RATE = 32, 1e-3


def load(path: str | None) -> tuple[Any, Any, Any, Any]:
    """MNIST as float rows in 0..1; made-up data of its shape where it is absent."""
    candidates = [path, "../shared/data/mnist.npz", "~/.keras/datasets/mnist.npz"]
    for candidate in filter(None, candidates):
        found = Path(candidate).expanduser()
        if found.exists():
            with np.load(found) as data:
                x, y, tx, ty = (
                    data[k] for k in ("x_train", "y_train", "x_test", "y_test")
                )
            flat = [a.reshape(len(a), 784).astype("float32") / 255 for a in (x, tx)]
            return flat[0], y.astype("int32"), flat[1], ty.astype("int32")
    print("mnist.npz not found: timing on random data, no accuracy")
    rng = np.random.default_rng(0)
    x = rng.random((60_000, 784), dtype="float32")
    y = rng.integers(0, 10, 60_000).astype("int32")
    return x, y, x[:10_000], y[:10_000]


def make_model() -> Any:
    """The model of the seeds."""
    return keras.Sequential(
        [
            keras.Input(shape=(784,)),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


def compiled(model: Any) -> Any:
    """The model, compiled as in the seeds."""
    model.compile(
        optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return model


class RawJax:
    """The same training by hand: one `lax.scan` over the epoch's batches."""

    def __init__(self, x: Any, y: Any, model: Any) -> None:
        self.x, self.y = jnp.asarray(x), jnp.asarray(y)
        params = [jnp.asarray(w) for w in model.get_weights()]
        zeros = [jnp.zeros_like(p) for p in params]
        self.state = (params, zeros, list(map(jnp.zeros_like, params)), jnp.float32(0))

    @staticmethod
    def loss(params: list[Any], x: Any, y: Any) -> Any:
        for i in (0, 2):
            x = jax.nn.relu(x @ params[i] + params[i + 1])
        logits = x @ params[4] + params[5]
        logp = jax.nn.log_softmax(logits)
        loss = -jnp.take_along_axis(logp, y[:, None], 1).mean()
        return loss, (logits.argmax(1) == y).mean()

    @functools.partial(jax.jit, static_argnums=0, donate_argnums=1)
    def epoch(self, state: Any, x: Any, y: Any, order: Any) -> Any:
        def step(state: Any, rows: Any) -> Any:
            p, m, v, t = state
            (loss, hit), g = jax.value_and_grad(self.loss, has_aux=True)(
                p, x[rows], y[rows]
            )
            t = t + 1
            rate = RATE * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
            m = [a + (b - a) * 0.1 for a, b in zip(m, g, strict=True)]
            v = [a + (b * b - a) * 0.001 for a, b in zip(v, g, strict=True)]
            p = [
                a - b * rate / (jnp.sqrt(c) + 1e-7)
                for a, b, c in zip(p, m, v, strict=True)
            ]
            return (p, m, v, t), (loss, hit)

        state, (losses, hits) = jax.lax.scan(step, state, order)
        return state, losses.mean(), hits.mean()

    def fit(self) -> float:
        order = np.random.permutation(len(self.x)).astype("int32")
        order = order[: len(order) // BATCH * BATCH].reshape(-1, BATCH)
        self.state, loss, _ = self.epoch(self.state, self.x, self.y, order)
        return float(loss)


class Epoch(keras.callbacks.Callback):
    """Times the epoch by itself, once the data is on the device."""

    seconds = Seconds(0)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._began = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.seconds = Seconds(time.perf_counter() - self._began)


def steady(model: Any, x: Any, y: Any) -> Seconds:
    """The time of an epoch of `fit`."""
    epoch = Epoch()
    model.fit(x, y, batch_size=BATCH, verbose=0, callbacks=[epoch])
    return epoch.seconds


class CustomStep(keras.Model):
    """The same model with a `train_step` of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.net = make_model()

    def call(self, inputs: Any) -> Any:
        return self.net(inputs)

    def train_step(self, data: Any) -> dict[str, Any]:
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(y=y, y_pred=y_pred)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(
            zip(gradients, self.trainable_variables, strict=True)
        )
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss)
            else:
                metric.update_state(y, y_pred)
        return {m.name: m.result() for m in self.metrics}


def hand_loop(x: Any, y: Any) -> Any:
    """An epoch of a `tf.function` called for each batch from Python."""
    model = make_model()
    optimizer = keras.optimizers.Adam()
    loss_fn = keras.losses.SparseCategoricalCrossentropy()

    @tf.function
    def step(bx: Any, by: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = loss_fn(by, model(bx, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(
            zip(gradients, model.trainable_variables, strict=True)
        )
        return loss

    def epoch() -> float:
        order = np.random.permutation(len(x))
        loss = None
        for start in range(0, len(x) - BATCH + 1, BATCH):
            rows = order[start : start + BATCH]
            loss = step(x[rows], y[rows])
        return float(loss)

    return epoch


def main() -> None:
    """Checks accuracy, then prints the ratios."""
    x, y, tx, ty = load(sys.argv[1] if len(sys.argv) > 1 else None)
    accuracies = []
    for seed in range(5):
        keras.utils.set_random_seed(seed)
        model = compiled(make_model())
        model.fit(x, y, epochs=5, batch_size=BATCH, verbose=0)
        accuracies.append(model.evaluate(tx, ty, verbose=0)[1])
    shown = ", ".join(f"{a:.2%}" for a in accuracies)
    print(f"test accuracy after 5 epochs, seeds 0 to 4: {shown}")
    print(f"median {statistics.median(accuracies):.2%}\n")

    raw = RawJax(x, y, make_model())
    custom = compiled(CustomStep())
    loop = hand_loop(x, y)
    cases = {
        "raw JAX, lax.scan": raw.fit,
        "addax fit, steady epoch": lambda: steady(model, x, y),
        "the same, custom train_step": lambda: steady(custom, x, y),
        "addax fit, whole call": lambda: model.fit(x, y, batch_size=BATCH, verbose=0),
        "addax tf.function per batch": loop,
    }
    seconds = interleave(cases)
    print(report(seconds, "raw JAX, lax.scan", "MNIST MLP, one epoch, batch 32"))


if __name__ == "__main__":
    main()
