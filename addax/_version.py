"""The one place that states the version of addax."""

__version__ = "0.1.0"
