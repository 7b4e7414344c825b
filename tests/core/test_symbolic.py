"""Symbolic tensors: shapes and types without values, and the graph they leave."""

import numpy as np
import pytest

from addax.core import (
    Node,
    SymbolicTensor,
    Variable,
    any_symbolic,
    convert,
    infer,
)
from addax.ops import linalg, math, random, reduce, sort
from addax.ops import shape as shapes

OPEN = (None, 8, 6)

# (operation, shape of the result for a batch of unknown size)
CASES = {
    "elementwise": (math.tanh, OPEN),
    "broadcasting": (lambda x: x + np.ones((8, 1), "float32"), OPEN),
    "two unknown batches": (lambda x: math.maximum(x, x * 2.0), OPEN),
    "sum of an axis": (lambda x: reduce.sum(x, 1), (None, 6)),
    "sum of the batch": (lambda x: reduce.sum(x, 0), (8, 6)),
    "sum of all": (lambda x: reduce.sum(x), ()),
    "matmul": (lambda x: linalg.matmul(x, np.ones((6, 4), "float32")), (None, 8, 4)),
    "transpose": (lambda x: shapes.transpose(x, (1, 0, 2)), (8, None, 6)),
    "reshape": (lambda x: shapes.reshape(x, (-1, 48)), (None, 48)),
    "reshape the batch": (lambda x: shapes.reshape(x, (-1, 2, 48)), (None, 2, 48)),
    "reshape to pieces": (lambda x: shapes.reshape(x, (-1, 3)), (None, 3)),
    "ravel": (shapes.ravel, (None,)),
    "concatenate rows": (lambda x: shapes.concatenate([x, x], 0), (None, 8, 6)),
    "concatenate": (lambda x: shapes.concatenate([x, x], -1), (None, 8, 12)),
    "stack": (lambda x: shapes.stack([x, x], 1), (None, 2, 8, 6)),
    "index": (lambda x: x[:, 0, ::2], (None, 3)),
    "expand": (lambda x: shapes.expand_dims(x, 0), (1, None, 8, 6)),
    "pad": (lambda x: shapes.pad(x, [(0, 0), (1, 1), (0, 0)]), (None, 10, 6)),
    "noise": (lambda x: random.dropout(x, 0.5), OPEN),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_shapes_are_those_of_the_values(name):
    fn, expected = CASES[name]
    found = fn(SymbolicTensor(OPEN))
    assert isinstance(found, SymbolicTensor)
    assert (found.shape, found.dtype) == (expected, "float32")
    for batch in (2, 6):
        values = fn(convert(np.ones((batch, *OPEN[1:]), "float32")))
        assert found.shape.is_compatible_with(values.shape)


def test_types_are_inferred():
    x = SymbolicTensor((None, 3), "int32")
    assert math.add(x, 0.5).dtype == "float32"
    assert math.greater(x, 1).dtype == "bool"
    assert reduce.argmax(x, -1).dtype == "int32"
    assert math.add(x, SymbolicTensor((None, 3), "int64")).dtype == "int64"


def test_several_outputs_and_inputs():
    x = SymbolicTensor((None, 5), name="x")
    values, indices = sort.top_k(x, 2)
    assert (values.shape, indices.dtype) == ((None, 2), "int32")
    assert values.node is indices.node
    assert (values.index, indices.index) == (0, 1)
    assert [t is x for t in values.node.inputs] == [True]


def test_a_graph_can_be_run_again():
    x, y = SymbolicTensor((None, 2)), SymbolicTensor((None, 2))
    z = math.add(math.multiply(x, 2.0), y)
    values = {id(x): convert([[1.0, 2.0]]), id(y): convert([[10.0, 20.0]])}
    first = z.node.parent_nodes[0]
    values[id(first.output_tensors[0])] = first.run(values)
    assert z.node.run(values).numpy().tolist() == [[12.0, 24.0]]
    assert z.node.operation.name.startswith("add")
    assert z.node.input_tensors == z.node.inputs
    assert not z.node.is_input
    assert z._keras_history.tensor_index == 0
    with pytest.raises(AttributeError, match="_keras_history"):
        _ = x._keras_history


def test_names_count_on():
    x = SymbolicTensor((2,))
    names = [math.rsqrt(x).node.operation.name for _ in range(2)]
    assert names[0] != names[1]
    assert all(n.startswith("rsqrt") for n in names)


def test_infer_takes_any_function_and_structure():
    w = Variable(np.ones((3, 4), "float32"))
    calls = []

    def layer(inputs, scale, training=False):
        calls.append(training)
        w.assign_add(w)
        return {"y": inputs["x"] @ w * scale, "text": "kept", "n": None}

    out = infer(layer, ({"x": SymbolicTensor((None, 3))}, 2.0), {"training": True})
    assert (out["y"].shape, out["text"], out["n"]) == ((None, 4), "kept", None)
    assert calls == [True, True]  # two sizes for the batch
    assert w.numpy().max() == 1.0  # what it assigned is dropped


def test_wrong_shapes_are_refused_while_building():
    x = SymbolicTensor((None, 3))
    with pytest.raises(ValueError, match=r"`matmul` cannot take(?s:.)*Received: x1="):
        linalg.matmul(x, np.ones((4, 2), "float32"))


def test_symbolic_among_others():
    x = SymbolicTensor((2,))
    assert any_symbolic([1, {"a": (x,)}])
    assert not any_symbolic([1, {"a": convert(1)}])
    assert any_symbolic(x)


@pytest.mark.parametrize(
    "use, error",
    [
        (bool, TypeError), (float, TypeError), (int, TypeError),
        (np.asarray, ValueError), (lambda x: x.numpy(), ValueError),
        (lambda x: 1 if x > 0 else 2, TypeError),
    ],
)  # fmt: skip
def test_it_has_no_value(use, error):
    with pytest.raises(
        error, match=r"A symbolic tensor cannot (?s:.)*keras\.layers\.Lambda"
    ):
        use(SymbolicTensor((2,)))


def test_looks():
    x = SymbolicTensor((None, 2), "int32", name="ids")
    assert repr(x) == "<KerasTensor shape=(None, 2), dtype=int32, name=ids>"
    assert (x.ndim, x.name) == (2, "ids")
    assert len({x, x}) == 1
    with pytest.raises(TypeError, match=r"first size is unknown"):
        list(x)
    assert len(list(SymbolicTensor((3, 2)))) == 3


def test_nodes_keep_their_arguments():
    x = SymbolicTensor((None, 4))
    y = shapes.expand_dims(x, axis=1)
    assert isinstance(y.node, Node)
    assert y.node.args[0] is x
    assert y.node.args[1] == 1
    assert y.node.outputs is y
