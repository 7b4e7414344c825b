"""Compiled programs on disk: kept, found, bounded, shared, and no trouble."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from addax.core.compile_cache import FOLDER, Store, folder

ROOT = str(Path(__file__).parents[2])
CODE = """
import logging
logging.basicConfig(level=logging.DEBUG)
from addax import tf
@tf.function
def f(x):
    return tf.reduce_sum(tf.sin(x) * 2.0)
print(f(tf.ones([7, 5])).numpy())
"""


def run(code: str = CODE, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("JAX_COMPILATION")}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**kept, "PYTHONPATH": ROOT, **env},
        capture_output=True,
        text=True,
        check=True,
    )


def test_a_second_process_finds_the_programs(tmp_path: Path) -> None:
    cache = str(tmp_path / "programs")
    first = run(ADDAX_COMPILE_CACHE_DIR=cache)
    kept = sorted(x.name for x in Path(cache).iterdir())
    second = run(ADDAX_COMPILE_CACHE_DIR=cache)
    assert kept
    assert first.stdout == second.stdout
    assert "Not writing persistent cache entry" not in first.stderr
    misses = "PERSISTENT COMPILATION CACHE MISS"
    assert first.stderr.count(misses) == len(kept)
    assert second.stderr.count(misses) == 0
    assert sorted(x.name for x in Path(cache).iterdir()) == kept


@pytest.mark.parametrize(
    "env",
    [
        {"ADDAX_COMPILE_CACHE": "0"},
        {"JAX_COMPILATION_CACHE_DIR": "{tmp}/jax"},  # the user's own choice stays
        {"HOME": "/nonexistent", "XDG_CACHE_HOME": "/proc/nonexistent"},
    ],
)
def test_without_a_folder_everything_works(tmp_path: Path, env: dict) -> None:
    given = {k: v.format(tmp=tmp_path) for k, v in env.items()}
    result = run(**{"XDG_CACHE_HOME": str(tmp_path), **given})
    assert float(result.stdout) == pytest.approx(70 * math.sin(1.0))
    assert "Warning" not in result.stderr
    assert not (tmp_path / "addax").exists()


def test_a_damaged_program_is_compiled_again(tmp_path: Path) -> None:
    first = run(ADDAX_COMPILE_CACHE_DIR=str(tmp_path))
    for file in tmp_path.iterdir():
        file.write_bytes(b"")
    second = run(ADDAX_COMPILE_CACHE_DIR=str(tmp_path))
    assert second.stdout == first.stdout
    assert "Warning" not in second.stderr
    assert all(file.stat().st_size for file in tmp_path.iterdir())


def test_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    store = Store(tmp_path, limit=1000)
    for i in range(9):
        store.put(f"k{i}", bytes(100))
        os.utime(tmp_path / f"k{i}.xla", (i, i))
    assert store.get("k0") == bytes(100)  # and is now the newest
    store.put("k9", bytes(150))
    assert [i for i in range(10) if store.get(f"k{i}")] == [0, 4, 5, 6, 7, 8, 9]
    store.put("huge", bytes(2000))
    assert store.get("huge") is None


def test_threads_and_processes_share_a_folder(tmp_path: Path) -> None:
    stores = [Store(tmp_path, limit=500) for _ in range(4)]

    def work(i: int) -> None:
        for j in range(50):
            key = f"k{j % 12}"
            value = stores[i].get(key)
            assert value in (None, bytes([j % 12]) * 100)
            stores[i].put(key, bytes([j % 12]) * 100)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert sum(f.stat().st_size for f in tmp_path.iterdir()) <= 1000


def test_the_folder_is_the_users_cache(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with FOLDER.override(""):
        assert folder() == tmp_path / "addax" / "compiled"
