"""The texts of problems, by subject. app/texts.py turns them into words for people."""
