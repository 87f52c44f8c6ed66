"""Two ways to use a desktop: keys alone, and the mouse alone. Both go through X; what is where is read over AT-SPI."""

from collections.abc import Callable
from contextlib import suppress

from tests.support.at_spi import Box, Node, Reader
from tests.support.desktop import Desktop, wait_for
from tests.support.menus import Line, Menus
from tests.support.tray import MenuEntry, Tray

APPLICATION = "rolecall"
_PANEL, _PANEL_MENU = "xfce4-panel", "^wrapper-2.0$"
_TABS = 60
LEFT, MIDDLE, RIGHT = "1", "2", "3"


class Screen:
    """What can be seen of one application. Titles and names are given by how they begin."""

    def __init__(self, desktop: Desktop, reader: Reader) -> None:
        """Look at a desktop."""
        self.desktop, self.reader = desktop, reader

    def window(self, title: str) -> Node | None:
        """Return a window."""
        application = self.reader.application(APPLICATION)
        return next((one for one in self.reader.windows(application) if one.name.startswith(title)), None)

    def wait_for_window(self, title: str) -> Node:
        """Wait for a window."""
        return wait_for(f"the window {title}", lambda: self.window(title))

    def wait_until_gone(self, title: str) -> None:
        """Wait until a window is closed."""
        wait_for(f"the window {title} to go", lambda: self.window(title) is None)

    def look(self, title: str, name: str, role: str = "") -> tuple[Node, Box] | None:
        """Return something of a window that is on the screen and can be used, with its place."""
        window = self.window(title)
        if window is None:
            return None
        frame = self.reader.box(window)
        begin = [one for one in self.reader.on_screen(window) if one.name.strip().startswith(name) and one != window]
        for one in sorted(begin, key=lambda one: one.name.strip() != name):  # "Save" before "Save writes…"
            if role in ("", one.role) and one.enabled:
                box = self.reader.box(one)
                if box.width and frame.holds(box):
                    return one, box
        return None

    def find(self, title: str, name: str, role: str = "") -> tuple[Node, Box]:
        """Wait for something in a window, until it no longer moves."""
        before: list[Box] = []

        def still() -> tuple[Node, Box] | None:
            found = self.look(title, name, role)
            if found is None or found[1] in before:
                return found
            before[:] = [found[1]]
            return None

        return wait_for(f"“{name}” in the window {title}", still)

    def says(self, title: str, words: str) -> None:
        """Wait until a window says something, anywhere in a name."""

        def said() -> bool:
            window = self.window(title)
            return window is not None and any(words in one.name for one in self.reader.on_screen(window))

        wait_for(f"“{words}” in the window {title}", said)

    def active(self) -> str:
        """Return the title of the window that has the keyboard."""
        return self.desktop.xdotool("getactivewindow", "getwindowname")

    def wait_for_keyboard(self, title: str) -> None:
        """Wait until a window has the keyboard, without giving it any."""
        with suppress(AssertionError):
            wait_for("the keyboard", lambda: self.active().startswith(title))
            return
        raise AssertionError(f"“{self.active()}” has the keyboard, not {title}")

    def popups(self) -> tuple[str, ...]:
        """Return the open windows of the panel's menus."""
        found = self.desktop.xdotool("search", "--onlyvisible", "--class", _PANEL_MENU).split()
        return tuple(one for one in found if self._is_menu(one))

    def _is_menu(self, window: str) -> bool:
        lines = self.desktop.xdotool("getwindowgeometry", "--shell", window).splitlines()
        return any(line.startswith("HEIGHT=") and int(line[7:]) > 40 for line in lines)


class Keys:
    """Keys alone. Nothing is ever given the keyboard here: it has to be where a person expects it.

    The panel's tray takes no keys. A person without a mouse goes there with X's own mouse keys, and so does `tray`.
    """

    def __init__(self, screen: Screen, tray: Tray) -> None:
        """Switch the mouse keys on."""
        self.screen, self._tray = screen, tray
        self._desktop = screen.desktop
        done = self._desktop.spawn(["setxkbmap", "-option", "keypad:pointerkeys"])
        assert done.wait(20) == 0
        self._key("shift+Num_Lock")

    def press(self, title: str, *keys: str) -> None:
        """Press keys in the window that should have the keyboard."""
        self.screen.wait_for_keyboard(title)
        self._key(*keys)

    def anywhere(self, *keys: str) -> None:
        """Press keys whatever has the keyboard."""
        self._key(*keys)

    def type(self, title: str, text: str) -> None:
        """Type into the window that should have the keyboard."""
        self.screen.wait_for_keyboard(title)
        self._desktop.xdotool("type", "--delay", "15", text)

    def tab_to(self, title: str, name: str) -> None:
        """Go on with Tab until something has the keyboard whose name begins so."""
        seen = list[str]()
        for _ in range(_TABS):
            window = self.screen.wait_for_window(title)
            found = self.screen.reader.focused(window)
            seen.append("" if found is None else found.name.strip())
            if seen[-1].startswith(name):
                return
            self.press(title, "Tab")
        raise AssertionError(f"Tab does not lead to “{name}”, but to {list(dict.fromkeys(seen))}")

    def tray(self, *path: str) -> None:
        """Choose an entry of the tray's menu."""
        steps = entries_of(self._tray, path)
        self._desktop.xdotool("keydown", "KP_Home")
        try:
            wait_for("the pointer in the corner", lambda: self._pointer() == (0, 0))
        finally:
            self._desktop.xdotool("keyup", "KP_Home")
        self._key(*["KP_Next"] * 10)  # down and to the right, onto the icon
        assert self._pointer() == (10, 10)
        self._key("KP_Subtract", "KP_Begin")  # a click with the right button
        wait_for("the tray's menu", self.screen.popups)
        for number, (entries, wanted) in enumerate(steps):
            stops = [one for one in entries if one.enabled]
            self._key(*["Down"] * (stops.index(wanted) + (number == 0)))
            if wanted.entries:
                count = len(self.screen.popups())
                self._key("Right")
                wait_for("the menu below", lambda count=count: len(self.screen.popups()) > count)
        self._key("Return")
        wait_for("the tray's menu to close", lambda: not self.screen.popups())

    def _key(self, *keys: str) -> None:
        if keys:
            self._desktop.xdotool("key", *keys)

    def _pointer(self) -> tuple[int, int]:
        lines = self._desktop.xdotool("getmouselocation", "--shell").splitlines()
        at = dict(line.split("=") for line in lines)
        return int(at["X"]), int(at["Y"])


class Mouse:
    """The mouse alone; what must be text comes from the clipboard."""

    def __init__(self, screen: Screen, tray: Tray, menus: Menus) -> None:
        """Hold what is seen and heard."""
        self.screen, self._tray, self._menus = screen, tray, menus
        self._desktop = screen.desktop

    def click(self, title: str, name: str, role: str = "") -> None:
        """Click something of a window."""
        self._at(self.screen.find(title, name, role)[1].center)

    def click_right_end(self, title: str, name: str, role: str = "") -> None:
        """Click at the right end of something: the arrow of a list."""
        box = self.screen.find(title, name, role)[1]
        self._at((box.x + box.width - 14, box.center[1]))

    def choose(self, open_menu: Callable[[], None], *path: str) -> None:
        """Open a menu of the application and click an entry; menus below open under the pointer."""
        self._menus.forget()
        open_menu()
        for number, words in enumerate(path):
            line = self._line(words)
            if number + 1 < len(path):
                self._menus.forget()
                self._move(line.box.center)
            else:
                self._at(line.box.center)

    def menu_of(self, title: str, name: str, role: str, *path: str) -> None:
        """Choose an entry of the context menu of something."""
        at = self.screen.find(title, name, role)[1].center
        self.choose(lambda: self._at(at, RIGHT), *path)

    def paste(self, title: str, name: str, text: str) -> None:
        """Paste a text into a field by the field's own menu."""
        holding = self._desktop.spawn(["xclip", "-selection", "clipboard", "-i", "-quiet"], stdin=text.encode())
        self.menu_of(title, name, "text", "Paste")
        holding.terminate()
        holding.wait(5)

    def tray_click(self, button: str = LEFT) -> None:
        """Click the icon in the panel."""
        self._at(self._icon(), button)

    def tray(self, *path: str) -> None:
        """Choose an entry of the tray's menu: the menu's own names, the panel's places."""
        steps = entries_of(self._tray, path)
        self._menus.forget()
        self.tray_click(RIGHT)
        here = self._icon()[1]
        for entries, wanted in steps:
            at = self._menus.lines(len(entries))[entries.index(wanted)].box.center
            self._move((at[0], here))  # first to the side: what lies on the way down would open
            if wanted.entries:
                count = len(self.screen.popups())
                self._menus.forget()
                self._move(at)
                wait_for("the menu below", lambda count=count: len(self.screen.popups()) > count)
                here = at[1]
            else:
                self._at(at)
        wait_for("the tray's menu to close", lambda: not self.screen.popups())

    def notification(self) -> None:
        """Do what a notification is for: the service's middle button."""
        service = ("search", "--onlyvisible", "--class", "Dunst")
        window = wait_for("a notification", lambda: self._desktop.xdotool(*service).split() or None)[0]
        lines = self._desktop.xdotool("getwindowgeometry", "--shell", window).splitlines()
        at = {name: int(value) for name, _, value in (line.partition("=") for line in lines)}
        self._at(Box(at["X"], at["Y"], at["WIDTH"], at["HEIGHT"]).center, MIDDLE)

    def _line(self, words: str) -> Line:
        lines = self._menus.lines()
        found = next((one for one in lines if one.name.startswith(words) and one.enabled), None)
        assert found is not None, f"no “{words}” in the menu: {[one.name for one in lines]}"
        return found

    def _icon(self) -> tuple[int, int]:
        panel = self.screen.reader.application(_PANEL)
        plugin = list(self.screen.reader.on_screen(panel))[-1]  # the tray is all that the panel has
        return self.screen.reader.box(plugin).center

    def _move(self, at: tuple[int, int]) -> None:
        self._desktop.xdotool("mousemove", "--sync", str(at[0]), str(at[1]))

    def _at(self, at: tuple[int, int], button: str = LEFT) -> None:
        self._desktop.xdotool("mousemove", str(at[0]), str(at[1]), "click", button)


def entries_of(tray: Tray, path: tuple[str, ...]) -> list[tuple[tuple[MenuEntry, ...], MenuEntry]]:
    """Wait for an entry of the tray's menu that can be chosen; return each menu on the way and what to choose in it."""

    def found() -> list[tuple[tuple[MenuEntry, ...], MenuEntry]] | None:
        steps = list[tuple[tuple[MenuEntry, ...], MenuEntry]]()
        menu = tray.menu()
        for words in path:
            wanted = next((one for one in menu.entries if words in one.label and one.enabled), None)
            if wanted is None:
                return None
            steps.append((menu.entries, wanted))
            menu = wanted
        return steps

    return wait_for(f"the tray's entry {' > '.join(path)}", found)
