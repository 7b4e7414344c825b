"""Devices, threads, 64-bit types, and what looks at values while programs run."""

import threading

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from addax.core import GradientTape, Variable, convert, device, function, scope
from addax.core.device import find_device, list_devices
from addax.core.emit import emit
from addax.ops import create, math, reduce, sort

# 64-bit types


def jax_is_as_the_user_left_it():
    return (
        jnp.arange(3).dtype == jnp.int32
        and jnp.zeros(2).dtype == jnp.float32
        and jax.jit(lambda x: x + 1.5)(np.float64(1.0)).dtype == jnp.float32
        and not jax.config.jax_enable_x64
    )


@pytest.mark.parametrize("wrap", [lambda f: f, function], ids=["eager", "traced"])
def test_wide_types_stay_wide(wrap):
    big, fine = 2**40 + 1, 1.0 + 2**-40
    total = Variable(big)

    @wrap
    def run(i, x):
        total.assign_add(1)
        with GradientTape() as tape:
            tape.watch(x)
            y = x * x
        return i + 1, x * 1.0, tape.gradient(y, x), math.add(i, i), total * 1

    assert jax_is_as_the_user_left_it()
    i, x, slope, twice, state = run(convert(big), convert(np.float64(fine)))
    assert jax_is_as_the_user_left_it()
    assert (i.dtype, int(i)) == ("int64", big + 1)
    assert (x.dtype, float(x)) == ("float64", fine)
    assert (slope.dtype, float(slope)) == ("float64", 2 * fine)
    assert int(twice) == 2 * big
    assert int(state) == int(total) == big + 1


def test_narrow_types_stay_narrow():
    """With 64-bit types on, JAX's defaults are wide; kernels must not use them."""
    x = convert([1.0, 2.0])
    for y in (
        x * 2, x / 3, x**2, -x, x[0], math.sqrt(x), math.add(x, 1.5), reduce.mean(x),
        reduce.sum(x), reduce.std(x), math.clip(x, 0.5, 1.5), math.maximum(x, 0.1),
        math.where(x > 1.0, x, 0.0), sort.sort(x), create.linspace(0, 1, 3),
        create.zeros((2,)),
    ):  # fmt: skip
        assert y.dtype == "float32"
    i = convert([1, 2])
    for j in (i + 1, i * i, reduce.sum(i), create.arange(3), reduce.argmax(i), i % 2):
        assert j.dtype == "int32"
    assert jax_is_as_the_user_left_it()


def test_an_error_leaves_the_setting_alone():
    with pytest.raises(ValueError, match="add"):
        math.add([1.0, 2.0], [1.0, 2.0, 3.0])
    with pytest.raises(ZeroDivisionError, match="zero"):
        function(lambda x: 1 // 0)(1.0)
    assert jax_is_as_the_user_left_it()
    assert scope.state.lift is None
    assert scope.state.tapes == ()


def test_a_user_with_wide_jax_keeps_it():
    with jax.enable_x64(True):
        assert (convert([1.0]) + 1.0).dtype == "float32"
        assert jnp.zeros(2).dtype == jnp.float64


# Threads


def together(*jobs):
    """Runs the jobs at once; raises what any of them raised."""
    errors, barrier = [], threading.Barrier(len(jobs))

    def run(job):
        try:
            barrier.wait(timeout=30)
            job()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for t in threads:
        t.start()
    for t in threads:
        t.join(timeout=60)
    for error in errors:
        raise error


def test_tapes_of_two_threads_do_not_mix():
    def job(k):
        def run():
            for i in range(30):
                w = Variable(float(k))
                with GradientTape() as tape:
                    y = w * w * float(i)
                assert [v is w for v in tape.watched_variables()] == [True]
                assert float(tape.gradient(y, w)) == 2.0 * k * i

        return run

    together(job(1), job(2), job(3))


def test_functions_are_traced_in_two_threads():
    v = Variable(3.0)

    def job(size):
        def run():
            for _ in range(10):
                scale = function(lambda x: x * v + float(size))
                x = convert(np.ones(size, "float32"))
                assert scale(x).numpy().tolist() == [3.0 + size] * size

        return run

    together(job(1), job(2), job(3))


def test_threads_count_in_one_variable():
    total = Variable(0)
    count = function(lambda: total.assign_add(1))
    count()
    repeat = 200

    def job():
        for _ in range(repeat):
            count()

    together(job, job, job)
    assert int(total) == 1 + 3 * repeat


def test_one_function_is_first_called_by_several_threads():
    v = Variable(2.0)
    double = function(lambda x: x * v)
    results = []
    together(*[lambda i=i: results.append(float(double(float(i)))) for i in range(4)])
    assert sorted(results) == [0.0, 2.0, 4.0, 6.0]


def test_scopes_are_a_threads_own():
    inside = []
    with scope.use(autocast="float16"), scope.name_scope("outer"):
        together(
            lambda: inside.append(
                (scope.state.autocast, scope.current_path("x"), scope.state.tapes)
            )
        )
    assert inside == [(None, "x", ())]


# Devices


@pytest.mark.parametrize(
    "name",
    [
        "CPU", "cpu", "CPU:0", "cpu:0", "/CPU:0", "/cpu:0", "/device:CPU:0",
        "/job:localhost/replica:0/task:0/device:CPU:0",
    ],
)  # fmt: skip
def test_names_of_devices(name):
    assert find_device(name).platform == "cpu"
    with device(name):
        x = convert([1.0]) * 2.0
        v = Variable(x)
    assert x.device.endswith("device:CPU:0")
    assert v.device.endswith("device:CPU:0")


@pytest.mark.parametrize(
    "name", ["GPU:99", "/device:XPU:0", "CPU:7", "", "nonsense name"]
)
def test_devices_that_are_not_there(name):
    with (
        pytest.raises(
            ValueError, match=r"no such device. Received: device=.*\n.*CPU:0"
        ),
        device(name),
    ):
        pass


def test_the_list_of_devices():
    assert "CPU:0" in list_devices()
    assert list_devices("CPU") == ["CPU:0"]
    assert list_devices("TPU") == [] or jax.default_backend() == "tpu"


# Looking at values


def test_values_are_shown_at_once_or_when_they_come():
    found = []
    emit(lambda *a: found.append([x.tolist() for x in a]), [convert(1), convert([2.0])])
    assert found == [[1, [2.0]]]

    @function
    def f(x):
        emit(
            lambda a, word: found.append((a.tolist(), word.tolist())), [x, convert("w")]
        )
        return x * 2

    found.clear()
    f(convert(1))
    f(convert(2))
    jax.effects_barrier()
    assert found == [(1, b"w"), (2, b"w")]


def test_looking_does_not_change_gradients():
    found = []

    @function
    def f(x):
        with GradientTape() as tape:
            tape.watch(x)
            y = x * x
            emit(lambda a: found.append(float(a)), [y])
        return tape.gradient(y, x)

    assert float(f(convert(3.0))) == 6.0
    jax.effects_barrier()
    assert found == [9.0]


# Sizes inside traces


def test_sizes_computed_from_shapes_stay_numbers():
    @function
    def f(x):
        sizes = convert(list(x.shape))
        half = sizes[0] // 2
        assert [int(half), int(half * 3 - 1), bool(half > 1)] == [2, 5, True]
        y = create.zeros((half, sizes[1])) + x[:half]
        for i in create.arange(half):
            y = y + i.numpy().item()
        return y

    assert f(np.ones((4, 3), "float32")).numpy().tolist() == [[2.0] * 3] * 2


def test_large_constants_are_not_computed_while_tracing():
    big = np.ones((50, 50), "int32")
    concrete = function(lambda: convert(big) + 1).get_concrete_function()
    assert "add" in str(concrete.lifted.program)
