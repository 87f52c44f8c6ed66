"""What a profile's session cannot do whatever its policies allow: AWS takes temporary credentials not everywhere."""

from app.domain.chain import chain_of, first_source
from app.domain.problem import AppError, Code, Problem
from app.domain.profile import Catalog, Profile
from app.domain.source import AccessKeys


def lacking(profile: Profile, catalog: Catalog) -> tuple[Problem, ...]:
    """Return what AWS refuses to a profile's session, each with its remedy; empty for a role's session.

    GetSessionToken: no IAM without MFA, of STS nothing but AssumeRole and GetCallerIdentity, no sign-in to the console
    (IAM user guide, "Compare AWS STS credentials"). Other keys than a source's own may be temporary: nothing is said.
    """
    try:
        chain = chain_of(profile, catalog)
        source = first_source(chain, catalog)
    except AppError:
        return ()
    if not isinstance(source, AccessKeys) or any(one.roles for one in chain):
        return ()
    sts = Problem.of(Code.SESSION_WITHOUT_STS, profile=profile.name)
    if any(one.mfa for one in chain):
        return (sts,)
    return Problem.of(Code.SESSION_WITHOUT_IAM, profile=profile.name), sts
