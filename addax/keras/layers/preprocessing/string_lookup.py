"""`StringLookup`: strings to indices, and back."""

from __future__ import annotations

from typing import Any

from addax.keras.layers.preprocessing.index_lookup import IndexLookup
from addax.keras.serialization import public
from addax.ops.strings import lookup


@public("keras.layers")
class StringLookup(IndexLookup):
    """Turns strings into the indices of a vocabulary.

    The vocabulary is given, or learned by `adapt`: the most frequent strings come
    first, and equally frequent ones from Z to A.

    Args:
        max_tokens: The greatest size of the vocabulary, special tokens included.
        num_oov_indices: How many indices strings outside the vocabulary share; with 0
            such a string is an error.
        mask_token: A string that stands for nothing: index 0 in mode `"int"`, no
            entry in the others.
        oov_token: The string that stands for those outside when `invert` is set.
        vocabulary: The strings, as a list, an array, or a file with one a line.
        idf_weights: Their weights, for mode `"tf_idf"`.
        invert: Whether to turn indices into strings instead.
        output_mode: `"int"` for indices, `"one_hot"`, `"multi_hot"`, `"count"` (see
            `CategoryEncoding`), or `"tf_idf"`: counts times the inverse document
            frequency that `adapt` found.
        pad_to_max_tokens: Whether encodings are `max_tokens` wide even if the
            vocabulary is smaller.
        sparse: Whether to return a sparse tensor, where the values are known.
        encoding: How strings are encoded.
        name: A name.
        oov_method: How strings outside share the indices: by FarmHash.
        salt: A key, one number or two, for another hash (SipHash).
        **kwargs: `dtype`.

    Raises:
        ValueError: If the arguments contradict each other.

    Example:

    >>> from addax import keras
    >>> layer = keras.layers.StringLookup(vocabulary=["a", "b", "c"])
    >>> layer([["a", "c"], ["z", "b"]]).numpy().tolist()
    [[1, 3], [0, 2]]
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        mask_token: str | None = None,
        oov_token: str = "[UNK]",
        vocabulary: Any = None,
        idf_weights: Any = None,
        invert: bool = False,
        output_mode: str = "int",
        pad_to_max_tokens: bool = False,
        sparse: bool = False,
        encoding: str = "utf-8",
        name: str | None = None,
        oov_method: str = "floormod",
        salt: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.max_tokens = max_tokens
        self.num_oov_indices = num_oov_indices
        self.mask_token = mask_token
        self.oov_token = oov_token
        self.idf_weights = idf_weights
        self.invert = invert
        self.output_mode = output_mode
        self.pad_to_max_tokens = pad_to_max_tokens
        self.sparse = sparse
        self.encoding = encoding
        self.oov_method = oov_method
        self.salt = salt
        self._start(vocabulary, idf_weights, ("floormod", "farmhash"))

    @property
    def input_dtype(self) -> str:
        """The type of the inputs."""
        return "int64" if self.invert else "string"

    def _as_token(self, value: Any) -> bytes:
        text = isinstance(value, (bytes, bytearray))
        return bytes(value) if text else str(value).encode(self.encoding)

    def _shown(self, token: bytes) -> str:
        return token.decode(self.encoding, "replace")

    @property
    def table(self) -> lookup.StringTable:
        """The index of each string, as it is looked up."""
        if self._table is None:
            self._require_vocabulary()
            masked = self._masked and self.mask_token is not None
            first = len(self._specials)
            indices = list(range(first, first + len(self._tokens)))
            keys = list(self._tokens)
            if self.mask_token is not None:
                keys.append(self._as_token(self.mask_token))
                indices.append(0 if masked else -1)
            place = lookup.by_hash(self.salt)
            others = lookup.Buckets(int(masked), self.num_oov_indices, place)
            self._table = lookup.StringTable(keys, indices, others)
        return self._table

    def _find(self, inputs: Any) -> Any:
        return lookup.lookup_strings(inputs, Later(self))

    def _token_at(self, inputs: Any) -> Any:
        self._require_vocabulary()
        default = self._as_token(self.oov_token)
        tokens = [self._as_token(t) for t in self._specials] + self._tokens
        return lookup.strings_at(inputs, tuple(tokens), default)


class Later:
    """A layer's table, made when it is used: symbolic calls need no vocabulary."""

    def __init__(self, layer: StringLookup) -> None:
        self._layer = layer

    def find(self, strings: Any) -> Any:
        """The indices of a list of strings."""
        return self._layer.table.find(strings)
