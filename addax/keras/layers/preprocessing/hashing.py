"""`Hashing` and `HashedCrossing`: categories without a vocabulary."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import Array
from addax.core.dtypes import floatx
from addax.core.host import host_op, same_shape
from addax.keras.layers.checks import positive
from addax.keras.layers.layer import Layer
from addax.keras.layers.preprocessing.adapting import as_tensor
from addax.keras.layers.preprocessing.encoding import encoded, one_of
from addax.keras.serialization import public
from addax.ops import shape
from addax.ops.strings import crossing, lookup

_MODES = ("int", "one_hot", "multi_hot", "count")


def _whole(name: str, output_mode: str, dtype: Any) -> Any:
    """The layer's type: a whole one in mode `"int"`.

    Raises:
        ValueError: If another is asked for.
    """
    if output_mode != "int":
        return floatx() if dtype is None else dtype
    if dtype is not None and "int" not in str(getattr(dtype, "name", dtype)):
        raise ValueError(
            explain(
                f"{name} makes whole numbers in mode 'int'.",
                received={"output_mode": output_mode, "dtype": dtype},
                fix=f"{name}(..., dtype='int64')",
            )
        )
    return "int64" if dtype is None else dtype


@public("keras.layers")
class Hashing(Layer):
    """Spreads strings or whole numbers over bins by their hash.

    Args:
        num_bins: How many bins there are; with a mask, bin 0 is for that.
        mask_value: A value that stands for nothing and gets bin 0.
        salt: A key, one number or two: SipHash is used then, else FarmHash.
        output_mode: `"int"` for the bin, or `"one_hot"`, `"multi_hot"`, `"count"`, as
            `CategoryEncoding` makes of it.
        sparse: Whether to return a sparse tensor, where the values are known.
        **kwargs: `name`, `dtype`.

    Raises:
        ValueError: For another mode, or a type that does not fit it.

    Example:

    >>> from addax import keras
    >>> layer = keras.layers.Hashing(num_bins=3)
    >>> layer([["A"], ["B"], ["C"], ["D"], ["E"]]).numpy().ravel().tolist()
    [1, 0, 1, 1, 2]
    """

    def __init__(
        self,
        num_bins: int,
        mask_value: Any = None,
        salt: Any = None,
        output_mode: str = "int",
        sparse: bool = False,
        **kwargs: Any,
    ) -> None:
        one_of("output_mode", output_mode, _MODES)
        dtype = _whole("Hashing", output_mode, kwargs.pop("dtype", None))
        super().__init__(dtype=dtype, **kwargs)
        self.num_bins = positive("num_bins", num_bins)
        self.mask_value = mask_value
        self.salt = [salt, salt] if isinstance(salt, int) else salt
        self.output_mode = output_mode
        self.sparse = sparse
        self.supports_masking = True
        self.built = True
        first = mask_value is not None and self.num_bins > 1
        place = lookup.by_hash(self.salt)
        self._buckets = lookup.Buckets(int(first), self.num_bins - first, place)
        self._mask_key = b"" if mask_value is None else _key(mask_value)

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        return super().__call__(as_tensor(inputs), *args, **kwargs)

    def call(self, inputs: Any) -> Any:
        """The bin of each value, or its encoding."""
        bins = _bins(inputs, self)
        return encoded(
            bins, self.num_bins, self.output_mode, self.sparse, self.compute_dtype
        )


def _key(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@host_op(same_shape("int64"), name="hash_to_bins")
def _bins(x: Array, layer: Any) -> Any:
    keys = lookup.as_bytes(x)
    found = np.broadcast_to(layer._buckets.of(keys), x.shape).astype("int64")
    if layer.mask_value is None:
        return found
    return np.where(keys == layer._mask_key, 0, found)


@public("keras.layers")
class HashedCrossing(Layer):
    """One category from several: the hash of their combination.

    Args:
        num_bins: How many bins there are.
        output_mode: `"int"` for the bin, or `"one_hot"`.
        sparse: Whether to return a sparse tensor, where the values are known.
        name: A name.
        dtype: The type; `"int64"` or, for rows, `floatx()` if not given.
        **kwargs: Kept for Keras's signature.

    Raises:
        ValueError: For another mode, or a type that does not fit it.

    Example:

    >>> from addax import keras
    >>> layer = keras.layers.HashedCrossing(num_bins=5)
    >>> layer((["A", "B", "A"], [101, 101, 102])).shape
    TensorShape([3])
    """

    def __init__(
        self,
        num_bins: int,
        output_mode: str = "int",
        sparse: bool = False,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        one_of("output_mode", output_mode, ("int", "one_hot"))
        whole = _whole("HashedCrossing", output_mode, dtype)
        super().__init__(name=name, dtype=whole, **kwargs)
        self.num_bins = positive("num_bins", num_bins)
        self.output_mode = output_mode
        self.sparse = sparse
        self.built = True

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(inputs, (list, tuple)) or len(inputs) < 2:
            raise ValueError(
                explain(
                    "HashedCrossing joins at least two inputs.",
                    received={"inputs": inputs},
                    fix="layer((first, second))",
                )
            )
        given = tuple(as_tensor(x) for x in inputs)
        if any(x.dtype != "string" and not x.dtype.is_integer for x in given):
            raise ValueError(
                explain(
                    "HashedCrossing takes strings and whole numbers.",
                    received={"dtypes": [x.dtype.name for x in given]},
                    fix="keras.layers.Discretization turns other numbers into bins",
                )
            )
        return super().__call__(given, *args, **kwargs)

    def call(self, inputs: Any) -> Any:
        """The bin of each combination, or its encoding.

        Args:
            inputs: Several tensors of one shape: `()`, `(batch,)` or `(batch, 1)`.
        """
        bins = crossing.cross(list(inputs), self.num_bins)
        if self.output_mode == "one_hot" and not len(bins.shape):
            bins = shape.reshape(bins, (1,))
            rows = encoded(bins, self.num_bins, "one_hot", False, self.compute_dtype)
            return shape.reshape(rows, (self.num_bins,))
        return encoded(
            bins, self.num_bins, self.output_mode, self.sparse, self.compute_dtype
        )

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, in serialisable form."""
        return {
            "num_bins": self.num_bins,
            "output_mode": self.output_mode,
            "sparse": self.sparse,
            "name": self.name,
            "dtype": self.variable_dtype,
        }
