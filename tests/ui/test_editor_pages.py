"""The pages of the profile editor as drawn: sources and their states, guards, deliveries, the summary."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from app.domain.entries import access_key_entry
from app.domain.problem import AppError, Code
from app.domain.secret import Secret
from app.domain.sign_in import TokenView
from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import NOW, FakeCore, Step
from tests.ui.fakes.editing import FULL, Open, fields_of, profile_editors, type_into
from tests.ui.fakes.sample import DENIED
from ui.core import Tools
from ui.editor.delivery import FileField
from ui.editor.hop_body import READ_ONLY
from ui.editor.profile_window import ProfileWindow
from ui.editor.safety import ColorField, ConfirmField, Swatch
from ui.style.theme import theme
from ui.widgets.switch import Switch


@pytest.fixture
def edit(core: FakeCore, tools: Tools, bridge: Now, qtbot: object) -> Iterator[Open]:
    """Open an editor of values, or of a profile of the sample."""
    with profile_editors(core, tools, bridge) as one:
        yield one


# sources


def states(window: ProfileWindow) -> dict[str, tuple[str, object]]:
    window.nav.setCurrentRow(1)
    lines = zip(window.source.choices, window.source.lines, strict=False)
    return {name: (line.state.text(), line.state.property("role")) for (_, name), line in lines}


def test_a_source_says_whether_its_secret_is_there(edit: Open, core: FakeCore) -> None:
    assert states(edit())["mira.lind"] == ("Secret is missing", "warn")
    core.vault.kept[access_key_entry("AKIAIOSFODNN7EXAMPLE").service] = Secret("x")
    assert states(edit())["mira.lind"] == ("Keyring", "second")


@pytest.mark.parametrize(
    ("left", "kept", "said"),
    [
        (58, False, ("Signed in until", "ok")),
        (-1, True, ("Signed in", "ok")),
        (-1, False, ("Sign in needed", "warn")),
    ],
)
def test_a_source_says_whether_a_sign_in_holds(
    edit: Open, core: FakeCore, left: int, kept: bool, said: tuple[str, str]
) -> None:
    issuer = "https://login.fjord.example/realms/eng"
    core.signs.token = TokenView(issuer, "rolecall-desktop", "sub", NOW + timedelta(minutes=left), kept=kept)
    words, role = states(edit())["fjord"]
    assert words.startswith(said[0])
    assert role == said[1]


def test_the_page_says_what_a_source_yields_and_who_uses_it(edit: Open) -> None:
    window = edit()
    assert window.source.what.text() == "A session of 12 h with MFA, which serves all hops: codes are asked."
    assert window.source.users.text() == "8 profiles use it."
    assert "acme-identity (111122223333)" in window.source.lines[0].second.text()
    window.source.lines[2].radio.click()
    assert window.source.what.text().startswith("A token of the provider")


def test_a_click_anywhere_on_a_line_chooses_it(edit: Open) -> None:
    window = edit()
    window.nav.setCurrentRow(1)
    QTest.mouseClick(window.source.lines[1], Qt.MouseButton.LeftButton)
    assert window.draft.get("source") == "acme-sso"
    window.source.choose.click()
    assert window.draft.get("source") is None
    assert window.source.base.editor.isVisible()
    assert window.source.choose.isHidden()
    assert not window.source.about.isVisible()


# guards


def swatch(window: ProfileWindow, name: str) -> Swatch:
    field = fields_of(window)["safety.color"]
    assert isinstance(field, ColorField)
    return field.swatches[name]


def test_the_row_on_top_is_live(edit: Open) -> None:
    window = edit("billing-view")
    row = window.safety.row
    assert row.row.production == ""
    fields_of(window)["safety.production"].check.click()  # type: ignore[attr-defined]
    assert (row.row.production, row.row.label) == ("PROD", "crimson")
    type_into(fields_of(window)["safety.label"], "LIVE")
    swatch(window, "teal").click()
    assert (row.row.production, row.row.label) == ("LIVE", "teal")
    assert "production" in row.accessibleName()
    type_into(fields_of(window)["name"], "paid")
    assert row.row.name == "paid"
    fields_of(window)["delivery.endpoint"].check.click()  # type: ignore[attr-defined]
    assert row.row.deliveries == ("broadcast",)


def test_production_that_comes_from_the_account_is_on_and_cannot_be_taken_away_here(edit: Open) -> None:
    window = edit()
    field = window.safety.production
    assert isinstance(field.check, Switch)
    assert not field.check.isEnabled()
    assert field.note.text() == "Production already: acme-prod says so."
    assert window.draft.get("safety.production") is None
    assert window.safety.row.row.production == "PROD"
    assert not window.dirty


def test_a_color_is_the_profiles_own_or_follows(edit: Open) -> None:
    window = edit("dev-poweruser")
    assert swatch(window, "blue").isChecked()
    assert swatch(window, "blue").inherited
    swatch(window, "violet").click()
    assert window.draft.get("safety.color") == "violet"
    assert not swatch(window, "blue").inherited
    swatch(window, "violet").click()
    assert window.draft.get("safety.color") is None
    assert swatch(window, "blue").isChecked()


def test_the_question_that_holds_is_shown_and_written_only_when_it_is_chosen(edit: Open) -> None:
    window = edit()
    field = fields_of(window)["safety.confirm"]
    assert isinstance(field, ConfirmField)
    assert field.value == "start"  # production asks before a start
    assert not window.dirty
    field.choose("never")
    assert window.draft.get("safety.confirm") == "never"
    window.undo()
    assert window.draft.get("safety.confirm") is None
    assert field.value == "start"


def test_read_only_is_shown_at_the_last_hop(edit: Open) -> None:
    window = edit()
    first, last = window.chain.cards
    assert last.reads.isHidden()
    window.safety.read_only.check.click()
    assert window.draft.get("safety.read_only") is True
    assert not last.reads.isHidden()
    assert first.reads.isHidden()
    last.body.advanced.build()
    assert last.body.policies.count.text() == "2 of 10"
    assert "2 managed policies" in last.body.advanced.line.text()
    last.body.policies.store(window.draft)
    assert READ_ONLY not in window.draft.texts("roles.2.policy_arns")
    window.chain.move_hop(2, -1)
    assert not window.chain.cards[1].reads.isHidden()
    assert window.chain.cards[0].reads.isHidden()


# deliveries


def test_a_section_is_switched_on_with_the_profiles_name(edit: Open) -> None:
    window = edit("ci-debug")
    field = fields_of(window)["delivery.credentials_file"]
    assert isinstance(field, FileField)
    assert not field.check.isChecked()
    field.check.click()
    assert window.draft.get("delivery.credentials_file") == "ci-debug"
    field.check.click()
    assert window.draft.get("delivery.credentials_file") is None
    type_into(field, "other")
    assert field.check.isChecked()


def test_the_endpoints_address_is_shown_while_it_is_served(edit: Open, core: FakeCore) -> None:
    assert edit().delivery.address.isHidden()
    core.serving.port = 53811
    assert edit().delivery.address.text() == "127.0.0.1:53811"


# the summary


def test_the_summary_leads_to_the_preview_and_to_the_first_problem(edit: Open) -> None:
    window = edit("billing-view")
    type_into(fields_of(window)["note"], "Ask first")
    window.validate()
    assert window.summary.text() == "Save writes +1 lines in profiles.toml"
    window.summary.click()
    assert window.nav.currentRow() == 3
    assert [one.path for one in window.delivery.preview._shown or ()] == ["profiles.toml"]
    type_into(fields_of(window)["region"], "not a region")
    window.validate()
    assert window.summary.text() == "1 problem: Region"
    window.summary.click()
    assert window.nav.currentRow() == 0
    assert window.nav.wrong(0)


def test_an_unchanged_profile_has_no_summary_to_open(edit: Open) -> None:
    window = edit()
    assert window.summary.text() == "No changes"
    assert window.summary.focusPolicy() is Qt.FocusPolicy.NoFocus


def test_a_catalog_that_changed_meanwhile_is_shown_and_not_overwritten(edit: Open, core: FakeCore) -> None:
    window = edit()
    type_into(fields_of(window)["title"], "Mine")
    core.catalogs.tables["profiles"]["prod-admin"]["title"] = "Theirs"

    async def changed(*_: object) -> None:
        raise AppError.of(Code.CATALOG_CHANGED, path="profiles.toml")

    core.put = changed  # type: ignore[assignment,method-assign]
    window.save()
    assert window.isVisible()
    assert window.conflict.isVisible()
    assert core.catalogs.tables["profiles"]["prod-admin"]["title"] == "Theirs"


# a test


def test_a_refused_hop_is_red_named_and_leads_to_its_field(edit: Open, core: FakeCore) -> None:
    window = edit()
    from tools.editor_screens import assume_call

    core.engine.steps = [
        Step(1, 3, assume_call(1), done=True, seconds=0.184),
        Step(2, 3, assume_call(2), done=True, seconds=0.096, problem=DENIED),
    ]
    window.test()
    assert window.strip.steps.text() == "Hop 1 184 ms → Hop 2 96 ms"
    assert window.nav.wrong(2)
    card = window.chain.cards[1]
    assert card.head.accessibleName() == "Hop 2 of 2, AdminRole in acme-prod, production, refused: AccessDenied"
    assert card.property("card") == "hop-error"
    window.strip.more.click()
    assert "is not authorized to perform" in window.strip.reply.text()
    assert window.strip.reply.isVisible()
    window.strip.fix.click()
    assert window.nav.currentRow() == 2
    assert card.is_open
    type_into(card.body.external, "ext-1")
    assert not window.nav.wrong(2)
    assert card.property("card") == "hop"
    assert not window.strip.reply.isVisible()


def test_long_values_fit(edit: Open) -> None:
    values = {**FULL, "safety": {}}
    role = "arn:aws:iam::444455556666:role/" + "R" * 64
    policy = '{"Version":"2012-10-17","Statement":[]}' + " " * 2009
    values |= {
        "note": "n" * 2000,
        "roles": [
            {
                "role_arn": role,
                "policy": policy,
                "policy_arns": [f"arn:aws:iam::aws:policy/Managed{number}" for number in range(10)],
                "session_tags": {f"tag-{number}": "v" * 200 for number in range(50)},
            }
        ],
    }
    window = edit("full", values)
    window.resize(window.minimumSize())
    for page in range(5):
        window.nav.setCurrentRow(page)
        QApplication.processEvents()
        inner = window.page(page).widget()
        assert inner.width() <= window.page(page).viewport().width(), window.page(page).title
    assert window.width() == 640
    window.chain.cards[0].body.advanced.build()
    assert window.chain.cards[0].body.policies.count.text() == "10 of 10"


def test_a_label_stands_beside_the_first_line_of_its_field(edit: Open) -> None:
    window = edit()
    QApplication.processEvents()
    checked = 0
    for key in ("name", "group", "tags", "region", "aliases"):
        field = fields_of(window)[key]
        label, target = field.label, field.target()
        top = label.mapTo(window, QPoint(0, 0)).y() + label.contentsMargins().top()
        middle = top + label.fontMetrics().height() / 2
        assert abs(middle - target.mapTo(window, QPoint(0, 0)).y() - target.height() / 2) <= 1, key
        checked += 1
    assert checked == 5


def test_what_cannot_be_used_looks_so(edit: Open) -> None:
    window = edit()
    window.open_place("hop 2")
    QApplication.processEvents()
    links = {one.text(): one for one in window.chain.cards[1].findChildren(QPushButton)}
    up, down = links["Move up"], links["Move down"]
    assert (up.isEnabled(), down.isEnabled()) == (True, False)
    inks = [one.palette().color(one.foregroundRole()).name().upper() for one in (up, down)]
    assert inks == [theme().tokens.color("accent-text"), theme().tokens.color("text-3")]


def test_the_links_of_a_refused_test_stand_below_its_words_where_there_is_no_room(edit: Open) -> None:
    window = edit()
    window.strip.begin()
    window.strip.step(Step(1, 2, None, done=True, seconds=0.1, problem=DENIED))
    QApplication.processEvents()
    words, link = window.strip.result, window.strip.fix
    assert link.isVisible()

    def below() -> bool:
        QApplication.processEvents()
        return link.mapTo(window, QPoint(0, 0)).y() >= words.mapTo(window, QPoint(0, words.height())).y()

    window.resize(900, 720)
    assert not below()
    window.strip.test.setText("A word in another language, as long as can be")
    window.resize(660, 720)
    assert below()
    window.resize(1200, 720)
    assert not below()


def test_no_choice_of_a_hop_is_cut(edit: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    words = "In a language of longer words than these"
    monkeypatch.setattr("ui.editor.hop_parts.T", lambda text, **_: words if text == "Not at this hop" else text)
    window = edit()
    box = window.chain.cards[1].body.mfa.box
    assert box.currentText() == words
    assert box.width() >= box.sizeHint().width() > 180


def test_the_list_of_sources_has_the_whole_name_of_identity_center(edit: Open) -> None:
    page = edit().source
    line = page.lines[page.choices.index(("source", "acme-sso"))]
    assert line.second.text() == "IAM Identity Center, eu-central-1"
