"""Secrets on the clipboard."""

from typing import cast

import pytest
from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtTest import QSignalSpy, QTest

from ui.platform.clipboard import SecretClipboard, secret_mime


@pytest.fixture
def clipboard(qapp: object) -> SecretClipboard:
    QGuiApplication.clipboard().clear()
    return SecretClipboard()


def test_marked_for_managers() -> None:
    assert bytes(secret_mime("s", "linux").data("x-kde-passwordManagerHint").data()) == b"secret"
    windows = secret_mime("s", "win32").formats()
    assert any("ExcludeClipboardContentFromMonitorProcessing" in name for name in windows)
    assert any("CanIncludeInClipboardHistory" in name for name in windows)
    assert "org.nspasteboard.ConcealedType" in secret_mime("s", "darwin").formats()
    assert secret_mime("s", "linux").text() == "s"


def test_cleared_after_its_time(clipboard: SecretClipboard) -> None:
    cleared = QSignalSpy(clipboard.cleared)
    clipboard.copy("secret", 1)
    assert QGuiApplication.clipboard().text() == "secret"
    assert clipboard.holds
    assert cleared.wait(20_000)
    assert QGuiApplication.clipboard().text() == ""
    assert cleared.count() == 1


def test_what_another_program_put_there_stays(clipboard: SecretClipboard) -> None:
    clipboard.copy("secret", 60)
    QGuiApplication.clipboard().setText("theirs")
    cleared = QSignalSpy(clipboard.cleared)
    clipboard.clear()
    assert QGuiApplication.clipboard().text() == "theirs"
    assert cleared.count() == 0


def test_cleared_by_hand_and_a_second_copy_starts_anew(clipboard: SecretClipboard) -> None:
    clipboard.copy("one", 1)
    clipboard.copy("two", 60)
    QTest.qWait(1300)
    assert QGuiApplication.clipboard().text() == "two"
    clipboard.clear()
    assert QGuiApplication.clipboard().text() == ""


def test_zero_seconds_stay_until_the_end(clipboard: SecretClipboard) -> None:
    clipboard.copy("secret", 0)
    QTest.qWait(50)
    assert clipboard.holds
    clipboard.clear()
    assert not clipboard.holds


def test_nothing_of_it_is_printed(clipboard: SecretClipboard) -> None:
    clipboard.copy("secret-text", 60)
    assert "secret-text" not in repr(clipboard)


class Theirs(QObject):
    """A clipboard whose owner is another program, which may hang."""

    dataChanged = Signal()  # noqa: N815  Qt's name

    def __init__(self) -> None:
        super().__init__()
        self.data, self.own, self.reads, self.hangs = "", False, 0, False

    def setMimeData(self, data: QMimeData) -> None:  # noqa: N802  Qt's name
        self.data, self.own = data.text(), True
        self.dataChanged.emit()

    def take(self, text: str) -> None:
        self.data, self.own = text, False
        self.dataChanged.emit()

    def ownsClipboard(self) -> bool:  # noqa: N802  Qt's name
        return self.own

    def text(self) -> str:
        assert not self.hangs, "this would wait for seconds"
        self.reads += 1
        return self.data

    def clear(self) -> None:
        self.data, self.own = "", True


def test_a_program_that_has_the_clipboard_and_hangs_is_not_waited_for(qapp: object) -> None:
    theirs = Theirs()
    clipboard = SecretClipboard(cast("QClipboard", theirs))
    clipboard.copy("secret", 60)
    theirs.take("something else")
    theirs.hangs = True
    clipboard.clear()
    assert theirs.data == "something else"


def test_what_a_clipboard_manager_took_over_is_cleared_without_asking_it(qapp: object) -> None:
    theirs = Theirs()
    clipboard = SecretClipboard(cast("QClipboard", theirs))
    cleared = QSignalSpy(clipboard.cleared)
    clipboard.copy("secret", 60)
    theirs.take("secret")
    theirs.hangs = True
    assert clipboard.holds
    clipboard.clear()
    assert theirs.data == ""
    assert cleared.count() == 1
