"""Places of a running profile that are someone else's: what would be written there, and taking one of them over."""

from collections.abc import Callable

from app.domain.conflict import Conflict
from app.domain.files import FileChange
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code, Problem, Verb
from app.engine.running import Running
from app.engine.targets import DEFAULT, Place, Target


class Conflicts:
    """By profile. Nothing is taken over here that a person has not seen as it is."""

    def __init__(self, get: Callable[[ProfileName], Running | None], default_section: str) -> None:
        """`get` gives what runs."""
        self._get, self._default = get, default_section

    def changes(self, profile: ProfileName, *, default: bool = False) -> tuple[FileChange, ...]:
        """Return the changes that would take over what stands in the profile's way; nothing where it has no session.

        `default`: what would make it the default profile, in place of where it is delivered to.
        """
        running = self._get(profile)
        issued = None if running is None else running.issued
        if running is None or issued is None:
            return ()
        targets = (Target(DEFAULT, Place(self._default)),) if default else running.deliveries.conflicting
        return tuple(one.put(profile, issued.credentials, adopt=True) for one in targets)

    async def adopt(self, profile: ProfileName, conflict: Conflict) -> Problem | None:
        """Take one place over with a backup, and return what stood in the way.

        That is the conflict itself where something else stands there than was seen. Raises NOT_ACTIVE.
        """
        running = self._get(profile)
        if running is None:
            raise AppError.of(Code.NOT_ACTIVE, Verb.NONE, profile, profile=profile)
        place = Place(conflict.section, conflict.key)
        running.deliveries.adopting[place] = conflict.seen
        running.deliveries.wanted = True
        if running.valid is None:
            running.renew()  # there must be something to write
        running.wake()
        await running.settled()
        return running.deliveries.problem_at(place)
