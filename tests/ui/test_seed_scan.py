"""The seed of an MFA device out of a picture of its QR code: a file, the clipboard; and pictures that give none."""

import secrets
from base64 import b32encode
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QTransform
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from app.domain.entries import totp_entry
from app.domain.problem import AppError, Code
from app.texts import describe
from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import FakeCore
from ui.core import Tools
from ui.editor.draft import Draft
from ui.editor.pasted import seed_link
from ui.editor.source_window import SourceWindow
from ui.platform.clipboard import SecretClipboard
from ui.platform.qr import codes_in, picture_of, picture_patterns

SERIAL = "arn:aws:iam::111122223333:mfa/mira.lind"
_WHITE = QColor("white")


def seed() -> str:
    return b32encode(secrets.token_bytes(40)).decode()


def link_of(key: str) -> str:
    return f"otpauth://totp/Amazon%20Web%20Services:mira.lind@acme?secret={key}&issuer=Amazon%20Web%20Services"


def drawn(*texts: str, behind: QColor = _WHITE, alpha: bool = False) -> QImage:
    """Draw QR codes on a screen-sized picture, as a screenshot has them. `alpha`: on nothing."""
    picture = QImage(QSize(1280, 800), QImage.Format.Format_ARGB32)
    picture.fill(QColor(0, 0, 0, 0) if alpha else behind)
    painter = QPainter(picture)
    for number, text in enumerate(texts):
        code = memoryview(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=4))
        height, width = code.shape or (0, 0)
        grey = QImage(bytes(code), width, height, width, QImage.Format.Format_Grayscale8)
        painter.drawImage(80 + 500 * number, 120, grey)
    painter.end()
    return picture


@pytest.fixture
def window(core: FakeCore, tools: Tools, bridge: Now, qtbot: object) -> Iterator[SourceWindow]:
    """The editor of an IAM user with a device."""
    values = {**core.catalogs.tables["sources"]["mira.lind"], "mfa_serial": SERIAL}
    made = SourceWindow(core, tools, bridge, Draft("mira.lind", values), SecretClipboard())
    made.show()
    made.activateWindow()
    QTest.qWaitForWindowActive(made)
    yield made
    made.draft.saved()
    for field in made.secrets:
        field.line.clear()
    made.close()
    made.deleteLater()


def generate(window: SourceWindow) -> None:
    window.draft.set("mfa", "totp")
    window.reload()


def pick(window: SourceWindow, path: Path) -> None:
    """Press the button and choose a file, as a person does."""
    QTest.mouseClick(window.scan.scan, Qt.MouseButton.LeftButton)
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.fileSelected.emit(str(path))
    dialog.reject()


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp"])
def test_a_file_fills_the_field_and_says_that_it_still_has_the_secret(
    window: SourceWindow, core: FakeCore, tmp_path: Path, suffix: str
) -> None:
    QGuiApplication.clipboard().clear()
    key = seed()
    path = tmp_path / f"screenshot.{suffix}"
    assert drawn(link_of(key)).save(str(path))
    generate(window)
    assert window.scan.scan.isVisible()
    pick(window, path)
    assert window.totp.problem() is None
    assert window.found.isVisible()
    assert path.name in window.found.detail.text()
    assert "delete" in window.found.detail.text()
    assert path.exists()  # whose it is decides
    assert window.totp.shown.isVisible()  # the code of now
    window.save()
    assert core.vault.kept[totp_entry(SERIAL).service].reveal() == key
    assert key not in str(window.draft.values)


def test_what_was_scanned_can_be_taken_back(window: SourceWindow, tmp_path: Path) -> None:
    QGuiApplication.clipboard().clear()
    path = tmp_path / "code.png"
    drawn(link_of(seed())).save(str(path))
    generate(window)
    pick(window, path)
    QTest.mouseClick(window.found.undo, Qt.MouseButton.LeftButton)
    assert not window.totp.filled
    assert not window.found.isVisible()


def test_a_copied_picture_is_pasted_into_any_field_and_taken_off_the_clipboard(window: SourceWindow) -> None:
    key = seed()
    QGuiApplication.clipboard().setImage(drawn(link_of(key)))
    window.name.line.setFocus()
    QTest.keyClick(window.name.line, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.draft.text("mfa") == "totp"
    typed = window.totp.typed()
    assert typed is not None
    assert typed.reveal() == key
    assert QGuiApplication.clipboard().image().isNull()
    assert "clipboard is empty" in window.found.detail.text()


@pytest.mark.qt_log_ignore("does not support (raise|grabbing)", extend=True)
def test_the_button_offers_the_copied_picture(window: SourceWindow) -> None:
    key = seed()
    QGuiApplication.clipboard().setImage(drawn(link_of(key)))
    generate(window)
    QTest.mouseClick(window.scan.scan, Qt.MouseButton.LeftButton)
    assert window.scan.menu is not None
    copied, a_file = window.scan.menu.actions()
    assert (copied.text(), a_file.text()) == ("The copied picture", "A file…")
    copied.trigger()
    window.scan.menu.close()
    typed = window.totp.typed()
    assert typed is not None
    assert typed.reveal() == key


def test_a_copied_picture_without_a_seed_is_told_where_it_is_seen_and_stays(window: SourceWindow) -> None:
    QGuiApplication.clipboard().setImage(drawn("https://example.com"))
    window.name.line.setFocus()
    QTest.keyClick(window.name.line, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.draft.get("mfa") is None
    assert window.problem.isVisible()
    assert not QGuiApplication.clipboard().image().isNull()
    QGuiApplication.clipboard().clear()


def test_a_file_without_a_seed_says_why_and_what_to_do_until_something_is_typed(
    window: SourceWindow, tmp_path: Path
) -> None:
    QGuiApplication.clipboard().clear()
    path = tmp_path / "notes.png"
    path.write_text("no picture at all")
    generate(window)
    pick(window, path)
    said = window.totp.note.text()
    assert "not a picture" in said
    assert "paste the secret" in said
    assert window.totp.note.isVisible()
    assert not window.totp.filled
    QTest.keyClicks(window.totp.line, seed())
    assert "one factor less" in window.totp.note.text()


def test_what_is_kept_already_is_opened_before_it_is_scanned(window: SourceWindow) -> None:
    generate(window)
    window.totp.set_kept(kept=True)
    assert not window.scan.scan.isVisible()
    window.totp.replace()
    assert window.scan.scan.isVisible()


def test_the_code_of_now_goes_with_its_choice(window: SourceWindow) -> None:
    generate(window)
    QTest.keyClicks(window.totp.line, seed())
    assert window.totp.shown.isVisible()
    window.draft.set("mfa", None)
    window.reload()
    assert not window.totp.shown.isVisible()


def test_codes_are_read_turned_dark_and_on_nothing() -> None:
    link = link_of(seed())
    picture = drawn(link)
    inverted = picture.copy()
    inverted.invertPixels()
    turned = picture.transformed(QTransform().rotate(93))
    on_nothing = drawn(link, alpha=True)
    for one in (picture, inverted, turned, on_nothing, drawn(link, behind=QColor("#222222"))):
        assert codes_in(one) == [link]


def test_nothing_is_read_out_of_nothing(tmp_path: Path) -> None:
    assert codes_in(QImage()) == []
    assert codes_in(drawn()) == []
    assert picture_of(tmp_path).isNull()
    assert picture_of(tmp_path / "absent.png").isNull()
    assert "*.png" in picture_patterns()


def rule_of(codes: list[str], *, readable: bool = True) -> object:
    with pytest.raises(AppError) as caught:
        seed_link(codes, readable=readable)
    assert caught.value.problem.code is Code.QR_UNUSABLE
    assert describe(caught.value.problem).remedy
    return caught.value.problem.arguments["rule"]


def test_one_device_is_taken_and_every_other_picture_has_its_reason() -> None:
    one, other = link_of(seed()), link_of(seed())
    assert seed_link(["https://example.com", f" {one}\n", one]) == one
    assert rule_of([one, other]) == "qr-several"
    assert rule_of(["otpauth-migration://offline?data=abc"]) == "qr-export"
    assert rule_of(["https://example.com"]) == "qr-other"
    assert rule_of([]) == "qr-none"
    assert rule_of([], readable=False) == "qr-picture"
