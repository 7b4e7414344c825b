"""`audio_dataset_from_directory`: sounds in folders named after classes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import TensorSpec
from addax.data.audio import decode_wav
from addax.keras.utils import directories


def audio_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Sequence[str] | None = None,
    batch_size: int | None = 32,
    sampling_rate: int | None = None,
    output_sequence_length: int | None = None,
    ragged: bool = False,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    verbose: bool = True,
) -> Any:
    """A dataset of the `.wav` files in a folder that has a folder for each class.

    Args:
        directory: The folder.
        labels: `"inferred"` from the folders' names, `None` for no labels, or a list
            of labels in the order of the files.
        label_mode: `"int"`, `"categorical"` (one-hot rows), `"binary"` (a 0 or 1 of
            two classes) or `None` for no labels.
        class_names: The folders' names, in the order of the labels; sorted if not
            given.
        batch_size: How many sounds go into one batch; single ones if `None`.
        sampling_rate: The rate that sounds are brought to; as they are if not given.
        output_sequence_length: How many samples to give: zeros are added, or later
            ones left out. If not given, a batch is padded to its longest sound.
        ragged: Whether batches are ragged tensors instead of padded.
        shuffle: Whether each pass has another order; sorted by name otherwise.
        seed: A seed for the order, and for the split.
        validation_split: The fraction of the files that is kept for validation.
        subset: `"training"`, `"validation"`, or `"both"` for a pair of datasets.
        follow_links: Whether to go into linked folders.
        verbose: Whether to print how many files there are.

    Returns:
        A `tf.data.Dataset` of float32 sounds `(samples, channels)` between -1 and 1,
        with their labels, which has attributes `class_names` and `file_paths`.

    Raises:
        ValueError: If arguments are wrong, or there are no sounds.
        FileNotFoundError: If there is no such folder.
    """
    directories.check_arguments(
        labels, label_mode, class_names, shuffle, seed, validation_split, subset
    )
    if ragged and output_sequence_length is not None:
        raise ValueError(
            explain(
                "Ragged batches keep the sounds' own lengths.",
                received={
                    "ragged": True,
                    "output_sequence_length": output_sequence_length,
                },
            )
        )
    length = -1 if output_sequence_length is None else int(output_sequence_length)

    def read(path: str) -> np.ndarray[Any, Any]:
        audio, rate = decode_wav(Path(path).read_bytes(), samples=-1)
        if sampling_rate is not None and rate != sampling_rate:
            audio = _resampled(audio, int(rate), int(sampling_rate))
        if length < 0:
            return audio
        audio = audio[:length]
        return np.pad(audio, ((0, length - len(audio)), (0, 0)))

    def make(part: directories.Samples) -> Any:
        open_ended = length < 0 and batch_size is not None
        made = directories.make_dataset(
            part,
            read,
            TensorSpec((None if length < 0 else length, None), "float32"),
            label_mode=label_mode,
            batch_size=None if open_ended else batch_size,
            shuffle=shuffle,
            seed=seed,
        )
        if not open_ended:
            return made
        batches = (
            made.ragged_batch(batch_size) if ragged else made.padded_batch(batch_size)
        )
        batches.class_names, batches.file_paths = part.class_names, part.paths
        return batches

    samples = directories.find_samples(
        directory, labels, (".wav",), class_names, follow_links, verbose
    )
    seed = int(np.random.randint(10**6)) if seed is None else seed
    samples = samples.shuffled(seed) if shuffle else samples
    return directories.split_datasets(samples, make, subset, validation_split, verbose)


def _resampled(
    audio: np.ndarray[Any, Any], rate: int, wanted: int
) -> np.ndarray[Any, Any]:
    """The sound at another rate, through its spectrum: frequencies above the new limit
    are left out, so that they do not come back as others."""
    n = max(1, round(len(audio) * wanted / rate))
    spectrum = np.fft.rfft(audio, axis=0)[: n // 2 + 1]
    made = np.fft.irfft(spectrum, n, axis=0) * (n / len(audio))
    return made.astype(np.float32)
