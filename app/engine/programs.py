"""May this program have this profile's session now? Remembered decisions, and questions where there is none.

`decide`, `remembered`, `wanted` and `decisions` may be called from any thread; all else belongs to the engine's loop.
"""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from app.domain.digests import sha256
from app.domain.names import ProfileName
from app.domain.problem import AppError
from app.domain.profile import ApprovePrograms, Catalog
from app.domain.programs import (
    ONCE_WITHIN,
    QUIET,
    Answer,
    Asking,
    Decision,
    Program,
    Verdict,
    Way,
    answers_for,
    counts,
    end_of,
)
from app.domain.session import QuestionKind, SessionKey
from app.domain.values import dataclass
from app.engine.deciding import DecisionFile
from app.engine.questions import Questions
from app.engine.store import Store
from app.engine.tasks import Tasks
from app.ports import Clock

_Key = tuple[str, SessionKey]  # a program's identity, and the session that it is about


@dataclass(frozen=True, slots=True)
class GateParts:
    """What the gate works with. `session_name` gives what CloudTrail shows of a profile; "" where there is none."""

    store: Store
    clock: Clock
    questions: Questions
    tasks: Tasks
    file: DecisionFile
    catalog: Callable[[], Catalog]
    session_name: Callable[[ProfileName], str]


class ProgramGate:
    """The port Programs."""

    def __init__(self, parts: GateParts) -> None:
        """Remember nothing yet; `open` reads the file."""
        self._parts = parts
        self._guard = threading.Lock()
        self._decisions: dict[_Key, Decision] = {}
        self._standing: set[str] = set()  # decisions "until lock" since the last one
        self._once: dict[_Key, datetime] = {}
        self._quiet: dict[_Key, datetime] = {}
        self._asked: set[_Key] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.answered: Callable[[Asking, Answer], None] | None = (
            None  # told of each answer, a late no included; on the loop
        )
        self.revoked: Callable[[Decision], None] | None = None  # told of each that counted; on the loop

    def open(self) -> None:
        """Read what was decided before; blocking, small."""
        self._loop = asyncio.get_running_loop()
        found = self._parts.file.load(self._parts.clock.now())
        with self._guard:
            self._decisions = {(one.identity, one.session): one for one in found} | self._decisions

    # any thread

    def wanted(self, profile: ProfileName) -> bool:
        """Whether programs need approval for the profile."""
        return self._wish(profile) is not ApprovePrograms.NEVER

    def remembered(self, program: Program, profile: ProfileName, narrowing: str = "") -> bool:
        """Whether an earlier decision allows it now, using nothing up."""
        return self._known(program, SessionKey(profile, narrowing)) is Verdict.ALLOWED

    def decide(self, program: Program, profile: ProfileName, way: Way, narrowing: str = "") -> Verdict:
        """Answer at once; ASKED: a question is open now."""
        session = SessionKey(profile, narrowing)
        known = self._known(program, session) or self._used(program, session)
        if known is not None:
            return known
        loop = self._loop
        if not program.identity or loop is None:
            return Verdict.DENIED  # an answer could not find its way back to the one who asked
        try:
            loop.call_soon_threadsafe(self._raise, program, session, way)
        except RuntimeError:  # closed in between
            return Verdict.DENIED
        return Verdict.ASKED

    def decisions(self) -> tuple[Decision, ...]:
        """Return the decisions that count at this moment, newest first."""
        with self._guard:
            found = [one for one in self._decisions.values() if self._counts(one, self._wish(one.profile))]
        return tuple(sorted(found, key=lambda one: one.at, reverse=True))

    def _wish(self, profile: ProfileName) -> ApprovePrograms | None:
        found = self._parts.catalog().profiles.get(profile)
        return None if found is None else found.safety.approve_programs

    def _known(self, program: Program, session: SessionKey) -> Verdict | None:
        """Return what is decided without a person and without using up a "once"."""
        wish = self._wish(session.profile)
        if wish is None or self._parts.store.locked:
            return Verdict.DENIED
        if wish is ApprovePrograms.NEVER:
            return Verdict.ALLOWED
        with self._guard:
            decision = self._decisions.get((program.identity, session)) if program.identity else None
            if decision is not None and self._counts(decision, wish):
                return Verdict.ALLOWED if decision.answer.allows else Verdict.DENIED
            whole = self._decisions.get((program.identity, SessionKey(session.profile))) if program.identity else None
            if whole is not None and whole.answer.allows and self._counts(whole, wish):
                return Verdict.ALLOWED  # the whole was allowed, and this is a part of it
        return None

    def _used(self, program: Program, session: SessionKey) -> Verdict | None:
        """Use up a "once" that nobody waited for; a no of just now answers the rest of a burst."""
        if not program.identity:
            return None
        key, now = (program.identity, session), self._parts.clock.now()
        with self._guard:
            until = self._once.pop(key, None)
            if until is not None and now < until <= now + ONCE_WITHIN:
                return Verdict.ALLOWED
            quiet = self._quiet.get(key)
            return Verdict.DENIED if quiet is not None and now < quiet <= now + QUIET else None

    def _counts(self, one: Decision, wish: ApprovePrograms | None) -> bool:
        if wish is None or wish is ApprovePrograms.NEVER:
            return False
        return counts(one, wish, self._parts.clock.now(), locked_since=one.id not in self._standing)

    # the engine's loop

    async def allowed(self, program: Program, profile: ProfileName, way: Way, narrowing: str = "") -> bool:
        """As `decide`, but wait for the person; no answer in 60 s is no."""
        session = SessionKey(profile, narrowing)
        known = self._known(program, session) or self._used(program, session)
        if known is not None:
            return known is Verdict.ALLOWED
        return (await self._ask(self._asking(program, session, way))).allows

    def revoke(self, decision_id: str | None) -> int:
        """Take one decision back, or all; a "once" that waits for its request goes with it."""
        with self._guard:
            gone = [key for key, one in self._decisions.items() if decision_id in (None, one.id)]
            counted = [one for key in gone if self._counts(one := self._decisions[key], self._wish(one.profile))]
            for key in gone:
                del self._decisions[key]
                self._once.pop(key, None)
            if decision_id is None:
                self._once.clear()
        if gone:
            self._save()
        if self.revoked is not None:
            for one in counted:
                self.revoked(one)
        return len(counted)

    def locked(self) -> None:
        """End what was allowed until lock, and every "once" that was not used."""
        with self._guard:
            self._standing.clear()
            self._once.clear()
            self._quiet.clear()

    def _raise(self, program: Program, session: SessionKey, way: Way) -> None:
        key = (program.identity, session)
        if key not in self._asked and self._known(program, session) is None:
            self._asked.add(key)
            self._parts.tasks.spawn(self._in_background(self._asking(program, session, way), key))

    async def _in_background(self, asking: Asking, key: _Key) -> None:
        """Ask for one who does not wait: a "once" is kept for the next request."""
        try:
            answer = await self._ask(asking)
        finally:
            self._asked.discard(key)
        if answer is Answer.ONCE:
            with self._guard:
                self._once[key] = self._parts.clock.now() + ONCE_WITHIN

    def _asking(self, program: Program, session: SessionKey, way: Way) -> Asking:
        profile = session.profile
        wish = self._wish(profile) or ApprovePrograms.EACH_TIME
        try:
            name = self._parts.session_name(profile)
        except AppError:
            name = ""  # a broken chain is said when the session is asked for
        last = self._decisions.get((program.identity, session)) if program.identity else None
        return Asking(program, profile, way, name, answers_for(wish, program), last, session.narrowing)

    async def _ask(self, asking: Asking) -> Answer:
        questions = self._parts.questions
        try:
            given = await questions.ask(QuestionKind.PROGRAM, asking.subject, lambda: (asking.profile,), asking=asking)
        except TimeoutError:
            answer = Answer.DENY
        else:
            answer = _answer(given, asking)
            self._remember(asking, answer)
        if self.answered is not None:
            self.answered(asking, answer)
        if not answer.allows and asking.program.identity:
            with self._guard:
                self._quiet[asking.program.identity, asking.session] = self._parts.clock.now() + QUIET
        return Answer.DENY if self._parts.store.locked else answer

    def _remember(self, asking: Asking, answer: Answer) -> None:
        program, now = asking.program, self._parts.clock.now()
        if not program.identity or self._parts.store.locked:
            return
        key = (program.identity, asking.session)
        about = (program.identity, asking.profile, *([asking.narrowing] if asking.narrowing else ()))
        number = sha256("\n".join(about).encode()).hexdigest()[:8]
        made = Decision(number, asking.profile, program.identity, program.executable, program.script, answer, now)
        made = replace(made, until=end_of(answer, now), narrowing=asking.narrowing)
        with self._guard:
            before = self._decisions.get(key)
            if before is not None and before.answer is answer and (now - before.at).total_seconds() < 1:
                return  # another who waited for the same answer
            self._decisions[key] = made
            self._standing.discard(number)
            if answer is Answer.UNTIL_LOCK:
                self._standing.add(number)
        if program.key:
            self._save()

    def _save(self) -> None:
        with self._guard:
            kept = tuple(one for one in self._decisions.values() if not one.identity.startswith("process "))
        self._parts.file.save(kept)


def _answer(given: str | None, asking: Asking) -> Answer:
    """Read an answer; one that was not offered is no more than "once", or no."""
    if given == "yes":
        return Answer.ONCE
    try:
        answer = Answer(given or "")
    except ValueError:
        return Answer.DENY
    if answer in asking.answers:
        return answer
    return Answer.ONCE if answer.allows else Answer.DENY
