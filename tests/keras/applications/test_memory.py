"""What building a network of keras.applications leaves in the process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# The layers of a small model are imported, and their first operations compiled, before.
_BUILD = """
import gc
from addax import keras

def resident():
    gc.collect()
    lines = open("/proc/self/smaps_rollup").read().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Rss"))

network = keras.applications.MobileNetV2
inputs = keras.Input((8, 8, 4))
x = keras.layers.Conv2D(4, 3)(inputs)
x = keras.layers.ReLU(6.0)(keras.layers.BatchNormalization()(x))
x = keras.layers.DepthwiseConv2D(3)(x)
x = keras.layers.GlobalAveragePooling2D()(keras.layers.Add()([x, x]))
small = keras.Model(inputs, keras.layers.Dense(3)(x))
before = resident()
model = network(weights=None)
print((resident() - before) / sum(w.numpy().nbytes for w in model.weights))
"""


@pytest.mark.slow
@pytest.mark.skipif(
    not Path("/proc/self/smaps_rollup").exists(), reason="resident memory by /proc"
)
def test_building_takes_little_more_than_the_weights() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _BUILD], capture_output=True, text=True, check=True
    )
    # 1.5 is the aim, 1.55 was measured; a copy of the weights would make it 2.5.
    assert float(done.stdout) < 1.9
