"""The editors' windows that `screenshots` draws, in all their states."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidget, QWidget

from app.domain.assignments import AccountRoles
from app.domain.calls import AssumeRoleCall, Identity, StsEndpoint
from app.domain.entries import access_key_entry
from app.domain.keys import REPLACING, UserKey
from app.domain.names import AccountId, Region, parse_role_arn
from app.domain.problem import AppError, Code, Problem, Verb
from app.domain.secret import Secret
from app.domain.sign_in import TokenView
from app.keyflow import KeysState, Mark, Result
from tests.ui.fakes.bridge import Now
from tests.ui.fakes.core import NOW, Step
from tests.ui.fakes.parts import FakeUser
from tests.ui.fakes.reading import fake_core
from tests.ui.fakes.sample import DENIED
from ui.editor.draft import Draft, empty_source
from ui.editor.profile_window import ProfileWindow
from ui.editor.source_window import SourceWindow
from ui.keys.window import KeysWindow
from ui.platform.clipboard import SecretClipboard
from ui.present.keys import made_words
from ui.present.remedies import buttons
from ui.present.sources import source_words, users_words


def _editor(page: int, name: str = "prod-admin") -> ProfileWindow:
    core, tools = fake_core()
    core.serving.port = 53811
    core.vault.kept[access_key_entry("AKIAIOSFODNN7EXAMPLE").service] = Secret("x")
    draft = Draft(name, core.catalogs.tables["profiles"][name])
    window = ProfileWindow(core, tools, Now(core.engine.store), draft)
    window.nav.setCurrentRow(page)
    return window


def _chain() -> ProfileWindow:
    window = _editor(2)
    window.chain.open(2)
    window.strip.begin()
    for hop, problem in ((1, None), (2, DENIED)):
        step = Step(hop, 3, assume_call(hop), done=True, seconds=0.096 * (3 - hop), problem=problem)
        window.strip.step(step)
        window.chain.show_step(step)
    return window


def assume_call(hop: int) -> AssumeRoleCall:
    """Return the call of a hop."""
    role = parse_role_arn("arn:aws:iam::444455556666:role/AdminRole")
    return AssumeRoleCall("", "", StsEndpoint(Region("us-east-1")), hop, role, "", None)


def _advanced() -> ProfileWindow:
    window = _answered(2)
    window.chain.open(2)
    window.chain.cards[1].body.advanced.head.click()
    window.chain.cards[1].body.packed.show_size(23)
    window.resize(760, 1200)
    return window


def _wrong() -> ProfileWindow:
    core, tools = fake_core()
    values = dict(core.catalogs.tables["profiles"]["prod-admin"])
    values["roles"] = [
        *values["roles"],
        {"role_arn": "arn:aws:iam::1234:role/Broken", "duration": "4h", "external_id": "x"},
    ]
    window = ProfileWindow(core, tools, Now(core.engine.store), Draft("prod-admin", values))
    window.go_to("roles.3.role_arn")
    return window


def _conflict() -> ProfileWindow:
    core, tools = fake_core()
    theirs = core.catalogs.tables["profiles"]["prod-admin"]
    window = ProfileWindow(core, tools, Now(core.engine.store), Draft("prod-admin", theirs))
    window.draft.set("title", "Admin-1")
    window.draft.set("region", "eu-west-1")
    window.reload()
    theirs["title"], theirs["note"] = "Admin-2", "OPS-1733"
    window.catalog_changed()
    window.conflict.set_open(opened=True)
    return window


def _first_role() -> ProfileWindow:
    core, tools = fake_core()
    draft = Draft("fjord", {"source": "fjord", "roles": [{}]}, new=True)
    return ProfileWindow(core, tools, Now(core.engine.store), draft)


def _new_profile() -> ProfileWindow:
    core, tools = fake_core()
    return ProfileWindow(core, tools, Now(core.engine.store), Draft("", {}, new=True))


def _source(name: str) -> SourceWindow:
    core, tools = fake_core()
    core.vault.kept[access_key_entry("AKIAIOSFODNN7EXAMPLE").service] = Secret("x")
    draft = Draft(name, core.catalogs.tables["sources"][name])
    return SourceWindow(core, tools, Now(core.engine.store), draft, SecretClipboard())


def _new_source() -> SourceWindow:
    core, tools = fake_core()
    window = SourceWindow(core, tools, Now(core.engine.store), empty_source(), SecretClipboard())
    window.name.line.setText("ana")
    window.draft.name = "ana"
    window.paste("Access key ID,Secret access key\nAKIAIOSFODNN7EXAMPL2,wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n")
    window.validate()
    return window


def _oidc() -> SourceWindow:
    core, tools = fake_core()
    end = NOW + timedelta(minutes=58)
    core.signs.token = TokenView(
        "https://login.fjord.example/realms/eng", "rolecall-desktop", "f:3c1e:mira.lind", end, kept=True
    )
    draft = Draft("fjord", core.catalogs.tables["sources"]["fjord"])
    window = SourceWindow(core, tools, Now(core.engine.store), draft, SecretClipboard())
    window.resize(680, 760)
    return window


def _answered(page: int) -> ProfileWindow:
    window = _editor(page)
    arn = "arn:aws:sts::444455556666:assumed-role/AdminRole/mira.lind-prod-admin"
    window.strip.begin()
    for hop in (1, 2):
        window.strip.step(Step(hop, 3, assume_call(hop), done=True, seconds=0.184 + hop * 0.027))
    window.strip.step(Step(3, 3, None, done=True, seconds=0.1, identity=Identity("4", arn, "u")))
    return window


def _testing() -> ProfileWindow:
    window = _editor(2)
    window.strip.begin()
    window.strip.step(Step(1, 3, assume_call(1), done=True, seconds=0.184))
    window.strip.step(Step(2, 3, assume_call(2), done=False))
    return window


def _changed() -> ProfileWindow:
    window = _answered(3)
    window.draft.set("delivery.config_region", True)
    window.draft.set("note", "Ask the owner of the account before use.")
    window.reload()
    window.validate()
    return window


def _own_production() -> ProfileWindow:
    window = _editor(4, "billing-view")
    for key, value in (("production", True), ("label", "LIVE"), ("color", "orange"), ("read_only", True)):
        window.draft.set(f"safety.{key}", value)
    window.draft.set("safety.auto_stop", "4h")
    window.draft.set("safety.approve_programs", "once-1h")
    window.reload()
    window.validate()
    return window


def _more() -> ProfileWindow:
    window = _editor(0)
    window.draft.set("env", {"TF_VAR_stage": "prod"})
    window.reload()
    window.general.more.set_open(opened=True)
    window.resize(760, 1000)
    return window


def _small(page: int) -> ProfileWindow:
    window = _editor(page)
    window.resize(window.minimumSize())
    return window


def _deleted() -> ProfileWindow:
    core, tools = fake_core()
    draft = Draft("prod-admin", core.catalogs.tables["profiles"]["prod-admin"])
    window = ProfileWindow(core, tools, Now(core.engine.store), draft)
    del core.catalogs.tables["profiles"]["prod-admin"]
    window.catalog_changed()
    return window


def _kind(kind: str) -> SourceWindow:
    core, tools = fake_core()
    user = FakeUser()
    user.caller = Identity("222233334444", "arn:aws:sts::222233334444:assumed-role/BuildServer/i-0abc", "AROA:i-0abc")
    user.until = NOW + timedelta(hours=5)
    tools = replace(tools, own_user=lambda: user)  # pyright: ignore[reportArgumentType]
    return SourceWindow(core, tools, Now(core.engine.store), empty_source(kind), SecretClipboard())


_ASSIGNED = (
    AccountRoles(AccountId("222233334444"), "acme-dev", "aws+dev@acme.example", ("AdminRole", "Developer", "ReadOnly")),
    AccountRoles(AccountId("777788889999"), "acme-payer", "aws+payer@acme.example", ("BillingReadOnly",)),
    AccountRoles(AccountId("444455556666"), "acme-prod", "aws+prod@acme.example", ("AdminRole", "ReadOnly")),
)


def _center_source() -> SourceWindow:
    core, tools = fake_core()
    core.engine.assigned = _ASSIGNED
    core.signs.token = TokenView("", "", "", NOW + timedelta(minutes=58), kept=True)
    draft = Draft("acme-sso", core.catalogs.tables["sources"]["acme-sso"])
    window = SourceWindow(core, tools, Now(core.engine.store), draft, SecretClipboard())
    window.resize(680, 760)
    return window


def _center_roles() -> SourceWindow:
    window = _center_source()
    window.test()
    for tree in window.findChildren(QTreeWidget):
        for role in ("Developer", "AdminRole"):
            for item in tree.findItems(role, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive)[-1:]:
                item.setCheckState(0, Qt.CheckState.Checked)
    return window


def _center_profile() -> ProfileWindow:
    core, tools = fake_core()
    core.engine.assigned = _ASSIGNED
    values = {"source": "acme-sso", "account_id": "777788889999", "role_name": "BillingReadOnly"}
    window = ProfileWindow(core, tools, Now(core.engine.store), Draft("payer", values, new=True))
    window.open_place("source")
    window.source.list_roles.click()
    return window


def _generate() -> SourceWindow:
    window = _source("mira.lind")
    window.draft.set("mfa", "totp")
    window.reload()
    window.totp.put("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    window.resize(680, 760)
    return window


def _scanned() -> SourceWindow:
    window = _source("mira.lind")
    window.draft.set("mfa", "totp")
    window.reload()
    window.resize(680, 780)
    window.show()
    window.scan.read_file("")  # no picture
    return window


def _refused() -> SourceWindow:
    window = _source("mira.lind")
    unknown = Problem.of(
        Code.KEY_UNKNOWN, Verb.REPLACE_KEY, "mira.lind", key_id="AKIAIOSFODNN7EXAMPLE", aws_code="InvalidClientTokenId",
        aws="The security token included in the request is invalid.",
    )  # fmt: skip
    window.strip.begin()
    window.strip.step(Step(1, 1, None, done=True, seconds=0.142, problem=unknown))
    window.remedy(buttons(unknown)[0])
    return window


def _found() -> SourceWindow:
    core, tools = fake_core()
    core.vault.kept[access_key_entry(_KEY).service] = Secret("x")
    core.catalog = replace(core.catalog, key_times={_KEY: NOW - timedelta(days=412)})
    user = FakeUser()
    user.core = core
    tools = replace(tools, own_user=lambda: user, key_flow=lambda *_: None)  # pyright: ignore[reportArgumentType]
    draft = Draft("mira.lind", core.catalogs.tables["sources"]["mira.lind"])
    window = SourceWindow(core, tools, Now(core.engine.store), draft, SecretClipboard())
    arn = "arn:aws:iam::111122223333:user/mira.lind"
    window.strip.begin()
    window.strip.step(Step(1, 1, None, done=True, seconds=0.142, identity=Identity("1", arn, "u")))
    window.strip.say_beside(made_words(NOW - timedelta(days=412), NOW))
    return window


def _aged() -> ProfileWindow:
    window = _editor(1)
    window.core.catalog = replace(window.core.catalog, key_times={_KEY: NOW - timedelta(days=412)})  # type: ignore[misc]
    window.source.show_catalog(window.core.catalog)
    return window


class _Flow:
    """A flow that stands still."""

    def __init__(self, state: KeysState) -> None:
        self.state = state


def _keys(state: KeysState) -> KeysWindow:
    core, _ = fake_core()
    source = core.catalog.sources["mira.lind"]
    about = f"{source_words(core.catalog, source)}. {users_words(core.catalog, 'mira.lind')}"
    begin = lambda changed: _Flow(state)  # noqa: E731, ARG005
    window = KeysWindow(begin, Now(core.engine.store).spawn, "mira.lind", lambda: about, lambda: NOW)  # pyright: ignore[reportArgumentType]
    window.fit()
    return window


_KEY = "AKIAIOSFODNN7EXAMPLE"
_OLD = UserKey(_KEY, NOW - timedelta(days=412), active=True, used_at=NOW - timedelta(days=2), kept=True)
_NEW = UserKey("AKIAIOSFODNN7EXAMPL2", NOW, active=True, kept=True)
_ONE = KeysState("mira.lind", _KEY, (_OLD,))
_DONE = tuple((step, Mark.DONE) for step in REPLACING)
_HALF = tuple((step, mark) for step, mark in zip(REPLACING, ["done", "done", "now", "open", "open"], strict=True))
_KEYS = {
    "": _ONE,
    "-running": replace(_ONE, busy=True, steps=tuple((step, Mark(mark)) for step, mark in _HALF)),
    "-replaced": replace(
        _ONE, own=_NEW.key_id, keys=(_NEW, replace(_OLD, active=False)), steps=_DONE, result=Result.REPLACED
    ),
    "-full": replace(_ONE, keys=(_OLD, replace(_NEW, kept=False))),
    "-failed": replace(
        _ONE,
        steps=((REPLACING[0], Mark.DONE), (REPLACING[1], Mark.FAILED), *((one, Mark.OPEN) for one in REPLACING[2:])),
        problem=Problem.of(Code.VAULT_LOCKED, Verb.UNLOCK_KEYRING),
        result=Result.TAKEN_BACK,
    ),
}


def _locked() -> SourceWindow:
    core, tools = fake_core()

    async def sealed() -> str:
        raise AppError.of(Code.VAULT_SEALED, Verb.UNLOCK_VAULT)

    core.vault.check = sealed  # type: ignore[method-assign]
    return SourceWindow(core, tools, Now(core.engine.store), empty_source(), SecretClipboard())


EDITOR_SCREENS: dict[str, Callable[[], QWidget]] = {
    "04-editor-general": partial(_editor, 0),
    "04-editor-general-more": _more,
    "04-editor-source": partial(_editor, 1),
    "04-editor-chain": _chain,
    "04-editor-chain-advanced": _advanced,
    "04-editor-chain-wrong": _wrong,
    "04-editor-chain-testing": _testing,
    "04-editor-delivery": _changed,
    "04-editor-safety": partial(_answered, 4),
    "04-editor-safety-own": _own_production,
    "04-editor-new": _new_profile,
    "04-editor-first-role": _first_role,
    "04-editor-conflict": _conflict,
    "04-editor-deleted": _deleted,
    **{f"04-editor-small-{page}": partial(_small, page) for page in range(5)},
    "05-source-iam-user": partial(_source, "mira.lind"),
    "05-source-generate": _generate,
    "05-source-no-picture": _scanned,
    "05-source-refused": _refused,
    "05-source-locked": _locked,
    "05-source-found": _found,
    "04-editor-source-aged": _aged,
    **{f"06-access-keys{name}": partial(_keys, state) for name, state in _KEYS.items()},
    "05-source-new": _new_source,
    "05-source-oidc": _oidc,
    "05-source-identity-center-known": _center_source,
    "05-source-identity-center-roles": _center_roles,
    "04-editor-source-roles": _center_profile,
    **{f"05-source-{kind}": partial(_kind, kind) for kind in ("identity-center", "instance-metadata", "process")},
}
