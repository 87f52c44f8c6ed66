"""The tray application and its windows: a face on app."""
