"""Several inputs to one output."""
