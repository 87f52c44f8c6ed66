"""The question before a source is deleted: who uses it is listed, and is deleted with it or keeps it."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from app.domain.profile import Catalog
from app.texts import N, T
from ui.prompts.questions import ChoicePrompt

if TYPE_CHECKING:
    from ui.main_window.window import MainWindow

_NAMED = 12


def users_of(catalog: Catalog, source: str) -> tuple[str, ...]:
    """Return the profiles that stand on a source, those that go on from others last."""
    found = [str(name) for name, one in catalog.profiles.items() if one.source == source]
    for name in found:  # grows while it is walked: who goes on from a user is one
        found += [str(other) for other, one in catalog.profiles.items() if one.base == name and other not in found]
    return tuple(found)


def ask_about_source(window: "MainWindow", name: str) -> ChoicePrompt:
    """Ask, and delete what was agreed to."""
    catalog = window.core.catalog
    users = users_of(catalog, name)
    kept = T("Its secrets stay in the keyring until they are removed there.")
    if not users:
        asked = ChoicePrompt(
            T("Delete source {name}?", name=name), kept, [("delete", T("Delete {name}", name=name), "danger")]
        )
    else:
        count = N("{n} profile", "{n} profiles", len(users))
        title = T("Source {name} is used by {profiles}", name=name, profiles=count)
        detail = f"{T('They cannot run without it: {names}.', names=_names(catalog, users))} {kept}"
        answer = T("Delete it and {profiles}", profiles=count)
        asked = ChoicePrompt(title, detail, [("delete", answer, "danger")])
    asked.chosen.connect(partial(_delete, window, name, users))
    return asked


def _names(catalog: Catalog, users: Sequence[str]) -> str:
    named = [
        T("{name} (prod)", name=name) if catalog.profiles[name].safety.production else name for name in users[:_NAMED]
    ]
    more = len(users) - len(named)
    return ", ".join(named) + (T(" and {n} more", n=more) if more else "")


def _delete(window: "MainWindow", name: str, users: tuple[str, ...], _choice: str) -> None:
    window.verbs.edits.delete_source(name, users)
