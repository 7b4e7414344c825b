"""Functions give the same run as plain Python and traced, and so do their gradients."""

# ruff: noqa: B007, B905, E741 - programs as users write them

from __future__ import annotations

import numpy as np
import pytest

from addax import tf

F, I = tf.constant, lambda n: tf.constant(n, tf.int32)
V = [1.0, -2.0, 3.0, 0.5]


# if


def if_else(x):
    if x > 1.0:
        y = x * 2.0
    elif x > 0.0:
        y = x * 3.0
    else:
        y = -x
    return y


def if_only(x):
    y = x
    if x > 0:
        y = y * x
        x = x + 1.0
    return x + y


def early_return(x):
    if x > 2.0:
        return x
    if x > 0.0:
        return x * x
    return -x


def return_in_else(x):
    if x > 0:
        z = x + 1.0
    else:
        return x
    return z * 2.0


def nested_ifs(x):
    sign = 0
    if x != 0.0:
        if x > 0.0:
            sign = 1
        else:
            sign = -1
    return sign


def temporaries(x):
    if x > 0:
        t = x * 2.0
        y = t + 1.0
    else:
        t = tf.cast(x, tf.int32)  # another type; not used afterwards
        y = x
    return y


def number_or_tensor(x):
    y = 0
    if x > 0:
        y = x
    return y


def structures(x):
    out = {"a": x, "b": (x, 1)}
    if x > 0:
        out = {"a": x * 2.0, "b": (x, 2)}
    return out["a"], out["b"][1]


def ternaries(x):
    y = x if x > 0 else -x
    return (y * 2.0 if y > 1.0 else y) if x < 5.0 else x * x


def logic(x):
    a, b = 0, 0
    if x > 0 and x < 2:
        a = 1
    if x < 0 or x > 2:
        b = 1
    if not x > 0:
        b += 10
    if 0.0 < x < 2.0 < 3:
        a += 100
    return a, b


def python_conditions(x, flag=True, n=None):
    if flag and n is None:
        x = x + 1.0
    if n is not None and x > n:
        x = n
    return x if flag else None


# while


def collatz(n):
    steps = 0
    while n != 1:
        if n % 2 == 0:
            n = n // 2
        else:
            n = 3 * n + 1
        steps += 1
    return steps


def while_break(n):
    i = 0
    while True:
        if i * i > n:
            break
        i += 1
    return i


def while_return(n):
    i = 0
    while True:
        n -= i
        if n < 0:
            return i
        i += 1


def while_continue(n):
    total = 0
    while n > 0:
        n -= 1
        if n % 3 == 0:
            continue
        total += n
    return total


def while_else(n):
    i = 0
    while i < n:
        if i == 5:
            break
        i += 1
    else:
        i = -1
    return i


def while_and(n):
    i, x = 0, 1.0
    while i < n and x < 50.0:
        x, i = x * 2.0, i + 1
    return x, i


def newton(x):
    guess = x
    while tf.abs(guess * guess - x) > 1e-3:
        guess = 0.5 * (guess + x / guess)
    return guess


# for


def for_tensor(xs):
    total = 0.0
    for x in xs:
        total += x * x
    return total


def for_last(xs):
    for x in xs:
        y = x * 2.0
    return y, x


def for_range(n):
    total = 0
    for i in tf.range(n):
        total += i
    return total


def for_python_range(n):
    total = 0
    for i in range(1, n, 2):
        for j in range(2):
            total += i * j
    return total


def for_range_down(n):
    last = -1
    for i in tf.range(n, 0, -2):
        last = i
    return last


def for_break(xs):
    total = 0.0
    for x in xs:
        if x > 2.0:
            break
        if x < 0.0:
            continue
        total += x
    return total


def for_return(xs):
    for i, x in enumerate(xs):
        if x > 2.0:
            return i
    return -1


def for_else(xs):
    r = 0.0
    for x in xs:
        if x > 100.0:
            r = x
            break
    else:
        r = -1.0
    return r


def nested_loops(n):
    count = 0
    for i in tf.range(n):
        for j in tf.range(i):
            if (i + j) % 2 == 0:
                continue
            count += 1
            if count > 6:
                break
    return count


def nested_return(n):
    for i in tf.range(n):
        for j in tf.range(n):
            if i * j == 6:
                return i, j
    return -1, -1


def grows(xs):
    out = tf.zeros([0])
    for i in tf.range(3):
        out = tf.concat([out, xs[:i]], 0)
    for x in xs:
        out = tf.concat([out, x[None]], 0)
    return out


def zipped(xs, ys):
    total = 0.0
    for x, y in zip(xs, ys):
        total += x * y
    for i, (x, y) in enumerate(zip(xs, reversed(ys))):
        total += tf.cast(i, tf.float32) * x * y
    return total


def python_loop_tensor_break(x):
    for i in range(6):
        if x > 10.0:
            break
        x = x * 2.0 + i * 0.5
    return x


def list_loop(x):
    for factor in [2.0, -1.0, 3.0]:
        if x > 0:
            x = x * factor
        else:
            x = x - factor
    return x


def rows(x):
    out = tf.zeros([3])
    for row in x:
        if tf.reduce_sum(row) > 0:
            out += row
    return out


# calls


def helper(x, scale=1.0):
    if x > 0:
        return x * scale
    return x


def calls(x):
    return helper(x, scale=2.0) + helper(-x) + (lambda v: v if v > 1 else 1.0)(x)


class Counter:
    def __init__(self):
        self.total = 0.0

    def __private(self, x):
        return x if x > 0 else -x

    def add(self, x):
        if x > 0:
            self.total = self.total + x
        else:
            self.total = self.total - 2.0 * x
        return self.__private(x)


class Child(Counter):
    def add(self, x):
        y = super().add(x * 2.0)
        return y if x > 1 else y + 1.0


def methods(x):
    counter = Child()
    y = counter.add(x)
    counter.add(x - 1.5)
    return counter.total + y


def closures(x):
    scale = 2.0
    best = x

    def update(v):
        nonlocal best
        if v > best:
            best = v * scale

    update(x + 1.0)
    update(x - 5.0)
    return best


def builtin_functions(x):
    y = max(x, 0.5) + min(x, 0.0) + abs(x)
    n = int(x) + len([1, 2])
    return y, float(n), bool(x)


def sums(xs):
    return sum(xs), max(xs), any(xs > 2.0), [v * 2 for v in xs]


def items(x):
    d, last = {"n": 0.0}, [x, x]
    if x > 1:
        last[-1] = last[0] * 2.0
    for i in tf.range(3):
        if x > 1:
            d["n"] = d["n"] + x
    return d["n"] + last[-1]


def try_and_with(x):
    try:
        with tf.name_scope("a"):
            if x > 0:
                return x
            y = x * 2.0
    finally:
        pass
    return y


PROGRAMS = [
    *[(f, [F(v)]) for f in (
        if_else, if_only, early_return, return_in_else, nested_ifs, temporaries,
        number_or_tensor, structures, ternaries, logic, python_conditions, calls,
        methods, closures, builtin_functions, items, try_and_with,
        python_loop_tensor_break, list_loop,
    ) for v in (-1.5, 0.7, 2.5)],
    *[(f, [I(v)]) for f in (
        collatz, while_break, while_return, while_continue, while_else, while_and,
        for_range, for_python_range, for_range_down, nested_loops, nested_return,
    ) for v in (3, 7)],
    (for_range, [I(0)]), (for_range_down, [I(0)]), (while_else, [I(0)]),
    (newton, [F(10.0)]),
    *[(f, [F(v)]) for f in (
        for_tensor, for_last, for_break, for_return, for_else, sums, grows,
    ) for v in (V, [0.1, 0.2])],
    (zipped, [F(V), F(V[::-1])]),
    (rows, [F([[1.0, 2, 3], [-9, 1, 1], [4, 5, 6]])]),
]  # fmt: skip


@pytest.mark.parametrize(
    "fn, args", PROGRAMS, ids=[f"{f.__name__}-{i}" for i, (f, _) in enumerate(PROGRAMS)]
)
def test_as_plain_python(fn, args):
    expected, got = fn(*args), tf.function(fn)(*args)
    a, b = tf.nest.flatten(expected), tf.nest.flatten(got)
    assert len(a) == len(b)
    for x, y in zip(a, b, strict=True):
        np.testing.assert_allclose(np.asarray(x), np.asarray(y), rtol=1e-5)


@pytest.mark.parametrize("fn, args", [
    (f, [F(v)]) for f in (if_else, early_return, ternaries, calls, newton)
    for v in (0.7, 2.5)
] + [(f, [F(V)]) for f in (for_tensor, for_break)] + [
    (zipped, [F(V), F(V)]), (rows, [F([[1.0, 2, 3], [-9, 1, 1], [4, 5, 6]])]),
], ids=lambda x: getattr(x, "__name__", ""))  # fmt: skip
def test_gradients(fn, args):
    def slope(*args):
        with tf.GradientTape() as tape:
            tape.watch(args)
            y = tf.reduce_sum(fn(*args))
        return tape.gradient(y, args)

    for a, b in zip(slope(*args), tf.function(slope)(*args), strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-4)


# Python's side effects


def test_prints_show_once_for_each_trace(capsys):
    weight = tf.Variable(2.0)

    @tf.function
    def speaks(x):
        print("traced")
        with tf.GradientTape() as tape:
            y = weight * x
            if y > 1.0:
                print("then")
            else:
                print("else")
            for i in tf.range(x):
                print("body")
                y = y * weight
        return tape.gradient(y, weight)

    for x in (1.0, 3.0):
        speaks(F(x))
    assert capsys.readouterr().out.split() == ["traced", "then", "else", "body"]


def test_prints_of_a_loop_that_is_written_out_show_once_a_step(capsys):
    @tf.function
    def grows(x):
        for i in tf.range(2):
            print("grows")
            x = tf.concat([x, x], 0)
        return x

    assert grows(F([1.0])).shape == (4,)
    assert capsys.readouterr().out == "grows\ngrows\n"
