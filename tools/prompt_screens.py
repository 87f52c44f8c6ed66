"""Screens of the prompts that ask for a secret, and of those before many sessions end, for tools/screens.py."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from PySide6.QtWidgets import QWidget

from app.domain.names import ProfileName
from app.domain.problem import Code, Problem
from app.domain.session import Question, QuestionKind
from app.texts import N
from tests.support.web_tokens import claims_token
from tests.ui.fakes.core import NOW
from ui.leaving import quit_prompt
from ui.prompts.passphrase import PassphrasePrompt
from ui.prompts.token import TokenPrompt


def _passphrase(*, new: bool = False, wrong: bool = False) -> PassphrasePrompt:
    prompt = PassphrasePrompt(new=new)
    prompt.field.setText("x" * 14)
    if wrong:
        prompt.refuse(Problem.of(Code.VAULT_PASSPHRASE))
    return prompt


def _token() -> TokenPrompt:
    names = tuple(ProfileName(name) for name in ("fjord-sandbox", "ci-debug"))
    prompt = TokenPrompt(Question("q1", QuestionKind.TOKEN_PASTE, "ci", names, NOW, NOW + timedelta(minutes=5)), "ci")
    prompt.token.setText(claims_token({"iss": "https://id.example.com", "aud": "rolecall", "sub": "ana"}))
    return prompt


def _quit(*, keep: bool) -> QWidget:
    return quit_prompt(N("{n} session is active", "{n} sessions are active", 4), keep=keep)


PROMPT_SCREENS: dict[str, Callable[[], QWidget]] = {
    "06-prompt-passphrase": _passphrase,
    "06-prompt-passphrase-new": partial(_passphrase, new=True),
    "06-prompt-passphrase-wrong": partial(_passphrase, wrong=True),
    "06-prompt-token": _token,
    "06-prompt-quit": partial(_quit, keep=True),
}
