"""What leaves which file with a profile, and the section that its session then goes to."""

from collections.abc import Mapping, Sequence

from app.domain.files import LinesTake
from app.domain.problem import Code, Problem
from app.domain.values import dataclass
from app.importing.names import Taken
from app.importing.origins import KEYS, has_keys, is_temporary
from app.importing.reading import AwsConfig, Section
from app.importing.values import ImportOptions, SectionChoice

# what gives a name an identity that wins over a section of the credentials file, or would come back without it
_IDENTITY = frozenset({"role_arn", "web_identity_token_file", "credential_process", "login_session"})
_ROLE = frozenset(
    {
        *_IDENTITY, "source_profile", "credential_source", "external_id", "mfa_serial", "role_session_name",
        "duration_seconds",
    }
)  # fmt: skip
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Place:
    """Where a profile's session goes (`section`, or with `serves` a process line), and what that takes."""

    section: str | None
    serves: bool = False
    choices: tuple[SectionChoice, ...] = ()
    takes: tuple[LinesTake, ...] = ()
    findings: tuple[Problem, ...] = ()


def role_keys(section: Section) -> tuple[str, ...]:
    """Return the keys of a section that say which role or sign-in its name is for."""
    return tuple(key for key in section if key in _ROLE or key.startswith("sso_"))


def _has_identity(section: Section) -> bool:
    return any(key in _IDENTITY or key.startswith("sso_") for key in section)


class Places:
    """Finds a section for each profile, one after the other."""

    def __init__(
        self, files: AwsConfig, options: ImportOptions, delivered: Mapping[str, str], target: AwsConfig | None = None
    ) -> None:
        """`delivered`: sections that profiles of the catalog write; `target`: the files written to, if others."""
        self._files = files
        self._options = options
        self._namers = _namers(files)
        written = files if target is None else target
        used = {name.strip() for name in written.credentials} | {
            name for name, one in written.config.items() if _has_identity(one) or has_keys(one)
        }
        self._taken = Taken({*used, *delivered})
        self._own: set[str] = set(delivered)

    def place(self, origin: str, name: str, *, stored: bool, nowhere: bool) -> Place:
        """Return the place of a profile. `stored`: its own keys go into the keyring; `nowhere`: it is only copied."""
        others = tuple(one for one in self._namers.get(origin, ()) if one not in self._options.take_over)
        takes_over = origin in self._options.take_over and origin == name and not nowhere
        in_both = self._sections(origin)
        leaking = any(key in self._files.leaking for one in in_both for key in one)
        stuck = leaking or origin != name or self._is_closed(origin)
        keys_leave = self._keys_leave(origin, in_both, others, takes_over=takes_over, stored=stored, stuck=stuck)
        role_leaves = takes_over and not stuck
        takes = self._takes(origin, name, keys=keys_leave, role=role_leaves)
        findings = self._findings(origin, others, keys_leave=keys_leave, role_leaves=role_leaves, stored=stored)
        if nowhere:
            return Place(None, findings=findings)
        free = self._is_free(origin, name, keys_leave=keys_leave, role_leaves=role_leaves)
        choices = self._choices(in_both, others, free=free, role_leaves=role_leaves, stuck=stuck)
        if free and role_leaves and others and self._options.serves:
            return Place(None, serves=True, choices=choices, takes=takes, findings=findings)
        if free:
            self._taken.add(name)
            self._own.add(name)
            return Place(name, choices=choices, takes=takes, findings=findings)
        section = self._taken.free(f"{name[:180]}-session" if name in self._taken else name)
        self._own.add(section)
        return Place(section, choices=choices, takes=takes, findings=findings)

    def _is_closed(self, origin: str) -> bool:
        """Whether nothing can leave: other files than Rolecall's, or a broken one has the section."""
        files = self._files
        both = (files.config_path, files.config), (files.credentials_path, files.credentials)
        return files.elsewhere or any(path in files.sick and origin in sections for path, sections in both)

    def _sections(self, origin: str) -> tuple[Section, Section]:
        return self._files.config.get(origin, {}), self._files.credentials.get(origin, {})

    def _keeps(self, origin: str) -> bool:
        return self._options.keep_keys or origin in self._options.keep

    def _keys_leave(
        self,
        origin: str,
        both: Sequence[Section],
        others: tuple[str, ...],
        *,
        takes_over: bool,
        stored: bool,
        stuck: bool,
    ) -> bool:
        if stuck or self._keeps(origin) or not any(has_keys(one) for one in both):
            return False
        if any(has_keys(one) and is_temporary(one) for one in both):
            return False  # another tool's, which writes them again
        return takes_over or (stored and not others)

    def _takes(self, origin: str, name: str, *, keys: bool, role: bool) -> tuple[LinesTake, ...]:
        found: list[LinesTake] = []
        for section, in_config in zip(self._sections(origin), (True, False), strict=True):
            wanted = tuple(key for key in KEYS if keys and key in section)
            wanted += role_keys(section) if role else ()
            if wanted:
                found.append(LinesTake(origin, wanted, name, in_config))
        return tuple(found)

    def _is_free(self, origin: str, name: str, *, keys_leave: bool, role_leaves: bool) -> bool:
        """Whether the profile's own name is read from what Rolecall writes there."""
        if name in self._own:
            return False
        if origin != name or self._files.elsewhere:
            return name not in self._taken
        both = self._sections(origin)
        return (keys_leave or not any(has_keys(one) for one in both)) and (
            role_leaves or not any(_has_identity(one) for one in both)
        )

    def _choices(
        self, both: Sequence[Section], others: tuple[str, ...], *, free: bool, role_leaves: bool, stuck: bool
    ) -> tuple[SectionChoice, ...]:
        contested = any(_has_identity(one) for one in both) or (bool(others) and any(has_keys(one) for one in both))
        if not contested or stuck:
            return () if free else (SectionChoice.OTHER_SECTION,)
        both_ways = (SectionChoice.OTHER_SECTION, SectionChoice.TAKE_OVER)
        return tuple(reversed(both_ways)) if role_leaves else both_ways

    def _findings(
        self, origin: str, others: tuple[str, ...], *, keys_leave: bool, role_leaves: bool, stored: bool
    ) -> tuple[Problem, ...]:
        names = ", ".join(others[:_SHOWN]) + (" …" if len(others) > _SHOWN else "")
        found: list[Problem] = []
        config, credentials = self._sections(origin)
        if stored and not keys_leave and not self._keeps(origin):
            in_config = not has_keys(credentials) and has_keys(config)
            path = self._files.config_path if in_config else self._files.credentials_path
            found.append(Problem.of(Code.IMPORT_KEY_STAYS, section=origin, path=str(path), profiles=names))
        if role_leaves and others and not self._options.serves:
            found.append(Problem.of(Code.IMPORT_OTHERS_NAME, profile=origin, profiles=names))
        return tuple(found)


def _namers(files: AwsConfig) -> Mapping[str, tuple[str, ...]]:
    """Who stands on a section by `source_profile`, itself included."""
    found: dict[str, list[str]] = {}
    for name, section in files.merged.items():
        source = section.get("source_profile")
        if isinstance(source, str):
            found.setdefault(source, []).append(name)
    return {name: tuple(one) for name, one in found.items()}
