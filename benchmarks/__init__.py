"""Benchmarks: one script per claim, measured as ratios within one interleaved run."""
