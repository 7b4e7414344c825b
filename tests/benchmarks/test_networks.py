"""The networks that are compared have the same weights."""

from __future__ import annotations

import pytest

from addax import keras
from benchmarks.applications import PARAMETERS


@pytest.mark.slow
@pytest.mark.parametrize("network", PARAMETERS)
def test_the_peers_networks_have_as_many_parameters(network: str) -> None:
    model = getattr(keras.applications, network)(weights=None)
    assert model.count_params() == PARAMETERS[network]
