"""What a profile resolves to, printed: for people in columns, for programs as rows of JSON."""

from collections.abc import Iterator

from app.cli.output import say
from app.listing import problem_row
from app.resolving import DEFAULT, Decided, Resolution
from app.texts import T, describe


def resolution_row(one: Resolution) -> dict[str, object]:
    """Return a profile's resolution for programs. Always English; fields are only added."""
    return {
        "name": one.profile,
        "problem": None if one.problem is None else problem_row(one.problem),
        "kind": one.kind or None,
        "source": _decided(one.source),
        "from": _decided(one.origin),
        "hops": [{"role_arn": hop.role_arn, "operation": hop.operation, "decided_by": hop.by} for hop in one.hops],
        "account": _decided(one.account),
        "region": _decided(one.region),
        "sts_region": _decided(one.sts_region),
        "sts_endpoint": _decided(one.sts_endpoint),
        "proxy": _decided(one.proxy),
        "ca_bundle": _decided(one.ca_bundle),
        "lacks": [problem_row(each) for each in one.lacks],
        "deliveries": [{"kind": to.kind, "target": to.target, "decided_by": to.by} for to in one.deliveries],
    }


def _decided(one: Decided | None) -> dict[str, object] | None:
    if one is None:
        return None
    over = [{"value": value, "by": by} for by, value in one.over]
    return {"value": one.value, "decided_by": one.by, "over": over}


def say_resolution(one: Resolution) -> None:
    """Print a profile's resolution: what, its value, and in brackets what decided it and over what."""
    say(one.profile)
    if one.problem is not None:
        words = describe(one.problem)
        say(f"  {words.title}: {words.detail}")
        if words.remedy:
            say(f"  {words.remedy}")
    lines = list(_lines(one))
    width = max((len(head) for head, _, _ in lines), default=0)
    for head, value, why in lines:
        say(f"  {head.ljust(width)}  {value}  ({why})")
    for words in map(describe, one.lacks):
        say(f"  {words.title}. {words.detail} {words.remedy}")
    say()


def _lines(one: Resolution) -> Iterator[tuple[str, str, str]]:
    if one.source is not None:
        yield T("Source"), f"{one.source.value}, {one.kind}", _why(one.source)
    yield from _line(T("From"), one.origin)
    for number, hop in enumerate(one.hops, 1):
        yield T("Role {n}", n=number), hop.role_arn, hop.by
    yield from _line(T("Account"), one.account)
    yield from _line(T("Region"), one.region)
    yield from _line(T("STS region"), one.sts_region)
    yield from _line(T("STS endpoint"), one.sts_endpoint)
    yield from _line(T("Proxy"), one.proxy)
    yield from _line(T("CA bundle"), one.ca_bundle)
    for to in one.deliveries:
        yield T("Goes to"), to.target if to.kind != "endpoint" else T("the local endpoint"), to.by


def _line(head: str, one: Decided | None) -> Iterator[tuple[str, str, str]]:
    if one is not None and one.value:
        yield head, one.value, _why(one)


def _why(one: Decided) -> str:
    """Say what decided a value, and what it won over."""
    by = T("default") if one.by == DEFAULT else one.by
    if not one.over:
        return by
    return T("{by}, over {others}", by=by, others=", ".join(f"{name} = {value}" for name, value in one.over))
