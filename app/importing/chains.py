"""From a profile of the AWS files to its chain: first credentials, then roles, as botocore resolves them.

Each section is looked at once, however many chains go through it, and nothing recurses: files of 100,000 sections and
chains of 10,000 end as soon as they are read.
"""

from collections.abc import Callable

from app.domain.problem import AppError, Code, Problem
from app.domain.values import dataclass
from app.importing.origins import Origin, credential_source, has_keys, has_role, origin_of, text_of
from app.importing.reading import AwsConfig

_SHOWN = 10  # names of a loop


@dataclass(frozen=True, slots=True)
class Link:
    """A chain up to a section: the origin, found in the section `end`, and `depth` roles, that of `role` last."""

    origin: Origin
    end: str
    depth: int = 0
    role: str | None = None
    before: "Link | None" = None

    def roles(self) -> tuple[str, ...]:
        """Return the sections of the roles, in the order of the calls."""
        found: list[str] = []
        link: Link | None = self
        while link is not None:
            found += [link.role] if link.role is not None else []
            link = link.before
        return tuple(reversed(found))


Outcome = Link | Problem


class Chains:
    """Resolves profiles. `served`: the profile of the catalog that serves a section already, "" if none does."""

    def __init__(self, files: AwsConfig, served: Callable[[str], str]) -> None:
        """Look at nothing yet."""
        self._files = files
        self._served = served
        self._as_source: dict[str, Outcome] = {}

    def resolve(self, name: str) -> Outcome:
        """Return the chain of a profile, or why botocore would have none."""
        try:
            section = self._files.merged[name]
            if not has_role(section):
                return self._alone(name)
            source = self._source_of(name)
            if isinstance(source, Origin):
                return Link(source, name, 1, name)
            if source == name:  # its own keys first, then its role
                return Link(self._own_keys(name), name, 1, name)
            before = self._resolve_source(source)
            if isinstance(before, Link) and before.end == name:
                return _loop([name, source])  # back where it began: botocore refuses that, keys or not
            return _behind(before, name)
        except AppError as error:
            return error.problem

    def _alone(self, name: str) -> Link:
        ours = self._served(name)
        origin = Origin(name, (), ours=ours) if ours else origin_of(name, self._files)
        if origin.kind == "shared-profile" and has_role(self._files.merged[name]):
            # read by its name, the section would be its role, not its keys
            raise AppError.of(Code.IMPORT_KIND_LATER, profile=name, key="aws_session_token")
        return Link(origin, name, 1, name) if origin.hop else Link(origin, name)

    def _own_keys(self, name: str) -> Origin:
        if not has_keys(self._files.merged[name]):
            raise AppError(_loop([name]))
        return self._alone(name).origin

    def _source_of(self, name: str) -> str | Origin:
        """The profile, or the place, that a role is assumed from."""
        section = self._files.merged[name]
        source, place = section.get("source_profile"), section.get("credential_source")
        if (source is None) == (place is None):
            raise AppError.of(Code.VALUE_EXCLUSIVE, key="source_profile", other="credential_source")
        if place is not None:
            return credential_source(name, section)
        other = text_of(section, "source_profile") or ""
        if other not in self._files.merged:
            raise AppError.of(Code.IMPORT_NAMES_NOTHING, profile=name, key="source_profile", other=other)
        return other

    def _resolve_source(self, name: str) -> Outcome:
        """Follow `source_profile` to a section with credentials of its own, and come back with the chain."""
        path: list[str] = []
        on_path: set[str] = set()
        while name not in self._as_source:
            if name in on_path:
                self._note_loop(path, name)
                break
            path.append(name)
            on_path.add(name)
            following = self._step(name)
            if following is None:
                break
            name = following
        for one in reversed(path):
            if one not in self._as_source:
                source = self._files.merged[one]["source_profile"]
                self._as_source[one] = _behind(self._as_source[str(source)], one)
        return self._as_source[path[0] if path else name]

    def _step(self, name: str) -> str | None:
        """The next section of the way; None where it ends here, with what came of it noted."""
        section = self._files.merged[name]
        try:
            if self._served(name) or has_keys(section) or not has_role(section):
                self._as_source[name] = self._alone(name)
                return None
            source = self._source_of(name)
            if isinstance(source, str):
                return source
            self._as_source[name] = Link(source, name, 1, name)
        except AppError as error:
            self._as_source[name] = error.problem
        return None

    def _note_loop(self, path: list[str], name: str) -> None:
        members = path[path.index(name) :]
        for one in members:
            self._as_source[one] = _loop(members)


def _behind(before: Outcome, name: str) -> Outcome:
    """The chain with the section's role behind it."""
    return before if isinstance(before, Problem) else Link(before.origin, before.end, before.depth + 1, name, before)


def _loop(members: list[str]) -> Problem:
    shown = [*members[:_SHOWN], *(["…"] if len(members) > _SHOWN else []), members[0]]
    return Problem.of(Code.IMPORT_LOOP, profile=members[0], chain=" > ".join(shown))
