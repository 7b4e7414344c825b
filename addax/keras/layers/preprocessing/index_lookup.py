"""`IndexLookup`: what looking up strings and whole numbers has in common."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import as_dtype, cast, convert, scope
from addax.keras.layers.preprocessing import vocabulary as vocabularies
from addax.keras.layers.preprocessing.adapting import AdaptedLayer
from addax.keras.layers.preprocessing.encoding import encoded, maybe_sparse, one_of
from addax.keras.serialization.functions import refuse_in_safe_mode
from addax.keras.serialization.registry import in_safe_mode
from addax.ops import math

_MODES = ("int", "one_hot", "multi_hot", "count", "tf_idf")


class IndexLookup(AdaptedLayer):
    """Tokens and their indices.

    First comes the mask token (in mode `"int"`), then the indices of tokens that are
    not in the vocabulary, then those of the vocabulary. Subclasses say what tokens are.
    """

    max_tokens: int | None
    num_oov_indices: int
    mask_token: Any
    oov_token: Any
    invert: bool
    output_mode: str
    pad_to_max_tokens: bool
    sparse: bool
    oov_method: str

    config_without = frozenset((*AdaptedLayer.config_without, "vocabulary"))
    config_ignores = frozenset(("vocabulary_size", "has_input_vocabulary"))

    def _start(
        self, vocabulary: Any, idf_weights: Any, oov_methods: tuple[str, ...]
    ) -> None:
        """Checks the arguments, kept as attributes, and sets the vocabulary."""
        self._check(oov_methods)
        self._tokens: list[Any] = []
        self._idf: Any = None  # of the special tokens, too
        self._counts: vocabularies.TokenCounts | None = None
        self._table: Any = None
        self._size_to_come = len(self._specials)
        self.input_vocabulary: list[Any] | None = None
        self.built = True
        if isinstance(vocabulary, (str, Path)):
            if in_safe_mode() is not None:  # not files that a file names
                refuse_in_safe_mode(f"the path of a file to read, {str(vocabulary)!r}")
            vocabulary = vocabularies.read(vocabulary)
        if vocabulary is not None:
            self.set_vocabulary(vocabulary, idf_weights)
            self.input_vocabulary = list(self._given)
        elif idf_weights is not None:
            raise ValueError(
                explain(
                    "`idf_weights` goes with `vocabulary`.",
                    received={"idf_weights": idf_weights, "vocabulary": None},
                )
            )

    # What a subclass says

    def _as_token(self, value: Any) -> Any:
        """A token in the form that is looked up."""
        raise NotImplementedError

    def _shown(self, token: Any) -> Any:
        """A token as users see it."""
        return token

    def _find(self, inputs: Any) -> Any:
        """The index of each token."""
        raise NotImplementedError

    def _token_at(self, inputs: Any) -> Any:
        """The token at each index."""
        raise NotImplementedError

    # Vocabulary

    @property
    def _masked(self) -> bool:
        return self.output_mode == "int"

    @property
    def _specials(self) -> list[Any]:
        mask = [self.mask_token] if self._masked and self.mask_token is not None else []
        return mask + [self.oov_token] * self.num_oov_indices

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[Any]:
        """The vocabulary, the token with index 0 first.

        Args:
            include_special_tokens: Whether mask and out-of-vocabulary tokens belong
                to it.
        """
        tokens = [self._shown(t) for t in self._tokens]
        return self._specials + tokens if include_special_tokens else tokens

    def vocabulary_size(self) -> int:
        """How many indices there are, those of special tokens included."""
        return len(self._specials) + len(self._tokens)

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Replaces the vocabulary.

        Args:
            vocabulary: The tokens, or a file with one a line. Special tokens may be
                in front.
            idf_weights: The weight of each token, for mode `"tf_idf"`.

        Raises:
            ValueError: If tokens are repeated, there are too many, or weights are
                missing or of another number.
        """
        if isinstance(vocabulary, (str, Path)):
            vocabulary = vocabularies.read(vocabulary)
        given = [self._as_token(t) for t in vocabularies.to_list(vocabulary)]
        mask, oov = (
            None if t is None else self._as_token(t)
            for t in (self.mask_token, self.oov_token)
        )
        tokens, cut = vocabularies.without_specials(
            given, mask, oov, self.num_oov_indices, self._masked
        )
        room = None if self.max_tokens is None else self.max_tokens
        if room is not None and len(self._specials) + len(tokens) > room:
            raise ValueError(
                explain(
                    "The vocabulary is larger than `max_tokens`.",
                    received={
                        "max_tokens": room,
                        "size": len(self._specials) + len(tokens),
                    },
                    why="Mask and out-of-vocabulary tokens count, too.",
                )
            )
        if self.output_mode == "tf_idf":
            self._idf = self._all_weights(idf_weights, len(tokens), cut)
        elif idf_weights is not None:
            raise ValueError(
                explain(
                    "`idf_weights` goes with output_mode='tf_idf'.",
                    received={"output_mode": self.output_mode},
                )
            )
        self._given = [self._shown(t) for t in tokens]
        self.input_vocabulary = None
        self._tokens, self._table = tokens, None

    def _all_weights(self, weights: Any, count: int, cut: int) -> Any:
        """The weights of special tokens and tokens."""
        found = None if weights is None else np.asarray(weights, "float32")
        if found is None or len(found) not in (count, count + cut):
            raise ValueError(
                explain(
                    "Mode 'tf_idf' needs a weight for each token.",
                    received={"idf_weights": weights, "tokens": count},
                    fix="layer.adapt(data) learns them",
                )
            )
        if len(found) == count:
            front = [found.mean() if count else 0.0] * len(self._specials)
            found = np.concatenate([front, found]).astype("float32")
        return found

    @property
    def idf_weights_const(self) -> Any:
        """The weights of mode `"tf_idf"`, as a tensor."""
        return None if self._idf is None else convert(self._idf)

    # Learning

    def reset_state(self) -> None:
        """Forgets what was learned."""
        self._counts = None
        if self.input_vocabulary is None:
            self._tokens, self._table, self._idf = [], None, None

    def _counting(self) -> vocabularies.TokenCounts:
        if self.input_vocabulary is not None:
            raise ValueError(
                explain(
                    f"Layer {self.name!r} has a fixed vocabulary.",
                    received={"vocabulary": self.input_vocabulary},
                    fix=f"{type(self).__name__}()  # without vocabulary=, to adapt it",
                )
            )
        if self._counts is None:
            self._counts = vocabularies.TokenCounts(self.output_mode == "tf_idf")
        return self._counts

    def learn(self, rows: list[Any]) -> None:
        """Learns from documents, each a list of tokens."""
        self._counting().add(rows)

    def update_state(self, data: Any) -> None:
        """Learns from one batch."""
        array = np.asarray(data)
        if not array.ndim:
            array = array.reshape(1)
        self._counting().add_array(array)

    def finalize_state(self) -> None:
        """Makes what was learned take effect."""
        if self._counts is None:
            return
        special = {
            self._as_token(t)
            for t in (self.mask_token, self.oov_token)
            if t is not None
        }
        room = self.max_tokens
        if room is not None:
            room = max(room - len(self._specials), 0)
        tokens = self._counts.most_common(special, room)
        if self.output_mode == "tf_idf":
            weights = self._counts.inverse_frequencies(tokens)
            self._idf = self._all_weights(weights, len(tokens), 0)
        self._tokens, self._table, self._counts = tokens, None, None

    # Calling

    def call(self, inputs: Any) -> Any:
        """The indices of tokens, their encoding, or the tokens of indices."""
        if self.invert:
            return self._token_at(inputs)
        return self.encode(self._find(inputs))

    def encode(self, ids: Any) -> Any:
        """Indices in the layer's output mode."""
        mode = self.output_mode
        if mode == "int":
            kind = as_dtype(self.compute_dtype)
            whole = kind.name if kind.is_integer else "int64"
            return ids if ids.dtype == whole else cast(ids, whole)
        # A model that is being loaded is built before its vocabularies are read.
        depth = self.vocabulary_size() if self._tokens else self._size_to_come
        if self.pad_to_max_tokens and self.max_tokens is not None:
            depth = self.max_tokens
        if mode != "tf_idf":
            return encoded(ids, depth, mode, self.sparse, "int64")
        weights = np.zeros(depth, "float32")
        if self._idf is not None:
            weights[: len(self._idf)] = self._idf
        counts = encoded(ids, depth, "count", dtype="float32")
        return maybe_sparse(math.multiply(counts, weights), self.sparse)

    def _require_vocabulary(self) -> None:
        lift = scope.state.lift
        only_shapes = lift is not None and lift.unknown_size > 1
        if not self._tokens and not only_shapes:
            raise ValueError(
                explain(
                    f"Layer {self.name!r} has no vocabulary yet.",
                    received={"vocabulary": None},
                    fix=[
                        f"{self.name}.adapt(data)",
                        f"{type(self).__name__}(vocabulary=[...])",
                    ],
                )
            )

    # Checking

    def _check(self, oov_methods: tuple[str, ...]) -> None:
        one_of("output_mode", self.output_mode, _MODES)
        one_of("oov_method", self.oov_method, oov_methods)
        problem = self._problem()
        if problem:
            names = ("max_tokens", "num_oov_indices", "output_mode", "invert", "sparse")
            raise ValueError(
                explain(problem, received={name: getattr(self, name) for name in names})
            )

    def _problem(self) -> str:
        if self.max_tokens is not None and self.max_tokens <= 1:
            return "`max_tokens` must be greater than 1."
        if self.pad_to_max_tokens and self.max_tokens is None:
            return "`pad_to_max_tokens` needs `max_tokens`."
        if self.num_oov_indices < 0:
            return "`num_oov_indices` is at least 0."
        if self.invert and self.output_mode != "int":
            return "`invert` goes with output_mode='int' only."
        if self.invert and self.num_oov_indices != 1:
            return "`invert` goes with num_oov_indices=1 only."
        if self.sparse and self.output_mode == "int":
            return "`sparse` goes with the other output modes, not with 'int'."
        return ""

    # Saving

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, in serialisable form."""
        config = super().get_config()
        given = self.input_vocabulary
        if given is None and any("\n" in str(self._shown(t)) for t in self._tokens):
            given = self.get_vocabulary(False)  # its file has one token a line
        if given is not None and self._idf is not None:
            config["idf_weights"] = self._idf[len(self._specials) :].tolist()
        elif self.input_vocabulary is None:
            config["idf_weights"] = None
        config["vocabulary"] = given
        config["vocabulary_size"] = self.vocabulary_size()
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> IndexLookup:
        """Makes a layer from what `get_config` returned."""
        layer = super().from_config(config)
        layer._size_to_come = config.get("vocabulary_size") or layer._size_to_come
        return layer

    def get_build_config(self) -> dict[str, Any]:
        """Nothing: the layer needs no shapes."""
        return {}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Nothing: the layer needs no shapes."""

    def save_own_variables(self, store: Any) -> None:
        """Writes the weights of mode `"tf_idf"`."""
        if self._idf is not None:
            store["idf_weights"] = self._idf

    def load_own_variables(self, store: Any) -> None:
        """Reads the weights of mode `"tf_idf"`."""
        if self.output_mode == "tf_idf" and "idf_weights" in store:
            self._idf = np.asarray(store["idf_weights"], "float32")

    def save_assets(self, dir_path: Any) -> None:
        """Writes a learned vocabulary, one token a line."""
        if self.input_vocabulary is None and self._tokens:
            lines = "\n".join(str(t) for t in self.get_vocabulary())
            Path(dir_path, vocabularies.FILE).write_text(lines, "utf-8")

    def load_assets(self, dir_path: Any) -> None:
        """Reads what `save_assets` wrote."""
        file = Path(dir_path, vocabularies.FILE)
        if self.input_vocabulary is not None or not file.is_file():
            return
        tokens, idf = vocabularies.read(file), self._idf
        weights = idf
        if self.output_mode == "tf_idf" and idf is None:
            weights = np.ones(len(tokens))
        self.set_vocabulary(tokens, weights)
