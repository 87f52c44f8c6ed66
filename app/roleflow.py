"""The role assistant as a state machine for windows: fill in, preview, make, result. No Qt.

One flow for each window. Its state is a frozen value, told to `changed` after every step; nothing here raises AppError.
"""

import asyncio
from collections.abc import Callable
from dataclasses import field, replace
from enum import StrEnum

from app.assistant import looking
from app.assistant.analyzer import findings
from app.assistant.executor import Outcome
from app.assistant.form import Form, way_of, wish_of
from app.assistant.values import Account, Side, Step
from app.core import Core
from app.domain.names import ProfileName
from app.domain.problem import AppError, Problem
from app.domain.session import Starter, Status, problem_of
from app.domain.values import dataclass
from app.rolemaking import ELSEWHERE, NOT_YET, TRUST_SECONDS, Prepared, RoleMaker
from app.roletext import step_words

_PAUSE = 3.0
START_SECONDS = 60.0


class Page(StrEnum):
    """Where a person is."""

    FORM = "form"
    PREVIEW = "preview"
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing of the account that a person can pick: what goes into the field, and how it is shown."""

    value: str
    title: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """What the account has for a field of the form, "policies" or "instance"."""

    key: str
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class FlowState:
    """Everything that a window shows. `said`: a line for each thing that was done, the last one may be under way.

    `elsewhere`: the profile is for another machine and cannot be tried here.
    """

    page: Page = Page.FORM
    form: Form = field(default_factory=Form)
    busy: bool = False
    problem: Problem | None = None
    prepared: Prepared | None = None
    warnings: tuple[Problem, ...] = ()
    said: tuple[str, ...] = ()
    outcome: Outcome | None = None
    status: Status | None = None
    elsewhere: bool = False
    offered: Offered | None = None

    @property
    def can_look(self) -> bool:
        """Whether the account can be asked for what it has."""
        return not self.busy and self.page is Page.FORM and bool(self.form.signer)

    @property
    def can_go_on(self) -> bool:
        """Whether the button that leads on may be pressed."""
        return not self.busy and (self.page is not Page.FORM or not self.form.missing)

    @property
    def can_undo(self) -> bool:
        """Whether something was made that can be taken back."""
        return not self.busy and self.outcome is not None and not self.outcome.record.empty


class RoleFlow:
    """Runs on the loop of the core."""

    def __init__(self, core: Core, changed: Callable[[FlowState], None], form: Form | None = None) -> None:
        """Begin with the form."""
        self._core, self._changed = core, changed
        self.state = FlowState(form=form or Form())
        self._maker = RoleMaker(core)

    def edit(self, form: Form) -> None:
        """Take what was typed; what was prepared before counts no more."""
        self._put(replace(self.state, form=form, prepared=None, problem=None, offered=None))

    def back(self) -> None:
        """Go back to the form."""
        if not self.state.busy and self.state.page is Page.PREVIEW:
            self._put(replace(self.state, page=Page.FORM, problem=None))

    async def look(self, key: str) -> None:
        """Ask the account what it has for a field, "policies" or "instance"; a problem leaves the form in place."""
        if not self.state.can_look:
            return
        self._put(replace(self.state, busy=True, problem=None, offered=None))
        try:
            await self._sign(Side.ROLE, self.state.form.signer)
            account = self._maker.accounts[Side.ROLE]
            place = await self._maker.place()
            offers = await (_instances(account, place.region) if key == "instance" else _policies(account))
        except AppError as error:
            self._put(replace(self.state, busy=False, problem=error.problem))
            return
        self._put(replace(self.state, busy=False, offered=Offered(key, offers)))

    async def prepare(self) -> None:
        """Look at the account and show what would be done; a problem leaves the form in place."""
        if not self.state.can_go_on or self.state.page is not Page.FORM:
            return
        self._put(replace(self.state, busy=True, problem=None))
        try:
            prepared, warnings = await self._prepared(self.state.form)
        except AppError as error:
            self._put(replace(self.state, busy=False, problem=error.problem))
            return
        self._put(replace(self.state, busy=False, page=Page.PREVIEW, prepared=prepared, warnings=warnings))

    async def _prepared(self, form: Form) -> tuple[Prepared, tuple[Problem, ...]]:
        self._maker = RoleMaker(self._core)
        await self._sign(Side.ROLE, form.signer)
        if form.granter:
            await self._sign(Side.CALLER, form.granter)
        place = await self._maker.place()
        wish = wish_of(form, place.partition)
        prepared = await self._maker.prepare(wish, form.new_profile, way_of(form))
        found = await findings(self._maker.accounts[Side.ROLE], prepared.plan, place.region)
        return prepared, (*prepared.plan.warnings, *found)

    async def _sign(self, side: Side, profile: str) -> None:
        issued = await self._core.engine.session(ProfileName(profile), by=Starter.WINDOW, deliver=False, ask=True)
        self._maker.sign(side, profile, issued)

    async def make(self) -> None:
        """Carry the plan out, save the profile, start it once. What was made is in the outcome's record."""
        prepared = self.state.prepared
        if prepared is None or self.state.busy or self.state.page is not Page.PREVIEW:
            return
        self._put(replace(self.state, busy=True, page=Page.RESULT, said=(), problem=None))
        outcome = await self._maker.make(prepared, self._watch)
        self._put(replace(self.state, outcome=outcome, problem=outcome.problem))
        if outcome.problem is None and prepared.addition is not None:
            await self._first_start(prepared.addition.profile, local=prepared.addition.local, fresh=bool(outcome.made))
        self._put(replace(self.state, busy=False))

    async def _first_start(self, profile: str, *, local: bool, fresh: bool) -> None:
        name, clock = ProfileName(profile), self._core.world.clock
        begin = clock.monotonic()
        while True:
            try:
                # what is for another machine asks nobody here for a token
                self._core.engine.start(name, by=Starter.WINDOW if local else Starter.AUTO)
                status = await self._core.engine.started(name, timeout=START_SECONDS)
            except AppError as error:
                self._put(replace(self.state, problem=error.problem))
                return
            problem = problem_of(status.state)
            if problem is not None and not local and problem.code in ELSEWHERE:
                await self._core.engine.stop(name)
                self._put(replace(self.state, status=None, elsewhere=True))
                return
            late = clock.monotonic() - begin > TRUST_SECONDS
            if problem is None or not fresh or late or problem.code not in NOT_YET:
                self._put(replace(self.state, status=status, problem=problem))
                return
            await asyncio.sleep(_PAUSE)

    async def undo(self) -> None:
        """Take back exactly what was made."""
        outcome = self.state.outcome
        if outcome is None or not self.state.can_undo:
            return
        self._put(replace(self.state, busy=True, problem=None))
        names = [ProfileName(name) for table, name in outcome.record.added if table == "profiles"]
        await self._core.engine.stop(*names)
        undone = await self._maker.undo(outcome.record, self._watch)
        record = replace(outcome.record, made=undone.left, added=())
        left = replace(outcome, record=record, problem=undone.problem)
        self._put(replace(self.state, busy=False, outcome=left, problem=undone.problem, status=None, elsewhere=False))

    def _watch(self, step: Step, state: str) -> None:
        words = step_words(step.call.operation, step.about)
        said = self.state.said[:-1] if state != "begins" and self.state.said else self.state.said
        marks = {"begins": "… ", "waits": "… ", "made": "✓ "}
        self._put(replace(self.state, said=(*said, marks[state] + words)))

    def _put(self, state: FlowState) -> None:
        self.state = state
        self._changed(state)


async def _policies(account: Account) -> tuple[Offer, ...]:
    """AWS's own by path and name, the account's by their ARNs: as the form takes them."""
    found = await looking.managed_policies(account)
    return tuple(
        Offer(arn.partition(":policy/")[2] if ":iam::aws:policy/" in arn else arn, name, arn) for name, arn in found
    )


async def _instances(account: Account, region: str) -> tuple[Offer, ...]:
    found = await looking.instances(account, region)
    return tuple(
        Offer(one.id, one.name or one.id, "  ".join(filter(None, (one.id, one.state, one.profile.rpartition("/")[2]))))
        for one in found
    )
