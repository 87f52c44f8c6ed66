"""What a person fills in to get a role, as one value, and the wish that it becomes."""

from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta
from types import MappingProxyType

from app.assistant import cross_account, ec2, ecs, providers, web_identity
from app.assistant.cross_account import Way
from app.assistant.policies import parse
from app.assistant.recipes import TO_BE_DRAWN, AnyWish
from app.assistant.values import Permissions, Recipe, RoleWish
from app.domain.values import dataclass

INLINE_NAME = "permissions"
ANY_ISSUER = "oidc"


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of all recipes; which count is the recipe's. Texts as typed.

    `signer`: the profile whose session makes the calls; `granter`: the one of the identity's account, if it is to be
    given its policy. `profile` "": the new profile has the role's name. `policies`: ARNs, or names of AWS's own.
    """

    recipe: Recipe = Recipe.CROSS_ACCOUNT
    name: str = ""
    signer: str = ""
    profile: str = ""
    hours: int = 1
    policies: tuple[str, ...] = ()
    inline: str = ""
    instance: str = ""
    replace: bool = False
    cluster: str = ""
    namespace: str = ""
    service_account: str = ""
    principal: str = ""
    external_id: bool = True
    mfa: bool = False
    granter: str = ""
    source: str = ""
    base: str = ""
    provider: str = "github"
    issuer: str = ""
    audience: str = ""
    subject: str = ""
    wide: bool = False
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def new_profile(self) -> str:
        """The name of the profile at the end."""
        return self.profile or self.name

    @property
    def missing(self) -> tuple[str, ...]:
        """The fields that are needed and empty."""
        wanted = ["name", "signer"]
        match self.recipe:
            case Recipe.CROSS_ACCOUNT:
                wanted.append("principal")
                wanted += [] if self.source or self.base else ["source"]
            case Recipe.WEB_IDENTITY:
                wanted += ["subject"] if not self.wide else []
                wanted += ["issuer"] if self.provider == ANY_ISSUER else []
                wanted += [] if self.provider in ("github", "gitlab") else ["audience"]
            case Recipe.EKS:
                wanted += [] if self.wide else ["cluster", "namespace", "service_account"]
            case Recipe.EC2 | Recipe.ECS:
                pass
        return tuple(one for one in wanted if not str(getattr(self, one)).strip())


def wish_of(form: Form, partition: str) -> AnyWish:
    """Return the wish; VALUE_*, POLICY_JSON for what was typed."""
    role = _role(form, partition)
    match form.recipe:
        case Recipe.EC2:
            return ec2.Wish(role, form.instance.strip() or None, form.replace)
        case Recipe.ECS:
            return ecs.Wish(role)
        case Recipe.EKS:
            pods = ecs.Pods(form.cluster.strip(), form.namespace.strip(), form.service_account.strip())
            return ecs.Wish(role, pods, form.wide)
        case Recipe.CROSS_ACCOUNT:
            external_id = TO_BE_DRAWN if form.external_id else None
            return cross_account.Wish(
                role, form.principal.strip(), external_id, mfa=form.mfa, grant=bool(form.granter), wide=form.wide
            )
        case Recipe.WEB_IDENTITY:
            return _web_identity(form, role)


def way_of(form: Form) -> Way:
    """Return how the new profile gets to the role."""
    return Way(form.source, form.base)


def _role(form: Form, partition: str) -> RoleWish:
    managed = tuple(
        one if one.startswith("arn:") else f"arn:{partition}:iam::aws:policy/{one}"
        for one in (text.strip() for text in form.policies)
        if one
    )
    inline = {INLINE_NAME: parse(INLINE_NAME, form.inline)} if form.inline.strip() else {}
    permissions = Permissions(managed, inline)
    duration = timedelta(hours=form.hours)
    return RoleWish(form.name.strip(), max_duration=duration, tags=form.tags, permissions=permissions)


def _web_identity(form: Form, role: RoleWish) -> web_identity.Wish:
    known = "" if form.provider == ANY_ISSUER else form.provider
    provider = providers.provider(known, form.issuer.strip())
    audience = form.audience.strip() or providers.default_audience(provider)
    subjects = tuple(one for one in (text.strip() for text in form.subject.split(",")) if one)
    return web_identity.Wish(role, provider, (audience,) if audience else (), subjects, wide=form.wide)
