"""The places that a profile's session goes to, and the file changes that put it there or take it away. Pure."""

from collections.abc import Callable

from app.domain.files import FileChange, LinePut, LineRemove, SectionPut, SectionRemove
from app.domain.names import ProfileName
from app.domain.profile import Profile, Settings
from app.domain.secret import Credentials
from app.domain.values import dataclass

CREDENTIALS_FILE = "credentials-file"
DEFAULT = "default"
CONFIG_LINE = "config-line"
PROCESS_KEY = "credential_process"


@dataclass(frozen=True, slots=True)
class Place:
    """A section of the credentials file (`key` empty), or one line in a section of the config file."""

    section: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A place and what goes there: the session, or for a line its `value`."""

    kind: str
    place: Place
    value: str = ""

    @property
    def label(self) -> str:
        """What a status says: the section, or the line's section and key."""
        return f"{self.place.section} {self.place.key}".strip()

    def put(self, profile: ProfileName, credentials: Credentials, *, adopt: bool, seen: str = "") -> FileChange:
        """Return the change that writes it. `seen`: see SectionPut."""
        if self.place.key:
            return LinePut(self.place.section, self.place.key, self.value, profile, adopt, seen)
        return SectionPut(self.place.section, profile, credentials, adopt, seen)


def removal(place: Place, profile: ProfileName) -> FileChange:
    """Return the change that gives the place back as it was."""
    if place.key:
        return LineRemove(place.section, place.key, profile)
    return SectionRemove(place.section, profile)


def place_of(change: FileChange) -> Place:
    """Return the place that a change is about."""
    if isinstance(change, LinePut | LineRemove):
        return Place(change.section, change.key)
    return Place(change.section)


def targets_of(
    profile: Profile,
    settings: Settings,
    *,
    default_section: str | None,
    process_line: Callable[[ProfileName], str] | None,
) -> tuple[Target, ...]:
    """Return where the profile's session goes. `default_section`: it is the default one and goes there too."""
    wanted = [Target(CREDENTIALS_FILE, Place(section)) for section in profile.delivery.credentials_file]
    if default_section is not None:
        wanted.append(Target(DEFAULT, Place(default_section)))
    if profile.delivery.config_region:
        region = profile.region or settings.region
        # programs name the section, so its region stands under the same name
        sections = profile.delivery.credentials_file or (profile.name,)
        wanted += [Target(CONFIG_LINE, Place(section, "region"), region) for section in sections]
    if profile.delivery.credential_process and process_line is not None:
        wanted.append(Target(CONFIG_LINE, Place(profile.name, PROCESS_KEY), process_line(profile.name)))
    by_place: dict[Place, Target] = {}
    for one in wanted:
        by_place.setdefault(one.place, one)
    return tuple(by_place.values())
