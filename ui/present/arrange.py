"""Which profiles a list shows and in which order. One pass over names; no row is made here."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.names import ProfileName
from app.domain.profile import Catalog, Profile
from app.domain.session import Status, problem_of
from app.domain.values import dataclass
from app.texts import T
from ui.present.glyphs import failed, is_active, needs_attention
from ui.present.names import account_name

_NEAREST_OF = 500  # names looked at; more take longer than a key press
_NO_EXPIRY = timedelta(days=3650)


class ViewKind(StrEnum):
    """The views of the sidebar."""

    ALL = "all"
    ACTIVE = "active"
    ATTENTION = "attention"
    FAVORITES = "favorites"
    GROUP = "group"
    TAG = "tag"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class View:
    """What the sidebar has picked. `subject`: the group, tag or source."""

    kind: ViewKind = ViewKind.ALL
    subject: str = ""


class Order(StrEnum):
    """How a list is sorted."""

    STATUS = "status"
    NAME = "name"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading in the list."""

    key: str  # "active" or "idle"
    count: int


Entry = Section | str  # a profile's name


def section_title(section: Section) -> str:
    """Return a heading in words."""
    return T("Active") if section.key == "active" else T("Not running")


class Index:
    """A catalog prepared for lists, once per catalog."""

    def __init__(self, catalog: Catalog) -> None:
        """Sort the names; nothing else is done per profile."""
        self.catalog = catalog
        self.names = sorted(catalog.profiles, key=str.casefold)

    def nearest(self, query: str) -> str:
        """Return the name, or part of one, that a mistyped query is nearest to, or an empty text."""
        from difflib import get_close_matches

        words = {
            part for name in self.names[:_NEAREST_OF] for part in (name, *re.split(r"[^0-9a-z]+", name.casefold()))
        }
        found = get_close_matches(query.casefold(), sorted(words - {""}), n=1, cutoff=0.5)
        return found[0] if found else ""


def in_view(view: View, profile: Profile, status: Status | None) -> bool:
    """Whether a profile belongs to a view."""
    match view.kind:
        case ViewKind.ALL:
            return True
        case ViewKind.ACTIVE:
            return status is not None and is_active(status)
        case ViewKind.ATTENTION:
            return status is not None and needs_attention(status)
        case ViewKind.FAVORITES:
            return profile.favorite
        case ViewKind.GROUP:
            return profile.group == view.subject or profile.group.startswith(f"{view.subject}/")
        case ViewKind.TAG:
            return view.subject in profile.tags
        case ViewKind.SOURCE:
            return profile.source == view.subject


def urgency(now: datetime) -> Callable[[Status], tuple[int, timedelta, str]]:
    """Return the order of running profiles: problem first, then least time left, then the name."""

    def key(status: Status) -> tuple[int, timedelta, str]:
        left = status.left(now)
        calm = problem_of(status.state) is None
        return int(calm), _NO_EXPIRY if left is None else left, status.profile.casefold()

    return key


def arrange(
    index: Index, statuses: Mapping[ProfileName, Status], view: View, order: Order, now: datetime
) -> list[Entry]:
    """Return the rows of a list: a section for what runs, one for the rest."""
    profiles = index.catalog.profiles
    names = index.names
    if view.kind is not ViewKind.ALL:
        names = [name for name in names if in_view(view, profiles[name], statuses.get(ProfileName(name)))]
    running: dict[str, Status] = {name: status for name, status in statuses.items() if is_active(status)}
    active = [running[name] for name in names if name in running]
    active.sort(key=urgency(now))
    idle = [name for name in names if name not in running] if running else list(names)
    if order is Order.ACCOUNT:
        catalog = index.catalog
        idle.sort(key=lambda name: account_name(catalog, profiles[name].account).casefold())
    broken = {name for name, status in statuses.items() if failed(status)}
    if broken:
        idle.sort(key=lambda name: name not in broken)
    rows: list[Entry] = []
    if active:
        rows += [Section("active", len(active)), *(status.profile for status in active)]
    if idle:
        rows += [Section("idle", len(idle)), *idle] if active else idle
    return rows
