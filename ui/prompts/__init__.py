"""Small windows that ask a person."""
