"""Manners of the platform: clipboard, notifications."""
