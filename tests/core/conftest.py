"""Property-based tests here are the same in every run and wait for no deadline."""

from hypothesis import HealthCheck, settings

import addax.ops  # noqa: F401  gives tensors their operators, as each facade does

settings.register_profile(
    "addax",
    derandomize=True,
    deadline=None,  # an example may compile
    max_examples=20,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
)
settings.load_profile("addax")
