"""What `lift` finds out about a function, and what it refuses."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from addax.core import Program, Variable, convert, lift
from addax.core.stateless import stateless
from addax.ops.scans import scan


def variables(*values):
    return [Variable(float(v), name=f"v{i}") for i, v in enumerate(values)]


def names(found):
    return [v.name for v in found]


def test_reads_and_writes_are_told_apart():
    a, b, c, d = variables(1, 2, 3, 4)

    def step(x):
        b.assign(a * x)
        c.assign_add(x)
        return b + 1.0

    lifted = lift(step, [convert(2.0)])
    assert sorted(names(lifted.writes)) == ["v1", "v2"]
    assert names(lifted.reads) == ["v0"]
    assert lifted.created == ()
    results, new = lifted.pure([10.0, 20.0], [5.0], [3.0])
    assert [float(x) for x in (*results, *new)] == [16.0, 15.0, 23.0]
    # Nothing has happened to the variables
    assert [float(v) for v in (a, b, c, d)] == [1.0, 2.0, 3.0, 4.0]


def test_a_variable_that_is_written_first_needs_no_value():
    a, b = variables(1, 2)

    def step(x):
        a.assign(x)
        return a * b

    lifted = lift(step, [convert(2.0)])
    results, new = lifted.pure([jnp.nan], [3.0], [5.0])
    assert [float(x) for x in (*results, *new)] == [15.0, 5.0]


def test_a_variable_read_by_another_is_found():
    """Variables that nobody named are found in the one trace there is."""
    a, b, c = variables(1, 2, 3)
    calls = []

    def step():
        calls.append(1)
        a.assign(b)
        return a + c

    for known in ([], [a, b, c], [a], [c, b]):
        calls.clear()
        lifted = lift(step, [], known)
        assert len(calls) == 1
        assert set(map(id, lifted.reads)) == {id(b), id(c)}
        assert [v is a for v in lifted.writes] == [True]
        values = {id(a): 10.0, id(b): 20.0, id(c): 30.0}
        given = [[values[id(v)] for v in vs] for vs in (lifted.writes, lifted.reads)]
        (result,), (written,) = lifted.pure(*given, [])
        assert (float(result), float(written)) == (50.0, 20.0)


def test_a_variable_is_told_from_a_constant_that_is_the_same_array():
    """Also where it is first read within a loop, and where two share an array."""
    start = convert(np.float32(3.0))
    a, b = Variable(start), Variable(start)

    def step(x):
        _, ys = scan(lambda c, _: (c * a, c), x, None, length=2)
        return ys[1] * start + b

    lifted = lift(step, [convert(2.0)])
    values = {id(a): 5.0, id(b): 7.0}
    given = [values[id(v)] for v in lifted.reads]
    (result,), _ = lifted.pure([], given, [2.0])
    assert float(result) == 2.0 * 5.0 * 3.0 + 7.0


def test_a_list_of_variables_may_be_too_long():
    a, b, c = variables(1, 2, 3)
    d = Variable(np.zeros((2, 2), "int64"), name="d")

    def step(x):
        b.assign_add(x)
        return b * 1.0

    lifted = lift(step, [convert(2.0)], [a, d, b, c, b])
    assert (names(lifted.writes), names(lifted.reads)) == (["v1"], [])
    assert len(lifted.program.in_avals) == 2
    results, new = lifted.pure([1.0], [], [2.0])
    assert [float(x) for x in (*results, *new)] == [3.0, 3.0]


def test_the_result_keeps_its_structure():
    a = Variable([1.0, 2.0])

    def step(x, options):
        return {"x": (x, None), "name": "text", "n": 3, "v": a, "o": options["scale"]}

    lifted = lift(step, [convert(2.0), {"scale": 5, "kind": "big"}])
    flat = Program(lifted)(jnp.asarray(4.0))
    out = lifted.outputs(flat)
    assert float(out["x"][0]) == 4.0
    assert (out["x"][1], out["name"], int(out["n"]), out["o"].numpy()) == (
        None, "text", 3, 5,
    )  # fmt: skip
    assert out["v"].numpy().tolist() == [1.0, 2.0]


def test_arguments_may_be_shapes_alone():
    spec = jax.ShapeDtypeStruct((2, 3), "float32")
    lifted = lift(lambda x: (x @ convert(np.ones((3, 4), "float32")),), [spec])
    assert [(a.shape, str(a.dtype)) for a in lifted.out_avals] == [((2, 4), "float32")]


def test_variables_created_inside_are_reported_once():
    made = {}

    def step(x):
        if "v" not in made:
            made["v"] = Variable([1.0, 2.0], name="made")
        made["v"].assign_add(x)
        return made["v"] * 1.0

    lifted = lift(step, [convert([1.0, 1.0])])
    assert names(lifted.created) == ["made"]
    assert names(lifted.writes) == ["made"]
    assert made["v"].numpy().tolist() == [1.0, 2.0]


def test_creating_variables_every_time_is_refused():
    def step(x):
        return Variable(1.0, name="fresh") * x

    with pytest.raises(ValueError, match=r"creates new variables each time.*'fresh'"):
        lift(step, [convert(1.0)])


def test_a_variable_cannot_start_from_a_traced_value():
    def step(x):
        return Variable(x * 2.0, name="born")

    with pytest.raises(
        ValueError, match=r"Variable 'born' cannot start from a value inside a traced"
    ):
        lift(step, [convert(1.0)])


def test_an_initial_value_may_be_computed_inside():
    """It does not depend on the arguments, so it is computed outside the trace."""
    held = []

    def step(x):
        if not held:
            held.append(Variable(lambda: convert([1.0, 2.0]) * 3.0))
        return held[0] * x

    lifted = lift(step, [convert(1.0)])
    assert held[0].numpy().tolist() == [3.0, 6.0]
    assert [float(x) for x in lifted.pure([], [held[0].numpy()], [2.0])[0][0]] == [
        6,
        12,
    ]


def test_dead_code_is_dropped():
    a = Variable([1.0])

    def step(x):
        for _ in range(20):
            _ = (a * x) @ convert(np.ones((1, 1), "float32"))
        return x * 2.0

    lifted = lift(step, [convert([1.0])])
    assert len(lifted.program.eqns) == 1


def test_lifting_inside_a_lift():
    a, b = variables(1, 2)

    def inner(x):
        a.assign_add(x)
        return a * b

    def outer(x):
        lifted = lift(inner, [x])
        state = [jax.numpy.asarray(v) for v in (*lifted.writes, b, x)]
        return lifted.outputs(lifted.pure(state[:1], state[1:2], state[2:])[0])

    lifted = lift(outer, [convert(3.0)])
    # The inner program was run on values, so it assigns nothing.
    assert (names(lifted.writes), sorted(names(lifted.reads))) == ([], ["v0", "v1"])


def test_state_can_be_given_from_outside():
    a, b = variables(1, 2)

    def step(x, scale=1.0):
        a.assign_add(b * x * scale)
        return a * 10.0

    out, new = stateless(step, [a, b], [5.0, 7.0], 2.0, scale=0.5)
    assert float(out) == 120.0
    assert [float(x) for x in new] == [12.0, 7.0]
    assert (float(a), float(b)) == (1.0, 2.0)
    with pytest.raises(ValueError, match=r"one value for each variable.*variables=2"):
        stateless(step, [a, b], [1.0], 2.0)


def test_a_pure_program_can_be_mapped_over_states():
    a, b = variables(1, 2)

    def step(x):
        a.assign_add(x * b)
        return a * 1.0

    lifted = lift(step, [convert(0.0)])
    mapped = jax.vmap(lambda w, x: lifted.pure([w], [2.0], [x]))
    (results,), (new,) = mapped(jnp.arange(3.0), jnp.ones(3))
    assert results.tolist() == new.tolist() == [2.0, 3.0, 4.0]
