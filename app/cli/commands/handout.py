"""env and exec: a profile's session for a shell, a file or a command."""

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
from app.cli.commands.sessions import confirm, yes_option
from app.cli.context import Cli
from app.cli.getting import session_of
from app.cli.output import say_problem
from app.deliveries.exports import Format, export
from app.deliveries.variables import environment
from app.domain.calls import Issued
from app.domain.problem import Code, Problem
from app.domain.profile import Catalog, Profile
from app.texts import T

FORMATS = [str(one) for one in Format]
NOT_FOUND, NOT_EXECUTABLE = 127, 126


@click.command()
@click.argument("name")
@click.option("--format", "-f", "form", type=click.Choice(FORMATS), help="Default: settings.shell of the catalog.")
@yes_option
@click.pass_obj
def env(cli: Cli, name: str, *, form: str | None, yes: bool) -> int:
    """Print a profile's session as exports. For a shell: eval "$(rolecall env NAME)"."""
    catalog = cli.catalog()
    profile = profile_named(catalog, name)
    if not yes:
        confirm(cli, profile, copying=True)
    issued = session_of(cli, catalog, profile)
    text = export(
        form or catalog.settings.shell,
        issued.credentials,
        profile=profile.name,
        region=profile.region or catalog.settings.region,
        env=profile.env,
        expires_at=issued.expires_at,
    )
    click.echo(text, nl=False)
    return 0


@click.command("exec", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("name")
@click.option("--env", "plain", is_flag=True, help="Hand the session over in plain variables (so far the only way).")
@yes_option
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- COMMAND...")
@click.pass_obj
def execute(cli: Cli, name: str, command: tuple[str, ...], *, plain: bool, yes: bool) -> int:
    """Run a command with a profile's session in its environment; returns the command's own exit code."""
    del plain
    command = command[1:] if command[0] == "--" else command
    if not command:
        raise click.UsageError(T("Give the command to run."))
    catalog = cli.catalog()
    profile = profile_named(catalog, name)
    if not yes:
        confirm(cli, profile, copying=True)
    issued = session_of(cli, catalog, profile)
    return run_command(command, child_environment(cli.world.environ, catalog, profile, issued))


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
