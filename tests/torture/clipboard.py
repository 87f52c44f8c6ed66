"""An application with secrets on its clipboard, as its own process: `python -m tests.torture.clipboard`.

Takes one order a line and answers each with a line: "copy TEXT SECONDS", "clear", "expire" (the time is over), "quit".
"""

import sys
import threading

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from ui.platform.clipboard import SecretClipboard


class Orders(QObject):
    """Lines of standard input, told on the thread of the window."""

    came = Signal(str)

    def read(self) -> None:
        for line in sys.stdin:
            self.came.emit(line.strip())


def main() -> None:
    app = QApplication([])
    clipboard = SecretClipboard()
    orders = Orders()

    def obey(line: str) -> None:
        what, *more = line.split()
        if what == "copy":
            clipboard.copy(more[0], int(more[1]))
        elif what == "expire":
            clipboard._timer.timeout.emit()
        else:  # "clear", and at the end as the application does
            clipboard.clear()
        app.processEvents()
        print("held" if clipboard.holds else "empty", flush=True)
        if what == "quit":
            app.quit()

    orders.came.connect(obey)
    threading.Thread(target=orders.read, daemon=True).start()
    print("ready", flush=True)
    app.exec()


if __name__ == "__main__":
    main()
