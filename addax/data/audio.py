"""WAV files of 16-bit samples: bytes to arrays and back."""

from __future__ import annotations

import io
import struct
from typing import Any

import numpy as np

from addax._base.errors import explain


def decode_wav(
    data: bytes, channels: int = -1, samples: int = -1
) -> tuple[np.ndarray[Any, Any], np.int32]:
    """The samples of a WAV file, between -1 and 1, and how many there are a second.

    Args:
        data: The file's contents.
        channels: How many channels to give: the last is repeated, or later ones are
            left out; -1 for what the file has.
        samples: How many samples to give: zeros are added, or later ones are left
            out; -1 for what the file has.

    Returns:
        A float32 array `(samples, channels)`, and the rate.

    Raises:
        ValueError: If it is no WAV file of 16-bit samples.
    """
    chunks = _chunks(data)
    if chunks is None or b"fmt " not in chunks or b"data" not in chunks:
        raise ValueError(
            explain(
                "These bytes are no WAV file.",
                received={"contents": data[:16]},
                fix="tf.io.read_file(path)  # the contents, not the name, of a file",
            )
        )
    kind, width, rate, _, _, bits = struct.unpack("<HHIIHH", chunks[b"fmt "][:16])
    if bits != 16 or kind not in (1, 0xFFFE):
        raise ValueError(
            explain(
                "Only WAV files of 16-bit samples can be decoded.",
                received={"bits": bits, "format": kind},
                fix="ffmpeg -i in.wav -c:a pcm_s16le out.wav",
            )
        )
    raw = chunks[b"data"]
    whole = np.frombuffer(raw[: len(raw) // (2 * width) * 2 * width], "<i2")
    audio = whole.reshape(-1, width).astype(np.float32) / 32768
    if channels > width:
        extra = np.repeat(audio[:, -1:], channels - width, axis=1)
        audio = np.concatenate([audio, extra], axis=1)
    elif channels > 0:
        audio = audio[:, :channels]
    if samples > len(audio):
        audio = np.pad(audio, ((0, samples - len(audio)), (0, 0)))
    elif samples >= 0:
        audio = audio[:samples]
    return audio, np.int32(rate)


def _chunks(data: bytes) -> dict[bytes, bytes] | None:
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        return None
    found, at = {}, 12
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        found.setdefault(name, data[at + 8 : at + 8 + size])
        at += 8 + size + size % 2
    return found


def encode_wav(audio: np.ndarray[Any, Any], rate: int) -> bytes:
    """A WAV file of samples between -1 and 1, an array `(samples, channels)`."""
    scaled = np.clip(np.round(np.asarray(audio) * 32767), -32768, 32767)
    raw = scaled.astype("<i2").tobytes()
    width = audio.shape[1]
    head = struct.pack("<HHIIHH", 1, width, rate, rate * width * 2, width * 2, 16)
    out = io.BytesIO()
    out.write(b"RIFF" + struct.pack("<I", 36 + len(raw)) + b"WAVE")
    out.write(b"fmt " + struct.pack("<I", 16) + head)
    out.write(b"data" + struct.pack("<I", len(raw)) + raw)
    return out.getvalue()
