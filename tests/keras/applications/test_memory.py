"""What building a network of keras.applications leaves in the process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_BUILD = """
import gc
from addax import keras

def resident():
    gc.collect()
    lines = open("/proc/self/smaps_rollup").read().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Rss"))

(keras.ops.ones((2,)) + 1).numpy()  # XLA's client is there
{before}
before = resident()
model = keras.applications.MobileNetV2(weights=None)
print((resident() - before) / sum(w.numpy().nbytes for w in model.weights))
"""

_IMPORT = "from addax.keras.applications import MobileNetV2"  # whose parts come late
_SMALL = """
inputs = keras.Input((8, 8, 4))
x = keras.layers.Conv2D(4, 3)(inputs)
x = keras.layers.ReLU(6.0)(keras.layers.BatchNormalization()(x))
x = keras.layers.DepthwiseConv2D(3)(x)
x = keras.layers.GlobalAveragePooling2D()(keras.layers.Add()([x, x]))
small = keras.Model(inputs, keras.layers.Dense(3)(x))
keras.applications.MobileNetV2
"""


@pytest.mark.slow
@pytest.mark.skipif(
    not Path("/proc/self/smaps_rollup").exists(), reason="resident memory by /proc"
)
@pytest.mark.parametrize(
    ("before", "most"),
    [(_IMPORT, 1.5), (_SMALL, 1.2), ("", 1.8)],
    ids=["beyond its import", "beyond a small model", "beyond that of keras alone"],
)
def test_building_takes_little_more_than_the_weights(before: str, most: float) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _BUILD.replace("{before}", before)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(done.stdout) < most
