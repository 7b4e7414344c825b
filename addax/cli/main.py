"""The command line: options, and how a failure is told."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from addax import cli
from addax._base.settings import Setting
from addax._version import __version__
from addax.cli.console import fail

debug = Setting("debug", False, "Show the traceback when a command fails.")

# As shells report a process that Ctrl-C (signal 2) ended.
_INTERRUPTED = 130

# What addax raises on purpose, with a message that says what to do.
_EXPECTED = (ValueError, OSError, ImportError, MemoryError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: the words after `addax`; those of this process by default.

    Returns:
        The exit status: 0, 1 after an error, 130 after Ctrl-C. (`argparse` exits
        with 2 by itself when the options are wrong.)

    Example:

    >>> main(["train", "nowhere/"])
    1
    """
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except KeyboardInterrupt:
        fail("Stopped. Nothing was written.")
        return _INTERRUPTED
    except Exception as error:
        if debug.get():
            raise
        fail(_message(error))
        return 1
    return 0


def _message(error: Exception) -> str:
    text = str(error) or type(error).__name__
    if isinstance(error, _EXPECTED):
        return text
    return (
        f"{type(error).__name__}: {text}\n"
        "This may be a fault in addax. To see where it happened:\n"
        f"Fix: {debug.env}=1 addax {' '.join(sys.argv[1:])}"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="addax", description="The Keras API on JAX: train, look, save."
    )
    parser.add_argument("--version", action="version", version=f"addax {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="", required=True)

    quickstart = commands.add_parser(
        "quickstart",
        help="train a network on 1,797 handwritten digits, in seconds",
        description="Train a small convolutional network on the handwritten digits "
        "that ship with scikit-learn; draw, save and reload it.",
    )
    _add_common(quickstart, out="addax-quickstart")
    quickstart.set_defaults(run=lambda options: cli.run_quickstart(options))

    train = commands.add_parser(
        "train",
        help="train a model on your own images, arrays or table",
        description="Train a model that suits the data; draw, save and reload it.",
    )
    train.add_argument(
        "data",
        type=Path,
        help="a folder with one sub-folder of images per class; an .npz with x_train, "
        "y_train, x_test, y_test; or a .csv",
    )
    train.add_argument(
        "--target", metavar="COLUMN", help="the column of the .csv to predict"
    )
    train.add_argument(
        "--task",
        choices=("classification", "regression"),
        help="what to do with the target (default: what it looks like)",
    )
    train.add_argument(
        "--image-size",
        type=_positive,
        metavar="PIXELS",
        help="resize images to this many pixels a side (default: from the images)",
    )
    _add_common(train, out=None)
    train.set_defaults(run=lambda options: cli.run_train(options))

    run = commands.add_parser(
        "run",
        help="run a TensorFlow or Keras script or notebook, as it stands",
        description="Run a script or notebook in which `tensorflow` and `keras` stand "
        "for addax. Not a line of it changes, and TensorFlow is not needed.",
    )
    run.add_argument("script", type=Path, help="a .py file, or an .ipynb notebook")
    run.add_argument(
        "arguments",
        nargs=argparse.REMAINDER,
        help="what the script finds in sys.argv",
    )
    run.set_defaults(
        run=lambda options: cli.run_script(options.script, options.arguments)
    )

    check = commands.add_parser(
        "check",
        help="list the TensorFlow and Keras names in a script that addax lacks",
        description="Read scripts and notebooks, without running them, and list each "
        "TensorFlow or Keras name that addax lacks.",
    )
    check.add_argument("scripts", type=Path, nargs="+", metavar="script")
    check.set_defaults(run=lambda options: cli.run_check(options.scripts))

    info = commands.add_parser(
        "info", help="show versions, the device and the settings"
    )
    info.set_defaults(run=lambda options: cli.run_info())
    return parser


def _add_common(parser: argparse.ArgumentParser, *, out: str | None) -> None:
    parser.add_argument(
        "--epochs",
        type=_positive,
        metavar="N",
        help="at most so many (it may stop early)",
    )
    parser.add_argument("--batch-size", type=_positive, metavar="N")
    parser.add_argument(
        "--out",
        type=Path,
        default=out and Path(out),
        metavar="FOLDER",
        help=f"where the files go (default: {out or 'addax-train/<name of the data>'})",
    )
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="same seed, same result"
    )


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive whole number")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
