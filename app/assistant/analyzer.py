"""Access Analyzer's look at the policies of a plan, where it may be called. What it says stops nothing."""

from app.assistant.answers import items, text
from app.assistant.policies import parse
from app.assistant.values import Account, ApiCall, RolePlan, Step
from app.domain.problem import AppError, Code, Problem

_KEYS = {"AssumeRolePolicyDocument": "RESOURCE_POLICY", "PolicyDocument": "IDENTITY_POLICY"}
_SAID = frozenset({"ERROR", "SECURITY_WARNING", "WARNING"})  # suggestions are a matter of taste
FINDINGS_MAXIMUM = 10


async def findings(account: Account, plan: RolePlan, region: str) -> tuple[Problem, ...]:
    """Return a warning for each finding (ten at most), or the one that says why nobody looked."""
    found: list[Problem] = []
    try:
        for step in plan.open:
            for key, kind in _KEYS.items():
                if key in step.call.parameters:
                    found += await _of_one(account, step, key, kind, region)
    except AppError as error:
        denied = error.problem.code is Code.ACCESS_DENIED
        reason = "analyzer-denied" if denied else "analyzer-unreachable"
        return (Problem.of(Code.POLICY_UNCHECKED, reason=reason),)
    return tuple(found[:FINDINGS_MAXIMUM])


async def _of_one(account: Account, step: Step, key: str, kind: str, region: str) -> list[Problem]:
    document = str(step.call.parameters[key])
    parse(step.about, document)
    parameters: dict[str, object] = {"policyDocument": document, "policyType": kind}
    if kind == "RESOURCE_POLICY":
        parameters["validatePolicyResourceType"] = "AWS::IAM::AssumeRolePolicyDocument"
    answer = await account.call(ApiCall("accessanalyzer", "ValidatePolicy", parameters, region))
    return [
        Problem.of(
            Code.POLICY_FINDING,
            policy=step.about,
            kind=text(one, "findingType").replace("_", " ").lower(),
            finding=text(one, "findingDetails"),
        )
        for one in items(answer, "findings")
        if text(one, "findingType") in _SAID
    ]
