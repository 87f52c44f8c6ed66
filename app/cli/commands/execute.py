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
from app.cli.narrowing import check, narrowing_options
from app.cli.output import note, say_problem
from app.cli.own_endpoint import OwnEndpoint
from app.deliveries.renewing import renewing, renewing_environment
from app.deliveries.variables import environment
from app.domain.calls import Issued
from app.domain.narrowing import Narrowing
from app.domain.problem import AppError, Code, Problem
from app.domain.profile import Catalog, Profile, Settings
from app.folders import aws_paths
from app.texts import T

NOT_FOUND, NOT_EXECUTABLE = 127, 126


class _Exec(click.Command):
    """A command whose options may stand on either side of the profile's name, but never behind its `--`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Bring our options that stand between the name and the `--` before the name."""
        return super().parse_args(ctx, in_order(args, self.get_params(ctx)))


@click.command("exec", cls=_Exec, context_settings={"allow_interspersed_args": False})
@click.argument("name")
@click.option("--env", "plain", is_flag=True, help="Hand the session over in plain variables, which nothing renews.")
@yes_option
@narrowing_options
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- COMMAND...")
@click.pass_obj
def execute(cli: Cli, name: str, command: tuple[str, ...], *, plain: bool, yes: bool, narrowing: Narrowing) -> int:
    """Run a command with a profile's session; returns the command's own exit code.

    The command's AWS SDKs ask Rolecall for credentials over loopback and get fresh ones however long it runs. A
    program that knows no container credentials needs --env.

    With --read-only, --policy, --policy-arn or --duration a second session beside the profile's own, which may do less:
    for scripts and coding agents.
    """
    if command[:1] == ("--",):
        command = command[1:]
    if not command:
        raise click.UsageError(T("Give the command to run."))
    catalog = cli.catalog()
    profile = profile_named(catalog, name)
    check(cli, catalog, profile, narrowing)
    if not yes:
        confirm(cli, profile, copying=True)
    issued = session_of(cli, catalog, profile, narrowing=narrowing)
    sessions = _Sessions(cli, profile, narrowing)
    code = None if plain else run_renewing(cli, catalog, profile, issued, command, sessions)
    if code is not None:
        return code
    return run_command(command, child_environment(cli.world.environ, catalog, profile, issued))


def in_order(args: Sequence[str], params: Sequence[click.Parameter]) -> list[str]:
    """Return the arguments with our options that stand between the name and the first `--` put before the name.

    Without a `--` all behind the name is the command: what it begins with may well be called like an option of ours.
    """
    options = {name: one for one in params if isinstance(one, click.Option) for name in one.opts}
    before, rest = _options_of(list(args), options)
    if not rest:
        return list(args)
    between, command = _options_of(rest[1:], options)
    return [*before, *between, rest[0], *command] if command[:1] == ["--"] else list(args)


def _options_of(args: list[str], options: Mapping[str, click.Option]) -> tuple[list[str], list[str]]:
    """Return the options that the arguments begin with, with their values, and what comes behind them."""
    place = 0
    while place < len(args) and args[place] != "--":
        name, equals, _ = args[place].partition("=")
        option = options.get(name)
        if option is None:
            break
        place += 1 if option.is_flag or equals else 2
    return args[:place], args[place:]


class _Sessions:
    """The engine that runs at the moment, or one of the command's own."""

    def __init__(self, cli: Cli, profile: Profile, narrowing: Narrowing) -> None:
        self._cli = cli
        self._profile = profile
        self._narrowing = narrowing

    def fetch(self) -> Issued:
        return next_session(self._cli, self._profile, self._narrowing)

    def locked(self) -> bool:
        try:
            engine = running_engine(self._cli.folders)
        except AppError:  # it does not answer: nothing says that it is locked
            return False
        if engine is None:
            return False
        engine.close()
        return engine.flags.get("locked") is True


def run_renewing(
    cli: Cli, catalog: Catalog, profile: Profile, issued: Issued, command: Sequence[str], sessions: _Sessions
) -> int | None:
    """Run the command beside an endpoint of its own; None where its SDKs would not end there, which is said."""
    world = cli.world
    aws = aws_paths(Settings(), world.environ, world.home)
    code = 0
    try:
        with OwnEndpoint(
            profile.name,
            issued,
            sessions,
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
