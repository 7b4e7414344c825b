"""Each rule finds what breaks it, on small trees made for that."""

import textwrap

import pytest

from tests.architecture import checks
from tests.architecture.source_tree import SourceTree, find_cycle

TABLE = checks.Rows(
    [["zoo._base"], ["zoo.low"], ["zoo.api.inner"], ["zoo.api"], ["zoo"]],
    {"zoo", "zoo.api"},
)


@pytest.fixture
def zoo(tmp_path):
    """Write a package from a table of its modules."""

    def build(**modules: str) -> SourceTree:
        for name, text in {"zoo": "", **modules}.items():
            path = tmp_path.joinpath(*name.split("__"))
            is_package = any(each.startswith(name + "__") for each in modules)
            file = path / "__init__.py" if is_package or name == "zoo" else path
            file = file if file.suffix else file.with_suffix(".py")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(textwrap.dedent(text))
        return SourceTree(tmp_path / "zoo")

    return build


def test_every_form_of_import_is_seen(zoo):
    tree = zoo(
        zoo__low="",
        zoo__low__a="x = 1",
        zoo__low__b="""
            import zoo.low.a
            from zoo.low import a
            from zoo.low.a import x
            from . import a as again
            from .a import x as y
            from .. import low
        """,
    )
    targets = [each.target for each in tree.inside]
    assert targets == ["zoo.low.a"] * 5 + ["zoo.low"]


def test_a_module_without_a_row(zoo):
    tree = zoo(zoo__low="", zoo__new="", zoo__api="", zoo__api__other="")
    assert checks.modules_without_a_row(tree, TABLE) == ["zoo.api.other", "zoo.new"]


@pytest.mark.parametrize(
    "statement",
    [
        "from zoo.api import inner",
        "from zoo import low, api",
        "import zoo.api.inner",
        "def f():\n    from ..api import inner",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import zoo.api",
        "from x import lazy_exports\nlazy_exports(__name__, {'a': 'zoo.api.inner:b'})",
        "from x import lazy_exports\nlazy_exports(__name__, names={'a': '..api'})",
        "A = {'a': '..api'}\nT = {**A}\nlazy_exports(__name__, T)",
        "OF = {'zoo.api': ('a', 'b')}\nlazy_exports(__name__, of=OF)",
    ],
)
def test_an_import_that_points_up(zoo, statement):
    tree = zoo(zoo__api="", zoo__api__inner="", zoo__low="", zoo__low__a=statement)
    (found,) = checks.imports_that_point_up(tree, TABLE)
    assert found.startswith("zoo.low.a:")
    assert found.endswith("which stands below zoo.low in rows.py")


def test_imports_that_point_down_are_fine(zoo):
    tree = zoo(
        zoo__low="", zoo__api="from .inner import x", zoo__api__inner="import zoo.low"
    )
    assert checks.imports_that_point_up(tree, TABLE) == []


def test_a_cycle_of_modules(zoo):
    tree = zoo(
        zoo__low="", zoo__low__a="import zoo.low.b", zoo__low__b="from . import a"
    )
    assert checks.cycle_of_modules(tree) == ["zoo.low.a", "zoo.low.b", "zoo.low.a"]


def test_a_cycle_for_types_only_never_happens(zoo):
    typed = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import zoo.low.a"
    tree = zoo(zoo__low="", zoo__low__a="import zoo.low.b", zoo__low__b=typed)
    assert checks.cycle_of_modules(tree) == []


def test_a_cycle_of_parts_in_one_row(zoo):
    table = checks.Rows([["zoo.a", "zoo.b"], ["zoo"]], {"zoo"})
    tree = zoo(
        zoo__a="",
        zoo__a__x="import zoo.b.x",
        zoo__a__y="",
        zoo__b="",
        zoo__b__x="",
        zoo__b__y="import zoo.a.y",
    )
    assert checks.cycle_of_modules(tree) == []
    assert checks.cycle_of_parts(tree, table) == ["zoo.a", "zoo.b", "zoo.a"]


@pytest.mark.parametrize(
    "statement, found",
    [
        ("def f():\n    import zoo.low", "zoo.api:2 imports zoo.low, in a function"),
        ("import_module('json')", "zoo.api:1 calls import_module; use zoo._base.lazy"),
        ("optional_import('zoo.low')", "is for libraries, by name"),
        ("optional_import(name)", "is for libraries, by name"),
    ],
)
def test_late_imports(zoo, statement, found):
    tree = zoo(zoo__low="", zoo__api=statement)
    (text,) = checks.late_imports(tree)
    assert text.endswith(found)


def test_a_lazy_name_that_is_nowhere(zoo):
    call = "lazy_exports(__name__, {'a': '.gone'}, modules=['lost', 'inner'])"
    tree = zoo(zoo__api=call, zoo__api__inner="")
    assert checks.lazy_names_that_are_nowhere(tree) == [
        "zoo.api:1 imports zoo.api.gone, which is not there",
        "zoo.api:1 imports zoo.api.lost, which is not there",
    ]


def test_a_library_that_is_not_allowed(zoo):
    tree = zoo(
        zoo__low="import json, numpy, jax", zoo__api="", zoo__api__inner="import jax"
    )
    allowed = {"zoo.low": {"numpy"}, "zoo.api": {"jax"}}
    assert checks.libraries_not_allowed(tree, TABLE, allowed) == [
        "zoo.low:1 imports jax, which rows.py does not allow zoo.low"
    ]


@pytest.mark.parametrize(
    "statement",
    ["import keras.ops", "from tensorflow import x", "optional_import('torch.nn')"],
)
def test_another_framework(zoo, statement):
    (found,) = checks.other_frameworks(zoo(zoo__low=statement))
    assert found.startswith("zoo.low:1 imports ")


def test_our_own_keras_is_not_another_framework(zoo):
    tree = zoo(zoo__keras="", zoo__low="from zoo import keras\nimport zoo.keras")
    assert checks.other_frameworks(tree) == []


@pytest.mark.parametrize(
    "code, name",
    [
        ("import jax._src.core", "jax._src.core"),
        ("from jax._src import core", "jax._src.core"),
        ("import jax\njax._src.core.trace()", "jax._src"),
        ("import jax as j\nj.numpy._private()", "jax.numpy._private"),
        ("import jax.numpy as jnp\njnp._private()", "jax.numpy._private"),
        ("from jax import lax\nlax._conv()", "jax.lax._conv"),
        ("import jaxlib", "jaxlib"),
        ("import jax\njax.__version__", "jax.__version__"),
        ("from jax import version", "jax.version"),
    ],
)
def test_private_jax(zoo, code, name):
    tree = zoo(zoo__low="", zoo__low__a=code, zoo__low___jax=code)
    found = checks.private_jax(tree, "zoo.low._jax")
    assert f"uses {name}" in " | ".join(found)
    assert not any("_jax:" in each for each in found)


def test_public_jax_is_fine(zoo):
    code = "import jax\nimport jax.numpy as jnp\nself._jax.x\njnp.sum\njax.lax.scan"
    assert checks.private_jax(zoo(zoo__low=code), "") == []


def test_an_extra_that_does_not_install(zoo):
    code = """
        optional_import("matplotlib.pyplot", extra="plot", purpose="x")
        optional_import("PIL.Image", extra="plot", purpose="x")
    """
    extras = {"plot": {"matplotlib"}}
    found = checks.extras_that_do_not_install(
        zoo(zoo__low=code), extras, {"PIL": "pillow"}
    )
    assert found == ["zoo.low:3: the extra 'plot' does not install 'pillow'"]


def test_a_module_that_is_too_long(zoo):
    tree = zoo(zoo__low="x = 1\n" * 5, zoo__api="x = 1\n" * 9)
    assert checks.too_long(tree, 4, ["zoo.api"]) == ["zoo.low has 5 lines"]


def test_find_cycle():
    assert find_cycle({"a": {"b", "c"}, "b": {"d"}, "c": {"d"}}) == []
    assert find_cycle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert find_cycle({"a": {"a"}}) == ["a", "a"]
