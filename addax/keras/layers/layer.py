"""`Layer`: state and a computation; the base of everything that a model is made of."""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable
from typing import Any

from addax._base.errors import explain
from addax._base.names import auto_name, to_snake_case
from addax._base.tracebacks import border
from addax.autograph import converted
from addax.core import Node, Tensor, any_symbolic, convert, infer, scope, tree
from addax.core.shapes import standardize_shape
from addax.keras import dtype_policies, regularizers
from addax.keras.layers import arguments as given
from addax.keras.layers.call_context import (
    CallContext,
    CallSignature,
    call_signature,
    current,
)
from addax.keras.layers.input_spec import check_inputs
from addax.keras.layers.weights import WeightOwner
from addax.keras.metrics import Mean
from addax.keras.rematerialization import current_scope, rematerialized
from addax.keras.serialization import Configurable, public


@public("keras", "keras.layers.Layer")
class Layer(WeightOwner, Configurable):
    """A computation on tensors, with the variables it uses.

    Subclasses create weights in `build` (or `__init__`) and compute in `call`:

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> class Scale(keras.layers.Layer):
    ...     def build(self, input_shape):
    ...         self.factor = self.add_weight(shape=(input_shape[-1],), name="factor",
    ...                                       initializer="ones")
    ...     def call(self, inputs):
    ...         return inputs * self.factor
    >>> Scale()(np.ones((2, 3), "float32")).shape
    TensorShape([2, 3])

    Args:
        activity_regularizer: A penalty on the outputs, added to the losses; the mean
            over the batch.
        trainable: Whether optimizers update the weights.
        dtype: A type or a dtype policy; the global policy if not given.
        autocast: Whether floating inputs are converted to the compute type.
        name: A name; made from the class's name if not given.
        **kwargs: `input_shape` (or `batch_input_shape`, `input_dim`), for the first
            layer of a `Sequential`.
    """

    config_without = frozenset(
        ("activity_regularizer", "trainable", "dtype", "autocast", "name")
    )

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "build" in cls.__dict__:
            cls.build = _in_build_scope(cls.__dict__["build"])  # type: ignore[method-assign]

    def __init__(
        self,
        *,
        activity_regularizer: Any = None,
        trainable: bool = True,
        dtype: Any = None,
        autocast: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        shape = kwargs.pop("input_shape", None)
        batch_shape = kwargs.pop("batch_input_shape", kwargs.pop("batch_shape", None))
        if "input_dim" in kwargs:
            shape = (kwargs.pop("input_dim"),)
        kwargs.pop("weights", None)
        if kwargs:
            raise ValueError(
                explain(
                    f"{type(self).__name__} has no argument "
                    f"{', '.join(map(repr, kwargs))}.",
                    received={k: v for k, v in kwargs.items()},
                    fix=f"help(keras.layers.{type(self).__name__}) lists them all.",
                )
            )
        if batch_shape is not None:
            shape = tuple(batch_shape)[1:]
        self._input_shape_arg = None if shape is None else standardize_shape(shape)
        if name is not None and not isinstance(name, str):
            raise TypeError(
                explain("A layer's name must be a string.", received={"name": name})
            )
        if name and "/" in name:
            raise ValueError(
                explain(
                    "A layer's name cannot contain '/'.",
                    received={"name": name},
                    why="It separates the parts of a weight's path.",
                )
            )
        self.name = name or auto_name(to_snake_case(type(self).__name__))
        self.activity_regularizer = regularizers.get(activity_regularizer)
        self.dtype_policy = dtype_policies.get(dtype)
        self.autocast = autocast
        self._start_weights(trainable)
        self.built = False
        self.input_spec: Any = None
        self.supports_masking = type(self).compute_mask is not Layer.compute_mask
        self._losses: list[tuple[Any, Any]] = []
        self._inbound_nodes: list[Node] = []
        self._build_shapes: dict[str, Any] | None = None
        self._remat = current_scope()

    # Weights

    def build(self, input_shape: Any) -> None:
        """Creates the weights; subclasses override it.

        Args:
            input_shape: The first input's shape, `None` where unknown.
        """
        self.built = True

    # Types

    @property
    def dtype(self) -> Any:
        """The type of the weights."""
        return self.variable_dtype

    @property
    def variable_dtype(self) -> Any:
        """The type of the weights."""
        return self.dtype_policy.variable_dtype

    @property
    def compute_dtype(self) -> Any:
        """The type of the computation."""
        return self.dtype_policy.compute_dtype

    @property
    def input_dtype(self) -> Any:
        """The type that floating inputs are converted to."""
        return self.dtype_policy.compute_dtype

    # Calling

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """The computation; subclasses override it."""
        raise NotImplementedError(
            explain(
                f"{type(self).__name__} does not say what it computes.",
                fix=f"class {type(self).__name__}(keras.layers.Layer):\n"
                "    def call(self, inputs):\n        return ...",
            )
        )

    @border
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self._require_init()
        signature = call_signature(type(self).call)
        arguments = self._arguments(signature, args, kwargs)
        first = next(iter(arguments.values()), None)

        outer = current.context
        context = outer or CallContext(None)
        before = context.training
        training = arguments.get("training")
        if training is None:
            training = before
        if training is None:
            training = signature.training_default
        if signature.takes_training:
            arguments["training"] = training
        passed = self._pass_masks(signature, arguments, first)

        if not self.built:
            self._build(arguments, signature)
        if self.input_spec is not None:
            check_inputs(self.input_spec, first, self.name)

        call = functools.partial(self._invoke, context, training)
        if any_symbolic(arguments):
            outputs = self._record(call, arguments, signature, passed)
        else:
            outputs = call(arguments)
        self._mask_outputs(outputs, first)
        return outputs

    def _invoke(
        self, context: CallContext, training: Any, arguments: dict[str, Any]
    ) -> Any:
        """Runs `call` in its surroundings: flag, compute type, names, losses."""
        entry = current.context is None
        before = context.training
        current.context, context.training = context, training
        policy = self.dtype_policy
        mixed = self.autocast and policy.compute_dtype != policy.variable_dtype
        if entry:
            for layer in self.__dict__.pop("_lossy", ()):
                layer._losses.clear()
        try:
            with (
                self._names(),
                scope.use(autocast=policy.compute_dtype if mixed else None),
            ):
                # as written, or converted by AutoGraph where a trace needs it
                run = converted(self.call)
                if self._remat is not None:
                    run = rematerialized(self, run, self._remat)
                outputs = call_signature(type(self).call).apply(run, arguments)
            if self.activity_regularizer is not None:
                for x in tree.flatten(outputs):
                    penalty = self.activity_regularizer(x)
                    self.add_loss(penalty / x.shape[0] if x.shape else penalty)
        finally:
            context.training = before
            if entry:
                current.context = None
                if context.lossy:
                    self.__dict__["_lossy"] = context.lossy
        return outputs

    def _record(
        self,
        call: Any,
        arguments: dict[str, Any],
        signature: CallSignature,
        masks: set[str],
    ) -> Any:
        """Adds the call to the functional graph that its symbolic inputs belong to.

        The masks that came with the inputs do not become part of the graph: when it
        runs, they come with the tensors again.
        """
        outputs = self._infer_outputs(call, arguments)
        kept = {
            name: value
            for name, value in arguments.items()
            if (value is not None or name not in signature.optional)
            and name not in masks
        }
        if kept.get("training") == signature.training_default:
            kept.pop("training", None)
        args, kwargs = signature.spread(kept)
        node = Node(self, args, kwargs, outputs)
        for tensor in node.output_tensors:
            tensor.name = f"{self.name}_output"
        self._inbound_nodes.append(node)
        return outputs

    def _infer_outputs(self, call: Any, arguments: dict[str, Any]) -> Any:
        method = type(self).compute_output_shape
        if method.__module__.startswith("addax."):
            return infer(call, (arguments,))
        # A user's own compute_output_shape decides, as in Keras: its call may do what
        # cannot be traced.
        shape = self.compute_output_shape(given.shapes(next(iter(arguments.values()))))
        return given.symbolic(shape, self.compute_dtype)

    def _arguments(
        self, signature: CallSignature, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> dict[str, Any]:
        try:
            arguments = signature.bind(args, kwargs)
        except TypeError as error:
            if "training" in kwargs and not signature.takes_training:
                kwargs = {k: v for k, v in kwargs.items() if k != "training"}
                return self._arguments(signature, args, kwargs)
            if "mask" in kwargs and not signature.takes_mask:
                kwargs = {k: v for k, v in kwargs.items() if k != "mask"}
                return self._arguments(signature, args, kwargs)
            raise TypeError(
                f"Layer {self.name!r} was called with arguments that its call() does "
                f"not take: {error}.\nIt takes: {', '.join(signature.names)}"
            ) from None
        target = self.dtype_policy.compute_dtype if self.autocast else None
        for name, value in arguments.items():
            arguments[name] = given.as_tensors(value, target)
        return arguments

    def _pass_masks(
        self, signature: CallSignature, arguments: dict[str, Any], first: Any
    ) -> set[str]:
        """Fills mask arguments with the masks of the inputs; the names of those."""
        sources = {n: arguments.get(s) for n, s in signature.mask_of.items()}
        if signature.takes_mask:
            sources["mask"] = first
        passed = set()
        for name, source in sources.items():
            mask = given.masks(source) if arguments.get(name) is None else None
            if mask is not None:
                arguments[name] = mask
                passed.add(name)
        return passed

    def _mask_outputs(self, outputs: Any, first: Any) -> None:
        previous = given.masks(first)
        if not self.supports_masking:
            if previous is not None and any(
                m is not None for m in tree.flatten(previous)
            ):
                warnings.warn(
                    f"Layer {self.name!r} ({type(self).__name__}) does not support "
                    "masking: the mask of its input ends here, and later layers treat "
                    "padding as data. Set `self.supports_masking = True` in its "
                    "__init__ to pass the mask on, or define compute_mask().",
                    stacklevel=3,
                )
            return
        if previous is None and type(self).compute_mask is Layer.compute_mask:
            return
        if any_symbolic(outputs):
            mask = infer(self.compute_mask, (first, previous))
        else:
            mask = self.compute_mask(first, previous)
        if mask is None:
            return
        tensors = tree.flatten(outputs)
        masks = tree.flatten(mask) if len(tensors) > 1 else [mask]
        for tensor, one in zip(tensors, masks, strict=False):
            if one is not None and getattr(tensor, "_keras_mask", None) is None:
                tensor._keras_mask = one

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """The mask of the outputs; that of the inputs unless overridden."""
        return previous_mask

    def _build(self, arguments: dict[str, Any], signature: CallSignature) -> None:
        shapes = {
            k: given.shapes(v)
            for k, v in arguments.items()
            if given.all_tensors(v) and k not in signature.optional
        }
        parameters = [p for p in inspect.signature(self.build).parameters]
        if len(parameters) > 1 and all(p.endswith("_shape") for p in parameters):
            named = {p: shapes.get(p.removesuffix("_shape")) for p in parameters}
            self.build(**named)
        else:
            self.build(next(iter(shapes.values()), None))
        self.built = True

    # Shapes

    def compute_output_shape(self, *args: Any, **kwargs: Any) -> Any:
        """The shape of the output for inputs of the given shape, batch axis first."""
        shapes = list(args) + list(kwargs.values())
        specs = [given.symbolic(s, self.compute_dtype) for s in shapes]
        return given.shapes(self.compute_output_spec(*specs))

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """What a call with symbolic tensors returns, without recording it."""
        return infer(lambda *a, **k: self(*a, **k), args, kwargs)

    # Losses

    def add_loss(self, loss: Any) -> None:
        """Adds a penalty of this call to the model's loss.

        Args:
            loss: A scalar tensor, or several.
        """
        for one in tree.flatten(loss):
            self._losses.append((scope.state.lift, convert(one)))
        if current.context is not None:
            current.context.lossy.append(self)

    def _get_own_losses(self) -> list[Tensor]:
        # A value from a trace that has ended is nobody's loss any more.
        return [x for lift, x in self._losses if lift is scope.state.lift]

    def _get_regularization_losses(self) -> list[Tensor]:
        return [
            v.regularizer(v)
            for v in self.trainable_weights
            if getattr(v, "regularizer", None) is not None
        ]

    @property
    def losses(self) -> list[Tensor]:
        """Penalties of the last call, and those on the weights."""
        own = [x for layer in self._flatten_layers() for x in layer._get_own_losses()]
        return own + self._get_regularization_losses()

    def add_metric(self, value: Any, name: str | None = None, **_: Any) -> None:
        """Shows the running mean of `value` among the model's metrics (Keras 2)."""
        from_name = name or auto_name("metric")
        metrics = self.__dict__.setdefault("_added_metrics", {})
        if from_name not in metrics:
            metrics[from_name] = Mean(name=from_name)
        metrics[from_name].update_state(value)

    # Configuration

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, in serialisable form."""
        config: dict[str, Any] = {
            "name": self.name,
            "trainable": self.trainable,
            "dtype": dtype_policies.serialize(self.dtype_policy),
        }
        if self.activity_regularizer is not None:
            config["activity_regularizer"] = regularizers.serialize(
                self.activity_regularizer
            )
        return config | super().get_config()

    def get_build_config(self) -> dict[str, Any] | None:
        """The input shapes that the layer was built for."""
        return self._build_shapes

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Builds the layer for the shapes in `get_build_config()`'s result."""
        if not config or self.built:
            return
        if "input_shape" in config:
            self.build(given.tuples(config["input_shape"]))
        elif "shapes_dict" in config:
            self.build(**{k: given.tuples(v) for k, v in config["shapes_dict"].items()})
        self.built = True

    @property
    def input(self) -> Any:
        """The symbolic input of the only call recorded.

        Raises:
            AttributeError: If the layer was not called on a symbolic tensor.
        """
        return self._only_node("input").args[0]

    @property
    def output(self) -> Any:
        """The symbolic output of the only call recorded.

        Raises:
            AttributeError: If the layer was not called on a symbolic tensor.
        """
        return self._only_node("output").outputs

    def _only_node(self, what: str) -> Node:
        if not self._inbound_nodes:
            raise AttributeError(
                f"Layer {self.name!r} has no {what} yet: it was never called on a "
                "symbolic tensor.\nGive the model an input shape, "
                "keras.Input(shape=...) as first layer, or call it on one."
            )
        return self._inbound_nodes[0]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"

    def _require_init(self) -> None:
        if "_inbound_nodes" not in self.__dict__:
            name = type(self).__name__
            raise RuntimeError(
                explain(
                    f"{name}.__init__ did not call its base class.",
                    fix=f"class {name}(...):\n    def __init__(self, ...):\n"
                    "        super().__init__()\n        ...",
                )
            )


def _in_build_scope(build: Callable[..., None]) -> Callable[..., None]:
    """Wraps a `build` method: names, the shapes it was given, `built` at the end."""

    @functools.wraps(build)
    def wrapper(self: Layer, *args: Any, **kwargs: Any) -> None:
        self._require_init()
        if self.__dict__.get("_building"):  # a subclass's super().build(...)
            build(self, *args, **kwargs)
            return
        bound = inspect.signature(build).bind(self, *args, **kwargs).arguments
        shapes = {k: v for k, v in bound.items() if k != "self"}
        self._build_shapes = (
            {"input_shape": next(iter(shapes.values()), None)}
            if len(shapes) == 1
            else {"shapes_dict": shapes}
        )
        self.__dict__["_building"] = True
        try:
            with self._names(), scope.use(autocast=None):
                build(self, *args, **kwargs)
        finally:
            del self.__dict__["_building"]
        self.built = True

    return wrapper
