"""How the main window is put together: splitters, the bar at its foot, the order in which Tab goes through it."""

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget

from ui.style.fonts import grown
from ui.widgets.basics import column, plain
from ui.widgets.cards import card_place

if TYPE_CHECKING:
    from ui.main_window.window import MainWindow

_LIST = 0.42  # of the window's width that the list gets by itself, at most


def build_frame(window: "MainWindow") -> None:
    """Put list, detail, sidebar and status bar in their places."""
    right = QSplitter(Qt.Orientation.Horizontal)
    right.addWidget(window.list)
    right.addWidget(window.detail)
    right.setChildrenCollapsible(False)
    right.setHandleWidth(1)
    window.list.setMinimumWidth(300)
    window.list.setMaximumWidth(grown(560))
    window.detail.setMinimumWidth(320)
    window.panes = right
    side = QSplitter(Qt.Orientation.Horizontal)
    side.setHandleWidth(1)
    side.setChildrenCollapsible(False)
    side.addWidget(window.sidebar)
    window.problem_place = card_place(window.problem, (12, 12, 12, 12))
    beside = column(window.problem_place, right, spacing=0)
    beside.setStretchFactor(right, 1)  # the card takes no more than it needs
    side.addWidget(plain(beside))
    window.sidebar.setMinimumWidth(168)
    window.sidebar.setMaximumWidth(grown(320))
    side.setStretchFactor(1, 1)
    right.setStretchFactor(1, 1)
    side.setSizes([grown(208), grown(972)])
    beside = min(388, round(window.width() * _LIST))  # of large texts on a small screen the detail has its share
    right.setSizes([beside, max(window.width() - beside, 1)])
    window.splitter = side
    central = QWidget()
    central.setLayout(column(side, window.status_bar, spacing=0))
    window.setCentralWidget(central)
    window.problem.home = window.detail.problem.home = window.list.view
    order_focus(window)


def order_focus(window: "MainWindow") -> None:
    """Have Tab go from the search over list and detail to the status bar and the sidebar, cards that came since too."""
    stops = list(_stops(window))
    for before, after in pairwise(stops):
        QWidget.setTabOrder(before, after)


def _stops(window: "MainWindow") -> Iterator[QWidget]:
    pane, detail, bar, side = window.list, window.detail, window.status_bar, window.sidebar
    yield from (pane.search, pane.add, pane.order, pane.view, pane.empty.use, pane.empty.clear, pane.empty.make)
    yield from (pane.empty.source, pane.empty.new, pane.bar.start, pane.bar.group, pane.bar.tag, pane.bar.more)
    yield from (detail.start, detail.stop, detail.copy, detail.console, detail.edit, detail.more)
    for part in (window.problem, detail.confirm, detail.problem, detail.chain):
        yield from (one for one in part.findChildren(QWidget) if one.focusPolicy() & Qt.FocusPolicy.TabFocus)
    yield from (detail.copy_arn, detail.recent.every)
    yield from (bar.file, bar.keyring, bar.endpoint, bar.clear, bar.next, bar.pause)
    yield from (pane.side, side.list, side.sources, side.activity, side.settings)
