"""Tries a source: who it is at AWS, or what a person gets by signing in."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from shiboken6 import isValid

from app.domain.names import ProfileName, SourceName
from app.domain.problem import AppError
from app.domain.profile import Profile
from app.texts import T
from ui.editor.center_part import CenterPart
from ui.editor.provider_part import ProviderPart

if TYPE_CHECKING:
    from ui.editor.source_window import SourceWindow


async def try_source(window: "SourceWindow") -> None:
    """Try the source that a window shows; its strip tells how that comes along."""
    if window.provider is not None:
        await _sign_in(window, window.provider)
    elif window.center is not None:
        await _list(window, window.center)
    else:
        await _identity(window)


async def _identity(window: "SourceWindow") -> None:
    error: AppError | None = None
    profile = Profile(ProfileName(window.draft.name), source=SourceName(window.draft.name))
    try:
        async for step in window.core.engine.identity_test(profile):
            window.strip.step(step)
    except AppError as caught:
        error = caught
    window.strip.ended(error)
    if error is None and window.age is not None:
        await window.age.look()


async def _sign_in(window: "SourceWindow", provider: ProviderPart) -> None:
    """Have the person sign in; which role that leads to is a profile's to say."""
    try:
        await window.core.engine.sign_in(provider.source())
    except AppError as caught:
        window.strip.ended(caught)
    else:
        window.strip.passed(T("Signed in. Profiles that use this source say which role it leads to."))
    provider.refresh()


async def _list(window: "SourceWindow", center: CenterPart) -> None:
    """Have the person sign in where that is needed, and list what that is good for."""
    center.field.list_button.setEnabled(False)
    try:
        said = await center.list()
    except AppError as caught:
        window.strip.ended(caught)
    else:
        window.strip.passed(said)
    finally:
        if isValid(center.field.body):
            center.field.list_button.setEnabled(True)
            if center.accounts:
                window.page.show_field(center.field)
                body = center.field.body
                QTimer.singleShot(0, body, lambda: window.page.ensureWidgetVisible(body, 0, 0))
