"""`IntegerLookup`: whole numbers to indices, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import Tensor, scope
from addax.keras.layers.preprocessing.index_lookup import IndexLookup
from addax.keras.serialization import public
from addax.ops import math
from addax.ops.strings import lookup


@public("keras.layers")
class IntegerLookup(IndexLookup):
    """Turns whole numbers into the indices of a vocabulary.

    The vocabulary is given, or learned by `adapt`: the most frequent numbers come
    first, and equally frequent ones from great to small.

    Args:
        max_tokens: The greatest size of the vocabulary, special tokens included.
        num_oov_indices: How many indices numbers outside the vocabulary share; with 0
            such a number is an error.
        mask_token: A number that stands for nothing: index 0 in mode `"int"`, no entry
            in the others.
        oov_token: The number that stands for those outside when `invert` is set.
        vocabulary: The numbers, as a list, an array, or a file with one a line.
        vocabulary_dtype: `"int64"` or `"int32"`.
        idf_weights: Their weights, for mode `"tf_idf"`.
        invert: Whether to turn indices into numbers instead.
        output_mode: `"int"` for indices, `"one_hot"`, `"multi_hot"`, `"count"` (see
            `CategoryEncoding`), or `"tf_idf"`: counts times the inverse document
            frequency that `adapt` found.
        sparse: Whether to return a sparse tensor, where the values are known.
        pad_to_max_tokens: Whether encodings are `max_tokens` wide even if the
            vocabulary is smaller.
        oov_method: How numbers outside share the indices: `"floormod"`, by their
            remainder, or `"farmhash"`.
        salt: A key, one number or two, for another hash (SipHash), with `"farmhash"`.
        name: A name.
        **kwargs: `dtype`.

    Raises:
        ValueError: If the arguments contradict each other.

    Example:

    >>> from addax import keras
    >>> layer = keras.layers.IntegerLookup(vocabulary=[12, 36, 1138, 42])
    >>> layer([[12, 1138, 42], [42, 1000, 36]]).numpy().tolist()
    [[1, 3, 4], [4, 0, 2]]
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        mask_token: int | None = None,
        oov_token: int = -1,
        vocabulary: Any = None,
        vocabulary_dtype: str = "int64",
        idf_weights: Any = None,
        invert: bool = False,
        output_mode: str = "int",
        sparse: bool = False,
        pad_to_max_tokens: bool = False,
        oov_method: str = "floormod",
        salt: Any = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.max_tokens = max_tokens
        self.num_oov_indices = num_oov_indices
        self.mask_token = mask_token
        self.oov_token = oov_token
        self.vocabulary_dtype = vocabulary_dtype
        self.idf_weights = idf_weights
        self.invert = invert
        self.output_mode = output_mode
        self.sparse = sparse
        self.pad_to_max_tokens = pad_to_max_tokens
        self.oov_method = oov_method
        self.salt = salt
        if salt is not None and oov_method != "farmhash":
            raise ValueError(
                explain(
                    "`salt` goes with oov_method='farmhash' only.",
                    received={"salt": salt, "oov_method": oov_method},
                )
            )
        self._start(vocabulary, idf_weights, ("floormod", "farmhash"))

    @property
    def input_dtype(self) -> str:
        """The type of the inputs."""
        return self.vocabulary_dtype

    def _as_token(self, value: Any) -> int:
        return int(value)

    @property
    def table(self) -> tuple[Any, Any]:
        """The known numbers in ascending order, and their indices."""
        if self._table is None:
            self._require_vocabulary()
            first = len(self._specials)
            keys, indices = (
                list(self._tokens),
                list(range(first, self.vocabulary_size())),
            )
            if self.mask_token is not None:
                keys.append(int(self.mask_token))
                indices.append(0 if self._masked else -1)
            order = np.argsort(keys)
            table = [np.array(n, np.int64)[order] for n in (keys, indices)]
            if not self._tokens:  # shapes are being worked out
                return table[0], table[1]
            self._table = table[0], table[1]
        return self._table

    def _find(self, inputs: Any) -> Any:
        keys, indices = self.table
        start = int(self._masked and self.mask_token is not None)
        count = self.num_oov_indices
        if self.oov_method == "farmhash" and count > 1:
            found = lookup.lookup_numbers(inputs, keys, indices - 1, -2, 1)
            place = lookup.Buckets(start, count, lookup.by_hash(self.salt)).of
            return math.where(
                math.equal(found, -2), lookup.hash_numbers(inputs, place), found + 1
            )
        found = lookup.lookup_numbers(inputs, keys, indices, start, count)
        if not count and isinstance(found, Tensor) and scope.state.lift is None:
            unknown = np.asarray(inputs)[np.asarray(found) < 0]
            if len(unknown):
                lookup.Buckets(start, 0).of(unknown)
        return found

    def _token_at(self, inputs: Any) -> Any:
        self._require_vocabulary()
        numbers = np.array(self.get_vocabulary(), self.vocabulary_dtype)
        return lookup.numbers_at(inputs, numbers, int(self.oov_token))
