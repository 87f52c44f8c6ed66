"""The demo without a window: a table that stays live through two renewals, and the proof of what was written."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping

from app.cli.output import note, say, say_problem
from app.cli.sandbox import Sandbox
from app.compose import Core
from app.domain.names import ProfileName
from app.domain.problem import Exit
from app.domain.session import Starter, Status, lease_of, state_name
from app.engine.store import Change
from app.listing import problem_shown
from app.texts import T, say_time_left

RENEWALS = 2
TICK_SECONDS = 1.0
PROOF_SECONDS = 30.0
SECTIONS = ("credentials-file", "default")
# a fresh interpreter, so that boto3 finds the section as any program of the person's would
PROOF = """
import json, sys
import boto3
for name in sys.argv[1:]:
    identity = boto3.Session(profile_name=name).client("sts", region_name="us-east-1").get_caller_identity()
    print(json.dumps({"section": name, "arn": identity["Arn"], "account": identity["Account"]}), flush=True)
"""


class Show:
    """Starts the sandbox's profiles and shows them until each was renewed twice, or the time is over."""

    def __init__(self, sandbox: Sandbox, *, seconds: float) -> None:
        """`seconds`: when to end at the latest."""
        self._sandbox = sandbox
        self._seconds = seconds
        self._keys: dict[ProfileName, list[str]] = {}
        self._lines = 0

    def run(self) -> int:
        """Return 0 if every profile got its session, was renewed, and every section was proved."""
        return asyncio.run(self._run())

    async def _run(self) -> int:
        core = await self._sandbox.open_core()
        try:
            return await self._shown(core)
        finally:
            await core.close(grace=1.0)

    async def _shown(self, core: Core) -> int:
        engine = core.engine
        await engine.open(names=(), auto=False)
        cancel = engine.store.subscribe(lambda change: self._count(core, change))
        names = tuple(core.catalog.profiles)
        say(
            T(
                "{n} profiles; a session lasts {seconds} seconds here.",
                n=len(names),
                seconds=round(self._sandbox.lifetime.total_seconds()),
            )
        )
        for name in names:
            engine.start(ProfileName(name), by=Starter.COMMAND_LINE)
        deadline = core.world.clock.monotonic() + self._seconds
        while core.world.clock.monotonic() < deadline:
            self._draw(core)
            if all(len(self._keys.get(ProfileName(name), [])) > RENEWALS for name in names):
                break
            await asyncio.sleep(TICK_SECONDS)
        self._draw(core, last=True)
        cancel()
        return self._judged(core, await self._proved(core))

    def _count(self, core: Core, change: Change) -> None:
        """Note each new session of a profile."""
        for name in change.profiles:
            lease = lease_of(core.engine.store.status(name).state)
            keys = self._keys.setdefault(name, [])
            if lease is not None and lease.access_key_id not in keys:
                keys.append(lease.access_key_id)

    def _draw(self, core: Core, *, last: bool = False) -> None:
        """Draw the table over the one before on a terminal; elsewhere print it at the start and the end."""
        live = sys.stdout.isatty()
        if not live and not last and self._lines:
            return
        now = core.world.clock.now()
        rows = [self._row(core.engine.store.status(ProfileName(name))) for name in core.catalog.profiles]
        left = [say_time_left(core.engine.store.status(ProfileName(name)).left(now)) for name in core.catalog.profiles]
        lines = [f"{T('PROFILE'):24}{T('STATE'):12}{T('LEFT'):>8}  {T('RENEWED'):>7}  {T('IDENTITY')}"]
        for row, time_left in zip(rows, left, strict=True):
            shown = time_left if row[1] in {"active", "renewing", "waiting"} else "-"
            lines.append(f"{row[0]:24}{row[1]:12}{shown:>8}  {row[2]:>7}  {row[3]}")
        if live and self._lines:
            sys.stdout.write(f"\x1b[{self._lines}F\x1b[J")
        for line in lines:
            say(line)
        sys.stdout.flush()
        self._lines = len(lines)

    def _row(self, status: Status) -> tuple[str, str, int, str]:
        lease = lease_of(status.state)
        renewed = max(len(self._keys.get(status.profile, [])) - 1, 0)
        return status.profile, state_name(status.state), renewed, (lease.arn if lease else None) or "-"

    async def _proved(self, core: Core) -> Mapping[str, str]:
        """Return section -> ARN as a fresh boto3 gets it with each written section."""
        sections = [
            one.target
            for status in core.engine.store.active()
            for one in status.deliveries
            if one.written_at is not None and one.kind in SECTIONS
        ]
        if not sections:
            return {}
        environ = {**os.environ, **self._sandbox.aws_environment}
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            PROOF,
            *sections,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(PROOF_SECONDS):
                out, err = await child.communicate()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()
            return {}
        if child.returncode:
            note(err.decode(errors="replace").strip().splitlines()[-1])
        found = [json.loads(line) for line in out.decode().splitlines()]
        return {str(one["section"]): str(one["arn"]) for one in found}

    def _judged(self, core: Core, proved: Mapping[str, str]) -> int:
        code = Exit.DONE
        for name in core.catalog.profiles:
            status = core.engine.store.status(ProfileName(name))
            problem = problem_shown(status)
            if problem is not None:
                say_problem(problem, name)
                code = code if code is not Exit.DONE else problem.exit
            elif not self._good(status, proved):
                note(T("{name}: not every section could be proved.", name=name))
                code = code if code is not Exit.DONE else Exit.UNEXPECTED
        if code is Exit.DONE:
            say(T("Every session was renewed {n} times and every section works.", n=self._fewest()))
        return int(code)

    def _fewest(self) -> int:
        return min((len(keys) - 1 for keys in self._keys.values()), default=0)

    def _good(self, status: Status, proved: Mapping[str, str]) -> bool:
        """A session that never ended, and each of its sections answers with the profile's own identity."""
        lease = lease_of(status.state)
        if lease is None:
            return False
        for one in status.deliveries:
            if one.kind not in SECTIONS:
                continue
            arn = proved.get(one.target)
            say(f"  [{one.target}] {arn or '-'}")
            if one.written_at is not None and (arn is None or (lease.arn is not None and arn != lease.arn)):
                return False
        return True
