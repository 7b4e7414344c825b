"""`keras.random`: random tensors, from a seed, a `SeedGenerator` or the global one."""

from addax.core.random import SeedGenerator as SeedGenerator
from addax.ops.random import beta as beta
from addax.ops.random import binomial as binomial
from addax.ops.random import categorical as categorical
from addax.ops.random import dropout as dropout
from addax.ops.random import gamma as gamma
from addax.ops.random import normal as normal
from addax.ops.random import randint as randint
from addax.ops.random import shuffle as shuffle
from addax.ops.random import truncated_normal as truncated_normal
from addax.ops.random import uniform as uniform
