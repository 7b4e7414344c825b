"""`tf.bitwise`: functions of the bits of whole numbers."""

from __future__ import annotations

from addax.ops import math as ops
from addax.ops import whole
from addax.tf._advice import absent
from addax.tf.elementwise import binary, unary

bitwise_and = binary(ops.bitwise_and, "bitwise.bitwise_and")
bitwise_or = binary(ops.bitwise_or, "bitwise.bitwise_or")
bitwise_xor = binary(ops.bitwise_xor, "bitwise.bitwise_xor")
left_shift = binary(whole.left_shift, "bitwise.left_shift")
right_shift = binary(whole.right_shift, "bitwise.right_shift")
invert = unary(ops.bitwise_not, "bitwise.invert", "whole-number")

__getattr__ = absent(__name__)
