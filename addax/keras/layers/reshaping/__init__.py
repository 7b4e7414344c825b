"""Layers that rearrange, repeat, pad or crop."""
