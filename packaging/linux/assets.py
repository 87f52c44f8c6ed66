"""Makes what a Linux package has beside the program, out of the sources: icons, man page, completions, desktop file.

`python packaging/linux/assets.py TARGET` writes TARGET/share/…; run it with the project's own environment.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT))
os.environ["QT_QPA_PLATFORM"] = "offscreen"

import click  # noqa: E402  the path comes first
from click.shell_completion import BashComplete, FishComplete, ZshComplete  # noqa: E402  as above

from app import __version__  # noqa: E402  as above
from app.cli.root import root  # noqa: E402  as above

SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
_DATE = "2026"
COMPLETIONS = {
    BashComplete: "bash-completion/completions/rolecall",
    ZshComplete: "zsh/site-functions/_rolecall",
    FishComplete: "fish/vendor_completions.d/rolecall.fish",
}


def write(target: Path) -> None:
    """Write everything below `target`/share."""
    share = target / "share"
    _copy(HERE / "rolecall.desktop", share / "applications" / "rolecall.desktop")
    _copy(HERE / "rolecall.metainfo.xml", share / "metainfo" / "rolecall.metainfo.xml")
    _copy(ROOT / "resources" / "icons" / "logo.svg", share / "icons/hicolor/scalable/apps/rolecall.svg")
    _copy(ROOT / "LICENSE", share / "doc" / "rolecall" / "copyright")
    _icons(share / "icons" / "hicolor")
    for kind, name in COMPLETIONS.items():
        _text(share / name, kind(root, {}, "rolecall", "_ROLECALL_COMPLETE").source())
    _text(share / "man" / "man1" / "rolecall.1", man_page())


def man_page() -> str:
    """Return the man page, made from the commands' own help."""
    context = click.Context(root, info_name="rolecall")
    lines = [
        f'.TH ROLECALL 1 "{_DATE}" "Rolecall {__version__}" "User Commands"', ".SH NAME",
        "rolecall \\- keep AWS sessions fresh and hand them to programs", ".SH SYNOPSIS", ".B rolecall",
        "[\\fIOPTIONS\\fR] [\\fICOMMAND\\fR [\\fIARGUMENTS\\fR]]", ".SH DESCRIPTION", _roff(root.help or ""),
        "Without a command the tray application starts, or the one that runs is raised.", ".SH OPTIONS",
        *_options(root, context), ".SH COMMANDS",
    ]  # fmt: skip
    for names, command, inside in commands(root, context):
        lines += [f".SS {' '.join(names)}", f".B {_roff(_usage(command, inside))}", ".PP", _roff(command.help or "")]
        lines += _options(command, inside)
    lines += [
        ".SH EXIT STATUS", "0 done, 1 a failure inside, 2 how it was called, 3 no such name, 4 a person is needed,",
        "5 refused by AWS or a provider, 6 network, 7 keyring, 8 conflict, 9 a value does not fit, 10 files,",
        "11 not allowed.", ".SH FILES", ".TP", ".I ~/.config/rolecall/profiles.toml", "The catalog.", ".TP",
        ".I ~/.local/state/rolecall", "What is ours in your files, backups, the log.", ".SH SEE ALSO", ".BR aws (1)",
        "",
    ]  # fmt: skip
    return "\n".join(lines)


def commands(
    group: click.Group, context: click.Context, names: tuple[str, ...] = ("rolecall",)
) -> Iterator[tuple[tuple[str, ...], click.Command, click.Context]]:
    """Yield every command with its words and context, groups before what is in them."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        inside = click.Context(command, info_name=name, parent=context)
        yield (*names, name), command, inside
        if isinstance(command, click.Group):
            yield from commands(command, inside, (*names, name))


def _usage(command: click.Command, context: click.Context) -> str:
    return f"{context.command_path} {' '.join(command.collect_usage_pieces(context))}"


def _options(command: click.Command, context: click.Context) -> list[str]:
    lines: list[str] = []
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None:
            lines += [".TP", f".B {_roff(record[0])}", _roff(record[1])]
    return lines


def _roff(text: str) -> str:
    text = " ".join(text.replace("\b", "").split()).replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text


def _icons(folder: Path) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    keep = QGuiApplication.instance() or QGuiApplication([])
    renderer = QSvgRenderer(str(ROOT / "resources" / "icons" / "logo.svg"))
    for size in SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        path = folder / f"{size}x{size}" / "apps" / "rolecall.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save(str(path))
    del keep


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
