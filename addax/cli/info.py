"""`addax info`: what a bug report should say."""

import platform
from importlib.metadata import PackageNotFoundError, version

from rich.table import Table

from addax._base.settings import declared_settings
from addax._version import __version__
from addax.cli import console
from addax.core.device import list_devices

_LIBRARIES = ("jax", "jaxlib", "numpy", "h5py", "ml_dtypes")
_OPTIONAL = ("scikit-learn", "matplotlib", "pandas", "pillow")


def run_info() -> None:
    """Print versions, the device and the settings."""
    console.title("addax", __version__)
    console.step("Versions")
    console.rows(
        [
            ("python", f"{platform.python_version()} on {platform.platform()}"),
            *((name, _version(name)) for name in (*_LIBRARIES, *_OPTIONAL)),
        ]
    )
    console.step("Devices")
    console.rows([(name, "") for name in list_devices()])
    console.step("Settings")
    table = Table(box=None, padding=(0, 2), header_style="dim", show_edge=False)
    for heading in ("  variable", "value", "what it does"):
        table.add_column(heading)
    for each in declared_settings():
        changed = each.get() != each.default
        value = f"[bold]{each.get()}[/]" if changed else str(each.get())
        table.add_row(f"  [green]{each.env}[/]", value, each.doc)
    console.console.print(table)


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "not installed"
