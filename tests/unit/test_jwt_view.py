"""Looking into tokens: what they say, what is none, and what explains a refusal."""

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.jwt_view import JwtView, explained, look_into
from app.domain.problem import Code, Problem, Verb
from app.domain.secret import Secret
from app.domain.totp import seconds_left
from app.texts import describe, title_arguments
from tests.support.web_tokens import claims_token

CLAIMS = {"iss": "https://id.example.com", "sub": "ana", "aud": ["rolecall", "other"], "exp": 1_800_000_000}
END = datetime(2027, 1, 15, 8, 0, tzinfo=UTC)


def test_what_a_token_says() -> None:
    view = look_into(Secret(claims_token(CLAIMS)))
    assert view == JwtView("https://id.example.com", ("rolecall", "other"), "ana", END)
    assert view.audience == "rolecall, other"
    assert view.ended(END)
    assert not view.ended(END.replace(year=2026))
    assert look_into(Secret(claims_token({**CLAIMS, "aud": "one"}))) == JwtView(view.issuer, ("one",), "ana", END)


@pytest.mark.parametrize("claims", [{}, {"iss": 1, "aud": {}, "sub": [], "exp": "x"}, {"exp": 1e300}, {"exp": True}])
def test_claims_that_are_not_there_or_of_another_kind(claims: dict[str, object]) -> None:
    assert look_into(Secret(claims_token(claims))) == JwtView()


@pytest.mark.parametrize(
    "claims", [{"token_use": "access"}, {"typ": "Bearer"}, {"iss": "x", "aud": [], "typ": "Bearer"}]
)
def test_access_tokens_by_their_claims(claims: dict[str, object]) -> None:
    view = look_into(Secret(claims_token(claims)))
    assert view is not None
    assert view.access


def test_access_tokens_by_their_header() -> None:
    for kind in ("at+jwt", "application/at+jwt", "AT+JWT"):
        view = look_into(Secret(claims_token({}, typ=kind)))
        assert view is not None
        assert view.access


@pytest.mark.parametrize(
    "text", ["", "opaque", "a.b", "a.b.c", "..", "a.b.c.d.e", "W10.W10.x", "e30.e30.x", "eyJhbGciOiJub25lIn0.e30."]
)
def test_what_is_no_signed_token(text: str) -> None:
    assert look_into(Secret(text)) is None


def test_nesting_without_end() -> None:
    deep = base64.urlsafe_b64encode(b"[" * 7000).decode().rstrip("=")
    assert look_into(Secret(f"{deep}.{deep}.x")) is None


@given(st.text(max_size=200), st.dictionaries(st.sampled_from(["iss", "aud", "sub", "exp"]), st.text() | st.floats()))
def test_any_text_is_looked_into_without_harm(text: str, claims: dict[str, object]) -> None:
    look_into(Secret(text))
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    look_into(Secret(f"eyJhbGciOiAiUlMyNTYifQ.{body}.x"))


_SEEN = JwtView("https://id.example.com", ("rolecall",), "ana", END)


@pytest.mark.parametrize(
    ("problem", "view", "code", "words"),
    [
        (Problem.of(Code.TOKEN_EXPIRED, aws="x"), _SEEN, Code.TOKEN_EXPIRED, "let it end at 2027-01-15 08:00 UTC"),
        (Problem.of(Code.TOKEN_EXPIRED, aws="x"), None, Code.TOKEN_EXPIRED, "AWS says so"),
        (Problem.of(Code.IDENTITY_TOKEN, aws="Incorrect token audience"), _SEEN, Code.TOKEN_AUDIENCE, "Most likely:"),
        (
            Problem.of(Code.IDENTITY_TOKEN, aws="No OpenIDConnect provider found in your account for https://x"),
            *(_SEEN, Code.TOKEN_PROVIDER, "It has no IAM identity provider for https://id.example.com."),
        ),
        (
            Problem.of(Code.IDENTITY_TOKEN, aws="The ID Token provided is not a valid JWT."),
            *(_SEEN, Code.TOKEN_FORMAT, "It is no signed JWT."),
        ),
        (
            Problem.of(Code.IDENTITY_TOKEN, aws="Incorrect token audience"),
            *(JwtView("https://x", access=True), Code.TOKEN_ACCESS, "AWS takes the ID token."),
        ),
        (Problem.of(Code.IDENTITY_TOKEN, aws="Something new"), _SEEN, Code.IDENTITY_TOKEN, "Something new"),
        (
            Problem.of(Code.ACCESS_DENIED, hop=1, role="r", operation="x", aws="no"),
            *(_SEEN, Code.TOKEN_UNTRUSTED, "Most likely: web does not trust https://id.example.com with subject ana"),
        ),
        (Problem.of(Code.NETWORK, host="h", reason="r"), _SEEN, Code.NETWORK, ""),
    ],
)
def test_refusals_are_explained(problem: Problem, view: JwtView | None, code: Code, words: str) -> None:
    found = explained(problem, view, "ci", "123456789012", "web")
    assert found.code is code
    said = describe(found)
    assert words in said.detail
    assert "…" not in said.title + said.detail + said.remedy


@pytest.mark.parametrize(
    "refused",
    [
        Problem.of(Code.ACCESS_DENIED, hop=1, role="r", operation="x", aws="no", request_id="0a1b"),
        Problem.of(Code.IDENTITY_TOKEN, aws="Incorrect token audience", request_id="0a1b"),
        Problem.of(Code.IDENTITY_TOKEN, aws="No OpenIDConnect provider found", request_id="0a1b"),
        Problem.of(Code.IDENTITY_TOKEN, aws="The ID Token provided is not a valid JWT.", request_id="0a1b"),
        Problem.of(Code.TOKEN_EXPIRED, aws="Token expired", request_id="0a1b"),
    ],
    ids=lambda one: str(one.arguments["aws"]),
)
def test_what_aws_said_and_where_goes_along(refused: Problem) -> None:
    found = explained(refused, _SEEN, "ci", "123456789012", "web")
    for key in ("hop", "aws", "request_id"):
        assert found.arguments.get(key) == refused.arguments.get(key)


def test_the_hop_is_named_as_of_other_refusals() -> None:
    """On the card, on its button, in the chain and in Activity."""
    refused = Problem.of(Code.ACCESS_DENIED, Verb.EDIT_HOP, "1", hop=1, role="r", operation="x", aws="no")
    found = explained(refused, _SEEN, "ci", "123456789012", "web")
    assert describe(found).title == describe(refused).title == "AccessDenied at hop 1"
    assert found.remedy == refused.remedy
    assert title_arguments(found) == {"hop": 1}


def test_refusals_of_two_requests_are_the_same_failure() -> None:
    one, other = (Problem.of(Code.ACCESS_DENIED, hop=1, request_id=name) for name in ("0a1b", "2c3d"))
    assert one == other
    assert len({one, other}) == 1
    assert one != Problem.of(Code.ACCESS_DENIED, hop=2, request_id="0a1b")
    assert one != Problem.of(Code.ACCESS_DENIED, Verb.EDIT_HOP, "1", hop=1, request_id="0a1b")
    assert one != "access-denied"


@pytest.mark.parametrize(("at", "left"), [(0, 30), (29.5, 0.5), (30, 30), (1_800_000_012.25, 17.75)])
def test_the_countdown_to_the_next_code(at: float, left: float) -> None:
    assert seconds_left(at) == left
