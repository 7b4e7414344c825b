"""`MelSpectrogram`: sound as we hear it, by pitch and loudness."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import cast
from addax.keras.layers.layer import Layer
from addax.keras.serialization import public
from addax.ops import linalg, math, reduce, shape
from addax.ops.signal import stft


@public("keras.layers")
class MelSpectrogram(Layer):
    """The power of sound in bands that are equally far apart to the ear.

    Args:
        fft_length: To how many samples frames are padded.
        sequence_stride: How far frames are apart.
        sequence_length: How many samples a frame has; `fft_length` if not given.
        window: `"hann"`, `"hamming"`, an array of weights, or `None`.
        sampling_rate: How many samples a second has.
        num_mel_bins: How many bands.
        min_freq: The lowest frequency.
        max_freq: The highest; half the sampling rate if not given.
        power_to_db: Whether the result is in decibels.
        top_db: By how much the softest is at most below the loudest then.
        mag_exp: The power of the magnitudes: 2 for energy.
        min_power: The least power.
        ref_power: The power that is 0 decibels.
        **kwargs: `name`, `dtype`.

    Returns:
        A tensor `(..., num_mel_bins, frames)`.

    Raises:
        ValueError: If frames are longer than `fft_length`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.MelSpectrogram(num_mel_bins=64, sampling_rate=8000)
    >>> layer(np.zeros((2, 16000), "float32")).shape
    TensorShape([2, 64, 32])
    """

    def __init__(
        self,
        fft_length: int = 2048,
        sequence_stride: int = 512,
        sequence_length: int | None = None,
        window: Any = "hann",
        sampling_rate: int = 16000,
        num_mel_bins: int = 128,
        min_freq: float = 20.0,
        max_freq: float | None = None,
        power_to_db: bool = True,
        top_db: float = 80.0,
        mag_exp: float = 2.0,
        min_power: float = 1e-10,
        ref_power: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.fft_length = fft_length
        self.sequence_stride = sequence_stride
        self.sequence_length = sequence_length or fft_length
        if self.sequence_length > fft_length:
            raise ValueError(
                explain(
                    "Frames must not be longer than `fft_length`.",
                    received={
                        "sequence_length": sequence_length,
                        "fft_length": fft_length,
                    },
                )
            )
        self.window = window
        self.sampling_rate = sampling_rate
        self.num_mel_bins = num_mel_bins
        self.min_freq = min_freq
        self.max_freq = max_freq or sampling_rate // 2
        self.power_to_db = power_to_db
        self.top_db = top_db
        self.mag_exp = mag_exp
        self.min_power = min_power
        self.ref_power = ref_power

    def call(self, inputs: Any) -> Any:
        """The power of each band in each frame.

        Args:
            inputs: Sound `(..., samples)`.
        """
        x = cast(inputs, self.compute_dtype)
        real, imag = stft(
            x, self.sequence_length, self.sequence_stride, self.fft_length, self.window
        )
        energy = math.add(math.square(real), math.square(imag))
        power = math.power(energy, self.mag_exp / 2)
        bands = linalg.matmul(power, cast(self._matrix(), power.dtype))
        if self.power_to_db:
            bands = self._decibels(bands)
        return shape.swapaxes(bands, -1, -2)

    def _decibels(self, power: Any) -> Any:
        def level(x: Any) -> Any:
            return math.multiply(math.log10(math.maximum(x, self.min_power)), 10.0)

        decibels = math.subtract(level(power), level(self.ref_power))
        floor = math.subtract(reduce.max(decibels), self.top_db)
        return math.maximum(decibels, floor)

    def _matrix(self) -> np.ndarray[Any, Any]:
        """How much of each frequency belongs to each band, `(frequencies, bands)`.

        A band rises from its lower neighbour's centre to its own and falls to its upper
        neighbour's, in the pitch scale of O'Shaughnessy 1987. The frequency 0 is in
        none.
        """
        steps = np.linspace(0.0, self.sampling_rate / 2, self.fft_length // 2 + 1)[1:]
        limits = _pitch(np.array([self.min_freq, self.max_freq]))
        edges = np.linspace(limits[0], limits[1], self.num_mel_bins + 2)
        low, centre, high = edges[:-2], edges[1:-1], edges[2:]
        pitch = _pitch(steps)[:, None]
        up, down = (pitch - low) / (centre - low), (high - pitch) / (high - centre)
        weights = np.maximum(0.0, np.minimum(up, down))
        return np.pad(weights, [(1, 0), (0, 0)]).astype("float32")


def _pitch(frequency: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return 1127.0 * np.log1p(frequency / 700.0)
