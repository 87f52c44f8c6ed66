"""Sources: one kind, one small file; each yields the first credentials of a chain."""
