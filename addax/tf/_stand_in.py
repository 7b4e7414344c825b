"""What `tensorflow` and `keras` stand for where addax takes their place."""

from __future__ import annotations

from addax._base.alias import AliasFinder
from addax._base.errors import explain

# Where Keras 1 and 2 kept what is now one name space up.
_OLD_LAYERS = (
    "advanced_activations", "attention", "convolutional", "convolutional_recurrent",
    "core", "embeddings", "experimental.preprocessing", "merge", "merging", "noise",
    "normalization", "pooling", "preprocessing", "recurrent", "regularization",
    "reshaping", "rnn", "wrappers",
)  # fmt: skip
_OLD_KERAS = {
    **{f"layers.{name}": "layers" for name in _OLD_LAYERS},
    "engine": "layers",
    "engine.topology": "layers",
    "engine.training": "models",
    "optimizers.experimental": "optimizers",
    "utils.generic_utils": "utils",
    "utils.layer_utils": "utils",
    "utils.np_utils": "utils",
    "utils.vis_utils": "utils",
}
_KERAS = ("keras", "tensorflow.keras", "tensorflow.python.keras", "tf_keras")
_NAMES = {
    "tensorflow": "addax.tf",
    "tensorflow.compat.v2": "addax.tf",
    **{root: "addax.keras" for root in _KERAS},
    **{
        f"{root}.{old}": f"addax.keras.{new}"
        for root in _KERAS
        for old, new in _OLD_KERAS.items()
    },
}
# The packages whose place addax takes
ROOTS = tuple(sorted({name.partition(".")[0] for name in _NAMES}))


def _missing(name: str) -> str:
    root = name.partition(".")[0]
    private = f"{root}.python", f"{root}.src", f"{root}.engine", f"{root}.core"
    why = (
        "It is a private module of the original package; its contents move from "
        "version to version."
        if name.startswith(private)
        else f"addax stands in for {root!r} here and has no such module."
    )
    return explain(
        f"No module named {name!r}.",
        why=why,
        fix=f"addax check your_script.py  # lists each name that addax lacks\n"
        f"import {'tensorflow as tf' if root == 'tensorflow' else 'keras'}",
    )


FINDER = AliasFinder(_NAMES, _missing)
