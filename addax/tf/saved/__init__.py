"""Saved models: objects with variables and compiled functions, in a folder."""
