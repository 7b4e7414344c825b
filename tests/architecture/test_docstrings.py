"""What is public is typed, described, and shown by examples that run."""

import doctest
import importlib
import re

import pytest

from tests.architecture import docstrings
from tests.architecture.source_tree import ROOT, SourceTree

TREE = SourceTree(ROOT / "addax")


def expect_none(found):
    assert not found, "\n".join(["", *found])


def test_public_functions_are_annotated():
    expect_none(docstrings.not_annotated(TREE))


def test_what_is_public_has_a_docstring():
    expect_none(docstrings.without_docstring(TREE))


def test_documented_arguments_are_those_of_the_signature():
    expect_none(docstrings.wrong_args(TREE))


def _with_examples():
    # Told from the whole text, for some docstrings are put together from parts.
    return [name for name, m in TREE.modules.items() if ">>> " in m.path.read_text()]


@pytest.mark.parametrize("name", _with_examples())
def test_examples_give_what_they_show(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # A user always comes through a facade, which gives tensors their operators.
    importlib.import_module("addax.ops")
    module = importlib.import_module(name)
    report = []
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    runner = doctest.DocTestRunner(optionflags=flags)
    for example in doctest.DocTestFinder(exclude_empty=True).find(module, name):
        runner.run(example, out=report.append)
    assert runner.failures == 0, "".join(report)


def _readme_blocks():
    text = (ROOT / "README.md").read_text()
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("number", range(len(_readme_blocks())))
def test_the_readme_runs(number, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    exec(compile(_readme_blocks()[number], "README.md", "exec"), {})


# The rules, each shown what breaks it


@pytest.fixture
def zoo(tmp_path):
    def build(text: str) -> SourceTree:
        (tmp_path / "zoo").mkdir()
        (tmp_path / "zoo" / "__init__.py").write_text(text)
        return SourceTree(tmp_path / "zoo")

    return build


def test_a_missing_type_is_found(zoo):
    tree = zoo("def f(a: int, b, *c, d=1) -> None: ...\nclass A:\n def g(self): ...")
    assert docstrings.not_annotated(tree) == [
        "zoo.f:1 has no type for b, d, c",
        "zoo.A.g:3 has no type for return",
    ]


def test_a_missing_docstring_is_found(zoo):
    assert docstrings.without_docstring(zoo("def f(): ...\ndef _g(): ...")) == [
        "zoo has no docstring",
        "zoo.f:1 has no docstring",
    ]


def test_wrong_args_are_found(zoo):
    tree = zoo(
        "def f(a, b):\n"
        '    """F.\n\n    Args:\n        a: one.\n            Note: more.\n'
        '        c: none.\n    """\n'
        "class A:\n"
        '    """A.\n\n    Args:\n        x, y: both.\n    """\n'
        "    def __init__(self, x, y, z=1, **kwargs): ...\n"
    )
    assert docstrings.wrong_args(tree) == [
        "zoo.f:1 does not document b",
        "zoo.f:1 documents c, which it has not",
        "zoo.A:9 does not document z",
    ]


@pytest.mark.parametrize(
    "text, names",
    [
        ("One line.", None),
        ("F.\n\nArgs:\n    a: one.\n    b: two,\n        more: text.\n", ["a", "b"]),
        ("F.\n\nArgs:\n    a (int): one.\n\nReturns:\n    c: no.\n", ["a"]),
        ("F.\n\nArgs:\n    `a`, `b`: both.\n    **kwargs: rest.", ["a", "b", "kwargs"]),
    ],
)
def test_reading_the_args_section(text, names):
    assert docstrings.documented_args(text) == names
