"""Eager = compiled = scanned, for programs with variables and random state."""

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addax.core import (
    GradientTape,
    Program,
    SeedGenerator,
    Variable,
    convert,
    function,
    lift,
    loop,
)
from addax.core.branch import when
from addax.ops import math, random, reduce
from tests.core.programs import SHAPE, arrays, programs, run

STEPS = 3
seeds = st.integers(0, 1000)


class Machine:
    """State of every kind, and a step that runs a program on it."""

    def __init__(self, program, seed, kinds):
        a, b = arrays(seed, 2, "float32")
        self.program, self.kinds = program, kinds
        self.weight = Variable(a, name="weight")
        self.average = Variable(b, trainable=False, name="average")
        self.count = Variable(0, name="count")
        self.generator = SeedGenerator(seed)

    def step(self, x):
        kinds = self.kinds
        if "random" in kinds:
            x = x + random.normal(SHAPE, stddev=0.1, seed=self.generator)
        with GradientTape() as tape:
            y = run(self.program, x, self.weight)
            loss = reduce.mean(math.tanh(y))
        if "train" in kinds:
            grad = tape.gradient(loss, self.weight, unconnected_gradients="zero")
            self.weight.assign_sub(grad * 0.1)
        if "average" in kinds:
            self.average.assign(self.average * 0.9 + y * 0.1)
            loss = loss + reduce.mean(self.average)
        if "branch" in kinds:
            when(self.count % 2 == 0, lambda: self.average.assign_add(x))
        self.count.assign_add(1)
        return {"loss": loss, "y": y}

    @property
    def variables(self):
        return [self.weight, self.average, self.count, self.generator.state]

    def outcome(self, results):
        flat = [results["loss"], results["y"], *self.variables]
        return [np.asarray(x) for x in flat]


kinds = st.sets(st.sampled_from(["random", "train", "average", "branch"]))


def eager(machine, batches):
    for x in batches:
        results = machine.step(convert(x))
    return machine.outcome(results)


def compiled(machine, batches):
    step = function(machine.step)
    for x in batches:
        results = step(x)
    assert step.experimental_get_tracing_count() == 1
    return machine.outcome(results)


def one_program(machine, batches):
    """A lifted step as `fit` runs it, but one step a dispatch."""
    lifted = lift(machine.step, [convert(batches[0])], machine.variables)
    program = Program(lifted)
    for x in batches:
        flat = program(jnp.asarray(x))
    return machine.outcome(lifted.outputs(flat))


def scanned(machine, batches):
    lifted = lift(machine.step, [convert(batches[0])])
    program = loop(lifted, lambda i, data: [data[i]])
    flat = program(0, len(batches), jnp.asarray(np.stack(batches)))
    return machine.outcome(lifted.outputs(flat))


@settings(max_examples=10)
@given(programs(most=4), seeds, kinds)
def test_eager_is_compiled_is_scanned(program, seed, kinds):
    batches = arrays(seed + 1, STEPS, "float32")
    expected = eager(Machine(program, seed, kinds), batches)
    for way in (compiled, one_program, scanned):
        found = way(Machine(program, seed, kinds), batches)
        for a, b in zip(found, expected, strict=True):
            assert a.dtype == b.dtype
            np.testing.assert_allclose(a, b, rtol=2e-5, atol=2e-6, err_msg=way.__name__)


def counter():
    total = Variable(0.0)

    def step(x):
        total.assign_add(x)
        return total * 2.0

    return total, lift(step, [convert(0.0)])


@pytest.mark.parametrize("counts", [(3,), (1, 2), (2, 0, 1)])
def test_a_loop_runs_any_count_with_one_compilation(counts):
    total, lifted = counter()
    program = loop(lifted, lambda i, data: [data[i]])
    data, start = jnp.asarray([1.0, 10.0, 100.0]), 0
    for count in counts:
        results = program(start, count, data)
        start += count
    assert float(total) == 111.0
    if counts[-1]:
        assert [float(x) for x in results] == [222.0]
    assert program._compiled._cache_size() == 1


def test_a_loop_can_keep_the_results_of_all_steps():
    total, lifted = counter()
    program = loop(lifted, lambda i, data: [data[i]], collect=4)
    (kept,) = program(0, 3, jnp.asarray([1.0, 10.0, 100.0]))
    assert kept.shape == (4,)
    assert kept[:3].tolist() == [2.0, 22.0, 222.0]
    assert float(total) == 111.0


def test_a_tensor_read_before_a_donation_stays_readable():
    total, lifted = counter()
    program = Program(lifted)
    program(jnp.asarray(1.0))
    read = total.read_value()
    array = jnp.asarray(total)
    seen = total.value + 0.0
    program(jnp.asarray(1.0))
    program(jnp.asarray(1.0))
    assert float(total) == 3.0
    assert [float(read), float(array), float(seen)] == [1.0, 1.0, 1.0]


def test_an_assigned_array_stays_readable():
    total, lifted = counter()
    mine = jnp.asarray(5.0)
    ours = convert(mine)
    total.assign(ours)
    Program(lifted)(jnp.asarray(1.0))
    assert (float(total), float(mine), float(ours)) == (6.0, 5.0, 5.0)


def test_two_variables_may_start_from_one_array():
    mine = convert([1.0])
    a, b = Variable(mine), Variable(mine)

    @function
    def step():
        a.assign_add(b)
        b.assign_add([10.0])

    step()
    step()
    assert (a.numpy().tolist(), b.numpy().tolist()) == ([13.0], [21.0])
    assert mine.numpy().tolist() == [1.0]


def test_one_value_may_be_assigned_to_two_variables():
    a, b = Variable([1.0]), Variable([2.0])

    @function
    def step(x):
        y = x * 2.0
        a.assign(y)
        b.assign(y)
        return y

    for i in range(3):
        y = step(convert([float(i)]))
        assert [v.numpy().tolist() for v in (a, b, y)] == [[2.0 * i]] * 3


def test_a_variable_keeps_its_value_when_a_program_fails():
    v = Variable([1.0, 2.0])

    @function
    def step(x):
        v.assign_add(x)
        return v

    step(convert([1.0, 1.0]))
    with pytest.raises(ValueError, match="add"):
        step(convert([1.0, 1.0, 1.0]))
    assert v.numpy().tolist() == [2.0, 3.0]


def test_random_state_advances_alike():
    def draws(wrap):
        generator = SeedGenerator(3)
        draw = wrap(lambda: random.uniform((2,), seed=generator))
        return [draw().numpy().tolist() for _ in range(3)], generator.state.numpy()

    eager, state = draws(lambda f: f)
    traced, traced_state = draws(function)
    assert eager == traced
    assert len({tuple(d) for d in eager}) == 3
    assert state.tolist() == traced_state.tolist() == [3, 3]
