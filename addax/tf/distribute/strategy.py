"""Strategies of `tf.distribute`, each of one replica: this process's first device.

Code written for several replicas runs with one: `run` calls the function, `reduce`
returns its result. (XLA compiles the whole step for the device.)
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from addax._base.errors import explain
from addax.core import convert, device, tree
from addax.ops import reduce as reductions
from addax.tf.config import list_logical_devices
from addax.tf.distribute.cluster import workers_told
from addax.tf.distribute.reduce import ReduceOp


class _State(threading.local):
    strategies: tuple[Strategy, ...] = ()
    replica: ReplicaContext | None = None


_state = _State()


class InputContext:
    """Which part of the input a pipeline is for: all of it.

    Args:
        num_input_pipelines: How many pipelines there are.
        input_pipeline_id: The number of this one.
        num_replicas_in_sync: How many replicas share a batch.
    """

    def __init__(
        self,
        num_input_pipelines: int = 1,
        input_pipeline_id: int = 0,
        num_replicas_in_sync: int = 1,
    ) -> None:
        self.num_input_pipelines = num_input_pipelines
        self.input_pipeline_id = input_pipeline_id
        self.num_replicas_in_sync = num_replicas_in_sync

    def get_per_replica_batch_size(self, global_batch_size: int) -> int:
        """The part of a batch that each replica gets."""
        return global_batch_size // self.num_replicas_in_sync


class ReplicaContext:
    """What a function that runs on a replica can ask: `tf.distribute`'s context.

    Attributes:
        strategy: The strategy that runs it.
        replica_id_in_sync_group: Its number, 0.
        num_replicas_in_sync: 1.
    """

    def __init__(self, strategy: Strategy) -> None:
        self.strategy = strategy
        self.replica_id_in_sync_group = 0
        self.num_replicas_in_sync = 1

    def all_reduce(self, reduce_op: Any, value: Any, options: Any = None) -> Any:
        """The values of all replicas, reduced: the value itself."""
        return value

    def all_gather(self, value: Any, axis: int, options: Any = None) -> Any:
        """The values of all replicas, joined: the value itself."""
        return value

    def merge_call(
        self, merge_fn: Callable[..., Any], args: Any = (), kwargs: Any = None
    ) -> Any:
        """Calls `merge_fn(strategy, *args)` outside of the replicas."""
        before, _state.replica = _state.replica, None
        try:
            return merge_fn(self.strategy, *args, **(kwargs or {}))
        finally:
            _state.replica = before


class Strategy:
    """Where and how often a model is trained: in one replica here.

    Args:
        extended: Kept for TensorFlow's signature.

    Example:

    >>> from addax import tf
    >>> strategy = tf.distribute.MirroredStrategy()
    >>> with strategy.scope():
    ...     v = tf.Variable(1.0)
    >>> result = strategy.run(lambda x: x + v, args=(tf.constant(2.0),))
    >>> float(strategy.reduce("SUM", result, axis=None))
    3.0
    """

    cluster_resolver: Any = None

    def __init__(self, extended: Any = None) -> None:
        self._device: str | None = None

    @property
    def num_replicas_in_sync(self) -> int:
        """How many replicas train together: 1."""
        return 1

    @property
    def extended(self) -> Any:
        """The devices (TensorFlow has more here)."""
        devices = (self._device or list_logical_devices()[0].name,)
        return SimpleNamespace(
            worker_devices=devices, parameter_devices=devices,
            _num_replicas_in_sync=1,
        )  # fmt: skip

    @contextmanager
    def scope(self) -> Iterator[Strategy]:
        """A block in which this strategy is the current one."""
        before = _state.strategies
        _state.strategies = (*before, self)
        try:
            if self._device is None:
                yield self
            else:
                with device(self._device):
                    yield self
        finally:
            _state.strategies = before

    def run(
        self,
        fn: Callable[..., Any],
        args: Any = (),
        kwargs: Any = None,
        options: Any = None,
    ) -> Any:
        """Calls `fn(*args, **kwargs)` on each replica."""
        before, _state.replica = _state.replica, ReplicaContext(self)
        try:
            with self.scope():
                return fn(*args, **(kwargs or {}))
        finally:
            _state.replica = before

    def reduce(self, reduce_op: Any, value: Any, axis: int | None) -> Any:
        """The values of all replicas, reduced, over `axis` too if it is given.

        Args:
            reduce_op: A `tf.distribute.ReduceOp`, or its name.
            value: What `run` returned.
            axis: An axis of each value to reduce over; `None` for none.
        """
        kind = ReduceOp(getattr(reduce_op, "value", reduce_op).upper())
        if axis is None:
            return value
        op = reductions.sum if kind is ReduceOp.SUM else reductions.mean
        return tree.map_structure(lambda x: op(convert(x), axis), value)

    def gather(self, value: Any, axis: int) -> Any:
        """The values of all replicas, joined: the value itself."""
        return value

    def experimental_local_results(self, value: Any) -> tuple[Any, ...]:
        """The value of each replica of this process."""
        return (value,)

    def experimental_distribute_dataset(self, dataset: Any, options: Any = None) -> Any:
        """The part of a data set for each replica: all of it."""
        return dataset

    def distribute_datasets_from_function(
        self, dataset_fn: Callable[[InputContext], Any], options: Any = None
    ) -> Any:
        """What `dataset_fn(context)` makes."""
        return dataset_fn(InputContext())

    experimental_distribute_datasets_from_function = distribute_datasets_from_function

    def experimental_distribute_values_from_function(
        self, value_fn: Callable[[Any], Any]
    ) -> Any:
        """What `value_fn(context)` makes."""
        return value_fn(
            SimpleNamespace(num_replicas_in_sync=1, replica_id_in_sync_group=0)
        )


class MirroredStrategy(Strategy):
    """Several devices of one machine. One of them works here.

    Args:
        devices: Their names; the first is used.
        cross_device_ops: Kept for TensorFlow's signature.
    """

    def __init__(self, devices: Any = None, cross_device_ops: Any = None) -> None:
        super().__init__()
        names = [devices] if isinstance(devices, str) else list(devices or ())
        self._device = names[0] if names else None


class OneDeviceStrategy(Strategy):
    """One device.

    Args:
        device: Its name.
    """

    def __init__(self, device: str) -> None:
        super().__init__()
        self._device = device


class MultiWorkerMirroredStrategy(Strategy):
    """Several machines; addax knows one so far.

    Args:
        cluster_resolver: The machines; from `TF_CONFIG` if not given.
        communication_options: Kept for TensorFlow's signature.

    Raises:
        NotImplementedError: If there are several.
    """

    def __init__(
        self, cluster_resolver: Any = None, communication_options: Any = None
    ) -> None:
        super().__init__()
        self.cluster_resolver = cluster_resolver
        if cluster_resolver is None:
            count = workers_told()
        else:
            spec = cluster_resolver.cluster_spec()
            count = sum(spec.num_tasks(job) for job in spec.jobs)
        if count > 1:
            raise NotImplementedError(
                explain(
                    "addax trains on one machine so far.",
                    received={"workers": count},
                    why="The environment variable TF_CONFIG, or the cluster "
                    "resolver, names several workers.",
                    fix="del os.environ['TF_CONFIG']",
                )
            )


class CentralStorageStrategy(Strategy):
    """Variables on one device.

    Args:
        compute_devices: Kept for TensorFlow's signature.
        parameter_device: Kept for TensorFlow's signature.
    """

    def __init__(
        self, compute_devices: Any = None, parameter_device: Any = None
    ) -> None:
        super().__init__()


_default = Strategy()


def get_strategy() -> Strategy:
    """The current strategy; the default one outside of all scopes."""
    return _state.strategies[-1] if _state.strategies else _default


def has_strategy() -> bool:
    """Whether the current strategy is another than the default one."""
    return get_strategy() is not _default


def get_replica_context() -> ReplicaContext | None:
    """The context of the replica that is running; `None` within a scope alone."""
    if _state.replica is not None or _state.strategies:
        return _state.replica
    return ReplicaContext(_default)


def in_cross_replica_context() -> bool:
    """Whether no replica is running."""
    return get_replica_context() is None


def experimental_set_strategy(strategy: Strategy | None) -> None:
    """Makes a strategy the current one for good; `None` for the default one."""
    _state.strategies = () if strategy is None else (strategy,)
