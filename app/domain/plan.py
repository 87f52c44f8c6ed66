"""From a profile to the ordered calls that yield its session. Pure: names of user and host come in.

Two calls are the same, and made once, when source, endpoint, STS region and every resolved parameter are equal;
their keys are equal then.
"""

from dataclasses import replace

from app.domain.calls import Plan
from app.domain.chain import Surroundings, chain_of, first_source, source_of
from app.domain.names import ProfileName
from app.domain.narrower import narrowed
from app.domain.narrowing import FULL, Narrowing
from app.domain.planner import Planner
from app.domain.problem import AppError, Code, Verb
from app.domain.profile import Catalog, Profile
from app.domain.source import LongLivedBase, Source, UnknownSource, kind_of

__all__ = ["Surroundings", "chain_of", "own_plan", "plan_of", "source_of"]


def plan_of(profile: Profile, catalog: Catalog, around: Surroundings, narrowing: Narrowing = FULL) -> Plan:
    """Return the calls for a profile, or for its narrower session; raise AppError for what can never work."""
    chain = chain_of(profile, catalog)
    source = first_source(chain, catalog)
    if isinstance(source, UnknownSource):
        raise AppError.of(Code.SOURCE_KIND_UNKNOWN, Verb.UPDATE, source=source.name, kind=source.kind)
    plan = Planner(catalog, around, source, chain).plan()
    return narrowed(plan, narrowing, profile, kind_of(source), around)


def own_plan(source: Source, catalog: Catalog, around: Surroundings) -> Plan:
    """Return the calls for what a source's own user does at IAM: with MFA where a device is named, else its keys.

    IAM takes no session of GetSessionToken without MFA.
    """
    device = isinstance(source, LongLivedBase) and source.mfa.serial is not None
    profile = Profile(ProfileName(source.name), source=source.name, mfa=device)
    known = replace(catalog, sources={**catalog.sources, source.name: source})
    plan = plan_of(profile, known, around)
    return plan if device else replace(plan, calls=plan.calls[:1])
