"""Small random programs of operations, and the same programs in plain `jax.numpy`."""

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from hypothesis import strategies as st

from addax import ops
from addax.ops import linalg, math, reduce
from addax.ops import shape as shapes

SHAPE = (2, 3)  # of every value, so that any two can meet


@dataclass(frozen=True)
class Step:
    """One line of a program: what is called, on which of the values so far."""

    name: str
    args: tuple[int, ...]


# name -> (number of operands, with our operations, with jax.numpy)
STEPS = {
    "add": (2, math.add, jnp.add),
    "operators": (2, lambda a, b: (a - b) * 0.5 + 1, lambda a, b: (a - b) * 0.5 + 1),
    "multiply": (2, math.multiply, jnp.multiply),
    "divide": (
        2,
        lambda a, b: math.divide(a, math.square(b) + 1.0),
        lambda a, b: a / (b**2 + 1.0),
    ),
    "maximum": (2, math.maximum, jnp.maximum),
    "where": (
        2,
        lambda a, b: math.where(math.greater(a, b), math.sin(a), b),
        lambda a, b: jnp.where(a > b, jnp.sin(a), b),
    ),
    "matmul": (
        3,
        lambda a, b, c: linalg.matmul(a, linalg.matmul(shapes.transpose(b), c)) * 0.1,
        lambda a, b, c: a @ (b.T @ c) * 0.1,
    ),
    "tanh": (1, math.tanh, jnp.tanh),
    "exp": (1, lambda a: math.exp(math.sin(a)), lambda a: jnp.exp(jnp.sin(a))),
    "log": (
        1,
        lambda a: math.log(math.square(a) + 2.0),
        lambda a: jnp.log(a**2 + 2.0),
    ),
    "power": (
        1,
        lambda a: math.sigmoid(a) ** 3,
        lambda a: (1 / (1 + jnp.exp(-a))) ** 3,
    ),
    "flip": (1, lambda a: a[:, ::-1], lambda a: a[:, ::-1]),
    "roll": (1, lambda a: shapes.roll(a, 1, 0), lambda a: jnp.roll(a, 1, 0)),
    "join": (
        2,
        lambda a, b: shapes.concatenate([a[:1], b[1:]], 0),
        lambda a, b: jnp.concatenate([a[:1], b[1:]], 0),
    ),
    "stack": (
        2,
        lambda a, b: reduce.mean(shapes.stack([a, b], 1), 1),
        lambda a, b: jnp.mean(jnp.stack([a, b], 1), 1),
    ),
    "split": (
        1,
        lambda a: shapes.concatenate(shapes.split(a, 3, 1)[::-1], 1),
        lambda a: jnp.concatenate(jnp.split(a, 3, 1)[::-1], 1),
    ),
    "reduce": (
        1,
        lambda a: a + reduce.sum(a, axis=0, keepdims=True) - reduce.max(a) * 0.5,
        lambda a: a + jnp.sum(a, axis=0, keepdims=True) - jnp.max(a) * 0.5,
    ),
    "gather": (
        1,
        lambda a: ops.indexing.gather(a, [2, 0, 0], 1),
        lambda a: a[:, np.array([2, 0, 0])],
    ),
    "stop": (1, lambda a: a * math.stop_gradient(a), None),
}


@st.composite
def programs(draw, inputs=2, most=5, without=()):
    """A program of up to `most` steps on `inputs` values; the last is its result."""
    names = [name for name in STEPS if name not in without]
    steps = []
    for i in range(draw(st.integers(1, most))):
        name = draw(st.sampled_from(names))
        past = st.integers(0, inputs + i - 1)
        steps.append(Step(name, tuple(draw(past) for _ in range(STEPS[name][0]))))
    return tuple(steps)


def run(program, *values, plain=False):
    """Runs a program; `plain` with jax.numpy alone."""
    values = list(values)
    for step in program:
        _, ours, theirs = STEPS[step.name]
        fn = theirs if plain else ours
        values.append(fn(*(values[i] for i in step.args)))
    return values[-1]


def arrays(seed, count=2, dtype="float64"):
    """Values without ties: finite differences need a smooth neighbourhood."""
    rng = np.random.default_rng(seed)
    return [rng.normal(size=SHAPE).astype(dtype) for _ in range(count)]
