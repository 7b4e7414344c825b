import re
import sys

import pytest

from addax._base.lazy import Late, optional_import


@pytest.fixture
def shapes(tmp_path, monkeypatch):
    """A package whose facade is lazy."""
    package = tmp_path / "lazy_shapes"
    package.mkdir()
    (package / "__init__.py").write_text(
        "from addax._base.lazy import lazy_exports\n"
        "__getattr__, __dir__, __all__ = lazy_exports(__name__, {\n"
        "    'Square': '.flat', 'Box': 'lazy_shapes.flat:Square', 'Gone': '.flat'\n"
        "}, of={'.flat': ['Round']}, modules=['solids'])\n"
    )
    (package / "flat.py").write_text("class Square: pass\nclass Round: pass\n")
    (package / "solids.py").write_text("class Cube: pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    import lazy_shapes

    yield lazy_shapes
    for name in [each for each in sys.modules if each.startswith("lazy_shapes")]:
        del sys.modules[name]


def test_a_name_is_imported_when_used_and_only_once(shapes):
    assert "lazy_shapes.flat" not in sys.modules
    square = shapes.Square
    assert square is sys.modules["lazy_shapes.flat"].Square
    assert vars(shapes)["Square"] is square


def test_a_name_can_come_from_another_attribute(shapes):
    assert shapes.Box is shapes.Square
    assert shapes.Round is sys.modules["lazy_shapes.flat"].Round


def test_a_module_is_a_public_name(shapes):
    assert shapes.solids is sys.modules["lazy_shapes.solids"]


def test_dir_lists_names_before_they_are_imported(shapes):
    assert {"Box", "Square", "solids", "__name__"} <= set(dir(shapes))
    assert shapes.__all__ == ["Box", "Gone", "Round", "Square", "solids"]


def test_an_unknown_name_gets_a_hint(shapes):
    with pytest.raises(
        AttributeError, match=r"'lazy_shapes' has no .*'Sqare'. Did you mean 'Square'"
    ):
        _ = shapes.Sqare


def test_hasattr_and_machinery_work(shapes):
    assert not hasattr(shapes, "__wrapped__")
    with pytest.raises(ImportError, match="cannot import name 'Circle'"):
        from lazy_shapes import Circle  # noqa: F401


def test_an_entry_that_does_not_exist_is_not_hidden(shapes):
    with pytest.raises(AttributeError, match=r"lazy_shapes.flat.* no attribute 'Gone'"):
        _ = shapes.Gone


def test_a_missing_library_names_the_extra():
    message = (
        "Drawing the curves needs the library 'no_such', which is not installed.\n"
        'Fix: pip install "addax[plot]"'
    )
    with pytest.raises(ImportError, match=re.escape(message)) as caught:
        optional_import("no_such.part", extra="plot", purpose="Drawing the curves")
    assert caught.value.name == "no_such"


def test_a_broken_library_raises_its_own_error(tmp_path, monkeypatch):
    (tmp_path / "broken_library.py").write_text("import its_own_missing_part\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="'its_own_missing_part'"):
        optional_import("broken_library", extra="plot", purpose="Drawing")


def test_a_library_that_is_there_is_returned():
    assert optional_import("json", extra="data", purpose="Reading").dumps(1) == "1"


def test_a_late_library_is_imported_when_something_in_it_is_asked_for(
    tmp_path, monkeypatch
):
    (tmp_path / "slow_library.py").write_text("answer = 42\n")
    monkeypatch.syspath_prepend(tmp_path)
    late = Late("slow_library")
    assert "slow_library" not in sys.modules
    assert late.answer == 42
    with pytest.raises(AttributeError, match="question"):
        _ = late.question
