"""Run the benchmarks and print one table; ends with 1 where a target is missed, 2 where one did not run.

python -m bench.run [NAME…]      NAME: a part of a benchmark's file name
"""

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
_TIME = 1800


def main(names: list[str]) -> int:
    """Run what was asked for, or all."""
    files = sorted(HERE.glob("bench_*.py"))
    chosen = [file for file in files if not names or any(name in file.name for name in names)]
    rows: list[dict[str, object]] = []
    failed: list[str] = []
    for file in chosen:
        print(f"… {file.stem}", file=sys.stderr, flush=True)
        done = subprocess.run(
            [sys.executable, "-m", f"bench.{file.stem}"],
            cwd=HERE.parent,
            stdout=subprocess.PIPE,
            timeout=_TIME,
            check=False,
            text=True,
        )
        rows += [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        if done.returncode:
            failed.append(file.stem)
    print(table(rows))
    for name in failed:
        print(f"{name}: did not run to its end")
    missed = [row for row in rows if not met(row)]
    return 2 if failed else int(bool(missed))


def met(row: dict[str, object]) -> bool:
    """Whether a row keeps within its limit."""
    return float(str(row["ratio"])) <= float(str(row["limit"]))


def table(rows: list[dict[str, object]]) -> str:
    """Return the rows as a Markdown table."""
    head = ["#", "what", "ours", "yardstick", "ratio", "target", ""]
    lines = [head, ["---"] * len(head)]
    for row in sorted(rows, key=lambda one: int(str(one["target"]))):
        unit = row.get("unit", "")
        lines.append(
            [
                str(row["target"]),
                f"{row['what']}{' (' + str(row['note']) + ')' if row.get('note') else ''}",
                f"{float(str(row['ours'])):.4g} {unit}",
                f"{float(str(row['yardstick'])):.4g} {unit}",
                f"{float(str(row['ratio'])):.2f}",
                f"≤ {float(str(row['limit'])):g}",
                "met" if met(row) else "MISSED",
            ]
        )
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
