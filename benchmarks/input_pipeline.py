"""Photos decoded, resized and augmented: `addax.tf.data` beside TensorFlow's.

    python -m benchmarks.input_pipeline [--photos N] [--rounds N] [--folder DIR]

The same code runs in two processes, one with `addax.tf`, one with TensorFlow (which is
installed into a folder of its own the first time). They take turns, so that what else
the machine does falls on both. Reported are the median number of images a second, the
median of the rounds' ratios, and the processor's time for an image, which says most
where others use the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks._peers import ROOT, python

ZIP = ROOT.parent / "shared" / "data" / "flower_photos.zip"
SIZE, BATCH = (180, 180), 32
SIDES = {"addax": "addax", "tensorflow": "keras-tensorflow"}


def mapped(tf: Any, folder: str) -> Any:
    """The pipeline of TensorFlow's tutorial on loading images, with augmentation."""

    def load(path: Any) -> Any:
        image = tf.io.decode_jpeg(tf.io.read_file(path), channels=3)
        image = tf.image.resize(image, SIZE) / 255.0
        image = tf.image.random_flip_left_right(image)
        return tf.image.random_brightness(image, 0.2)

    paths = tf.data.Dataset.list_files(os.path.join(folder, "*", "*.jpg"), seed=1)
    return paths.map(load, tf.data.AUTOTUNE).batch(BATCH).prefetch(tf.data.AUTOTUNE)


def directory(tf: Any, folder: str) -> Any:
    """`image_dataset_from_directory`, and a change to whole batches."""
    dataset = tf.keras.utils.image_dataset_from_directory(
        folder, image_size=SIZE, batch_size=BATCH, seed=1, verbose=False
    )

    def augment(images: Any, labels: Any) -> Any:
        images = tf.image.random_flip_left_right(images / 255.0)
        return tf.image.random_brightness(images, 0.2), labels

    return dataset.map(augment, tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)


PIPELINES: dict[str, Callable[[Any, str], Any]] = {
    "map": mapped,
    "image_dataset_from_directory": directory,
}


def work(side: str) -> None:
    """Answers requests for passes over a pipeline, one JSON line each."""
    answers = os.dup(1)
    os.dup2(2, 1)  # what libraries print is no answer
    if side == "addax":
        from addax import tf
    else:
        import tensorflow as tf
    made: dict[str, Any] = {}
    for line in sys.stdin:
        request = json.loads(line)
        name = request["pipeline"]
        if name not in made:
            made[name] = PIPELINES[name](tf, request["folder"])
        began, spent, images = time.perf_counter(), time.process_time(), 0
        for batch in made[name]:
            images += (batch[0] if isinstance(batch, tuple) else batch).shape[0]
        seconds, spent = time.perf_counter() - began, time.process_time() - spent
        reply = {"rate": images / seconds, "work": 1000 * spent / images}
        os.write(answers, json.dumps(reply).encode() + b"\n")


class Side:
    """One of the two processes."""

    def __init__(self, side: str) -> None:
        self._process = subprocess.Popen(
            [python(SIDES[side]), "-m", "benchmarks.input_pipeline", "--worker", side],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def run(self, pipeline: str, folder: str) -> dict[str, float]:
        """One pass: images a second, and milliseconds of processor an image."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        request = json.dumps({"pipeline": pipeline, "folder": folder})
        self._process.stdin.write(request + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.wait()


def unpack(target: str, photos: int) -> str:
    """Unpacks the first photos of each class; the folder of the classes."""
    with zipfile.ZipFile(ZIP) as archive:
        names = [n for n in archive.namelist() if n.endswith(".jpg")]
        step = max(1, len(names) // photos)
        for name in names[::step][:photos]:
            archive.extract(name, target)
    return os.path.join(target, "flower_photos")


def report(pipeline: str, sides: dict[str, Side], folder: str, rounds: int) -> None:
    """Prints what a pipeline takes on both sides."""
    passes = [
        {name: side.run(pipeline, folder) for name, side in sides.items()}
        for _ in range(rounds + 2)
    ][2:]  # the first pass compiles and reads the disk, the second compiles
    ratios = [each["addax"]["rate"] / each["tensorflow"]["rate"] for each in passes]
    print(f"{pipeline:30s}", end="")
    for name in sides:
        rate = statistics.median(each[name]["rate"] for each in passes)
        work = statistics.median(each[name]["work"] for each in passes)
        print(f"{name} {rate:5.0f} images/s ({work:.2f} ms of CPU each)   ", end="")
    print(f"ratio {statistics.median(ratios):.2f}", flush=True)


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worker", choices=SIDES)
    parser.add_argument("--photos", type=int, default=1200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="photos, if not the flowers")
    arguments = parser.parse_args()
    if arguments.worker:
        work(arguments.worker)
        return
    with tempfile.TemporaryDirectory() as place:
        folder = str(arguments.folder or unpack(place, arguments.photos))
        sides = {name: Side(name) for name in SIDES}
        try:
            for pipeline in PIPELINES:
                report(pipeline, sides, folder, arguments.rounds)
        finally:
            for side in sides.values():
                side.close()


if __name__ == "__main__":
    main()
