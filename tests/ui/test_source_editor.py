"""The source editor: every kind and field, secrets to the keyring alone, pasted keys."""

import tomllib
from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from app.domain.entries import access_key_entry, oidc_entry, totp_entry
from app.domain.problem import AppError, Code, Problem
from app.domain.reading.sources import SOURCE_KEYS
from app.domain.secret import Secret
from app.domain.sign_in import ProviderView, TokenView
from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import FakeCore
from tests.ui.fakes.editing import OpenSource as Open
from tests.ui.fakes.editing import source_editors, whole
from ui.core import Tools
from ui.editor.choices import RadioField
from ui.editor.editable_field import EditableField
from ui.editor.fields import CheckField, TextField
from ui.editor.pasted import find_key_pair
from ui.editor.source_forms import KINDS, MfaSessionField
from ui.editor.source_window import SourceWindow
from ui.present.issuer import issuer_help

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

FULL = {
    "access-keys": """
        access_key_id = "AKIAIOSFODNN7EXAMPLE"
        mfa_serial = "arn:aws:iam::111122223333:mfa/ana"
        mfa = "command"
        mfa_command = ["/usr/bin/ykman", "oath", "accounts", "code", "-s", "aws"]
        mfa_unattended = true
        mfa_session = false""",
    "environment": 'mfa_session = "4h"\nmfa_serial = "arn:aws:iam::111122223333:mfa/ana"\nmfa = "totp"',
    "shared-profile": 'profile = "legacy"',
    "process": 'command = ["/opt/bin/helper", "--json", "a b"]',
    "web-identity-token": 'token_file = "/run/secrets/token"\nprovider_id = "graph.facebook.com"',
    "oidc": """
        issuer = "https://id.example.com"
        client_id = "rolecall"
        scopes = ["openid", "offline_access"]
        flow = "device"
        token = "id"
        client_secret = true
        redirect_port = 8400""",
    "identity-center": 'start_url = "https://acme.awsapps.com/start"\nregion = "eu-west-1"\nflow = "device"',
    "instance-metadata": "",
    "container": 'full_uri = "http://127.0.0.1/creds"\ntoken_file = "/var/token"',
}
COMMON = """
title = "Ana's key"
sts_region = "eu-west-1"
endpoint_url = "https://sts.example.com"
proxy = "http://127.0.0.1:3128"
ca_bundle = "/etc/ssl/ca.pem"
"""


@pytest.fixture
def edit(core: FakeCore, tools: Tools, bridge: Now, qtbot: object) -> Iterator[Open]:
    """Open an editor of values, of a source of the sample, or of a new one."""
    with source_editors(core, tools, bridge) as one:
        yield one


def radio_of(window: SourceWindow, key: str) -> RadioField:
    field = window.form.field(key)
    assert isinstance(field, RadioField)
    return field


def type_into(window: SourceWindow, key: str, text: str) -> None:
    field = window.form.field(key)
    line = field.box.lineEdit() if isinstance(field, EditableField) else field.line  # type: ignore[union-attr]
    line.selectAll()
    QTest.keyClicks(line, text)


@pytest.mark.parametrize("kind", KINDS)
def test_opening_and_storing_every_field_changes_nothing(edit: Open, kind: str) -> None:
    values = {"kind": kind, **tomllib.loads(COMMON + FULL[kind]), "later": {"x": 1}}
    window = edit("full", values)
    for field in window.form.fields:
        field.store(window.draft)
    assert window.draft.values == values
    assert not window.dirty


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_of_a_kind_has_a_field(edit: Open, kind: str) -> None:
    window = edit("full", {"kind": kind, **tomllib.loads(FULL[kind])})
    shown = {field.key for field in whole(window.form)}
    assert SOURCE_KEYS[kind] <= shown


def test_a_new_key_goes_to_the_keyring_and_nowhere_else(edit: Open, core: FakeCore) -> None:
    window = edit()
    type_into(window, "name", "ana")
    type_into(window, "access_key_id", "AKIAIOSFODNN7EXAMPL2")
    QTest.keyClicks(window.secret.line, SECRET)
    assert window.secret.line.echoMode() is QLineEdit.EchoMode.Password
    assert window.secret.line.accessibleName() == "Secret access key, 40 characters, hidden"
    window.save()
    assert core.catalogs.tables["sources"]["ana"] == {"kind": "access-keys", "access_key_id": "AKIAIOSFODNN7EXAMPL2"}
    assert core.vault.kept[access_key_entry("AKIAIOSFODNN7EXAMPL2").service].reveal() == SECRET
    assert window.secret.line.text() == ""
    assert not window.isVisible()


def test_a_kept_secret_is_said_and_never_read(edit: Open, core: FakeCore) -> None:
    entry = access_key_entry("AKIAIOSFODNN7EXAMPLE")
    core.vault.kept[entry.service] = Secret(SECRET)
    window = edit("mira.lind")
    assert window.secret.line.text() == ""
    assert "in the keyring" in window.secret.line.placeholderText()
    assert not window.secret.missing
    assert not window.dirty


@pytest.mark.parametrize("typed", ["short word", "AKIAIOSFODNN7EXAMPLE", "ungültig" * 5])
def test_a_secret_that_is_none_is_refused_without_being_shown(edit: Open, core: FakeCore, typed: str) -> None:
    window = edit("mira.lind")
    window.secret.line.setText(typed)
    window.secret._typed(typed)
    window.save()
    assert core.vault.kept == {}
    assert window.isVisible()
    assert window.secret.line.property("state") == "error"
    assert typed not in window.secret.note.text()


def test_seed_and_client_secret(edit: Open, core: FakeCore) -> None:
    window = edit("mira.lind")
    radio_of(window, "mfa").choose("totp")
    assert window.totp.body.isVisibleTo(window)
    QTest.keyClicks(window.totp.line, SEED)
    window.save()
    assert core.vault.kept[totp_entry("arn:aws:iam::111122223333:mfa/mira.lind").service].reveal() == SEED
    window = edit("fjord")
    assert not window.client.body.isVisibleTo(window)
    check = window.form.field("client_secret")
    assert isinstance(check, CheckField)
    check.check.click()
    QTest.keyClicks(window.client.line, "hush")
    window.save()
    entry = oidc_entry("https://login.fjord.example/realms/eng", "rolecall-desktop", "client-secret")
    assert core.vault.kept[entry.service].reveal() == "hush"


@pytest.mark.parametrize(
    "typed",
    [f"otpauth://totp/AWS:mira@acme?secret={SEED}&issuer=AWS", "jbsw y3dp ehpk 3pxp jbsw y3dp ehpk 3pxp"],
    ids=["link", "base32"],
)
def test_a_seed_by_link_or_base32_with_the_note_that_it_is_one_factor_less(
    edit: Open, core: FakeCore, typed: str
) -> None:
    window = edit("mira.lind")
    radio_of(window, "mfa").choose("totp")
    assert "one factor less" in window.totp.note.text()
    assert window.totp.note.isVisibleTo(window)
    QTest.keyClicks(window.totp.line, typed)
    assert window.totp.line.echoMode() is QLineEdit.EchoMode.Password
    window.save()
    assert core.vault.kept[totp_entry("arn:aws:iam::111122223333:mfa/mira.lind").service].reveal() == SEED
    assert SEED not in str(core.catalogs.tables["sources"])
    assert window.totp.line.text() == ""


@pytest.mark.parametrize("typed", [f"otpauth://hotp/x?secret={SEED}", "otpauth://totp/x", "no seed, 018"])
def test_a_seed_that_is_none_is_refused_without_being_shown(edit: Open, core: FakeCore, typed: str) -> None:
    window = edit("mira.lind")
    radio_of(window, "mfa").choose("totp")
    window.totp.put(typed)
    window.save()
    assert core.vault.kept == {}
    assert window.isVisible()
    assert window.totp.line.property("state") == "error"
    assert typed not in window.totp.note.text()


def test_another_kind_keeps_what_it_has_too(edit: Open) -> None:
    window = edit()
    type_into(window, "name", "new")
    type_into(window, "access_key_id", "AKIAIOSFODNN7EXAMPL2")
    type_into(window, "sts_region", "eu-west-1")
    window.kind.choose("oidc")
    assert window.draft.values == {"kind": "oidc", "sts_region": "eu-west-1"}
    assert window.draft.name == "new"
    type_into(window, "issuer", "https://id.example.com")
    window.kind.choose("access-keys")
    assert window.draft.values == {"kind": "access-keys", "sts_region": "eu-west-1"}
    assert isinstance(window.form.field("access_key_id"), TextField)
    QTest.keyClicks(window.secret.line, SECRET)
    assert window.dirty


@pytest.mark.parametrize(
    "text",
    [
        f"Access key ID,Secret access key\nAKIAIOSFODNN7EXAMPL2,{SECRET}\n",
        f"export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPL2\nexport AWS_SECRET_ACCESS_KEY='{SECRET}'\n",
        f'{{"AccessKeyId": "AKIAIOSFODNN7EXAMPL2", "SecretAccessKey": "{SECRET}"}}',
        f"[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPL2\naws_secret_access_key = {SECRET}\n",
        f"{SECRET} AKIAIOSFODNN7EXAMPL2",
    ],
)
def test_a_pasted_key_fills_both_fields_and_leaves_the_clipboard(edit: Open, text: str) -> None:
    window = edit()
    QGuiApplication.clipboard().setText(text)
    QTest.keyClick(window.name.line, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.draft.get("access_key_id") == "AKIAIOSFODNN7EXAMPL2"
    assert window.secret.line.text() == SECRET
    assert window.found.isVisible()
    assert QGuiApplication.clipboard().text() == ""
    assert window.name.line.text() == ""
    window.found.undo.click()
    assert window.draft.get("access_key_id") is None
    assert window.secret.line.text() == ""


def test_other_texts_are_pasted_as_they_are(edit: Open) -> None:
    assert find_key_pair("ASIAIOSFODNN7EXAMPLE " + SECRET) is None
    assert find_key_pair("AKIAIOSFODNN7EXAMPLE") is None
    assert find_key_pair("x" * 100_000) is None
    assert SECRET not in repr(find_key_pair(f"AKIAIOSFODNN7EXAMPLE {SECRET}"))
    window = edit()
    QGuiApplication.clipboard().setText("ana")
    QTest.keyClick(window.name.line, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.name.line.text() == "ana"
    assert window.draft.name == "ana"


def test_required_fields(edit: Open, core: FakeCore) -> None:
    window = edit()
    type_into(window, "name", "mira.lind")
    window.save()
    keys = {str(one.problem.arguments.get("key")) for one in window.errors}
    assert "access_key_id" in keys
    assert window.name.line.property("state") == "error"
    assert window.isVisible()


def test_a_typed_secret_is_guarded_too(edit: Open, core: FakeCore) -> None:
    window = edit("mira.lind")
    QTest.keyClicks(window.secret.line, SECRET)
    window.reject()
    assert window.isVisible()
    guard = window._guard
    assert guard is not None
    guard.buttons["discard"].click()
    assert core.vault.kept == {}


def test_only_what_is_saved_is_tested(edit: Open, core: FakeCore) -> None:
    window = edit("mira.lind")
    window.strip.test.click()
    assert core.engine.verbs[-1][0] == "test"
    type_into(window, "title", "x")
    assert not window.strip.test.isEnabled()


def test_mfa_session_off(edit: Open) -> None:
    window = edit("mira.lind")
    field = window.form.field("mfa_session")
    assert isinstance(field, MfaSessionField)
    field.check.click()
    assert window.draft.get("mfa_session") is False
    assert not field.box.isEnabled()
    field.check.click()
    type_into(window, "mfa_session", "12 h")
    assert window.draft.get("mfa_session") == "12h"


def test_what_the_provider_cannot_do_is_disabled_and_said(edit: Open, core: FakeCore) -> None:
    core.signs.view = ProviderView("id.example.com", browser=True, device=False, pkce=True)
    window = edit("fjord")
    flow = radio_of(window, "flow")
    assert [flow.radios[way].isEnabled() for way in ("browser", "device")] == [True, False]
    assert "no sign-in by device code" in flow.second("device")
    assert window.form.field("issuer").note.text().startswith("Discovery document read")  # type: ignore[union-attr]
    assert not window.dirty


def test_an_issuer_is_fetched_when_its_field_is_left_and_a_failure_is_said(edit: Open, core: FakeCore) -> None:
    window = edit("fjord")
    assert [name for name, _ in core.signs.calls] == ["look"]
    core.signs.view = AppError.of(Code.PROVIDER_ANSWER, source="fjord", host="x.example", reason="no-json-object")
    type_into(window, "issuer", "https://x.example")
    assert len(core.signs.calls) == 1  # not while it is typed
    window.form.field("issuer").left.emit()  # type: ignore[union-attr]
    assert core.signs.calls[-1][1].issuer == "https://x.example"
    assert "no JSON" in window.form.field("issuer").note.text()  # type: ignore[union-attr]


def issuer_of(window: SourceWindow) -> TextField:
    found = window.form.field("issuer")
    assert isinstance(found, TextField)
    return found


NAMED = "https://login.fjord.example/realms/eng/"
ANOTHER = AppError.of(Code.PROVIDER_ISSUER, source="fjord", issuer="https://login.fjord.example/realms/eng", said=NAMED)


def test_an_issuer_that_the_provider_names_is_offered_and_taken_by_a_press(edit: Open, core: FakeCore) -> None:
    core.signs.view = ANOTHER
    window = edit("fjord")
    issuer, part = issuer_of(window), window.provider
    assert part is not None
    before = window.draft.text("issuer")
    assert NAMED in issuer.note.text()
    assert "exactly as the provider does" in issuer.note.text(), "the remedy is said too"
    assert part.use.isVisible()
    assert (part.use.text(), part.use.accessibleName()) == (f"Use {NAMED}", f"Use {NAMED}")
    assert window.draft.text("issuer") == before, "never by itself"
    core.signs.view = ProviderView("login.fjord.example", browser=True, device=True, pkce=True)
    part.use.setFocus()
    QTest.keyClick(part.use, Qt.Key.Key_Space)
    assert (issuer.line.text(), window.draft.text("issuer")) == (NAMED, NAMED)
    assert core.signs.calls[-1][1].issuer == NAMED, "it is asked whether that is so"
    assert issuer.note.text().startswith("Discovery document read")
    assert not part.use.isVisible()
    assert window.dirty
    window.undo()
    assert window.draft.text("issuer") == before


def test_an_offer_goes_with_the_text_that_it_was_for(edit: Open, core: FakeCore) -> None:
    core.signs.view = ANOTHER
    window = edit("fjord")
    assert window.provider is not None
    assert window.provider.use.isVisible()
    type_into(window, "issuer", "https://other.example")
    assert not window.provider.use.isVisible()


@pytest.mark.parametrize(
    ("problem", "words", "use"),
    [
        (ANOTHER.problem, "AWS compares the two letter by letter", NAMED),
        (
            Problem.of(Code.PROVIDER_ISSUER, issuer="https://a.example", said="https://a.example/{tenantid}/v2.0"),
            *("Write your own tenant in the place of what stands in braces.", ""),
        ),
        (Problem.of(Code.PROVIDER_ISSUER, issuer="https://a.example", said="http://a.example"), "calls itself", ""),
        (Problem.of(Code.PROVIDER_ISSUER, issuer="https://a.example", said="not a url"), "calls itself not a url", ""),
        (
            Problem.of(Code.PROVIDER_ANSWER, host="a.example", status=404, missing=True, reason=""),
            *("a.example has no discovery document at this address. It answered with status 404.", ""),
        ),
        (
            Problem.of(Code.PROVIDER_ANSWER, host="a.example", status=403, refused=True, reason=""),
            *("If this network asks for a sign-in, do that first.", ""),
        ),
        (
            Problem.of(Code.PROVIDER_ANSWER, host="a.example", status=301, said="https://b.example", reason=""),
            *("Use that issuer if it is your provider's.", "https://b.example"),
        ),
        (Problem.of(Code.PROVIDER_BROKEN, host="a.example", status=503), "Leave the field once more to ask again.", ""),
        (Problem.of(Code.NETWORK, host="a.example", reason="no-connection"), "a.example", ""),
    ],
    ids=lambda one: str(one.code) if isinstance(one, Problem) else "",
)
def test_what_an_issuer_s_field_says(problem: Problem, words: str, use: str) -> None:
    found = issuer_help(problem, "https://a.example")
    assert words in found.words
    assert found.use == use
    assert "…" not in found.words
    assert "status 4" not in found.words or "with status 4" in found.words


def test_the_last_tokens_claims_are_shown_and_a_person_signs_out(edit: Open, core: FakeCore) -> None:
    end = core.clock.now() + timedelta(minutes=58)
    core.signs.token = TokenView("https://login.fjord.example", "rolecall-desktop", "f:mira", end, kept=True)
    window = edit("fjord")
    assert window.provider is not None
    token = window.provider.token
    assert [token.claims_shown[name] for name in ("aud", "sub")] == ["rolecall-desktop", "f:mira"]
    assert token.body.isVisibleTo(window)
    token.sign_out.click()
    assert core.signs.calls[-1][0] == "sign-out"
    assert not token.body.isVisibleTo(window)


def test_testing_a_sign_in_source_signs_in(edit: Open, core: FakeCore) -> None:
    window = edit("fjord")
    window.test()
    assert core.engine.verbs[-1][0] == "sign-in"
    assert "Signed in" in window.strip.steps.text()
