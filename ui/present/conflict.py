"""A section that is someone else's, in words: the two versions, what is read now, and what each answer does."""

from collections.abc import Collection
from datetime import datetime, tzinfo
from pathlib import PurePath

from app.domain.conflict import Conflict, Reading, Reads
from app.domain.problem import Code, Problem
from app.domain.profile import Profile
from app.domain.session import Status, problem_of
from app.domain.values import dataclass
from app.texts import N, T, describe
from ui.present.names import production_label
from ui.present.words import clock

CODES = (Code.SECTION_FOREIGN, Code.SECTION_CHANGED)
_DOTS = "••"


@dataclass(frozen=True, slots=True)
class Fact:
    """A line below the two versions."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class ConflictView:
    """The prompt. `theirs`, `mine`: lines that begin with "-", "+" or a space. `refused`: why writing helps nobody."""

    title: str
    spoken: str
    detail: str
    mark: str
    color: str
    theirs: tuple[str, ...]
    mine: tuple[str, ...]
    facts: tuple[Fact, ...]
    verb: str
    refused: str
    suggestion: str  # another section's name; empty: there is no other place for it

    @property
    def production(self) -> bool:
        """Whether it is a production profile's."""
        return bool(self.mark)


def conflicting(status: Status) -> Problem | None:
    """Return the first problem of a delivery that is a conflict in the AWS files."""
    found = [one.problem for one in status.deliveries if one.problem is not None and one.problem.code in CODES]
    own = problem_of(status.state)
    return found[0] if found else own if own is not None and own.code in CODES else None


def written_at(status: Status, section: str) -> datetime | None:
    """Return when a section was last written, where that is known."""
    return next((one.written_at for one in status.deliveries if one.target == section), None)


def conflict_view(
    conflict: Conflict,
    profile: Profile,
    status: Status,
    *,
    home: str,
    used: Collection[str] = (),
    zone: tzinfo | None = None,
) -> ConflictView:
    """Return what the prompt shows. `used`: sections that profiles of the catalog have."""
    where = f"{conflict.section} {conflict.key}".strip()
    title = _title(conflict, where, written_at(status, where), zone)
    mark = production_label(profile)
    path = conflict.path.replace(home, "~", 1) if home and conflict.path.startswith(home) else conflict.path
    detail = T("{path}. Nothing there is touched until you choose.", path=path)
    renames = not conflict.key and conflict.section in profile.delivery.credentials_file
    return ConflictView(
        title,
        T("{question}, production", question=title) if mark else title,
        detail,
        mark,
        profile.safety.color,
        _marked(conflict.theirs, conflict.mine, "-"),
        _marked(conflict.mine, conflict.theirs, "+"),
        _facts(conflict),
        T("Write mine") if conflict.changed else T("Take over"),
        describe(conflict.refused).title if conflict.refused is not None else "",
        _suggestion(conflict, profile.name, used) if renames else "",
    )


def _title(conflict: Conflict, where: str, at: datetime | None, zone: tzinfo | None) -> str:
    if not conflict.changed:
        file = PurePath(conflict.path).name
        return T("[{section}] in the {file} file is someone else's", section=where, file=file)
    if at is None:
        return T("[{section}] differs from what Rolecall wrote", section=where)
    return T("[{section}] differs from what Rolecall wrote at {time}", section=where, time=clock(at, zone))


def _marked(lines: tuple[str, ...], others: tuple[str, ...], sign: str) -> tuple[str, ...]:
    """Mark what the other side has not. Two secrets of one length look alike, and differ."""
    return tuple(f"{' ' if one in others and _DOTS not in one else sign}{one}" for one in lines)


def _facts(conflict: Conflict) -> tuple[Fact, ...]:
    backup = T("What stands there is kept, and comes back when the session is stopped.")
    if conflict.into_keyring:
        backup = T("{kept} Its secret access key goes into the keyring.", kept=backup)
    untouched = N("{n} other section, byte for byte", "{n} other sections, byte for byte", conflict.others)
    read = () if conflict.key == "region" else (Fact(T("AWS tools read now"), reading_words(conflict.reading)),)
    rest = (Fact(T("Untouched"), untouched),) if conflict.others else ()
    return (*read, Fact(T("Backup"), backup), *rest)


def reading_words(reading: Reading) -> str:
    """Return what AWS's programs take the name's credentials from now."""
    role = reading.what.rpartition("/")[2]
    words = {
        Reads.ROLE: T("The role {role}, which a program takes by itself", role=role),
        Reads.WEB_IDENTITY: T("The role {role}, with a web identity token", role=role or "…"),
        Reads.IDENTITY_CENTER: T("An Identity Center role, {role}", role=reading.what or "…"),
        Reads.SESSION: T("A session of another tool, key {key}", key=reading.what),
        Reads.LONG_LIVED: T("A key without an end, {key}", key=reading.what),
        Reads.HALF: T("Key {key} without its secret: they fail", key=reading.what),
        Reads.LOGIN: T("A console login of the AWS CLI"),
        Reads.PROCESS: T("What a credential_process line prints"),
        Reads.CONFIG_KEYS: T("Key {key} of the config file", key=reading.what),
        Reads.NOTHING: T("No credentials"),
    }
    return words[reading.by]


def _suggestion(conflict: Conflict, profile: str, used: Collection[str]) -> str:
    """Return a section that neither the files nor another profile have."""
    taken = {*conflict.taken, *used, conflict.section}
    wanted = [profile, f"{conflict.section}-rolecall", *(f"{conflict.section}-{number}" for number in range(2, 50))]
    return next((name for name in wanted if name not in taken and len(name) <= 200), "")
