"""The providers of web identities: what AWS calls them, what their tokens say, what their users copy.

Condition keys of the three built into IAM: "IAM and AWS STS condition context keys", AWS's IAM user guide. GitHub and
GitLab: the providers' own guides for AWS.
"""

import re
from urllib.parse import urlsplit

from app.assistant.values import Output, Place
from app.domain.problem import AppError, Code
from app.domain.values import dataclass

GITHUB = "https://token.actions.githubusercontent.com"
GITLAB = "https://gitlab.com"
STS_AUDIENCE = "sts.amazonaws.com"
_HOST = re.compile(r"[A-Za-z0-9.-]+(/[A-Za-z0-9._~/-]+)?")


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider. `issuer` "": IAM has it built in. `principal`: what "Federated" names, without the account.

    `audience_key` and `subject_key` are the condition keys that pin a token. `provider_id`: STS is told this name,
    since the tokens are no OpenID Connect ones.
    """

    name: str
    principal: str
    audience_key: str
    subject_key: str
    issuer: str = ""
    provider_id: str = ""

    def principal_in(self, place: Place) -> str:
        """Return the principal of a trust policy in the account."""
        return place.arn("iam", f"oidc-provider/{self.principal}") if self.issuer else self.principal


BUILT_IN = {
    "google": Provider("google", "accounts.google.com", "accounts.google.com:aud", "accounts.google.com:sub"),
    "amazon": Provider(
        "amazon", "www.amazon.com", "www.amazon.com:app_id", "www.amazon.com:user_id", provider_id="www.amazon.com"
    ),
    "facebook": Provider(
        "facebook",
        "graph.facebook.com",
        "graph.facebook.com:app_id",
        "graph.facebook.com:id",
        provider_id="graph.facebook.com",
    ),
}
KNOWN = ("github", "gitlab", *BUILT_IN)


def provider(name: str, issuer: str = "") -> Provider:
    """Return a known provider, or with another name (or none) that of the issuer; VALUE_*."""
    if name in BUILT_IN:
        return BUILT_IN[name]
    if name and name not in KNOWN:
        raise AppError.of(Code.VALUE_CHOICE, key="provider", value=name, choices=", ".join(KNOWN))
    return of_issuer(issuer or {"github": GITHUB, "gitlab": GITLAB}.get(name, ""), name)


def of_issuer(issuer: str, name: str = "") -> Provider:
    """Return any OpenID Connect provider. IAM takes https addresses without port and query, 255 characters at most."""
    parts = urlsplit(issuer)
    bare = f"{parts.netloc}{parts.path}".rstrip("/")
    if parts.scheme != "https" or parts.query or parts.fragment or not _HOST.fullmatch(bare) or len(issuer) > 255:
        raise AppError.of(Code.VALUE_PATTERN, key="issuer", rule="issuer")
    return Provider(name or "oidc", bare, f"{bare}:aud", f"{bare}:sub", f"https://{bare}")


def default_audience(one: Provider) -> str:
    """Return the audience that the provider's guide uses; "" where a person has to know it (a client id)."""
    return {"github": STS_AUDIENCE, "gitlab": GITLAB}.get(one.name, "")


def github_subject(repository: str, *, branch: str = "", environment: str = "", tag: str = "") -> str:
    """Return the subject of workflows of a repository ("owner/name"): of one branch, environment or tag, or of any."""
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository, re.ASCII):
        raise AppError.of(Code.VALUE_PATTERN, key="repository", rule="repository")
    if environment:
        return f"repo:{repository}:environment:{environment}"
    if branch:
        return f"repo:{repository}:ref:refs/heads/{branch}"
    return f"repo:{repository}:ref:refs/tags/{tag}" if tag else f"repo:{repository}:*"


def gitlab_subject(project: str, *, branch: str = "", tag: str = "") -> str:
    """Return the subject of jobs of a project ("group/name"): of one branch or tag, or of any."""
    if not re.fullmatch(r"[\w.-]+(/[\w.-]+)+", project, re.ASCII):
        raise AppError.of(Code.VALUE_PATTERN, key="project", rule="repository")
    if branch or tag:
        kind, ref = ("branch", branch) if branch else ("tag", tag)
        return f"project_path:{project}:ref_type:{kind}:ref:{ref}"
    return f"project_path:{project}:*"


def outputs(one: Provider, role_arn: str, region: str, audience: str) -> tuple[Output, ...]:
    """Return what a person puts into the other side's configuration."""
    if one.name == "github":
        return (Output("github-workflow", _GITHUB.format(role=role_arn, region=region)),)
    if one.name == "gitlab":
        return (Output("gitlab-job", _GITLAB.format(role=role_arn, region=region, audience=audience)),)
    return ()


_GITHUB = """\
permissions:
  id-token: write
  contents: read
steps:
  - uses: aws-actions/configure-aws-credentials@v4
    with:
      role-to-assume: {role}
      aws-region: {region}
"""
_GITLAB = """\
job:
  id_tokens:
    AWS_TOKEN:
      aud: {audience}
  variables:
    AWS_ROLE_ARN: {role}
    AWS_REGION: {region}
    AWS_WEB_IDENTITY_TOKEN_FILE: $CI_BUILDS_DIR/aws-token
  before_script:
    - umask 077 && printf %s "$AWS_TOKEN" > "$AWS_WEB_IDENTITY_TOKEN_FILE"
"""
