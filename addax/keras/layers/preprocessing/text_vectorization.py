"""`TextVectorization`: texts to numbers of words."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import Array, Tensor, convert
from addax.core.host import host_op
from addax.keras.layers.preprocessing.adapting import AdaptedLayer
from addax.keras.layers.preprocessing.encoding import one_of
from addax.keras.layers.preprocessing.string_lookup import StringLookup
from addax.keras.layers.preprocessing.widths import width
from addax.keras.serialization import public
from addax.ops.ragged import RaggedTensor
from addax.ops.ragged.partition import from_lengths
from addax.ops.strings import tokens

_MODES = ("int", "one_hot", "multi_hot", "count", "tf_idf")


@public("keras.layers")
class TextVectorization(AdaptedLayer):
    """Turns texts into the indices of their words, or counts of them.

    A text is standardised, split into words, grouped into n-grams; then they are
    looked up in a vocabulary that is given or learned by `adapt` (see `StringLookup`).

    Args:
        max_tokens: The greatest size of the vocabulary, special tokens included.
        standardize: `"lower_and_strip_punctuation"`, `"lower"` (ASCII letters),
            `"strip_punctuation"`, `None`, or a function from a tensor of strings to
            another.
        split: `"whitespace"`, `"character"`, `None`, or a function from a tensor of
            strings to a ragged tensor of words.
        ngrams: The greatest number of neighbouring words to join, or a tuple of the
            numbers; words alone if not given.
        output_mode: `"int"` for indices, `"multi_hot"`, `"count"`, or `"tf_idf"`.
        output_sequence_length: In mode `"int"`, how many indices each text gives;
            short ones are padded with 0, long ones cut off.
        pad_to_max_tokens: Whether encodings are `max_tokens` wide even if the
            vocabulary is smaller.
        vocabulary: The words, as a list, an array, or a file with one a line.
        idf_weights: Their weights, for mode `"tf_idf"`.
        sparse: Whether to return a sparse tensor, where the values are known.
        ragged: Whether to return a ragged tensor, in mode `"int"`.
        encoding: How strings are encoded.
        name: A name.
        **kwargs: `dtype`.

    Raises:
        ValueError: If the arguments contradict each other.

    Example:

    >>> from addax import keras
    >>> layer = keras.layers.TextVectorization(output_sequence_length=4)
    >>> layer.adapt(["The cat sat.", "The cat!"])
    >>> layer.get_vocabulary()
    ['', '[UNK]', 'the', 'cat', 'sat']
    >>> layer(["the dog sat"]).numpy().tolist()
    [[2, 1, 4, 0]]
    """

    config_without = frozenset((*AdaptedLayer.config_without, "vocabulary"))
    config_ignores = frozenset(("vocabulary_size",))

    def __init__(
        self,
        max_tokens: int | None = None,
        standardize: Any = "lower_and_strip_punctuation",
        split: Any = "whitespace",
        ngrams: Any = None,
        output_mode: str = "int",
        output_sequence_length: int | None = None,
        pad_to_max_tokens: bool = False,
        vocabulary: Any = None,
        idf_weights: Any = None,
        sparse: bool = False,
        ragged: bool = False,
        encoding: str = "utf-8",
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.max_tokens = max_tokens
        self.standardize = _choice("standardize", standardize, tokens.STANDARDIZE)
        self.split = _choice("split", split, tokens.SPLIT)
        self.ngrams = tuple(ngrams) if isinstance(ngrams, list) else ngrams
        self.output_mode = one_of("output_mode", output_mode, _MODES)
        self.output_sequence_length = output_sequence_length
        self.pad_to_max_tokens = pad_to_max_tokens
        self.idf_weights = idf_weights
        self.sparse = sparse
        self.ragged = ragged
        self.encoding = encoding
        self._check()
        self._lookup_layer = StringLookup(
            max_tokens=max_tokens,
            mask_token="",
            vocabulary=vocabulary,
            idf_weights=idf_weights,
            output_mode=output_mode,
            pad_to_max_tokens=pad_to_max_tokens,
            sparse=sparse,
            encoding=encoding,
        )
        self.built = True

    def _check(self) -> None:
        sizes = self.ngrams
        if not (
            sizes is None
            or isinstance(sizes, int)
            or (isinstance(sizes, tuple) and all(isinstance(n, int) for n in sizes))
        ):
            raise ValueError(
                explain(
                    "`ngrams` is None, a whole number, or a tuple of such.",
                    received={"ngrams": sizes},
                )
            )
        whole = {
            "output_sequence_length": self.output_sequence_length,
            "ragged": self.ragged,
        }
        for name, value in whole.items():
            if value and self.output_mode != "int":
                raise ValueError(
                    explain(
                        f"`{name}` goes with output_mode='int' only.",
                        received={name: value, "output_mode": self.output_mode},
                        why="The other modes give each text a row of one width.",
                    )
                )

    @property
    def input_dtype(self) -> str:
        """The type of the inputs."""
        return "string"

    # Vocabulary

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[str]:
        """The vocabulary, the word with index 0 first.

        Args:
            include_special_tokens: Whether padding and `[UNK]` belong to it.
        """
        return self._lookup_layer.get_vocabulary(include_special_tokens)

    def vocabulary_size(self) -> int:
        """How many indices there are, padding and `[UNK]` included."""
        return self._lookup_layer.vocabulary_size()

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Replaces the vocabulary.

        Args:
            vocabulary: The words, or a file with one a line.
            idf_weights: Their weights, for mode `"tf_idf"`.
        """
        self._lookup_layer.set_vocabulary(vocabulary, idf_weights)

    # Learning

    def reset_state(self) -> None:
        """Forgets what was learned."""
        self._lookup_layer.reset_state()

    def update_state(self, data: Any) -> None:
        """Learns from one batch of texts."""
        self._lookup_layer.learn(self._words(_texts(np.asarray(data))))

    def finalize_state(self) -> None:
        """Makes what was learned take effect."""
        self._lookup_layer.finalize_state()

    # Calling

    def call(self, inputs: Any) -> Any:
        """The indices or counts for a batch of texts.

        Args:
            inputs: Strings `(batch,)`, `(batch, 1)`, or one alone.
        """
        if self.ragged:
            rows = self._words(_texts(np.asarray(inputs)))
            limit = self.output_sequence_length
            rows = [row[:limit] for row in rows]
            ids = self._lookup_layer.table.find(tokens.flat(rows))
            return RaggedTensor(convert(ids), from_lengths([len(row) for row in rows]))
        if self.split is None:
            ids = self._lookup_layer._find(_standardized(inputs, self))
        else:
            ids = _vectorized(inputs, self)
        return self._lookup_layer.encode(ids)

    def _standard(self, texts: Any) -> list[bytes]:
        how = self.standardize
        if callable(how):
            return np.asarray(how(Tensor(texts))).ravel().tolist()
        flat = texts.ravel().tolist()
        return flat if how is None else list(map(tokens.STANDARDIZE[how], flat))

    def _words(self, texts: Any) -> tokens.Rows:
        """The words (or n-grams) of each of an array of texts."""
        standard = self._standard(texts)
        if callable(self.split):
            rows = _to_rows(self.split(convert(np.array(standard, object))))
        elif self.split is None:
            rows = [[text] for text in standard]
        else:
            rows = list(map(tokens.SPLIT[self.split], standard))
        if self.ngrams is None:
            return rows
        most = self.ngrams
        sizes = range(1, most + 1) if isinstance(most, int) else most
        return tokens.with_ngrams(rows, [*sizes])

    # Saving

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, in serialisable form."""
        inner = self._lookup_layer.get_config()
        names = ("vocabulary", "idf_weights", "vocabulary_size")
        return super().get_config() | {name: inner[name] for name in names}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> TextVectorization:
        """Makes a layer from what `get_config` returned."""
        layer = super().from_config(config)
        inner = layer._lookup_layer
        inner._size_to_come = config.get("vocabulary_size") or inner._size_to_come
        return layer

    def get_build_config(self) -> dict[str, Any]:
        """Nothing: the layer needs no shapes."""
        return {}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Nothing: the layer needs no shapes."""

    def save_own_variables(self, store: Any) -> None:
        """Writes the weights of mode `"tf_idf"`."""
        self._lookup_layer.save_own_variables(store)

    def load_own_variables(self, store: Any) -> None:
        """Reads the weights of mode `"tf_idf"`."""
        self._lookup_layer.load_own_variables(store)

    def save_assets(self, dir_path: Any) -> None:
        """Writes a learned vocabulary, one word a line."""
        self._lookup_layer.save_assets(dir_path)

    def load_assets(self, dir_path: Any) -> None:
        """Reads what `save_assets` wrote."""
        self._lookup_layer.load_assets(dir_path)


def _choice(name: str, value: Any, known: Any) -> Any:
    return value if value is None or callable(value) else one_of(name, value, (*known,))


def _texts(array: Any) -> Any:
    """A batch of texts as a vector.

    Raises:
        ValueError: If a sample has several texts.
    """
    if (array.ndim > 1 and array.shape[-1] != 1) or array.ndim > 2:
        raise ValueError(
            explain(
                "TextVectorization takes one text a sample: a vector of strings, or a "
                "matrix with one column.",
                received={"inputs": array},
                fix="layer(x[:, 0]) for one of the columns",
            )
        )
    return array.reshape(-1)


def _size(x: Any, layer: TextVectorization) -> Any:
    rows = () if not len(x.shape) else (x.shape[0],)
    return (*rows, layer.output_sequence_length), "int64"


@host_op(_size)
def _vectorized(x: Array, layer: Any) -> Any:
    rows = layer._words(_texts(x))
    lookup = layer._lookup_layer
    fill = 0 if layer.output_mode == "int" else -1
    length = layer.output_sequence_length
    if length is None:
        length = width(max(map(len, rows), default=0))
    ids = tokens.padded(rows, lookup.table.find, length, fill)
    return ids if x.ndim else ids[0]


@host_op(lambda x, layer: (x.shape, "string"))
def _standardized(x: Array, layer: Any) -> Any:
    out = np.empty(x.shape, object)
    out[...] = np.array(layer._standard(x), object).reshape(x.shape)
    return out


def _to_rows(words: Any) -> tokens.Rows:
    """The rows of a ragged tensor of words, or of a dense one."""
    if isinstance(words, RaggedTensor) and words.ragged_rank > 1:
        words = words.merge_dims(1, words.ragged_rank)
    if isinstance(words, RaggedTensor):
        flat, ends = words.flat_values.tolist(), words.row_splits.tolist()
        return [flat[a:b] for a, b in pairwise(ends)]
    array = np.asarray(words)
    return array.reshape(len(array), -1).tolist()
