"""Rows, glyphs and the detail as data."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from app.domain.activity import What, between
from app.domain.names import ProfileName
from app.domain.problem import AttentionKind, Code, Problem, Verb
from app.domain.reading import read_catalog
from app.domain.session import (
    Active,
    Attention,
    DeliveryStatus,
    Expired,
    QuestionKind,
    Renewing,
    SessionState,
    Starting,
    Status,
    Stopped,
    Waiting,
    lease_of,
)
from tests.ui.fakes.core import NOW, active
from tests.ui.fakes.reading import fake_core
from tests.ui.fakes.sample import DENIED
from ui.present.detail import detail_of
from ui.present.glyphs import Shape, glyph_of, needs_attention
from ui.present.remedies import Do, buttons, card_of
from ui.present.rows import row_of, spoken_of

LEASE = lease_of(active("prod-admin").state)
LOW = lease_of(active("prod-admin", minutes=4).state)
assert LEASE is not None
assert LOW is not None
NETWORK = Problem.of(Code.NETWORK, host="sts.amazonaws.com", reason="refused")
MFA = Problem.of(Code.MFA_NEEDED, Verb.GIVE_MFA, "p", profile="p", serial="arn:aws:iam::1:mfa/a")


def status(state: SessionState, **more: object) -> Status:
    return replace(Status(ProfileName("prod-admin"), state), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("shown", "shape", "right"),
    [
        (status(Stopped()), Shape.IDLE, ""),
        (status(Stopped(), last_used_at=NOW - timedelta(days=1)), Shape.IDLE, "yesterday"),
        (status(Starting(NOW)), Shape.BUSY, "Starting"),
        (status(Starting(NOW, 1, 3)), Shape.BUSY, "Call 2 of 3"),
        (status(Starting(NOW, 1, 3), asked=QuestionKind.MFA), Shape.WAITS, "Waiting for MFA code"),
        (status(Starting(NOW, 0, 2), asked=QuestionKind.SIGN_IN), Shape.WAITS, "Waiting for sign-in"),
        (status(Starting(NOW), asked=QuestionKind.TOKEN_PASTE), Shape.WAITS, "Waiting for token"),
        (status(Starting(NOW), asked=QuestionKind.APPROVE_COMMAND), Shape.WAITS, "Waiting for approval"),
        (status(Starting(NOW), asked=QuestionKind.MFA, paused=True), Shape.PAUSED, "Paused"),
        (status(Starting(NOW, 0, 0, NETWORK, NOW)), Shape.BUSY, "Trying again"),
        (status(Active(LEASE)), Shape.ACTIVE, "27:42"),
        (status(Renewing(LEASE, NOW)), Shape.ACTIVE, "27:42"),
        (status(Waiting(LEASE, NETWORK, NOW)), Shape.ACTIVE, "27:42"),
        (status(Attention(AttentionKind.REFUSED, DENIED, NOW, LEASE)), Shape.ACTIVE, "27:42"),
        (status(Attention(AttentionKind.REFUSED, DENIED, NOW)), Shape.FAILED, "Failed 14:24"),
        (status(Attention(AttentionKind.MFA, MFA, NOW)), Shape.WAITS, "Needs MFA"),
        (status(Attention(AttentionKind.SIGN_IN, MFA, NOW)), Shape.WAITS, "Needs sign-in"),
        (status(Attention(AttentionKind.APPROVAL, MFA, NOW)), Shape.WAITS, "Needs approval"),
        (status(Expired(NOW - timedelta(minutes=44))), Shape.EXPIRED, "Expired 13:40"),
        (status(Starting(NOW), paused=True), Shape.PAUSED, "Paused"),
        (status(Active(replace(LEASE, expires_at=None))), Shape.ACTIVE, "no expiry"),
        (status(Active(replace(LEASE, expires_at=NOW))), Shape.EXPIRED, "Expired"),
    ],
)
def test_every_state_has_its_glyph_and_text(shown: Status, shape: Shape, right: str) -> None:
    core, _ = fake_core(running=False)
    row = row_of(core.catalog, core.catalog.profiles["prod-admin"], shown, NOW, UTC)
    assert (row.glyph.shape, row.right.strip()) == (shape, right)


def test_amber_only_where_no_renewal_is_in_sight() -> None:
    assert not glyph_of(status(Active(replace(LOW, due_at=NOW + timedelta(minutes=1)))), NOW).amber
    assert glyph_of(status(Active(replace(LOW, due_at=NOW - timedelta(minutes=1)))), NOW).amber
    assert glyph_of(status(Active(replace(LOW, due_at=NOW + timedelta(minutes=1))), paused=True), NOW).amber
    assert glyph_of(status(Waiting(LOW, NETWORK, NOW)), NOW).amber
    assert not glyph_of(status(Waiting(LEASE, NETWORK, NOW)), NOW).amber
    assert not glyph_of(status(Renewing(LOW, NOW)), NOW).amber


def test_a_renewal_turns_only_after_a_second() -> None:
    assert not glyph_of(status(Renewing(LEASE, NOW)), NOW).turns
    assert glyph_of(status(Renewing(LEASE, NOW - timedelta(seconds=2))), NOW).turns


def test_the_row_is_spoken_in_whole_minutes() -> None:
    core, _ = fake_core(running=False)
    shown = status(Attention(AttentionKind.REFUSED, DENIED, NOW, LEASE))
    row = row_of(core.catalog, core.catalog.profiles["prod-admin"], shown, NOW)
    said = "prod-admin, production, active, 27 minutes left, not refreshed, AdminRole in acme-prod, eu-central-1"
    assert row.spoken == f"{said}, credentials file and local endpoint"


def test_production_label_and_deliveries_come_from_the_catalog() -> None:
    core, _ = fake_core()
    profiles = core.catalog.profiles
    prod = row_of(core.catalog, profiles["prod-admin"], core.engine.store.status(ProfileName("prod-admin")), NOW)
    assert (prod.production, prod.deliveries, prod.favorite) == ("PROD", ("file-text", "broadcast"), True)
    billing = row_of(core.catalog, profiles["billing-view"], core.engine.store.status(ProfileName("billing-view")), NOW)
    assert (billing.production, billing.deliveries) == ("", ("clipboard-text",))
    assert row_of(core.catalog, profiles["dev-poweruser"], status(Stopped()), NOW).default


def test_the_card_names_cause_what_stays_and_remedy() -> None:
    card = card_of(status(Attention(AttentionKind.REFUSED, DENIED, NOW, LEASE)), NOW, UTC)
    assert card is not None
    assert card.tone == "error"
    assert "valid until 14:52" in card.detail
    assert [one.do for one in card.buttons] == [Do.EDIT_HOP, Do.RENEW]
    assert card.buttons[0].subject == "2"
    assert "not authorized" in card.reply


def test_what_passes_by_itself_is_a_warning_with_its_next_attempt() -> None:
    card = card_of(status(Waiting(LEASE, NETWORK, NOW + timedelta(seconds=20))), NOW, UTC)
    assert card is not None
    assert card.tone == "warn"
    assert card.detail == (
        "It refused the connection. The current session stays valid until 14:52. Next attempt 14:24:50."
    ), "of its own session, not of all"


def test_no_problem_no_card() -> None:
    assert card_of(status(Active(LEASE)), NOW) is None


@pytest.mark.parametrize("verb", list(Verb))
def test_every_remedy_has_a_button(verb: Verb) -> None:
    assert buttons(Problem.of(Code.ACCESS_DENIED, verb, "2", hop=2))


def test_a_refresh_that_takes_long_is_spoken_of() -> None:
    core, _ = fake_core()
    profile = core.catalog.profiles["prod-admin"]

    def next_refresh(seconds: float) -> str:
        state = Renewing(LEASE, NOW - timedelta(seconds=seconds))
        facts = detail_of(core.catalog, profile, Status(profile.name, state), NOW, zone=UTC).facts
        return next(one.value for one in facts if one.label == "Next refresh")

    assert (next_refresh(0.5), next_refresh(5)) == (LEASE.due_at.strftime("%H:%M"), "under way")


def test_the_detail_shows_the_whole_chain_with_the_failed_hop() -> None:
    core, _ = fake_core()
    profile = core.catalog.profiles["prod-admin"]
    detail = detail_of(core.catalog, profile, core.engine.store.status(profile.name), NOW, zone=UTC)
    assert [node.name for node in detail.chain] == ["mira.lind", "OrgAccess", "AdminRole"]
    assert [node.failed for node in detail.chain] == [False, False, True]
    assert (detail.chain[1].above, detail.chain[1].below) == ("MFA", "1 h")
    assert (detail.chain[2].above, detail.chain[2].below) == ("ext. ID", "not sent")
    assert detail.chain[2].spoken.startswith("Hop 2 of 2, AdminRole in acme-prod, failed")
    assert [(one.title, one.tone) for one in detail.deliveries] == [("Credentials file", "ok"), ("Local endpoint", "")]
    assert detail.ring_spoken.startswith("Session, 27 minutes left, expires")
    asked = detail_of(core.catalog, profile, status(Starting(NOW, 1, 3), asked=QuestionKind.MFA), NOW, zone=UTC)
    assert (asked.ring_text, asked.ring_spoken) == ("", "Waiting for MFA code")
    waits = status(Starting(NOW), asked=QuestionKind.MFA)
    assert "Waiting for MFA code" in spoken_of(core.catalog, profile, waits, NOW)
    assert detail.copy_text == "Copy exports"


def test_the_endpoint_says_who_asked_last_and_when() -> None:
    core, _ = fake_core()
    profile = core.catalog.profiles["prod-admin"]

    def line(*told: object) -> tuple[str, str, str]:
        at = DeliveryStatus("endpoint", "http://127.0.0.1:53811/v1/credentials/prod-admin", *told)  # type: ignore[arg-type]
        shown = detail_of(core.catalog, profile, Status(profile.name, deliveries=(at,)), NOW, zone=UTC).deliveries[-1]
        return shown.target, shown.by, shown.note

    address = "127.0.0.1:53811"
    assert line() == (address, "", "not asked yet")
    assert line(NOW) == (address, "", "last asked 14:24:30")
    assert line(NOW, None, "terraform", 4121) == (address, "last asked by terraform (pid 4121)", "14:24:30")


def test_what_was_found_in_the_file_at_the_start_is_in_place() -> None:
    core, _ = fake_core()
    profile = core.catalog.profiles["prod-admin"]
    kept = replace(active("prod-admin"), deliveries=(DeliveryStatus("credentials-file", "prod-admin"),))
    file, endpoint = detail_of(core.catalog, profile, kept, NOW, zone=UTC).deliveries
    assert (file.note, file.tone) == ("in place", "ok")
    assert (endpoint.note, endpoint.tone) == ("", ""), "nothing is known of it"


def test_a_program_that_asks_the_endpoint_is_no_write_in_the_journal() -> None:
    asked = DeliveryStatus("endpoint", "http://127.0.0.1:53811/v1/credentials/prod-admin", NOW, None, "terraform", 4121)
    written = DeliveryStatus("credentials-file", "prod-admin", NOW)
    events = between(None, Status(ProfileName("prod-admin"), deliveries=(asked, written)), NOW)
    assert [(one.what, one.detail) for one in events] == [(What.PROGRAM, "terraform"), (What.WRITTEN, "prod-admin")]


def test_idle_profiles_offer_to_start_and_copy() -> None:
    core, _ = fake_core(running=False)
    profile = core.catalog.profiles["prod-admin"]
    detail = detail_of(core.catalog, profile, Status(profile.name), NOW)
    assert (detail.copy_text, detail.running, detail.valid) == ("Start and copy", False, False)


def test_attention() -> None:
    assert needs_attention(status(Expired(NOW)))
    assert needs_attention(status(Waiting(LEASE, NETWORK, NOW)))
    assert not needs_attention(status(Active(LEASE)))
    assert not needs_attention(status(Stopped()))


def test_a_session_without_a_role_says_what_it_cannot_do() -> None:
    read = read_catalog(
        {
            "sources": {"acme": {"kind": "access-keys", "access_key_id": "AKIAIOSFODNN7EXAMPLE"}},
            "profiles": {
                "bare": {"source": "acme"},
                "role": {"source": "acme", "roles": [{"role_arn": "arn:aws:iam::123456789012:role/dev"}]},
            },
        }
    ).catalog
    bare, role = (read.profiles[ProfileName(name)] for name in ("bare", "role"))
    said = detail_of(read, bare, Status(bare.name), NOW).lacks
    assert len(said) == 2
    assert "cannot call IAM" in said[0]
    assert "mfa = true" in said[0]
    assert detail_of(read, role, Status(role.name), NOW).lacks == ()
