"""Checkpoints: trees of objects with variables, in TensorFlow's files."""
