"""`Options`: how a pipeline runs."""

from __future__ import annotations

from typing import Any


class _Group:
    """Settings under a common name; those that nobody reads are kept all the same."""

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Group) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        set_ = {k: v for k, v in vars(self).items() if v is not None}
        return f"{type(self).__name__.strip('_')}({set_})"


class ThreadingOptions(_Group):
    """How many threads a pipeline may use.

    `private_threadpool_size` is the number for `num_parallel_calls=AUTOTUNE`.
    """


class AutotuneOptions(_Group):
    """What `AUTOTUNE` decides. Kept for TensorFlow's signature."""


class DistributeOptions(_Group):
    """How a dataset is split among devices. Kept for TensorFlow's signature."""


class OptimizationOptions(_Group):
    """How a pipeline is rewritten. Kept for TensorFlow's signature."""


class Options(_Group):
    """How a pipeline runs; given to `Dataset.with_options`.

    Attributes:
        deterministic: Whether parallel stages keep the order of elements (they do
            unless this is `False`).
        threading: A `ThreadingOptions`.
        autotune: An `AutotuneOptions`.
        experimental_distribute: A `DistributeOptions`.
        experimental_optimization: An `OptimizationOptions`.

    Example:

    >>> from addax import tf
    >>> options = tf.data.Options()
    >>> options.deterministic = False
    >>> tf.data.Dataset.range(3).with_options(options).options().deterministic
    False
    """

    def __init__(self) -> None:
        super().__init__(
            deterministic=None,
            threading=ThreadingOptions(),
            autotune=AutotuneOptions(),
            experimental_distribute=DistributeOptions(),
            experimental_optimization=OptimizationOptions(),
        )

    def merge(self, other: Options) -> Options:
        """These options, with what is set in `other` put over them."""
        made = Options()
        for source in (self, other):
            for name, value in vars(source).items():
                if isinstance(value, _Group):
                    getattr(made, name).__dict__.update(vars(value))
                elif value is not None:
                    setattr(made, name, value)
        return made
