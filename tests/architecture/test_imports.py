"""What imports what, in the whole of addax."""

import re
import subprocess
import sys
import tomllib

import pytest

from tests.architecture import checks, rows
from tests.architecture.source_tree import ROOT, SourceTree

TABLE = checks.Rows(rows.ROWS, rows.FACADES)

# Names in `import` statements that differ from those on the package index.
DISTRIBUTIONS = {
    "PIL": "pillow",
    "orbax": "orbax-checkpoint",
    "sklearn": "scikit-learn",
}


@pytest.fixture(scope="module")
def tree():
    return SourceTree(ROOT / "addax")


@pytest.fixture(scope="module")
def extras():
    """What each extra installs, those it names in turn included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    optional = project["optional-dependencies"]

    def names(extra):
        found = set()
        for line in optional[extra]:
            name, bracket = re.match(r"([\w-]+)(?:\[([\w,]+)\])?", line).groups()
            if name == "addax":
                found = found.union(*(names(each) for each in bracket.split(",")))
            else:
                found.add(name)
        return found

    return {extra: names(extra) for extra in optional}


def expect_none(found):
    """pytest would cut the list; whoever broke a rule wants to see all of it."""
    assert not found, "\n".join(["", *found])


def test_every_module_has_a_row(tree):
    expect_none(checks.modules_without_a_row(tree, TABLE))


def test_imports_point_one_way(tree):
    expect_none(checks.imports_that_point_up(tree, TABLE))


def test_modules_form_no_cycle(tree):
    expect_none(checks.cycle_of_modules(tree))


def test_parts_form_no_cycle(tree):
    expect_none(checks.cycle_of_parts(tree, TABLE))


def test_imports_stand_at_the_top(tree):
    expect_none(checks.late_imports(tree, rows.IMPORT_BY_NAME))


def test_lazy_tables_name_modules_that_exist(tree):
    expect_none(checks.lazy_names_that_are_nowhere(tree))


def test_each_part_imports_only_its_libraries(tree):
    expect_none(checks.libraries_not_allowed(tree, TABLE, rows.LIBRARIES))


def test_other_frameworks_are_never_imported(tree):
    expect_none(checks.other_frameworks(tree))


def test_private_jax_is_used_in_one_file(tree):
    expect_none(checks.private_jax(tree, rows.PRIVATE_JAX))


def test_an_optional_library_is_in_the_extra_that_its_error_names(tree, extras):
    expect_none(checks.extras_that_do_not_install(tree, extras, DISTRIBUTIONS))


def test_import_addax_is_light():
    heavy = {
        *checks.FORBIDDEN,
        *("IPython", "PIL", "h5py", "matplotlib", "pandas", "scipy.stats", "sklearn"),
    }
    code = f"import sys, addax; print(sorted({heavy!r} & set(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
