"""What the buttons of a problem card and the nodes of the chain do in the main window."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from app.domain.names import ProfileName
from ui.present.chain import PERMISSION_SET, links_of
from ui.present.remedies import Button, Do

if TYPE_CHECKING:
    from ui.main_window.window import MainWindow


def carry_out(window: "MainWindow", chosen: Button) -> None:
    """Do what a button says, for the picked profile or for what the button names."""
    name = window.picked()
    match chosen.do:
        case Do.RENEW:
            running = name and window.detail.shown is not None and window.detail.shown.running
            window.verbs.renew(name) if running else window.start()
        case Do.EDIT_PROFILE | Do.CHOOSE_ROLE:
            place = "source" if chosen.do is Do.CHOOSE_ROLE else ""
            window.edit_profile.emit(chosen.subject or name, place)
        case Do.EDIT_HOP:
            window.edit_profile.emit(name, f"hop {chosen.subject}")
        case Do.EDIT_DELIVERY:
            window.edit_profile.emit(name, "delivery")
        case Do.EDIT_SOURCE:
            window.edit_source.emit(chosen.subject or source_of(window, name))
        case Do.ADOPT:
            window.write_wanted.emit(name)
        case Do.COMPARE:
            window.conflict_wanted.emit(name)
        case _:
            _for_all(window, name, chosen)


def _for_all(window: "MainWindow", name: str, chosen: Button) -> None:
    """What concerns more than one profile."""
    match chosen.do:
        case Do.RESUME | Do.UNLOCK:
            window.verbs.resume() if chosen.do is Do.RESUME else window.verbs.unlock()
        case Do.RENEW_ALL | Do.AGAIN:
            window.whole.renew_all() if chosen.do is Do.RENEW_ALL else window.whole.again()
        case Do.SETTING:
            change_setting(window, name, chosen.subject)
        case Do.OPEN_CATALOG:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(window.core.catalogs.path)))
        case _:  # UNLOCK_KEYRING, UNLOCK_VAULT, KEEP_IN_FILE, KEEP_IN_MEMORY
            window.vault_wanted.emit(chosen.do)


def change_setting(window: "MainWindow", name: str, key: str) -> None:
    """Go to where a setting of the network is named that counts for a profile: its source, or the settings."""
    catalog = window.core.catalog
    profile = catalog.profiles.get(ProfileName(name))
    first = links_of(catalog, profile)[0] if profile is not None else None
    source = catalog.sources.get(first.source) if first is not None and first.source is not None else None
    if source is not None and getattr(source, key, None):
        window.edit_source.emit(str(source.name))
    else:
        window.setting_wanted.emit(key)


def edit_node(window: "MainWindow", number: int) -> None:
    """Open the editor at a node's `hop`; 0: the source, or the profile where it goes on from another."""
    name = window.picked()
    source = source_of(window, name)
    if number == PERMISSION_SET:
        catalog = window.core.catalog
        first = links_of(catalog, catalog.profiles[ProfileName(name)])[0]
        window.edit_profile.emit(str(first.name), "source")
    elif number:
        window.edit_profile.emit(name, f"hop {number}")
    elif source:
        window.edit_source.emit(source)
    else:
        window.edit()


def source_of(window: "MainWindow", name: str) -> str:
    """Return the name of a profile's own source, empty if it goes on from another profile."""
    profile = window.core.catalog.profiles.get(name)
    return str(profile.source or "") if profile else ""
