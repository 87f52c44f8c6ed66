"""Ways in which programs get a session."""
