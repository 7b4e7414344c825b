"""Resizing on the host gives what NumPy gives, and leaves to it what it does not do."""

import numpy as np
import pytest

from addax import native, tf
from addax.ops.image import resize_array

pytestmark = pytest.mark.skipif(
    not native.available(), reason="the native kernels were not built"
)
RNG = np.random.default_rng(0)
CASES = {
    "smaller": ((37, 51, 3), (18, 20)),
    "larger": ((9, 7, 3), (20, 31)),
    "one axis only": ((16, 12, 3), (16, 5)),
    "to one pixel": ((5, 6, 4), (1, 1)),
    "from one pixel": ((1, 1, 3), (3, 4)),
    "gray": ((11, 13, 1), (7, 9)),
    "many channels": ((6, 8, 7), (9, 5)),
}


@pytest.mark.parametrize("kind", ["bilinear", "bicubic", "area", "lanczos5"])
@pytest.mark.parametrize("case", CASES)
def test_pixels_are_those_of_numpy(case, kind):
    shape, size = CASES[case]
    for pixels in (
        RNG.integers(0, 256, shape).astype("uint8"),
        RNG.normal(size=shape).astype("float32"),
        RNG.integers(0, 256, (shape[1], shape[0], shape[2]))
        .astype("uint8")
        .swapaxes(0, 1),
        RNG.normal(size=shape).astype("float64"),
    ):
        made = resize_array(pixels, size, kind)
        with native.USE.override(False):
            expected = resize_array(pixels, size, kind)
        assert made.dtype == expected.dtype == "float32"
        np.testing.assert_allclose(made, expected, rtol=1e-5, atol=2e-4)


@pytest.mark.parametrize("aspect", ["crop", "pad"])
def test_proportions_can_be_kept(aspect):
    pixels = RNG.integers(0, 256, (20, 31, 3)).astype("uint8")
    made = resize_array(pixels, (8, 8), "bilinear", aspect)
    with native.USE.override(False):
        expected = resize_array(pixels, (8, 8), "bilinear", aspect)
    np.testing.assert_allclose(made, expected, rtol=1e-5, atol=1e-4)


def test_pipelines_and_compiled_functions_agree():
    pixels = tf.constant(RNG.integers(0, 256, (12, 10, 3)).astype("uint8"))
    small = lambda x: tf.image.resize(x, [5, 6], "bicubic", antialias=True)
    np.testing.assert_allclose(
        small(pixels), tf.function(small)(pixels), rtol=1e-5, atol=1e-4
    )
