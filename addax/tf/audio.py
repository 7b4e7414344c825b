"""`tf.audio`: WAV files."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from addax.core.host import host_op
from addax.data import audio as wav
from addax.data.elements import HostArray
from addax.tf._advice import absent


class DecodeWav(NamedTuple):
    """What `decode_wav` returns.

    Attributes:
        audio: The samples.
        sample_rate: How many there are a second.
    """

    audio: Any
    sample_rate: Any


def _specs(contents: Any, channels: int, samples: int) -> Any:
    shape = (None if samples < 0 else samples, None if channels < 0 else channels)
    return [(shape, "float32"), ((), "int32")]


@host_op(_specs)
def wav_samples(contents: HostArray, channels: int, samples: int) -> Any:
    """The samples of a WAV file and their rate."""
    return list(wav.decode_wav(contents.item(), channels, samples))


@host_op(lambda audio, rate: ((), "string"))
def wav_contents(audio: HostArray, rate: HostArray) -> HostArray:
    """A WAV file's contents."""
    return wav.encode_wav(np.asarray(audio), int(rate))


def decode_wav(
    contents: Any,
    desired_channels: int = -1,
    desired_samples: int = -1,
    name: str | None = None,
) -> DecodeWav:
    """The samples of a WAV file, between -1 and 1.

    Args:
        contents: The file's contents, a string.
        desired_channels: How many channels to give; -1 for what the file has.
        desired_samples: How many samples to give, with zeros for those that are
            missing; -1 for what the file has.
        name: Kept for TensorFlow's signature.

    Returns:
        A named pair: `audio`, a float32 tensor `(samples, channels)`, and
        `sample_rate`.

    Raises:
        ValueError: If it is no WAV file of 16-bit samples.
    """
    return DecodeWav(
        *wav_samples(contents, int(desired_channels), int(desired_samples))
    )


def encode_wav(audio: Any, sample_rate: Any, name: str | None = None) -> Any:
    """A WAV file's contents of samples between -1 and 1, `(samples, channels)`."""
    return wav_contents(audio, sample_rate)


__getattr__ = absent(__name__)
