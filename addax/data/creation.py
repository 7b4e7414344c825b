"""Datasets made from arrays, generators, files and other datasets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.data import nest
from addax.data.combine import Concatenate, Sampled, Selected, Zip
from addax.data.filesystem import matching, path_text
from addax.data.order import Shuffle
from addax.data.pipeline import made, stage_of
from addax.data.sources import (
    Counter,
    Generated,
    Random,
    Range,
    Rows,
    Single,
    signature_of,
)
from addax.data.stage import Stage
from addax.data.storage import load, nested


class Creation:
    """The functions of `Dataset` that make one."""

    @staticmethod
    def from_tensor_slices(tensors: Any, name: str | None = None) -> Any:
        """The rows of arrays, one element each.

        Args:
            tensors: An array, or a tuple or dictionary of arrays with equally many
                rows; lists become arrays.
            name: Kept for TensorFlow's signature.

        Raises:
            ValueError: If the arrays have no rows, or not equally many.

        Example:

        >>> from addax import tf
        >>> dataset = tf.data.Dataset.from_tensor_slices(([1, 2], ["a", "b"]))
        >>> list(dataset.as_numpy_iterator())
        [(np.int32(1), b'a'), (np.int32(2), b'b')]
        """
        return made(Rows(tensors))

    @staticmethod
    def from_tensors(tensors: Any, name: str | None = None) -> Any:
        """One element: the whole of `tensors`."""
        return made(Single(tensors))

    @staticmethod
    def from_generator(
        generator: Callable[..., Any],
        output_types: Any = None,
        output_shapes: Any = None,
        args: Any = None,
        output_signature: Any = None,
        name: str | None = None,
    ) -> Any:
        """What a Python generator yields.

        Args:
            generator: A function that makes the generator, called for each pass.
            output_types: The types of the elements (the older form).
            output_shapes: Their shapes (the older form).
            args: Arguments for `generator`, given as NumPy arrays.
            output_signature: `tf.TensorSpec`s of the elements, which are checked.
            name: Kept for TensorFlow's signature.

        Raises:
            TypeError: If `generator` is no function.

        Example:

        >>> from addax import tf
        >>> def count(stop):
        ...     yield from range(stop)
        >>> dataset = tf.data.Dataset.from_generator(
        ...     count, args=[3], output_signature=tf.TensorSpec((), tf.int32))
        >>> [int(x) for x in dataset]
        [0, 1, 2]
        """
        signature = signature_of(output_signature, output_types, output_shapes)
        return made(Generated(generator, tuple(args or ()), signature))

    @staticmethod
    def range(*args: Any, **kwargs: Any) -> Any:
        """Whole numbers: `range(stop)`, `range(start, stop)` or with a step.

        Args:
            *args: As for Python's `range`.
            **kwargs: `output_type`, of `int64` if not given.
        """
        return made(Range(*args, dtype=kwargs.get("output_type") or "int64"))

    @staticmethod
    def counter(
        start: Any = 0, step: Any = 1, dtype: Any = "int64", name: str | None = None
    ) -> Any:
        """Whole numbers from `start` on, without an end."""
        return made(Counter(start, step, dtype))

    @staticmethod
    def random(
        seed: int | None = None,
        rerandomize_each_iteration: bool | None = None,
        name: str | None = None,
    ) -> Any:
        """Random whole numbers without an end."""
        return made(Random(seed, rerandomize_each_iteration is True))

    @staticmethod
    def list_files(
        file_pattern: Any,
        shuffle: bool | None = None,
        seed: int | None = None,
        name: str | None = None,
    ) -> Any:
        """The names of files that fit a pattern.

        Args:
            file_pattern: A pattern such as `"photos/*/*.jpg"`, or several.
            shuffle: Whether in random order, which they are if not told otherwise.
            seed: A seed for the order.
            name: Kept for TensorFlow's signature.

        Raises:
            FileNotFoundError: If no file fits.
        """
        names = matching(file_pattern)
        if not names:
            raise FileNotFoundError(
                explain(
                    "No file fits the pattern.",
                    received={"file_pattern": file_pattern},
                    fix="print(os.getcwd())  # relative patterns start from there",
                )
            )
        stage: Stage = Rows(np.array(names, object))
        if shuffle is not False:
            stage = Shuffle(stage, len(names), seed, None)
        return made(stage)

    @staticmethod
    def zip(*args: Any, datasets: Any = None, name: str | None = None) -> Any:
        """The n-th elements of several datasets together.

        Args:
            *args: Datasets, or one tuple or dictionary of them.
            datasets: The same (the older form).
            name: Kept for TensorFlow's signature.

        Raises:
            TypeError: If there is something else than datasets.
        """
        structure = datasets if not args else args[0] if len(args) == 1 else args
        structure = tuple(structure) if isinstance(structure, list) else structure
        return made(Zip(nest.map_leaves(stage_of, structure)))

    @staticmethod
    def sample_from_datasets(
        datasets: Any,
        weights: Any = None,
        seed: int | None = None,
        stop_on_empty_dataset: bool = False,
        rerandomize_each_iteration: bool | None = None,
    ) -> Any:
        """Elements of several datasets, drawn at random.

        Args:
            datasets: The datasets.
            weights: How often each is drawn from; all alike if not given. A dataset
                of probabilities is not supported.
            seed: A seed for the draws.
            stop_on_empty_dataset: Whether to end as soon as one has no more elements.
            rerandomize_each_iteration: Whether each pass draws anew.
        """
        stages = [stage_of(d) for d in datasets]
        again = rerandomize_each_iteration is not False
        return made(Sampled(stages, weights, seed, stop_on_empty_dataset, again))

    @staticmethod
    def choose_from_datasets(
        datasets: Any, choice_dataset: Any, stop_on_empty_dataset: bool = True
    ) -> Any:
        """Elements of several datasets, in the order of another's whole numbers.

        Args:
            datasets: The datasets.
            choice_dataset: A dataset of numbers, each naming one of `datasets`.
            stop_on_empty_dataset: Whether to end as soon as one has no more elements.
        """
        stages = [stage_of(d) for d in datasets]
        choices = stage_of(choice_dataset)
        return made(Selected(stages, choices, stop_on_empty_dataset))

    @staticmethod
    def load(
        path: Any,
        element_spec: Any = None,
        compression: str | None = None,
        reader_func: Callable[[Any], Any] | None = None,
        wait: bool = False,
    ) -> Any:
        """A dataset that `save` wrote.

        Args:
            path: The folder.
            element_spec: Kept for TensorFlow's signature; the folder tells.
            compression: Kept for TensorFlow's signature; the folder tells.
            reader_func: Makes one dataset of a dataset of the shards' datasets.
            wait: Kept for TensorFlow's signature.

        Raises:
            FileNotFoundError: If there is none.
        """
        shards = load(path_text(path))
        if reader_func is not None:
            return reader_func(nested(shards))
        stage = shards[0]
        for shard in shards[1:]:
            stage = Concatenate(stage, shard)
        return made(stage)
