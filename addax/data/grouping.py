"""The methods of `Dataset` that put elements together or take them apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from addax._base.errors import explain
from addax.data.batching import Batch, PaddedBatch, RaggedBatch, Unbatch
from addax.data.pipeline import Pipeline
from addax.data.stage import RandomState
from addax.data.windows import (
    GroupByWindow,
    Resampled,
    Window,
    bucket_function,
    bucket_shapes,
)


class Grouping(Pipeline):
    """Batches, windows, groups."""

    def batch(
        self,
        batch_size: Any,
        drop_remainder: bool = False,
        num_parallel_calls: int | None = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> Any:
        """Consecutive elements along a new first axis.

        Args:
            batch_size: How many elements go into one.
            drop_remainder: Whether the last elements are left out if they are fewer.
            num_parallel_calls: Kept for TensorFlow's signature.
            deterministic: Kept for TensorFlow's signature.
            name: Kept for TensorFlow's signature.

        Raises:
            ValueError: When elements differ in shape.
        """
        return self._with(Batch(self._stage, batch_size, drop_remainder))

    def padded_batch(
        self,
        batch_size: Any,
        padded_shapes: Any = None,
        padding_values: Any = None,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Any:
        """Consecutive elements of different shapes, padded to a common one.

        Args:
            batch_size: How many elements go into one.
            padded_shapes: The shapes to pad to, with `None` for the longest element
                of each batch; this for every axis if not given.
            padding_values: What is added; zero or the empty string if not given.
            drop_remainder: Whether the last elements are left out if they are fewer.
            name: Kept for TensorFlow's signature.

        Raises:
            ValueError: When an element is longer than its padded shape.
        """
        return self._with(
            PaddedBatch(
                self._stage, batch_size, padded_shapes, padding_values, drop_remainder
            )
        )

    def unbatch(self, name: str | None = None) -> Any:
        """The rows of each element."""
        return self._with(Unbatch(self._stage))

    def rebatch(
        self, batch_size: Any, drop_remainder: bool = False, name: str | None = None
    ) -> Any:
        """The rows of batches, in batches of another size."""
        return self.unbatch().batch(batch_size, drop_remainder)

    def window(
        self,
        size: Any,
        shift: Any = None,
        stride: Any = 1,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Any:
        """Datasets of consecutive elements.

        Args:
            size: How many elements one holds.
            shift: From the start of one to that of the next; `size` if not given.
            stride: From one element to the next in a window.
            drop_remainder: Whether the last windows are left out if they are smaller.
            name: Kept for TensorFlow's signature.

        Example:

        >>> from addax import tf
        >>> windows = tf.data.Dataset.range(5).window(3, shift=1, drop_remainder=True)
        >>> for x in windows.flat_map(lambda window: window.batch(3)):
        ...     print(x.numpy())
        [0 1 2]
        [1 2 3]
        [2 3 4]
        """
        return self._with(Window(self._stage, size, shift, stride, drop_remainder))

    def group_by_window(
        self,
        key_func: Callable[..., Any],
        reduce_func: Callable[..., Any],
        window_size: int | None = None,
        window_size_func: Callable[..., Any] | None = None,
        name: str | None = None,
    ) -> Any:
        """Groups of elements with one key.

        Args:
            key_func: An element's key, a whole number.
            reduce_func: Makes a dataset of a key and the dataset of its elements.
            window_size: How many elements make a group.
            window_size_func: The same, as a function of the key.
            name: Kept for TensorFlow's signature.

        Raises:
            ValueError: If not exactly one of the sizes is given.
        """
        if (window_size is None) == (window_size_func is None):
            raise ValueError(
                explain(
                    "Give either window_size or window_size_func.",
                    received={
                        "window_size": window_size,
                        "window_size_func": window_size_func,
                    },
                )
            )
        size_of: Callable[[int], int] = lambda key: int(
            window_size if window_size_func is None else window_size_func(key)  # type: ignore[arg-type]
        )
        return self._with(GroupByWindow(self._stage, key_func, reduce_func, size_of))

    def bucket_by_sequence_length(
        self,
        element_length_func: Callable[..., Any],
        bucket_boundaries: Any,
        bucket_batch_sizes: Any,
        padded_shapes: Any = None,
        padding_values: Any = None,
        pad_to_bucket_boundary: bool = False,
        no_padding: bool = False,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Any:
        """Padded batches of elements of similar lengths.

        Args:
            element_length_func: An element's length.
            bucket_boundaries: The lengths at which a new bucket begins.
            bucket_batch_sizes: The batch size of each bucket, one more than boundaries.
            padded_shapes: See `padded_batch`.
            padding_values: See `padded_batch`.
            pad_to_bucket_boundary: Whether to pad to one less than the bucket's
                boundary instead of to the longest element.
            no_padding: Whether to batch without padding.
            drop_remainder: Whether smaller batches are left out.
            name: Kept for TensorFlow's signature.

        Raises:
            ValueError: If the numbers of boundaries and batch sizes do not match, or
                an element is longer than the last boundary that it is padded to.
        """
        bounds, sizes = list(bucket_boundaries), [int(n) for n in bucket_batch_sizes]
        if len(sizes) != len(bounds) + 1:
            raise ValueError(
                explain(
                    "There must be one batch size more than boundaries.",
                    received={
                        "bucket_boundaries": bounds,
                        "bucket_batch_sizes": sizes,
                    },
                    why="The last is for elements longer than all boundaries.",
                )
            )

        def together(key: Any, window: Any) -> Any:
            bucket = int(key)
            if no_padding:
                return window.batch(sizes[bucket], drop_remainder)
            shapes = padded_shapes
            if pad_to_bucket_boundary:
                shapes = bucket_shapes(window.element_spec, shapes, bounds, bucket)
            return window.padded_batch(
                sizes[bucket], shapes, padding_values, drop_remainder
            )

        bucket = bucket_function(element_length_func, bounds)
        return self.group_by_window(
            bucket, together, window_size_func=lambda key: sizes[int(key)]
        )

    def ragged_batch(
        self,
        batch_size: Any,
        drop_remainder: bool = False,
        row_splits_dtype: Any = "int64",
        name: str | None = None,
    ) -> Any:
        """Consecutive elements of different lengths as ragged tensors.

        Args:
            batch_size: How many elements go into one.
            drop_remainder: Whether the last elements are left out if they are fewer.
            row_splits_dtype: The type of the ragged tensors' row splits.
            name: Kept for TensorFlow's signature.
        """
        return self._with(
            RaggedBatch(self._stage, batch_size, drop_remainder, row_splits_dtype)
        )

    def rejection_resample(
        self,
        class_func: Callable[..., Any],
        target_dist: Any,
        initial_dist: Any = None,
        seed: int | None = None,
        name: str | None = None,
    ) -> Any:
        """Elements left out at random so that classes come as often as asked.

        Args:
            class_func: An element's class, a whole number.
            target_dist: How often each class is to come.
            initial_dist: How often each comes now; counted on the way if not given.
            seed: A seed for the draws.
            name: Kept for TensorFlow's signature.

        Returns:
            A dataset of pairs of the class and the element.
        """
        random = RandomState(seed)
        return self._with(
            Resampled(self._stage, class_func, target_dist, initial_dist, random)
        )
