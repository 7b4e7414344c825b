"""One peer in a process of its own, which waits while the others are timed.

    python -m benchmarks._worker PEER

reads one JSON request a line and answers one a line. It imports only what its own
environment has.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks._cases import find
from benchmarks._harness import median_time


def _keras() -> Any:
    return importlib.import_module("keras")


class KerasPeer:
    """Keras code, on whatever `keras` is in this process."""

    def start(self, case: str, weights: str = "") -> dict[str, Any]:
        """Builds the model with given weights; the loss before training.

        Whoever finds no file of weights draws them and writes it.
        """
        keras, name = _keras(), case
        case = find(name)
        keras.utils.clear_session()  # or names of layers go on from the last case
        keras.mixed_precision.set_dtype_policy(case.policy)
        keras.utils.set_random_seed(0)
        x, y = case.sample()
        began = time.perf_counter()
        model = case.model(keras)
        if os.path.exists(weights):
            with np.load(weights) as given:
                model.set_weights([given[name] for name in given.files])
        else:
            _draw(model)
        if weights and not os.path.exists(weights):
            np.savez(weights, **{_name(w): w.numpy() for w in model.weights})
        built = time.perf_counter() - began
        few = 4 * case.batch
        loss = model.evaluate(x[:few], y[:few], batch_size=few, verbose=0)
        loss = loss[0] if isinstance(loss, (list, tuple)) else loss
        self._model, self._x = model, x
        self._epoch = self._fit(model, x, y, case.batch)
        if case.epoch is not None:
            self._epoch = case.epoch(keras, model, x, y, case.batch)
        return {"loss": _loss(loss), "seconds": built}

    @staticmethod
    def _fit(model: Any, x: Any, y: Any, batch: int) -> Callable[[], float]:
        def epoch() -> float:
            history = model.fit(x, y, batch_size=batch, epochs=1, verbose=0)
            return history.history["loss"][-1]

        return epoch

    def epoch(self) -> dict[str, Any]:
        """One epoch; its loss."""
        return {"loss": _loss(self._epoch())}

    def calls(self, what: str, times: int) -> dict[str, Any]:
        """Median time of a way to predict."""
        model, x = self._model, self._x
        ways: dict[str, Callable[[], Any]] = {
            "predict 1": lambda: model.predict(x[:1], verbose=0),
            "predict_on_batch 1": lambda: model.predict_on_batch(x[:1]),
            "model(x) 1": lambda: np.asarray(_host(model(x[:1]))),
            "predict 10,000": lambda: model.predict(x[:10_000], verbose=0),
        }
        return median_time(ways[what], times)


def _host(y: Any) -> Any:
    return y.detach() if hasattr(y, "detach") else y


def _loss(value: Any) -> float:
    return float(value["loss"] if isinstance(value, dict) else value)


def _draw(model: Any) -> None:
    """Random weights of LeCun's scale, with which every case can be trained."""
    rng, values = np.random.default_rng(7), model.get_weights()
    for i, w in enumerate(values):
        if w.ndim > 1:
            scale = (1 / w[..., 0].size) ** 0.5
            values[i] = rng.normal(0, scale, w.shape).astype(w.dtype)
    model.set_weights(values)


def _name(weight: Any) -> str:
    """Where a weight is, without the models around its layer: `dense_1/kernel`."""
    parts = weight.path.split("/")
    while re.match(r"(sequential|functional|gan)(_\d+)?$", parts[0]):
        parts = parts[1:]
    return "/".join(parts)


def _peer(name: str) -> Any:
    if name == "addax":
        importlib.import_module("addax.as_tensorflow")
    if name == "torch":
        return importlib.import_module("benchmarks._torch").TorchPeer()
    if name == "torch-compiled":
        return importlib.import_module("benchmarks._torch").TorchPeer(compile=True)
    if name in ("jax", "jax-plain"):
        kernels = importlib.import_module("benchmarks._raw_kernels")
        chosen = kernels.FAST if name == "jax" else kernels.PLAIN
        return importlib.import_module("benchmarks._raw_jax").JaxPeer(chosen)
    return KerasPeer()


def _peak_mb() -> float:
    """The most memory that this process has held.

    Linux starts `ru_maxrss` with what the parent held, but not `VmHWM`.
    """
    try:
        with open("/proc/self/status") as status:
            found = re.search(r"VmHWM:\s+(\d+) kB", status.read())
    except OSError:
        found = None
    if found:
        return int(found[1]) / 1024
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def main(name: str) -> None:
    """Answers requests until the input ends."""
    answers, sys.stdout = sys.stdout, sys.stderr  # libraries print what they like
    began = time.perf_counter()
    peer = _peer(name)
    for line in sys.stdin:
        request = json.loads(line)
        began, busy = time.perf_counter(), time.process_time()
        try:
            answer = getattr(peer, request.pop("do"))(**request)
        except Exception as error:  # one peer's failure is a row in the table
            answer = {"error": f"{type(error).__name__}: {error}"[:300]}
        answer.setdefault("seconds", time.perf_counter() - began)
        answer["cpu"] = time.process_time() - busy  # of all threads
        answer["peak_mb"] = round(_peak_mb(), 1)
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
