"""Pooling: one number for each window, or for everything."""
