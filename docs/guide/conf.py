# ruff: noqa: INP001  Sphinx reads it as a file
"""How Sphinx builds the guide; see tools/docs."""

project = "Rolecall"
copyright = "Rolecall's authors, Apache-2.0"  # noqa: A001  Sphinx's name
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "Rolecall"
html_static_path: list[str] = []
html_show_sourcelink = False
html_show_sphinx = False
myst_heading_anchors = 2
