"""Elementwise functions of whole numbers: bits and divisors."""

from __future__ import annotations

import jax.numpy as jnp

from addax.ops.math import binary

left_shift = bitwise_left_shift = binary(
    jnp.left_shift,
    "left_shift",
    "The bits of `x1`, `x2` places to the left.",
    bits=True,
)
right_shift = bitwise_right_shift = binary(
    jnp.right_shift,
    "right_shift",
    "The bits of `x1`, `x2` places to the right.",
    bits=True,
)
gcd = binary(jnp.gcd, "gcd", "The greatest common divisor.")
lcm = binary(jnp.lcm, "lcm", "The least common multiple.")
