"""Opens profile editors, and types into them as a person does."""

import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import FakeCore
from ui.core import Tools
from ui.editor.draft import Draft, empty_source
from ui.editor.editable_field import EditableField
from ui.editor.fields import AreaField, Field, TextField
from ui.editor.forms import Form
from ui.editor.policy_field import PolicyField
from ui.editor.profile_window import ProfileWindow
from ui.editor.source_window import SourceWindow
from ui.platform.clipboard import SecretClipboard

Open = Callable[..., ProfileWindow]
OpenSource = Callable[..., SourceWindow]

FULL = tomllib.loads(
    """
title = "Break glass"
source = "mira.lind"
region = "us-east-1"
group = "Acme/Prod"
tags = ["billing", "on-call"]
aliases = ["root"]
note = "two\\nlines"
favorite = true
start = "auto"
env = { NAME = "value", OTHER = "x y" }
console = { destination = "s3/home", browser = "firefox", container = "Work" }
hooks = { kept = "from a newer version" }
[[roles]]
role_arn = "arn:aws:iam::111122223333:role/OrgAccess"
session_name = "{user}-a"
duration = "1h"
external_id = "ext-1"
mfa = true
mfa_serial = "arn:aws:iam::111122223333:mfa/other"
source_identity = "ana"
policy = '{"Version":"2012-10-17","Statement":[]}'
policy_arns = ["arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/PowerUserAccess"]
session_tags = { team = "data", cost = "1" }
transitive_tags = ["team"]
[[roles]]
role_arn = "arn:aws:iam::444455556666:role/AdminRole"
duration = "30m"
[delivery]
credentials_file = ["full", "full-2"]
endpoint = true
config_region = true
[safety]
production = true
label = "LIVE"
color = "orange"
confirm = "start-and-copy"
approve_programs = "once-1h"
read_only = true
auto_stop = "8h"
stop_on_lock = true
"""
)


@contextmanager
def profile_editors(core: FakeCore, tools: Tools, bridge: Now) -> Iterator[Open]:
    """Open an editor of values, or of a profile of the sample."""
    opened: list[ProfileWindow] = []

    def open_one(
        name: str = "prod-admin", values: dict[str, object] | None = None, *, new: bool = False
    ) -> ProfileWindow:
        if values is not None and not new:
            core.catalogs.tables["profiles"][name] = values
            core.catalog = core.catalogs._read(core.catalogs.tables)
        draft = Draft(name, values or ({} if new else core.catalogs.tables["profiles"][name]), new=new)
        window = ProfileWindow(core, tools, bridge, draft)
        window.show()
        window.activateWindow()
        QTest.qWaitForWindowActive(window)
        opened.append(window)
        return window

    yield open_one
    for window in opened:
        window.draft.saved()
        window.close()
        window.deleteLater()


@contextmanager
def source_editors(core: FakeCore, tools: Tools, bridge: Now) -> Iterator[OpenSource]:
    """Open an editor of values, of a source of the sample, or of a new one of a kind."""
    opened: list[SourceWindow] = []

    def open_one(name: str = "", values: dict[str, object] | None = None, *, kind: str = "access-keys") -> SourceWindow:
        if values is not None:
            core.catalogs.tables["sources"][name] = values
        draft = Draft(name, core.catalogs.tables["sources"][name]) if name else empty_source(kind)
        window = SourceWindow(core, tools, bridge, draft, SecretClipboard())
        window.show()
        window.activateWindow()
        QTest.qWaitForWindowActive(window)
        opened.append(window)
        return window

    yield open_one
    for window in opened:
        window.draft.saved()
        for field in window.secrets:
            field.line.clear()
        window.close()
        window.deleteLater()


def fields_of(window: ProfileWindow) -> dict[str, Field]:
    pages = [window.page(number) for number in range(window.nav.count())]
    forms = [page.form for page in pages] + [card.body.form for card in window.chain.cards]
    return {field.key: field for form in forms for field in whole(form)}


def whole(form: Form) -> list[Field]:
    """Every field of a form, those that come later too."""
    if form.rest is not None:
        form.rest.build()
    return form.fields


def type_into(field: Field, text: str) -> None:
    """Type as a person does."""
    if isinstance(field, TextField):
        field.line.setFocus()
        field.line.selectAll()
        QTest.keyClicks(field.line, text) if text else QTest.keyClick(field.line, Qt.Key.Key_Delete)
    elif isinstance(field, AreaField | PolicyField):
        field.area.setPlainText(text)
    elif isinstance(field, EditableField):
        line = field.box.lineEdit()
        line.selectAll()
        QTest.keyClicks(line, text) if text else QTest.keyClick(line, Qt.Key.Key_Delete)
