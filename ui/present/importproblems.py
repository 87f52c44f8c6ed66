"""What stands in an import's way, as cards; and how far a row is, in words."""

from collections.abc import Sequence

from app.domain.problem import Problem, Verb
from app.importing.executor import Step
from app.texts import N, T, describe
from ui.present.remedies import Button, Card, Do

VAULT_VERBS = frozenset({Verb.UNLOCK_KEYRING, Verb.UNLOCK_VAULT, Verb.GET_KEYRING, Verb.CHOOSE_VAULT})


def faults_card(faults: Sequence[Problem]) -> Card | None:
    """Return the card of files that cannot be read as they are: the first cause with its line, and how many more."""
    if not faults:
        return None
    words = describe(faults[0])
    more = len(faults) - 1
    parts = [words.detail, T("The rest is offered.")]
    parts += [N("{n} more problem.", "{n} more problems.", more)] if more else []
    path = str(faults[0].arguments.get("path", ""))
    buttons = (Button(T("Open the file"), Do.OPEN_FILE, path), Button(T("Read again"), Do.READ_AGAIN))
    return Card(words.title, " ".join(parts), "error", buttons)


def step_words(step: Step) -> str:
    """Return how far a row is."""
    words = {
        Step.KEYRING: T("Its key goes into the keyring"),
        Step.CATALOG: T("Goes into the catalog"),
        Step.FILES: T("Its lines leave the files"),
        Step.DONE: T("Imported"),
    }
    return words.get(step) or T("Failed")
