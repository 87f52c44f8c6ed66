"""activity: what happened, out of the journal."""

import csv
import sys
from datetime import datetime
from itertools import chain

import click

from app.activity import NAME, ActivityFile
from app.activitywords import HEAD, cells, row_of
from app.cli.commands.sessions import json_option
from app.cli.context import Cli
from app.cli.output import say, say_json, say_table
from app.domain.activity import Event, What
from app.domain.durations import parse_duration
from app.texts import T


@click.command()
@click.option("--profile", metavar="NAME", help="Of one profile.")
@click.option("--kind", type=click.Choice([str(one) for one in What]), multiple=True, help="Of these kinds; repeat it.")
@click.option("--since", metavar="DURATION", default="24h", show_default=True, help='How far back, as "24h" or "30m".')
@click.option("--csv", "as_csv", is_flag=True, help="Print it for a spreadsheet.")
@json_option
@click.pass_obj
def activity(cli: Cli, *, profile: str | None, kind: tuple[str, ...], since: str, as_csv: bool, as_json: bool) -> int:
    """Show what happened, oldest first. The running Rolecall keeps the journal; it has no secret."""
    begin = cli.world.clock.now() - parse_duration(since, "--since")
    found = [one for one in ActivityFile(cli.folders.state / NAME).read(begin) if _wanted(one, profile, kind)]
    if as_json:
        say_json({"events": [row_of(one) for one in found]})
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerows(chain([HEAD()], (cells(one, safe=True) for one in found)))
    elif found:
        say_table(HEAD(), [cells(one, zone=datetime.now().astimezone().tzinfo) for one in found])
    else:
        say(T("Nothing yet. Sessions you start appear here."))
    return 0


def _wanted(event: Event, profile: str | None, kinds: tuple[str, ...]) -> bool:
    return (profile is None or event.profile == profile) and (not kinds or event.what in kinds)
