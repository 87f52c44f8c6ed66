"""Whether a person chose a theme for the windows. The tray asks before there is one, and does not bring it along."""

_kept = ["system"]


def keep(setting: str) -> None:
    """Keep what was chosen: "system", "light" or "dark"."""
    _kept[0] = setting


def chosen() -> bool:
    """Whether the windows have a theme of their own, light or dark, whatever the system has."""
    return _kept[0] != "system"
