"""The commands: `addax quickstart`, `train`, `run`, `check` and `info`.

They use addax as any user does: what they do can be copied into a script.
"""

from addax._base.lazy import lazy_exports

# A command's module brings JAX with it; `addax --help` must not wait for that.
__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "run_check": ".check",
        "run_info": ".info",
        "run_quickstart": ".quickstart",
        "run_script": ".script",
        "run_train": ".train",
    },
)
