"""Every operation, defined once, as a pure function on arrays under `@op`."""

from addax.ops import operators as operators  # installs the operators of tensors
