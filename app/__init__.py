"""Rolecall's core: a complete program without a window. Imports neither Qt nor qasync."""

__version__ = "0.1.0"
