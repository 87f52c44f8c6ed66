"""The main window: sidebar, list, detail, status bar."""
