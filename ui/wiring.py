"""What the application does when the main window says something."""

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ui.application import Application
    from ui.main_window.window import MainWindow
    from ui.prompts.asker import Asker


def connect_window(app: "Application", window: "MainWindow") -> None:
    """Connect a new main window."""
    window.edit_profile.connect(app.edit_profile)
    window.new_profile.connect(app.new_profile)
    window.edit_source.connect(app.edit_source)
    window.new_source.connect(app.new_source)
    window.sidebar.source_keys.connect(app.keys.open)
    window.new_role.connect(app.roles.open)
    window.quit_wanted.connect(app.ask_quit)
    window.keys_wanted.connect(app.show_keys)
    window.palette_wanted.connect(app.switch.open)
    window.looked_at.connect(app.looked)
    window.clear_clipboard.connect(app.clear_clipboard)
    window.verbs.edits.undoable.connect(window.status_bar.offer_undo)
    window.status_bar.undo_wanted.connect(window.verbs.edits.undo)
    window.status_bar.unlock_wanted.connect(app.care.show_and_ask)
    window.status_bar.programs_wanted.connect(app.show_programs)
    window.programs_wanted.connect(app.show_programs)
    window.settings_wanted.connect(app.settings.open)
    window.setting_wanted.connect(app.settings.open)
    window.sidebar.activity_wanted.connect(app.activity.open)
    window.verbs.noted.connect(partial(_note, window))
    window.list.import_wanted.connect(app.onboarding.open)
    window.activity_wanted.connect(app.activity.open_for)
    window.vault_wanted.connect(app.care.want)
    window.conflict_wanted.connect(app.conflicts.open)
    window.write_wanted.connect(app.conflicts.write)
    app.bridge.changed.connect(window.take)
    if app.tools.own_user is not None:
        from ui.main_window.callers import CallerCare

        CallerCare(window, app.tools.own_user, app.bridge)
    if app.tools.journal is not None:
        from ui.main_window.recent import RecentCare

        RecentCare(window, app.tools.journal(), app.bridge)


def _note(window: "MainWindow", words: str) -> None:
    window.say(words, 10)


def connect_asker(app: "Application", asker: "Asker") -> None:
    """Connect what shows the engine's questions."""

    def edit(table: str, name: str, place: str) -> None:
        (app.edit_profile if table == "profiles" else app.edit_source)(name, place)

    asker.failed.connect(app.fail)
    asker.said.connect(app.verbs.noted)
    asker.edit_wanted.connect(edit)


def show_programs(app: "Application") -> None:
    """Show what was decided about programs, with the way to take it back."""
    from ui.prompts.programs import ProgramsPrompt

    app.open_prompt("programs", ProgramsPrompt(app.core.engine.programs, app.tools.clock.now))
