"""What users train on, brought to one form: structures of arrays, or batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import jax
import numpy as np

from addax._base.errors import explain
from addax.core import Tensor, convert, floatx, tree
from addax.core.tensor import TensorLike


def pack(x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """`(x, y, sample_weight)` without trailing `None`s; a bare `x` stays as it is.

    A tuple or list is several inputs, not inputs with targets.
    """
    if y is None:
        return (x,) if isinstance(x, (tuple, list)) else x
    return (x, y) if sample_weight is None else (x, y, sample_weight)


def unpack(data: Any) -> tuple[Any, Any, Any]:
    """`(x, y, sample_weight)` from what a data set yields, `None` where missing.

    Raises:
        ValueError: If a tuple has more than three parts.
    """
    if isinstance(data, list):
        data = tuple(data)
    if not isinstance(data, tuple):
        return data, None, None
    if len(data) > 3:
        raise ValueError(
            explain(
                "A data set yields x, (x, y) or (x, y, sample_weight).",
                received={"parts": len(data)},
                fix="several inputs go together: ((x1, x2), y)",
            )
        )
    x, y, w = (*data, None, None)[:3]
    return x, y, w


def batch_dtype(dtype: Any) -> Any:
    """The type in which a batch has data of a type: floats `floatx()`."""
    return np.dtype(floatx().name) if dtype.kind == "f" else dtype


def in_batch_dtype(array: Any) -> Any:
    """An array in the type in which a batch has it."""
    dtype = batch_dtype(array.dtype)
    return array if array.dtype == dtype else array.astype(dtype)


def to_array(value: Any) -> Any:
    """A leaf as an array of numbers or strings.

    Raises:
        ValueError: If it holds objects that are neither numbers nor strings.
    """
    if isinstance(value, TensorLike):
        value = value._read()._value if hasattr(value, "_read") else value._value  # type: ignore
    elif hasattr(value, "to_numpy"):  # pandas
        value = value.to_numpy()
    elif hasattr(value, "detach"):  # PyTorch
        value = value.detach().cpu().numpy()
    elif not isinstance(value, (np.ndarray, jax.Array)):
        value = np.asarray(value)
    if value.dtype.kind in "US":
        return np.asarray(convert(value)._value)
    if value.dtype == object:
        try:
            value = value.astype(floatx().name)
        except (TypeError, ValueError):
            if not all(isinstance(v, (str, bytes)) for v in np.ravel(value)):
                raise ValueError(
                    explain(
                        "Data must be numbers (or strings).",
                        received={"an array of": _kinds(value)},
                        why="Rows of different lengths or mixed types make NumPy "
                        "keep Python objects.",
                        fix=[
                            "keras.utils.pad_sequences(x) makes rows equally long",
                            "x.astype('float32') after cleaning the column",
                        ],
                    )
                ) from None
            return np.asarray(convert(value)._value)
    return value


def _kinds(array: Any) -> str:
    kinds = sorted({type(v).__name__ for v in np.ravel(array)[:100]})
    return f"objects ({', '.join(kinds)}) of shape {array.shape}"


def arrays(structure: Any) -> Any:
    """A structure of array-likes as a structure of arrays.

    A list of plain numbers or strings is one array, a list of arrays several.
    """
    if structure is None:
        return None
    if isinstance(structure, (list, tuple)) and _is_plain(structure):
        return to_array(np.asarray(structure))
    if hasattr(structure, "to_numpy") and not isinstance(structure, TensorLike):
        return to_array(structure)
    if isinstance(structure, (list, tuple)):
        return type(structure)(arrays(v) for v in structure)
    if isinstance(structure, dict):
        return {k: arrays(v) for k, v in structure.items()}
    return to_array(structure)


def _is_plain(value: Any) -> bool:
    while isinstance(value, (list, tuple)):
        if not value:
            return False
        value = value[0]
    return isinstance(value, (bool, int, float, str, bytes, np.generic))


def is_array_data(x: Any) -> bool:
    """Whether `x` is held in memory as arrays, rather than yielding batches."""
    if isinstance(x, (TensorLike, np.ndarray, jax.Array)):
        return True
    if isinstance(x, dict):
        return bool(x) and all(is_array_data(v) for v in x.values())
    if isinstance(x, (list, tuple)):
        return bool(x)
    if hasattr(x, "to_numpy") or hasattr(x, "detach"):
        return True
    return not (
        isinstance(x, Iterator)
        or hasattr(x, "__getitem__")
        or isinstance(x, Iterable)
        or hasattr(x, "__iter__")
    )


def count(structure: Any, name: str = "x") -> int:
    """The number of samples, the same in every array.

    Raises:
        ValueError: If arrays differ in length, have no batch axis or are empty.
    """
    leaves = [a for a in tree.flatten(structure) if a is not None]
    for a in leaves:
        if not a.shape:
            raise ValueError(
                explain(
                    "Data needs a batch axis: one entry per sample.",
                    received={name: a},
                    fix=f"numpy.array([{name}])",
                )
            )
    sizes = {a.shape[0] for a in leaves}
    if len(sizes) > 1:
        raise ValueError(
            explain(
                "All arrays must have one entry per sample.",
                received={"numbers of samples": [a.shape[0] for a in leaves]},
                why="x, y and sample_weight are matched row by row.",
            )
        )
    n = sizes.pop() if sizes else 0
    if n == 0:
        raise ValueError(
            explain(
                "There is no data.",
                received={"shapes": [tuple(a.shape) for a in leaves]},
                why="At least one sample is needed.",
                fix="check how the data was loaded, filtered or split",
            )
        )
    return n


def split(structure: Any, fraction: float) -> tuple[Any, Any]:
    """The first part, and the last `fraction` of the samples, for validation.

    Raises:
        ValueError: If one part would be empty.
    """
    n = count(structure)
    at = int(np.floor(n * (1.0 - fraction)))
    if at in (0, n):
        raise ValueError(
            explain(
                "validation_split leaves one part empty.",
                received={"validation_split": fraction, "samples": n},
                fix="a fraction between 0 and 1 such that both parts have samples",
            )
        )

    def cut(lo: Any, hi: Any) -> Any:
        return tree.map_structure(lambda a: None if a is None else a[lo:hi], structure)

    return cut(None, at), cut(at, None)


def class_weights(y: Any, class_weight: dict[int, float]) -> Any:
    """A weight for each sample from the weight of its class.

    Args:
        y: Class indices, or one-hot rows.
        class_weight: A weight for each class; 1 for classes it does not name.

    Raises:
        ValueError: If there are several outputs.
    """
    if isinstance(y, (list, tuple, dict)):
        raise ValueError(
            explain(
                "class_weight goes with a single output.",
                received={"y": f"a {type(y).__name__} of {len(y)}"},
                fix="fit(..., sample_weight={'output_name': weights})",
            )
        )
    y = np.asarray(y)
    if y.ndim > 1 and y.shape[-1] > 1:
        labels = y.argmax(-1)
    else:
        labels = y.reshape(len(y), *y.shape[1:-1]) if y.ndim > 1 else y
    labels = np.round(labels).astype(np.int64)
    weights = np.ones(labels.shape, floatx().name)
    for label, weight in class_weight.items():
        weights[labels == int(label)] = weight
    return weights


def refuse_nan(structure: Any) -> None:
    """Refuses data with NaN in it, before it turns every weight into NaN.

    Raises:
        ValueError: If there is a NaN; says where and how many.
    """
    parts = structure if isinstance(structure, tuple) else (structure,)
    sound: set[int] = set()  # an autoencoder's targets are its inputs
    for name, part in zip(("x", "y", "sample_weight"), parts, strict=False):
        for path, a in tree.flatten_with_path(part):
            if a is None or a.dtype.kind not in "fc" or isinstance(a, Tensor):
                continue
            if id(a) in sound:
                continue
            sound.add(id(a))
            a = np.asarray(a)
            # The largest is NaN if any is: 6 ms for 188 MB, and the sum takes 11.
            with np.errstate(all="ignore"):
                if not a.size or not np.isnan(np.max(a)):
                    continue
            bad = np.isnan(a)
            rows = np.flatnonzero(bad.reshape(len(a), -1).any(1))
            label = name + "".join(f"[{k!r}]" for k in path)
            raise ValueError(
                explain(
                    f"There is NaN (not a number) in {label}.",
                    received={
                        label: a,
                        "samples with NaN": len(rows),
                        "first": int(rows[0]),
                    },
                    why="One NaN turns the loss, and with it every weight, into NaN.",
                    fix=[
                        f"drop those samples: keep = ~numpy.isnan({name}).reshape("
                        f"len({name}), -1).any(1)",
                        f"fill them: numpy.nan_to_num({name})",
                        "ADDAX_CHECK_DATA=0 turns this check off",
                    ],
                )
            )
