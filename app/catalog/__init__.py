"""The catalog, profiles.toml: read, checked, and saved one table at a time."""
