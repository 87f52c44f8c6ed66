"""What the commands of the role assistant print: plans, trust policies, what was made."""

import json
from collections.abc import Iterable, Mapping, Sequence

from app.assistant.answers import text
from app.assistant.executor import Outcome
from app.assistant.explain import Trusted, When, Who
from app.assistant.records import Made, Record, call_json
from app.assistant.values import Addition, Output, Step
from app.cli.output import note, say, say_warning
from app.domain.durations import say as say_duration
from app.domain.problem import Problem
from app.listing import problem_row
from app.rolemaking import Prepared
from app.texts import T
from app.words.assistant import OUTPUTS, STEPS


def step_words(operation: str, about: str) -> str:
    """Return what a step does."""
    return T(STEPS[operation], about=about) if operation in STEPS else f"{operation} {about}"


def say_plan(prepared: Prepared, findings: Sequence[Problem]) -> None:
    """Print the plan: each call with its parameters, what is there already, warnings, what the catalog gets."""
    plan = prepared.plan
    say(T("Role {arn}", arn=plan.role_arn))
    for number, step in enumerate(plan.steps, 1):
        there = f"  ({T('there already')})" if step.there else ""
        say(f"{number}. {step_words(step.call.operation, step.about)}{there}")
        if not step.there:
            say_call(step)
    if prepared.addition is not None:
        say_addition(prepared.addition)
    for one in (*plan.warnings, *findings):
        say_warning(one)
    if not plan.open:
        say(T("Everything is there already. Nothing would be made."))


def say_call(step: Step) -> None:
    """Print one call with its full parameters; policies as people read them."""
    region = f" ({step.call.region})" if step.call.region else ""
    say(f"   {step.call.name}{region}")
    for key, value in step.call.parameters.items():
        say(f"     {key}: {_parameter(value)}")


def _parameter(value: object) -> str:
    if isinstance(value, str) and value.startswith("{"):
        return "\n".join(f"       {line}" for line in json.dumps(json.loads(value), indent=2).splitlines()).lstrip()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def say_addition(one: Addition) -> None:
    """Print what the catalog gets."""
    for name, values in one.sources.items():
        say(T("The catalog gets source {name}: {values}", name=name, values=json.dumps(dict(values))))
    values = json.dumps(dict(one.values), ensure_ascii=False)
    say(T("The catalog gets profile {name}: {values}", name=one.profile, values=values))


def say_outputs(outputs: Iterable[Output]) -> None:
    """Print what a person copies elsewhere."""
    for one in outputs:
        say()
        say(f"{T(OUTPUTS[one.kind])}:")
        say(one.text)


def say_made(outcome: Outcome) -> None:
    """Say what a failed run left, and how to take exactly that back."""
    if outcome.record.made:
        note(T("This was made before:"))
        for one in outcome.record.made:
            note(f"  {made_words(one)}")
        note(T("Run the same again to go on, or take it back: rolecall role undo {record}", record=outcome.record.id))


def made_words(one: Made) -> str:
    """Return what a made step was, with a doubt where no answer came."""
    words = step_words(one.operation, one.about)
    return words if one.sure else f"{words} ({T('not sure: no answer came')})"


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
