"""`tf.test.TestCase`: assertions about tensors for `unittest`."""

from __future__ import annotations

import tempfile
import unittest
from collections.abc import Iterator
from typing import Any

import numpy as np

from addax.core import tree


class TestCase(unittest.TestCase):
    """`unittest.TestCase` with assertions about tensors, alone or in structures."""

    def _pairs(self, a: Any, b: Any) -> Iterator[tuple[Any, Any]]:
        if not (tree.is_nested(a) and tree.is_nested(b)):
            yield np.asarray(a), np.asarray(b)
            return
        ours, theirs = tree.flatten(a), tree.flatten(b)
        if len(ours) != len(theirs):
            self.fail(f"{len(ours)} and {len(theirs)} leaves")
        for x, y in zip(ours, theirs, strict=True):
            yield np.asarray(x), np.asarray(y)

    def evaluate(self, tensors: Any) -> Any:
        """The values of tensors as NumPy arrays."""
        return tree.map_structure(np.asarray, tensors)

    def assertAllEqual(self, a: Any, b: Any, msg: str | None = None) -> None:
        """Fails unless all elements are equal."""
        for x, y in self._pairs(a, b):
            np.testing.assert_array_equal(x, y, msg or "")

    def assertAllClose(
        self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6,
        msg: str | None = None,
    ) -> None:  # fmt: skip
        """Fails unless all elements are close."""
        for x, y in self._pairs(a, b):
            np.testing.assert_allclose(x, y, rtol, atol, err_msg=msg or "")

    def assertNotAllClose(
        self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6,
        msg: str | None = None,
    ) -> None:  # fmt: skip
        """Fails if all elements are close."""
        close = all(np.allclose(x, y, rtol, atol) for x, y in self._pairs(a, b))
        if close:
            self.fail(msg or "All elements are close.")

    def assertNotAllEqual(self, a: Any, b: Any, msg: str | None = None) -> None:
        """Fails if all elements are equal."""
        equal = all(np.array_equal(x, y) for x, y in self._pairs(a, b))
        if equal:
            self.fail(msg or "All elements are equal.")

    def assertShapeEqual(self, a: Any, b: Any, msg: str | None = None) -> None:
        """Fails unless both have one shape."""
        shapes = tuple(a.shape), tuple(b.shape)
        if shapes[0] != shapes[1]:
            self.fail(msg or f"The shapes are {shapes[0]} and {shapes[1]}.")

    def assertAllInRange(self, target: Any, lower_bound: Any, upper_bound: Any) -> None:
        """Fails unless all elements lie between two bounds."""
        x = np.asarray(target)
        if not ((x >= lower_bound) & (x <= upper_bound)).all():
            self.fail(f"Not all elements are in the range: {x}")

    def get_temp_dir(self) -> str:
        """A new folder."""
        return tempfile.mkdtemp()


main = unittest.main
