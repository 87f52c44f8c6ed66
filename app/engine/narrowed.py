"""Sessions that may do less than the profiles' own: got when they are asked for, in memory alone, in no file."""

from dataclasses import replace
from types import MappingProxyType

from app.domain.calls import CallKey, Issued, Plan
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code, Problem
from app.domain.profile import Catalog
from app.engine.executor import Errand, Executor

_MANY = 64
_ABOUT_POLICIES = frozenset({Code.POLICY_MALFORMED, Code.POLICY_PACKED})


class NarrowedSessions:
    """Gets them, and knows which calls to forget when a profile is stopped."""

    def __init__(self, executor: Executor) -> None:
        """Begin with none."""
        self._executor = executor
        self._keys: dict[ProfileName, set[CallKey]] = {}

    async def session(self, plan: Plan, errand: Errand, *, own: bool, calls: bool, fresh: bool) -> Issued | None:
        """Return the session: from memory while it need not be renewed, else by calls.

        `own`: the plan is the profile's own, which is no more than what was asked for. `calls` False: from memory
        alone, None if nothing is there. `fresh` False: one that is still valid is given where AWS cannot be asked.
        """
        key = plan.last.key
        if not calls:
            return self._executor.kept(key)
        if not own:
            self._note(errand.profile, key)
        try:
            return await self._executor.session(plan, errand)
        except AppError as error:
            kept = self._executor.kept(key)
            if kept is not None and error.problem.transient and not fresh:
                return kept
            raise AppError(_of_given(error.problem)) from None

    def _note(self, profile: ProfileName, key: CallKey) -> None:
        keys = self._keys.setdefault(profile, set())
        keys.add(key)
        if len(keys) > _MANY:
            for one in [one for one in keys if one != key and self._executor.kept(one) is None]:
                keys.discard(one)
                self._executor.drop(one)

    def forget(self, profile: ProfileName) -> None:
        """Forget what was got for a profile."""
        for key in self._keys.pop(profile, ()):
            self._executor.drop(key)

    def follow(self, catalog: Catalog) -> None:
        """Forget what belongs to profiles that are gone."""
        for one in [name for name in self._keys if name not in catalog.profiles]:
            self.forget(one)


def _of_given(problem: Problem) -> Problem:
    """AWS speaks of the policy that was given for this session, not of one that stands in the catalog."""
    if problem.code not in _ABOUT_POLICIES:
        return problem
    arguments = MappingProxyType({**problem.arguments, "given": True})
    return replace(Problem.of(problem.code), arguments=arguments)
