"""What profiles resolve to, and which setting wins: the planner's own answer, and why."""

import time
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from app.domain.chain import Surroundings
from app.domain.names import Region
from app.domain.plan import plan_of
from app.domain.problem import Code
from app.domain.profile import Catalog
from app.domain.reading import read_catalog
from app.resolving import Decided, Resolver, endpoint_name, endpoints_used

ROLE = "arn:aws:iam::123456789012:role/{}"
KEYS = {"kind": "access-keys", "access_key_id": "AKIAIOSFODNN7EXAMPLE"}


def catalog_of(settings: dict[str, object] | None = None, source: dict[str, object] | None = None) -> Catalog:
    return read_catalog(
        {
            "settings": settings or {},
            "sources": {"acme": {**KEYS, **(source or {})}, "loose": {"kind": "web-identity-token"}},
            "profiles": {
                "hub": {"source": "acme", "roles": [{"role_arn": ROLE.format("hub")}]},
                "dev": {
                    "base": "hub",
                    "roles": [{"role_arn": "arn:aws:iam::210987654321:role/dev"}],
                    "delivery": {"credentials_file": ["dev"], "config_region": True},
                },
                "bare": {"source": "acme", "region": "eu-west-3", "delivery": {"credential_process": True}},
                "ci": {"source": "loose", "roles": [{"role_arn": ROLE.format("ci")}], "delivery": {"endpoint": True}},
            },
        }
    ).catalog


def resolver(catalog: Catalog, environ: dict[str, str] | None = None, said: tuple[str, ...] = ()) -> Resolver:
    environ = environ or {}
    region, other = environ.get("AWS_REGION"), environ.get("AWS_DEFAULT_REGION")
    around = Surroundings(
        "ana", "host", Region(region) if region else None, Region(other) if other else None,
        environ.get("AWS_ENDPOINT_URL_STS") or environ.get("AWS_ENDPOINT_URL"),
    )  # fmt: skip
    return Resolver(catalog, around, environ, said, Path("/aws/credentials"), Path("/aws/config"))


def test_a_chain_with_everything_that_led_to_it() -> None:
    catalog = catalog_of({"default": "dev"})
    one = resolver(catalog)(catalog.profiles["dev"])  # type: ignore[index]
    assert one.problem is None
    assert one.source == Decided("acme", "profiles.hub.source")
    assert one.origin == Decided("AKIAIOSFODNN7EXAMPLE", "sources.acme.access_key_id")
    assert [(hop.role_arn, hop.by, hop.operation) for hop in one.hops] == [
        (ROLE.format("hub"), "profiles.hub.roles.1", "AssumeRole"),
        ("arn:aws:iam::210987654321:role/dev", "profiles.dev.roles.1", "AssumeRole"),
    ]
    assert one.account == Decided("210987654321", "profiles.dev.roles.1.role_arn")
    assert [(to.kind, to.target, to.by) for to in one.deliveries] == [
        ("credentials-file", "[dev] /aws/credentials", "profiles.dev.delivery.credentials_file"),
        ("default", "[default] /aws/credentials", "settings.default"),
        ("config-line", "[dev] region /aws/config", "profiles.dev.delivery.config_region"),
    ]
    bare = resolver(catalog)(catalog.profiles["bare"])  # type: ignore[index]
    assert [(to.kind, to.target, to.by) for to in bare.deliveries] == [
        ("config-line", "[bare] credential_process /aws/config", "profiles.bare.delivery.credential_process"),
    ]
    assert bare.account is None, "only AWS can say it"


def test_where_a_token_comes_from() -> None:
    catalog = catalog_of()
    profile = catalog.profiles["ci"]  # type: ignore[index]
    one = resolver(catalog)(profile)
    assert one.origin == Decided("pasted", "default")
    assert one.hops[0].operation == "AssumeRoleWithWebIdentity"
    one = resolver(catalog, {"AWS_WEB_IDENTITY_TOKEN_FILE": "/t"})(profile)
    assert one.origin == Decided("/t", "AWS_WEB_IDENTITY_TOKEN_FILE")


_SETTINGS = [{}, {"sts_region": "eu-north-1"}]
_SOURCES = [{}, {"sts_region": "eu-south-1", "endpoint_url": "https://sts.own.example"}]
_VARIABLES = [
    {}, {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-2"}, {"AWS_DEFAULT_REGION": "eu-west-2"},
    {"AWS_ENDPOINT_URL_STS": "https://one.example", "AWS_ENDPOINT_URL": "https://two.example"},
    {"AWS_ENDPOINT_URL": "https://two.example"},
]  # fmt: skip


@pytest.mark.parametrize(("settings", "source", "environ"), list(product(_SETTINGS, _SOURCES, _VARIABLES)))
def test_what_is_told_is_what_the_planner_does(
    settings: dict[str, object], source: dict[str, object], environ: dict[str, str]
) -> None:
    catalog = catalog_of(settings, source)
    resolve = resolver(catalog, environ)
    for profile in catalog.profiles.values():
        planned = plan_of(profile, catalog, resolve.around).endpoint
        one = resolve(profile)
        assert planned is not None
        assert one.sts_region is not None
        assert one.sts_endpoint is not None
        assert one.sts_region.value == planned.region
        assert (one.sts_endpoint.by == "default") == (planned.endpoint_url is None)
        assert planned.endpoint_url in (None, one.sts_endpoint.value)


def test_what_lost_is_told_too() -> None:
    catalog = catalog_of({"sts_region": "eu-north-1", "region": "eu-west-9"})
    environ = {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-2"}
    one = resolver(catalog, environ, ("region",))(catalog.profiles["bare"])  # type: ignore[index]
    lost = (("AWS_REGION", "eu-west-1"), ("AWS_DEFAULT_REGION", "eu-west-2"))
    assert one.sts_region == Decided("eu-north-1", "settings.sts_region", lost)
    assert one.region == Decided("eu-west-3", "profiles.bare.region", (("settings.region", "eu-west-9"),))
    hub = resolver(catalog)(catalog.profiles["hub"])  # type: ignore[index]
    assert hub.region == Decided("eu-west-9", "default"), "nobody said that the file has it"


def test_a_proxy_s_password_is_never_told() -> None:
    catalog = catalog_of({"proxy": "http://proxy.example:3128"})
    one = resolver(catalog, {"HTTPS_PROXY": "http://u:canary@other.example"})(catalog.profiles["bare"])  # type: ignore[index]
    assert one.proxy == Decided(
        "http://proxy.example:3128", "settings.proxy", (("HTTPS_PROXY", "http://other.example"),)
    )


def test_a_loop_is_told_and_nothing_raised() -> None:
    catalog = catalog_of()
    hub = replace(catalog.profiles["hub"], source=None, base="dev")  # type: ignore[index]
    looped = replace(catalog, profiles={**catalog.profiles, hub.name: hub})
    one = resolver(looped)(hub)
    assert one.problem is not None
    assert one.problem.code is Code.BASE_LOOP
    bare = resolver(looped)(looped.profiles["bare"])  # type: ignore[index]
    assert bare.reached in endpoints_used(looped, resolver(looped).around)


@pytest.mark.parametrize(
    "region",
    ["us-east-1", "cn-north-1", "us-gov-west-1", "us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1", "us-isof-south-1",
     "eusc-de-east-1"],
)  # fmt: skip
def test_aws_s_own_addresses_are_those_of_botocore(region: str) -> None:
    from botocore.session import Session

    catalog = catalog_of(source={"sts_region": region})
    one = resolver(catalog)(catalog.profiles["bare"])  # type: ignore[index]
    client = Session().create_client("sts", region, aws_access_key_id="a", aws_secret_access_key="b")
    assert one.sts_endpoint == Decided(client.meta.endpoint_url, "default")
    assert one.reached is not None
    assert endpoint_name(one.reached) == client.meta.endpoint_url.removeprefix("https://")


def test_ten_thousand_profiles_take_no_time() -> None:
    made = {
        f"p{number}": {"source": "acme", "roles": [{"role_arn": ROLE.format("hub")}, {"role_arn": ROLE.format(number)}]}
        for number in range(10_000)
    }
    catalog = read_catalog({"sources": {"acme": KEYS}, "profiles": made}).catalog
    started = time.process_time()
    found = [resolver(catalog)(one) for one in catalog.profiles.values()]
    assert time.process_time() - started < 5
    assert {one.reached for one in found} == set(endpoints_used(catalog, resolver(catalog).around))


def test_what_a_session_cannot_do_whatever_its_policies_allow() -> None:
    catalog = catalog_of(source={"mfa_serial": "arn:aws:iam::111122223333:mfa/ana", "mfa": "prompt"})
    resolve = resolver(catalog)
    by_name = {str(name): profile for name, profile in catalog.profiles.items()}
    assert [one.code for one in resolve(by_name["bare"]).lacks] == [Code.SESSION_WITHOUT_IAM, Code.SESSION_WITHOUT_STS]
    assert [one.code for one in resolve(replace(by_name["bare"], mfa=True)).lacks] == [Code.SESSION_WITHOUT_STS]
    assert all(resolve(by_name[name]).lacks == () for name in ("hub", "dev", "ci"))
