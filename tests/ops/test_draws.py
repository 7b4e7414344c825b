"""Draws made at once, in pieces, are those of the compiled generator, to the bit."""

import numpy as np
import pytest

from addax.ops import random


@pytest.mark.parametrize("draw", [random.uniform, random.truncated_normal])
def test_pieces_fit_together(draw, monkeypatch):
    shape = (70, 1000)
    whole = draw(shape, seed=3).numpy()
    monkeypatch.setattr(random, "_PIECES", (2**14,))
    pieces = draw(shape, seed=3).numpy()
    monkeypatch.setattr(random, "_MOST", 0)
    compiled = draw(shape, seed=3).numpy()
    np.testing.assert_array_equal(whole, compiled)
    np.testing.assert_array_equal(pieces, compiled)
