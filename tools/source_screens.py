"""The source editor where it asks for trust: a command, and an issuer that calls itself otherwise."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from PySide6.QtWidgets import QWidget

from app.domain.problem import AppError, Code
from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import NOW
from tests.ui.fakes.reading import fake_core
from ui.editor.command_field import CommandField
from ui.editor.draft import Draft, empty_source
from ui.editor.source_window import SourceWindow
from ui.platform.clipboard import SecretClipboard


def _command(standing: str) -> SourceWindow:
    """Return the editor of a source with a command that is allowed, typed, or of an import."""
    core, tools = fake_core()
    values: dict[str, object] = {"kind": "process", "command": ["/opt/bin/helper", "--json", "--role", "AdminRole"]}
    core.catalogs.tables["sources"]["helper"] = values
    if standing == "allowed":
        core.approvals.approve(("/opt/bin/helper", "--json", "--role", "AdminRole"), at=NOW - timedelta(days=12))
    new = standing == "typed"
    draft = empty_source("process") if new else Draft("helper", values)
    window = SourceWindow(core, tools, Now(core.engine.store), draft, SecretClipboard())
    if new:
        window.draft.name = "helper"
        window.reload()
        field = window.form.field("command")
        if isinstance(field, CommandField):
            field.area.setPlainText("/opt/bin/helper\n--json")
    window.validate()
    return window


def _another_issuer() -> SourceWindow:
    core, tools = fake_core()
    issuer = "https://login.fjord.example/realms/eng"
    core.signs.view = AppError.of(Code.PROVIDER_ISSUER, source="fjord", issuer=issuer, said=f"{issuer}/")
    draft = Draft("fjord", core.catalogs.tables["sources"]["fjord"])
    return SourceWindow(core, tools, Now(core.engine.store), draft, SecretClipboard())


SOURCE_SCREENS: dict[str, Callable[[], QWidget]] = {
    **{f"05-source-command-{standing}": partial(_command, standing) for standing in ("allowed", "typed", "imported")},
    "05-source-oidc-issuer": _another_issuer,
}
