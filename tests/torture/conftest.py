"""One table at the end: each promise, what was tried, and how it went. Rows of other rooms say theirs the same way."""

from collections.abc import Callable
from typing import Any

import pytest

# in the order of the table; a row without a test in this run is named all the same
PROMISES = (
    "no torn file",
    "power",
    "undo",
    "no lost edit",
    "disk",
    "network",
    "time",
    "vault",
    "sign-in",
    "broker",
    "endpoint",
    "files",
    "secrets",
    "clipboard",
    "one instance",
    "imports",
    "soak",
)
Row = Callable[[str, str], None]
# for what has one size: it runs with every test run, and in the table of `make torture`
BOTH = pytest.mark.parametrize("run", ["every", pytest.param("torture", marks=pytest.mark.torture)])


@pytest.fixture
def row(record_property: Callable[[str, object], None]) -> Row:
    """Say a promise's figure: `row("vault", "8 faults, longest stall 20 ms")`."""

    def say(promise: str, figure: str) -> None:
        assert promise in PROMISES
        record_property("row", [promise, figure])
        print(f"{promise}: {figure}")

    return say


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the table, if torture was asked for."""
    if "torture" not in str(config.getoption("markexpr")).replace("not torture", ""):
        return
    figures: dict[str, list[str]] = {promise: [] for promise in PROMISES}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, ()):
            if getattr(report, "when", "") != "call":
                continue
            said = [one for name, one in report.user_properties if name == "row"]
            for promise, figure in said:
                figures[promise].append(f"{outcome}  {figure} ({report.duration:.0f} s)")
            if not said and outcome == "failed":
                terminalreporter.write_line(f"failed without a figure: {report.nodeid}")
    terminalreporter.section("what was promised, and how it held")
    for promise, lines in figures.items():
        terminalreporter.write_line(f"{promise:<14} {lines[0] if lines else 'not in this run'}")
        for line in lines[1:]:
            terminalreporter.write_line(f"{'':<14} {line}")
