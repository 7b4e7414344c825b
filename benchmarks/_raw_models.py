"""The cases' models as functions on arrays, by hand in JAX."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from benchmarks._raw_kernels import Kernels, kernel

for _module in ("image_affine", "image_warp"):
    importlib.import_module(f"addax.ops.{_module}")


class Net:
    """A forward pass under way.

    Args:
        weights: Arrays by their Keras names, `dense_1/kernel`.
        training: Whether to drop, to augment and to measure batches.
        key: For random numbers.
        kernels: What it computes with.
    """

    def __init__(
        self, weights: Any, training: bool, key: Any, kernels: Kernels
    ) -> None:
        self.kernels = kernels
        self._weights, self.training, self._key = weights, training, key
        self._seen: Counter[str] = Counter()
        self.moved: dict[str, Any] = {}  # the new moving averages

    def layer(self, kind: str) -> Callable[[str], Any]:
        """What reads the weights of the next layer of that kind."""
        name = self._name(kind)
        return lambda weight: self._weights[f"{name}/{weight}"]

    def _name(self, kind: str) -> str:
        number = self._seen[kind]
        self._seen[kind] += 1
        return f"{kind}_{number}" if number else kind

    def depth(self, kind: str) -> int:
        """How many layers of that kind there are."""
        names = (w.partition("/")[0] for w in self._weights)
        return len({n for n in names if re.fullmatch(rf"{kind}(_\d+)?", n)})

    def key(self) -> Any:
        self._key, key = jax.random.split(self._key)
        return key

    def dense(self, x: Any) -> Any:
        get = self.layer("dense")
        return x @ get("kernel") + get("bias")

    def relu_dense(self, x: Any) -> Any:
        return jax.nn.relu(self.dense(x))

    def conv(
        self, x: Any, stride: int = 1, padding: str = "valid", bias: bool = True
    ) -> Any:
        get = self.layer("conv2d")
        x = self.kernels.conv(x, get("kernel"), stride, padding)
        return x + get("bias") if bias else x

    def norm(self, x: Any) -> Any:
        name = self._name("batch_normalization")
        get = lambda weight: self._weights[f"{name}/{weight}"]
        mean, variance = get("moving_mean"), get("moving_variance")
        if self.training:
            wide = x.astype(jnp.float32)
            now = wide.mean((0, 1, 2)), wide.var((0, 1, 2))
            for which, old, new in zip(
                ("mean", "variance"), (mean, variance), now, strict=True
            ):
                kept = old * 0.99 + new * 0.01
                self.moved[f"{name}/moving_{which}"] = lax.stop_gradient(kept)
            mean, variance = now
        factor = lax.rsqrt(variance + 1e-3) * get("gamma")
        shift = get("beta") - mean * factor
        return x * factor.astype(x.dtype) + shift.astype(x.dtype)

    def layer_norm(self, x: Any) -> Any:
        get = self.layer("layer_normalization")
        x = x - x.mean(-1, keepdims=True)
        x = x * lax.rsqrt(jnp.square(x).mean(-1, keepdims=True) + 1e-6)
        return x * get("gamma") + get("beta")

    def embed(self, words: Any) -> Any:
        table = self.layer("embedding")("embeddings")
        return table.at[words].get(mode="promise_in_bounds")

    def drop(self, x: Any, rate: float) -> Any:
        if not self.training:
            return x
        return self.kernels.drop(self.key(), x, rate)

    def recur(self, kind: str, x: Any) -> Any:
        """The last output and all of them."""
        return self.cell(self.layer(kind), kind, x)

    def cell(
        self, get: Any, kind: str, x: Any, at: str = "", backwards: bool = False
    ) -> Any:
        cell = f"{at}{kind}_cell/"
        bias = get(cell + "bias")
        outer, inner = bias if bias.ndim == 2 else (bias, None)
        return self.kernels.recur(
            kind,
            x,
            get(cell + "kernel"),
            get(cell + "recurrent_kernel"),
            outer,
            inner,
            backwards,
        )

    def attend(self, x: Any, causal: bool) -> Any:
        get = self.layer("multi_head_attention")

        def project(part: str) -> Any:
            k = get(f"{part}/kernel")
            y = x @ k.reshape(k.shape[0], -1) + get(f"{part}/bias").reshape(-1)
            return y.reshape(*x.shape[:2], *k.shape[1:])

        q, k, v = project("query"), project("key"), project("value")
        out = self.kernels.attend(q, k, v, causal)
        flat = out.reshape(*x.shape[:2], -1)
        w = get("attention_output/kernel")
        return flat @ w.reshape(flat.shape[-1], -1) + get("attention_output/bias")

    def block(self, x: Any, causal: bool) -> Any:
        x = self.layer_norm(x + self.attend(x, causal))
        hidden = self.relu_dense(x)
        return self.layer_norm(x + self.dense(hidden))


def _last(net: Net, x: Any, kind: str) -> Any:
    return net.recur(kind, x)[0]


def _every(net: Net, x: Any, kind: str) -> Any:
    return net.recur(kind, x)[1]


def _mlp(net: Net, x: Any) -> Any:
    for _ in range(net.depth("dense") - 1):
        x = net.relu_dense(x)
    return net.dense(x)


def _augment(net: Net, x: Any) -> Any:
    if not net.training:
        return x
    n, height, width, _ = x.shape
    flip = jax.random.bernoulli(net.key(), shape=(n, 1, 1, 1))
    x = jnp.where(flip, x[:, :, ::-1], x)
    angle = jax.random.uniform(net.key(), (n,), minval=-36.0, maxval=36.0)
    zoom = jax.random.uniform(net.key(), (n,), minval=0.9, maxval=1.1)
    for matrix in (
        kernel("rotation")(angle, height, width),
        kernel("zoom")(zoom, zoom, height, width),
    ):
        warp = kernel("affine_transform")
        x = warp(x, matrix, "bilinear", "reflect", 0.0, "channels_last")
    return x


def _cnn(net: Net, x: Any, norm: bool = False, augment: bool = False) -> Any:
    if augment:
        x = _augment(net, x)
    for i in range(3):
        x = net.conv(x)
        x = jax.nn.relu(net.norm(x) if norm else x)
        if i < 2:
            x = net.kernels.pool(x)
        if norm:
            x = net.drop(x, 0.2)
    return net.dense(net.relu_dense(x.reshape(len(x), -1)))


def _resnet(net: Net, x: Any) -> Any:
    def conv(x: Any, stride: int = 1) -> Any:
        return net.norm(net.conv(x, stride, "same", bias=False))

    x = jax.nn.relu(conv(x))
    for stage in range(3):
        for block in range(3):
            stride = 2 if stage and not block else 1
            y = conv(jax.nn.relu(conv(x, stride)))
            if stride == 2:
                x = net.conv(x, 2, bias=False)
            x = jax.nn.relu(x + y)
    return net.dense(x.mean((1, 2)))


def _both_ways(net: Net, x: Any) -> Any:
    x, get = net.embed(x), net.layer("bidirectional")
    ahead = net.cell(get, "lstm", x, "forward_lstm/")[0]
    back = net.cell(get, "lstm", x, "backward_lstm/", backwards=True)[0]
    return net.dense(jnp.concatenate([ahead, back], -1))


def _lstm_text(net: Net, x: Any) -> Any:
    return net.dense(_last(net, net.embed(x), "lstm"))


def _stacked(net: Net, x: Any) -> Any:
    return net.dense(_last(net, _every(net, net.embed(x), "lstm"), "lstm"))


def _gru_text(net: Net, x: Any) -> Any:
    return net.dense(_last(net, net.embed(x), "gru"))


def _forecast(net: Net, x: Any) -> Any:
    return net.dense(_last(net, _every(net, x, "lstm"), "lstm"))


def _transformer(net: Net, x: Any) -> Any:
    x = net.embed(x)
    for _ in range(2):
        x = net.block(x, causal=False)
    return net.dense(x.mean(1))


def _language(net: Net, x: Any) -> Any:
    x = net.embed(x)
    for _ in range(2):
        x = net.block(x, causal=True)
    return net.dense(x)


def _autoencoder(net: Net, x: Any) -> Any:
    return jax.nn.sigmoid(net.dense(net.relu_dense(x)))


MODELS: dict[str, Callable[[Net, Any], Any]] = {
    "mlp": _mlp,
    "mlp-256": _mlp,
    "loop": _mlp,
    "loop-eager": _mlp,
    "input-arrays": _mlp,
    "deep": _mlp,
    "cnn": _cnn,
    "cnn-norm": lambda net, x: _cnn(net, x, norm=True),
    "cnn-augment": lambda net, x: _cnn(net, x, augment=True),
    "resnet": _resnet,
    "lstm": _lstm_text,
    "lstm-200": _lstm_text,
    "long": _lstm_text,
    "lstm-both": _both_ways,
    "lstm-stacked": _stacked,
    "gru": _gru_text,
    "forecast": _forecast,
    "transformer": _transformer,
    "language": _language,
    "autoencoder": _autoencoder,
    "lstm-wide": _lstm_text,
    "attention": _language,
}
