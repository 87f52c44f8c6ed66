"""The shared credentials file and the config file, as documents of bytes that other programs write too."""
