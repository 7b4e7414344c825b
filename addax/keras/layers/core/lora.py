"""LoRA: training a product of two thin matrices beside a kernel that stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addax._base.errors import explain
from addax.keras.layers.checks import positive
from addax.keras.layers.layer import Layer
from addax.ops import linalg, math


class LowRank(Layer):
    """The base of layers whose kernel can be adapted by `enable_lora`.

    Subclasses name the kernel's attribute in `adapted`, and call `start_lora` at the
    end of `build`. Once adapted, that attribute is the sum of kernel and product.

    Source: Hu et al. 2021, https://arxiv.org/abs/2106.09685.
    """

    config_without = frozenset((*Layer.config_without, "lora_rank", "lora_alpha"))
    adapted = "kernel"
    lora_enabled = False
    lora_rank: int | None = None
    lora_alpha: float | None = None
    _pair: tuple[Any, ...] = ()

    def start_lora(self) -> None:
        """Adapts the kernel at once if the constructor was given a rank."""
        if self.lora_rank:
            self._adapt(self.lora_rank, self.lora_alpha, "he_uniform", "zeros")

    def enable_lora(
        self,
        rank: int,
        lora_alpha: float | None = None,
        a_initializer: Any = "he_uniform",
        b_initializer: Any = "zeros",
    ) -> None:
        """Freezes the kernel, and trains the product of two thin matrices beside it.

        Args:
            rank: The size that the two matrices share.
            lora_alpha: The product is scaled by `lora_alpha / rank`; `rank` if not
                given.
            a_initializer: How the first matrix starts.
            b_initializer: How the second starts: with zeros nothing changes at first.

        Raises:
            ValueError: If the layer is not built, was adapted before, or has a
                constraint on its kernel.

        Example:

        >>> from addax import keras
        >>> layer = keras.layers.Dense(64)
        >>> layer.build((None, 32))
        >>> layer.enable_lora(rank=4)
        >>> [w.name for w in layer.trainable_weights]
        ['bias', 'lora_kernel_a', 'lora_kernel_b']
        """
        if not self.built:
            raise ValueError(
                explain(
                    "There is no kernel to adapt yet.",
                    received={"layer": self},
                    fix=f"call {self.name} on data, or {self.name}.build(input_shape)",
                )
            )
        if self.lora_enabled:
            raise ValueError(
                explain(
                    "A kernel is adapted once only.",
                    received={"layer": self, "lora_rank": self.lora_rank},
                )
            )
        with self._names():
            self._adapt(rank, lora_alpha, a_initializer, b_initializer)

    def _adapt(self, rank: int, alpha: float | None, first: Any, second: Any) -> None:
        name = self.adapted
        if getattr(self, f"{name}_constraint", None) is not None:
            raise ValueError(
                explain(
                    f"A {name} with a constraint cannot be adapted.",
                    received={"layer": self},
                    why="The constraint would hold for a part of it only.",
                    fix=f"{type(self).__name__}(..., {name}_constraint=None)",
                )
            )
        self.lora_rank = positive("rank", rank)
        self.lora_alpha = self.lora_rank if alpha is None else alpha
        kernel = self.__dict__.pop(name)  # from here on `__getattr__` gives the sum
        self._held = kernel
        kernel.trainable = False
        regularizer = getattr(self, f"{name}_regularizer", None)
        pair = []
        for letter, size, start in (
            ("a", (*kernel.shape[:-1], self.lora_rank), first),
            ("b", (self.lora_rank, kernel.shape[-1]), second),
        ):
            weight = self.add_weight(
                name=f"lora_{name}_{letter}",
                shape=size,
                initializer=start,
                regularizer=regularizer,
            )
            setattr(self, f"lora_{name}_{letter}", weight)
            pair.append(weight)
        self._pair = tuple(pair)
        self.lora_enabled = True

    if not TYPE_CHECKING:  # or checkers believe that a layer has every attribute

        def __getattr__(self, name: str) -> Any:
            if name == self.adapted and self.lora_enabled:
                return math.add(self._held, self.lora_product(self._pair[0]))
            raise AttributeError(
                f"{type(self).__name__!r} object has no attribute {name!r}"
            )

    def lora_product(self, first: Any) -> Any:
        """The product of rows of the first matrix with the second, scaled."""
        scale = (self.lora_alpha or 0) / (self.lora_rank or 1)
        return math.multiply(linalg.matmul(first, self._pair[1]), scale)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, in serialisable form."""
        config = super().get_config()
        if self.lora_rank:
            config |= {"lora_rank": self.lora_rank, "lora_alpha": self.lora_alpha}
        return config

    def save_own_variables(self, store: Any) -> None:
        """Writes the layer's variables: of an adapted kernel the sum, not the parts."""
        if not self.lora_enabled:
            super().save_own_variables(store)
            return
        for i, variable in enumerate(self._without_pair()):
            full = getattr(self, self.adapted) if variable is self._held else variable
            store[str(i)] = full.numpy()

    def load_own_variables(self, store: Any) -> None:
        """Sets the layer's variables; an adapted kernel is the file's, unchanged.

        Raises:
            ValueError: If there are too few or too many, or a shape differs.
        """
        for weight in self._pair:
            weight.assign(weight.numpy() * 0)
        self._load(store, self._without_pair())

    def _without_pair(self) -> list[Any]:
        return [w for w in self._own_weights() if all(w is not p for p in self._pair)]
