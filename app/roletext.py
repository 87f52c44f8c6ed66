"""The words of the role assistant, for any front end: steps, plans, what is to be copied."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from app.assistant.records import Made
from app.assistant.values import Addition, Output, Step
from app.rolemaking import Prepared
from app.texts import T
from app.words.assistant import OUTPUTS, STEPS


def step_words(operation: str, about: str) -> str:
    """Return what a step does."""
    return T(STEPS[operation], about=about) if operation in STEPS else f"{operation} {about}"


def made_words(one: Made) -> str:
    """Return what a made step was, with a doubt where no answer came."""
    words = step_words(one.operation, one.about)
    return words if one.sure else f"{words} ({T('not sure: no answer came')})"


def plan_lines(prepared: Prepared) -> list[str]:
    """Return the plan as lines: each call with its parameters, what is there already, what the catalog gets."""
    plan = prepared.plan
    lines = [T("Role {arn}", arn=plan.role_arn)]
    for number, step in enumerate(plan.steps, 1):
        there = f"  ({T('there already')})" if step.there else ""
        lines.append(f"{number}. {step_words(step.call.operation, step.about)}{there}")
        lines += [] if step.there else call_lines(step)
    if prepared.addition is not None:
        lines += addition_lines(prepared.addition)
    if not plan.open:
        lines.append(T("Everything is there already. Nothing would be made."))
    return lines


def call_lines(step: Step) -> list[str]:
    """Return one call with its full parameters; policies as people read them."""
    region = f" ({step.call.region})" if step.call.region else ""
    lines = [f"   {step.call.name}{region}"]
    for key, value in step.call.parameters.items():
        shown = _parameter(value)
        lines += [f"     {key}: {shown[0]}", *(f"       {one}" for one in shown[1:])]
    return lines


def addition_lines(one: Addition) -> list[str]:
    """Return what the catalog gets."""
    lines: list[str] = []
    for name, values in one.sources.items():
        lines += [T("The catalog gets source {name}:", name=name), *_values(values)]
    return [*lines, T("The catalog gets profile {name}:", name=one.profile), *_values(one.values)]


def _values(of: Mapping[str, object], above: str = "") -> Iterator[str]:
    """Yield a table's values, each in a line as it stands in the catalog's file."""
    for key, value in of.items():
        if isinstance(value, Mapping):
            yield from _values(cast("Mapping[str, object]", value), f"{above}{key}.")
        else:
            yield f"     {above}{key} = {json.dumps(value, ensure_ascii=False)}"


def output_lines(outputs: Sequence[Output]) -> list[str]:
    """Return what a person copies elsewhere, each under its heading."""
    return [line for one in outputs for line in ("", f"{T(OUTPUTS[one.kind])}:", *one.text.splitlines())]


def _parameter(value: object) -> list[str]:
    if isinstance(value, str) and value.startswith("{"):
        return json.dumps(json.loads(value), indent=2).splitlines()
    return [value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)]
