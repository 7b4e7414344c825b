"""Files in folders named after classes: which there are, and their labels."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.data import Dataset
from addax.data.batching import Batch
from addax.data.order import Shuffle
from addax.data.sources import Rows
from addax.data.stage import AUTOTUNE
from addax.data.storage import Prefetch
from addax.data.transform import HostMap, Map
from addax.keras.utils.images import check_choice
from addax.keras.utils.numerical import to_categorical

LABEL_MODES = ("int", "categorical", "binary", None)
SUBSETS = ("training", "validation", "both", None)


@dataclass
class Samples:
    """Files with their labels.

    Attributes:
        paths: The files' names.
        labels: A whole number for each file; `None` without labels.
        class_names: The classes' names.
    """

    paths: list[str]
    labels: np.ndarray[Any, Any] | None
    class_names: list[str] | None

    def shuffled(self, seed: int) -> Samples:
        """The same in the order that Keras puts them in for a seed."""
        order = np.arange(len(self.paths))
        np.random.RandomState(seed).shuffle(order)
        labels = None if self.labels is None else self.labels[order]
        return Samples([self.paths[i] for i in order], labels, self.class_names)

    def part(self, subset: str | None, fraction: float | None) -> Samples:
        """The training or validation part: the last files are for validation."""
        if not fraction or subset is None:
            return self
        at = len(self.paths) - int(fraction * len(self.paths))
        where = slice(None, at) if subset == "training" else slice(at, None)
        labels = None if self.labels is None else self.labels[where]
        return Samples(self.paths[where], labels, self.class_names)


def find_samples(
    directory: Any,
    labels: Any,
    formats: Sequence[str],
    class_names: Sequence[str] | None = None,
    follow_links: bool = False,
    verbose: bool = True,
) -> Samples:
    """The files below a folder, with labels by the names of its folders.

    Args:
        directory: The folder.
        labels: `"inferred"`, `None`, or a list of labels in the order of the files.
        formats: The endings of the files that count.
        class_names: The folders' names, in the order of the labels.
        follow_links: Whether to go into linked folders.
        verbose: Whether to print how many files there are.

    Raises:
        ValueError: If there are no files, folders do not match `class_names`, or the
            number of labels is another than that of files.
    """
    root = os.path.expanduser(os.fspath(directory))
    if not os.path.isdir(root):
        raise FileNotFoundError(
            explain(
                "There is no such folder.",
                received={"directory": directory},
                why=f"The program runs in {os.getcwd()!r}.",
            )
        )
    inferred = isinstance(labels, str)
    if not inferred:
        paths = list(_files(root, formats, follow_links))
        names = None if class_names is None else list(class_names)
        made = None if labels is None else np.asarray(list(labels), np.int64)
        if made is not None and len(made) != len(paths):
            raise ValueError(
                explain(
                    "There must be one label for each file.",
                    received={"labels": len(made), "files": len(paths)},
                )
            )
        if made is not None and names is None:
            names = [str(i) for i in sorted(set(made.tolist()))]
    else:
        folders = sorted(e.name for e in os.scandir(root) if e.is_dir())
        if class_names is not None and sorted(class_names) != folders:
            raise ValueError(
                explain(
                    "`class_names` must be the names of the folders.",
                    received={"class_names": class_names, "folders": folders},
                )
            )
        names = folders if class_names is None else list(class_names)
        found = [
            list(_files(os.path.join(root, n), formats, follow_links)) for n in names
        ]
        paths = [path for each in found for path in each]
        made = np.repeat(np.arange(len(names)), [len(each) for each in found])
    if not paths:
        raise ValueError(
            explain(
                "There are no files of these formats.",
                received={"directory": directory, "formats": tuple(formats)},
                why="Each class has a folder of its own, with its files inside."
                if inferred
                else "",
                fix="labels=None  # for files without folders of classes",
            )
        )
    if verbose:
        classes = "" if names is None else f" belonging to {len(names)} classes"
        print(f"Found {len(paths)} files{classes}.")
    return Samples(paths, made, names)


def _files(root: str, formats: Sequence[str], follow_links: bool) -> Iterator[str]:
    walk = sorted(os.walk(root, followlinks=follow_links))
    for folder, _, names in walk:
        for name in sorted(names):
            if name.lower().endswith(tuple(formats)):
                yield os.path.join(folder, name)


def check_arguments(
    labels: Any,
    label_mode: Any,
    class_names: Any,
    shuffle: bool,
    seed: int | None,
    validation_split: float | None,
    subset: str | None,
) -> None:
    """Checks what the functions for images, texts and sounds have in common.

    Raises:
        ValueError: If arguments are wrong or contradict each other.
    """
    check_choice(label_mode, LABEL_MODES, "label_mode")
    listed = isinstance(labels, (list, tuple, np.ndarray))
    if not listed and labels not in ("inferred", None):
        raise ValueError(
            explain(
                "`labels` is 'inferred', None or a list of labels.",
                received={"labels": labels},
            )
        )
    if labels is None and label_mode is not None and class_names is not None:
        raise ValueError(
            explain(
                "Without labels there are no class names.",
                received={"labels": None, "class_names": class_names},
            )
        )
    check_choice(subset, SUBSETS, "subset")
    if validation_split is not None and not 0 < validation_split < 1:
        raise ValueError(
            explain(
                "`validation_split` is between 0 and 1.",
                received={"validation_split": validation_split},
            )
        )
    if (validation_split is None) != (subset is None):
        raise ValueError(
            explain(
                "`validation_split` and `subset` go together.",
                received={"validation_split": validation_split, "subset": subset},
                fix="validation_split=0.2, subset='training', seed=1",
            )
        )
    if validation_split and shuffle and seed is None:
        raise ValueError(
            explain(
                "A shuffled split needs a seed.",
                received={"validation_split": validation_split, "seed": None},
                why="Without one, files of the training part could come again in the "
                "validation part.",
                fix=["seed=1  # the same for both parts", "shuffle=False"],
            )
        )


def encode_labels(samples: Samples, label_mode: str | None) -> Any:
    """The labels as datasets give them; `None` without labels.

    Raises:
        ValueError: If `label_mode` is `"binary"` and there are not two classes.
    """
    if label_mode is None or samples.labels is None:
        return None
    names = samples.class_names or []
    if label_mode == "binary":
        if len(names) != 2:
            raise ValueError(
                explain(
                    "`label_mode='binary'` is for two classes.",
                    received={"class_names": names},
                    fix="label_mode='int'",
                )
            )
        return samples.labels.astype(np.float32)[:, None]
    if label_mode == "categorical":
        return to_categorical(samples.labels, len(names)).astype(np.float32)
    return samples.labels.astype(np.int32)


def make_dataset(
    samples: Samples,
    read: Callable[[str], Any],
    spec: Any,
    *,
    label_mode: str | None,
    batch_size: int | None,
    shuffle: bool,
    seed: int | None,
) -> Dataset:
    """A dataset of files' contents, and labels.

    Args:
        samples: The files.
        read: What a file's name stands for, as an array on the host.
        spec: What that looks like; `None` if `read` is made of operations, which say.
        label_mode: How labels are given.
        batch_size: How many samples go into one batch; none if `None`.
        shuffle: Whether each pass has another order.
        seed: A seed for the order.
    """
    names = np.array([os.fsencode(path) for path in samples.paths], object)
    labels = encode_labels(samples, label_mode)
    stage: Any = Rows(names if labels is None else (names, labels))
    if shuffle:
        # Only names are mixed, so all of them can be.
        stage = Shuffle(stage, len(names), seed, True)
    if spec is None:
        pair = lambda name, label: (read(name), label)
        stage = Map(stage, read if labels is None else pair, AUTOTUNE)
    elif labels is None:
        stage = HostMap(stage, lambda name: read(os.fsdecode(name)), spec, AUTOTUNE)
    else:
        both = (spec, stage.spec()[1])
        pair = lambda name, label: (read(os.fsdecode(name)), label)
        stage = HostMap(stage, pair, both, AUTOTUNE)
    if batch_size is not None:
        stage = Batch(stage, batch_size, False)
    dataset = Dataset(Prefetch(stage, AUTOTUNE))
    dataset.class_names = samples.class_names  # type: ignore[attr-defined]
    dataset.file_paths = samples.paths  # type: ignore[attr-defined]
    return dataset


def split_datasets(
    samples: Samples,
    make: Callable[[Samples], Dataset],
    subset: str | None,
    validation_split: float | None,
    verbose: bool,
) -> Any:
    """The dataset of a part of the files, or those of both parts."""
    if subset != "both":
        part = samples.part(subset, validation_split)
        if subset is not None and verbose:
            print(f"Using {len(part.paths)} files for {subset}.")
        return make(_not_empty(part, subset))
    parts = [samples.part(each, validation_split) for each in SUBSETS[:2]]
    if verbose:
        for part, name in zip(parts, SUBSETS, strict=False):
            print(f"Using {len(part.paths)} files for {name}.")
    return [make(_not_empty(p, s)) for p, s in zip(parts, SUBSETS, strict=False)]


def _not_empty(samples: Samples, subset: str | None) -> Samples:
    if not samples.paths:
        raise ValueError(
            explain("The split leaves this part empty.", received={"subset": subset})
        )
    return samples
