"""The window of what happened."""
