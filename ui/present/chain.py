"""The role chain of a profile as data: its source and each role on the way."""

from app.domain.durations import say
from app.domain.names import ProfileName
from app.domain.problem import Code
from app.domain.profile import Catalog, Profile
from app.domain.session import Status, problem_of
from app.domain.source import AccessKeys, IdentityCenter, kind_of
from app.domain.values import dataclass
from app.texts import T, describe
from ui.present.names import account_name, kind_icon, kind_label, production_label

PERMISSION_SET = -1


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the chain. `above` and `below` stand at the arrow that leads to it."""

    icon: str
    kind: str
    name: str
    account: str = ""
    above: str = ""
    below: str = ""
    production: str = ""
    failed: bool = False
    spoken: str = ""
    label: str = ""  # the color of the production mark
    hop: int = 0  # counted from 1; 0: the source, `PERMISSION_SET`: the role that Identity Center gives


def chain_of(catalog: Catalog, profile: Profile, status: Status) -> tuple[Node, ...]:
    """Return the chain of a profile: its origin and every hop, those of its bases included."""
    links = links_of(catalog, profile)
    problem = problem_of(status.state)
    failed = int(problem.arguments.get("hop", 0)) if problem and str(problem.arguments.get("hop", "")).isdigit() else 0
    missing = bool(problem) and problem.code is Code.ACCESS_DENIED_EXTERNAL_ID
    nodes = [_origin(catalog, links[0]), *_permission_set(catalog, links[0], profile)]
    hops = [(link, hop) for link in links for hop in link.roles]
    for number, (_, hop) in enumerate(hops, start=1):
        here = number == failed
        marks = [T("MFA")] if hop.mfa else []
        marks += [T("ext. ID")] if hop.external_id or (here and missing) else []
        account = account_name(catalog, hop.role_arn.account)
        spoken = T(
            "Hop {number} of {count}, {role} in {account}",
            number=number,
            count=len(hops),
            role=hop.role_arn.role_name,
            account=account,
        )
        nodes.append(
            Node(
                "user-circle",
                T("Hop {number}", number=number),
                hop.role_arn.role_name,
                account,
                ", ".join(marks),
                T("not sent") if here and missing else (say(hop.duration) if hop.duration else ""),
                production_label(profile) if number == len(hops) else "",
                here,
                f"{spoken}, {T('failed')}, {describe(problem).title}" if here and problem else spoken,
                profile.safety.color,
                number,
            )
        )
    return tuple(nodes)


def links_of(catalog: Catalog, profile: Profile) -> list[Profile]:
    """Return a profile with those that it goes on from, the first one first."""
    links = [profile]
    while links[0].base is not None and links[0].base in catalog.profiles:
        nearer = catalog.profiles[links[0].base]
        if nearer in links:
            break
        links.insert(0, nearer)
    return links


def _origin(catalog: Catalog, first: Profile) -> Node:
    name = first.source or first.base or ProfileName("")
    source = catalog.sources.get(name)
    kind = kind_of(source) if source else ""
    label = kind_label(kind) if source else T("Missing source")
    title = (source.title if source else "") or str(name)
    account = account_name(catalog, _account_of(source.mfa.serial)) if isinstance(source, AccessKeys) else ""
    spoken = f"{label}, {title}, {account}" if account else f"{label}, {title}"
    return Node(kind_icon(kind), label, title, account, spoken=spoken)


def _permission_set(catalog: Catalog, first: Profile, profile: Profile) -> list[Node]:
    """Return the role that Identity Center gives, where the chain begins with one."""
    if not isinstance(catalog.sources.get(first.source or ""), IdentityCenter) or not first.role_name:
        return []
    account = account_name(catalog, first.account_id)
    production = production_label(profile) if first is profile and not profile.roles else ""
    spoken = T("Permission set {role} in {account}", role=first.role_name, account=account)
    return [
        Node(
            "identification-card",
            T("Permission set"),
            first.role_name,
            account,
            production=production,
            spoken=spoken,
            label=profile.safety.color,
            hop=PERMISSION_SET,
        )
    ]


def _account_of(serial: str | None) -> str:
    """Return the account that an MFA device's ARN names, empty for the number of a hardware device."""
    parts = (serial or "").split(":")
    return parts[4] if len(parts) > 5 else ""
