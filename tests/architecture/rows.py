"""The order of the parts. A module imports only from its own row and from rows above.

A module belongs to the longest name here that it equals or lies in. The names in
`FACADES` stand for themselves alone: each module inside must have a row of its own. A
new part is added by giving it a place; the tests refuse a module that has none.
"""

ROWS: list[list[str]] = [
    ["addax._version"],
    ["addax._base"],
    ["addax.native"],
    ["addax.core"],
    ["addax.ops"],
    ["addax.autograph"],
    ["addax.data"],
    # addax.keras, from the inside out
    [
        "addax.keras.config",
        "addax.keras.ops",
        "addax.keras.random",
        "addax.keras.serialization",
        "addax.keras.tree",
    ],
    [
        "addax.keras.activations",
        "addax.keras.constraints",
        "addax.keras.dtype_policies",
        "addax.keras.tracking",
        "addax.keras.initializers",
        "addax.keras.regularizers",
        "addax.keras.rematerialization",
    ],
    [
        "addax.keras.layers",
        "addax.keras.losses",
        "addax.keras.metrics",
        "addax.keras.optimizers",
    ],
    ["addax.keras.callbacks", "addax.keras.saving"],
    ["addax.keras.trainers"],
    ["addax.keras.models"],
    [
        "addax.keras.applications",
        "addax.keras.backend",
        "addax.keras.datasets",
        "addax.keras.distillation",
        "addax.keras.legacy",
        "addax.keras.mixed_precision",
        "addax.keras.operations",
        "addax.keras.preprocessing",
        "addax.keras.scopes",
        "addax.keras.utils",
        "addax.keras.visualization",
        "addax.keras.wrappers",
    ],
    ["addax.keras"],
    ["addax.tf"],
    ["addax.as_tensorflow"],
    # the tools: users of the public API
    [
        "addax.cli",
        "addax.doctor",
        "addax.export",
        "addax.optimize",
        "addax.serve",
        "addax.tune",
    ],
    ["addax"],
]

FACADES = {"addax", "addax.keras"}

# What a part may import from outside the standard library, by the names in
# `import` statements. Everything optional goes through `optional_import`.
LIBRARIES: dict[str, set[str]] = {
    "addax._version": set(),
    "addax._base": set(),
    "addax.native": {"jax"},
    "addax.core": {"jax", "ml_dtypes", "numpy"},
    "addax.ops": {"jax", "ml_dtypes", "numpy"},
    "addax.autograph": {"jax", "numpy"},
    "addax.data": {"jax", "numpy"},
    "addax.keras": {"h5py", "jax", "ml_dtypes", "numpy", "rich"},
    "addax.tf": {"numpy"},
    "addax.as_tensorflow": set(),
    "addax.cli": {"numpy", "rich"},
    "addax.doctor": {"numpy", "rich"},
    "addax.export": {"jax", "numpy"},
    "addax.optimize": {"jax", "numpy"},
    "addax.serve": {"jax", "numpy"},
    "addax.tune": {"jax", "numpy", "rich"},
    "addax": set(),
}

# Modules that may import by a name they compute, each with its reason.
IMPORT_BY_NAME = {
    "addax._base.lazy": "the one place for lazy imports",
    "addax.tf._alias": "gives the modules of addax.keras their names under addax.tf",
}

# The only module that may use private names of JAX, or ask for its version.
PRIVATE_JAX = "addax.core._jax"

# Modules that may be longer than the limit, each with its reason.
LONG_TABLES: dict[str, str] = {}
