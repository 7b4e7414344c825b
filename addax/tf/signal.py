"""`tf.signal`: transforms, windows, frames and mel scales."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import as_dtype, cast, convert
from addax.ops import math, spectra
from addax.ops import shape as shapes
from addax.tf._advice import absent
from addax.tf._rules import operand

# Fourier transforms


def _complex(rank: int, inverse: bool) -> Callable[..., Any]:
    suffix = "" if rank == 1 else f"{rank}d"
    public = f"{'i' if inverse else ''}fft{suffix}"

    def function(input: Any, name: str | None = None) -> Any:
        x = operand(input)
        if not x.dtype.is_complex:
            raise TypeError(
                explain(
                    f"tf.signal.{public} takes complex tensors only.",
                    received={"input": x},
                    fix=f"tf.signal.{public}(tf.cast(input, tf.complex64))",
                )
            )
        return spectra.fft(x, rank, inverse)

    function.__name__ = function.__qualname__ = public
    words = "inverse Fourier" if inverse else "Fourier"
    function.__doc__ = f"The {words} transform of the last {rank} axes."
    return function


fft, ifft = _complex(1, False), _complex(1, True)
fft2d, ifft2d = _complex(2, False), _complex(2, True)
fft3d, ifft3d = _complex(3, False), _complex(3, True)


def _real(rank: int, inverse: bool) -> Callable[..., Any]:
    suffix = "" if rank == 1 else f"{rank}d"
    op = spectra.irfft if inverse else spectra.rfft

    def function(
        input_tensor: Any, fft_length: Any = None, name: str | None = None
    ) -> Any:
        lengths = None if fft_length is None else shapes.sizes(fft_length)
        return op(operand(input_tensor), rank, lengths)

    function.__name__ = function.__qualname__ = f"{'i' if inverse else ''}rfft{suffix}"
    function.__doc__ = f"""The {"inverse " if inverse else ""}Fourier transform of real
    numbers over the last {rank} axes, of which half is kept.

    Args:
        input_tensor: A {"complex" if inverse else "floating"} tensor.
        fft_length: To which sizes to cut or fill those axes.
        name: Kept for TensorFlow's signature.
    """
    return function


rfft, irfft = _real(1, False), _real(1, True)
rfft2d, irfft2d = _real(2, False), _real(2, True)
rfft3d, irfft3d = _real(3, False), _real(3, True)


def fftshift(x: Any, axes: Any = None, name: str | None = None) -> Any:
    """Moves the zero frequency to the middle of `axes` (all if `None`)."""
    return _shift(x, axes, 1)


def ifftshift(x: Any, axes: Any = None, name: str | None = None) -> Any:
    """Undoes `fftshift`."""
    return _shift(x, axes, -1)


def _shift(x: Any, axes: Any, sign: int) -> Any:
    x = operand(x)
    chosen = range(x.ndim) if axes is None else np.atleast_1d(np.asarray(axes)).tolist()
    sizes = [x.shape[a] // 2 if sign > 0 else -(x.shape[a] // 2) for a in chosen]
    return shapes.roll(x, tuple(sizes), tuple(chosen))


# Windows


def _window(values: Any, dtype: Any) -> Any:
    return convert(np.asarray(values, as_dtype(dtype).as_numpy_dtype))


def _raised(length: Any, periodic: bool, dtype: Any, a: float) -> Any:
    n = int(length)
    if n == 1:
        return _window(np.ones(1), dtype)
    # TensorFlow's windows of odd length are symmetric, whatever `periodic` says.
    span = n if periodic and n % 2 == 0 else n - 1
    return _window(a - (1 - a) * np.cos(2 * np.pi * np.arange(n) / span), dtype)


def hann_window(
    window_length: Any,
    periodic: bool = True,
    dtype: Any = "float32",
    name: str | None = None,
) -> Any:
    """Hann's window; `periodic` for spectra, otherwise symmetric for filters."""
    return _raised(window_length, bool(periodic), dtype, 0.5)


def hamming_window(
    window_length: Any,
    periodic: bool = True,
    dtype: Any = "float32",
    name: str | None = None,
) -> Any:
    """Hamming's window; see `hann_window`."""
    return _raised(window_length, bool(periodic), dtype, 0.54)


def kaiser_window(
    window_length: Any,
    beta: Any = 12.0,
    dtype: Any = "float32",
    name: str | None = None,
) -> Any:
    """Kaiser's window."""
    return _window(np.kaiser(int(window_length), float(beta)), dtype)


def kaiser_bessel_derived_window(
    window_length: Any,
    beta: Any = 12.0,
    dtype: Any = "float32",
    name: str | None = None,
) -> Any:
    """The window whose squares, half a length apart, add up to 1."""
    half = int(window_length) // 2
    total = np.cumsum(np.kaiser(half + 1, float(beta)))
    side = np.sqrt(total[:-1] / total[-1])
    return _window(np.concatenate([side, side[::-1]]), dtype)


def vorbis_window(
    window_length: Any, dtype: Any = "float32", name: str | None = None
) -> Any:
    """The window of the Vorbis format."""
    n = int(window_length)
    inner = np.sin(np.pi / n * (np.arange(n) + 0.5)) ** 2
    return _window(np.sin(np.pi / 2 * inner), dtype)


# Frames


def frame(
    signal: Any,
    frame_length: Any,
    frame_step: Any,
    pad_end: bool = False,
    pad_value: Any = 0,
    axis: int = -1,
    name: str | None = None,
) -> Any:
    """Windows that slide over an axis.

    Args:
        signal: A tensor.
        frame_length: The windows' length.
        frame_step: How far they are apart.
        pad_end: Whether to fill the last windows.
        pad_value: With what.
        axis: The axis.
        name: Kept for TensorFlow's signature.

    Returns:
        A tensor with the axes `(..., windows, frame_length, ...)` in its place.
    """
    x = operand(signal)
    place = int(axis) % x.ndim
    x = shapes.moveaxis(x, place, -1)
    found = spectra.frame(
        x, int(frame_length), int(frame_step), bool(pad_end), float(pad_value)
    )
    return shapes.moveaxis(found, (-2, -1), (place, place + 1))


def overlap_and_add(signal: Any, frame_step: Any, name: str | None = None) -> Any:
    """Adds up windows `(..., windows, length)` that start `frame_step` apart."""
    return spectra.overlap_and_add(operand(signal), int(frame_step))


def _enclosing(length: int) -> int:
    return 1 << (length - 1).bit_length()


def stft(
    signals: Any,
    frame_length: Any,
    frame_step: Any,
    fft_length: Any = None,
    window_fn: Any = hann_window,
    pad_end: bool = False,
    name: str | None = None,
) -> Any:
    """The Fourier transforms of windows that slide over the last axis.

    Args:
        signals: A floating tensor.
        frame_length: The windows' length.
        frame_step: How far they are apart.
        fft_length: To how many elements each is filled; the next power of two if not
            given.
        window_fn: A function of a length and a type that gives the windows' weights;
            `None` for none.
        pad_end: Whether to fill the last windows.
        name: Kept for TensorFlow's signature.

    Returns:
        Complex numbers `(..., windows, fft_length // 2 + 1)`.

    Example:

    >>> from addax import tf
    >>> tf.signal.stft(tf.zeros([100]), frame_length=25, frame_step=10).shape
    TensorShape([8, 17])
    """
    x, length = operand(signals, "signal.stft", "floating"), int(frame_length)
    count = _enclosing(length) if fft_length is None else int(fft_length)
    parts = spectra.frame(x, length, int(frame_step), bool(pad_end), 0.0)
    if window_fn is not None:
        parts = math.multiply(parts, window_fn(length, dtype=x.dtype))
    return spectra.rfft(parts, 1, (count,))


def inverse_stft(
    stfts: Any,
    frame_length: Any,
    frame_step: Any,
    fft_length: Any = None,
    window_fn: Any = hann_window,
    name: str | None = None,
) -> Any:
    """The inverse of `stft`, exact with `inverse_stft_window_fn`.

    Args:
        stfts: Complex numbers `(..., windows, fft_length // 2 + 1)`.
        frame_length: The windows' length.
        frame_step: How far they are apart.
        fft_length: As for `stft`.
        window_fn: A function that gives the windows' weights.
        name: Kept for TensorFlow's signature.
    """
    x, length = operand(stfts), int(frame_length)
    count = _enclosing(length) if fft_length is None else int(fft_length)
    parts = spectra.irfft(x, 1, (count,))[..., : min(length, count)]
    if length > count:
        widths = [(0, 0)] * (parts.ndim - 1) + [(0, length - count)]
        parts = shapes.pad(parts, widths)
    if window_fn is not None:
        parts = math.multiply(parts, window_fn(length, dtype=parts.dtype))
    return spectra.overlap_and_add(parts, int(frame_step))


def inverse_stft_window_fn(
    frame_step: Any, forward_window_fn: Any = hann_window, name: str | None = None
) -> Callable[..., Any]:
    """The window for `inverse_stft` that undoes `stft` with `forward_window_fn`."""
    step = int(frame_step)

    def window(frame_length: Any, dtype: Any) -> Any:
        n = int(frame_length)
        forward = np.asarray(forward_window_fn(n, dtype=dtype), "float64")
        overlaps = -(-n // step)
        squares = np.pad(np.square(forward), (0, overlaps * step - n))
        total = np.tile(squares.reshape(overlaps, step).sum(0), overlaps)[:n]
        return _window(forward / total, dtype)

    return window


# Cosine transforms


def dct(
    input: Any,
    type: int = 2,
    n: int | None = None,
    axis: int = -1,
    norm: str | None = None,
    name: str | None = None,
) -> Any:
    """The cosine transform of the last axis.

    Args:
        input: A floating tensor.
        type: 1, 2, 3 or 4.
        n: To how many elements to cut or fill first.
        axis: -1.
        norm: `"ortho"` for an orthogonal transform, or `None`.
        name: Kept for TensorFlow's signature.
    """
    x = operand(input, "signal.dct", "floating")
    if n is not None:
        x = x[..., : int(n)]
        more = max(0, int(n) - x.shape[-1])
        x = shapes.pad(x, [(0, 0)] * (x.ndim - 1) + [(0, more)])
    return spectra.dct(x, int(type), norm == "ortho")


def idct(
    input: Any,
    type: int = 2,
    n: int | None = None,
    axis: int = -1,
    norm: str | None = None,
    name: str | None = None,
) -> Any:
    """The inverse of `dct`, but for a factor of `2 * n` where `norm` is `None`.

    Type 1 has `2 * (n - 1)` for the factor.
    """
    return dct(input, {2: 3, 3: 2}.get(type, type), n, axis, norm)


# Mel scales

_MEL = 1127.0  # and 700 Hz: the constants of O'Shaughnessy's formula


def _mel(hertz: Any) -> Any:
    return _MEL * np.log1p(np.asarray(hertz, "float64") / 700.0)


def linear_to_mel_weight_matrix(
    num_mel_bins: int = 20,
    num_spectrogram_bins: Any = 129,
    sample_rate: Any = 8000,
    lower_edge_hertz: Any = 125.0,
    upper_edge_hertz: Any = 3800.0,
    dtype: Any = "float32",
    name: str | None = None,
) -> Any:
    """A matrix that turns spectra into bands evenly spaced on the mel scale.

    Args:
        num_mel_bins: How many bands.
        num_spectrogram_bins: How many frequencies a spectrum has.
        sample_rate: Samples a second.
        lower_edge_hertz: Where the lowest band starts.
        upper_edge_hertz: Where the highest ends.
        dtype: A floating type.
        name: Kept for TensorFlow's signature.

    Returns:
        A matrix `(num_spectrogram_bins, num_mel_bins)` of triangles.
    """
    half, bins = float(sample_rate) / 2, int(num_spectrogram_bins)
    places = _mel(np.linspace(0.0, half, bins)[1:])[:, None]
    low, high = _mel(float(lower_edge_hertz)), _mel(float(upper_edge_hertz))
    edges = np.linspace(low, high, int(num_mel_bins) + 2)
    lower, centre, upper = edges[:-2], edges[1:-1], edges[2:]
    up = (places - lower) / (centre - lower)
    down = (upper - places) / (upper - centre)
    weights = np.maximum(0.0, np.minimum(up, down))
    return _window(np.pad(weights, [(1, 0), (0, 0)]), dtype)


def mfccs_from_log_mel_spectrograms(
    log_mel_spectrograms: Any, name: str | None = None
) -> Any:
    """Mel-frequency cepstral coefficients, from logarithms of mel spectra."""
    x = operand(log_mel_spectrograms)
    scale = float(1 / np.sqrt(2.0 * x.shape[-1]))
    return math.multiply(dct(x, 2), scale)


def mdct(
    signals: Any,
    frame_length: Any,
    window_fn: Any = vorbis_window,
    pad_end: bool = False,
    norm: str | None = None,
    name: str | None = None,
) -> Any:
    """The modified cosine transform of windows that overlap by half.

    Args:
        signals: A floating tensor.
        frame_length: The windows' length, a multiple of 4.
        window_fn: A function that gives the windows' weights; `None` for `1/sqrt(2)`.
        pad_end: Whether to fill the last windows.
        norm: `"ortho"` or `None`.
        name: Kept for TensorFlow's signature.
    """
    x, length = operand(signals, "signal.mdct", "floating"), int(frame_length)
    half = length // 2
    parts = spectra.frame(x, length, half, bool(pad_end), 0.0)
    parts = math.multiply(parts, _weights(window_fn, length, x.dtype))
    a, b, c, d = shapes.split(parts, 4, -1)
    first = math.negative(math.add(shapes.flip(c, -1), d))
    folded = shapes.concatenate([first, math.subtract(a, shapes.flip(b, -1))], -1)
    return spectra.dct(folded, 4, norm == "ortho")


def inverse_mdct(
    mdcts: Any,
    window_fn: Any = vorbis_window,
    norm: str | None = None,
    name: str | None = None,
) -> Any:
    """The inverse of `mdct`.

    Args:
        mdcts: A floating tensor `(..., windows, frame_length / 2)`.
        window_fn: The same as for `mdct`.
        norm: The same as for `mdct`.
        name: Kept for TensorFlow's signature.
    """
    x = operand(mdcts, "signal.inverse_mdct", "floating")
    half = x.shape[-1]
    folded = spectra.dct(x, 4, norm == "ortho")
    if norm != "ortho":
        folded = math.multiply(folded, 0.5 / half)
    first, second = shapes.split(folded, 2, -1)
    turned = math.negative(shapes.flip(first, -1))
    parts = [second, math.negative(shapes.flip(second, -1)), turned]
    whole = shapes.concatenate([*parts, math.negative(first)], -1)
    whole = math.multiply(whole, _weights(window_fn, 2 * half, x.dtype))
    return spectra.overlap_and_add(whole, half)


def _weights(window_fn: Any, length: int, dtype: Any) -> Any:
    if window_fn is None:
        return convert(np.full(length, np.sqrt(0.5)), dtype)
    return cast(window_fn(length, dtype=dtype), dtype.name)


__getattr__ = absent(__name__)
