import threading

import pytest

from addax._base.names import (
    NameCounters,
    auto_name,
    close_match,
    did_you_mean,
    reset_names,
    to_snake_case,
)


@pytest.mark.parametrize(
    "name, expected",
    [
        ("Conv2D", "conv2d"),
        ("LSTM", "lstm"),
        ("BatchNormalization", "batch_normalization"),
        ("MultiHeadAttention", "multi_head_attention"),
        ("GlobalAveragePooling2D", "global_average_pooling2d"),
        ("ReLU", "re_lu"),
        ("LSTMCell", "lstm_cell"),
        ("my layer!", "mylayer"),
    ],
)
def test_snake_case_as_keras(name, expected):
    assert to_snake_case(name) == expected


def test_numbers_start_at_one_for_the_second():
    names = NameCounters()
    assert [names.unique("a") for _ in range(3)] == ["a", "a_1", "a_2"]
    assert names.unique("b") == "b"
    names.reset()
    assert names.unique("a") == "a"


def test_auto_name_can_start_again():
    reset_names()
    assert [auto_name("zebra"), auto_name("zebra")] == ["zebra", "zebra_1"]
    reset_names()
    assert auto_name("zebra") == "zebra"


def test_threads_never_get_the_same_name():
    names, given = NameCounters(), []
    workers = [
        threading.Thread(
            target=lambda: given.extend([names.unique("x") for _ in range(500)])
        )
        for _ in range(4)
    ]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert len(set(given)) == len(given) == 2000


def test_close_match_looks_past_case():
    assert close_match("ADAM", ["Adam", "SGD"]) == "Adam"
    assert close_match("qqq", ["Adam", "SGD"]) is None


def test_did_you_mean():
    assert did_you_mean("rellu", ["relu", "gelu"]) == "Did you mean 'relu'?"
    assert did_you_mean("qqq", ["relu", "gelu"]) == ""
