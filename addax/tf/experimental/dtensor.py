"""`tf.experimental.dtensor`: tensors with a layout on a mesh of devices.

The layout is noted and can be asked for; a tensor's values lie on one device as a
whole. Programs written for layouts therefore compute what they would.
(`keras.distribution` is for spreading work over devices.)
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import Tensor, convert
from addax.ops import shape as shapes
from addax.tf._advice import absent
from addax.tf.config import list_logical_devices
from addax.tf.variable import Variable

UNSHARDED = "unsharded"
MATCH = "match"


class Mesh:
    """Devices in a grid whose axes have names.

    Args:
        dim_names: The names of the axes.
        sizes: Their sizes.
        devices: The devices' names.
        name: Its own name.
    """

    def __init__(
        self,
        dim_names: Sequence[str],
        sizes: Sequence[int],
        devices: Sequence[str] = (),
        name: str = "",
    ) -> None:
        self.dim_names = list(dim_names)
        self._sizes = dict(zip(dim_names, sizes, strict=True))
        self.devices = list(devices)
        self.name = name

    @property
    def size(self) -> int:
        """How many devices there are."""
        return int(np.prod(list(self._sizes.values()), dtype=np.int64))

    @property
    def shape(self) -> list[int]:
        """The sizes of the axes."""
        return list(self._sizes.values())

    def dim_size(self, dim_name: str) -> int:
        """The size of an axis.

        Raises:
            ValueError: If there is none of that name.
        """
        if dim_name not in self._sizes:
            raise ValueError(
                explain(
                    f"The mesh has the axes {', '.join(map(repr, self._sizes))}.",
                    received={"dim_name": dim_name},
                )
            )
        return self._sizes[dim_name]

    def num_local_devices(self) -> int:
        """How many devices there are."""
        return self.size

    def __contains__(self, dim_name: str) -> bool:
        return dim_name in self._sizes

    def __repr__(self) -> str:
        return f"Mesh({self._sizes})"


def create_mesh(
    mesh_dims: Any = None,
    mesh_name: str = "",
    devices: Any = None,
    device_type: str | None = None,
    use_xla_spmd: bool = False,
) -> Mesh:
    """A mesh.

    Args:
        mesh_dims: Pairs of an axis's name and size, or a dict.
        mesh_name: Its name.
        devices: The devices' names.
        device_type: `"CPU"`, `"GPU"` or `"TPU"`.
        use_xla_spmd: Kept for TensorFlow's signature.

    Example:

    >>> from addax.tf.experimental import dtensor
    >>> mesh = dtensor.create_mesh([("x", 6)])
    >>> dtensor.Layout([dtensor.UNSHARDED, "x"], mesh).local_shape([4, 12])
    [4, 2]
    """
    if mesh_dims is None:
        mesh_dims = [("batch", len(devices or list_logical_devices(device_type)))]
    pairs = list(mesh_dims.items() if isinstance(mesh_dims, dict) else mesh_dims)
    names, sizes = zip(*pairs, strict=True)
    return Mesh(names, sizes, devices or (), mesh_name)


class Layout:
    """Which axis of a mesh each axis of a tensor is cut along.

    Args:
        sharding_specs: For each axis of the tensor an axis of the mesh, or `UNSHARDED`.
        mesh: The mesh.

    Raises:
        ValueError: If the mesh lacks an axis, or one is used twice.
    """

    def __init__(self, sharding_specs: Sequence[str], mesh: Mesh) -> None:
        used = [s for s in sharding_specs if s != UNSHARDED]
        for each in used:
            mesh.dim_size(each)
        if len(set(used)) < len(used):
            raise ValueError(
                explain(
                    "An axis of the mesh cuts one axis of the tensor only.",
                    received={"sharding_specs": list(sharding_specs)},
                )
            )
        self.sharding_specs = list(sharding_specs)
        self.mesh = mesh

    @classmethod
    def replicated(cls, mesh: Mesh, rank: int) -> Layout:
        """The whole tensor on each device."""
        return cls([UNSHARDED] * rank, mesh)

    @classmethod
    def batch_sharded(
        cls, mesh: Mesh, batch_dim: str, rank: int, axis: int = 0
    ) -> Layout:
        """One axis of the tensor, the first, cut along `batch_dim`."""
        specs = [UNSHARDED] * rank
        specs[axis] = batch_dim
        return cls(specs, mesh)

    inner_sharded = batch_sharded

    @property
    def rank(self) -> int:
        """How many axes the tensor has."""
        return len(self.sharding_specs)

    def num_shards(self, idx: int) -> int:
        """Into how many parts axis `idx` is cut."""
        spec = self.sharding_specs[idx]
        return 1 if spec == UNSHARDED else self.mesh.dim_size(spec)

    def is_fully_replicated(self) -> bool:
        """Whether no axis is cut."""
        return all(s == UNSHARDED for s in self.sharding_specs)

    def local_shape(self, global_shape: Sequence[int]) -> list[int]:
        """The shape of each part."""
        return [n // self.num_shards(i) for i, n in enumerate(global_shape)]

    def global_shape_from_local_shape(self, local_shape: Sequence[int]) -> list[int]:
        """The shape of the whole."""
        return [n * self.num_shards(i) for i, n in enumerate(local_shape)]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Layout) and (
            (self.sharding_specs, self.mesh.shape)
            == (other.sharding_specs, other.mesh.shape)
        )

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"Layout({self.sharding_specs}, {self.mesh})"


_layouts: dict[int, tuple[weakref.ref[Any], Layout]] = {}


def _with(tensor: Any, layout: Layout) -> Any:
    """A tensor of the same value that has a layout."""
    if len(tensor.shape) != layout.rank:
        raise ValueError(
            explain(
                "A layout has one entry for each axis of its tensor.",
                received={"tensor": tensor, "layout": layout.sharding_specs},
            )
        )
    for axis, n in enumerate(tensor.shape):
        if n is not None and n % layout.num_shards(axis):
            raise ValueError(
                explain(
                    "The parts of an axis must be of one size.",
                    received={"tensor": tensor, "layout": layout.sharding_specs},
                    why=f"Axis {axis} of size {n} is cut into "
                    f"{layout.num_shards(axis)} parts.",
                )
            )
    made = Tensor(convert(tensor)._value)
    number = id(made)
    gone = lambda _: _layouts.pop(number, None)
    _layouts[number] = weakref.ref(made, gone), layout
    return made


def copy_to_mesh(
    tensor: Any, layout: Layout, source_layout: Layout | None = None
) -> Any:
    """The tensor with a layout."""
    return _with(convert(tensor), layout)


relayout = copy_to_mesh


def fetch_layout(tensor: Any) -> Layout:
    """The layout of a tensor.

    Raises:
        ValueError: If it has none.
    """
    own = getattr(tensor, "layout", None)
    found = _layouts.get(id(tensor))
    if own is None and (found is None or found[0]() is not tensor):
        raise ValueError(
            explain(
                "This tensor has no layout.",
                received={"tensor": tensor},
                why="Results of operations have none here.",
                fix="dtensor.copy_to_mesh(tensor, layout)",
            )
        )
    return own or found[1]  # type: ignore[index]


def is_dtensor(tensor: Any) -> bool:
    """Whether a tensor has a layout."""
    return isinstance(tensor, DVariable) or id(tensor) in _layouts


def check_layout(tensor: Any, layout: Layout) -> None:
    """Raises `ValueError` unless the tensor has this layout."""
    found = fetch_layout(tensor)
    if found != layout:
        raise ValueError(
            explain("The layouts differ.", received={"layout": layout, "own": found})
        )


def _places(layout: Layout) -> list[dict[str, int]]:
    """The place of each device on the mesh's axes."""
    mesh = layout.mesh
    ranges = [range(n) for n in mesh.shape]
    return [
        dict(zip(mesh.dim_names, each, strict=True))
        for each in itertools.product(*ranges)
    ]


def pack(tensors: Any, layout: Layout) -> Any:
    """The tensor whose parts are given, one for each device of the mesh.

    Raises:
        ValueError: If there are too few or too many.
    """
    parts = [np.asarray(convert(t)) for t in tensors]
    if len(parts) != layout.mesh.size:
        raise ValueError(
            f"One part for each of {layout.mesh.size} devices is needed. "
            f"Received: {len(parts)} parts"
        )
    local = parts[0].shape
    whole = np.zeros(layout.global_shape_from_local_shape(local), parts[0].dtype)
    for place, part in zip(_places(layout), parts, strict=True):
        whole[_cut(layout, place, local)] = part
    return _with(convert(whole), layout)


def _cut(layout: Layout, place: dict[str, int], local: Sequence[int]) -> Any:
    """Where in the whole the part of a device lies."""
    starts = [
        place[s] * n if s != UNSHARDED else 0
        for s, n in zip(layout.sharding_specs, local, strict=True)
    ]
    return tuple(slice(a, a + n) for a, n in zip(starts, local, strict=True))


def unpack(tensor: Any) -> list[Any]:
    """The parts of a tensor, one for each device of the mesh."""
    layout = fetch_layout(tensor)
    local = layout.local_shape(tensor.shape)
    whole = convert(tensor)
    return [whole[_cut(layout, place, local)] for place in _places(layout)]


def call_with_layout(
    fn: Callable[..., Any], layout: Layout | None, *args: Any, **kwargs: Any
) -> Any:
    """What `fn` returns, with a layout."""
    result = fn(*args, **kwargs)
    return result if layout is None else _with(result, layout)


class DVariable(Variable):
    """A variable with a layout: that of its first value.

    Args:
        initial_value: A tensor with a layout.
        *args: Arguments of `tf.Variable`.
        dtype: The type.
        **kwargs: Arguments of `tf.Variable`.
    """

    def __init__(
        self, initial_value: Any, *args: Any, dtype: Any = None, **kwargs: Any
    ) -> None:
        value: Any = initial_value() if callable(initial_value) else initial_value
        self.layout = fetch_layout(value)
        super().__init__(shapes.reshape(value, tuple(value.shape)), *args, dtype=dtype,
                         **kwargs)  # fmt: skip


__getattr__ = absent(__name__)
