"""The suite compares the same work: hand-written JAX trains exactly as addax does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import _custom, _worker
from benchmarks._cases import CASES, INPUTS, find
from benchmarks._feeds import png
from benchmarks._options import _names
from benchmarks._raw_jax import JaxPeer
from benchmarks._worker import KerasPeer
from benchmarks.growth import exponent
from benchmarks.training import disagreement


@pytest.fixture(autouse=True)
def _addax(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the suite's worker does to a process of its own, for one test."""
    from addax import keras, tf

    monkeypatch.setattr(_worker, "_keras", lambda: keras)
    monkeypatch.setattr(_custom, "_tensorflow", lambda: tf)
    before = keras.config.dtype_policy()
    yield
    keras.config.set_dtype_policy(before)


def _epochs(peer: Any, case: str, weights: Path, count: int = 2) -> list[float]:
    losses = [peer.start(case, str(weights))["loss"]]
    for seed in range(count):
        np.random.seed(seed)  # both draw the order of the rows from here
        losses.append(peer.epoch()["loss"])
    return losses


# One of each kind of layer that needs no random numbers; 2.5 batches.
@pytest.mark.parametrize("case", ["mlp@rows=80", "lstm@rows=160"])
def test_raw_jax_trains_as_addax_does(case: str, tmp_path: Path) -> None:
    weights = tmp_path / "weights.npz"
    ours = _epochs(KerasPeer(), case, weights)
    raw = _epochs(JaxPeer(), case, weights)
    assert ours[2] < ours[0]
    np.testing.assert_allclose(raw, ours, rtol=1e-3)


# They draw random numbers of their own.
_DRAWN = ("cnn-norm", "cnn-augment", "gan")


@pytest.mark.slow
@pytest.mark.parametrize(
    "case",
    [c for c in CASES if c not in _DRAWN and not CASES[c].where],
)
def test_so_it_does_in_each_case(case: str, tmp_path: Path) -> None:
    few = f"{case}@rows={CASES[case].batch * 2}"
    weights = tmp_path / "weights.npz"
    ours = _epochs(KerasPeer(), few, weights)
    raw = _epochs(JaxPeer(), few, weights)
    # A loop of one's own shuffles by other numbers: its order differs.
    exact = CASES[case].epoch is None
    np.testing.assert_allclose(raw[0], ours[0], rtol=1e-3)
    np.testing.assert_allclose(raw, ours, rtol=5e-3 if exact else 0.1)


def test_what_disagrees_is_not_timed() -> None:
    base = {"before": 2.3, "during": 1.0}
    assert disagreement("mlp", {"before": 2.3001, "during": 1.05}, base) is None
    assert disagreement("mlp", {"before": 2.4, "during": 1.0}, base) == (
        "not timed: loss before 2.4000, addax 2.3000"
    )
    for bad in (1.2, float("nan")):
        found = disagreement("mlp", {"before": 2.3, "during": bad}, base)
        assert found is not None
        assert "loss during" in found


def test_data_can_be_learned_and_is_the_same_each_time() -> None:
    for name in ("mlp", "lstm", "language", "forecast"):
        x, y = find(f"{name}@rows=64").sample()
        again = find(f"{name}@rows=64").sample()
        assert len(x) == len(y) == 64
        np.testing.assert_array_equal(x, again[0])
        np.testing.assert_array_equal(y, again[1])


def test_names_with_parameters() -> None:
    assert _names("mlp,deep@width=8,depth=2,cnn") == (
        "mlp",
        "deep@width=8,depth=2",
        "cnn",
    )
    case = find("deep@width=8,depth=2,rows=96,batch=16")
    assert (case.batch, case.sample()[0].shape) == (16, (96, 64))
    assert not set(CASES) & set(INPUTS)


def test_the_fitted_exponent() -> None:
    sizes = [1, 10, 100, 1000, 10_000]
    quadratic = [1e-5 + 1e-8 * n**2 for n in sizes]
    assert exponent(sizes, quadratic) == pytest.approx(2, abs=0.35)
    assert exponent(sizes[:4], [0.5 * n for n in sizes[:4]]) == pytest.approx(1)


def test_pictures_are_png_files(tmp_path: Path) -> None:
    pil = pytest.importorskip("PIL.Image")
    image = np.random.default_rng(0).integers(0, 256, (5, 7, 3)).astype("uint8")
    path = tmp_path / "x.png"
    path.write_bytes(png(image))
    with pil.open(path) as read:
        np.testing.assert_array_equal(np.asarray(read), image)
