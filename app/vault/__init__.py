"""The OS keyring, through one thread, with time limits and read-back."""
