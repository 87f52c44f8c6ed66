"""A flow for the import's window: reads and plans real files, and carries out as the test says."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from app.domain.files import FileDiff
from app.domain.problem import AppError, Code, Problem
from app.domain.profile import Catalog
from app.importing.executor import Done, Step, Told
from app.importing.found import Found, Place
from app.importing.planner import plan_import
from app.importing.tolerant import read_what_can_be
from app.importing.values import ImportOptions, ImportPlan

T = TypeVar("T")
CHANGED = {"config": datetime(2026, 11, 3, 9, tzinfo=UTC), "credentials": datetime(2026, 2, 14, 9, tzinfo=UTC)}


@dataclass
class FakeFlow:
    """Rolecall's own files are in `folder`. `fails`: problems by name; `halts`: rows that stay on their way."""

    folder: Path
    catalog: Catalog = field(default_factory=Catalog)
    fails: dict[str, Problem] = field(default_factory=dict)
    verbs: list[tuple[object, ...]] = field(default_factory=list)
    refused: Problem | None = None  # in place of a reading
    changed: Problem | None = None  # in place of the next import
    mode: int = 0o600
    writes_files: bool = True

    @property
    def backups(self) -> Path:
        return self.folder.parent / ".local/state/rolecall/backups"

    async def look(self, place: Place) -> Found:
        self.verbs.append(("look", place))
        if self.refused is not None:
            raise AppError(self.refused)
        own = self.folder / "config", self.folder / "credentials"
        config, credentials = place.config or own[0], place.credentials or own[1]
        elsewhere = (config, credentials) != own
        files = read_what_can_be(config, credentials, elsewhere=elsewhere)
        changed = {str(one): CHANGED.get(one.name, CHANGED["config"]) for one in (config, credentials) if one.exists()}
        modes = {str(credentials): self.mode}
        return Found(files, read_what_can_be(*own) if elsewhere else None, changed, modes)

    async def plan(self, found: Found, options: ImportOptions) -> ImportPlan:
        return plan_import(found.files, self.catalog, options, found.target)

    async def aside(self, work: Callable[[], T]) -> T:
        return work()

    async def preview(self, plan: ImportPlan, chosen: Collection[str]) -> tuple[FileDiff, ...]:
        self.verbs.append(("preview", frozenset(chosen)))
        rows = [row for row in plan.profiles if row.origin in chosen and row.takes]
        lines = [line for row in rows for line in (f" [{row.origin}]", "-aws_secret_access_key = •••••• (40)",
            "+#rolecall# aws_secret_access_key")]  # fmt: skip
        return (FileDiff(str(self.folder / "credentials"), tuple(lines), 3, 0o600),) if rows else ()

    async def carry_out(self, plan: ImportPlan, chosen: Collection[str], told: Told) -> Done:
        self.verbs.append(("import", frozenset(chosen), plan))
        if self.changed is not None:
            changed, self.changed = self.changed, None
            raise AppError(changed)
        rows = [row for row in plan.profiles if row.origin in chosen]
        for row in rows:
            told(row.origin, Step.CATALOG)
            told(row.origin, Step.FAILED if row.origin in self.fails else Step.DONE)
        good = [row for row in rows if row.origin not in self.fails]
        problems = tuple((name, one) for name, one in self.fails.items() if name in chosen)
        taken = tuple(take for row in good for take in row.takes)
        return Done(tuple(plan.sources), tuple(row.name for row in good), taken, problems)

    async def undo(self) -> int:
        self.verbs.append(("undo",))
        if not self.writes_files:
            raise AppError.of(Code.NOTHING_TO_UNDO)
        return 1


SECRET = "abcdefghijabcdefghijabcdefghijabcdefghij"


def write(folder: Path, config: str = "", credentials: str = "") -> Path:
    """Put files into a folder; an empty text: no file."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("config", config), ("credentials", credentials)):
        if text:
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def keys(number: int) -> str:
    return f"aws_access_key_id = AKIA{number:016}\naws_secret_access_key = {SECRET}\n"


def role(account: str, name: str, more: str = "source_profile = mira\n") -> str:
    return f"role_arn = arn:aws:iam::{account}:role/{name}\n{more}"


def sample() -> tuple[str, str]:
    """The files of a person with a bit of everything: 22 profiles."""
    mfa = "mfa_serial = arn:aws:iam::111122223333:mfa/mira.lind\n"
    prod = "444455556666"
    config = [
        "[profile mira]\nregion = eu-central-1\n",
        f"[profile prod-admin]\n{role(prod, 'AdminRole')}region = eu-central-1\n",
        f"[profile prod-readonly]\n{role(prod, 'ReadOnly')}{mfa}",
        f"[profile org-access]\n{role('111122223333', 'OrgAccess')}",
        f"[profile staging-admin]\n{role('777766665555', 'AdminRole', 'source_profile = org-access' + chr(10))}",
        ("[sso-session acme]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = eu-central-1\n"
        "[profile billing-view]\nsso_session = acme\nsso_account_id = 888877776666\nsso_role_name = Billing\n"),
        "[profile fjord-sandbox]\nweb_identity_token_file = /var/run/token\n" + role("222233334444", "Fjord", ""),
        "[profile vault-dev]\ncredential_process = /opt/bin/vault-aws creds dev --format json\n",
        f"[profile dev-poweruser]\n{role('333344445555', 'PowerUser')}",
        f"[profile data-lake-reader]\n{role(prod, 'LakeReader')}{mfa}",
        *(f"[profile team-{name}]\n{role('333344445555', name.title())}" for name in
          ("alpha", "beta", "gamma", "delta", "sigma", "omega", "kappa", "zeta", "theta", "iota")),
        "[profile unfinished]\nregion = us-east-1\n",
    ]  # fmt: skip
    credentials = f"[mira]\n{keys(1)}[legacy-ci]\n{keys(2)}[prod-admin]\nregion = us-east-1\n"
    return "".join(config), credentials
