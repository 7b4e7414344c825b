"""Fourier transforms. Complex numbers are pairs (real, imaginary), as in Keras."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from addax.core import Array, op
from addax.ops.patches import extract_sequences


def _transform(fn: Any, name: str, doc: str) -> Any:
    @op(name=name, promote=True, floating=True)
    def apply(real: Array, imag: Array) -> Any:
        out = fn(jax.lax.complex(real, imag))
        return out.real, out.imag

    def transform(x: Any) -> Any:
        return apply(x[0], x[1])

    transform.__name__ = transform.__qualname__ = name
    transform.__doc__ = f"""{doc}

    Args:
        x: A pair of tensors, the real and the imaginary parts.

    Returns:
        Such a pair.
    """
    return transform


fft = _transform(jnp.fft.fft, "fft", "The Fourier transform of the last axis.")
fft2 = _transform(jnp.fft.fft2, "fft2", "The Fourier transform of the last two axes.")
ifft2 = _transform(jnp.fft.ifft2, "ifft2", "The inverse of `fft2`.")


@op(name="rfft", floating=True)
def _rfft(x: Array, fft_length: int | None) -> Any:
    out = jnp.fft.rfft(x, fft_length)
    return out.real, out.imag


def rfft(x: Any, fft_length: int | None = None) -> Any:
    """The Fourier transform of real numbers, along the last axis.

    Args:
        x: A tensor.
        fft_length: To how many elements to cut or pad first.

    Returns:
        A pair of tensors, the real and the imaginary parts.
    """
    return _rfft(x, fft_length)


@op(name="irfft", promote=True, floating=True)
def _irfft(real: Array, imag: Array, fft_length: int | None) -> Array:
    return jnp.fft.irfft(jax.lax.complex(real, imag), fft_length)


def irfft(x: Any, fft_length: int | None = None) -> Any:
    """The inverse of `rfft`.

    Args:
        x: A pair of tensors, the real and the imaginary parts.
        fft_length: How many elements to return.

    Returns:
        A tensor.
    """
    return _irfft(x[0], x[1], fft_length)


def _window(window: Any, length: int, fft_length: int) -> np.ndarray[Any, Any]:
    """The window's values, with zeros around up to `fft_length`."""
    if window is None:
        values = np.ones(length)
    elif isinstance(window, str):
        # The periodic forms: one point more, of which the last is dropped
        makers = {"hann": np.hanning, "hamming": np.hamming}
        if window not in makers:
            raise ValueError(
                "`window` is 'hann', 'hamming', None or an array. "
                f"Received: window={window!r}"
            )
        values = makers[window](length + 1)[:-1]
    else:
        values = np.asarray(window)
    before = (fft_length - length) // 2
    return np.pad(values, (before, fft_length - length - before)).astype("float32")


@op(name="stft", floating=True)
def _stft(x: Array, window: Array, step: int, fft_length: int, center: bool) -> Any:
    if center:
        around = [(0, 0)] * (x.ndim - 1) + [(fft_length // 2, fft_length // 2)]
        x = jnp.pad(x, around, mode="reflect")
    frames = extract_sequences.fn(x, fft_length, step) * window
    out = jnp.fft.rfft(frames)
    return out.real, out.imag


def stft(
    x: Any,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    window: Any = "hann",
    center: bool = True,
) -> Any:
    """The Fourier transforms of windows that slide over the last axis.

    Args:
        x: A tensor.
        sequence_length: The windows' length.
        sequence_stride: How far they are apart.
        fft_length: To how many elements each is padded.
        window: `"hann"`, `"hamming"`, an array of weights, or `None`.
        center: Whether windows are centred on their place, `x` being reflected at its
            ends.

    Returns:
        A pair of tensors `(..., windows, fft_length // 2 + 1)`.
    """
    weights = _window(window, sequence_length, fft_length)
    return _stft(x, weights, sequence_stride, fft_length, center)


@op(name="istft", promote=("real", "imag"), floating=True)
def _istft(
    real: Array,
    imag: Array,
    window: Array,
    step: int,
    fft_length: int,
    length: int | None,
    center: bool,
) -> Array:
    frames = jnp.fft.irfft(jax.lax.complex(real, imag), fft_length)
    count = frames.shape[-2]
    total = fft_length + step * (count - 1)
    places = np.arange(count)[:, None] * step + np.arange(fft_length)
    zeros = jnp.zeros((*frames.shape[:-2], total), frames.dtype)
    summed = zeros.at[..., places].add(frames * window)
    weight = jnp.zeros(total, frames.dtype).at[places].add(jnp.square(window))
    x = summed / jnp.where(weight > 1e-11, weight, 1)
    start = fft_length // 2 if center else 0
    end = total - start if length is None else start + length
    return x[..., start:end]


def istft(
    x: Any,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    length: int | None = None,
    window: Any = "hann",
    center: bool = True,
) -> Any:
    """The inverse of `stft`.

    Args:
        x: A pair of tensors, the real and the imaginary parts.
        sequence_length: The windows' length.
        sequence_stride: How far they are apart.
        fft_length: To how many elements each was padded.
        length: How many elements to return.
        window: As for `stft`.
        center: As for `stft`.

    Returns:
        A tensor.
    """
    weights = _window(window, sequence_length, fft_length)
    return _istft(x[0], x[1], weights, sequence_stride, fft_length, length, center)
