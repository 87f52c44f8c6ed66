"""Starts sessions, renews them on a timer, delivers them and stops them."""
