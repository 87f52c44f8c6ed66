"""Parts of the source editor that are not built yet miss nothing: what is rarely used, and the preview."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from app.domain.entries import oidc_entry
from app.domain.secret import Secret
from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import FakeCore
from tests.ui.fakes.editing import OpenSource, source_editors
from ui.core import Tools
from ui.editor.fields import CheckField, TextField
from ui.editor.preview import DiffView
from ui.editor.source_forms import COMMON, KINDS, RARE, common_fields, rare_fields


@pytest.fixture
def edit(core: FakeCore, tools: Tools, bridge: Now, qtbot: object) -> Iterator[OpenSource]:
    """Open an editor of values, of a source of the sample, or of a new one."""
    with source_editors(core, tools, bridge) as one:
        yield one


@pytest.mark.parametrize("kind", KINDS)
def test_the_keys_of_what_is_rarely_used_are_those_of_its_fields(qtbot: object, kind: str) -> None:
    assert tuple(one.key for one in rare_fields(kind)) == RARE.get(kind, ())
    assert tuple(one.key for one in common_fields()) == COMMON


def test_what_is_rarely_used_is_built_when_it_is_opened_or_set(edit: OpenSource) -> None:
    window = edit("mira.lind")
    assert not window.advanced.built
    assert window.advanced.line.text() == "Nothing set"
    window.advanced.head.setFocus()
    QTest.keyClick(window.advanced.head, Qt.Key.Key_Space)
    QTest.keyClick(window.advanced.head, Qt.Key.Key_Tab)
    title = window.form.field("title")
    assert isinstance(title, TextField)
    assert QApplication.focusWidget() is title.line
    other = edit("far", {"kind": "environment", "proxy": "http://127.0.0.1:3128"})
    assert other.advanced.built
    assert not other.advanced.is_open
    assert other.advanced.line.text() == "Proxy"


def test_a_problem_of_what_is_rarely_used_opens_it(edit: OpenSource) -> None:
    window = edit("far", {"kind": "environment", "sts_region": "no region at all"})
    assert window.advanced.is_open
    field = window.form.field("sts_region")
    assert field is not None
    assert field.sign.isVisible()


def test_a_client_secret_is_asked_for_and_kept_whenever_its_field_comes(edit: OpenSource, core: FakeCore) -> None:
    values = {"kind": "oidc", "issuer": "https://id.example.com", "client_id": "rolecall-desktop"}
    window = edit("far", dict(values))
    assert not window.advanced.built
    assert window.client.body.parent() is None
    window.advanced.head.click()
    assert not window.client.body.isVisible()
    check = window.form.field("client_secret")
    assert isinstance(check, CheckField)
    check.check.click()
    assert window.client.body.isVisible()
    window.client.line.setFocus()
    QTest.keyClicks(window.client.line, "a-client-secret")
    window.save()
    entry = oidc_entry("https://id.example.com", "rolecall-desktop", "client-secret")
    assert core.vault.kept[entry.service] == Secret("a-client-secret")
    again = edit("far")
    assert again.client.body.isVisibleTo(again.advanced.body)
    assert again.client.kept


def test_another_kind_keeps_what_is_rarely_used(edit: OpenSource) -> None:
    window = edit()
    window.advanced.head.click()
    proxy = window.form.field("proxy")
    assert isinstance(proxy, TextField)
    QTest.keyClicks(proxy.line, "http://127.0.0.1:3128")
    window.kind.choose("process")
    assert window.draft.text("proxy") == "http://127.0.0.1:3128"
    assert window.advanced.line.text() == "Proxy"


def test_the_preview_is_built_when_it_is_opened_and_tab_comes_to_it_before_the_test(edit: OpenSource) -> None:
    window = edit("mira.lind")
    window.advanced.head.click()
    assert window.below.preview is None
    title = window.form.field("title")
    assert isinstance(title, TextField)
    title.line.setFocus()
    QTest.keyClicks(title.line, "Mira")
    window.validate()
    window.summary.click()
    QApplication.processEvents()
    preview = window.below.preview
    assert preview is not None
    assert preview.counts() == (1, 0, 1)
    shown = preview.findChildren(DiffView)
    assert QApplication.focusWidget() is shown[0]
    QTest.keyClicks(title.line, " L")
    window.validate()
    bundle = window.form.field("ca_bundle")
    assert bundle is not None
    (browse,) = bundle.body.findChildren(QPushButton)
    browse.setFocus()
    QApplication.processEvents()
    QTest.keyClick(browse, Qt.Key.Key_Tab)
    inside = QApplication.focusWidget()
    assert preview.isAncestorOf(inside)
    QTest.keyClick(inside, Qt.Key.Key_Tab)
    assert not preview.isAncestorOf(QApplication.focusWidget())
