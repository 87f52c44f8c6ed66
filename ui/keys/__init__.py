"""The access keys of a source's user: their age, and how one is replaced."""
