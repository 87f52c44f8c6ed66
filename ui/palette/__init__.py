"""The quick switch: a small window to start or use a profile by a few letters."""
