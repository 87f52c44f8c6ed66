"""What the role assistant's window shows: recipes, the fields of each, the words of a result. No Qt."""

from collections.abc import Mapping
from datetime import datetime

from app.assistant.values import Recipe
from app.domain.session import Status
from app.domain.values import dataclass
from app.texts import T
from ui.present.words import left_spoken


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field of the form. `kind`: "text", "code", "check", "hours", "json", "profile", "source" or "provider".

    `pick`: the words of the button that shows what the account has for it; "" where there is none.
    """

    key: str
    title: str
    kind: str = "text"
    help: str = ""
    pick: str = ""


def recipes() -> Mapping[Recipe, tuple[str, str]]:
    """Return (title, what it is for) of each recipe, in the order in which they are offered."""
    return {
        Recipe.CROSS_ACCOUNT: (T("For another account"), T("A user, role or account may assume it.")),
        Recipe.WEB_IDENTITY: (T("For a web identity"), T("Tokens of GitHub, GitLab, Google or any OpenID provider.")),
        Recipe.EC2: (T("For EC2 instances"), T("With an instance profile, given to an instance if you name one.")),
        Recipe.ECS: (T("For ECS tasks"), T("Tasks of this account and region alone.")),
        Recipe.EKS: (T("For pods of EKS"), T("By pod identity: one service account of one cluster.")),
    }


def fields(recipe: Recipe) -> tuple[FieldView, ...]:
    """Return the fields of a recipe, those that all have around its own."""
    head = (
        FieldView("signer", T("Made with"), "profile", T("The profile whose session makes the calls.")),
        FieldView("name", T("Role name")),
    )
    tail = (
        FieldView(
            "policies",
            T("Policies"),
            "code",
            T("Managed policies: names of AWS's own, or ARNs, with spaces."),
            T("Choose policies…"),
        ),
        FieldView("inline", T("Inline policy"), "json", T("JSON; empty for none.")),
        FieldView("hours", T("Maximum session"), "hours"),
        FieldView("profile", T("New profile"), "text", T("Empty: the role's name.")),
    )
    return (*head, *_OWN[recipe](), *tail)


def _cross_account() -> tuple[FieldView, ...]:
    return (
        FieldView("principal", T("Who may assume it"), "code", T("An ARN of a user or role, or an account ID.")),
        FieldView("external_id", T("Ask for an external ID, made here"), "check"),
        FieldView("mfa", T("Only with MFA"), "check"),
        FieldView("source", T("Used from source"), "source"),
        FieldView("base", T("Or from profile"), "profile"),
        FieldView("granter", T("Grant with"), "profile", T("Optional: gives the identity the policy that it needs.")),
        FieldView("wide", T("Allow another account without an external ID"), "check"),
    )


def _web_identity() -> tuple[FieldView, ...]:
    return (
        FieldView("provider", T("Provider"), "provider"),
        FieldView("issuer", T("Issuer"), "code", T("For any other OpenID provider: https://…")),
        FieldView("audience", T("Audience"), "code", T("The client ID; GitHub and GitLab have one by default.")),
        FieldView("subject", T("Subject"), "code", T("As repo:owner/name:ref:refs/heads/main. More with commas.")),
        FieldView("source", T("Token from source"), "source", T("Optional: a source of yours gives the tokens.")),
        FieldView("wide", T("Allow any subject"), "check"),
    )


def _ec2() -> tuple[FieldView, ...]:
    return (
        FieldView("instance", T("Instance"), "code", T("Optional: i-…, running or stopped."), T("Choose an instance…")),
        FieldView("replace", T("Replace the instance profile that it has"), "check"),
    )


def _eks() -> tuple[FieldView, ...]:
    return (
        FieldView("cluster", T("Cluster"), "code"),
        FieldView("namespace", T("Namespace"), "code"),
        FieldView("service_account", T("Service account"), "code"),
        FieldView("wide", T("Allow that one of the three is open"), "check"),
    )


_OWN = {
    Recipe.CROSS_ACCOUNT: _cross_account,
    Recipe.WEB_IDENTITY: _web_identity,
    Recipe.EC2: _ec2,
    Recipe.ECS: tuple[FieldView, ...],
    Recipe.EKS: _eks,
}

PROVIDERS = {
    "github": "GitHub Actions",
    "gitlab": "GitLab",
    "google": "Google",
    "amazon": "Login with Amazon",
    "facebook": "Facebook",
    "oidc": "OpenID Connect",
}


def result_words(profile: str, status: Status | None, now: datetime, *, elsewhere: bool) -> str:
    """Return what became of the new profile."""
    if elsewhere:
        return T(
            "Profile {name} is in the catalog. It starts where the role is given: not on this machine.", name=profile
        )
    if status is None or not status.valid(now):
        return ""
    left = status.left(now)
    return T("{name} runs, {left} left.", name=profile, left=left_spoken(left) if left is not None else T("no expiry"))
