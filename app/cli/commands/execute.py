"""exec: a command with a profile's session, kept fresh while it runs."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from shutil import which

import click

from app import process
from app.choosing import profile_named
from app.cli.chain import resolved_key
from app.cli.child import end_as, run_child
from app.cli.commands.sessions import confirm, yes_option
from app.cli.context import Cli
from app.cli.getting import next_session, session_of
from app.cli.link import running_engine
from app.cli.output import note, say_problem
from app.cli.own_endpoint import OwnEndpoint
from app.deliveries.renewing import renewing, renewing_environment
from app.deliveries.variables import environment
from app.domain.calls import Issued
from app.domain.problem import AppError, Code, Problem
from app.domain.profile import Catalog, Profile, Settings
from app.folders import aws_paths
from app.texts import T

NOT_FOUND, NOT_EXECUTABLE = 127, 126
_OWN = frozenset({"--env", "--yes"})


@click.command("exec", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("name")
@click.option("--env", "plain", is_flag=True, help="Hand the session over in plain variables, which nothing renews.")
@yes_option
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- COMMAND...")
@click.pass_obj
def execute(cli: Cli, name: str, command: tuple[str, ...], *, plain: bool, yes: bool) -> int:
    """Run a command with a profile's session; returns the command's own exit code.

    The command's AWS SDKs ask Rolecall for credentials over loopback and get fresh ones however long it runs. A
    program that knows no container credentials needs --env.
    """
    command, given = own_options(command)
    plain, yes = plain or "--env" in given, yes or "--yes" in given
    if not command:
        raise click.UsageError(T("Give the command to run."))
    catalog = cli.catalog()
    profile = profile_named(catalog, name)
    if not yes:
        confirm(cli, profile, copying=True)
    issued = session_of(cli, catalog, profile)
    code = None if plain else run_renewing(cli, catalog, profile, issued, command)
    if code is not None:
        return code
    return run_command(command, child_environment(cli.world.environ, catalog, profile, issued))


def own_options(command: tuple[str, ...]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the command and the options of ours that stand between the name and its `--`.

    Without a `--` everything is the command's: what begins it may well be called like an option of ours.
    """
    if "--" not in command:
        return command, frozenset()
    place = command.index("--")
    head, rest = frozenset(command[:place]), command[place + 1 :]
    return (rest, head) if head <= _OWN else (command, frozenset())


class _Sessions:
    """The engine that runs at the moment, or one of the command's own."""

    def __init__(self, cli: Cli, profile: Profile) -> None:
        self._cli = cli
        self._profile = profile

    def fetch(self) -> Issued:
        return next_session(self._cli, self._profile)

    def locked(self) -> bool:
        try:
            engine = running_engine(self._cli.folders)
        except AppError:  # it does not answer: nothing says that it is locked
            return False
        if engine is None:
            return False
        engine.close()
        return engine.flags.get("locked") is True


def run_renewing(cli: Cli, catalog: Catalog, profile: Profile, issued: Issued, command: Sequence[str]) -> int | None:
    """Run the command beside an endpoint of its own; None where its SDKs would not end there, which is said."""
    world = cli.world
    aws = aws_paths(Settings(), world.environ, world.home)
    code = 0
    try:
        with OwnEndpoint(
            profile.name,
            issued,
            _Sessions(cli, profile),
            clock=world.clock,
            runtime=cli.folders.runtime,
            aws=aws,
        ) as own:
            region = profile.region or catalog.settings.region
            ours = renewing("environment", own.served.variables(), region=region, env=profile.env)
            environ = {**renewing_environment(world.environ, ours), "ROLECALL_PROFILE": profile.name}
            proved = resolved_key(environ) in own.keys
            if proved:
                code = _run_beside(command, environ)
    except OSError as error:
        note(T("The command gets plain variables, which nothing renews: {reason}.", reason=error.strerror or error))
        return None
    if proved:
        return end_as(code)  # everything is cleaned up: this may be the end of the process
    note(T("The command gets plain variables, which nothing renews: SDKs would find other credentials first."))
    return None


def _run_beside(command: Sequence[str], environ: Mapping[str, str]) -> int:
    path = which(command[0], path=environ.get("PATH"))
    if path is None:
        return _not_run(command[0])
    try:
        return run_child(path, command, environ)
    except OSError:
        say_problem(Problem.of(Code.EXEC_NOT_EXECUTABLE, command=command[0]))
    return NOT_EXECUTABLE


def child_environment(environ: Mapping[str, str], catalog: Catalog, profile: Profile, issued: Issued) -> dict[str, str]:
    """Return the person's environment with the session in place of whatever credentials it named."""
    found = environment(
        environ,
        issued.credentials,
        region=profile.region or catalog.settings.region,
        env=profile.env,
        expires_at=issued.expires_at,
    )
    return {**found, "ROLECALL_PROFILE": profile.name}


def run_command(command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Become the command (Windows: run it and wait). Returns only where it could not be run, or on Windows."""
    path = which(command[0], path=environ.get("PATH"))
    if path is None:
        return _not_run(command[0])
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    if os.name == "nt":
        return subprocess.run([path, *command[1:]], env=dict(environ), check=False).returncode
    process.relax()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        os.execve(path, list(command), dict(environ))  # noqa: S606  this is what exec is for
    except OSError:
        say_problem(Problem.of(Code.EXEC_NOT_EXECUTABLE, command=command[0]))
    return NOT_EXECUTABLE


def _not_run(command: str) -> int:
    """As a shell does: 126 for a file that is there and cannot be run, 127 for none."""
    if os.sep in command and Path(command).exists():
        say_problem(Problem.of(Code.EXEC_NOT_EXECUTABLE, command=command))
        return NOT_EXECUTABLE
    say_problem(Problem.of(Code.EXEC_NOT_FOUND, command=command))
    return NOT_FOUND
