"""Rules between the tables of the catalog."""
# ruff: noqa: E501  one case on one line

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.problem import Code
from app.domain.profile import Catalog
from app.domain.reading import read_catalog

HEAD = """
[sources.keys]
kind = "access-keys"
access_key_id = "AKIAEXAMPLE0000001"
mfa_serial = "arn:aws:iam::111122223333:mfa/ana"
[sources.bare]
kind = "environment"
mfa_session = false
[sources.web]
kind = "web-identity-token"
[sources.okta]
kind = "oidc"
issuer = "https://id.example.com"
client_id = "x"
[sources.sso]
kind = "identity-center"
start_url = "https://a.example"
region = "eu-west-1"
[sources.ec2]
kind = "instance-metadata"
[sources.task]
kind = "container"
[sources.later]
kind = "roles-anywhere"
[sources.broken]
kind = "process"
"""
R1 = "arn:aws:iam::123456789012:role/one"
R2 = "arn:aws:iam::210987654321:role/two"
LONG = '{"Statement":"' + "x" * 2048 + '"}'


def profile(values: str, hops: tuple[str, ...] = (), name: str = "p") -> str:
    roles = "".join(f"[[profiles.{name}.roles]]\n{one}\n" for one in hops)
    return f"[profiles.{name}]\n{values}\n{roles}"


def catalog_of(*parts: str) -> Catalog:
    return read_catalog(tomllib.loads(HEAD + "".join(parts))).catalog


def errors(catalog: Catalog, table: str = "profiles.p") -> list[tuple[str, Code]]:
    return [(one.key, one.problem.code) for one in catalog.findings if one.table == table and not one.warning]


def warnings(catalog: Catalog, table: str = "profiles.p") -> list[tuple[str, Code]]:
    return [(one.key, one.problem.code) for one in catalog.findings if one.table == table and one.warning]


ONE = f'role_arn = "{R1}"'
TWO = f'role_arn = "{R2}"'

GOOD = [
    ('source = "keys"', ()),
    ('source = "keys"\nduration = "36h"\nmfa = true', ()),
    ('source = "keys"', (ONE + '\nmfa = true\nduration = "1h"', TWO + '\nduration = "1h"')),
    ('source = "bare"', (ONE + '\nduration = "12h"',)),
    ('source = "bare"', (ONE + '\nduration = "12h"\nmfa = true\nmfa_serial = "GAHT12345678"',)),
    ('source = "web"', (ONE + '\nduration = "12h"', TWO + '\nexternal_id = "x1"\nsession_tags = { a = "b" }')),
    ('source = "okta"', (ONE + f"\npolicy = '{LONG[:14]}\"}}'",)),
    ('source = "sso"\naccount_id = "123456789012"\nrole_name = "Admin"', ()),
    ('source = "ec2"', ()),
    ('source = "task"', (ONE + '\nduration = "1h"\nexternal_id = "x1"',)),
    ('source = "keys"', (ONE + '\nsource_identity = "ana"', TWO + '\nsource_identity = "ana"')),
    ('source = "keys"', (ONE + '\nsession_tags = { a = "b" }', TWO + '\nsession_tags = { a = "c" }')),
    ('source = "keys"', (ONE + '\npolicy_arns = ["arn:aws:iam::123456789012:policy/own"]',)),
    ('source = "keys"\nsafety = { read_only = true }', (ONE,)),
    ('source = "keys"\ndelivery = { credentials_file = "q", credential_process = true }', ()),
    ('source = "later"\nduration = "1h"', ()),
]


@pytest.mark.parametrize(("values", "hops"), GOOD, ids=range(len(GOOD)))
def test_chains_accepted(values: str, hops: tuple[str, ...]) -> None:
    catalog = catalog_of(profile(values, hops))
    assert (errors(catalog), warnings(catalog)) == ([], [])
    assert "p" in catalog.profiles


WEB = [
    'external_id = "x1"',
    'session_tags = { a = "b" }',
    "mfa = true",
    'mfa_serial = "GAHT12345678"',
    'source_identity = "ana"',
]
BAD: list[tuple[str, tuple[str, ...], str, Code]] = [
    ('source = "key"', (), "source", Code.SOURCE_UNKNOWN),
    ('base = "q"', (), "base", Code.BASE_UNKNOWN),
    ('base = "p"', (), "base", Code.BASE_LOOP),
    ('source = "web"', (), "roles", Code.HOP_REQUIRED),
    ('source = "okta"', (), "roles", Code.HOP_REQUIRED),
    *(('source = "web"', (f"{ONE}\n{one}",), "roles.1." + one.split()[0], Code.VALUE_NOT_HERE) for one in WEB),
    ('source = "web"', (f"{ONE}\npolicy = '{LONG}'",), "roles.1.policy", Code.VALUE_LENGTH),
    ('source = "web"', (ONE, TWO + "\nmfa = true"), "roles.2.mfa", Code.VALUE_NOT_HERE),
    ('source = "ec2"', (ONE + "\nmfa = true",), "roles.1.mfa", Code.VALUE_NOT_HERE),
    ('source = "bare"', (ONE + "\nmfa = true",), "roles.1.mfa_serial", Code.VALUE_MISSING),
    ('source = "bare"\nmfa = true', (), "mfa_serial", Code.VALUE_MISSING),
    ('source = "keys"', (ONE, TWO + '\nduration = "61m"'), "roles.2.duration", Code.VALUE_RANGE),
    ('source = "web"', (ONE, TWO + '\nduration = "2h"'), "roles.2.duration", Code.VALUE_RANGE),
    ('source = "ec2"', (ONE + '\nduration = "2h"',), "roles.1.duration", Code.VALUE_RANGE),
    ('source = "task"', (ONE + '\nduration = "2h"',), "roles.1.duration", Code.VALUE_RANGE),
    ('source = "sso"\naccount_id = "123456789012"\nrole_name = "A"', (ONE + '\nduration = "2h"',), "roles.1.duration", Code.VALUE_RANGE),
    ('source = "keys"\nduration = "1h"', (ONE,), "duration", Code.VALUE_NOT_HERE),
    ('source = "keys"\nmfa = true', (ONE,), "mfa", Code.VALUE_NOT_HERE),
    ('source = "ec2"\nduration = "1h"', (), "duration", Code.VALUE_NOT_HERE),
    ('source = "keys"\nsafety = { read_only = true }', (), "safety.read_only", Code.VALUE_NOT_HERE),
    ('source = "sso"', (), "account_id", Code.VALUE_MISSING),
    ('source = "sso"\naccount_id = "123456789012"', (), "role_name", Code.VALUE_MISSING),
    ('source = "keys"', ('role_arn = "arn:aws-cn:iam::123456789012:role/x"',), "roles.1.role_arn", Code.VALUE_NOT_HERE),
    ('source = "bare"', (ONE, 'role_arn = "arn:aws-cn:iam::123456789012:role/x"'), "roles.2.role_arn", Code.VALUE_NOT_HERE),
    ('source = "bare"', (ONE + '\nmfa_serial = "arn:aws-cn:iam::123456789012:mfa/x"',), "roles.1.mfa_serial", Code.VALUE_NOT_HERE),
    ('source = "bare"', (ONE + '\npolicy_arns = ["arn:aws-cn:iam::aws:policy/A"]',), "roles.1.policy_arns.1", Code.VALUE_NOT_HERE),
    ('source = "bare"', (ONE + '\npolicy_arns = ["arn:aws:iam::210987654321:policy/A"]',), "roles.1.policy_arns.1", Code.VALUE_NOT_HERE),
    (
        'source = "bare"',
        (ONE + '\nsession_tags = { Team = "b" }\ntransitive_tags = ["Team"]', TWO, TWO + '\nsession_tags = { team = "c" }'),
        "roles.3.session_tags.team",
        Code.VALUE_NOT_HERE,
    ),
    ('source = "bare"', (ONE + '\nsource_identity = "ana"', TWO + '\nsource_identity = "bob"'), "roles.2.source_identity", Code.VALUE_NOT_HERE),
    (
        'source = "keys"\nsafety = { read_only = true }',
        (ONE + "\npolicy_arns = [" + ",".join(f'"arn:aws:iam::aws:policy/P{n}"' for n in range(10)) + "]",),
        "roles.1.policy_arns",
        Code.VALUE_RANGE,
    ),
    (
        'source = "keys"\ndelivery = { credentials_file = "p", credential_process = true }',
        (),
        "delivery.credential_process",
        Code.SECTION_BESIDE_PROCESS,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("values", "hops", "key", "code"), BAD, ids=range(len(BAD)))
def test_chains_refused(values: str, hops: tuple[str, ...], key: str, code: Code) -> None:
    catalog = catalog_of(profile(values, hops))
    assert (key, code) in errors(catalog)
    assert "p" not in catalog.profiles
    assert code in [one.code for one in catalog.broken["profiles.p"]]


def test_what_is_said_but_works() -> None:
    catalog = catalog_of(profile('source = "keys"', (f"{ONE}\npolicy = '{LONG}'\nmfa = true\nduration = \"2h\"",)))
    assert warnings(catalog) == [("roles.1.policy", Code.POLICY_LONG), ("roles.1.duration", Code.CHAINING_LIMIT)]
    catalog = catalog_of(profile('source = "keys"\naccount_id = "123456789012"'))
    assert warnings(catalog) == [("account_id", Code.VALUE_NOT_HERE)]
    assert "p" in catalog.profiles


@pytest.mark.parametrize(
    ("policies", "warned"),
    [
        ('policy = \'{"Statement":[{"Effect":"Allow"}]}\'', ["roles.1.policy"]),
        ('policy = \'{"Statement":[{"Effect":"Deny"}]}\'', []),
        ('policy_arns = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]', []),
        ('policy_arns = ["arn:aws:iam::aws:policy/AdministratorAccess"]', ["roles.1.policy_arns"]),
    ],
)
def test_what_adds_to_read_only_is_said(policies: str, warned: list[str]) -> None:
    catalog = catalog_of(profile('source = "keys"\nsafety = { read_only = true }', (f"{ONE}\n{policies}",)))
    assert [key for key, _ in warnings(catalog)] == warned
    assert "p" in catalog.profiles


def test_bases_carry_their_chain_on() -> None:
    base = profile(
        'source = "keys"',
        (ONE + '\nsession_tags = { a = "b" }\ntransitive_tags = ["a"]\nsource_identity = "ana"',),
        "b",
    )
    wrong = TWO + '\nduration = "2h"\nsession_tags = { A = "c" }\nsource_identity = "bob"'
    catalog = catalog_of(base, profile('base = "b"', (wrong,)))
    assert [key for key, _ in errors(catalog)] == [
        "roles.1.session_tags.A",
        "roles.1.source_identity",
        "roles.1.duration",
    ]
    assert set(catalog.profiles) == {"b"}
    assert errors(catalog_of(profile('source = "keys"', (), "b"), profile('base = "b"\nduration = "2h"'))) == []
    assert errors(catalog_of(base, profile('base = "b"\nduration = "2h"'))) == [("duration", Code.VALUE_NOT_HERE)]


def test_loops_are_found_and_named() -> None:
    loop = profile('base = "b"', (), "a") + profile('base = "c"', (), "b") + profile('base = "a"', (), "c")
    catalog = catalog_of(loop, profile('base = "a"'), profile('source = "keys"', (), "q"))
    assert set(catalog.profiles) == {"q"}
    chains = {
        one.table: one.problem.arguments["chain"] for one in catalog.findings if one.problem.code is Code.BASE_LOOP
    }
    assert chains["profiles.b"] == "b > c > a > b"
    assert set(chains) == {"profiles.a", "profiles.b", "profiles.c"}
    assert [one.code for one in catalog.broken["profiles.p"]] == [Code.BASE_LOOP]


def test_a_very_long_line_of_bases() -> None:
    parts = [profile('source = "keys"', (), "p0")] + [profile(f'base = "p{n}"', (), f"p{n + 1}") for n in range(5000)]
    catalog = catalog_of(*reversed(parts))
    assert len(catalog.profiles) == 100
    found = [one.table for one in catalog.findings if one.table.startswith("profiles.")]
    assert found == ["profiles.p100"], "those behind it are broken for its reason"
    assert sum(table.startswith("profiles.") for table in catalog.broken) == 4901


def test_a_very_long_ring_of_bases() -> None:
    catalog = catalog_of(*(profile(f'base = "p{(n + 1) % 5000}"', (), f"p{n}") for n in range(5000)))
    found = [one.problem for one in catalog.findings if one.problem.code is Code.BASE_LOOP]
    assert len(found) == 5000
    assert max(len(str(one.arguments["chain"])) for one in found) < 100


def test_what_stands_on_something_broken_is_broken_for_its_reasons() -> None:
    catalog = catalog_of(
        profile('source = "broken"', (), "b"),
        profile('base = "b"'),
        profile('source = "keys"\nmfa = 1', (), "x"),
        profile('base = "x"', (), "y"),
    )
    assert catalog.profiles == {}
    assert [one.code for one in catalog.broken["sources.broken"]] == [Code.VALUE_MISSING]
    assert catalog.broken["profiles.p"] == catalog.broken["profiles.b"] == catalog.broken["sources.broken"]
    assert [one.code for one in catalog.broken["profiles.y"]] == [Code.VALUE_TYPE]
    assert errors(catalog) == []  # it is not its own fault


def test_sections_names_and_the_default() -> None:
    section = 'source = "keys"\ndelivery = { credentials_file = "same" }'
    catalog = catalog_of(profile(section), profile(section, (), "q"))
    assert errors(catalog) == errors(catalog, "profiles.q") == [("delivery.credentials_file", Code.SECTION_SHARED)]
    process = 'source = "keys"\ndelivery = { credential_process = true }'
    catalog = catalog_of(profile(process), profile('source = "keys"\ndelivery = { credentials_file = "p" }', (), "q"))
    assert errors(catalog) == [("delivery.credential_process", Code.SECTION_BESIDE_PROCESS)]
    catalog = catalog_of(
        profile('source = "keys"\naliases = ["q", "free", "twice"]'),
        profile('source = "keys"\naliases = ["twice"]', (), "q"),
    )
    assert warnings(catalog) == [("aliases.1", Code.NAME_TAKEN), ("aliases.3", Code.NAME_TAKEN)]
    assert set(catalog.profiles) == {"p", "q"}
    catalog = catalog_of('[settings]\ndefault = "nobody"\n', profile('source = "keys"'))
    assert (errors(catalog, "settings"), catalog.settings.default) == ([("default", Code.PROFILE_UNKNOWN)], None)
    owner = 'source = "keys"\ndelivery = { credentials_file = "default" }'
    assert errors(catalog_of('[settings]\ndefault = "p"\n', profile(owner)), "settings") == []
    catalog = catalog_of('[settings]\ndefault = "q"\n', profile(owner), profile('source = "keys"', (), "q"))
    assert errors(catalog, "settings") == [("default", Code.SECTION_SHARED)]
    catalog = catalog_of('[settings]\ndefault = "p"\n', profile('source = "nobody"'))
    assert (errors(catalog, "settings"), catalog.settings.default) == ([], "p")


@pytest.mark.parametrize(
    ("read", "other", "refused"),
    [
        ("p", 'delivery = { credentials_file = "p" }', True),
        ("p", "delivery = { credential_process = true }", True),
        ("p", 'delivery = { credentials_file = "q" }', False),
        ("default", "", True),
    ],
)
def test_a_source_never_reads_what_rolecall_delivers(read: str, other: str, refused: bool) -> None:
    source = f'[sources.shared]\nkind = "shared-profile"\nprofile = "{read}"\n'
    catalog = catalog_of(
        '[settings]\ndefault = "p"\n',
        source,
        profile(f'source = "keys"\n{other}'),
        profile('source = "shared"', (), "z"),
    )
    assert errors(catalog, "sources.shared") == ([("profile", Code.SELF_READING)] if refused else [])
    assert ("z" in catalog.profiles) is not refused


def test_the_top_of_the_file() -> None:
    catalog = read_catalog(
        {"schema": 1, "includ": [], "include": ["x"], "profiles": 3, "sources": [], "hooks": {}}
    ).catalog
    assert {(one.key, one.problem.code) for one in catalog.findings} == {
        ("includ", Code.VALUE_UNKNOWN_KEY),
        ("include", Code.VALUE_UNKNOWN_KEY),
        ("hooks", Code.VALUE_UNKNOWN_KEY),
        ("profiles", Code.VALUE_TYPE),
        ("sources", Code.VALUE_TYPE),
    }
    assert read_catalog({}).catalog == Catalog()
    assert not read_catalog({"schema": 2}).catalog.writable


# whatever stands in the file

ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["keys", "p", R1, "1h"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
PROFILE_LIKE = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("source", "base", "roles", "delivery", "safety", "console", "env", "tags", "mfa", "duration", "group"), ANY
    ),
)
HOP_LIKE = st.fixed_dictionaries(
    {"role_arn": st.just(R1) | ANY}, optional={"duration": ANY, "session_tags": ANY, "policy": ANY}
)
FILES = st.fixed_dictionaries(
    {},
    optional={
        "schema": ANY,
        "settings": ANY,
        "accounts": ANY,
        "groups": ANY,
        "sources": st.dictionaries(st.sampled_from(["keys", "s"]), ANY | st.just({"kind": "environment"}), max_size=2)
        | ANY,
        "profiles": st.dictionaries(
            st.sampled_from(["p", "q", "-"]),
            PROFILE_LIKE | st.builds(lambda hops: {"source": "keys", "roles": hops}, st.lists(HOP_LIKE, max_size=3)),
            max_size=3,
        )
        | ANY,
    },
)


@settings(max_examples=300, deadline=None)
@given(FILES)
def test_reading_never_raises_and_loses_nothing(data: dict[str, Any]) -> None:
    catalog = read_catalog(data).catalog
    for kind, good in (("profiles", catalog.profiles), ("sources", catalog.sources)):
        entries = data.get(kind)
        if isinstance(entries, dict):
            assert {*good, *(key.split(".", 1)[1] for key in catalog.broken if key.startswith(kind))} == set(entries)
    assert not {f"profiles.{name}" for name in catalog.profiles} & set(catalog.broken)
    assert all(catalog.broken.values())


def test_a_large_catalog_and_a_small_change() -> None:
    data: dict[str, Any] = tomllib.loads(HEAD)
    data["profiles"] = {
        f"p{n}": {
            "source": "keys",
            "roles": [{"role_arn": f"arn:aws:iam::{n:012}:role/x"}],
            "delivery": {"credentials_file": f"p{n}"},
        }
        for n in range(10_000)
    }
    first = read_catalog(data)
    assert len(first.catalog.profiles) == 10_000
    data["profiles"]["p5"] = data["profiles"]["p5"] | {"note": "new"}
    second = read_catalog(data, previous=first, changed=[("profiles", "p5")])
    assert second.catalog == read_catalog(data).catalog
    assert second.catalog.profiles["p5"].note == "new"
