"""The MNIST example as a script: import, build, five epochs, evaluate.

    python -m benchmarks._script PEER DATA.npz EPOCHS SEED

prints, as JSON, how many seconds after its first line it had imported the library,
built the model, ended the first epoch and ended everything, and the accuracy.
"""

from __future__ import annotations

import time

_BEGAN = time.perf_counter()

import importlib  # noqa: E402
import itertools  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable, Iterator  # noqa: E402
from typing import Any  # noqa: E402

import numpy as np  # noqa: E402

Data = dict[str, Any]
Script = Callable[[Data, int, int], Iterator[str]]


def _keras(data: Data, epochs: int, seed: int) -> Iterator[str]:
    keras = importlib.import_module("keras")
    layers = keras.layers
    keras.utils.set_random_seed(seed)
    yield "import"
    model = keras.Sequential(
        [
            keras.Input((784,)),
            layers.Dense(128, activation="relu"),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    yield "build"
    # One call, as users write it; a callback looks at the clock.
    marks: list[float] = []
    look = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: marks.append(time.perf_counter())
    )
    model.fit(
        data["x"],
        data["y"],
        batch_size=32,
        epochs=epochs,
        verbose=0,
        callbacks=[look],
    )
    MARKS["first epoch"] = marks[0] - _BEGAN
    accuracy = model.evaluate(data["tx"], data["ty"], verbose=0)[1]
    MARKS["accuracy"] = float(accuracy)


def _addax(data: Data, epochs: int, seed: int) -> Iterator[str]:
    importlib.import_module("addax.as_tensorflow")
    yield from _keras(data, epochs, seed)


def _torch(data: Data, epochs: int, seed: int) -> Iterator[str]:
    torch = importlib.import_module("torch")
    nn = torch.nn
    torch.manual_seed(seed)
    yield "import"
    model = nn.Sequential(
        nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10)
    )
    optimizer, loss_fn = torch.optim.Adam(model.parameters()), nn.CrossEntropyLoss()
    yield "build"
    x, y = torch.from_numpy(data["x"]), torch.from_numpy(data["y"]).long()
    for epoch in range(epochs):
        for rows in torch.randperm(len(x)).split(32):
            loss = loss_fn(model(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        if not epoch:
            yield "first epoch"
    with torch.inference_mode():
        guess = model(torch.from_numpy(data["tx"])).argmax(1).numpy()
    MARKS["accuracy"] = float((guess == data["ty"]).mean())


def _jax(data: Data, epochs: int, seed: int) -> Iterator[str]:
    jax = importlib.import_module("jax")
    raw = importlib.import_module("benchmarks._raw_jax")
    yield "import"
    rng, sizes = np.random.default_rng(seed), (784, 128, 64, 10)
    weights: Data = {}
    for i, (n, m) in enumerate(itertools.pairwise(sizes)):
        name, limit = f"dense_{i}" if i else "dense", (6 / (n + m)) ** 0.5
        weights[f"{name}/kernel"] = rng.uniform(-limit, limit, (n, m)).astype("f")
        weights[f"{name}/bias"] = np.zeros(m, "f")
    trainer = raw.Trainer(raw.loss_for("mlp"), weights)
    yield "build"
    x, y = jax.device_put((data["x"], data["y"]))
    for epoch in range(epochs):
        trainer.epoch(x, y, 32, rng.permutation(len(x)).astype("int32"))
        if not epoch:
            yield "first epoch"
    MARKS["accuracy"] = trainer.accuracy(data["tx"], data["ty"])


SCRIPTS: dict[str, Script] = {"addax": _addax, "jax": _jax, "torch": _torch}
MARKS: dict[str, float] = {}


def main(peer: str, path: str, epochs: int, seed: int) -> None:
    """Runs the script of a peer."""
    with np.load(path) as file:
        data = {name: file[name] for name in file.files}
    for mark in SCRIPTS.get(peer, _keras)(data, epochs, seed):
        MARKS[mark] = time.perf_counter() - _BEGAN
    MARKS["all"] = time.perf_counter() - _BEGAN
    print(json.dumps(MARKS))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
