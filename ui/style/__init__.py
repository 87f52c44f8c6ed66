"""Tokens, palette, style sheet, fonts and icons: the one place where the look is decided."""
