"""Cases of ragged, sparse and string tensors, and tables (see `tensorflow_cases`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

SIZES = (0, 3, 5, 9, 20, 50, 150)
LONG = [bytes((i * j + 7 * i) % 256 for j in range(i)) for i in SIZES]
TEXTS = [["Hello  World", "a,b,,c"], ["", "ÉÀ é語"]]
ROWS = [[3, 1, 4, 1], [], [5, 9, 2], [6], []]
FULL = [[3, 1, 4, 1], [7], [5, 9, 2], [6]]
DEEP = [[[1, 2], [3]], [], [[4, 5, 6], [], [7]]]
LOGITS = np.random.default_rng(0).normal(size=(6, 3, 4)).astype("float32") * 2
SQUARE = np.array([[2.0, 1.0, 0.5], [-1.0, 3.0, 0.25], [0.5, 1.5, -2.0]], "float32")
WORDS = [["a", "bc"], [], ["d", "e", "f"]]


def ragged(tf: Any, rows: Any = ROWS) -> Any:
    """A ragged tensor."""
    return tf.ragged.constant(rows)


def sparse(tf: Any) -> Any:
    """A sparse matrix."""
    places = [[0, 0], [0, 3], [2, 1]]
    return tf.SparseTensor(places, tf.constant([1.0, 2.0, -3.0]), [3, 4])


def other(tf: Any) -> Any:
    """Another sparse matrix."""
    rows = [[0.0, 1.0, 0.0, 2.0], [0.0] * 4, [0.0, 5.0, 0.0, 0.0]]
    return tf.sparse.from_dense(tf.constant(rows))


def words(tf: Any) -> Any:
    """A ragged tensor of strings."""
    return tf.ragged.constant(WORDS)


def table(tf: Any, default: int = -1) -> Any:
    """A table of two strings."""
    keys, values = tf.constant(["a", "b"]), tf.constant([0, 1], tf.int64)
    return tf.lookup.KeyValueTensorInitializer(keys, values)


TENSOR_CASES: dict[str, Callable[[Any], Any]] = {
    # ragged tensors
    "ragged parts": lambda tf: [
        ragged(tf, DEEP).row_lengths(),
        ragged(tf, DEEP).row_lengths(axis=2),
        ragged(tf).value_rowids(),
        ragged(tf).row_starts(),
        ragged(tf).row_limits(),
        ragged(tf).nrows(),
        ragged(tf, DEEP).bounding_shape(),
        ragged(tf, DEEP).shape.as_list(),
        ragged(tf, DEEP).ragged_rank,
        repr(ragged(tf, DEEP)),
        ragged(tf, DEEP).to_list(),
    ],
    "ragged made": lambda tf: [
        tf.RaggedTensor.from_row_splits([1, 2, 3], [0, 2, 2, 3]),
        tf.RaggedTensor.from_row_lengths([1, 2, 3], [0, 2, 1]),
        tf.RaggedTensor.from_row_starts([1, 2, 3], [0, 1]),
        tf.RaggedTensor.from_row_limits([1, 2, 3], [2, 3]),
        tf.RaggedTensor.from_value_rowids([1, 2, 3], [0, 2, 2], nrows=4),
        tf.RaggedTensor.from_uniform_row_length([1, 2, 3, 4], 2),
        tf.RaggedTensor.from_nested_row_splits([1, 2, 3], [[0, 2], [0, 1, 3]]),
        tf.RaggedTensor.from_nested_row_lengths([1, 2, 3], [[2], [1, 2]]),
        tf.RaggedTensor.from_tensor([[1, 2, 0], [4, 0, 0]], padding=0),
        tf.RaggedTensor.from_tensor([[1, 2, 0], [4, 0, 0]], lengths=[1, 3]),
        tf.RaggedTensor.from_tensor([[[1, 2], [3, 4]]], ragged_rank=2),
        tf.RaggedTensor.from_tensor([[[1, 2], [3, 4]]]),
        tf.ragged.constant([[[1, 2], [3, 4]], [[5, 6]]], ragged_rank=1),
        tf.ragged.constant([[[1.5, 2.0]], []], inner_shape=(2,)),
        tf.ragged.constant([[], ["x"]]),
    ],
    "ragged keys": lambda tf: [
        ragged(tf)[0],
        ragged(tf)[-3],
        ragged(tf)[1:4],
        ragged(tf)[::-2],
        ragged(tf)[:, :2],
        ragged(tf)[:, -1:],
        ragged(tf)[:, ::-1],
        ragged(tf)[:, 3:0:-2],
        ragged(tf)[2, 1],
        ragged(tf)[0][1:],
        ragged(tf)[1:, tf.newaxis],
        ragged(tf, DEEP)[2],
        ragged(tf, DEEP)[2, 0],
        ragged(tf, DEEP)[:, :1],
        ragged(tf, DEEP)[:, :, 1:],
        ragged(tf, DEEP)[..., :1],
        ragged(tf, DEEP)[0, 0, 1],
    ],
    "ragged arithmetic": lambda tf: [
        ragged(tf) + 1,
        2 * ragged(tf),
        ragged(tf) * ragged(tf),
        ragged(tf) + tf.constant([[10], [20], [30], [40], [50]]),
        ragged(tf) > 3,
        -ragged(tf, DEEP),
        tf.abs(ragged(tf)),
        tf.cast(ragged(tf), tf.float32) / 2.0,
        tf.sqrt(tf.cast(ragged(tf), tf.float32)),
        tf.where(ragged(tf) > 3, ragged(tf), 0 * ragged(tf)),
        tf.add(ragged(tf), 1),
        tf.cast(ragged(tf), tf.int64),
        tf.one_hot(ragged(tf), 3),
        ragged(tf) == 1,
        tf.strings.as_string(ragged(tf)),
    ],
    **{
        f"ragged reduce {name} {axis}": lambda tf, name=name, axis=axis: [
            getattr(tf, f"reduce_{name}")(ragged(tf, rows), axis=axis)
            for rows in ((FULL,) if axis == 1 else (ROWS, DEEP))
        ]
        for name in ("sum", "max", "mean", "prod")
        for axis in (None, 0, 1, -1)
        if not (axis == -1 and name != "sum") and not (axis == 0 and name == "mean")
    },
    "ragged shown": lambda tf: [
        repr(tf.ragged.constant(rows))
        for rows in (
            [[0.1, 2.0], [1e-7]],
            [["a", "b"], ["c", "d"]],
            [[f"word{i}" for i in range(n)] for n in (3, 30, 2)],
            [list(range(50)), [1]],
            [[[1], []], [[2, 3], [4]]],
            [[True], []],
        )
    ],
    "ragged mapped": lambda tf: [
        tf.map_fn(tf.square, ragged(tf)),
        tf.map_fn(tf.reduce_sum, ragged(tf, DEEP), fn_output_signature=tf.int32),
        tf.map_fn(lambda x: x * 2, ragged(tf, DEEP)),
        tf.map_fn(
            tf.range,
            tf.constant([1, 3, 0]),
            fn_output_signature=tf.RaggedTensorSpec([None], tf.int32),
        ),
        tf.map_fn(
            lambda pair: (tf.reduce_sum(pair[0]) + pair[1], pair[0][:1]),
            (ragged(tf), tf.range(5)),
            fn_output_signature=(tf.int32, tf.RaggedTensorSpec([None], tf.int32)),
        ),
        tf.function(lambda x: tf.map_fn(tf.square, x))(ragged(tf)),
    ],
    "ragged counted": lambda tf: [
        tf.math.bincount(ragged(tf)),
        tf.math.bincount(ragged(tf), axis=-1),
        tf.where(ragged(tf) > 3),
        tf.split(ragged(tf), [2, 3]),
        tf.split(ragged(tf, FULL), 2),
        tf.strings.substr(words(tf), 0, 1),
        tf.reduce_max(tf.cast(ragged(tf), tf.float32), axis=1),
        tf.debugging.check_numerics(tf.cast(ragged(tf), tf.float32), ""),
        tf.debugging.assert_equal(ragged(tf), ragged(tf)) is None,
        repr(tf.type_spec_from_value(ragged(tf))),
        repr(tf.type_spec_from_value(sparse(tf))),
    ],
    "ragged joined": lambda tf: [
        tf.concat([ragged(tf), ragged(tf)[::-1]], axis=0),
        tf.concat([ragged(tf), ragged(tf)[::-1]], axis=1),
        tf.concat([ragged(tf, DEEP), ragged(tf, DEEP)], axis=1),
        tf.concat([ragged(tf, DEEP), ragged(tf, DEEP)], axis=2),
        tf.concat([ragged(tf), tf.constant([[7]] * 5)], axis=1),
        tf.stack([ragged(tf), ragged(tf)]),
        tf.stack([ragged(tf), ragged(tf)], axis=1),
        tf.ragged.stack([tf.constant([1, 2]), tf.constant([3])]),
        tf.expand_dims(ragged(tf), 0),
        tf.expand_dims(ragged(tf), 1),
        tf.expand_dims(ragged(tf), 2),
        tf.tile(ragged(tf), [1, 2]),
        tf.tile(ragged(tf), [2, 1]),
        tf.reverse(ragged(tf), [1]),
    ],
    "ragged gathered": lambda tf: [
        tf.gather(tf.range(10) * 10, ragged(tf)),
        tf.gather(ragged(tf), [0, 3]),
        tf.gather(ragged(tf), tf.ragged.constant([[0, 2], [3]])),
        tf.gather(ragged(tf, FULL), [0, 0, 2, 0], batch_dims=1),
        tf.ragged.boolean_mask([[1, 2], [3, 4]], [[True, False], [True, True]]),
        tf.ragged.boolean_mask(ragged(tf), ragged(tf) > 2),
        tf.nn.embedding_lookup(tf.eye(10), ragged(tf)),
    ],
    "ragged dense": lambda tf: [
        ragged(tf).to_tensor(),
        ragged(tf, DEEP).to_tensor(-1),
        ragged(tf).to_tensor(shape=[None, 2]),
        ragged(tf).to_tensor(shape=[None, 6]),
        words(tf).to_tensor("?"),
        ragged(tf).to_sparse(),
        ragged(tf, DEEP).merge_dims(0, 1),
        ragged(tf, DEEP).merge_dims(1, 2),
        ragged(tf, DEEP).flat_values,
        ragged(tf, DEEP).values,
    ],
    "ragged functions": lambda tf: [
        tf.ragged.range([3, 0, 2]),
        tf.ragged.range([0, 5], [3, 1], [1, -2]),
        tf.ragged.map_flat_values(tf.square, ragged(tf)),
        tf.ragged.row_splits_to_segment_ids([0, 2, 2, 5]),
        tf.ragged.segment_ids_to_row_splits([0, 0, 2]),
        tf.ragged.stack_dynamic_partitions(["a", "b", "c"], [1, 0, 1], 3),
        tf.ragged.cross([words(tf), words(tf)]),
        tf.RaggedTensorSpec([2, None], tf.int32).ragged_rank,
    ],
    "ragged rows": lambda tf: [
        tf.cumsum(ragged(tf), axis=1),
        tf.nn.softmax(tf.cast(ragged(tf), tf.float32)),
        tf.gather_nd(ragged(tf), [[0, 1], [2, 2]]),
        tf.size(ragged(tf)),
        tf.rank(ragged(tf, DEEP)),
        tf.zeros_like(ragged(tf)),
    ],
    # strings
    "strings cut": lambda tf: [
        tf.strings.split(tf.constant(TEXTS)),
        tf.strings.split("a,b,,c", ","),
        tf.strings.split(["a  b ", "c"], " "),
        tf.strings.split(["a b c"], maxsplit=1),
        tf.strings.bytes_split(["ab", ""]),
        tf.strings.unicode_split(["añ", "語"], "UTF-8"),
        tf.strings.unicode_decode("añ語", "UTF-8"),
        tf.strings.unicode_decode_with_offsets(["añ語", "b"], "UTF-8")[1],
        tf.strings.substr(tf.constant(["Hello", "World"]), [1, -3], [2, 9]),
        tf.strings.substr("añ語b", 1, 2, unit="UTF8_CHAR"),
    ],
    "strings changed": lambda tf: [
        tf.strings.lower(TEXTS),
        tf.strings.lower(TEXTS, encoding="utf-8"),
        tf.strings.upper(words(tf)),
        tf.strings.strip([" a b\t\n"]),
        tf.strings.regex_replace(["a.b-c"], r"[[:punct:]]", " "),
        tf.strings.regex_replace("hello", "(l+)(o)", r"\2\1"),
        tf.strings.regex_replace("aaa", "a", "b", replace_global=False),
        tf.strings.regex_replace("Straße, 12", r"\pL+", "#"),
        tf.strings.regex_replace("Straße, 12", r"[^\p{L} ]", ""),
        tf.strings.regex_replace("[x] y", "[^a-z ]", ""),
        tf.strings.regex_replace("é1", r"\w", "_"),
        tf.strings.regex_full_match(["ab", "abc", ""], "a?b"),
        tf.strings.unicode_encode([[97, 241], [35486, 33]], "UTF-8"),
        tf.strings.unicode_transcode(["añ"], "UTF-8", "UTF-16-BE"),
        tf.strings.unicode_script([97, 35486, 945, 33, 0x416, 0x5D0, 0x3042]),
    ],
    "strings joined": lambda tf: [
        tf.strings.join(["a", ["b", "c"]], "-"),
        tf.strings.join([words(tf), words(tf)]),
        tf.strings.reduce_join([["a", "b"], ["c", "d"]], axis=1, separator=","),
        tf.strings.reduce_join([["a", "b"], ["c", "d"]], axis=0, keepdims=True),
        tf.strings.reduce_join([["a", "b"], ["c", "d"]]),
        tf.strings.reduce_join(words(tf), axis=-1, separator=" "),
        tf.strings.ngrams(["a", "b", "c"], 2),
        tf.strings.ngrams(words(tf), [1, 2]),
        tf.strings.ngrams(words(tf), 3, pad_values=("<", ">")),
        tf.strings.ngrams(words(tf), 3, preserve_short_sequences=True),
        tf.constant(["a"]) + "b",
    ],
    "strings and numbers": lambda tf: [
        tf.strings.length(TEXTS),
        tf.strings.length(TEXTS, unit="UTF8_CHAR"),
        tf.strings.to_number(["1.5", "-2e3"]),
        tf.strings.to_number("7", tf.int32),
        tf.strings.to_number(tf.ragged.constant([["1"], ["2", "3"]])),
        tf.strings.as_string([1, -22]),
        tf.strings.as_string([3.14159, -1e7]),
        tf.strings.as_string([True, False]),
        tf.strings.as_string(3.14159, precision=2, width=8),
        tf.strings.as_string([1, -5], width=5, fill="0"),
        tf.strings.as_string(1500.0, scientific=True),
        tf.strings.as_string([0.1, 1e20], shortest=True),
        tf.strings.format("x={} y={}", (tf.range(10), tf.constant([[1, 2], [3, 4]]))),
        tf.strings.format("{}", tf.constant(["a", "b"])),
        tf.strings.to_hash_bucket_fast(LONG, 2**40),
        tf.strings.to_hash_bucket(LONG, 2**31 - 1),
        tf.strings.to_hash_bucket_strong(LONG, 2**40, [7, 2**50 + 1]),
    ],
    # sparse tensors
    "linear operators": lambda tf: [
        [
            operator.to_dense(),
            operator.shape.as_list(),
            operator.matmul(SQUARE[:2], adjoint_arg=True),
            operator.matvec(SQUARE[0], adjoint=True),
            operator.solve(SQUARE),
            operator.solvevec(SQUARE[1]),
            operator.trace(),
            operator.diag_part(),
            operator.determinant(),
            operator.log_abs_determinant(),
            operator.H.to_dense(),
            operator.inverse().to_dense(),
            operator.add_to_tensor(SQUARE),
            (operator @ SQUARE),
            int(operator.domain_dimension),
        ]
        for operator in (
            tf.linalg.LinearOperatorFullMatrix(SQUARE),
            tf.linalg.LinearOperatorLowerTriangular(SQUARE, is_non_singular=True),
            tf.linalg.LinearOperatorDiag([2.0, -0.5, 4.0]),
            tf.linalg.LinearOperatorIdentity(3),
        )
    ],
    "ctc decoded": lambda tf: [
        [[tf.sparse.to_dense(x, -1) for x in found], scores]
        for found, scores in (
            tf.nn.ctc_greedy_decoder(LOGITS, [6, 4, 1]),
            tf.nn.ctc_greedy_decoder(LOGITS, [6, 4, 1], merge_repeated=False),
            tf.nn.ctc_greedy_decoder(LOGITS, [6, 4, 1], blank_index=0),
            tf.nn.ctc_beam_search_decoder(LOGITS, [6, 4, 1], 20, top_paths=2),
        )
    ],
    "sparse parts": lambda tf: [
        sparse(tf),
        tf.sparse.to_dense(sparse(tf)),
        tf.sparse.to_dense(sparse(tf), default_value=9.0),
        tf.sparse.from_dense([["", "a"], ["b", ""]]),
        tf.sparse.eye(2, 3),
        tf.sparse.retain(sparse(tf), [True, False, True]),
        tf.sparse.reset_shape(sparse(tf)),
        tf.sparse.reshape(sparse(tf), [2, -1]),
        tf.sparse.expand_dims(sparse(tf), 1),
        tf.sparse.transpose(sparse(tf)),
        tf.sparse.reorder(tf.SparseTensor([[1, 0], [0, 1]], [1, 2], [2, 2])),
        tf.sparse.fill_empty_rows(sparse(tf), 7.0),
        tf.sparse.slice(sparse(tf), [0, 1], [3, 3]),
        tf.sparse.split(sparse(tf), 2, axis=1),
        tf.sparse.concat(1, [sparse(tf), other(tf)]),
        tf.sparse.concat(0, [sparse(tf), other(tf)]),
        tf.RaggedTensor.from_sparse(ragged(tf).to_sparse()),
        tf.sparse.to_indicator(tf.sparse.from_dense([[1, 2], [0, 3]]), 5),
    ],
    "sparse arithmetic": lambda tf: [
        tf.sparse.to_dense(tf.sparse.add(sparse(tf), other(tf))),
        tf.sparse.add(sparse(tf), tf.ones([3, 4])),
        tf.sparse.maximum(sparse(tf), other(tf)),
        tf.sparse.minimum(sparse(tf), other(tf)),
        sparse(tf) * tf.fill([3, 4], 2.0),
        sparse(tf) / tf.fill([3, 1], 2.0),
        tf.sparse.map_values(tf.abs, sparse(tf)),
        tf.sparse.softmax(sparse(tf)),
        tf.sparse.reduce_sum(sparse(tf), axis=1),
        tf.sparse.reduce_sum(sparse(tf)),
        tf.sparse.reduce_sum(sparse(tf), axis=0, keepdims=True),
        tf.sparse.reduce_max(sparse(tf), axis=0),
        tf.sparse.sparse_dense_matmul(sparse(tf), tf.ones([4, 2])),
        tf.sparse.sparse_dense_matmul(sparse(tf), tf.ones([3, 2]), adjoint_a=True),
        tf.sparse.sparse_dense_matmul(tf.ones([2, 3]), sparse(tf)),
        tf.sparse.bincount([[1, 1], [0, 2]], axis=-1),
        tf.sparse.bincount(tf.constant([1, 1, 0])),
    ],
    # tables
    "lookup tables": lambda tf: [
        tf.lookup.StaticHashTable(table(tf), -1).lookup(tf.constant([["b", "z"]])),
        tf.lookup.StaticHashTable(table(tf), -1)[words(tf)],
        tf.lookup.StaticHashTable(table(tf), -1).size(),
        tf.lookup.StaticVocabularyTable(table(tf), 3)[tf.constant(["b", "q", "r"])],
        tf.lookup.StaticVocabularyTable(table(tf), 3).size(),
        tf.lookup.StaticHashTable(
            tf.lookup.KeyValueTensorInitializer([0, 1], ["x", "y"]), "?"
        )[tf.constant([1, 5])],
    ],
}  # fmt: skip
