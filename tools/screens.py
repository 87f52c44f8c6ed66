"""The windows that `screenshots` draws, by name."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMenu, QWidget

from app.domain.approvals import Allowed, Approval
from app.domain.names import ProfileName
from app.domain.problem import Code, Problem, Verb
from app.domain.programs import Answer, Asking, Decision, Parent, Program, Way
from app.domain.session import Question, QuestionKind
from app.domain.sign_in import SignIn
from app.domain.source import SignInFlow
from app.texts import T, describe
from tests.ui.fakes.bridge import Idle
from tests.ui.fakes.core import NOW, FakeCore
from tests.ui.fakes.reading import fake_core
from tools.activity_screens import ACTIVITY_SCREENS
from tools.conflict_screens import CONFLICT_SCREENS
from tools.editor_screens import EDITOR_SCREENS
from tools.import_screens import IMPORT_SCREENS
from tools.main_screens import MAIN_SCREENS
from tools.part_screens import PART_SCREENS
from tools.prompt_screens import PROMPT_SCREENS
from tools.role_screens import ROLE_SCREENS
from tools.source_screens import SOURCE_SCREENS
from ui.editor.draft import Draft
from ui.palette.keys import Want
from ui.palette.window import Palette
from ui.present.asking import asking_view
from ui.present.keylist import key_sections
from ui.present.questions import Act, question_before
from ui.present.regions import REGIONS
from ui.present.tray import TrayInput, menu_of
from ui.prompts.mfa import MfaPrompt
from ui.prompts.program import ProgramPrompt
from ui.prompts.programs import ProgramsPrompt
from ui.prompts.questions import ApprovePrompt, ConfirmPrompt, KeysPage
from ui.prompts.sign_in import SignInPrompt
from ui.prompts.trouble import TroublePrompt
from ui.settings.about import About
from ui.settings.trusted import Trusted
from ui.settings.window import SettingsWindow
from ui.style.theme import theme
from ui.tray.menu import LiveMenu


def _question(**more: object) -> Question:
    names = tuple(ProfileName(name) for name in ("prod-admin", "network-ops", "ci-debug"))
    serial = "arn:aws:iam::111122223333:mfa/mira.lind"
    return replace(Question("q1", QuestionKind.MFA, serial, names, NOW, NOW, keep=timedelta(hours=12)), **more)  # pyright: ignore[reportArgumentType]


def _mfa() -> MfaPrompt:
    core, _ = fake_core()
    refused = Problem.of(Code.MFA_REUSED, code="118204", serial="arn:aws:iam::111122223333:mfa/mira.lind")
    prompt = MfaPrompt(_question(refused=refused), core.catalog)
    prompt.code.setText("492 1")
    QTimer.singleShot(0, prompt.code.deselect)
    return prompt


def _sign_in(flow: SignInFlow, *, expired: bool = False) -> SignInPrompt:
    names = tuple(ProfileName(name) for name in ("fjord-sandbox", "network-ops", "ci-debug"))
    device = flow is SignInFlow.DEVICE
    page = "https://login.fjord.example/realms/eng/device"
    shown = SignIn(
        flow,
        "login.fjord.example",
        page if device else "https://login.fjord.example/realms/eng/auth?state=x",
        "" if device else "http://127.0.0.1:53817/callback",
        code="KQRT-VMXP" if device else "",
        page=page if device else "",
        interval=5,
        expired=expired,
        other=True,
    )
    left = timedelta(minutes=9, seconds=12) if device else timedelta(minutes=4, seconds=38)
    question = Question(
        "q2", QuestionKind.SIGN_IN, "fjord", names, NOW + left - timedelta(minutes=10), NOW + left, sign_in=shown
    )
    return SignInPrompt(question, shown, lambda: NOW)


def _approve() -> ApprovePrompt:
    question = _question(
        kind=QuestionKind.APPROVE_COMMAND, command=("/opt/bin/helper", "--json", "--role", "AdminRole")
    )
    prompt = ApprovePrompt(question, "helper")
    prompt.allow.setEnabled(True)
    return prompt


HOME = "/home/mira"


def _program(way: Way = Way.ENDPOINT, name: str = "prod-admin") -> ProgramPrompt:
    core, _ = fake_core()
    parents = (Parent(3980, "zsh"), Parent(3970, "kitty"))
    script = "/opt/pipx/venvs/deploy/bin/deploy" if way is Way.PROCESS_LINE else ""
    path = "/usr/bin/python3.12" if script else "/usr/local/bin/terraform"
    folder = f"{HOME}/src/infra/live/prod"
    program = Program(4121, path, script, folder, "mira", "", parents, "key", "process")
    before = NOW - timedelta(hours=22, minutes=4)
    profile = ProfileName(name)
    last = Decision("1a2b3c4d", profile, "key", path, "", Answer.HOUR, before, before + timedelta(hours=1))
    once = Answer.ONCE if way is Way.PROCESS_LINE else Answer.HOUR
    answers = (Answer.ONCE, once, Answer.DENY, Answer.DENY_HOUR)
    asking = Asking(program, profile, way, f"mira.lind-{name}", answers, None if script else last)
    question = Question("q9", QuestionKind.PROGRAM, asking.subject, (profile,), NOW, NOW + timedelta(seconds=60),
        asking=asking)  # fmt: skip
    view = asking_view(asking, core.catalog, core.engine.store.status(profile), NOW, UTC, port=53811, home=HOME)
    prompt = ProgramPrompt(question, view, lambda: NOW + timedelta(seconds=13))
    QTimer.singleShot(0, prompt._settle)  # noqa: SLF001  as it is after its first moment
    return prompt


def decisions() -> list[Decision]:
    """Return a decision of each kind."""
    path, at = "/usr/local/bin/terraform", NOW - timedelta(minutes=12)
    return [
        Decision("1", ProfileName("prod-admin"), "k", path, "", Answer.HOUR, at, at + timedelta(hours=1)),
        Decision("2", ProfileName("ci-debug"), "l", "/usr/bin/python3", "/opt/bin/deploy", Answer.UNTIL_LOCK, at),
        Decision(
            "3", ProfileName("prod-admin"), "m", "/usr/bin/node", "", Answer.DENY_HOUR, at, at + timedelta(hours=1)
        ),
    ]


ALLOWED = (
    Allowed(
        Approval(("/usr/bin/ykman", "oath", "accounts", "code", "-s", "aws"), NOW - timedelta(hours=3)),
        "/usr/bin/ykman oath accounts code -s aws",
        ("mira.lind",),
        ("prod-admin", "prod-readonly", "staging-admin", "audit-viewer", "network-ops"),
    ),
    Allowed(
        Approval(("/opt/bin/helper",), NOW - timedelta(days=12)),
        "/opt/bin/helper --token ***",
        ("ci-oidc",),
        ("ci-debug",),
    ),
    Allowed(Approval(("/opt/old/get-token",)), "/opt/old/get-token --audience sts.amazonaws.com"),
)


async def _allowed() -> tuple[Allowed, ...]:
    return ALLOWED


TRUSTED = Trusted(_allowed, lambda: NOW, UTC)


def _programs() -> ProgramsPrompt:
    core, _ = fake_core()
    core.engine.programs.made = decisions()
    return ProgramsPrompt(core.engine.programs, lambda: NOW, UTC)


_UNREACHED = Problem.of(Code.NETWORK, Verb.CHECK_NETWORK, host="sts.eu-central-1.amazonaws.com", reason="name")


def _palette(query: str = "", *, banner: str = "", ask: bool = False, problem: Problem | None = None) -> Palette:
    core, tools = fake_core()
    palette = Palette(tools.clock)
    palette.use(core.catalog)
    recents = ("staging-admin", "audit-viewer", "prod-readonly", "network-ops")
    palette.open_palette(core.engine.store.statuses, recents, "bash")
    palette.field.setText(query)
    palette.show_banner(banner)
    if ask:
        palette.select(1)
        palette.do(Want.ENTER)
    if problem is not None:
        palette.show_problem(problem)
    return palette


def _confirm_prompt() -> ConfirmPrompt:
    core, _ = fake_core()
    question = question_before(core.catalog, core.catalog.profiles["prod-readonly"], Act.START, valid=False)
    if question is None:
        raise LookupError("the sample's production profile asks before a start")
    return ConfirmPrompt(question)


def _menu() -> QWidget:
    core, _ = fake_core()
    menu = QMenu()
    live = LiveMenu(menu, lambda _: None, lambda: theme().tokens.color("text-2"))
    live.show(menu_of(TrayInput(core.catalog, core.engine.store.statuses, NOW, recents=("prod-readonly",))))
    menu.adjustSize()
    return menu


def _trouble() -> TroublePrompt:
    return TroublePrompt(
        describe(
            Problem.of(
                Code.CATALOG_UNREADABLE,
                Verb.EDIT_CATALOG,
                "profiles.toml",
                path="profiles.toml",
                line=41,
                reason="Expected '=' after a key.",
            )
        )
    )


def _key_words() -> tuple[str, str]:
    return T("Opens the quick switch anywhere on the desktop."), "third"


def _settings(page: int) -> SettingsWindow:
    core, _ = fake_core()
    places = (
        (T("Catalog"), "~/.config/rolecall/profiles.toml"),
        (T("State and log"), "~/.local/state/rolecall"),
        (T("Starts when you sign in"), "~/.config/autostart/rolecall.desktop"),
    )
    about = About("0.1.0", places, lambda: True, lambda _: None, _nothing)
    bridge = Idle(core.engine.store)
    values: dict[str, object] = {"theme": "dark", "clipboard_seconds": 90}
    window = SettingsWindow(core, bridge, Draft("", values), about, ("de", "es"), REGIONS, _key_words, TRUSTED)
    window.nav.setCurrentRow(page)
    _show_trusted(window, core)
    return window


def _show_trusted(window: SettingsWindow, core: FakeCore) -> None:
    """Fill in what an application reads when the page is turned to, with one command that was just revoked."""
    if window.trusted is not None:
        window.trusted.commands.show_allowed(ALLOWED)
        window.trusted.commands.rows[ALLOWED[1].approval.command].act.click()
        core.engine.programs.made = decisions()
        window.trusted.programs.look()


async def _nothing(_path: Path) -> None:
    """Write nothing."""


SCREENS: dict[str, Callable[[], QWidget]] = {
    **MAIN_SCREENS,
    "02-quick-switch": partial(_palette, "prad"),
    "02-quick-switch-recent": _palette,
    "02-quick-switch-no-match": partial(_palette, "prodigy"),
    "02-quick-switch-locked": lambda: _palette(banner=T("Locked")),
    "02-quick-switch-production": partial(_palette, "prod", ask=True),
    "02-quick-switch-failed": partial(_palette, "stag", problem=_UNREACHED),
    "03-tray-menu": _menu,
    **EDITOR_SCREENS,
    "06-prompt-mfa": _mfa,
    "06-prompt-browser": partial(_sign_in, SignInFlow.BROWSER),
    "06-prompt-device": partial(_sign_in, SignInFlow.DEVICE),
    "06-prompt-device-expired": partial(_sign_in, SignInFlow.DEVICE, expired=True),
    "06-prompt-approve": _approve,
    "06-prompt-program": _program,
    "06-programs": _programs,
    "06-prompt-program-line": partial(_program, Way.PROCESS_LINE, "ci-debug"),
    "06-prompt-confirm": _confirm_prompt,
    "06-keys": lambda: KeysPage(key_sections()),
    "06-trouble": _trouble,
    "09-settings-general": partial(_settings, 0),
    "09-settings-keys": partial(_settings, 1),
    "09-settings-sessions": partial(_settings, 2),
    "09-settings-notifications": partial(_settings, 3),
    "09-settings-files": partial(_settings, 4),
    "09-settings-network": partial(_settings, 5),
    "09-settings-security": partial(_settings, 6),
    "09-settings-about": partial(_settings, 7),
    **CONFLICT_SCREENS,
    **PROMPT_SCREENS,
    **PART_SCREENS,
    **ROLE_SCREENS,
    **SOURCE_SCREENS,
    **ACTIVITY_SCREENS,
    **IMPORT_SCREENS,
}
