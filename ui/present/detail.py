"""The detail of a profile as data."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from urllib.parse import urlsplit

from app.domain.abilities import lacking
from app.domain.calls import Identity
from app.domain.durations import CHAINED_MAXIMUM, say
from app.domain.profile import Catalog, Profile
from app.domain.session import (
    DeliveryStatus,
    Renewing,
    Starter,
    Starting,
    Status,
    lease_of,
    next_attempt_of,
    problem_of,
)
from app.domain.values import dataclass
from app.texts import T, describe
from ui.present.chain import Node, chain_of, links_of
from ui.present.ending import stops_at
from ui.present.glyphs import Glyph, Shape, glyph_of
from ui.present.names import (
    account_title,
    default_profile,
    production_label,
    region_of,
    shell_label,
)
from ui.present.remedies import Card, card_of
from ui.present.steps import Step, steps_of
from ui.present.waiting import waits_for
from ui.present.words import clock, day, left_exact, left_spoken, until

_LONG = timedelta(seconds=1)  # that a refresh takes before it is spoken of


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the session card: label, value, and a remark after it."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A line of the deliveries."""

    icon: str
    title: str
    target: str
    note: str
    tone: str  # ok, warn, error or empty
    by: str = ""  # who asked there last, in place of the target, which is in the tooltip then


@dataclass(frozen=True, slots=True)
class Detail:
    """Everything that the detail shows."""

    name: str
    production: str
    label: str
    favorite: bool
    default: bool
    place: str
    tags: tuple[str, ...]
    note: str
    running: bool
    valid: bool
    copy_text: str
    renewing: bool  # programs can be told where to ask: a process line, or the local endpoint
    shell: str
    card: Card | None
    glyph: Glyph
    ring_text: str
    ring_note: str
    ring_spoken: str
    facts: tuple[Fact, ...]
    chain: tuple[Node, ...]
    arn: str
    account: str
    account_name: str
    region: str
    deliveries: tuple[Delivered, ...]
    lacks: tuple[str, ...] = ()  # what the session cannot do, in sentences
    steps: tuple[Step, ...] = ()  # of a start that is under way


def detail_of(
    catalog: Catalog,
    profile: Profile,
    status: Status,
    now: datetime,
    *,
    shell: str = "bash",
    zone: tzinfo | None = None,
    times: Sequence[datetime] = (),
    who: Identity | None = None,
) -> Detail:
    """Return the detail of a profile.

    `times`: when the steps of its start were done; `who`: what AWS said of a session whose own call did not say it.
    """
    glyph = glyph_of(status, now)
    lease = lease_of(status.state)
    text, note, spoken = _ring(status, glyph, now)
    account = (lease.account if lease else None) or profile.account or (who.account if who else None)
    valid = status.valid(now)
    return Detail(
        name=profile.name,
        production=production_label(profile),
        label=profile.safety.color,
        favorite=profile.favorite,
        default=default_profile(catalog) == profile.name,
        place=_place(profile, status, now, zone),
        tags=profile.tags,
        note=profile.note,
        running=glyph.shape is not Shape.IDLE,
        valid=valid,
        copy_text=T("Copy exports") if valid else T("Start and copy"),
        renewing=profile.delivery.credential_process or profile.delivery.endpoint,
        shell=shell_label(shell),
        card=card_of(status, now, zone),
        glyph=glyph,
        ring_text=text,
        ring_note=note,
        ring_spoken=spoken,
        facts=_facts(profile, status, now, zone),
        chain=chain_of(catalog, profile, status),
        arn=(lease.arn if lease else None) or (who.arn if who else ""),
        account=str(account or ""),
        account_name=account_title(catalog, account),
        region=region_of(catalog, profile),
        deliveries=_deliveries(catalog, profile, status, zone),
        lacks=tuple(f"{words.title}. {words.remedy}" for words in map(describe, lacking(profile, catalog))),
        steps=steps_of(catalog, profile, links_of(catalog, profile), status, times),
    )


def _place(profile: Profile, status: Status, now: datetime, zone: tzinfo | None) -> str:
    parts = [profile.group.replace("/", " / ")] if profile.group else []
    if status.last_used_at is not None and lease_of(status.state) is None:
        parts.append(T("last used {day}", day=day(status.last_used_at, now, zone)))
    return " · ".join(parts)


def _ring(status: Status, glyph: Glyph, now: datetime) -> tuple[str, str, str]:
    left = status.left(now)
    if glyph.shape is Shape.ACTIVE:
        if left is None:
            return "∞", T("no expiry"), T("Session without an expiry")
        lease = lease_of(status.state)
        at = clock(lease.expires_at) if lease and lease.expires_at else ""
        spoken = T("Session, {left}, expires {time}", left=left_spoken(left), time=at)
        return left_exact(left), T("left"), spoken
    state = status.state
    if isinstance(state, Starting) and status.asked is not None:
        return "", T("Waits for you"), waits_for(status.asked)
    if isinstance(state, Starting) and state.steps:
        said = T("{step} of {steps}", step=min(state.step + 1, state.steps), steps=state.steps)
        return said, "", T("Starting, call {said}", said=said)
    words = {
        Shape.IDLE: T("Not running"),
        Shape.BUSY: T("Starting"),
        Shape.WAITS: T("Waits for you"),
        Shape.FAILED: T("Failed"),
        Shape.EXPIRED: T("Expired"),
        Shape.PAUSED: T("Paused"),
    }
    word = words[glyph.shape]
    return "", word, word


def _facts(profile: Profile, status: Status, now: datetime, zone: tzinfo | None) -> tuple[Fact, ...]:
    lease = lease_of(status.state)
    facts: list[Fact] = []
    if lease is not None and lease.expires_at is not None:
        facts.append(
            Fact(T("Expires"), clock(lease.expires_at, zone, seconds=True), until(lease.expires_at, now, zone))
        )
    again = next_attempt_of(status.state)
    if again is not None:
        facts.append(Fact(T("Next attempt"), clock(again, zone, seconds=True)))
    elif isinstance(status.state, Renewing) and now - status.state.since > _LONG:
        facts.append(Fact(T("Next refresh"), T("under way")))
    elif lease is not None and problem_of(status.state) is None:
        late = T("when refreshing is resumed") if status.paused else ""
        facts.append(Fact(T("Next refresh"), clock(lease.due_at, zone), late))
    facts.append(_duration(profile))
    if status.started_at is not None:
        facts.append(Fact(T("Started"), clock(status.started_at, zone, seconds=True), _by(status.started_by)))
    stops = stops_at(profile, status)
    if stops is not None:
        facts.append(Fact(T("Stops"), clock(stops, zone), until(stops, now, zone)))
    elif profile.safety.auto_stop is not None:
        facts.append(Fact(T("Stops after"), say(profile.safety.auto_stop)))
    return tuple(facts)


def _duration(profile: Profile) -> Fact:
    asked = profile.roles[-1].duration if profile.roles else profile.duration
    value = say(asked) if asked else T("default")
    chained = len(profile.roles) > 1 or (profile.base is not None and bool(profile.roles))
    if not chained:
        return Fact(T("Duration"), value)
    words = T("maximum for a chained role") if asked == CHAINED_MAXIMUM else T("1 h is the most for a chained role")
    return Fact(T("Duration"), value, words)


def _by(starter: Starter | None) -> str:
    words = {
        Starter.WINDOW: T("by you, from the window"),
        Starter.TRAY: T("by you, from the tray"),
        Starter.PALETTE: T("by you, from quick switch"),
        Starter.COMMAND_LINE: T("from the command line"),
        Starter.AUTO: T("by itself, at start"),
        Starter.PROGRAM: T("by a program"),
    }
    return words[starter] if starter else ""


def _deliveries(catalog: Catalog, profile: Profile, status: Status, zone: tzinfo | None) -> tuple[Delivered, ...]:
    # the endpoint's target is its address, which says more than the profile's name once it is served
    written = {(one.kind, profile.name if one.kind == "endpoint" else one.target): one for one in status.deliveries}
    wanted = [("credentials-file", str(section)) for section in profile.delivery.credentials_file]
    if default_profile(catalog) == profile.name:
        wanted.append(("default", "default"))
    if profile.delivery.credential_process:
        wanted.append(("credential-process", profile.name))
    if profile.delivery.endpoint:
        wanted.append(("endpoint", profile.name))
    known = {target for _, target in wanted}
    wanted += [key for key in written if key not in wanted and key[1] not in known]
    return tuple(_delivered(kind, target, written.get((kind, target)), zone) for kind, target in wanted)


def _delivered(kind: str, target: str, status: DeliveryStatus | None, zone: tzinfo | None) -> Delivered:
    titles = {
        "credentials-file": ("file-text", T("Credentials file"), f"[{target}]"),
        "default": ("check", T("Default profile"), "[default]"),
        "credential-process": ("terminal-window", "credential_process", f"[profile {target}]"),
        "config-line": ("file-text", T("Config file"), f"[profile {target}]"),
        "endpoint": ("broadcast", T("Local endpoint"), ""),
    }
    icon, title, shown = titles.get(kind, ("file-text", kind, target))
    if status is not None and status.problem is not None:
        return Delivered(icon, title, shown, describe(status.problem).title, "error")
    if kind == "endpoint" and status is not None:
        return _asked(icon, title, replace(status, target=urlsplit(status.target).netloc or status.target), zone)
    if status is not None and status.written_at is not None:
        return Delivered(
            icon, title, shown, T("written {time}", time=clock(status.written_at, zone, seconds=True)), "ok"
        )
    if status is not None:  # written before this start, and found as we wrote it
        return Delivered(icon, title, shown, T("in place"), "ok")
    return Delivered(icon, title, shown, "", "")


def _asked(icon: str, title: str, status: DeliveryStatus, zone: tzinfo | None) -> Delivered:
    if status.written_at is None:
        return Delivered(icon, title, status.target, T("not asked yet"), "ok")
    time = clock(status.written_at, zone, seconds=True)
    if not status.program:
        return Delivered(icon, title, status.target, T("last asked {time}", time=time), "ok")
    by = T("last asked by {program} (pid {pid})", program=status.program, pid=status.pid)
    return Delivered(icon, title, status.target, time, "ok", by)
