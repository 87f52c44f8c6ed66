"""The settings' window."""
