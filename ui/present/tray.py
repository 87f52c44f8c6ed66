"""The tray as data: which icon, which tooltip, which menu."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from app.domain.names import ProfileName
from app.domain.problem import AttentionKind
from app.domain.profile import Catalog, Profile
from app.domain.session import Attention, Expired, Question, Renewing, Starting, Status, Waiting, lease_of, problem_of
from app.domain.values import dataclass
from app.texts import N, T, describe
from ui.present.arrange import urgency
from ui.present.asking import title_of
from ui.present.conflict import conflicting
from ui.present.glyphs import glyph_of, runs
from ui.present.menu import Do, Entry, Icon, early_menu
from ui.present.names import SHELLS, default_profile, plain_name, shell_label
from ui.present.wide import wide_of
from ui.present.words import clock, left_short, sessions

SHOWN_ACTIVE = 8
SHOWN_OTHERS = 4


@dataclass(frozen=True, slots=True)
class TrayInput:
    """What the tray is made of.

    `seen`: expired profiles that a person has looked at since. `order`: what `running_order` gave before.
    """

    catalog: Catalog
    statuses: Mapping[ProfileName, Status]
    now: datetime
    paused: bool = False
    paused_until: datetime | None = None
    locked: bool = False
    recents: Sequence[str] = ()
    seen: frozenset[str] = frozenset()
    order: tuple[str, ...] = ()
    ready: bool = True
    zone: tzinfo | None = None
    tab: bool = False  # Windows: the time left is a right column
    questions: tuple[Question, ...] = ()


def icon_of(of: TrayInput) -> Icon:
    """Return the strongest picture that any session asks for."""
    best = Icon.ATTENTION if programs_asking(of.questions) else Icon.IDLE
    for status in of.statuses.values():
        best = max(best, _icon(status, of), key=list(Icon).index)
    return best


def programs_asking(questions: Sequence[Question]) -> list[str]:
    """Return which programs ask for which profiles, in short."""
    return [title_of(one.asking) for one in questions if one.asking is not None]


def _icon(status: Status, of: TrayInput) -> Icon:
    state = status.state
    if isinstance(state, Expired) or (isinstance(state, Attention) and state.lease is None and _failed(state)):
        return Icon.IDLE if status.profile in of.seen else Icon.ERROR
    if isinstance(state, Attention | Waiting):
        return Icon.ATTENTION
    if isinstance(state, Renewing | Starting) and (of.now - state.since).total_seconds() > 1:
        return Icon.REFRESHING if problem_of(state) is None else Icon.ATTENTION
    return Icon.ACTIVE if status.valid(of.now) else Icon.IDLE


def _failed(state: Attention) -> bool:
    return state.kind not in {AttentionKind.MFA, AttentionKind.SIGN_IN, AttentionKind.APPROVAL}


def tooltip_of(of: TrayInput) -> str:
    """Return the tooltip: how many sessions, and the problem below."""
    count = sum(status.valid(of.now) for status in of.statuses.values())
    said = N("{n} session active", "{n} sessions active", count)
    first = T("Rolecall: {said}", said=said if count else T("no active session"))
    wide = wide_of(of.statuses, of.now)
    problem = next(iter(programs_asking(of.questions)), "") or (wide.card.title if wide else _problem_line(of))
    return f"{first}\n{problem}" if problem else first


def menu_of(of: TrayInput) -> tuple[Entry, ...]:
    """Return the whole menu."""
    if not of.ready:
        return early_menu()
    if not of.catalog.profiles:
        return (
            Entry("setup", T("&Set up Rolecall…"), Do.SETUP),
            Entry("open", T("&Open Rolecall"), Do.OPEN),
            Entry("quit", T("&Quit"), Do.QUIT),
        )
    running = [of.statuses[ProfileName(name)] for name in running_order(of)]
    blocks = [
        _head(of),
        [_session(of, one) for one in running[:SHOWN_ACTIVE]] + _more(of, running[SHOWN_ACTIVE:]),
        _others(of, {one.profile for one in running}),
        [_default(of, running), Entry("palette", T("Quick &switch…"), Do.PALETTE, icon="magnifying-glass")],
        _engine(of, running),
        [
            Entry("open", T("&Open Rolecall"), Do.OPEN),
            Entry("quit", T("&Quit"), Do.QUIT),
        ],
    ]
    made: list[Entry] = []
    for number, block in enumerate(block for block in blocks if block):
        made += ([Entry(f"line-{number}")] if number else []) + block
    return tuple(made)


def running_order(of: TrayInput) -> tuple[str, ...]:
    """Return the running profiles in the menu's order: problem first, then least time left.

    Every renewal would change that. While the same profiles run, the order from before stays, but for problems: entries
    that move about are hard to hit, and an exported menu makes each of them anew.
    """
    running = sorted((one for one in of.statuses.values() if _shown(one, of)), key=urgency(of.now))
    places = {name: place for place, name in enumerate(of.order)}
    if places.keys() == {one.profile for one in running}:
        running.sort(key=lambda one: (problem_of(one.state) is None, places[one.profile]))
    return tuple(one.profile for one in running)


def _shown(status: Status, of: TrayInput) -> bool:
    return runs(status) and status.profile in of.catalog.profiles


def _head(of: TrayInput) -> list[Entry]:
    made = [Entry("header", _header(of), Do.OPEN)]
    for number, text in enumerate(programs_asking(of.questions)):
        made.append(Entry(f"program-{number}", T("{question}…", question=_plain(text)), Do.PROMPTS, icon="warning"))
    line = _problem_line(of)
    if line:
        troubled = _troubled(of)
        do = Do.SHOW if troubled is None or conflicting(troubled) is None else Do.CONFLICT
        made.append(Entry("problem", _plain(line), do, troubled.profile if troubled else "", icon="warning"))
    if of.locked:
        made.append(Entry("unlock", T("Rolecall is locked: &unlock"), Do.UNLOCK))
    return made


def _header(of: TrayInput) -> str:
    if of.paused:
        if of.paused_until is None:
            return T("Refreshing paused")
        return T("Refreshing paused until {time}", time=clock(of.paused_until, of.zone))
    count = sum(status.valid(of.now) for status in of.statuses.values())
    if not count:
        return T("No active session")
    due = next_refresh(of.statuses, of.now)
    if due is None:
        return sessions(count)
    return T("{sessions}, next refresh {time}", sessions=sessions(count), time=clock(due[0], of.zone))


def next_refresh(statuses: Mapping[ProfileName, Status], now: datetime) -> tuple[datetime, str] | None:
    """Return when the next session is renewed by itself, and which."""
    found: list[tuple[datetime, str]] = []
    for status in statuses.values():
        lease = lease_of(status.state)
        if lease is not None and lease.valid(now) and not isinstance(status.state, Attention):
            at = status.state.next_attempt_at if isinstance(status.state, Waiting) else lease.due_at
            found.append((at, status.profile))
    return min(found, default=None)


def _troubled(of: TrayInput) -> Status | None:
    found = [one for one in of.statuses.values() if problem_of(one.state) is not None and _shown(one, of)]
    return min(found, key=urgency(of.now), default=None)


def _problem_line(of: TrayInput) -> str:
    status = _troubled(of)
    if status is None:
        return ""
    state = status.state
    if isinstance(state, Attention) and not _failed(state):
        return T("{name}: {what}…", name=status.profile, what=_waits_words(state))
    if conflicting(status) is not None:
        return T("{name}: conflict in an AWS file…", name=status.profile)
    if status.valid(of.now):
        return T("{name}: refresh failed…", name=status.profile)
    problem = problem_of(state)
    return T("{name}: {what}", name=status.profile, what=describe(problem).title if problem else "")


def _plain(text: str) -> str:
    return text.replace("&", "&&")


def _session(of: TrayInput, status: Status) -> Entry:
    profile = of.catalog.profiles[status.profile]
    text = _plain(plain_name(profile))
    left = status.left(of.now)
    if status.valid(of.now):
        short = left_short(left) if left is not None else T("no expiry")
        text = f"{text}\t{short}" if of.tab else T("{name}, {left} left", name=text, left=short)
    elif isinstance(status.state, Starting):
        text = T("{name}, starting", name=text)
    else:
        text = T("{name}, {what}", name=text, what=_trouble(status))
    return Entry(f"session-{status.profile}", text, entries=_actions(of, profile, status), icon=ring_of(status, of.now))


def ring_of(status: Status, now: datetime) -> str:
    """Return the ring of a session as an icon's name; in steps of five per cent, for each change goes over D-Bus."""
    glyph = glyph_of(status, now)
    left = round(glyph.percent / 5) * 5
    return f"ring:{glyph.shape}:{left}:{int(glyph.amber)}:{int(glyph.warns)}"


def _trouble(status: Status) -> str:
    state = status.state
    if isinstance(state, Attention) and not _failed(state):
        return _waits_words(state)
    return T("expired") if isinstance(state, Expired) else T("failed")


def _waits_words(state: Attention) -> str:
    words = {AttentionKind.MFA: T("needs MFA"), AttentionKind.SIGN_IN: T("needs a sign-in")}
    return words.get(state.kind, T("asks"))


def _actions(of: TrayInput, profile: Profile, status: Status) -> tuple[Entry, ...]:
    name = profile.name
    valid = status.valid(of.now)
    formats = tuple(Entry(f"copy-{shell}", shell_label(shell), Do.COPY, name, shell, enabled=valid) for shell in SHELLS)
    default = default_profile(of.catalog) == name
    return (
        Entry("copy", T("&Copy exports as"), entries=formats, enabled=valid, icon="copy"),
        Entry("read-only", T("Copy read-&only exports"), Do.COPY_READ_ONLY, name, icon="eye"),
        Entry("console", T("Open co&nsole"), Do.CONSOLE, name, icon="arrow-square-out"),
        Entry("default", T("Make &default"), Do.DEFAULT, name, checked=default, enabled=not default),
        Entry("renew", T("&Refresh now"), Do.RENEW, name, icon="arrows-clockwise"),
        Entry("show", T("Show de&tails"), Do.SHOW, name, icon="list-bullets"),
        Entry("line"),
        Entry("stop", T("&Stop"), Do.STOP, name, icon="stop"),
    )


def _more(of: TrayInput, rest: Sequence[Status]) -> list[Entry]:
    if not rest:
        return []
    return [Entry("more", T("&More sessions"), entries=tuple(_session(of, one) for one in rest))]


def _others(of: TrayInput, running: set[str]) -> list[Entry]:
    profiles = of.catalog.profiles
    favorites = [name for name in profiles if profiles[name].favorite and name not in running][:SHOWN_OTHERS]
    taken = running | set(favorites)
    recents = [name for name in of.recents if name in profiles and name not in taken][:SHOWN_OTHERS]
    made: list[Entry] = []
    for key, title, names in (("favorite", T("Favorites"), favorites), ("recent", T("Recent"), recents)):
        if names:
            made.append(Entry(f"{key}-title", title, enabled=False))
        for name in names:
            text = T("Start {name}", name=_plain(plain_name(profiles[name])))
            made.append(Entry(f"{key}-{name}", text, Do.START, name, icon="play"))
    return made


def _default(of: TrayInput, running: Sequence[Status]) -> Entry:
    current = default_profile(of.catalog)
    profiles = of.catalog.profiles
    names: dict[str, None] = dict.fromkeys(str(one.profile) for one in running if one.valid(of.now))
    names |= dict.fromkeys(name for name in profiles if profiles[name].favorite)
    if current in profiles:
        names.setdefault(current)
    entries = [
        Entry(f"default-{name}", _plain(plain_name(profiles[name])), Do.DEFAULT, name, checked=name == current)
        for name in list(names)[: SHOWN_ACTIVE + SHOWN_OTHERS]
        if name in profiles
    ]
    entries += [Entry("default-line")] if entries else []
    entries.append(Entry("default-none", T("&None"), Do.DEFAULT, "", checked=not current))
    shown = _plain(current) or T("none")
    return Entry("default", T("&Default profile: {name}", name=shown), entries=tuple(entries), icon="check")


def _engine(of: TrayInput, running: Sequence[Status]) -> list[Entry]:
    if of.paused:
        pause = Entry("resume", T("&Resume refreshing"), Do.RESUME, icon="play")
    else:
        choices = (
            Entry("pause-30", T("For &30 min"), Do.PAUSE, argument="30"),
            Entry("pause-60", T("For &1 h"), Do.PAUSE, argument="60"),
            Entry("pause-on", T("Until I &resume"), Do.PAUSE),
        )
        pause = Entry("pause", T("&Pause refreshing"), entries=choices, icon="pause")
    stop = Entry("stop-all", T("Stop &all sessions…"), Do.STOP_ALL, enabled=bool(running), icon="stop")
    return [pause, stop, Entry("lock", T("Stop all and &lock, now"), Do.LOCK, enabled=not of.locked, icon="lock")]
