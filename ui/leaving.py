"""Questions before many sessions end at once, and the page of keys. Their windows are imported when they are shown."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from app.texts import T

if TYPE_CHECKING:
    from ui.prompts.base import Prompt
    from ui.prompts.questions import ChoicePrompt
    from ui.verbs import Verbs


def stop_all_prompt(verbs: "Verbs") -> "Prompt":
    """Return the question before all sessions are stopped, which does so."""
    from ui.prompts.questions import ChoicePrompt

    detail = T("Programs that use them are refused from then on. What Rolecall wrote is given back.")
    title = T("Stop all sessions? {said}.", said=verbs.running_words())
    prompt = ChoicePrompt(title, detail, [("stop", T("Stop all"), "danger")])
    prompt.chosen.connect(partial(_stop_all, verbs))
    return prompt


def _stop_all(verbs: "Verbs", _choice: str) -> None:
    verbs.stop_all()


def quit_prompt(running: str, *, keep: bool) -> "ChoicePrompt":
    """Return the question before quitting, whose `chosen` is "stop" or "keep"; `keep`: what Enter does.

    `running`: what runs, in words.
    """
    from ui.prompts.questions import ChoicePrompt

    detail = T("Sessions that are kept stay in the files until they expire; nothing refreshes them.")
    answers = [
        ("stop", T("Stop all and quit"), "" if keep else "primary"),
        ("keep", T("Keep and quit"), "primary" if keep else ""),
    ]
    return ChoicePrompt(T("Quit Rolecall? {said}.", said=running), detail, answers)


def show_keys(open_prompt: "Callable[[str, Prompt], None]", anywhere: Callable[[], tuple[str, str]]) -> None:
    """Show the page of all keys; `anywhere` gives the line of the one that is the whole desktop's."""
    from ui.present.keylist import key_sections
    from ui.prompts.questions import KeysPage

    open_prompt("keys", KeysPage(((T("Anywhere"), (anywhere(),)), *key_sections())))
