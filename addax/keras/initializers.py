"""Initializers: how weights start."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax._base.lazy import optional_import
from addax._base.names import did_you_mean
from addax.core import SeedGenerator, TensorLike, convert, floatx
from addax.core.random import make_default_seed
from addax.core.shapes import standardize_shape
from addax.keras.serialization import (
    Configurable,
    deserialize_keras_object,
    name_table,
    public,
    resolve,
    serialize_keras_object,
)
from addax.ops import create, linalg, random
from addax.ops import shape as shapes

public("keras.random")(SeedGenerator)

# The deviation of a normal distribution that is cut off at two deviations
_TRUNCATED_STDDEV = 0.87962566103423978


@public("keras.initializers", "keras.Initializer")
class Initializer(Configurable):
    """The base of initializers: a function of a shape and a type.

    Example:

    >>> from addax import keras
    >>> class Halves(keras.initializers.Initializer):
    ...     def __call__(self, shape, dtype=None):
    ...         return keras.ops.ones(shape, dtype) / 2
    >>> layer = keras.layers.Dense(4, kernel_initializer=Halves())
    """

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """A tensor of that shape and type; subclasses override it.

        Args:
            shape: The shape.
            dtype: The type; `floatx()` if not given.
        """
        raise NotImplementedError(
            "An initializer defines __call__(self, shape, dtype=None)."
        )

    def clone(self) -> Initializer:
        """Another initializer with the same configuration."""
        return type(self).from_config(self.get_config())


@public("keras.initializers", "zeros")
class Zeros(Initializer):
    """Starts with zeros."""

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        return create.zeros(shape, dtype)


@public("keras.initializers", "ones")
class Ones(Initializer):
    """Starts with ones."""

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        return create.ones(shape, dtype)


@public("keras.initializers", "constant")
class Constant(Initializer):
    """Starts with one value everywhere.

    Args:
        value: A number, or an array that fills the shape by broadcasting.

    Example:

    >>> from addax import keras
    >>> keras.initializers.Constant(3.0)((2,)).numpy().tolist()
    [3.0, 3.0]
    """

    def __init__(self, value: Any = 0.0) -> None:
        self.value = value

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        return create.full(shape, self.value, dtype)


@public("keras.initializers", "IdentityInitializer", "identity")
class Identity(Initializer):
    """Starts with the identity matrix.

    Args:
        gain: What it is multiplied by.
    """

    def __init__(self, gain: float = 1.0) -> None:
        self.gain = gain

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        shape = standardize_shape(shape)
        if len(shape) != 2:
            raise ValueError(
                explain(
                    "Only a matrix can start as identity.", received={"shape": shape}
                )
            )
        matrix = create.eye(*shape, dtype=dtype)
        return matrix if self.gain == 1 else self.gain * matrix


class RandomInitializer(Initializer):
    """The base of random initializers.

    Args:
        seed: A whole number, or `None` to draw one; both give the same numbers at
            every call. A `keras.random.SeedGenerator` gives others each time.
    """

    def __init__(self, seed: Any = None) -> None:
        self._given_seed = seed
        if seed is None:
            seed = make_default_seed()
        elif isinstance(seed, dict):
            seed = deserialize_keras_object(seed)
        elif isinstance(seed, bool) or not isinstance(seed, (int, SeedGenerator)):
            raise ValueError(
                explain(
                    "A seed is a whole number, a keras.random.SeedGenerator or None.",
                    received={"seed": seed},
                )
            )
        self.seed = seed

    def get_config(self) -> dict[str, Any]:
        """The arguments that make it again; a seed that was drawn is not kept."""
        return {**super().get_config(), "seed": _plain_seed(self._given_seed)}


def _plain_seed(seed: Any) -> Any:
    return serialize_keras_object(seed) if isinstance(seed, SeedGenerator) else seed


@public("keras.initializers", "random_normal")
class RandomNormal(RandomInitializer):
    """Draws from a normal distribution.

    Args:
        mean: The mean.
        stddev: The standard deviation.
        seed: A whole number, a `keras.random.SeedGenerator`, or `None`.
    """

    def __init__(
        self, mean: float = 0.0, stddev: float = 0.05, seed: Any = None
    ) -> None:
        self.mean = mean
        self.stddev = stddev
        super().__init__(seed)

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        return random.normal(shape, self.mean, self.stddev, dtype, self.seed)


@public("keras.initializers", "truncated_normal")
class TruncatedNormal(RandomInitializer):
    """Draws from a normal distribution cut off two deviations from its mean.

    Args:
        mean: The mean before cutting.
        stddev: The standard deviation before cutting.
        seed: A whole number, a `keras.random.SeedGenerator`, or `None`.
    """

    def __init__(
        self, mean: float = 0.0, stddev: float = 0.05, seed: Any = None
    ) -> None:
        self.mean = mean
        self.stddev = stddev
        super().__init__(seed)

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        return random.truncated_normal(shape, self.mean, self.stddev, dtype, self.seed)


@public("keras.initializers", "random_uniform")
class RandomUniform(RandomInitializer):
    """Draws evenly from a range.

    Args:
        minval: The lower bound.
        maxval: The upper bound.
        seed: A whole number, a `keras.random.SeedGenerator`, or `None`.
    """

    def __init__(
        self, minval: float = -0.05, maxval: float = 0.05, seed: Any = None
    ) -> None:
        self.minval = minval
        self.maxval = maxval
        super().__init__(seed)

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        return random.uniform(shape, self.minval, self.maxval, dtype, self.seed)


@public("keras.initializers", "OrthogonalInitializer", "orthogonal")
class Orthogonal(RandomInitializer):
    """Starts with a random matrix of orthogonal rows or columns.

    Of a shape with more axes, all but the last together count as the rows.

    Args:
        gain: What it is multiplied by.
        seed: A whole number, a `keras.random.SeedGenerator`, or `None`.

    Source: Saxe, McClelland and Ganguli 2013, https://arxiv.org/abs/1312.6120.
    """

    def __init__(self, gain: float = 1.0, seed: Any = None) -> None:
        self.gain = gain
        super().__init__(seed)

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        shape = standardize_shape(shape)
        if len(shape) < 2:
            raise ValueError(
                explain(
                    "An orthogonal start needs at least two axes.",
                    received={"shape": shape},
                    fix="Use another initializer for vectors, e.g. 'glorot_uniform'.",
                )
            )
        rows, columns = math.prod(shape[:-1]), shape[-1]
        tall = (max(rows, columns), min(rows, columns))
        drawn = random.normal(tall, dtype=dtype, seed=self.seed)
        q = linalg.orthonormal(drawn)
        q = shapes.transpose(q) if rows < columns else q
        return self.gain * shapes.reshape(q, shape)


@public("keras.initializers", "variance_scaling")
class VarianceScaling(RandomInitializer):
    """Draws with a variance of `scale / n`, where `n` comes from the shape.

    Args:
        scale: A positive factor.
        mode: What `n` is: `"fan_in"`, the number of inputs of a unit; `"fan_out"`, the
            number of units an input leads to; or `"fan_avg"`, their mean.
        distribution: `"truncated_normal"`, `"untruncated_normal"` or `"uniform"`.
        seed: A whole number, a `keras.random.SeedGenerator`, or `None`.
        input_axes: The axes whose sizes make up the inputs, where the usual order
            (space, inputs, outputs) does not hold.
        output_axes: The axes whose sizes make up the outputs, likewise.

    Raises:
        ValueError: If `scale` is not positive, or a name is not known.

    Example:

    >>> from addax import keras
    >>> start = keras.initializers.VarianceScaling(2.0, "fan_in", "uniform", seed=1)
    >>> start((784, 10)).shape
    TensorShape([784, 10])
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: Any = None,
        input_axes: Any = None,
        output_axes: Any = None,
    ) -> None:
        if scale <= 0:
            raise ValueError(
                explain("`scale` must be positive.", received={"scale": scale})
            )
        _one_of("mode", mode, ("fan_in", "fan_out", "fan_avg"))
        kinds = ("truncated_normal", "untruncated_normal", "uniform", "normal")
        _one_of("distribution", distribution, kinds)
        self.scale = scale
        self.mode = mode
        self.distribution = distribution
        self.input_axes = input_axes
        self.output_axes = output_axes
        super().__init__(seed)

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        shape = standardize_shape(shape)
        fan_in, fan_out = _fans(shape, self.input_axes, self.output_axes)
        n = {"fan_in": fan_in, "fan_out": fan_out}.get(self.mode)
        variance = self.scale / max(1.0, (fan_in + fan_out) / 2 if n is None else n)
        if self.distribution == "uniform":
            limit = math.sqrt(3.0 * variance)
            return random.uniform(shape, -limit, limit, dtype, self.seed)
        stddev = math.sqrt(variance)
        if self.distribution == "untruncated_normal":
            return random.normal(shape, 0.0, stddev, dtype, self.seed)
        stddev /= _TRUNCATED_STDDEV
        return random.truncated_normal(shape, 0.0, stddev, dtype, self.seed)


def _fans(
    shape: tuple[int, ...], input_axes: Any, output_axes: Any
) -> tuple[float, float]:
    """How many inputs a unit has, and how many units an input leads to."""
    if input_axes is not None or output_axes is not None:
        ins, outs = input_axes or (), output_axes or ()
        return math.prod(shape[a] for a in ins), math.prod(shape[a] for a in outs)
    if len(shape) < 2:
        size = shape[0] if shape else 1
        return size, size
    field = math.prod(shape[:-2])
    return shape[-2] * field, shape[-1] * field


def _one_of(name: str, value: Any, valid: tuple[str | None, ...]) -> None:
    if value not in valid:
        listed = ", ".join(map(repr, valid))
        guess = did_you_mean(str(value), [v for v in valid if v])
        raise ValueError(
            explain(f"`{name}` is one of {listed}.", received={name: value}, why=guess)
        )


def _scaled(
    name: str, scale: float, mode: str, distribution: str, summary: str, source: str
) -> type[VarianceScaling]:
    """A class that is `VarianceScaling` with these arguments."""

    class Scaled(VarianceScaling):
        def __init__(
            self, seed: Any = None, input_axes: Any = None, output_axes: Any = None
        ) -> None:
            super().__init__(scale, mode, distribution, seed, input_axes, output_axes)

    Scaled.__name__ = Scaled.__qualname__ = name
    Scaled.__doc__ = f"""{summary}

    The same as `VarianceScaling(scale={scale}, mode="{mode}",
    distribution="{distribution}")`.

    Args:
        seed: A whole number, a `keras.random.SeedGenerator`, or `None`.
        input_axes: See `VarianceScaling`.
        output_axes: See `VarianceScaling`.

    Source: {source}.
    """
    return Scaled


_GLOROT = "Glorot and Bengio 2010, https://proceedings.mlr.press/v9/glorot10a.html"
_HE = "He, Zhang, Ren and Sun 2015, https://arxiv.org/abs/1502.01852"
_LECUN = "Klambauer et al. 2017, https://arxiv.org/abs/1706.02515"
_KINDS = {"Normal": "truncated_normal", "Uniform": "uniform"}


def _pair(stem: str, scale: float, mode: str, source: str) -> Any:
    """The normal and the uniform form of one rule for the scale."""
    for kind, distribution in _KINDS.items():
        name = f"{stem}{kind}"
        summary = f"{stem}'s start, {kind.lower()}."
        made = _scaled(name, scale, mode, distribution, summary, source)
        yield public("keras.initializers", f"{stem.lower()}_{kind.lower()}")(made)


GlorotNormal, GlorotUniform = _pair("Glorot", 1.0, "fan_avg", _GLOROT)
HeNormal, HeUniform = _pair("He", 2.0, "fan_in", _HE)
LecunNormal, LecunUniform = _pair("Lecun", 1.0, "fan_in", _LECUN)

_SIDES, _SCALINGS = ("real", "imag"), ("density", "spectrum", None)


@public("keras.initializers", "STFTInitializer", "stft")
class STFT(Initializer):
    """The kernel of a convolution that is a short-time Fourier transform.

    Args:
        side: `"real"` or `"imag"`: which part of the complex numbers.
        window: What frames are multiplied with: a name that `scipy.signal` knows, such
            as `"hann"` or `"hamming"`, an array of the frames' length, or `None`.
        scaling: `"density"` divides by the window's L2 norm, `"spectrum"` by its sum;
            `None` by nothing.
        periodic: Whether the window is one period of a periodic one.

    Raises:
        ValueError: If one of them is not valid.

    Example:

    >>> from addax import keras
    >>> keras.initializers.STFT("imag", "hamming")((128, 1, 65)).shape
    TensorShape([128, 1, 65])
    """

    def __init__(
        self,
        side: str = "real",
        window: Any = "hann",
        scaling: str | None = "density",
        periodic: bool = False,
    ) -> None:
        _one_of("side", side, _SIDES)
        _one_of("scaling", scaling, _SCALINGS)
        if isinstance(window, str):
            _window(window, 8, periodic)  # is there one of that name?
        self.side = side
        self.window = window
        self.scaling = scaling
        self.periodic = periodic

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """The kernel, `(frame_length, 1, fft_length // 2 + 1)`."""
        length, _, bins = shape
        window = _window(self.window, length, self.periodic)
        if self.scaling == "density":
            window = window / np.sqrt(np.sum(window**2))
        elif self.scaling == "spectrum":
            window = window / np.abs(np.sum(window))
        turns = np.outer(np.arange(length), np.arange(bins)) / (2 * (bins - 1))
        wave = np.cos if self.side == "real" else np.sin
        kernel = wave(-2 * np.pi * turns) * window[:, None]
        return convert(kernel[:, None, :], dtype or floatx())


def _window(window: Any, length: int, periodic: bool) -> np.ndarray[Any, Any]:
    if window is None:
        return np.ones(length)
    if isinstance(window, (str, tuple)):
        scipy = optional_import(
            "scipy.signal", extra="data", purpose="A window by its name"
        )
        try:
            return scipy.get_window(window, length, fftbins=periodic)
        except ValueError as error:
            raise ValueError(
                explain(
                    "There is no such window.",
                    received={"window": window},
                    why=str(error),
                    fix='window="hann", or an array of the frames\' length',
                )
            ) from None
    values = np.asarray(window, "float64")
    if values.shape != (length,):
        raise ValueError(
            explain(
                f"The window must have the frames' length, {length}.",
                received={"window": values},
            )
        )
    return values


IdentityInitializer = identity = Identity
OrthogonalInitializer = orthogonal = Orthogonal
STFTInitializer = stft = STFT
zeros, ones, constant = Zeros, Ones, Constant
random_normal, random_uniform = RandomNormal, RandomUniform
truncated_normal, variance_scaling = TruncatedNormal, VarianceScaling
glorot_normal, glorot_uniform = GlorotNormal, GlorotUniform
he_normal, he_uniform = HeNormal, HeUniform
lecun_normal, lecun_uniform = LecunNormal, LecunUniform

_TABLE: dict[str, Any] = name_table(
    Constant, GlorotNormal, GlorotUniform, HeNormal, HeUniform, Identity, LecunNormal,
    LecunUniform, Ones, Orthogonal, RandomNormal, RandomUniform, STFT,
    TruncatedNormal, VarianceScaling, Zeros,
    IdentityInitializer=Identity, OrthogonalInitializer=Orthogonal,
    STFTInitializer=STFT,
    normal=RandomNormal, uniform=RandomUniform, one=Ones, zero=Zeros,
)  # fmt: skip


def serialize(initializer: Any) -> dict[str, Any]:
    """Describes an initializer by plain values; `deserialize` makes it again."""
    return serialize_keras_object(initializer)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Makes the initializer that `serialize` described."""
    return deserialize_keras_object(config, custom_objects)


def get(identifier: Any) -> Any:
    """Finds an initializer.

    Args:
        identifier: A name, a function of a shape and a type, an object, a class, an
            array to start with, a configuration, or `None`.

    Returns:
        The initializer; `None` for `None`.

    Raises:
        ValueError: If there is none of that name.

    Example:

    >>> from addax import keras
    >>> keras.initializers.get("he_normal").scale
    2.0
    """
    if isinstance(identifier, TensorLike) or hasattr(identifier, "__array__"):
        return Constant(identifier)
    return resolve(identifier, _TABLE, "initializer")
