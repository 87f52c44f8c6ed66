"""Opens editors: one window per profile or source; a second wish raises the first."""

from collections.abc import MutableMapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.domain.problem import AppError, Code
from app.domain.source import starts_with_web_identity
from ui.editor.draft import Draft, empty_source
from ui.editor.profile_window import ProfileWindow
from ui.editor.source_window import SourceWindow
from ui.editor.window import EditorWindow
from ui.platform.clipboard import SecretClipboard

if TYPE_CHECKING:
    from ui.application import Application

Open = MutableMapping[tuple[str, str], QObject]


def open_profile(
    app: "Application", opened: Open, name: str, place: str, *, suggested: str = "", source: str = ""
) -> None:
    """Open the editor of a profile at a place; an empty name: a new one, with a name and a source to begin with."""
    before = opened.get(("profiles", name))
    if isinstance(before, ProfileWindow):
        raise_editor(before)
        before.open_place(place)
        return
    new = _new_profile(app, suggested, source)
    app.bridge.spawn(_open_profile(app, opened, name, place, new), "open editor")


async def _open_profile(app: "Application", opened: Open, name: str, place: str, new: Draft) -> None:
    draft = await _draft(app, "profiles", name) if name else new
    if ("profiles", name) in opened:
        return
    window = ProfileWindow(app.core, app.tools, app.bridge, draft, place)
    window.source_wanted.connect(app.edit_source)
    window.rotate_wanted.connect(app.keys.open)
    _show(app, opened, ("profiles", name), window)


def open_source(app: "Application", opened: Open, name: str, kind: str = "", *, find_device: bool = False) -> None:
    """Open the editor of a source; an empty name: a new one, of a kind where one is named.

    Behind the first source comes the first profile: its editor opens with the source chosen and a name.
    """
    before = opened.get(("sources", name))
    if isinstance(before, SourceWindow):
        raise_editor(before)
        if kind:
            before.kind.choose(kind)
        if find_device:
            before.find_device()
        return
    app.bridge.spawn(_open_source(app, opened, name, kind, find_device=find_device), "open editor")


async def _open_source(app: "Application", opened: Open, name: str, kind: str, *, find_device: bool = False) -> None:
    draft = await _draft(app, "sources", name) if name else empty_source(kind or "access-keys")
    if ("sources", name) in opened:
        return
    window = SourceWindow(app.core, app.tools, app.bridge, draft, SecretClipboard())
    window.rotate_wanted.connect(app.keys.open)
    window.profiles_wanted.connect(app.verbs.edits.add)
    _show(app, opened, ("sources", name), window)
    if find_device:
        window.find_device()


async def reopen(app: "Application", opened: Open, key: tuple[str, str]) -> None:
    """Make an editor without changes anew in its place, in another language."""
    before = opened.get(key)
    if not isinstance(before, EditorWindow):
        return
    page = before.nav.currentRow() if isinstance(before, ProfileWindow) else -1
    geometry, seen = before.saveGeometry(), before.isVisible()
    before.close()
    table, name = key
    if table == "profiles":
        await _open_profile(app, opened, name, "", _new_profile(app, "", ""))
    else:
        await _open_source(app, opened, name, "")
    window = opened.get(key)
    if isinstance(window, EditorWindow):
        window.restoreGeometry(geometry)
        window.setVisible(seen)
        if isinstance(window, ProfileWindow):
            window.nav.setCurrentRow(page)


async def _draft(app: "Application", table: str, name: str) -> Draft:
    try:
        return Draft(name, await app.core.catalogs.raw(table, name))
    except KeyError:
        known = Code.PROFILE_UNKNOWN if table == "profiles" else Code.SOURCE_UNKNOWN
        raise AppError.of(known, profile=name, source=name, nearest="") from None


def _new_profile(app: "Application", suggested: str, source: str) -> Draft:
    values: dict[str, object] = {"source": source} if source else {}
    sources = list(app.core.catalog.sources)
    if len(sources) == 1 and not source:
        values["source"] = sources[0]
    chosen = app.core.catalog.sources.get(str(values.get("source", "")))
    if chosen is not None and starts_with_web_identity(chosen):
        values["roles"] = [{}]  # it leads nowhere without one: the hop is there to be filled in
    return Draft(suggested, values, new=True)


def _show(app: "Application", opened: Open, key: tuple[str, str], window: EditorWindow) -> None:
    opened[key] = window

    def gone() -> None:
        if opened.get(key) is window:
            del opened[key]
            window.deleteLater()

    def saved(name: str) -> None:
        app.catalog_changed()
        if key == ("sources", ""):
            editors = [one for one in opened.values() if isinstance(one, ProfileWindow)]
            for one in editors:
                one.choose_source(name)
            made = isinstance(window, SourceWindow) and window.makes_profiles
            if not editors and not made and not app.core.catalog.profiles:
                open_profile(app, opened, "", "", suggested=name, source=name)

    window.vault_wanted.connect(app.care.want)
    window.closed.connect(gone)
    window.saved.connect(saved)
    raise_editor(window)


def raise_editor(window: EditorWindow) -> None:
    """Show an editor in front."""
    window.show()
    window.raise_()
    window.activateWindow()
