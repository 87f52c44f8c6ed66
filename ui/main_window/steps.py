"""The steps of a start in the session card, in place of its facts."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from ui.present.glyphs import Glyph as Drawing
from ui.present.glyphs import Shape
from ui.present.steps import Progress, Step
from ui.style import icons
from ui.style.fonts import grown
from ui.style.marks import glyph_pixmap
from ui.style.theme import restyle, theme
from ui.widgets.basics import label
from ui.widgets.pictures import Elided

_SIZE = 20
_NOTES = {Progress.DONE: "second", Progress.NOW: "now", Progress.LATER: "third"}


class StepList(QWidget):
    """One line per call: done with its time, under way, or to come."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self.setProperty("plain", True)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, Elided, QLabel]] = []
        self.shown: tuple[Step, ...] = ()

    def show_steps(self, steps: tuple[Step, ...]) -> None:
        """Show other steps."""
        if steps == self.shown:
            return
        self.shown = steps
        while len(self._rows) < len(steps):
            made = QLabel(), Elided("", "body", "text"), label(role="second")
            made[0].setFixedSize(grown(_SIZE), grown(_SIZE))
            for place, one in enumerate(made):
                self._grid.addWidget(one, len(self._rows), place, Qt.AlignmentFlag.AlignVCenter)
            self._rows.append(made)
        for number, (picture, title, note) in enumerate(self._rows):
            step = steps[number] if number < len(steps) else None
            for one in (picture, title, note):
                one.setVisible(step is not None)
            if step is not None:
                picture.setPixmap(_picture(step.progress, self.devicePixelRatioF()))
                title.set(step.title, "text" if step.progress is not Progress.LATER else "text-2")
                title.set_face("body", strong=step.progress is Progress.NOW)
                note.setText(step.note)
                restyle(note, role=_NOTES[step.progress])


def _picture(progress: Progress, ratio: float) -> QPixmap:
    of = theme().tokens
    if progress is Progress.DONE:
        return icons.pixmap("check-circle-fill", of.color("ok"), _SIZE, ratio)
    return glyph_pixmap(Drawing(Shape.BUSY if progress is Progress.NOW else Shape.IDLE), _SIZE, ratio, of.theme)
