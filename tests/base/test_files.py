import os
import stat
from pathlib import Path

import pytest

from addax._base import files
from addax._base.files import (
    atomic_directory,
    atomic_files,
    atomic_path,
    atomic_write,
)


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def test_a_file_appears_whole(tmp_path):
    with atomic_write(tmp_path / "a.bin") as file:
        file.write(b"12")
        assert not (tmp_path / "a.bin").exists()
    assert (tmp_path / "a.bin").read_bytes() == b"12"
    assert names(tmp_path) == ["a.bin"]


def test_text_is_utf8_and_newlines_are_kept(tmp_path):
    with atomic_write(tmp_path / "a.txt", "w") as file:
        file.write("Grüße\n")
    assert (tmp_path / "a.txt").read_bytes() == b"Gr\xc3\xbc\xc3\x9fe\n"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_failure_leaves_what_was_there(tmp_path, error):
    target = tmp_path / "a.bin"
    target.write_bytes(b"before")

    def write_half():
        with atomic_write(target) as file:
            file.write(b"half")
            raise error("stop")

    with pytest.raises(error, match="stop"):
        write_half()
    assert target.read_bytes() == b"before"
    assert names(tmp_path) == ["a.bin"]


def test_a_failing_rename_leaves_nothing(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(files.os, "replace", fail)
    with pytest.raises(OSError, match="disk full"), atomic_write(tmp_path / "a") as f:
        f.write(b"1")
    assert names(tmp_path) == []


def test_a_library_gets_a_path_with_the_suffix(tmp_path):
    with atomic_path(tmp_path / "model.weights.h5") as path:
        assert path.suffix == ".h5"
        path.write_bytes(b"1")
    assert names(tmp_path) == ["model.weights.h5"]


def test_the_mode_is_kept_and_a_new_file_obeys_the_umask(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(b"")
    old.chmod(0o640)
    before = os.umask(0o027)
    try:
        for target in (old, new):
            with atomic_write(target) as file:
                file.write(b"1")
    finally:
        os.umask(before)
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    assert stat.S_IMODE(new.stat().st_mode) == 0o640


def test_a_link_is_followed(tmp_path):
    (tmp_path / "real").write_bytes(b"0")
    (tmp_path / "link").symlink_to("real")
    with atomic_write(tmp_path / "link") as file:
        file.write(b"1")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"1"


def test_a_missing_folder_is_named(tmp_path):
    with (
        pytest.raises(FileNotFoundError, match=r"gone' is not there[\s\S]*makedirs"),
        atomic_write(tmp_path / "gone" / "a.bin"),
    ):
        pass


def test_a_folder_is_not_replaced_by_a_file(tmp_path):
    with pytest.raises(IsADirectoryError, match="place of a folder"):
        atomic_write(tmp_path).__enter__()


def test_a_folder_without_permission_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(files.os, "access", lambda *_: False)  # root may do anything
    with pytest.raises(PermissionError, match=r"does not allow writing.*path="):
        atomic_write(tmp_path / "a.bin").__enter__()


def test_an_unknown_mode_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"'wb' or 'w'\. Received: mode='a'"):
        atomic_write(tmp_path / "a", "a").__enter__()


def test_a_folder_replaces_a_folder_as_a_whole(tmp_path):
    target = tmp_path / "model"
    target.mkdir()
    (target / "old").write_text("old")
    with atomic_directory(target) as folder:
        (folder / "sub").mkdir()
        (folder / "sub" / "new").write_text("new")
        assert names(target) == ["old"]
    assert names(target) == ["sub"]
    assert names(tmp_path) == ["model"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_failure_leaves_the_folder_that_was_there(tmp_path, error):
    target = tmp_path / "model"
    target.mkdir()
    (target / "old").write_text("old")

    def write_half():
        with atomic_directory(target) as folder:
            (folder / "new").write_text("half")
            raise error("stop")

    with pytest.raises(error, match="stop"):
        write_half()
    assert names(target) == ["old"]
    assert names(tmp_path) == ["model"]


def test_a_failing_second_rename_puts_the_folder_back(tmp_path, monkeypatch):
    target = tmp_path / "model"
    target.mkdir()
    (target / "old").write_text("old")
    real, calls = os.replace, []

    def fail_second(*args):
        calls.append(args)
        if len(calls) == 2:
            raise OSError("no")
        return real(*args)

    monkeypatch.setattr(files.os, "replace", fail_second)
    with pytest.raises(OSError, match="no"), atomic_directory(target) as folder:
        (folder / "new").write_text("new")
    assert names(target) == ["old"]
    assert names(tmp_path) == ["model"]


def test_a_file_is_not_replaced_by_a_folder(tmp_path):
    (tmp_path / "a").write_text("")
    with pytest.raises(NotADirectoryError, match="place of a file"):
        atomic_directory(tmp_path / "a").__enter__()


def test_files_move_into_a_folder_that_keeps_its_others(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("mine")
    (tmp_path / "out" / "report").write_text("old")
    with atomic_files(tmp_path / "out") as folder:
        (folder / "report").write_text("new")
        (folder / "plot").write_text("plot")
        assert (tmp_path / "out" / "report").read_text() == "old"
    assert names(tmp_path / "out") == ["mine", "plot", "report"]
    assert (tmp_path / "out" / "report").read_text() == "new"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_failed_run_does_not_even_leave_the_folder(tmp_path, error):
    def write_half():
        with atomic_files(tmp_path / "a" / "b") as folder:
            (folder / "half").write_text("half")
            raise error("stop")

    with pytest.raises(error, match="stop"):
        write_half()
    assert names(tmp_path) == []


def test_parents_are_made_in_the_end(tmp_path):
    with atomic_files(tmp_path / "a" / "b") as folder:
        (folder / "x").write_text("x")
    assert (tmp_path / "a" / "b" / "x").read_text() == "x"


def test_files_do_not_go_into_a_file(tmp_path):
    (tmp_path / "a").write_text("")
    with pytest.raises(NotADirectoryError, match=r"a' is a file\. Received: folder="):
        atomic_files(tmp_path / "a" / "b").__enter__()


def test_files_do_not_go_where_writing_is_forbidden(tmp_path, monkeypatch):
    monkeypatch.setattr(files.os, "access", lambda *_: False)
    with pytest.raises(PermissionError, match="does not allow writing"):
        atomic_files(tmp_path / "out").__enter__()
