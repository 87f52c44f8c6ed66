"""Signing in at a provider, as values: what a person is shown meanwhile, and what came of it. None holds a token."""

from dataclasses import field
from datetime import datetime

from app.domain.source import SignInFlow
from app.domain.values import dataclass

AGAIN = "again"  # an answer to the question: begin anew, with a new link or code


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in under way. Browser: a page to open, where it returns to. Device: a code, and the page that takes it.

    `link` holds state and challenge of this one sign-in: shown and opened, never logged.
    """

    flow: SignInFlow
    host: str
    link: str = field(repr=False)
    returns_to: str = ""
    code: str = field(default="", repr=False)
    page: str = ""  # device: the address to type, where `link` has the code in it
    interval: int = 0
    expired: bool = False  # the code has ended: a new one is asked for with AGAIN
    other: bool = False  # the provider can do the other flow too: answer with its name


@dataclass(frozen=True, slots=True)
class ProviderView:
    """What a provider can do, by its discovery document."""

    host: str
    browser: bool
    device: bool
    pkce: bool


@dataclass(frozen=True, slots=True)
class TokenView:
    """What the last token of a source said, checked; `kept`: a refresh token is kept as well."""

    issuer: str
    audience: str
    subject: str
    expires_at: datetime | None
    kept: bool = False


@dataclass(frozen=True, slots=True)
class SignedOut:
    """What a sign-out came to. `known`: there was something to forget; `link`: ends the browser's own session."""

    known: bool
    revoked: bool
    link: str = ""
