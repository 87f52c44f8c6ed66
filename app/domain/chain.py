"""Which profiles and which source a profile stands on, and what the environment adds. Pure."""

from app.domain.names import Region
from app.domain.problem import AppError, Code, Verb
from app.domain.profile import Catalog, Profile
from app.domain.source import Source
from app.domain.values import dataclass


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the environment adds to a plan: login name, host, and AWS_REGION / AWS_DEFAULT_REGION if set."""

    user: str
    host: str
    aws_region: Region | None = None
    aws_default_region: Region | None = None
    endpoint_url: str | None = None  # AWS_ENDPOINT_URL_STS, else AWS_ENDPOINT_URL


def chain_of(profile: Profile, catalog: Catalog) -> tuple[Profile, ...]:
    """Return the profiles from the one that names a source down to `profile`; loops and gaps are problems."""
    chain = [profile]
    seen = {profile.name}
    while chain[-1].base is not None:
        base = chain[-1].base
        if base in seen:
            names = " > ".join([*(one.name for one in chain), base])
            raise AppError.of(
                Code.BASE_LOOP,
                Verb.EDIT_PROFILE,
                profile.name,
                profile=profile.name,
                chain=names,
            )
        found = catalog.profiles.get(base)
        if found is None:
            raise AppError.of(
                Code.BASE_UNKNOWN,
                Verb.EDIT_PROFILE,
                chain[-1].name,
                profile=chain[-1].name,
                base=base,
            )
        seen.add(base)
        chain.append(found)
    return tuple(reversed(chain))


def source_of(profile: Profile, catalog: Catalog) -> Source:
    """Return the source that a profile's chain begins with."""
    return first_source(chain_of(profile, catalog), catalog)


def first_source(chain: tuple[Profile, ...], catalog: Catalog) -> Source:
    """Return the source that a chain begins with, SOURCE_UNKNOWN if the catalog has none of that name."""
    first = chain[0]
    source = catalog.sources.get(first.source or "")
    if source is None:
        name = first.source or ""
        raise AppError.of(
            Code.SOURCE_UNKNOWN,
            Verb.EDIT_PROFILE,
            first.name,
            source=name,
            profile=first.name,
            nearest="",
        )
    return source
