"""Where to start without AWS files: the kinds of source as large buttons, and the ways to files elsewhere."""

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QWidget

from app.texts import T
from ui.style.fonts import grown
from ui.style.icons import application_icon
from ui.widgets.basics import Glyph, button, column, label, plain, row
from ui.widgets.screen import TallPage

_LOGO, _WIDTH, _CAP = 56, 560, 20


class StartButton(QPushButton):
    """A kind of source with a line about it and the key that chooses it."""

    def __init__(self, number: int, title: str, detail: str, icon: str) -> None:
        """Show it."""
        super().__init__()
        self.setProperty("kind", "start")
        self.setAutoDefault(False)
        self.setAccessibleName(title)
        self.setAccessibleDescription(T("{detail}, key {number}", detail=detail, number=number))
        key = label(str(number), "caption")
        key.setProperty("mark", "plain")
        key.setAlignment(Qt.AlignmentFlag.AlignCenter)
        key.setMinimumSize(_CAP, _CAP)
        words = plain(column(label(title, "body-medium"), label(detail, "second"), spacing=2))
        line = row(spacing=16, margins=(18, 7, 18, 7))
        for part, stretch in ((Glyph(icon, size=20), 0), (words, 1), (key, 0)):
            line.addWidget(part, stretch, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(line)
        for part in self.findChildren(QWidget):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setMinimumHeight(line.sizeHint().height())


class StartsPage(QWidget):
    """`chosen` carries a kind of source; `file_wanted` and `folder_wanted` the wish for files elsewhere."""

    chosen = Signal(str)
    file_wanted = Signal()
    folder_wanted = Signal()

    def __init__(self) -> None:
        """Lay it out."""
        super().__init__()
        logo = label()
        logo.setPixmap(application_icon().pixmap(QSize(_LOGO, _LOGO), self.devicePixelRatioF()))
        self.title = label(role="headline")
        self.detail = label(role="second", wrap=True)
        wide = grown(_WIDTH)
        self.detail.setMinimumWidth(wide)
        for one in (logo, self.title, self.detail):
            one.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        kinds = (
            (
                "identity-center",
                T("IAM Identity Center"),
                T("Start URL and region, accounts and roles are listed for you"),
                "buildings",
            ),
            ("access-keys", T("IAM user"), T("Paste an access key, it goes to the keyring"), "key"),
            ("oidc", T("OIDC"), T("Okta, Entra ID, Keycloak, any issuer AWS trusts"), "globe"),
            ("instance-metadata", T("EC2 or ECS"), T("Use the role of this machine, found only on AWS"), "cpu"),
        )
        self.buttons: dict[str, StartButton] = {}
        for number, (kind, title, detail, icon) in enumerate(kinds, 1):
            made = self.buttons[kind] = StartButton(number, title, detail, icon)
            made.clicked.connect(partial(self._choose, kind))
            QShortcut(QKeySequence(str(number)), self).activated.connect(made.click)
        self.file = button(T("Import a file…"), "link", pressed=self.file_wanted.emit)
        self.folder = button(T("Look in another folder…"), "link", pressed=self.folder_wanted.emit)
        links = plain(row(None, self.file, 8, self.folder, None))
        starts = plain(column(*self.buttons.values(), spacing=8))
        starts.setFixedWidth(wide)
        head = plain(column(logo, 12, self.title, self.detail, spacing=8))
        page = plain(
            column(
                None,
                head,
                12,
                plain(row(None, starts, None)),
                12,
                links,
                None,
                None,
                margins=(24, 24, 24, 24),
                spacing=8,
            )
        )
        self.setLayout(column(TallPage(page)))

    def _choose(self, kind: str, _checked: object = None) -> None:
        self.chosen.emit(kind)

    def show_words(self, title: str, detail: str) -> None:
        """Say what was looked for and is not there."""
        self.title.setText(title)
        self.detail.setText(detail)
        self.setAccessibleName(f"{title}. {detail}")

    def focus(self) -> None:
        """Go to the first start."""
        next(iter(self.buttons.values())).setFocus(Qt.FocusReason.OtherFocusReason)
