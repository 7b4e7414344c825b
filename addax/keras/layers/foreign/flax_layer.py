"""`FlaxLayer`: a module of Flax (Linen) as a layer."""

from __future__ import annotations

import inspect
from typing import Any

from addax.keras.layers.foreign.jax_layer import JaxLayer
from addax.keras.layers.layer import Layer
from addax.keras.serialization import public


@public("keras.layers")
class FlaxLayer(JaxLayer):
    """Wraps a `flax.linen.Module`.

    Args:
        module: The module. The method that is called takes `inputs` and, if it likes,
            `training`.
        method: That method, or a function of module, `inputs` and `training`;
            `__call__` if not given.
        variables: The variables to start with, as `module.init` returns them; it is
            called if they are not given.
        **kwargs: `name`, `dtype`, `trainable`, `seed`.

    Collections of variables other than `"params"` are state: they are kept, and not
    trained.
    """

    config_without = frozenset(
        (*Layer.config_without, "module", "method", "variables", "call_fn", "init_fn")
    )

    def __init__(
        self, module: Any, method: Any = None, variables: Any = None, **kwargs: Any
    ) -> None:
        self.module = module
        self.method = method
        called = getattr(module, method) if isinstance(method, str) else method
        takes = inspect.signature(called or type(module).__call__).parameters
        flag = "training" in takes

        def apply(params: Any, state: Any, rng: Any, inputs: Any, training: Any) -> Any:
            return module.apply(
                {**state, "params": params},
                inputs,
                rngs={"dropout": rng, "params": rng},
                method=method,
                mutable=list(state),
                **({"training": training} if flag else {}),
            )

        def init(rng: Any, inputs: Any) -> Any:
            training = {"training": True} if flag else {}
            made = module.init(rng, inputs, method=method, **training)
            return split_variables(made)

        params, state = (
            (None, None) if variables is None else split_variables(variables)
        )
        super().__init__(apply, init, params, state, **kwargs)

    def get_config(self) -> dict[str, Any]:
        """Raises: how a module is made again is not known."""
        raise NotImplementedError(
            "A FlaxLayer has no configuration: Flax does not say how a "
            "module is made again.\nSave the weights alone: "
            'model.save_weights("model.weights.h5")'
        )


def split_variables(variables: Any) -> tuple[Any, Any]:
    """The trained parameters, and the other collections."""
    rest = dict(variables)
    return rest.pop("params", {}), rest
