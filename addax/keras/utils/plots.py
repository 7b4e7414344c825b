"""`plot_model` and `model_to_dot`: a model as a picture of boxes and lines."""

from __future__ import annotations

import html
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from addax._base.errors import explain
from addax._base.files import PathLike, atomic_path
from addax._base.lazy import optional_import
from addax.keras.utils.plot_drawing import draw
from addax.keras.utils.plot_graph import Box, Options, Picture, picture_of

_DIRECTIONS = ("TB", "BT", "LR", "RL")


def plot_model(
    model: Any,
    to_file: PathLike = "model.png",
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = False,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: int = 200,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
    **kwargs: Any,
) -> Any:
    """Draws a model's layers and what flows between them into a file.

    Graphviz draws, if pydot and its program `dot` are there, else Matplotlib.

    Args:
        model: The model.
        to_file: Where to; the ending says in which format: `.png`, `.svg`, `.pdf`.
        show_shapes: Whether to show the shapes of inputs and outputs.
        show_dtype: Whether to show the types of outputs.
        show_layer_names: Whether to show the layers' names.
        rankdir: Which way it flows: `"TB"` down, `"LR"` to the right, `"BT"`, `"RL"`.
        expand_nested: Whether to show what is inside nested models.
        dpi: Dots an inch.
        show_layer_activations: Whether to show activations.
        show_trainable: Whether to show which layers train.
        splines: How Graphviz draws lines: `"ortho"`, `"curved"`, `"polyline"`, ...
        **kwargs: `layer_range` of Keras 2 is not looked at.

    Returns:
        In a notebook the picture, else nothing.

    Raises:
        ValueError: If the model is not built, or an argument is not valid.

    Example:

    >>> import tempfile
    >>> from addax import keras
    >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    >>> path = f"{tempfile.mkdtemp()}/model.png"
    >>> keras.utils.plot_model(model, path, show_shapes=True)
    """
    kwargs.pop("layer_range", None)
    if kwargs:
        raise ValueError(
            explain("`plot_model` does not take these arguments.", received=kwargs)
        )
    path = Path(os.fspath(to_file))
    path = path if path.suffix else path.with_suffix(".png")
    options = Options(
        show_shapes,
        show_dtype,
        show_layer_names,
        show_layer_activations,
        show_trainable,
        expand_nested,
    )
    picture = _picture(model, options, rankdir)
    with atomic_path(path) as temporary:
        if shutil.which("dot") and _has_pydot():
            graph = _to_dot(picture, rankdir, dpi, splines)
            graph.write(str(temporary), format=path.suffix[1:])
        else:
            draw(picture, temporary, path.suffix[1:], rankdir, dpi)
    # Within a notebook, and only there, these are loaded.
    shell, display = (sys.modules.get(n) for n in ("IPython", "IPython.display"))
    if shell is not None and display is not None and path.suffix == ".png":
        return display.Image(filename=str(path)) if shell.get_ipython() else None
    return None


def model_to_dot(
    model: Any,
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = True,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: int = 200,
    subgraph: bool = False,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
    **kwargs: Any,
) -> Any:
    """The picture of a model for Graphviz, as a graph of pydot.

    Args:
        model: The model.
        show_shapes: As for `plot_model`, as are the others.
        show_dtype: Whether to show the types of outputs.
        show_layer_names: Whether to show the layers' names.
        rankdir: Which way it flows.
        expand_nested: Whether to show what is inside nested models.
        dpi: Dots an inch.
        subgraph: Whether to return a `pydot.Cluster`.
        show_layer_activations: Whether to show activations.
        show_trainable: Whether to show which layers train.
        splines: How Graphviz draws lines.
        **kwargs: `layer_range` of Keras 2 is not looked at.

    Returns:
        A `pydot.Dot`, or a `pydot.Cluster`.

    Raises:
        ImportError: If pydot is not installed.
        ValueError: If the model is not built, or an argument is not valid.
    """
    kwargs.pop("layer_range", None)
    if kwargs:
        raise ValueError(
            explain("`model_to_dot` does not take these arguments.", received=kwargs)
        )
    options = Options(
        show_shapes,
        show_dtype,
        show_layer_names,
        show_layer_activations,
        show_trainable,
        expand_nested,
    )
    picture = _picture(model, options, rankdir)
    return _to_dot(picture, rankdir, dpi, splines, model.name if subgraph else None)


def _picture(model: Any, options: Options, rankdir: str) -> Picture:
    if rankdir not in _DIRECTIONS:
        raise ValueError(
            explain(
                f"`rankdir` is one of {', '.join(map(repr, _DIRECTIONS))}.",
                received={"rankdir": rankdir},
                why="It is the way that data flows: top to bottom, left to right, ...",
            )
        )
    if not getattr(model, "built", True):
        raise ValueError(
            explain(
                f"Model {model.name!r} is not built yet.",
                why="Its layers and their shapes are known once it has seen an input.",
                fix="model.build((None, 784)), or call it on a batch first.",
            )
        )
    return picture_of(model, options)


def _pydot() -> Any:
    return optional_import("pydot", extra="plot", purpose="A graph for Graphviz")


def _has_pydot() -> bool:
    try:
        return _pydot() is not None
    except ImportError:
        return False


def _to_dot(
    picture: Picture, rankdir: str, dpi: int, splines: str, cluster: str | None = None
) -> Any:
    pydot = _pydot()
    if cluster is None:
        graph = pydot.Dot(rankdir=rankdir, dpi=dpi, splines=splines, bgcolor="white")
    else:
        graph = pydot.Cluster(cluster, label=cluster, style="dashed")
    font = {"fontname": "Helvetica", "shape": "plaintext"}
    nodes = {
        box.key: pydot.Node(box.key, label=_label(box), **font) for box in picture.boxes
    }
    framed: set[str] = set()
    for frame in picture.frames:
        inner = pydot.Cluster(frame.keys[0], label=frame.title, style="dashed")
        for key in frame.keys:
            if key not in framed:
                inner.add_node(nodes[key])
                framed.add(key)
        graph.add_subgraph(inner)
    for key, node in nodes.items():
        if key not in framed:
            graph.add_node(node)
    for source, target in picture.lines:
        graph.add_edge(pydot.Edge(source, target, color="#5F6368"))
    return graph


def _label(box: Box) -> str:
    """A table in Graphviz's HTML: the title, white on dark, and the rows."""
    widest = max((len(row) for row in box.rows), default=1)
    rows = [
        f'<tr><td colspan="{widest}" bgcolor="#1F2A44" align="center">'
        f'<font color="white"><b>{html.escape(box.title)}</b></font></td></tr>'
    ]
    for row in box.rows:
        span = f' colspan="{widest}"' if len(row) < widest else ""
        cells = (f"<td{span}>{html.escape(cell)}</td>" for cell in row)
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return (
        '<<table border="0" cellborder="1" bgcolor="white" cellpadding="8" '
        f'cellspacing="0">{"".join(rows)}</table>>'
    )
