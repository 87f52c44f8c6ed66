"""From options to wishes of the role assistant."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from app.assistant import cross_account, ec2, ecs, providers, web_identity
from app.assistant.policies import parse
from app.assistant.recipes import TO_BE_DRAWN
from app.assistant.values import Document, Permissions, RoleWish
from app.domain.durations import parse_duration
from app.domain.problem import AppError, Code, Verb
from app.texts import T

POLICY_BYTES_MAXIMUM = 200_000


def role_wish(name: str, partition: str, options: dict[str, Any]) -> RoleWish:
    """Return the role that the common options describe; VALUE_*, POLICY_JSON, FILE_UNREADABLE."""
    maximum = options["max_duration"]
    permissions = Permissions(
        tuple(managed_arn(one, partition) for one in options["policies"]),
        dict(_named_document("--inline", one) for one in options["inline"]),
        dict(_named_document("--own-policy", one) for one in options["own"]),
    )
    return RoleWish(
        name,
        options["path"],
        options["description"] or "",
        parse_duration(maximum, "--max-duration") if maximum else timedelta(hours=1),
        managed_arn(options["boundary"], partition) if options["boundary"] else None,
        dict(_pair("--tag", one) for one in options["tags"]),
        permissions,
    )


def managed_arn(text: str, partition: str) -> str:
    """Return a managed policy's ARN; a bare name is one of AWS's own, as ReadOnlyAccess."""
    return text if text.startswith("arn:") else f"arn:{partition}:iam::aws:policy/{text}"


def _pair(option: str, text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.UsageError(T("{option} takes NAME=VALUE.", option=option))
    return name, value


def _named_document(option: str, text: str) -> tuple[str, Document]:
    """Return the policy of NAME=FILE."""
    name, file = _pair(option, text)
    try:
        source = Path(file).read_bytes()[: POLICY_BYTES_MAXIMUM + 1].decode()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not-utf-8-text"
        raise AppError.of(Code.FILE_UNREADABLE, Verb.NONE, path=file, reason=reason) from None
    return name, parse(name, source)


def ec2_wish(role: RoleWish, options: dict[str, Any]) -> ec2.Wish:
    """Return the wish of `role create ec2`."""
    return ec2.Wish(role, options["instance"], options["replace"])


def ecs_wish(role: RoleWish, options: dict[str, Any]) -> ecs.Wish:
    """Return the wish of `role create ecs` or `eks`."""
    if "cluster" not in options:
        return ecs.Wish(role)
    pods = ecs.Pods(options["cluster"], options["namespace"], options["service_account"])
    return ecs.Wish(role, pods, options["wide"])


def cross_account_wish(role: RoleWish, options: dict[str, Any]) -> cross_account.Wish:
    """Return the wish of `role create cross-account`. Without a word about it, an external id is drawn for others."""
    given, none = options["external_id"], options["no_external_id"]
    external_id = None if none else given or TO_BE_DRAWN
    age = options["mfa_age"]
    return cross_account.Wish(
        role,
        options["principal"],
        external_id,
        mfa=options["mfa"],
        mfa_seconds=int(parse_duration(age, "--mfa-age").total_seconds()) if age else None,
        grant=options["grant_with"] is not None,
        wide=options["wide"],
    )


def web_identity_wish(role: RoleWish, options: dict[str, Any]) -> web_identity.Wish:
    """Return the wish of `role create web-identity`."""
    provider = providers.provider(options["provider"] or "", options["issuer"] or "")
    default = providers.default_audience(provider)
    audiences = tuple(options["audiences"]) or ((default,) if default else ())
    subjects = (*options["subjects"], *_subject(provider.name, options))
    return web_identity.Wish(role, provider, audiences, subjects, tuple(options["thumbprints"]), options["wide"])


def _subject(provider: str, options: dict[str, Any]) -> tuple[str, ...]:
    repository = options["repository"]
    if repository is None:
        return ()
    refs = {key: options[key] or "" for key in ("branch", "tag_ref", "environment")}
    if provider == "gitlab":
        return (providers.gitlab_subject(repository, branch=refs["branch"], tag=refs["tag_ref"]),)
    if provider != "github":
        raise click.UsageError(T("--repository is for github and gitlab; give --subject."))
    return (
        providers.github_subject(
            repository, branch=refs["branch"], environment=refs["environment"], tag=refs["tag_ref"]
        ),
    )
