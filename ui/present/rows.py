"""A profile as a row: what stands where, and what a screen reader says."""

from datetime import datetime, tzinfo

from app.domain.problem import AttentionKind
from app.domain.profile import Catalog, Delivery, Profile
from app.domain.session import Attention, Expired, Starting, Status, Stopped
from app.domain.values import dataclass
from app.texts import T
from ui.present.glyphs import Glyph, Shape, glyph_of
from ui.present.names import account_name, default_profile, place, production_label, region_of, role_name
from ui.present.waiting import waits_for
from ui.present.words import clock, day, left_exact, left_spoken, listed


@dataclass(frozen=True, slots=True)
class Row:
    """Everything that a delegate paints. `tone` is a token of the right text; `label` a label color or empty."""

    name: str
    glyph: Glyph
    right: str
    tone: str
    second: str
    region: str
    deliveries: tuple[str, ...]  # glyph names
    production: str
    label: str
    favorite: bool
    default: bool
    running: bool
    spoken: str


def row_of(
    catalog: Catalog,
    profile: Profile,
    status: Status,
    now: datetime,
    zone: tzinfo | None = None,
    *,
    spoken: bool = True,
) -> Row:
    """Return the row of a profile; not `spoken`: without the words for a screen reader, which no painting needs."""
    glyph = glyph_of(status, now)
    right, tone = right_text(status, glyph, now, zone)
    return Row(
        name=profile.name,
        glyph=glyph,
        right=right,
        tone=tone,
        second=place(catalog, profile),
        region=region_of(catalog, profile),
        deliveries=delivery_icons(profile.delivery),
        production=production_label(profile),
        label=profile.safety.color,
        favorite=profile.favorite,
        default=default_profile(catalog) == profile.name,
        running=not isinstance(status.state, Stopped),
        spoken=spoken_row(catalog, profile, status, glyph, now) if spoken else "",
    )


def spoken_of(catalog: Catalog, profile: Profile, status: Status, now: datetime) -> str:
    """Return a profile's row in words."""
    return spoken_row(catalog, profile, status, glyph_of(status, now), now)


def right_text(status: Status, glyph: Glyph, now: datetime, zone: tzinfo | None = None) -> tuple[str, str]:
    """Return the text at the right of a row and the token of its color."""
    left = status.left(now)
    match glyph.shape:
        case Shape.IDLE:
            return (day(status.last_used_at, now, zone) if status.last_used_at else ""), "text-3"
        case Shape.ACTIVE:
            return (left_exact(left) if left is not None else T("no expiry")), "warn-text" if glyph.amber else "text"
        case Shape.BUSY:
            return _busy(status), "text-2"
        case Shape.WAITS:
            return _waits(status), "accent-text"
        case Shape.PAUSED:
            return T("Paused"), "text-2"
        case Shape.FAILED:
            return T("Failed {time}", time=_at(status, zone)), "error-text"
        case Shape.EXPIRED:
            return T("Expired {time}", time=_at(status, zone)), "text-2"


def _busy(status: Status) -> str:
    state = status.state
    if isinstance(state, Starting) and state.problem is not None:
        return T("Trying again")
    if isinstance(state, Starting) and state.steps:
        return T("Call {step} of {steps}", step=min(state.step + 1, state.steps), steps=state.steps)
    return T("Starting")


def _waits(status: Status) -> str:
    if status.asked is not None:
        return waits_for(status.asked)
    kind = status.state.kind if isinstance(status.state, Attention) else None
    if kind == AttentionKind.MFA:
        return T("Needs MFA")
    if kind == AttentionKind.SIGN_IN:
        return T("Needs sign-in")
    return T("Needs approval")


def _at(status: Status, zone: tzinfo | None) -> str:
    state = status.state
    moment = None
    if isinstance(state, Attention):
        moment = state.since
    elif isinstance(state, Expired):
        moment = state.expired_at
    return clock(moment, zone) if moment else ""


def delivery_icons(delivery: Delivery) -> tuple[str, ...]:
    """Return the glyphs of a profile's deliveries; copy only has one of its own."""
    found = (
        ("file-text", bool(delivery.credentials_file)),
        ("terminal-window", delivery.credential_process),
        ("broadcast", delivery.endpoint),
    )
    return tuple(name for name, on in found if on) or ("clipboard-text",)


def delivery_words(delivery: Delivery) -> str:
    """Return a profile's deliveries in words."""
    found = (
        (T("credentials file"), bool(delivery.credentials_file)),
        ("credential_process", delivery.credential_process),
        (T("local endpoint"), delivery.endpoint),
    )
    said = [name for name, on in found if on]
    return listed(said) if said else T("copy only")


def state_words(status: Status, glyph: Glyph, now: datetime) -> str:
    """Return the state and the time left in words, for accessible names."""
    left = status.left(now)
    match glyph.shape:
        case Shape.IDLE:
            return T("not running")
        case Shape.ACTIVE:
            said = T("active")
            said = f"{said}, {left_spoken(left)}" if left is not None else said
            return f"{said}, {T('not refreshed')}" if glyph.warns else said
        case Shape.BUSY:
            return T("starting")
        case Shape.WAITS:
            return _waits(status)
        case Shape.PAUSED:
            return T("paused")
        case Shape.FAILED:
            return T("failed")
        case Shape.EXPIRED:
            return T("expired")


def spoken_row(catalog: Catalog, profile: Profile, status: Status, glyph: Glyph, now: datetime) -> str:
    """Return the whole row for a screen reader."""
    account, role = account_name(catalog, profile.account), role_name(profile)
    where = T("{role} in {account}", role=role, account=account) if role and account else (role or account)
    parts = [
        profile.name,
        T("production") if profile.safety.production else "",
        state_words(status, glyph, now),
        where,
        region_of(catalog, profile),
        delivery_words(profile.delivery),
    ]
    return ", ".join(part for part in parts if part)
