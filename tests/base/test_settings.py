import threading

import pytest

from addax._base import settings
from addax._base.settings import Setting, declared_settings, settings_table


@pytest.fixture(autouse=True)
def private_registry(monkeypatch):
    monkeypatch.setattr(settings, "_registry", {})


def test_the_default_the_environment_set_and_override_in_that_order(monkeypatch):
    depth = Setting("depth", 1, "How deep.")
    assert depth.get() == 1

    depth.reset()
    monkeypatch.setenv("ADDAX_DEPTH", "2")
    assert depth.get() == 2

    depth.set(3)
    assert depth.get() == 3
    with depth.override(4):
        assert depth.get() == 4
        with depth.override(5):
            assert depth.get() == 5
        assert depth.get() == 4
    assert depth.get() == 3

    depth.reset()
    assert depth.get() == 2


def test_an_override_ends_with_an_exception():
    depth = Setting("depth", 1, "How deep.")
    with pytest.raises(RuntimeError, match="stop"), depth.override(2):
        raise RuntimeError("stop")
    assert depth.get() == 1


def test_an_override_is_for_this_thread_alone():
    depth, seen = Setting("depth", 1, "How deep."), []
    with depth.override(2):
        worker = threading.Thread(target=lambda: seen.append(depth.get()))
        worker.start()
        worker.join()
    assert seen == [1]


@pytest.mark.parametrize(
    "default, text, expected",
    [
        (False, "1", True),
        (False, "Yes", True),
        (True, "off", False),
        (True, "", False),
        (1, " 7 ", 7),
        (1.0, "1e-3", 1e-3),
        ("a", "b", "b"),
    ],
)
def test_the_environment_is_read_by_type(monkeypatch, default, text, expected):
    each = Setting("each", default, "Anything.")
    monkeypatch.setenv("ADDAX_EACH", text)
    assert each.get() == expected
    assert type(each.get()) is type(expected)


def test_a_wrong_environment_variable_is_named(monkeypatch):
    depth = Setting("depth", 1, "How deep.")
    monkeypatch.setenv("ADDAX_DEPTH", "deep")
    with pytest.raises(ValueError, match=r"ADDAX_DEPTH.* type int.*='deep'"):
        depth.get()


def test_a_wrong_type_is_refused():
    depth = Setting("depth", 1, "How deep.")
    with pytest.raises(TypeError, match=r"'depth' takes .* int\. Received: value='2'"):
        depth.set("2")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"Received: value=True"):
        depth.set(True)


def test_an_int_is_as_good_as_a_float():
    rate = Setting("rate", 0.5, "How fast.")
    rate.set(1)
    assert type(rate.get()) is float


def test_a_wrong_choice_gets_a_hint():
    mode = Setting("mode", "fast", "How.", choices=("fast", "exact"))
    with pytest.raises(ValueError, match=r"'fast', 'exact'.*\n.*mean 'exact'"):
        mode.set("exakt")


def test_a_name_is_declared_once():
    Setting("depth", 1, "How deep.")
    with pytest.raises(ValueError, match=r"'depth' is declared twice[\s\S]*How deep"):
        Setting("depth", 2, "Another.")


def test_a_name_is_in_snake_case():
    with pytest.raises(ValueError, match=r"snake case. Received: name='Big'"):
        Setting("Big", 1, "No.")


def test_the_table_has_a_row_for_each():
    Setting("mode", "fast", "How.", choices=("fast", "exact"))
    Setting("debug", False, "Say more.")
    assert [each.name for each in declared_settings()] == ["debug", "mode"]
    assert settings_table().splitlines()[2:] == [
        "| `ADDAX_DEBUG` | bool | `0` | Say more. |",
        "| `ADDAX_MODE` | fast or exact | `fast` | How. |",
    ]


def test_repr_shows_the_value():
    assert repr(Setting("depth", 1, "How deep.")) == "Setting(depth=1)"
