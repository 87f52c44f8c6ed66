"""A source in words: what it is, whether its secret is there, what it yields."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import assert_never

from app.domain.durations import say
from app.domain.profile import Catalog
from app.domain.sign_in import TokenView
from app.domain.source import (
    AccessKeys,
    Container,
    Environment,
    IdentityCenter,
    InstanceMetadata,
    LongLivedBase,
    MfaMode,
    Oidc,
    Process,
    SharedProfile,
    Source,
    UnknownSource,
    WebIdentityToken,
    kind_of,
)
from app.texts import N, T
from ui.present.names import account_name, kind_label, source_line
from ui.present.words import clock, short_key


@dataclass(frozen=True, slots=True)
class State:
    """A few words at the right of a source, and the role of their color: second, ok, warn."""

    words: str
    role: str = "second"


def source_words(catalog: Catalog, source: Source) -> str:
    """Return the line below a source's name: its kind, its account where that is known, what tells it from others."""
    account = account_of_source(source)
    if not isinstance(source, AccessKeys) or not account:
        return source_line(source)
    name, key = account_name(catalog, account), short_key(source.access_key_id)
    where = f"{name} ({account})" if name != account else account
    return T("{kind} in {account}, key {key}", kind=kind_label(kind_of(source)), account=where, key=key)


def source_short(catalog: Catalog, source: Source) -> str:
    """Return the same in few words, for a line that has little room."""
    account = account_of_source(source)
    if not account:
        return source_line(source)
    return T("{role} in {account}", role=kind_label(kind_of(source)), account=account_name(catalog, account))


def account_of_source(source: Source) -> str:
    """Return the account of a source's MFA device, which is the user's own; empty where there is none to tell."""
    serial = source.mfa.serial if isinstance(source, LongLivedBase) else None
    return device_account(str(serial or ""))


def device_account(serial: str) -> str:
    """Return the account in an MFA device's ARN, an empty text where there is none."""
    parts = serial.split(":")
    return parts[4] if len(parts) > 5 and parts[4].isdigit() else ""


def key_state(*, kept: bool) -> State:
    """Return the state of a source whose secret access key is in the keyring, or is not."""
    return State(T("Keyring")) if kept else State(T("Secret is missing"), "warn")


def sign_in_state(view: TokenView | None, now: datetime, zone: tzinfo | None = None) -> State:
    """Return the state of a sign-in."""
    if view is not None and view.kept:
        return State(T("Signed in"), "ok")
    if view is not None and view.audience and view.expires_at is not None and view.expires_at > now:
        return State(T("Signed in until {time}", time=clock(view.expires_at, zone)), "ok")
    return State(T("Sign in needed"), "warn")


def yields(source: Source) -> str:
    """Return what the first call gets from a source."""
    match source:
        case LongLivedBase():
            return _long_lived(source)
        case Oidc():
            return T("A token of the provider, which the first hop exchanges for its session. No MFA code is asked.")
        case WebIdentityToken():
            return T("A token, which the first hop exchanges for its session.")
        case IdentityCenter():
            return T(
                "The session of a role that Identity Center gives you; the profile says which. One sign-in serves all."
            )
        case InstanceMetadata():
            return T("The session of this machine's own role, over IMDSv2. It is there on an EC2 instance only.")
        case Container():
            return T("The session of the task's own role. It is there in a container of ECS or EKS only.")
        case UnknownSource():
            return T("This kind is from a newer version. It is kept as it is.")
        case _:
            assert_never(source)


def _long_lived(source: AccessKeys | Environment | SharedProfile | Process) -> str:
    mfa = source.mfa
    if mfa.serial is None:
        return T("Its keys sign the first call as they are. No MFA device is set.")
    codes = {
        MfaMode.PROMPT: T("codes are asked"),
        MfaMode.TOTP: T("codes are generated here"),
        MfaMode.COMMAND: T("a command prints the codes"),
    }[mfa.mode]
    if mfa.session is None:
        return T("Its keys sign the first call. MFA at each hop that asks for it: {codes}.", codes=codes)
    return T("A session of {time} with MFA, which serves all hops: {codes}.", time=say(mfa.session), codes=codes)


def users_words(catalog: Catalog, name: str) -> str:
    """Return how many profiles begin with a source."""
    users = sum(one.source == name for one in catalog.profiles.values())
    return N("{n} profile uses it.", "{n} profiles use it.", users) if users else T("No profile uses it yet.")


def key_account(catalog: Catalog, serial: str) -> str:
    """Return whose an access key is, as far as the serial of its MFA device tells."""
    account = device_account(serial)
    name = account_name(catalog, account)
    where = f"{account} ({name})" if name != account else account
    return T("Account {account}", account=where) if account else ""
