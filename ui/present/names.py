"""What a profile is called in its parts: account, role, source, region, label."""

from app.domain.names import AccountId
from app.domain.profile import Catalog, Profile, RoleHop
from app.domain.source import AccessKeys, IdentityCenter, Oidc, SharedProfile, Source, kind_of
from app.texts import T
from ui.present.words import short_key

SHELLS = ("bash", "fish", "powershell", "cmd", "dotenv", "json")


def shell_label(name: str) -> str:
    """Return a format's name for a menu."""
    names = {
        "bash": T("bash / zsh"),
        "zsh": T("bash / zsh"),
        "sh": "sh",
        "fish": "fish",
        "powershell": "PowerShell",
        "cmd": "cmd",
        "dotenv": T(".env file"),
        "json": "JSON",
        "nushell": "Nushell",
        "docker": T("Docker env file"),
        "ini": T("credentials section"),
        "python": "Python",
        "node": "Node.js",
        "go": "Go",
        "java": "Java",
    }
    return names.get(name, name)


def account_name(catalog: Catalog, account: AccountId | str | None) -> str:
    """Return an account's name of the catalog, else the alias that AWS told, else its number, else nothing."""
    if account is None:
        return ""
    known = catalog.accounts.get(str(account))
    return (known.name if known else "") or catalog.aliases.get(str(account), "") or str(account)


def account_title(catalog: Catalog, account: AccountId | str | None) -> str:
    """Return what an account is called beside its number: nothing where it has no name."""
    name = account_name(catalog, account)
    return name if name != str(account) else ""


def role_name(profile: Profile) -> str:
    """Return the role that a profile ends in, or an empty text."""
    return profile.roles[-1].role_arn.role_name if profile.roles else (profile.role_name or "")


def place(catalog: Catalog, profile: Profile) -> str:
    """Return the second line of a row: account and role, or where the session comes from."""
    parts = [part for part in (account_name(catalog, profile.account), role_name(profile)) if part]
    if parts:
        return " · ".join(parts)
    origin = profile.source or profile.base or ""
    source = catalog.sources.get(origin)
    return f"{kind_label(kind_of(source))} · {origin}" if source else origin


def region_of(catalog: Catalog, profile: Profile) -> str:
    """Return the region that programs get."""
    return str(profile.region or catalog.settings.region)


def plain_name(profile: Profile) -> str:
    """Return the name for places that cannot draw a mark: menus and notifications."""
    return T("{name} (prod)", name=profile.name) if profile.safety.production else profile.name


def production_label(profile: Profile) -> str:
    """Return the word of the production mark, or an empty text."""
    return (profile.safety.label or "PROD") if profile.safety.production else ""


def kind_label(kind: str) -> str:
    """Return a source kind's name."""
    names = {
        "access-keys": T("IAM user"),
        "environment": T("Environment"),
        "shared-profile": T("AWS config profile"),
        "process": T("Command"),
        "web-identity-token": T("Web identity token"),
        "oidc": T("OIDC"),
        "identity-center": T("Identity Center"),
        "instance-metadata": T("EC2 instance"),
        "container": T("ECS or EKS container"),
    }
    return names.get(kind, kind)


def kind_icon(kind: str) -> str:
    """Return a source kind's glyph."""
    icons = {
        "access-keys": "key",
        "environment": "terminal-window",
        "shared-profile": "file-text",
        "process": "terminal-window",
        "web-identity-token": "identification-card",
        "oidc": "globe",
        "identity-center": "buildings",
        "instance-metadata": "cpu",
        "container": "cpu",
    }
    return icons.get(kind, "question")


def source_line(source: Source) -> str:
    """Return one line about a source: its kind and what tells it from others."""
    kind = kind_label(kind_of(source))
    match source:
        case AccessKeys(access_key_id=key):
            return T("{kind}, key {key}", kind=kind, key=short_key(key))
        case Oidc(client_id=client):
            return T("{kind}, client {client}", kind=kind, client=client)
        case IdentityCenter(region=region):
            return f"{T('IAM Identity Center')}, {region}"  # AWS's whole name, where there is room
        case SharedProfile(profile=profile):
            return f"{kind}, {profile}"
        case _:
            return kind


def hop_line(catalog: Catalog, hop: RoleHop, number: int) -> str:
    """Return a hop in words: "Hop 2, AdminRole in acme-prod"."""
    account = account_name(catalog, hop.role_arn.account)
    return T("Hop {number}, {role} in {account}", number=number, role=hop.role_arn.role_name, account=account)


def default_profile(catalog: Catalog) -> str:
    """Return the profile behind [default], or an empty text."""
    return str(catalog.settings.default or "")
