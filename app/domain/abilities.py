"""What a profile's session cannot do whatever its policies allow: AWS takes temporary credentials not everywhere."""

from app.domain.calls import Plan, SessionTokenCall
from app.domain.names import ProfileName
from app.domain.problem import Code, Problem


def lacking(profile: ProfileName, plan: Plan) -> tuple[Problem, ...]:
    """Return what AWS refuses to the session that a plan ends at, each with its remedy; empty for a role's session.

    GetSessionToken: no IAM without MFA, of STS nothing but AssumeRole and GetCallerIdentity, no sign-in to the console
    (IAM user guide, "Compare AWS STS credentials").
    """
    last = plan.last
    if not isinstance(last, SessionTokenCall):
        return ()
    sts = Problem.of(Code.SESSION_WITHOUT_STS, profile=profile)
    return (sts,) if last.mfa is not None else (Problem.of(Code.SESSION_WITHOUT_IAM, profile=profile), sts)
