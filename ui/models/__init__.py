"""Item models over what ui.present yields."""
