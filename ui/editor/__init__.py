"""The profile editor and the source editor."""
