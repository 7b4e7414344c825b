"""`function`: signatures, variables, retracing, and what it refuses."""

import functools
import gc

import jax.numpy as jnp
import numpy as np
import pytest

from addax.core import (
    Function,
    SeedGenerator,
    SymbolicTensor,
    TensorSpec,
    Variable,
    convert,
    function,
    lift,
)
from addax.core import random as core_random
from addax.core.function import Settings
from addax.core.random import draw_seed, set_global_seed
from addax.ops import math, random, reduce


def traced(fn, **options):
    """A function, and the list that its body appends to each time it is traced."""
    calls = []

    @function(**options)
    def wrapper(*args, **kwargs):
        calls.append(1)
        return fn(*args, **kwargs)

    return wrapper, calls


# Signatures


def test_a_signature_is_traced_once():
    double, calls = traced(lambda x: x * 2)
    one = convert([1.0, 2.0])
    double(one)
    trace = len(calls)
    for x in (one + 1.0, np.array([1, 2], "float32"), one):
        assert double(x).dtype == "float32"
    assert len(calls) == trace
    assert double.experimental_get_tracing_count() == 1
    double(convert([1.0, 2.0, 3.0]))  # another shape
    double(convert([1, 2]))  # another type
    double(np.array([1.0, 2.0]))  # float64
    assert double.experimental_get_tracing_count() == 4


def test_python_values_count_by_value():
    power, _ = traced(lambda x, n: x**n)
    x = convert(3.0)
    assert [float(power(x, n)) for n in (2, 3, 2)] == [9.0, 27.0, 9.0]
    assert power.experimental_get_tracing_count() == 2
    kinds, _ = traced(lambda x: str(type(x).__name__))
    assert [kinds(v) for v in (1, True, 1.0, "1")] == ["int", "bool", "float", "str"]
    assert kinds.experimental_get_tracing_count() == 4


def test_defaults_and_keywords_are_one_signature():
    @function
    def scale(x, by=2.0, *, plus=1.0):
        return x * by + plus

    x = convert(3.0)
    found = [
        scale(x), scale(x=x), scale(x, 2.0), scale(x, by=2.0), scale(by=2.0, x=x),
        scale(x, plus=1.0),
    ]  # fmt: skip
    assert [float(v) for v in found] == [7.0] * 6
    assert scale.experimental_get_tracing_count() == 1
    assert float(scale(x, plus=convert(5.0))) == 11.0


def test_structures_of_arguments():
    @function
    def total(*args, **kwargs):
        return args[0]["a"] + args[1][1] + kwargs["z"][0]

    one = convert(1.0)
    assert float(total({"a": one}, (0, one), z=[one])) == 3.0
    assert float(total({"a": one * 2.0}, (0, one), z=[one])) == 4.0
    assert total.experimental_get_tracing_count() == 1
    assert float(total({"a": one, "b": one}, (0, one), z=(one,))) == 3.0
    assert total.experimental_get_tracing_count() == 2


def test_wrong_arguments_are_refused_as_by_any_function():
    f = function(lambda x: x)
    with pytest.raises(TypeError, match="missing a required argument: 'x'"):
        f()
    with pytest.raises(TypeError, match="unexpected keyword argument 'y'"):
        f(1.0, y=2.0)


def test_arrays_become_tensors():
    seen = []

    @function
    def f(x, y):
        seen.append((type(x).__name__, type(y).__name__))
        return x + y

    f(np.ones(3, "float32"), np.float32(2.0))
    assert f(jnp.ones(3), jnp.ones(())).numpy().tolist() == [2.0] * 3
    assert set(seen) == {("Tensor", "Tensor")}
    assert f.experimental_get_tracing_count() == 1


def test_an_input_signature_converts_and_fixes():
    double, _ = traced(
        lambda x: x * 2.0, input_signature=[TensorSpec([None], "float32")]
    )
    assert double([1, 2]).numpy().tolist() == [2.0, 4.0]
    assert double([1.5]).numpy().tolist() == [3.0]
    with pytest.raises(TypeError, match=r"does not allow. Received: .*shape=\(1, 1\)"):
        double([[1.0]])
    with pytest.raises(TypeError, match=r"Received: Tensor\(shape=\(1,\), dtype=int32"):
        double(convert([1]))
    with pytest.raises(TypeError, match=r"input_signature of 1 tensors. Received: 2"):
        double([1.0], [2.0])


def test_an_input_signature_of_structures():
    @function(input_signature=[{"a": TensorSpec([2]), "b": TensorSpec([], "int32")}])
    def f(batch):
        return batch["a"] * 2.0, batch["b"] + 1

    a, b = f({"a": [1.0, 2.0], "b": 3})
    assert (a.numpy().tolist(), int(b)) == ([2.0, 4.0], 4)


def test_methods_have_their_own_programs():
    class Model:
        def __init__(self, w):
            self.w = Variable(w)

        @function
        def call(self, x):
            return self.w * x

        @function(input_signature=[TensorSpec([], "float32")])
        def fixed(self, x):
            return self.w + x

    a, b = Model(2.0), Model(3.0)
    x = convert(10.0)
    assert [float(m.call(x)) for m in (a, b, a)] == [20.0, 30.0, 20.0]
    assert [float(m.fixed(1)) for m in (a, b)] == [3.0, 4.0]
    assert a.call is a.call
    assert isinstance(Model.call, Function)
    a.w.assign(5.0)
    assert float(a.call(x)) == 50.0
    assert a.call.experimental_get_tracing_count() == 1


def test_callables_of_other_kinds():
    class Adder:
        def __call__(self, x):
            return x + 1.0

    for fn in (functools.partial(lambda a, b: a + b, 1.0), Adder(), math.square):
        assert float(function(fn)(convert(1.0))) in (1.0, 2.0)
    assert "created new variables" not in repr(function(Adder()))


def test_a_function_keeps_its_name_and_text():
    @function
    def described(x):
        """What it does."""
        return x

    assert (described.__name__, described.__doc__) == ("described", "What it does.")
    assert described.python_function(3) == 3


def test_concrete_functions():
    w = Variable([[1.0], [2.0]], name="w")

    @function
    def predict(x, scale=1.0):
        return {"y": x @ w * scale}

    concrete = predict.get_concrete_function(TensorSpec([4, 2], "float32"))
    assert concrete.inputs == [TensorSpec([4, 2], "float32")]
    assert [v is w for v in concrete.variables] == [True]
    assert [v is w for v in concrete.trainable_variables] == [True]
    assert concrete(np.ones((4, 2), "float32"))["y"].shape == (4, 1)
    predict(convert(np.ones((4, 2), "float32")))
    assert predict.experimental_get_tracing_count() == 1
    with pytest.raises(
        TypeError, match=r"like TensorSpec\(shape=\(4, 2\).*shape=\(5, 2\)"
    ):
        concrete(np.ones((5, 2), "float32"))
    with pytest.raises(TypeError, match=r"another value of 'scale'. Received.*2\.0"):
        concrete(np.ones((4, 2), "float32"), 2.0)
    with pytest.raises(TypeError, match=r"compiled for 1 tensors\. Received: 3"):
        concrete(1.0, 2.0, 3.0)


def test_concrete_functions_from_an_input_signature():
    f = function(lambda x: x + 1.0, input_signature=[TensorSpec([2], "float32")])
    assert f.get_concrete_function()([1.0, 2.0]).numpy().tolist() == [2.0, 3.0]
    g = function(lambda x: x * 2.0, input_signature=[TensorSpec([None], "float32")])
    concrete = g.get_concrete_function()
    assert concrete.structured_outputs == TensorSpec([None], "float32")
    for x in ([1.0], [2.0, 3.0]):
        assert concrete(x).numpy().tolist() == [2.0 * v for v in x]
    with pytest.raises(TypeError, match=r"like TensorSpec\(shape=\(None,\)"):
        concrete([[1.0]])


# Variables


def test_variables_are_carried_in_and_out():
    v = Variable([1.0, 2.0])

    @function
    def step(x):
        v.assign_add(x)
        return v * 2.0

    assert step([1.0, 1.0]).numpy().tolist() == [4.0, 6.0]
    v.assign([10.0, 10.0])
    assert step([1.0, 1.0]).numpy().tolist() == [22.0, 22.0]
    assert v.numpy().tolist() == [11.0, 11.0]


def test_a_returned_variable_is_its_value():
    v = Variable(1.0)

    @function
    def step():
        return v.assign_add(1.0)

    first, second = step(), step()
    assert (float(first), float(second), float(v)) == (2.0, 3.0, 3.0)


def test_variables_as_arguments():
    @function
    def add_to(v, x):
        v.assign_add(x)
        return v * 1.0

    a, b = Variable(1.0), Variable(10.0)
    assert [float(add_to(v, convert(1.0))) for v in (a, b, a)] == [2.0, 11.0, 3.0]
    assert (float(a), float(b)) == (3.0, 11.0)
    assert add_to.experimental_get_tracing_count() == 2


def test_a_variable_that_was_deleted_is_not_mistaken_for_a_new_one():
    add_one = function(lambda v: v.assign_add(1.0))
    for i in range(20):  # ids come again
        v = Variable(float(i))
        add_one(v)
        assert float(v) == i + 1.0
        del v
        gc.collect(0)


def test_objects_that_cannot_be_hashed_are_told_apart():
    class Box:
        __hash__ = None

        def __init__(self, n):
            self.n = n

    read = function(lambda box, x: x + float(box.n))
    for i in range(8):
        assert float(read(Box(i), convert(0.0))) == i


def test_variables_may_be_created_in_the_first_call():
    class Lazy:
        v = None

        @function
        def call(self, x):
            if self.v is None:
                self.v = Variable(3.0)
            return self.v * x

    lazy = Lazy()
    assert float(lazy.call(2.0)) == 6.0
    assert float(lazy.call(convert([2.0])[0])) == 6.0


def test_variables_may_not_be_created_in_a_later_call():
    made = []

    @function
    def grow(x):
        if not made or len(x.shape) == 1:
            made.append(Variable(1.0, name=f"made_{len(made)}"))
        return made[0] * x

    grow(convert(1.0))
    with pytest.raises(ValueError, match=r"grow\(\) created variables in a later"):
        grow(convert([1.0]))


def test_variables_may_not_be_created_each_time():
    @function
    def step(x):
        return Variable(1.0, name="w") * x

    with pytest.raises(ValueError, match=r"time it runs: 'w'(?s:.)*if self.w is None"):
        step(1.0)


def test_a_generator_may_come_to_life_in_a_later_call(monkeypatch):
    """It belongs to the whole process, not to the function."""
    monkeypatch.setattr(core_random, "_global", None)
    draw = function(lambda x, noisy: x + random.uniform(()) if noisy else x)
    draw(convert(1.0), False)
    a, b = draw(convert(1.0), True), draw(convert(1.0), True)
    assert float(a) != float(b)


def test_a_compiled_function_follows_the_global_seed():
    draw = function(lambda: random.uniform((3,)))
    draw()
    found = []
    for _ in range(2):
        set_global_seed(7)
        found.append([draw().numpy().tolist(), random.uniform((3,)).numpy().tolist()])
    assert found[0] == found[1]
    assert found[0][0] != found[0][1]


def test_a_whole_number_as_seed_gives_the_same_each_time():
    draw = function(lambda: random.uniform((2,), seed=5))
    expected = random.uniform((2,), seed=5).numpy().tolist()
    assert [draw().numpy().tolist() for _ in range(2)] == [expected] * 2
    assert draw_seed(5).numpy().tolist() == [5, 0]


# Nesting


def test_a_function_inside_a_function_is_taken_in():
    v = Variable(1.0)
    inner, calls = traced(lambda x: v.assign_add(x) * 2.0)

    @function
    def outer(x):
        return inner(x) + inner(x)

    assert float(outer(1.0)) == 4.0 + 6.0
    assert float(v) == 3.0
    assert inner.experimental_get_tracing_count() == 0
    assert len(calls) == 2  # once for each call in the outer function


def test_symbolic_arguments_run_the_body():
    f = function(lambda x: math.square(x) + 1.0)
    assert f(SymbolicTensor((None, 3))).shape == (None, 3)


def test_functions_may_run_eagerly():
    seen = []

    @function
    def f(x):
        seen.append(float(x))
        return x

    Settings.run_eagerly = True
    try:
        f(convert(1.0))
        f(convert(2.0))
    finally:
        Settings.run_eagerly = False
    assert seen == [1.0, 2.0]


# What is refused


def test_values_are_not_known_inside():
    for fn, error, text in [
        (lambda x: x.numpy(), NotImplementedError, r"numpy\(\).*no value yet"),
        (lambda x: np.asarray(x), NotImplementedError, r"numpy.asarray\(x\)"),
        (lambda x: x.tolist(), NotImplementedError, r"tolist\(\)"),
    ]:
        with pytest.raises(error, match=rf"(?s:{text}.*)"):
            function(fn)(convert(1.0))


def test_python_cannot_decide_where_nothing_is_converted():
    for fn, error, text in [
        (lambda x: float(x), NotImplementedError, r"float\(x\)"),
        (lambda x: x if x > 0.0 else -x, TypeError, r"tf.where\(condition, a, b\)"),
        (lambda x: list(range(x)), NotImplementedError, "as an index"),
    ]:
        with pytest.raises(error, match=rf"(?s:{text}.*)"):
            function(fn, autograph=False)(convert(1.0))


def test_an_escaped_value_is_explained():
    kept = []

    @function
    def leak(x):
        kept.append(x * 2.0)
        return x

    leak(convert(1.0))
    with pytest.raises(ValueError, match=r"used after the trace had ended, in `add`"):
        kept[0] + 1.0
    with pytest.raises(ValueError, match=r"Return it(?s:.)*self.hidden.assign"):
        function(lambda: kept[-1] * 3.0)()
    with pytest.raises(ValueError, match=r"cannot be kept in variable 'w'"):
        Variable(1.0, name="w").assign(kept[0])


def test_an_error_in_the_body_comes_through():
    @function
    def f(x):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        f(1.0)
    # and leaves nothing behind
    assert float(function(lambda x: x + 1.0)(1.0)) == 2.0


def test_specs():
    spec = TensorSpec([None, 3], "float32", "x")
    assert repr(spec) == "TensorSpec(shape=(None, 3), dtype=tf.float32, name='x')"
    assert spec == TensorSpec([None, 3])
    assert spec != TensorSpec([2, 3])
    assert hash(spec) == hash(TensorSpec([None, 3]))
    ones = convert(np.ones((2, 3), "float32"))
    assert spec.is_compatible_with(ones)
    assert not spec.is_compatible_with(ones[0])
    assert not spec.is_compatible_with(TensorSpec([2, 3], "int32"))
    assert TensorSpec.from_tensor(ones) == TensorSpec([2, 3])
    assert TensorSpec(dtype="int32").is_compatible_with(convert(1))


def test_string_arguments_and_results():
    @function
    def tag(name, x):
        return name, x * 2.0

    for word in ("a", "b", "a"):
        name, y = tag(convert(word), convert(1.0))
        assert (name.numpy(), float(y)) == (word.encode(), 2.0)
    assert tag.experimental_get_tracing_count() == 1


def test_a_lifted_function_takes_no_part_of_its_caller():
    """`lift` inside an eager tape records nothing there."""
    v = Variable(2.0)
    lifted = lift(lambda x: reduce.sum(v * x), [convert([1.0, 2.0])])
    assert len(lifted.reads) == 1
    assert isinstance(SeedGenerator(1).next().numpy(), np.ndarray)
