"""What a profile resolves to, and which setting decided it: for doctor. Pure; says nothing that is secret.

The order of settings is the planner's own (app/domain/endpoints.py, app/folders.py); what lost is told beside it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from app.domain.abilities import lacking
from app.domain.calls import AssumeRoleCall, Plan, StsEndpoint, WebIdentityCall
from app.domain.chain import Surroundings, chain_of, first_source
from app.domain.endpoints import sts_endpoint
from app.domain.names import ProfileName
from app.domain.plan import plan_of
from app.domain.problem import AppError, Problem
from app.domain.profile import Catalog, Profile
from app.domain.source import (
    AccessKeys,
    Container,
    Environment,
    IdentityCenter,
    InstanceMetadata,
    Oidc,
    Process,
    SharedProfile,
    Source,
    WebIdentityToken,
    kind_of,
)
from app.domain.values import dataclass

DEFAULT = "default"  # nobody said anything: Rolecall's own, or AWS's
_SUFFIXES = {
    "cn": "amazonaws.com.cn",
    "eusc": "amazonaws.eu",
    "us-iso": "c2s.ic.gov",
    "us-isob": "sc2s.sgov.gov",
    "eu-isoe": "cloud.adc-e.uk",
    "us-isof": "csp.hci.ic.gov",
}
_ENVIRONMENT_PROXIES = ("HTTPS_PROXY", "https_proxy")


@dataclass(frozen=True, slots=True)
class Decided:
    """A value and what decided it.

    `by`: a key of the catalog ("profiles.dev.region", "settings.region"), a variable of the environment, or "default".
    `over`: what else says one and lost, with its value, the next best first.
    """

    value: str | None
    by: str
    over: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Hop:
    """A role that is assumed on the way, and the table that names it."""

    role_arn: str
    by: str
    operation: str


@dataclass(frozen=True, slots=True)
class Destination:
    """A place that the session goes to: `kind` as in `status`, and what decided it."""

    kind: str
    target: str
    by: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a profile resolves to; `problem`: why it never can, and then there is nothing but what led to it."""

    profile: ProfileName
    problem: Problem | None = None
    source: Decided | None = None
    kind: str = ""
    origin: Decided | None = None
    hops: tuple[Hop, ...] = ()
    account: Decided | None = None
    region: Decided | None = None
    sts_region: Decided | None = None
    sts_endpoint: Decided | None = None
    proxy: Decided | None = None
    ca_bundle: Decided | None = None
    deliveries: tuple[Destination, ...] = ()
    reached: StsEndpoint | None = None
    lacks: tuple[Problem, ...] = ()  # what AWS refuses to a session of this sort


@dataclass(frozen=True)
class Resolver:
    """Resolves the profiles of one catalog. `said`: the keys of [settings] that the file itself has."""

    catalog: Catalog
    around: Surroundings
    environ: Mapping[str, str]
    said: Collection[str]
    credentials_path: Path
    config_path: Path

    def __call__(self, profile: Profile) -> Resolution:
        """Return what it resolves to; what can never work is a problem of the resolution, and raises nothing."""
        try:
            chain = chain_of(profile, self.catalog)
            source = first_source(chain, self.catalog)
            plan = plan_of(profile, self.catalog, self.around)
        except AppError as error:
            return Resolution(profile.name, error.problem)
        reached = plan.endpoint
        assert reached is not None  # noqa: S101  a planner always says one
        return Resolution(
            profile.name,
            None,
            Decided(source.name, f"profiles.{chain[0].name}.source"),
            kind_of(source),
            self._origin(source),
            tuple(_hops(plan, chain)),
            _account(chain),
            self._region(profile),
            self._sts_region(source, reached),
            self._sts_endpoint(source, reached),
            self._proxy(source),
            self._ca_bundle(source),
            tuple(self._destinations(profile)),
            reached,
            lacking(profile, self.catalog),
        )

    def _origin(self, source: Source) -> Decided | None:
        """Return where the first credentials, or the first token, come from."""
        at = f"sources.{source.name}"
        match source:
            case AccessKeys():
                return Decided(source.access_key_id, f"{at}.access_key_id")
            case Environment():
                return Decided("AWS_ACCESS_KEY_ID", f"{at}.kind")
            case SharedProfile():
                return Decided(source.profile, f"{at}.profile")
            case Process():
                return Decided(source.command[0], f"{at}.command")
            case WebIdentityToken():
                command = source.token_command[0] if source.token_command else None
                return self._pick(
                    (command, f"{at}.token_command"), (source.token_file, f"{at}.token_file"),
                    self._of("AWS_WEB_IDENTITY_TOKEN_FILE"), otherwise="pasted",
                )  # fmt: skip
            case Oidc():
                return Decided(source.issuer, f"{at}.issuer")
            case IdentityCenter():
                return Decided(source.start_url, f"{at}.start_url")
            case InstanceMetadata():
                return self._pick(self._of("AWS_EC2_METADATA_SERVICE_ENDPOINT", _plain), otherwise=None)
            case Container():
                return self._pick(
                    (source.relative_uri, f"{at}.relative_uri"), (_plain(source.full_uri), f"{at}.full_uri"),
                    self._of("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"),
                    self._of("AWS_CONTAINER_CREDENTIALS_FULL_URI", _plain), otherwise=None,
                )  # fmt: skip
            case _:
                return None

    def _region(self, profile: Profile) -> Decided:
        return self._pick((profile.region, f"profiles.{profile.name}.region"), *self._settings_region)

    @cached_property
    def _settings_region(self) -> tuple[tuple[str, str], ...]:
        region = self.catalog.settings.region
        return ((region, "settings.region" if "region" in self.said else DEFAULT),)

    def _sts_region(self, source: Source, reached: StsEndpoint) -> Decided:
        regions = self._sts_regions
        return self._pick((source.sts_region, f"sources.{source.name}.sts_region"), *regions, otherwise=reached.region)

    @cached_property
    def _sts_regions(self) -> tuple[tuple[str | None, str], ...]:
        around = self.around
        return (
            (self.catalog.settings.sts_region, "settings.sts_region"),
            (around.aws_region, "AWS_REGION"),
            (around.aws_default_region, "AWS_DEFAULT_REGION"),
        )

    def _sts_endpoint(self, source: Source, reached: StsEndpoint) -> Decided:
        variables = () if self.around.endpoint_url is None else self._endpoint_variables
        own = (_plain(source.endpoint_url), f"sources.{source.name}.endpoint_url")
        return self._pick(own, *variables, otherwise=_own_address(reached))

    @cached_property
    def _endpoint_variables(self) -> tuple[tuple[str | None, str], ...]:
        return self._of("AWS_ENDPOINT_URL_STS", _plain), self._of("AWS_ENDPOINT_URL", _plain)

    def _proxy(self, source: Source) -> Decided:
        return self._pick(
            (_plain(source.proxy), f"sources.{source.name}.proxy"),
            (_plain(self.catalog.settings.proxy), "settings.proxy"),
            *(self._of(name, _plain) for name in _ENVIRONMENT_PROXIES),
            otherwise=None,
        )

    def _ca_bundle(self, source: Source) -> Decided:
        return self._pick(
            (source.ca_bundle, f"sources.{source.name}.ca_bundle"),
            (self.catalog.settings.ca_bundle, "settings.ca_bundle"),
            self._of("AWS_CA_BUNDLE"),
            self._of("REQUESTS_CA_BUNDLE"),
            otherwise=None,
        )

    def _destinations(self, profile: Profile) -> Iterator[Destination]:
        """Yield the places; the file of each is the one that the settings or the environment name."""
        at, wanted, path = f"profiles.{profile.name}.delivery", profile.delivery, self.credentials_path
        for section in wanted.credentials_file:
            yield Destination("credentials-file", f"[{section}] {path}", f"{at}.credentials_file")
        if self.catalog.settings.default == profile.name:
            yield Destination("default", f"[default] {path}", "settings.default")
        if wanted.config_region:
            for section in wanted.credentials_file or (profile.name,):
                yield Destination("config-line", f"[{section}] region {self.config_path}", f"{at}.config_region")
        if wanted.credential_process:
            line = f"[{profile.name}] credential_process {self.config_path}"
            yield Destination("config-line", line, f"{at}.credential_process")
        if wanted.endpoint:
            yield Destination("endpoint", profile.name, f"{at}.endpoint")

    def _of(self, variable: str, cleaned: Callable[[str], str | None] | None = None) -> tuple[str | None, str]:
        text = self.environ.get(variable) or None
        return (cleaned(text) if cleaned is not None and text else text), variable

    @staticmethod
    def _pick(*candidates: tuple[str | None, str], otherwise: str | None = None) -> Decided:
        """Return the first that says anything; `otherwise` is what counts where nobody does."""
        said = [(by, value) for value, by in candidates if value]
        if not said:
            return Decided(otherwise, DEFAULT)
        (by, value), *others = said
        return Decided(value, by, tuple(one for one in others if one[0] != DEFAULT))


def endpoints_used(catalog: Catalog, around: Surroundings) -> tuple[StsEndpoint, ...]:
    """Return each STS endpoint that a profile uses, once; a chain that is broken uses none."""
    found: dict[StsEndpoint, None] = {}
    for one in catalog.profiles.values():
        with suppress(AppError):
            chain = chain_of(one, catalog)
            found[sts_endpoint(first_source(chain, catalog), chain, catalog, around)] = None
    return tuple(found)


def endpoint_name(endpoint: StsEndpoint) -> str:
    """Return what an endpoint is called: its host."""
    return urlsplit(_plain(endpoint.endpoint_url) or _own_address(endpoint)).netloc


def _hops(plan: Plan, chain: tuple[Profile, ...]) -> Iterator[Hop]:
    tables = [f"profiles.{one.name}.roles.{number}" for one in chain for number in range(1, len(one.roles) + 1)]
    for call in plan.calls:
        if isinstance(call, AssumeRoleCall | WebIdentityCall):
            operation = "AssumeRole" if isinstance(call, AssumeRoleCall) else "AssumeRoleWithWebIdentity"
            yield Hop(call.role_arn.text, tables[call.hop - 1], operation)


def _account(chain: tuple[Profile, ...]) -> Decided | None:
    """Return the account that the chain ends in; None where only AWS can say it."""
    for one in reversed(chain):
        if one.roles:
            return Decided(one.roles[-1].role_arn.account, f"profiles.{one.name}.roles.{len(one.roles)}.role_arn")
        if one.account_id:
            return Decided(one.account_id, f"profiles.{one.name}.account_id")
    return None


def _own_address(reached: StsEndpoint) -> str:
    """Return AWS's own address of a region, as botocore has it."""
    begins = reached.region.split("-", 2)
    suffix = _SUFFIXES.get("-".join(begins[:2])) or _SUFFIXES.get(begins[0]) or "amazonaws.com"
    return f"https://sts.{reached.region}.{suffix}"


def _plain(address: str | None) -> str | None:
    """Return an address without user name, password and query: a proxy's may hold all of them."""
    if not address:
        return None
    try:
        parts = urlsplit(address)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
    except ValueError:
        return "?"
