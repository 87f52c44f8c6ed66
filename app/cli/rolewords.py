"""What the commands of the role assistant print: plans, trust policies, what was made."""

from collections.abc import Mapping, Sequence

from app.assistant.answers import text
from app.assistant.executor import Outcome
from app.assistant.explain import Trusted, When, Who
from app.assistant.records import Record, call_json
from app.assistant.values import Output
from app.cli.output import note, say, say_warning
from app.domain.durations import say as say_duration
from app.domain.problem import Problem
from app.listing import problem_row
from app.rolemaking import Prepared
from app.roletext import made_words, output_lines, plan_lines
from app.texts import T


def say_plan(prepared: Prepared, findings: Sequence[Problem]) -> None:
    """Print the plan: each call with its parameters, what is there already, what the catalog gets, warnings."""
    for line in plan_lines(prepared):
        say(line)
    for one in (*prepared.plan.warnings, *findings):
        say_warning(one)


def say_outputs(outputs: Sequence[Output]) -> None:
    """Print what a person copies elsewhere."""
    for line in output_lines(outputs):
        say(line)


def say_made(outcome: Outcome) -> None:
    """Say what a failed run left, and how to take exactly that back."""
    if outcome.record.made:
        note(T("This was made before:"))
        for one in outcome.record.made:
            note(f"  {made_words(one)}")
        note(T("Run the same again to go on, or take it back: rolecall role undo {record}", record=outcome.record.id))


def plan_json(prepared: Prepared, findings: Sequence[Problem]) -> dict[str, object]:
    """Return a plan for programs."""
    plan, one = prepared.plan, prepared.addition
    return {
        "version": 1,
        "recipe": str(plan.recipe),
        "account": plan.account,
        "role_arn": plan.role_arn,
        "steps": [
            {**call_json(step.call), "there": step.there, "undo": [call_json(call) for call in step.undo]}
            for step in plan.steps
        ],
        "warnings": [problem_row(problem) for problem in (*plan.warnings, *findings)],
        "outputs": [{"kind": output.kind, "text": output.text} for output in plan.outputs],
        "profile": None if one is None else {"name": one.profile, "values": _plain(one.values)},
        "sources": {} if one is None else {name: _plain(values) for name, values in one.sources.items()},
    }


def record_json(one: Record) -> dict[str, object]:
    """Return a record for programs."""
    return {
        "id": one.id,
        "at": one.at.isoformat().replace("+00:00", "Z"),
        "recipe": one.recipe,
        "account": one.account,
        "role_arn": one.role_arn,
        "made": [{"operation": made.operation, "about": made.about, "sure": made.sure} for made in one.made],
        "catalog": [{"table": table, "name": name} for table, name in one.added],
    }


def trust_json(statements: Sequence[Trusted]) -> list[dict[str, object]]:
    """Return a trust policy for programs."""
    return [
        {
            "allows": one.allows,
            "way": one.way,
            "wide": one.wide,
            "who": [{"kind": who.kind, "name": who.name} for who in one.who],
            "when": [
                {"kind": when.kind, "operator": when.operator, "key": when.key, "values": list(when.values)}
                for when in one.when
            ],
        }
        for one in statements
    ]


def say_trust(role_arn: str, statements: Sequence[Trusted]) -> None:
    """Explain a trust policy in words."""
    say(T("{role} can be assumed by:", role=role_arn) if statements else T("Nobody can assume {role}.", role=role_arn))
    for one in statements:
        way = {
            "assume": T("with AssumeRole"),
            "web-identity": T("with a web identity token"),
            "saml": T("with a SAML assertion"),
        }.get(one.way, T("with any call of STS"))
        who = ", ".join(_who(each) for each in one.who) or T("nobody")
        say(f"- {who}, {way}" if one.allows else f"- {T('never')}: {who}, {way}")
        for when in one.when:
            say(f"    {T('if')} {_when(when)}")
        if one.wide:
            note(f"  {T('This is wide: nothing pins who it is.')}")


def _who(one: Who) -> str:
    match one.kind:
        case "anybody":
            return T("anybody, of any account")
        case "account":
            return T("any identity of account {name} whose own policies allow it", name=one.name)
        case "service":
            return T("the service {name}", name=one.name)
        case "provider":
            return T("identities of {name}", name=one.name)
        case _:
            return one.name


def _when(one: When) -> str:
    values = T(" or ").join(one.values)
    match one.kind:
        case "external-id":
            return T("the external ID is {values}", values=values)
        case "mfa":
            return T("MFA was used")
        case "mfa-age":
            seconds = one.values[0]
            age = say_duration_of(seconds) if seconds.isdigit() else seconds
            return T("MFA was used less than {age} ago", age=age)
        case "audience":
            return T("the token's audience is {values}", values=values)
        case "subject":
            return T("the token's subject is {values}", values=values)
        case "source":
            return T("it comes from {values}", values=values)
        case _:
            return f"{one.operator} {one.key}: {values}"


def say_duration_of(seconds: str) -> str:
    """Return seconds as a duration."""
    from datetime import timedelta

    return say_duration(timedelta(seconds=int(seconds)))


def instance_words(row: object) -> str:
    """Return an instance profile's name out of its ARN."""
    return text(row).rsplit("/", 1)[-1]


def _plain(value: Mapping[str, object]) -> dict[str, object]:
    return {key: dict(one) if isinstance(one, Mapping) else one for key, one in value.items()}  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
