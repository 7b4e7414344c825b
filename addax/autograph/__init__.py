"""AutoGraph: Python's `if`, `while` and `for` over tensors in compiled functions.

A function is first traced as it was written. Where a tensor without value is asked to
decide what Python does, it is traced again, converted (docs/design/0006-autograph.md).
"""

from addax.autograph import runtime
from addax.autograph.branches import needs_value as needs_value
from addax.autograph.branches import undecided as undecided
from addax.autograph.builtins import overload as overload
from addax.autograph.conversion import install
from addax.autograph.public import convert as convert
from addax.autograph.public import do_not_convert as do_not_convert
from addax.autograph.public import set_loop_options as set_loop_options
from addax.autograph.public import set_verbosity as set_verbosity
from addax.autograph.public import to_code as to_code
from addax.autograph.public import trace as trace
from addax.core.scope import converted as converted

install(runtime)
