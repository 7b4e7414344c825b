"""Training by TensorFlow's tapes: a `train_step` of one's own, loops of one's own.

It runs unchanged on TensorFlow and, as everywhere, on addax, which answers to
`import tensorflow`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

NOISE = 64  # numbers that the generator makes an image of


def _tensorflow() -> Any:
    return importlib.import_module("tensorflow")


def _net(keras: Any, inputs: int, outputs: int, activation: str | None) -> Any:
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((inputs,)),
            layers.Dense(128, activation="relu"),
            layers.Dense(outputs, activation=activation),
        ]
    )


def gan(keras: Any) -> Any:
    """Dense generator and discriminator, trained as in Keras's guide to GANs."""
    tf = _tensorflow()

    class GAN(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.discriminator = _net(keras, 784, 1, None)
            self.generator = _net(keras, NOISE, 784, "sigmoid")
            self.loss_fn = keras.losses.BinaryCrossentropy(from_logits=True)

        def compile(self, **options: Any) -> None:
            super().compile(**options)
            self.d_optimizer = keras.optimizers.Adam(1e-3)
            self.g_optimizer = keras.optimizers.Adam(1e-3)
            self.d_loss = keras.metrics.Mean(name="loss")
            self.g_loss = keras.metrics.Mean(name="g_loss")

        @property
        def metrics(self) -> list[Any]:
            return [self.d_loss, self.g_loss]

        def _judge(self, real: Any, noise: Any) -> Any:
            """How well the discriminator tells both kinds apart."""
            true = self.discriminator(real)
            false = self.discriminator(self.generator(noise))
            return self.loss_fn(tf.ones_like(true), true) + self.loss_fn(
                tf.zeros_like(false), false
            )

        def test_step(self, data: Any) -> dict[str, Any]:
            real, _ = data
            self.d_loss.update_state(self._judge(real, real[:, :NOISE]))
            return {"loss": self.d_loss.result()}

        def train_step(self, data: Any) -> dict[str, Any]:
            real, _ = data
            noise = tf.random.normal((tf.shape(real)[0], NOISE))
            with tf.GradientTape() as tape:
                d_loss = self._judge(real, noise)
            weights = self.discriminator.trainable_variables
            gradients = tape.gradient(d_loss, weights)
            self.d_optimizer.apply_gradients(zip(gradients, weights, strict=True))

            with tf.GradientTape() as tape:
                false = self.discriminator(self.generator(noise))
                g_loss = self.loss_fn(tf.ones_like(false), false)
            weights = self.generator.trainable_variables
            gradients = tape.gradient(g_loss, weights)
            self.g_optimizer.apply_gradients(zip(gradients, weights, strict=True))
            self.d_loss.update_state(d_loss)
            self.g_loss.update_state(g_loss)
            return {m.name: m.result() for m in self.metrics}

    model = GAN()
    model.compile()
    return model


Step = Callable[[Any, Any], Any]


def _loop(wrap: Callable[[Any, Step], Step]) -> Callable[..., Callable[[], float]]:
    def make(keras: Any, model: Any, x: Any, y: Any, batch: int) -> Callable[[], float]:
        tf = _tensorflow()
        data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(1024).batch(batch)
        optimizer = keras.optimizers.Adam(1e-3)
        loss_fn = keras.losses.SparseCategoricalCrossentropy()
        mean = keras.metrics.Mean()

        def step(x: Any, y: Any) -> Any:
            with tf.GradientTape() as tape:
                loss = loss_fn(y, model(x, training=True))
            weights = model.trainable_variables
            gradients = tape.gradient(loss, weights)
            optimizer.apply_gradients(zip(gradients, weights, strict=True))
            mean.update_state(loss)

        run = wrap(tf, step)

        def epoch() -> float:
            mean.reset_state()
            for bx, by in data:
                run(bx, by)
            return float(mean.result())

        return epoch

    return make


compiled_loop = _loop(lambda tf, step: tf.function(step))
eager_loop = _loop(lambda tf, step: step)
