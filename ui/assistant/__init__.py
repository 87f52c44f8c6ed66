"""The role assistant's window."""
