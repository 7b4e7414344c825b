"""`lift`: stateful Python to a pure function. The one idea of addax.

`lift(fn, args)` traces `fn` once, finds each `Variable` it reads or writes, and returns
a `Lifted`: a closed JAX program with those variables as named inputs and outputs.
Everything fast or deployable is a JAX transform of it (`jit` and `loop` in
`program.py`; `vmap`, shardings and export elsewhere).

The four steps (docs/design/0001-lift.md): snapshot the variables, trace, collect what
changed, write back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from addax._base.output import unheard
from addax.core import _jax, dtypes, scope, tree
from addax.core.tensor import Tensor, TensorLike, convert

if TYPE_CHECKING:
    from addax.core.variable import Variable


class LiftScope:
    """Where variables live while a function is being traced.

    Reads give the value that the trace carries, writes stay here. A variable that the
    trace does not carry is noted in `missed`. It is read as a constant, or, where
    `trace` says in which trace, as a value of its own, which is noted in `found`.
    """

    def __init__(
        self, variables: Sequence[Variable] = (), arrays: Sequence[Any] = ()
    ) -> None:
        self.parent = scope.state.lift
        self.variables = tuple(variables)
        self.values = {id(v): Tensor(a) for v, a in zip(variables, arrays, strict=True)}
        self.missed: dict[int, Variable] = {}
        self.trace: Any = None
        self.found: list[tuple[Variable, Any]] = []
        self.new: dict[int, Variable] = {}
        self.written: dict[int, Variable] = {}
        self.touched: dict[int, Variable] = {}
        self.unknown_size = 1
        self.foresees = False

    @classmethod
    def discarding(cls, unknown_size: int = 1, foresees: bool = False) -> LiftScope:
        """A scope for looking at what a function returns: its writes are dropped.

        Args:
            unknown_size: What stands for a size that only running can tell.
            foresees: Whether it runs on `Expected` values, not in a trace.
        """
        made = cls()
        made.unknown_size, made.foresees = unknown_size, foresees
        return made

    def read(self, variable: Variable) -> Tensor:
        key = id(variable)
        self.touched[key] = variable
        value = self.values.get(key)
        if value is None:
            self.missed[key] = variable
            parent = self.parent
            value = variable._handle if parent is None else parent.read(variable)
            if self.trace is not None:
                value = Tensor(_jax.read_in(self.trace, value._value))
                self.found.append((variable, value._value))
            self.values[key] = value
        elif key in self.written and scope.state.tapes:
            # A new handle: gradients stop at an assignment, as in TensorFlow.
            value = self.values[key] = Tensor(value._value)
        return value

    def write(self, variable: Variable, tensor: Tensor) -> None:
        key = id(variable)
        if key not in self.values:
            self.read(variable)
        self.touched[key] = self.written[key] = variable
        self.values[key] = tensor

    def created(self, variable: Variable) -> None:
        self.new[id(variable)] = variable
        if self.parent is not None:
            self.parent.created(variable)

    def recorded(self, node: Any) -> None:
        """Hears of each call on symbolic tensors."""

    def looked_at(self) -> None:
        """Hears of each look at values (`emit`)."""


@dataclass(frozen=True)
class Lifted:
    """A function made pure: a closed program with its state as named inputs.

    Attributes:
        program: The closed jaxpr; inputs are the written variables, the variables that
            are only read, then the array arguments; outputs are the array results,
            then the new values of the written variables.
        writes: The variables it changes, in order.
        reads: The variables it reads but does not change, in order.
        avals: Shape and type of each array argument.
        outputs: Rebuilds the function's result from a flat list of arrays or tensors.
        out_avals: Shape and type of each array result.
        created: The variables that tracing created.
    """

    program: Any
    writes: tuple[Variable, ...]
    reads: tuple[Variable, ...]
    avals: tuple[jax.ShapeDtypeStruct, ...]
    outputs: Callable[[Sequence[Any]], Any]
    out_avals: tuple[Any, ...]
    created: tuple[Variable, ...]

    def pure(
        self, writes: Sequence[Any], reads: Sequence[Any], args: Sequence[Any]
    ) -> tuple[list[Any], list[Any]]:
        """The pure function: (state, args) to (results, new state), all flat lists."""
        flat = _jax.as_fun(self.program)(*writes, *reads, *args)
        split = len(self.out_avals)
        return flat[:split], flat[split:]

    @property
    def has_effects(self) -> bool:
        """Whether running it does more than compute: prints, checks."""
        return _jax.has_effects(self.program)

    def with_constants(self, values: Sequence[Any]) -> Lifted:
        """The same program closed over other values."""
        return replace(self, program=_jax.with_constants(self.program, values))


def lift(
    fn: Callable[..., Any],
    args: Sequence[Any],
    variables: Iterable[Variable] = (),
) -> Lifted:
    """Traces `fn` to a pure program.

    Args:
        fn: A function of tensors in nested structures; it may read and assign
            variables and create them the first time.
        args: Example arguments, or `jax.ShapeDtypeStruct`s in their places.
        variables: Variables that `fn` is expected to use. Naming them saves a second
            trace; naming too few or too many does no harm.

    Returns:
        The `Lifted` program. The variables keep their values.

    Raises:
        ValueError: If `fn` creates variables each time it runs.
    """
    return scope.attempt(lambda: _lift(scope.converted(fn), args, variables))


def _lift(
    fn: Callable[..., Any], args: Sequence[Any], variables: Iterable[Variable]
) -> Lifted:
    leaves, treedef = tree.flatten_with_treedef(tuple(args))
    where = [i for i, x in enumerate(leaves) if is_array_like(x)]
    avals = tuple(aval(leaves[i]) for i in where)
    outer = scope.state.lift
    around = () if outer is None else (*outer.variables, *outer.touched.values())
    known = list({id(v): v for v in (*variables, *around)}.values())
    found: list[Variable] = []
    created: dict[int, Variable] = {}
    heard: Callable[[], AbstractContextManager[None]] = nullcontext
    while True:
        with heard():
            attempt, program, result = _trace(fn, leaves, treedef, where, avals, known)
        late = [v.path for k, v in attempt.new.items() if created and k not in created]
        if late:
            raise ValueError(_CREATES.format(paths=", ".join(map(repr, late))))
        created.update(attempt.new)
        named = {id(v) for v in known}
        missed = [v for k, v in attempt.missed.items() if k not in named]
        if not missed:
            break
        if not created and attempt.found:
            # What nobody had named becomes inputs now. A second trace would do whatever
            # else the function does, such as printing, a second time.
            further = _jax.make_inputs(program, len(attempt.found))
            if further is not None:
                program, found = further, [v for v, _ in attempt.found]
                break
        known, heard = known + missed, unheard
    out_leaves, out_tree, out_where = result
    writes = tuple(attempt.written.values())
    reads = tuple(v for k, v in attempt.touched.items() if k not in attempt.written)
    n, m = len(known), len(avals)
    order = {id(v): i for i, v in enumerate(known)}
    order |= {id(v): n + m + i for i, v in enumerate(found)}
    keep = [order[id(v)] for v in (*writes, *reads)]
    inputs = [*keep, *range(n, n + m)]
    if inputs != list(range(n + m + len(found))):
        reordered = _jax.select_inputs(program, inputs)
        program = reordered or _retraced(program, known, keep, avals)
    program = _jax.dce(program)

    def outputs(flat: Sequence[Any]) -> Any:
        filled = list(out_leaves)
        for i, x in zip(out_where, flat, strict=True):
            filled[i] = x if isinstance(x, Tensor) else Tensor(x)
        return tree.unflatten(out_tree, filled)

    out_avals = tuple(v.aval for v in program.outvars[: len(out_where)])
    return Lifted(
        program, writes, reads, avals, outputs, out_avals, tuple(created.values())
    )


def _trace(
    fn: Callable[..., Any],
    leaves: list[Any],
    treedef: Any,
    where: list[int],
    avals: tuple[Any, ...],
    known: list[Variable],
) -> tuple[LiftScope, Any, tuple[list[Any], Any, list[int]]]:
    holder: list[Any] = []

    def traced(*flat: Any) -> list[Any]:
        filled = list(leaves)
        for i, array in zip(where, flat[len(known) :], strict=True):
            filled[i] = Tensor(array)
        inside = LiftScope(known, flat[: len(known)])
        inside.trace = _jax.current_trace()
        with scope.use(lift=inside, tapes=(), autocast=None):
            out = fn(*tree.unflatten(treedef, filled))
            out_leaves, out_tree = tree.flatten_with_treedef(out)
            arrays, positions = [], []
            for i, x in enumerate(out_leaves):
                if hasattr(x, "_settle"):
                    x._settle()
                if is_array_like(x) or type(x) in (bool, int, float, complex):
                    arrays.append(convert_output(x)._value)
                    positions.append(i)
                    out_leaves[i] = None
        holder[:] = inside, (out_leaves, out_tree, positions)
        arrays += [inside.values[k]._value for k in inside.written]
        return arrays + [array for _, array in inside.found]

    with _jax.x64():
        program = _jax.trace(traced, [*(aval(v._handle) for v in known), *avals])
    inside, result = holder
    return inside, program, result


def _retraced(
    program: Any, known: list[Variable], keep: list[int], avals: tuple[Any, ...]
) -> Any:
    """The program with the kept variables as inputs, in their order."""
    inner = _jax.as_fun(program)

    def selected(*flat: Any) -> list[Any]:
        # Variables that are carried but never looked at: any value will do.
        held: list[Any] = [np.zeros(v.shape, v._handle._value.dtype) for v in known]
        for value, i in zip(flat, keep, strict=False):
            held[i] = value
        return inner(*held, *flat[len(keep) :])

    with _jax.x64():
        return _jax.trace(selected, [*(aval(known[i]._handle) for i in keep), *avals])


_CREATES = """A traced function creates new variables each time it runs: {paths}.
Its compiled form could not know which of them to use, and each call would lose what \
the last one learnt.
Create variables once, outside the function or behind a check:
    if self.w is None:
        self.w = tf.Variable(...)"""


ESCAPED = """A tensor from inside a traced function was used after the trace had \
ended, {where}.
While a tf.function (or a compiled train_step or call) is traced, its tensors stand \
for values that exist only inside the compiled program; keeping one in an attribute, \
a list or a global variable lets it escape.
1. Return it: `return loss, hidden` instead of `self.hidden = hidden`.
2. Keep state in a variable: `self.hidden = tf.Variable(...)`, then \
`self.hidden.assign(hidden)`.
3. Collect what a loop over tensors computes in a tf.TensorArray, not in a list."""


TRACED = """A value inside a JAX trace cannot be kept in variable {path!r}. \
Received: value={value!r}
Under jax.jit or jax.grad a variable would hold a value that ends with the trace. Use \
tf.function instead, which carries variables in and out."""


def convert_output(x: Any) -> Tensor:
    """A traced function's result as a tensor; a variable gives its value."""
    read = getattr(x, "_read", None)
    return read() if read is not None else convert(x)


def is_array_like(x: Any) -> bool:
    """Whether `x` becomes an input of a traced program rather than a part of it."""
    if isinstance(x, (TensorLike, np.ndarray)):
        return dtypes.as_dtype(x.dtype) != "string"  # strings stay on the host
    return isinstance(x, (jax.Array, np.generic, jax.ShapeDtypeStruct))


def aval(x: Any) -> jax.ShapeDtypeStruct:
    """Shape and type of an array-like value."""
    if isinstance(x, Tensor):
        x = x._value
    dtype = x.dtype
    return jax.ShapeDtypeStruct(
        tuple(x.shape), str.__str__(dtype) if isinstance(dtype, str) else dtype
    )
