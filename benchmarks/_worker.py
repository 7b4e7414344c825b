"""One peer in a process of its own, which waits while the others are timed.

    python -m benchmarks._worker PEER

reads one JSON request a line and answers one a line. It imports only what its own
environment has.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time
from typing import Any


def _keras() -> Any:
    return importlib.import_module("keras")


class KerasPeer:
    """Keras code, on whatever `keras` is in this process."""

    def start(self, name: str, weights: str) -> dict[str, Any]:
        """Builds the model with given weights; the loss before training."""
        import numpy as np

        from benchmarks._cases import CASES

        keras = _keras()
        case = CASES[name]
        began = time.perf_counter()
        keras.utils.set_random_seed(0)
        self.x, self.y = case.data()
        self.batch = case.batch
        self.model = case.model(keras)
        values = self.model.get_weights()
        rng = np.random.default_rng(7)
        if not weights:
            # The same numbers everywhere; LeCun's scale keeps every case trainable.
            for i, w in enumerate(values):
                if w.ndim > 1:
                    scale = (1 / w[..., 0].size) ** 0.5
                    values[i] = rng.normal(0, scale, w.shape).astype(w.dtype)
            self.model.set_weights(values)
        few = 4 * self.batch
        out = self.model.evaluate(
            self.x[:few], self.y[:few], batch_size=self.batch, verbose=0
        )
        loss = out[0] if isinstance(out, (list, tuple)) else out
        return {"loss": float(loss), "seconds": time.perf_counter() - began}

    def epoch(self) -> float:
        """One epoch of `fit`; its loss."""
        history = self.model.fit(
            self.x, self.y, batch_size=self.batch, epochs=1, verbose=0
        )
        return float(history.history["loss"][-1])


def _peer(name: str) -> Any:
    if name == "addax":
        importlib.import_module("addax.as_tensorflow")
    if name == "torch":
        return importlib.import_module("benchmarks._torch").TorchPeer()
    if name == "jax":
        return importlib.import_module("benchmarks._raw_jax").JaxPeer()
    return KerasPeer()


def main(name: str) -> None:
    """Answers requests until the input ends."""
    answers, sys.stdout = sys.stdout, sys.stderr  # libraries print what they like
    began = time.perf_counter()
    peer = _peer(name)
    for line in sys.stdin:
        request = json.loads(line)
        began = time.perf_counter()
        try:
            if request["do"] == "start":
                answer = peer.start(request["case"], request.get("weights", ""))
            else:
                answer = {"loss": peer.epoch()}
        except Exception as error:  # one peer's failure is a row in the table
            answer = {"error": f"{type(error).__name__}: {error}"[:300]}
        answer.setdefault("seconds", time.perf_counter() - began)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        answer["peak_mb"] = round(peak / 1024, 1)
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
