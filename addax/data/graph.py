"""What a user's function does to elements, as a list of operations.

The function is called once, on symbolic tensors: strings to come, images of unknown
sizes. So Python's side effects happen once, as in TensorFlow, and what it does with
values themselves (`if x > 0`, `x.numpy()`) shows at once; such a function has no graph.
"""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from addax.core import (
    OPS,
    CompositeTensor,
    Op,
    SymbolicTensor,
    Tensor,
    TensorLike,
    TensorSpec,
    Variable,
    convert,
    scope,
)
from addax.core.lift import LiftScope
from addax.core.op import OpCall
from addax.data import nest
from addax.data.elements import to_leaf
from addax.data.photos import decode_pixels, photo
from addax.data.specs import spec_of, symbols


class Untraceable(TypeError):
    """What a function does cannot be put into a graph."""


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a value in a graph."""

    number: int


@dataclass(frozen=True, eq=False)
class Step:
    """One call of an operation.

    Attributes:
        op: The operation.
        args: Its arguments, slots (also in lists) in the places of tensors to come.
        outputs: The slots of its results.
        fn: The user's function in which it stands, and the stage that was given it.
    """

    op: Op
    args: tuple[Any, ...]
    outputs: tuple[Slot, ...]
    fn: tuple[Callable[..., Any], str]

    @property
    def inputs(self) -> tuple[Slot, ...]:
        """The slots among the arguments."""
        return tuple(slots_in(self.args))


def slots_in(structure: Any) -> Iterator[Slot]:
    """The slots in an argument, or in a structure of leaves."""
    if isinstance(structure, Slot):
        yield structure
    elif isinstance(structure, dict):
        for each in structure.values():
            yield from slots_in(each)
    elif isinstance(structure, (tuple, list)):
        for each in structure:
            yield from slots_in(each)


def fill(structure: Any, value: Callable[[Slot], Any]) -> Any:
    """An argument with values in the places of slots."""
    if isinstance(structure, Slot):
        return value(structure)
    if isinstance(structure, (tuple, list)) and any(slots_in(structure)):
        return [fill(each, value) for each in structure]
    return structure


@dataclass(frozen=True)
class Graph:
    """The operations of a function.

    Attributes:
        specs: What the value of each slot looks like; the first ones are the inputs.
        inputs: How many inputs there are.
        steps: The operations, in an order in which they can run.
        result: The function's result, slots (or constants) for its leaves.
        variables: The variables that it reads, and the slots of their values.
        writes: The variables that it assigns, and what their values become.
    """

    specs: tuple[TensorSpec, ...]
    inputs: int
    steps: tuple[Step, ...]
    result: Any
    variables: tuple[tuple[Variable, Slot], ...]
    writes: tuple[tuple[Variable, Any], ...]

    def spec(self) -> Any:
        """What the function returns looks like."""

        def of(leaf: Any) -> Any:
            return self.specs[leaf.number] if isinstance(leaf, Slot) else spec_of(leaf)

        return nest.map_leaves(of, self.result)

    def then(self, following: Graph) -> Graph:
        """The operations of this function, and of a function of its result."""
        given = nest.flatten(self.result)
        current = {id(v): slot for v, slot in self.variables}
        current |= {id(v): value for v, value in self.writes}
        behind = len(self.specs) - following.inputs
        places: dict[int, Any] = dict(enumerate(given))
        variables = list(self.variables)
        for variable, slot in following.variables:
            moved = Slot(slot.number + behind)
            places[slot.number] = current.get(id(variable), moved)
            if id(variable) not in current:
                variables.append((variable, moved))

        def moved_all(structure: Any) -> Any:
            return fill(
                structure,
                lambda s: places.get(s.number, Slot(s.number + behind)),
            )

        steps = [
            Step(
                s.op,
                tuple(map(moved_all, s.args)),
                tuple(map(moved_all, s.outputs)),
                s.fn,
            )
            for s in following.steps
        ]
        writes = {id(v): (v, x) for v, x in self.writes}
        writes |= {id(v): (v, moved_all(x)) for v, x in following.writes}
        return Graph(
            self.specs + following.specs[following.inputs :],
            self.inputs,
            self.steps + tuple(steps),
            nest.map_leaves(moved_all, following.result),
            tuple(variables),
            tuple(writes.values()),
        )

    def joined(self) -> Graph:
        """The same with photos decoded and resized in one operation.

        Nobody else may ask for the pixels in between.
        """
        makers = {step.outputs[0]: step for step in self.steps}
        users = collections.Counter(
            slot for step in self.steps for slot in slots_in(step.args)
        )
        users.update(x for x in nest.flatten(self.result) if type(x) is Slot)
        steps, gone = list(self.steps), set()
        for i, step in enumerate(steps):
            pixels: Any = step.args[0] if step.op.name == "resample" else None
            maker = makers.get(pixels) if type(pixels) is Slot else None
            if maker and maker.op is decode_pixels and users[pixels] == 1:
                args = (*maker.args, *step.args[1:], "")
                steps[i] = Step(photo, args, step.outputs, step.fn)
                gone.add(maker)
        left = tuple(step for step in steps if step not in gone)
        return dataclasses.replace(self, steps=left)

    def before(self, wanted: Any) -> list[Step]:
        """The steps that slots depend on."""
        needed = {slot.number for slot in slots_in(wanted)}
        found = []
        for step in reversed(self.steps):
            if any(slot.number in needed for slot in step.outputs):
                found.append(step)
                needed.update(slot.number for slot in step.inputs)
        return found[::-1]


class Recorder(LiftScope):
    """Takes down what a function does while it is called on symbolic tensors."""

    def __init__(self) -> None:
        super().__init__()
        self.nodes: list[Any] = []
        self.first: dict[int, tuple[Variable, Any]] = {}

    def read(self, variable: Variable) -> Any:
        if scope.state.lift is not self:  # an operation's shapes are worked out
            return variable._handle
        if id(variable) not in self.values:
            value: Any = SymbolicTensor(variable.shape, variable._handle.dtype)
            self.values[id(variable)] = value
            self.first[id(variable)] = variable, value
        return self.values[id(variable)]

    def write(self, variable: Variable, tensor: Any) -> None:
        self.read(variable)
        self.written[id(variable)] = variable
        self.values[id(variable)] = tensor

    def recorded(self, node: Any) -> None:
        call = node.operation
        op = call.op if isinstance(call, OpCall) else None
        # Others, such as `tf.cond`, hold functions that hold tensors.
        if not isinstance(op, Op) or OPS.get(op.name) is not op:
            raise Untraceable(f"calls {call!r}")
        self.nodes.append(node)

    def looked_at(self) -> None:
        raise Untraceable("looks at values")


def trace(fn: Callable[..., Any], stage: str, spec: Any) -> Graph | None:
    """The graph of a function of elements that look like `spec`.

    Args:
        fn: The function; the parts of a tuple are its arguments.
        stage: The method it was given to.
        spec: What the elements look like.

    Returns:
        `None` if it has none: it needs values, or open sizes, or does more than call
        operations.
    """
    recorder = Recorder()
    try:
        given = symbols(spec)
        arguments = given if isinstance(given, tuple) else (given,)
        surroundings = scope.use(lift=recorder, tapes=(), autocast=None)
        with surroundings, scope.flow("plain"):
            result = nest.map_leaves(_result, fn(*arguments))
            if recorder.new:  # in layers, which are built now and must stay whole
                return None
            return _graph(recorder, nest.flatten(given), result, (fn, stage))
    except Exception:  # the function's own, too: it comes again where values are
        return None


def _result(leaf: Any) -> Any:
    if isinstance(leaf, Variable):
        leaf = leaf._read()
    if isinstance(leaf, list) and any(isinstance(x, TensorLike) for x in leaf):
        leaf = convert(leaf)
    if isinstance(leaf, SymbolicTensor):
        return leaf
    if isinstance(leaf, _CONSTANTS) and not isinstance(leaf, CompositeTensor):
        return to_leaf(leaf)
    raise Untraceable(f"returns {type(leaf).__name__}")


_CONSTANTS = (Tensor, np.ndarray, np.generic, bool, int, float, str, bytes, list)


def _graph(
    recorder: Recorder, given: list[Any], result: Any, fn: tuple[Any, str]
) -> Graph:
    slots: dict[int, Slot] = {}
    specs: list[TensorSpec] = []
    variables: list[tuple[Variable, Slot]] = []

    def slot(tensor: Any) -> Slot:
        slots[id(tensor)] = made = Slot(len(specs))
        specs.append(TensorSpec(tuple(tensor.shape), tensor.dtype))
        return made

    def filled(x: Any) -> Any:
        if isinstance(x, Variable):
            if id(x) in recorder.written or id(x) in slots:
                raise Untraceable("uses a variable that it assigns")
            recorder.first.setdefault(id(x), (x, x))
            variables.append((x, slot(x)))
            return variables[-1][1]
        if isinstance(x, SymbolicTensor):
            return slots[id(x)]
        if isinstance(x, CompositeTensor):
            raise Untraceable("uses a tensor made of several")
        if isinstance(x, (list, tuple)) and not hasattr(x, "_fields"):
            return type(x)(map(filled, x)) if type(x) in (list, tuple) else x
        return x

    for tensor in given:
        slot(tensor)
    for variable, tensor in recorder.first.values():
        variables.append((variable, slot(tensor)))
    steps = []
    for node in recorder.nodes:
        args = tuple(map(filled, node.args))
        outputs = tuple(map(slot, node.output_tensors))
        steps.append(Step(node.operation.op, args, outputs, fn))
    writes = [(v, filled(recorder.values[k])) for k, v in recorder.written.items()]
    return Graph(
        tuple(specs),
        len(given),
        tuple(steps),
        nest.map_leaves(filled, result),
        tuple(variables),
        tuple(writes),
    )
