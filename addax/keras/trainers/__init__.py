"""Training: what `compile` sets up, feeds, and the one loop that runs them all."""
