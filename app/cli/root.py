"""The root command: global options, subcommands by name, and what becomes of every way to fail."""

import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

import click

from app.cli.output import note, say_problem
from app.domain.problem import AppError, Code, Exit, Problem, Verb

if TYPE_CHECKING:
    from app.cli.context import Cli, ShowWindow

# name: module under app.cli.commands, object, one line of help
COMMANDS: dict[str, tuple[str, str, str]] = {
    "list": ("listing", "list_profiles", "Show the profiles of the catalog."),
    "status": ("listing", "status", "Show the sessions: state, expiry, identity, deliveries."),
    "start": ("sessions", "start", "Start profiles: get their sessions and deliver them."),
    "stop": ("sessions", "stop", "Stop profiles and give back what was there before."),
    "refresh": ("refresh", "refresh", "Keep sessions fresh without a window, until stopped."),
    "env": ("handout", "env", "Print a profile's session as exports for a shell or a file."),
    "exec": ("execute", "execute", "Run a command with a profile's session."),
    "credentials": ("credentials", "credentials", "Print a profile's session as credential_process JSON."),
    "console": ("console", "console", "Sign in to the AWS console."),
    "default": ("sessions", "default", "Make a profile the one behind [default]."),
    "palette": ("palette", "palette", "Open the quick switch window."),
    "keys": ("keys", "keys", "Set, show, rotate and remove the secrets of a source."),
    "vault": ("vault", "vault", "Show and choose where secrets are kept; move them."),
    "source": ("sources", "source", "Add, edit, show and remove sources."),
    "profile": ("profiles", "profile", "Add, edit, show and remove profiles."),
    "role": ("role", "role", "Make IAM roles, see who can assume one, take back what was made."),
    "approve": ("approve", "approve", "Allow exactly the command that a source names; show what is allowed."),
    "programs": ("programs", "programs", "Show and answer programs that ask; take decisions back."),
    "pause": ("whole", "pause", "Rest: no renewals until a time, or until resume."),
    "resume": ("whole", "resume", "End a pause."),
    "lock": ("whole", "lock", "Stop everything and forget sessions until unlock."),
    "unlock": ("whole", "unlock", "End a lock; open the secrets file."),
    "undo": ("safety", "undo", "Put back what the last write to the AWS files replaced."),
    "import": ("importing", "import_profiles", "Take sources and profiles over from the AWS files."),
    "doctor": ("doctor", "doctor", "Check everything; explain what is wrong and what to do."),
    "activity": ("activity", "activity", "Show what happened: sessions, renewals, problems."),
    "autostart": ("leaving", "autostart_", "Start the tray application at login, or no longer."),
    "uninstall": ("leaving", "uninstall", "Give everything back before the program goes."),
    "demo": ("demo", "demo", "Show everything against an embedded AWS, in a sandbox."),
}


class LazyCommands(click.Group):
    """A group whose commands are imported when they run; `--help` needs none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        del ctx
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        found: object = getattr(import_module(f"app.cli.commands.{entry[0]}"), entry[1])
        return found if isinstance(found, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table without importing a command."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry[2]) for name, entry in COMMANDS.items()])


def _version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:  # noqa: FBT001  click's order
    if not wanted or ctx.resilient_parsing:
        return
    from app import __version__

    click.echo(f"rolecall {__version__}")
    ctx.exit()


@click.command(
    cls=LazyCommands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Without a command, Rolecall starts its tray application, or raises the one that runs.",
)
@click.option("--debug", is_flag=True, help="Log more of Rolecall's own doing, never a secret.")
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Print the version."
)
@click.option("--self-test", is_flag=True, help="Check this installation, alone: no other command.")
@click.pass_context
def root(ctx: click.Context, *, debug: bool, self_test: bool) -> None:
    """Rolecall keeps AWS sessions fresh and hands them to the programs that need them."""
    from app.cli.context import Cli

    if self_test:  # the launcher takes it when it stands alone
        raise click.UsageError("--self-test goes without a command.")
    if not isinstance(ctx.obj, Cli):
        ctx.obj = Cli.real(debug=debug, show_window=ctx.obj, log=ctx.invoked_subcommand != "demo")


def run(argv: Sequence[str], *, given: "Cli | None" = None, show_window: "ShowWindow | None" = None) -> int:
    """Run one command line and return its exit code. `given`: a Cli of a world of its own, else this process's."""
    try:
        result = root.main(list(argv), prog_name="rolecall", standalone_mode=False, obj=given or show_window)
        return int(result) if isinstance(result, int) else Exit.DONE
    except AppError as error:
        say_problem(error.problem)
        return error.problem.exit
    except click.exceptions.NoArgsIsHelpError as error:
        note(error.ctx.get_help() if error.ctx else "")
        return Exit.USAGE
    except click.ClickException as error:
        return _usage(error)
    except click.exceptions.Exit as error:
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        note("")
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # whoever read us has had enough, as `| head` does; keep the interpreter from trying again at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except Exception as error:
        logging.getLogger("app.cli").exception("unexpected: %s", type(error).__name__)
        say_problem(Problem.of(Code.UNEXPECTED, Verb.REPORT, kind=type(error).__name__))
        return Exit.UNEXPECTED


def _usage(error: click.ClickException) -> int:
    context = getattr(error, "ctx", None)
    where = context.command_path if isinstance(context, click.Context) else "rolecall"
    message = " ".join(error.format_message().split())
    note(f"{where}: {message}")
    note(f"  Run: {where} --help")
    return Exit.USAGE
