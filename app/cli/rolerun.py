"""Carrying out what the commands of the role assistant ask: sessions, preview, questions, the run, the first start."""

import time
from collections.abc import Callable
from dataclasses import field
from typing import Any

from app.assistant.analyzer import findings as look_for_findings
from app.assistant.cross_account import Way
from app.assistant.executor import Outcome, Undone
from app.assistant.recipes import AnyWish
from app.assistant.records import Record
from app.assistant.values import Addition, RoleWish, Side, Step
from app.broker.protocol import Ask, Request
from app.choosing import profile_named
from app.cli.commands.sessions import confirm
from app.cli.context import Cli
from app.cli.getting import session_of
from app.cli.outcomes import failure, outcome_row, report, started, starter
from app.cli.output import note, say, say_json, say_problem
from app.cli.rolewish import role_wish
from app.cli.rolewords import plan_json, record_json, say_made, say_outputs, say_plan
from app.compose import Core
from app.domain.calls import Issued
from app.domain.problem import AppError, Code, Exit, Problem
from app.domain.values import dataclass
from app.rolemaking import ELSEWHERE, NOT_YET, TRUST_SECONDS, Prepared, RoleMaker
from app.roletext import made_words, step_words
from app.texts import T

TRUST_PAUSE = 3.0
_NOBODY = "Nobody can be asked here. Give --yes, and for a role that may do everything --allow-administrator."
MakeWish = Callable[[RoleWish, dict[str, Any]], AnyWish]


@dataclass(frozen=True, slots=True)
class Asked:
    """One `role create`: the options that all recipes share, and those of its own."""

    name: str
    make_wish: MakeWish
    options: dict[str, Any]
    way: Way = field(default_factory=Way)

    @property
    def profile(self) -> str | None:
        """The name of the profile at the end; None for none."""
        if self.options["no_profile"]:
            return None
        return str(self.options["profile"] or self.name)


def create(cli: Cli, asked: Asked) -> int:
    """Prepare, show, ask, make, start once."""
    options = asked.options
    sessions = _sessions(cli, options)

    async def look(one: Core) -> tuple[Prepared, tuple[Problem, ...]]:
        maker = _maker(one, sessions)
        place = await maker.place()
        wish = asked.make_wish(role_wish(asked.name, place.partition, options), options)
        prepared = await maker.prepare(wish, asked.profile, asked.way)
        return prepared, await look_for_findings(maker.accounts[Side.ROLE], prepared.plan, place.region)

    prepared, found = cli.on_core(look)
    as_json, dry = options["as_json"], options["dry_run"]
    if not as_json:
        say_plan(prepared, found)
    if dry:
        if as_json:
            say_json(plan_json(prepared, found))
        else:
            say_outputs(prepared.plan.outputs)
        return int(Exit.DONE)
    _agreed(cli, prepared, options)
    outcome = cli.on_core(lambda one: _maker(one, sessions).make(prepared, _watch))
    reload_engine(cli)
    return _end(cli, prepared, outcome, plan_json(prepared, found), options)


def _sessions(cli: Cli, options: dict[str, Any]) -> dict[Side, tuple[str, Issued]]:
    """Return the sessions that sign; production asks first."""
    catalog = cli.catalog()
    names = {Side.ROLE: options["with_profile"], Side.CALLER: options.get("grant_with")}
    found: dict[Side, tuple[str, Issued]] = {}
    for side, name in names.items():
        if name is None:
            continue
        profile = profile_named(catalog, name)
        if not options["dry_run"] and not options["yes"]:
            confirm(cli, profile)
        found[side] = (profile.name, session_of(cli, catalog, profile))
    return found


def _maker(core: Core, sessions: dict[Side, tuple[str, Issued]]) -> RoleMaker:
    maker = RoleMaker(core)
    for side, (profile, issued) in sessions.items():
        maker.sign(side, profile, issued)
    return maker


def _watch(step: Step, state: str) -> None:
    if state == "waits":
        note(T("Waiting for IAM: {step}", step=step_words(step.call.operation, step.about)))
    elif state == "made":
        note(T("Made: {step}", step=step_words(step.call.operation, step.about)))


def _agreed(cli: Cli, prepared: Prepared, options: dict[str, Any]) -> None:
    """Ask before anything is made; a role that may do everything asks twice."""
    if not prepared.plan.open:
        return
    questions = [] if options["yes"] else [T("Make this in account {account}?", account=prepared.plan.account)]
    if prepared.plan.confirm_twice and not options["allow_administrator"]:
        questions.append(T("The role may do everything in the account. Make it all the same?"))
    for question in questions:
        if not cli.terminal.present():
            raise AppError.of(Code.USAGE, reason=T(_NOBODY))
        if not cli.terminal.agrees(question):
            raise AppError.of(Code.CANCELED)


def reload_engine(cli: Cli) -> None:
    """Let the running engine know that the catalog was changed; it follows the file by itself, only a little later."""
    with cli.running() as engine:
        if engine is not None:
            try:
                engine.ask(Request(Ask.RELOAD))
            except AppError:
                return


def _end(cli: Cli, prepared: Prepared, outcome: Outcome, document: dict[str, object], options: dict[str, Any]) -> int:
    as_json = options["as_json"]
    if outcome.problem is not None:
        if as_json:
            say_json({**document, "record": record_json(outcome.record), "status": None})
        say_problem(outcome.problem, outcome.failed.call.operation if outcome.failed else "")
        say_made(outcome)
        return int(outcome.problem.exit)
    code, status = int(Exit.DONE), None
    if prepared.addition is not None and not options["no_start"]:
        code, status = _first_start(cli, prepared.addition, fresh=bool(outcome.made), as_json=as_json)
    if as_json:
        say_json({**document, "record": record_json(outcome.record), "status": status})
    else:
        say_outputs(prepared.plan.outputs)
        if outcome.record.made:
            say(T("Take it back with: rolecall role undo {record}", record=outcome.record.id))
    return code


def _first_start(cli: Cli, added: Addition, *, fresh: bool, as_json: bool) -> tuple[int, dict[str, object] | None]:
    """Start the profile once; a role that was just made is tried again for as long as IAM needs."""
    name, begin = added.profile, time.monotonic()
    while True:
        with cli.engine() as link:
            request = Request(Ask.START, names=(name,), by=starter(cli.terminal, link))
            outcome = started(cli.terminal, link, request)[0]
        problem = failure(outcome)
        late = time.monotonic() - begin > TRUST_SECONDS
        if problem is None or not fresh or late or problem.code not in NOT_YET:
            break
        note(T("The role is new, STS does not let it be assumed yet. Trying again."))
        time.sleep(TRUST_PAUSE)
    now = cli.world.clock.now()
    if problem is not None and not added.local and problem.code in ELSEWHERE:
        note(T("Profile {name} is in the catalog. It starts where the role is given: not on this machine.", name=name))
        with cli.engine() as link:
            link.ask(Request(Ask.STOP, names=(name,)))
        return int(Exit.DONE), None
    row = outcome_row(outcome, now)
    if as_json:
        if problem is not None:
            say_problem(problem, name)
        return int(problem.exit if problem is not None else Exit.DONE), row
    return report([outcome], now, as_json=False), row


def take_back(cli: Cli, record: str | None, given: dict[Side, str | None], *, yes: bool, dry_run: bool) -> int:
    """Take back what one run made (None: the last). `given`: profiles to sign with, in place of those that made it."""
    found = cli.on_core(lambda one: _found(one, record))
    for made in reversed(found.made):
        say(made_words(made))
    for table, name in found.added:
        say(f"profiles.toml: [{table}.{name}]")
    if dry_run:
        return int(Exit.DONE)
    if not yes:
        _agreed_to_undo(cli, found)
    sessions = _signers(cli, found, given)
    _stop(cli, [name for table, name in found.added if table == "profiles"])
    done = cli.on_core(lambda one: _taken_back(one, found, sessions))
    reload_engine(cli)
    if done.problem is not None:
        say_problem(done.problem)
        note(T("This is left: {left}", left=", ".join(made_words(one) for one in done.left)))
        return int(done.problem.exit)
    say(T("Taken back."))
    return int(Exit.DONE)


def _stop(cli: Cli, names: list[str]) -> None:
    """Give back what the profiles have written, before they leave the catalog."""
    known = [name for name in names if name in cli.catalog().profiles]
    if known:
        with cli.engine() as link:
            link.ask(Request(Ask.STOP, names=tuple(known)))


async def _found(core: Core, record: str | None) -> Record:
    return RoleMaker(core).records.find(record)


def _agreed_to_undo(cli: Cli, record: Record) -> None:
    if not cli.terminal.present():
        raise AppError.of(Code.USAGE, reason=T(_NOBODY))
    if not cli.terminal.agrees(T("Take this back in account {account}?", account=record.account)):
        raise AppError.of(Code.CANCELED)


def _signers(cli: Cli, record: Record, given: dict[Side, str | None]) -> dict[Side, tuple[str, Issued]]:
    catalog = cli.catalog()
    wanted = {side: given.get(side) or record.profiles.get(str(side), "") for side in Side}
    return {
        side: (profile, session_of(cli, catalog, profile_named(catalog, profile)))
        for side, profile in wanted.items()
        if profile or side is Side.ROLE
    }


async def _taken_back(core: Core, record: Record, sessions: dict[Side, tuple[str, Issued]]) -> Undone:
    maker = _maker(core, sessions)
    place = await maker.place()
    if place.account != record.account:
        raise AppError.of(Code.ROLE_ACCOUNT, account=place.account, expected=record.account)
    return await maker.undo(record, _watch)
