"""A core for the windows' tests: the engine records verbs and shows what the test says; nothing else is behind it."""
