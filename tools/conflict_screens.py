"""Screens of a section that is someone else's, for tools/screens.py."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from app.domain.conflict import Reading, Reads
from app.domain.names import ProfileName
from app.domain.session import DeliveryStatus
from tests.ui.fakes.core import NOW, active
from tests.ui.fakes.parts import conflict_of
from tests.ui.fakes.reading import fake_core
from ui.present.conflict import conflict_view
from ui.prompts.conflict import ConflictPrompt


def _prompt(name: str, *, changed: bool) -> ConflictPrompt:
    core, _ = fake_core()
    theirs = (f"[{name}]", "aws_access_key_id = ASIA…K3WD", "aws_secret_access_key = •••••• (40)") if changed else ()
    conflict = conflict_of(name, changed=changed, into_keyring=not changed)
    if changed:
        mine = tuple(one for one in conflict.mine if "break-glass" not in one)
        reading = Reading(Reads.SESSION, "ASIA…K3WD")
        conflict = replace(conflict, reading=reading, theirs=(*theirs, "aws_session_token = •••••• (348)"), mine=mine)
    written = NOW - timedelta(minutes=32)
    status = active(name, deliveries=(DeliveryStatus("credentials-file", name, written),))
    view = conflict_view(conflict, core.catalog.profiles[ProfileName(name)], status, home=str(Path.home()), zone=UTC)
    prompt = ConflictPrompt(conflict, view, lambda _conflict, _name: "")
    QTimer.singleShot(0, prompt._settle)  # noqa: SLF001  as it is after its first moment
    return prompt


CONFLICT_SCREENS: dict[str, Callable[[], QWidget]] = {
    "06-prompt-conflict": lambda: _prompt("prod-admin", changed=False),
    "06-prompt-conflict-changed": lambda: _prompt("dev-poweruser", changed=True),
}
