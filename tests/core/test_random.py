"""Generators: seeds that advance the same way everywhere."""

import numpy as np
import pytest

from addax.core import SeedGenerator, convert, draw_seed, function
from addax.core.random import global_generator, global_seed, set_global_seed
from addax.ops import random


def test_a_generator_counts():
    generator = SeedGenerator(42)
    found = [generator.next().numpy().tolist() for _ in range(3)]
    assert found == [[42, 0], [42, 1], [42, 2]]
    assert generator.state.numpy().dtype == np.uint32
    assert not generator.state.trainable
    assert generator.get_config() == {"seed": 42}
    assert SeedGenerator.from_config({"seed": 42}).next().numpy().tolist() == [42, 0]


def test_generators_without_a_seed_differ():
    assert SeedGenerator().seed != SeedGenerator().seed


def test_restarting_keeps_the_variable():
    generator = SeedGenerator(1)
    draw = function(lambda: generator.next())
    draw()
    state = generator.state
    generator.restart(9)
    assert generator.state is state
    assert draw().numpy().tolist() == [9, 0]


@pytest.mark.parametrize("seed", [1.5, "a", True, [1, 2]])
def test_seeds_are_whole_numbers(seed):
    with pytest.raises(ValueError, match=r"must be a whole number.*Received: seed="):
        SeedGenerator(seed)
    if not isinstance(seed, list):
        with pytest.raises(ValueError, match=r"SeedGenerator or None. Received: seed="):
            draw_seed(seed)


def test_seeds_of_every_kind():
    assert draw_seed(7).numpy().tolist() == [7, 0]
    assert draw_seed(np.int64(2**32 + 5)).numpy().tolist() == [5, 0]
    assert draw_seed(convert([1, 2])).numpy().tolist() == [1, 2]
    assert draw_seed(SeedGenerator(3)).numpy().tolist() == [3, 0]


def test_the_global_seed():
    before = global_seed()
    try:
        set_global_seed(5)
        assert global_seed() == 5
        first = [random.normal((2,)).numpy().tolist() for _ in range(2)]
        set_global_seed(5)
        again = [random.normal((2,)).numpy().tolist() for _ in range(2)]
        assert first == again
        assert first[0] != first[1]
        assert global_generator() is global_generator()
        set_global_seed(None)
        assert random.normal((2,)).numpy().tolist() != first[0]
    finally:
        set_global_seed(before)


def test_making_a_layer_does_not_depend_on_the_path():
    from addax.core.scope import name_scope

    with name_scope("layer"):
        assert global_generator().state.path.startswith("global_seed_generator/")
        assert SeedGenerator(1).state.path.startswith("layer/")
