"""The sidebar as data: fixed views with counts, the tree of groups, tags and sources."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from app.domain.keys import OLD_AFTER
from app.domain.names import ProfileName
from app.domain.profile import Catalog, Profile
from app.domain.session import Status
from app.domain.source import AccessKeys, kind_of
from app.domain.values import dataclass
from app.texts import T
from ui.present.arrange import View, ViewKind
from ui.present.glyphs import is_active, needs_attention
from ui.present.keys import age_words
from ui.present.names import kind_icon


@dataclass(frozen=True, slots=True)
class Item:
    """A row of the sidebar. `view` None: a heading. `count` None: none shown. `parent`: groups stand below it."""

    title: str
    view: View | None = None
    icon: str = ""
    count: int | None = None
    level: int = 0
    label: str = ""  # a label color
    alert: bool = False
    parent: bool = False
    source: bool = False  # of the part with the sources
    detail: str = ""  # a line below the title
    old: bool = False  # what the detail says asks for a look


def items(catalog: Catalog, statuses: Mapping[ProfileName, Status], now: datetime) -> list[Item]:
    """Return the rows from top to bottom. Costs one pass over the profiles; called when the catalog changes."""
    rows = live_items(catalog, statuses)
    groups = Counter(profile.group for profile in catalog.profiles.values() if profile.group)
    groups.update(dict.fromkeys(catalog.groups, 0))
    if groups:
        rows += [Item(T("Groups")), *_groups(catalog, groups)]
    tags = Counter(tag for profile in catalog.profiles.values() for tag in profile.tags)
    if tags:
        rows.append(Item(T("Tags")))
        rows += [Item(tag, View(ViewKind.TAG, tag), "tag", tags[tag]) for tag in sorted(tags, key=str.casefold)]
    if catalog.sources:
        rows.append(Item(T("Sources"), source=True))
        used = Counter(profile.source for profile in catalog.profiles.values())
        for name, source in catalog.sources.items():
            view = View(ViewKind.SOURCE, name)
            made = Item(source.title or name, view, kind_icon(kind_of(source)), used[source.name], source=True)
            rows.append(with_age(made, catalog, now))
    return rows


def with_age(item: Item, catalog: Catalog, now: datetime) -> Item:
    """Return a source's row with the age of its access key, where a test or a rotation told when that was made."""
    source = catalog.sources.get(item.view.subject) if item.source and item.view is not None else None
    made = catalog.key_times.get(source.access_key_id) if isinstance(source, AccessKeys) else None
    if made is None:
        return item
    return replace(item, detail=T("key {age} old", age=age_words(made, now)), old=now - made > OLD_AFTER)


def live_items(catalog: Catalog, statuses: Mapping[ProfileName, Status]) -> list[Item]:
    """Return the fixed views, whose counts change while sessions come and go."""
    favorites = sum(profile.favorite for profile in catalog.profiles.values())
    attention = sum(needs_attention(status) for status in statuses.values())
    active = sum(is_active(status) for status in statuses.values())
    return [
        Item(T("Active"), View(ViewKind.ACTIVE), "lightning", active),
        Item(T("Needs attention"), View(ViewKind.ATTENTION), "warning", attention or None, alert=attention > 0),
        Item(T("Favorites"), View(ViewKind.FAVORITES), "star", favorites),
        Item(T("All profiles"), View(ViewKind.ALL), "list-bullets", len(catalog.profiles)),
    ]


def _groups(catalog: Catalog, counts: Counter[str]) -> list[Item]:
    totals: Counter[str] = Counter()
    for group, count in counts.items():
        parts = group.split("/")
        for depth in range(1, len(parts) + 1):
            totals["/".join(parts[:depth])] += count
    rows: list[Item] = []
    parents = {group.rpartition("/")[0] for group in totals}
    for group in sorted(totals, key=lambda text: [part.casefold() for part in text.split("/")]):
        known = catalog.groups.get(group)
        parts = group.split("/")
        label = known.color if known else ""
        below = group in parents
        if not label and not below and len(parts) > 1:
            label = "slate"
        view = View(ViewKind.GROUP, group)
        rows.append(Item(parts[-1], view, "folder", totals[group], len(parts) - 1, label, parent=below))
    return rows


def view_title(view: View) -> str:
    """Return the heading of the list for a view."""
    fixed = {
        ViewKind.ALL: T("All profiles"),
        ViewKind.ACTIVE: T("Active"),
        ViewKind.ATTENTION: T("Needs attention"),
        ViewKind.FAVORITES: T("Favorites"),
    }
    return fixed.get(view.kind) or view.subject.replace("/", " / ")


def takes(view: View | None, profile: Profile | None) -> bool:
    """Whether a profile can be dropped on a view: it is not in it yet and can be put there."""
    if view is None or profile is None:
        return False
    match view.kind:
        case ViewKind.GROUP:
            return profile.group != view.subject
        case ViewKind.TAG:
            return view.subject not in profile.tags
        case ViewKind.FAVORITES:
            return not profile.favorite
        case _:
            return False
