"""Which types layers compute in and keep their weights in (mixed precision)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.core import DType, as_dtype, floatx
from addax.core.dtypes import DTYPES
from addax.keras.serialization import (
    deserialize_keras_object,
    public,
    serialize_keras_object,
)

# Name -> (compute type, variable type), where they differ.
_MIXED = {
    "mixed_float16": ("float16", "float32"),
    "mixed_bfloat16": ("bfloat16", "float32"),
}


@public("keras", "FloatDTypePolicy", "keras.mixed_precision.Policy")
class DTypePolicy:
    """The types of a layer's computation and of its weights.

    Args:
        name: The name of a type, which is then that of both, or `"mixed_float16"` or
            `"mixed_bfloat16"`, which compute in half precision and keep weights in
            `float32`. The global policy's if not given.

    Raises:
        ValueError: If there is no such policy.

    Example:

    >>> from addax import keras
    >>> policy = keras.DTypePolicy("mixed_bfloat16")
    >>> policy.compute_dtype, policy.variable_dtype
    ('bfloat16', 'float32')
    """

    quantization_mode: str | None = None

    def __init__(self, name: str | None = None) -> None:
        name = dtype_policy().name if name is None else name
        if not isinstance(name, str):
            raise TypeError(
                explain("A policy's name is a string.", received={"name": name})
            )
        self._name = name.name if isinstance(name, DType) else name
        if self._name not in _MIXED and self._name not in DTYPES:
            valid = (*_MIXED, *DTYPES)
            guess = did_you_mean(self._name, valid)
            raise ValueError(
                explain(
                    "There is no such dtype policy.",
                    received={"name": name},
                    why=f"{guess} A policy is named by a type, such as 'float32', or "
                    "is 'mixed_float16' or 'mixed_bfloat16'.".strip(),
                )
            )
        compute, variable = _MIXED.get(self._name, (self._name, self._name))
        self._compute, self._variable = as_dtype(compute), as_dtype(variable)

    @property
    def name(self) -> str:
        """The policy's name."""
        return self._name

    @property
    def compute_dtype(self) -> str:
        """The type that layers compute in, and that their floating inputs get."""
        return self._compute.name

    @property
    def variable_dtype(self) -> str:
        """The type of layers' weights."""
        return self._variable.name

    def get_config(self) -> dict[str, Any]:
        """The arguments that make it again."""
        return {"name": self._name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> DTypePolicy:
        """Makes one from `get_config()`."""
        return cls(**config)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, DTypePolicy) and other.get_config() == self.get_config()
        )

    def __hash__(self) -> int:
        return hash(self._name)

    def __repr__(self) -> str:
        return f'<DTypePolicy "{self._name}">'


FloatDTypePolicy = Policy = DTypePolicy


@public("keras.dtype_policies")
class QuantizedDTypePolicy(DTypePolicy):
    """The types of a layer with quantized weights: those of a policy, and a mode.

    Args:
        mode: `"int8"`, `"int4"` or `"float8"`.
        source_name: The name of the policy; the global one's if not given.

    Raises:
        ValueError: If there is no such mode.

    Example:

    >>> from addax import keras
    >>> keras.dtype_policies.get("int8_from_mixed_bfloat16").quantization_mode
    'int8'
    """

    form = "int8, int4 or float8"
    modes: tuple[str, ...] = ("int8", "int4", "float8")
    sizes = 0  # how many whole numbers follow the mode, after slashes

    def __init__(self, mode: str, source_name: str | None = None) -> None:
        super().__init__(source_name)
        name, *sizes = str(mode).split("/")
        if name not in self.modes or len(sizes) != self.sizes:
            raise ValueError(
                explain(
                    f"A mode of {type(self).__name__} is {self.form}.",
                    received={"mode": mode},
                )
            )
        self.mode = mode
        self.quantization_mode = name
        self._source_name, self._name = self._name, f"{mode}_from_{self._name}"
        self._check([int(size) for size in sizes])

    def _check(self, sizes: list[int]) -> None:
        """Takes what follows the mode."""
        if self.quantization_mode == "int8" and self.compute_dtype == "float16":
            raise ValueError(
                explain(
                    "Whole numbers of 8 bits do not go with float16.",
                    received={"mode": self.mode, "source_name": self._source_name},
                    why="Their products overflow there.",
                    fix="Use float32 or bfloat16.",
                )
            )

    def get_config(self) -> dict[str, Any]:
        """The arguments that make it again."""
        return {"mode": self.mode, "source_name": self._source_name}

    def __repr__(self) -> str:
        return f'<{type(self).__name__} "{self._name}">'


@public("keras.dtype_policies")
class QuantizedFloat8DTypePolicy(QuantizedDTypePolicy):
    """The types of a layer that multiplies in floats of 8 bits.

    Args:
        mode: `"float8"`.
        source_name: The name of a policy; the global one's if not given.
        amax_history_length: Over how many steps the greatest values are remembered.
    """

    form = "float8"
    modes = ("float8",)
    default_amax_history_length = 1024

    def __init__(
        self,
        mode: str,
        source_name: str | None = None,
        amax_history_length: int = default_amax_history_length,
    ) -> None:
        super().__init__(mode, source_name)
        self.amax_history_length = amax_history_length

    def get_config(self) -> dict[str, Any]:
        """The arguments that make it again."""
        length = self.amax_history_length
        return {**super().get_config(), "amax_history_length": length}


@public("keras.dtype_policies")
class Int4DTypePolicy(QuantizedDTypePolicy):
    """The types of a layer with weights of 4 bits that share a scale in groups.

    Args:
        mode: `"int4/<group size>"`, -1 for one group.
        source_name: The name of a policy; the global one's if not given.
    """

    form = "int4/<group size>"
    modes = ("int4",)
    sizes = 1

    def _check(self, sizes: list[int]) -> None:
        (self.block_size,) = sizes


@public("keras.dtype_policies")
class GPTQDTypePolicy(QuantizedDTypePolicy):
    """The types of a layer with weights quantized by GPTQ.

    Args:
        mode: `"gptq/<bits>/<group size>"`, -1 for one group.
        source_name: The name of a policy; the global one's if not given.
    """

    form = "gptq/<bits>/<group size>"
    modes = ("gptq",)
    sizes = 2
    valid_bits: tuple[int, ...] = (2, 3, 4, 8)

    def _check(self, sizes: list[int]) -> None:
        self.weight_bits, self.group_size = sizes
        if self.weight_bits not in self.valid_bits:
            raise ValueError(
                explain(
                    f"Weights have {', '.join(map(str, self.valid_bits))} bits here.",
                    received={"mode": self.mode},
                )
            )


@public("keras.dtype_policies")
class AWQDTypePolicy(GPTQDTypePolicy):
    """The types of a layer with weights quantized by AWQ.

    Args:
        mode: `"awq/4/<group size>"`, -1 for one group.
        source_name: The name of a policy; the global one's if not given.
    """

    form = "awq/4/<group size>"
    modes = ("awq",)
    valid_bits = (4,)


def _quantized(name: str) -> QuantizedDTypePolicy:
    """The policy of a name such as `"int8_from_float32"`."""
    mode, _, source = name.partition("_from_")
    kinds: dict[tuple[str, bool], type[QuantizedDTypePolicy]] = {
        ("float8", False): QuantizedFloat8DTypePolicy,
        ("int4", True): Int4DTypePolicy,
        ("gptq", True): GPTQDTypePolicy,
        ("awq", True): AWQDTypePolicy,
    }
    key = mode.partition("/")[0], "/" in mode
    return kinds.get(key, QuantizedDTypePolicy)(mode, source)


@public("keras.dtype_policies")
class DTypePolicyMap(DTypePolicy, MutableMapping[str, DTypePolicy]):
    """Policies by layer path, for models whose layers differ.

    Args:
        default_policy: The policy of layers that no key matches; the global policy if
            not given.
        policy_map: Policies by path or by a regular expression that fits the whole
            path.
    """

    def __init__(
        self, default_policy: Any = None, policy_map: dict[str, Any] | None = None
    ) -> None:
        self._default = None if default_policy is None else get(default_policy)
        self._map = {key: get(value) for key, value in (policy_map or {}).items()}

    @property
    def default_policy(self) -> DTypePolicy:
        """The policy of layers that no key matches."""
        return self._default or dtype_policy()

    @property
    def name(self) -> str:
        """The map's name, made from the default policy's."""
        return f"map_{self.default_policy.name}"

    @property
    def compute_dtype(self) -> str:
        """The type that layers compute in by default."""
        return self.default_policy.compute_dtype

    @property
    def variable_dtype(self) -> str:
        """The type of layers' weights by default."""
        return self.default_policy.variable_dtype

    def __getitem__(self, key: str) -> DTypePolicy:
        if key in self._map:
            return self._map[key]
        fits = [pattern for pattern in self._map if re.fullmatch(pattern, key)]
        if len(fits) > 1:
            raise ValueError(
                explain(
                    "More than one pattern of the policy map fits the path.",
                    received={"path": key, "patterns": fits},
                    fix="Make the patterns exclude each other.",
                )
            )
        return self._map[fits[0]] if fits else self.default_policy

    def __setitem__(self, key: str, policy: Any) -> None:
        self._map[key] = get(policy)

    def __delitem__(self, key: str) -> None:
        del self._map[key]

    def __contains__(self, key: object) -> bool:
        return key in self._map

    def __iter__(self) -> Iterator[str]:
        return iter(self._map)

    def __len__(self) -> int:
        return len(self._map)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make it again."""
        return {
            "default_policy": serialize(self._default) if self._default else None,
            "policy_map": {k: serialize(p) for k, p in self._map.items()},
        }

    def __repr__(self) -> str:
        return f"<DTypePolicyMap default={self.default_policy!r}, {self._map}>"


_global: DTypePolicy | None = None


def dtype_policy() -> DTypePolicy:
    """The policy of layers that are given none: `floatx()` unless it was set.

    Example:

    >>> from addax import keras
    >>> keras.config.dtype_policy()
    <DTypePolicy "float32">
    """
    return DTypePolicy(floatx().name) if _global is None else _global


def set_dtype_policy(policy: Any) -> None:
    """Sets the policy of layers that are given none.

    Args:
        policy: A `DTypePolicy`, its name, or `None` to follow `floatx()` again.

    Raises:
        ValueError: If there is no such policy.
    """
    global _global
    _global = None if policy is None else get(policy)


def serialize(dtype_policy: DTypePolicy) -> dict[str, Any]:
    """Describes a policy by plain values; `deserialize` makes it again."""
    return serialize_keras_object(dtype_policy)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Makes the policy that `serialize` described."""
    return deserialize_keras_object(config, custom_objects)


def get(identifier: Any) -> DTypePolicy:
    """Finds a policy.

    Args:
        identifier: A policy, its name, a type, a configuration, or `None`.

    Returns:
        The policy; the global one for `None`.

    Raises:
        ValueError: If it names none.
    """
    if identifier is None:
        return dtype_policy()
    if isinstance(identifier, DTypePolicy):
        return identifier
    if isinstance(identifier, dict):
        return deserialize(identifier)
    if isinstance(identifier, str):
        quantized = "_from_" in identifier
        return _quantized(identifier) if quantized else DTypePolicy(identifier)
    try:
        return DTypePolicy(as_dtype(identifier).name)
    except TypeError:
        raise ValueError(
            explain(
                "This is neither a dtype policy nor a type.",
                received={"dtype": identifier},
                fix="Give a name such as 'float32' or 'mixed_bfloat16'.",
            )
        ) from None
