"""Tokenizer, hashing, skip-grams and time series against Keras's own."""

import json
import random

import numpy as np
import pytest
from keras.src.legacy.preprocessing import sequence as oracle_sequence
from keras.src.legacy.preprocessing import text as oracle_text

from addax.keras.preprocessing import sequence, text

TEXTS = [
    "The cat sat on the mat, and the dog sat too!",
    "A dog... a cat; THE end",
    "",
    ["the", "Dog", "list"],
]

TOKENIZERS = {
    "plain": {},
    "few": dict(num_words=4),
    "unknown": dict(num_words=5, oov_token="<OOV>"),
    "case": dict(lower=False, filters="."),
    "letters": dict(char_level=True),
    "function": dict(analyzer=lambda s: s.split("t")),
}


@pytest.mark.parametrize("name", TOKENIZERS)
def test_tokenizers(name):
    ours = text.Tokenizer(**TOKENIZERS[name])
    theirs = oracle_text.Tokenizer(**TOKENIZERS[name])
    for tokenizer in (ours, theirs):
        tokenizer.fit_on_texts(TEXTS)
    for attribute in ("word_index", "index_word", "word_counts", "document_count"):
        assert getattr(ours, attribute) == getattr(theirs, attribute), attribute
    assert dict(ours.word_docs) == dict(theirs.word_docs)
    assert dict(ours.index_docs) == dict(theirs.index_docs)
    new = ["the bird sat", "dog dog", ["a", "mat"]]
    sequences = ours.texts_to_sequences(new)
    assert sequences == theirs.texts_to_sequences(new)
    assert ours.sequences_to_texts(sequences) == theirs.sequences_to_texts(sequences)
    for mode in ("binary", "count", "freq", "tfidf"):
        np.testing.assert_allclose(
            ours.texts_to_matrix(new, mode), theirs.texts_to_matrix(new, mode)
        )
    if name != "function":
        assert ours.to_json() == theirs.to_json()
        again = text.tokenizer_from_json(theirs.to_json())
        assert again.texts_to_sequences(new) == sequences
        assert again.get_config() == ours.get_config()


def test_sequences_teach_frequencies():
    made = []
    for module in (text, oracle_text):
        tokenizer = module.Tokenizer(num_words=5)
        tokenizer.fit_on_sequences([[1, 2, 2], [2, 4]])
        made.append(tokenizer.sequences_to_matrix([[2, 4, 4], [7]], "tfidf"))
    np.testing.assert_allclose(*made)
    with pytest.raises(ValueError, match="number of columns"):
        text.Tokenizer().sequences_to_matrix([[1]])
    with pytest.raises(ValueError, match="`mode` is one of"):
        text.Tokenizer(3).sequences_to_matrix([[1]], mode="tf")


def test_words_and_hashes():
    for arguments in ({}, {"filters": "t"}, {"lower": False}, {"split": "t"}):
        ours = text.text_to_word_sequence(TEXTS[0], **arguments)
        assert ours == oracle_text.text_to_word_sequence(TEXTS[0], **arguments)
    for function in (None, "md5", len):
        assert text.hashing_trick(TEXTS[0], 50, function) == oracle_text.hashing_trick(
            TEXTS[0], 50, function
        )
    assert text.one_hot(TEXTS[1], 9) == oracle_text.one_hot(TEXTS[1], 9)


@pytest.mark.parametrize(
    "arguments",
    [
        dict(window_size=2, negative_samples=0.0, shuffle=False),
        dict(window_size=1, negative_samples=1.5, seed=3),
        dict(
            categorical=True,
            seed=4,
            sampling_table=sequence.make_sampling_table(10, 0.1),
        ),
    ],
)
def test_skipgrams(arguments):
    made = []
    for module in (sequence, oracle_sequence):
        random.seed(1)
        made.append(module.skipgrams([1, 5, 0, 3, 9, 2, 2], 10, **arguments))
    assert made[0] == made[1]


def test_sampling_tables():
    np.testing.assert_allclose(
        sequence.make_sampling_table(30), oracle_sequence.make_sampling_table(30)
    )


@pytest.mark.parametrize(
    "arguments",
    [
        dict(length=5),
        dict(length=6, sampling_rate=2, stride=3, batch_size=2),
        dict(length=4, start_index=3, end_index=20, reverse=True, batch_size=5),
        dict(length=4, shuffle=True, batch_size=5),
    ],
)
def test_time_series(arguments):
    data, targets = np.arange(60).reshape(30, 2), np.arange(30)
    made = []
    for module in (sequence, oracle_sequence):
        np.random.seed(0)
        generator = module.TimeseriesGenerator(data, targets, **arguments)
        made.append([generator[i] for i in range(len(generator))])
    for ours, theirs in zip(*made, strict=True):
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(a, b)
    config = sequence.TimeseriesGenerator(data, targets, **arguments).to_json()
    assert json.loads(config)["config"]["length"] == arguments["length"]
    with pytest.raises(ValueError, match="No window fits"):
        sequence.TimeseriesGenerator(data, targets, length=40)
