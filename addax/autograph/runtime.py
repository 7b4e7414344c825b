"""What converted code calls, under the name `ag__`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from addax.autograph.branches import and_ as and_
from addax.autograph.branches import assert_ as assert_
from addax.autograph.branches import chain as chain
from addax.autograph.branches import if_ as if_
from addax.autograph.branches import if_exp as if_exp
from addax.autograph.branches import not_ as not_
from addax.autograph.branches import or_ as or_
from addax.autograph.builtins import call as call
from addax.autograph.loops import for_ as for_
from addax.autograph.loops import while_ as while_
from addax.autograph.undefined import Undefined as Undefined
from addax.autograph.undefined import defined as defined
from addax.autograph.undefined import value as value


def place(read: Callable[[], Any], text: str) -> Any:
    """The value of an attribute or item, if there is one."""
    try:
        return read()
    except (AttributeError, IndexError, KeyError, TypeError):
        return Undefined(text)
