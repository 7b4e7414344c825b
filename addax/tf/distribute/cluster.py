"""What machines there are: `tf.train.ClusterSpec`, `tf.distribute.cluster_resolver`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from addax._base.errors import explain


class ClusterSpec:
    """The addresses of a cluster's tasks, by job.

    Args:
        cluster: Lists of addresses (or dicts by task number) by job; or another spec.

    Example:

    >>> from addax import tf
    >>> spec = tf.train.ClusterSpec({"worker": ["host1:2222", "host2:2222"]})
    >>> spec.num_tasks("worker"), spec.task_address("worker", 1)
    (2, 'host2:2222')
    """

    def __init__(self, cluster: Any) -> None:
        given = cluster._tasks if isinstance(cluster, ClusterSpec) else cluster
        if not isinstance(given, Mapping):
            raise TypeError(
                explain(
                    "A cluster is a dict of lists of addresses.",
                    received={"cluster": cluster},
                    fix='tf.train.ClusterSpec({"worker": ["host1:2222"]})',
                )
            )
        self._tasks: dict[str, dict[int, str]] = {
            job: dict(tasks if isinstance(tasks, Mapping) else enumerate(tasks))
            for job, tasks in given.items()
        }

    @property
    def jobs(self) -> list[str]:
        """The names of the jobs."""
        return list(self._tasks)

    def as_dict(self) -> dict[str, Any]:
        """The addresses as lists (dicts where numbers are left out)."""
        return {
            job: list(tasks.values())
            if sorted(tasks) == list(range(len(tasks)))
            else dict(tasks)
            for job, tasks in self._tasks.items()
        }

    def num_tasks(self, job_name: str) -> int:
        """How many tasks a job has."""
        return len(self._job(job_name))

    def task_indices(self, job_name: str) -> list[int]:
        """The numbers of a job's tasks."""
        return sorted(self._job(job_name))

    def job_tasks(self, job_name: str) -> list[str | None]:
        """The addresses of a job's tasks."""
        tasks = self._job(job_name)
        return [tasks.get(i) for i in range(max(tasks, default=-1) + 1)]

    def task_address(self, job_name: str, task_index: int) -> str:
        """The address of a task.

        Raises:
            ValueError: If there is no such task.
        """
        tasks = self._job(job_name)
        if task_index not in tasks:
            raise ValueError(
                f"Job {job_name!r} has the tasks {sorted(tasks)}. "
                f"Received: task_index={task_index}"
            )
        return tasks[task_index]

    def _job(self, name: str) -> dict[int, str]:
        if name not in self._tasks:
            raise ValueError(
                f"The cluster has the jobs {', '.join(map(repr, self._tasks))}. "
                f"Received: job_name={name!r}"
            )
        return self._tasks[name]

    def __bool__(self) -> bool:
        return bool(self._tasks)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ClusterSpec) and self._tasks == other._tasks

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"ClusterSpec({self.as_dict()!r})"


class SimpleClusterResolver:
    """A cluster that is told.

    Args:
        cluster_spec: Its addresses.
        master: Kept for TensorFlow's signature.
        task_type: The job of this process.
        task_id: Its number.
        environment: Kept for TensorFlow's signature.
        num_accelerators: How many devices each task has.
        rpc_layer: Kept for TensorFlow's signature.
    """

    def __init__(
        self,
        cluster_spec: ClusterSpec,
        master: str = "",
        task_type: str | None = None,
        task_id: int | None = None,
        environment: str = "",
        num_accelerators: Any = None,
        rpc_layer: str | None = None,
    ) -> None:
        self._cluster_spec = cluster_spec
        self._master = master
        self.task_type, self.task_id = task_type, task_id
        self.environment, self.rpc_layer = environment, rpc_layer
        self._accelerators = num_accelerators or {}

    def cluster_spec(self) -> ClusterSpec:
        """The addresses of the tasks."""
        return self._cluster_spec

    def master(self, *args: Any, **kwargs: Any) -> str:
        """The address to connect to."""
        return self._master

    def num_accelerators(self, *args: Any, **kwargs: Any) -> Any:
        """How many devices each task has."""
        return self._accelerators


class TFConfigClusterResolver(SimpleClusterResolver):
    """The cluster in the environment variable `TF_CONFIG`.

    Args:
        task_type: The job of this process; from the variable if not given.
        task_id: Its number; from the variable if not given.
        rpc_layer: Kept for TensorFlow's signature.
        environment: Kept for TensorFlow's signature.
    """

    def __init__(
        self,
        task_type: str | None = None,
        task_id: int | None = None,
        rpc_layer: str | None = None,
        environment: str | None = None,
    ) -> None:
        config = json.loads(os.environ.get("TF_CONFIG", "{}"))
        task = config.get("task", {})
        if task_id is None and "index" in task:
            task_id = int(task["index"])
        super().__init__(
            ClusterSpec(config.get("cluster", {})),
            task_type=task_type or task.get("type"),
            task_id=task_id,
            rpc_layer=rpc_layer,
            environment=environment or "",
        )


def workers_told() -> int:
    """How many workers `TF_CONFIG` names (the chief counts)."""
    spec = TFConfigClusterResolver().cluster_spec()
    return sum(spec.num_tasks(job) for job in spec.jobs if job in ("chief", "worker"))
