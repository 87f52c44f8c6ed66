"""Pure: from the engine's values to what is shown. No Qt."""
