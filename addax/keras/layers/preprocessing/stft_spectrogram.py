"""`STFTSpectrogram`: sound as the frequencies of short pieces, by convolution."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.keras import config
from addax.keras.initializers import STFT
from addax.keras.layers.checks import known, positive
from addax.keras.layers.input_spec import InputSpec
from addax.keras.layers.layer import Layer
from addax.keras.serialization import public
from addax.ops import create, math, shape
from addax.ops.conv import conv

_MODES = ("log", "magnitude", "psd", "real", "imag", "angle", "stft")


@public("keras.layers")
class STFTSpectrogram(Layer):
    """The short-time Fourier transform of sound, by kernels that can be trained.

    Args:
        mode: What comes out: `"log"` or `"magnitude"` of the complex numbers, the power
            density `"psd"`, `"real"`, `"imag"`, `"angle"`, or `"stft"`, the real and
            the imaginary parts one after the other.
        frame_length: How many samples a frame has.
        frame_step: How far frames are apart; half a frame if not given.
        fft_length: To how many samples frames are padded; the next power of two if not
            given.
        window: What frames are multiplied with: `"hann"`, `"hamming"`, another name
            that `scipy.signal` knows, an array, or `None`.
        periodic: Whether the window is one period of a periodic one.
        scaling: `"density"`, `"spectrum"` or `None` (see `keras.initializers.STFT`).
        padding: `"valid"` or `"same"`.
        expand_dims: Whether channels get an axis of their own, as images have.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: `name`, `dtype`, `trainable`.

    Returns:
        A tensor `(batch, frames, channels * frequencies)`; with `expand_dims`
        `(batch, frames, frequencies, channels)`.

    Raises:
        ValueError: If one of them is not valid.
        TypeError: If the sound is not of a floating type.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.STFTSpectrogram(frame_length=256, trainable=False)
    >>> layer(np.zeros((3, 1600, 1), "float32")).shape
    TensorShape([3, 11, 129])
    """

    def __init__(
        self,
        mode: str = "log",
        frame_length: int = 256,
        frame_step: int | None = None,
        fft_length: int | None = None,
        window: Any = "hann",
        periodic: bool = False,
        scaling: str | None = "density",
        padding: str = "valid",
        expand_dims: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.mode = _one_of("mode", mode, _MODES)
        self.padding = _one_of("padding", padding, ("valid", "same"))
        self.frame_length = positive("frame_length", frame_length)
        self.frame_step = frame_step
        self.fft_length = fft_length
        _within("frame_step", frame_step, 1, frame_length)
        _within("fft_length", fft_length, frame_length, None)
        STFT("real", window, scaling, periodic)  # checks them
        self.window = window
        self.periodic = periodic
        self.scaling = scaling
        self.expand_dims = expand_dims
        self.data_format = config.standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=3)

    def build(self, input_shape: Any) -> None:
        """Creates the kernels of the real and of the imaginary parts, as needed."""
        known(self, input_shape, 1 if self.data_format == "channels_first" else -1)
        size = self.fft_length or 1 << (self.frame_length - 1).bit_length()
        for side in ("real", "imag"):
            if self.mode in ("real", "imag") and side != self.mode:
                continue
            kernel = self.add_weight(
                name=f"{side}_kernel",
                shape=(self.frame_length, 1, size // 2 + 1),
                initializer=STFT(side, self.window, self.scaling, self.periodic),
            )
            setattr(self, f"{side}_kernel", kernel)

    def call(self, inputs: Any) -> Any:
        """The frequencies of each frame.

        Args:
            inputs: Sound `(batch, samples, channels)`, or with the channels first.
        """
        if not inputs.dtype.is_floating:
            raise TypeError(
                explain("Sound is of a floating type.", received={"inputs": inputs})
            )
        first = self.data_format == "channels_first"
        x = inputs if first else shape.swapaxes(inputs, 1, 2)
        y = self._mode(x)  # (batch, channels, frames, frequencies)
        if self.expand_dims:
            return y if first else shape.transpose(y, (0, 2, 3, 1))
        batch, channels, frames, bins = y.shape
        if first:
            y = shape.swapaxes(y, 2, 3)
            return shape.reshape(y, (batch, channels * bins, frames))
        return shape.reshape(shape.swapaxes(y, 1, 2), (batch, frames, channels * bins))

    def _mode(self, x: Any) -> Any:
        if self.mode in ("real", "imag"):
            return self._side(x, self.mode)
        real, imag = self._side(x, "real"), self._side(x, "imag")
        if self.mode == "stft":
            return shape.concatenate([real, imag], -1)
        if self.mode == "angle":
            return math.arctan2(imag, real)
        power = math.add(math.square(real), math.square(imag))
        if self.mode == "psd":
            # Of real sound every frequency but the first and the last stands for two
            ones = create.ones((1,), power.dtype)
            twos = create.full((power.shape[-1] - 2,), 2.0, power.dtype)
            return math.multiply(power, shape.concatenate([ones, twos, ones]))
        size = math.sqrt(math.maximum(power, config.epsilon()))
        return math.log(size) if self.mode == "log" else size

    def _side(self, x: Any, side: str) -> Any:
        batch, channels, samples = x.shape
        frames = conv(
            shape.reshape(x, (batch * channels, samples, 1)),
            getattr(self, f"{side}_kernel"),
            self.frame_step or self.frame_length // 2 or 1,
            self.padding,
        )
        return shape.reshape(frames, (batch, channels, *frames.shape[1:]))


def _one_of(name: str, value: str, valid: tuple[str, ...]) -> str:
    if value not in valid:
        raise ValueError(
            explain(
                f"`{name}` is one of {', '.join(map(repr, valid))}.",
                received={name: value},
                why=did_you_mean(str(value), valid),
            )
        )
    return value


def _within(name: str, value: int | None, least: int, most: int | None) -> None:
    if value is None or (least <= value and (most is None or value <= most)):
        return
    limits = f"at least {least}" + (f" and at most {most}" if most else "")
    raise ValueError(
        explain(
            f"`{name}` must be {limits}.",
            received={name: value},
            why="A frame has as many samples as `frame_length` says.",
        )
    )
