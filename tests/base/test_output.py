"""What is printed while a function is traced shows once."""

import contextlib
import io
import sys
import threading

import pytest

from addax._base.output import held_until, unheard


def test_an_attempt_in_vain_shows_nothing(capsys):
    with contextlib.suppress(KeyError), held_until(KeyError):
        print("in vain")
        raise KeyError
    with held_until(KeyError):
        print("shown")
    assert capsys.readouterr().out == "shown\n"


def test_other_errors_show_what_was_printed_before_them(capsys):
    def failing():
        with held_until(KeyError):
            print("before")
            raise ValueError("not foreseen")

    with pytest.raises(ValueError, match="foreseen"):
        failing()
    assert capsys.readouterr().out == "before\n"


def test_blocks_in_blocks_are_held_by_the_outer_one(capsys):
    with contextlib.suppress(KeyError), held_until(KeyError):
        with held_until(OSError):
            print("inner")
        with unheard():
            print("never")
        raise KeyError
    assert capsys.readouterr().out == ""
    assert not hasattr(sys.stdout, "stream")


def test_who_flushes_is_seen_at_once(capsys):
    with held_until():
        print("(Pdb) ", end="", flush=True)
        assert capsys.readouterr().out == "(Pdb) "
        sys.stdout.isatty()


def test_other_threads_and_other_streams_are_left_alone(capsys):
    other = io.StringIO()
    with contextlib.suppress(KeyError), held_until(KeyError):
        thread = threading.Thread(target=print, args=("a thread",))
        thread.start()
        thread.join()
        with contextlib.redirect_stdout(other):
            print("redirected")
        raise KeyError
    assert capsys.readouterr().out == "a thread\n"
    assert other.getvalue() == "redirected\n"
