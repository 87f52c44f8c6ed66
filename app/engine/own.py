"""What signs calls of a source's own user to IAM: its MFA session where it has a device, else its keys."""

from collections.abc import Callable

from app.domain.calls import Issued, Plan
from app.domain.chain import Surroundings
from app.domain.names import ProfileName
from app.domain.plan import own_plan
from app.domain.profile import Catalog
from app.domain.source import Source
from app.engine.executor import Errand, Executor


class OwnSessions:
    """They are shared with the profiles that begin with the source; nothing is delivered."""

    def __init__(
        self, executor: Executor, catalog: Callable[[], Catalog], around: Surroundings, admit: Callable[[], None]
    ) -> None:
        """`admit` raises while nothing may be given."""
        self._executor, self._catalog, self._around, self._admit = executor, catalog, around, admit

    async def session(self, source: Source, *, ask: bool) -> Issued:
        """Return it, made where it must be. `ask` False: no code is asked for; without an MFA session, the keys."""
        self._admit()
        plan = own_plan(source, self._catalog(), self._around)
        kept = self._executor.kept(plan.last.key)
        if kept is not None:
            return kept
        part = plan if ask else Plan(plan.calls[:1])
        return await self._executor.session(part, Errand(ProfileName(source.name), ask))

    def in_memory(self, source: Source) -> Issued | None:
        """Return it without a call and without a look into the vault, None where it is not in memory."""
        self._admit()
        plan = own_plan(source, self._catalog(), self._around)
        return next((kept for call in reversed(plan.calls) if (kept := self._executor.kept(call.key))), None)
