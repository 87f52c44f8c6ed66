# ruff: noqa: E501  a text on one line
import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.catalog.edits import apply
from app.catalog.render import same
from app.catalog.splice import Splice

Table = dict[str, Any]
CATALOG = """\
# My catalog

schema = 1 # the first

[settings]
region = "us-east-1"   # where we are

# Ana's own
[sources.acme]
kind = "access-keys"
access_key_id = "AKIAEXAMPLE0000001" # of 2025
# mfa = "totp"

[profiles.a]
source = "acme"
tags = [
  "one", # first
  "two",
]
[[profiles.a.roles]]
# the way in
role_arn = "arn:aws:iam::111111111111:role/a" # keep
[[profiles.a.roles]]
role_arn = "arn:aws:iam::222222222222:role/b"
session_tags = { team = "data" }

[profiles.a.delivery]
credentials_file = "a"

# about b
[profiles.b]
base = "a"
"""


def changed(text: str, path: tuple[str, ...], value: Table) -> str:
    splice = Splice(text)
    return apply(splice.text, splice.change(path, tomllib.loads(text), value))


def removed(text: str, *path: str) -> str:
    splice = Splice(text)
    return apply(splice.text, splice.remove(path, tomllib.loads(text)))


def renamed(text: str, path: tuple[str, ...], name: str) -> str:
    splice = Splice(text)
    return apply(splice.text, splice.rename(path, name, tomllib.loads(text)))


def values(text: str, *path: str) -> Table:
    found: Any = tomllib.loads(text)
    for key in path:
        found = found[key]
    return found


def test_nothing_changes_where_nothing_does() -> None:
    for path in (("profiles", "a"), ("profiles", "b"), ("sources", "acme"), ("settings",)):
        assert changed(CATALOG, path, values(CATALOG, *path)) == CATALOG


def test_one_value_changes_and_its_comment_stays() -> None:
    value = values(CATALOG, "sources", "acme") | {"access_key_id": "AKIAEXAMPLE0000002"}
    assert changed(CATALOG, ("sources", "acme"), value) == CATALOG.replace("0001", "0002")


def test_a_new_value_goes_behind_the_last_one() -> None:
    value = values(CATALOG, "sources", "acme") | {"title": 'Ana\'s "key"'}
    expected = CATALOG.replace("# of 2025\n", '# of 2025\ntitle = "Ana\'s \\"key\\""\n')
    assert changed(CATALOG, ("sources", "acme"), value) == expected


def test_comments_in_a_list_stay_with_their_entries() -> None:
    value = values(CATALOG, "profiles", "a") | {"tags": ["one", "three", "two"]}
    new = changed(CATALOG, ("profiles", "a"), value)
    assert '  "one", # first\n' in new
    assert values(new, "profiles", "a") == value


def test_hops_keep_their_comments_when_they_change_places() -> None:
    value = values(CATALOG, "profiles", "a")
    value["roles"] = [value["roles"][1], value["roles"][0] | {"mfa": True}]
    new = changed(CATALOG, ("profiles", "a"), value)
    assert values(new, "profiles", "a") == value
    assert new.index("role/b") < new.index("# the way in\n") < new.index('role/a" # keep\nmfa = true\n')


def test_hops_come_and_go() -> None:
    value = values(CATALOG, "profiles", "a")
    first, second = value["roles"]
    third = {"role_arn": "arn:aws:iam::333333333333:role/c", "session_tags": {"a b": "c"}}
    for roles in ([second], [first, third, second], [third], [first, second, third]):
        new = changed(CATALOG, ("profiles", "a"), value | {"roles": roles})
        assert values(new, "profiles", "a") == value | {"roles": roles}
        assert "# about b\n[profiles.b]\nbase" in new
        assert ("# the way in" in new) == (first in roles or roles == [third])  # another role in its place
    without = {key: one for key, one in value.items() if key != "roles"}
    assert values(changed(CATALOG, ("profiles", "a"), without), "profiles", "a") == without


def test_sub_tables_come_and_go() -> None:
    value = values(CATALOG, "profiles", "b") | {
        "delivery": {"endpoint": True},
        "safety": {"auto_stop": "8h"},
        "roles": [{"role_arn": "arn:aws:iam::333333333333:role/c"}],
        "env": {"A": "b"},
    }
    new = changed(CATALOG, ("profiles", "b"), value)
    assert new == CATALOG + (
        'env = {A = "b"}\n'
        '\n[[profiles.b.roles]]\nrole_arn = "arn:aws:iam::333333333333:role/c"\n'
        '\n[profiles.b.delivery]\nendpoint = true\n\n[profiles.b.safety]\nauto_stop = "8h"\n'
    )
    assert changed(new, ("profiles", "b"), {"base": "a"}) == CATALOG


def test_a_new_table_stands_behind_its_kind() -> None:
    new = changed(CATALOG, ("sources", "ec2"), {"kind": "instance-metadata"})
    added = '# mfa = "totp"\n\n[sources.ec2]\nkind = "instance-metadata"\n\n[profiles.a]'
    assert added in new
    new = changed(CATALOG, ("groups", "Acme/Prod"), {"production": True})
    assert '\n[groups."Acme/Prod"]\nproduction = true\n\n# Ana\'s own\n[sources.acme]' in new
    assert changed("", ("sources", "x"), {"kind": "container"}) == '[sources.x]\nkind = "container"\n'
    assert changed("schema = 1", ("settings",), {"theme": "dark"}) == 'schema = 1\n\n[settings]\ntheme = "dark"\n'


def test_removal_takes_the_table_and_its_comment() -> None:
    new = removed(CATALOG, "profiles", "b")
    assert new == CATALOG[: CATALOG.index("\n# about b")]
    new = removed(CATALOG, "profiles", "a")
    assert new == CATALOG[: CATALOG.index("\n[profiles.a]")] + CATALOG[CATALOG.index("\n# about b") :]
    assert removed("# mine\n[sources.a]\nkind = 'x'\n", "sources", "a") == "# mine\n"


def test_renaming_changes_the_name_alone() -> None:
    new = renamed(CATALOG, ("profiles", "a"), "a b")
    assert new == CATALOG.replace("profiles.a]", 'profiles."a b"]').replace("profiles.a.", 'profiles."a b".')


STRANGE = {
    "out of order": '[profiles.x.delivery]\nendpoint = true\n[profiles.y]\nbase = "x"\n[profiles.x]\nsource = "s"\n',
    "dotted": 'profiles.x.source = "s"\nprofiles.x.delivery.endpoint = true # e\nprofiles.y.base = "x"\n',
    "dotted below": '[profiles]\nx.source = "s"\ny.base = "x"\nx.delivery.endpoint = true\n',
    "dotted inside": '[profiles.x]\nsource = "s"\ndelivery.endpoint = true\n[profiles.y]\nbase = "x"\n',
    "inline": 'profiles = { x = { source = "s", delivery = { endpoint = true } }, y = { base = "x" } }\n',
    "inline below": '[profiles]\nx = { source = "s", delivery = { endpoint = true } } # c\ny = { base = "x" }\n',
    "inline inside": '[profiles.x]\nsource = "s"\ndelivery = { endpoint = true }\n[profiles.y]\nbase = "x"\n',
    "no own header": '[profiles.x.delivery]\nendpoint = true\n[profiles.y]\nbase = "x"\n[profiles]\nx.source = "s"\n',
    "quoted": "['profiles' . \"x\"]\n\"source\" = 's'\n[ profiles.'x'.delivery ] # d\nendpoint=true\n[profiles.y]\nbase='x'",
    "crowded": '[profiles.y]\nbase="x"\n[profiles.x]\nsource="s"\n[profiles.x.delivery]\nendpoint=true',
    "windows": '[profiles.x]\r\nsource = "s"\r\n[profiles.x.delivery]\r\nendpoint = true\r\n[profiles.y]\r\nbase = "x"\r\n',
    "strings": "[profiles.x]\nsource = \"\"\"s\"\"\"\nnote = '''\n[profiles.y]\nbase = 1\n'''\n[profiles.x.delivery]\n"
    'endpoint = true\n[profiles.y]\nbase = "x"\n',
}
WANTED = [
    {"source": "t", "delivery": {"endpoint": False}},
    {"source": "s", "region": "eu-west-1", "delivery": {"endpoint": True, "credentials_file": "x"}},
    {"source": "s"},
    {"delivery": {"endpoint": True}},
    {"source": "s", "delivery": {"endpoint": True}, "safety": {"label": "PROD"}, "env": {"A": "1"}},
    {"source": "s", "roles": [{"role_arn": "r1"}, {"role_arn": "r2", "session_tags": {"a": "b"}}]},
    {},
]


@pytest.mark.parametrize("wanted", WANTED, ids=range(len(WANTED)))
@pytest.mark.parametrize("shape", STRANGE)
def test_every_shape_of_a_table_is_changed(shape: str, wanted: Table) -> None:
    text = STRANGE[shape]
    new = tomllib.loads(changed(text, ("profiles", "x"), wanted))
    assert new["profiles"].get("x", {}) == wanted
    assert new["profiles"]["y"] == {"base": "x"}


@pytest.mark.parametrize("shape", STRANGE)
def test_every_shape_of_a_table_is_removed_and_renamed(shape: str) -> None:
    text = STRANGE[shape]
    assert tomllib.loads(removed(text, "profiles", "x"))["profiles"] == {"y": {"base": "x"}}
    before = tomllib.loads(text)["profiles"]
    after = tomllib.loads(renamed(text, ("profiles", "x"), "new.name"))["profiles"]
    assert after == {"new.name": before["x"], "y": {"base": "x"}}


# any catalog, any change

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAMES = st.one_of(st.sampled_from(["a", "b", "a.b", "x y", "ü", '"', "'", "", "#", "roles", "[a]"]), WORDS)
LEAVES = st.one_of(
    WORDS,
    st.sampled_from(['{"Version":"2012"}', "a\nb\n", "it's '''", "\\", '"""', "# no comment", "a\r\nb", "\x7f", "\n"]),
    st.booleans(),
    st.integers(-(2**60), 2**60),
    st.floats(allow_nan=False),
    st.lists(WORDS, max_size=3),
    st.dictionaries(NAMES, WORDS, max_size=2),
)
FLAT = st.dictionaries(NAMES, LEAVES, max_size=4)
TABLES = st.builds(
    lambda flat, delivery, roles: {
        **flat,
        **({"delivery": delivery} if delivery else {}),
        **({"roles": roles} if roles else {}),
    },
    FLAT.map(lambda flat: {key: one for key, one in flat.items() if key not in ("delivery", "roles")}),
    FLAT,
    st.lists(FLAT.filter(bool), max_size=3),
)
COMMENTS = st.sampled_from(["", "", "\n", "# note\n", "\n# note\n\n", "  # [profiles.a]\n", "\n\n"])


@st.composite
def catalogs(draw: st.DrawFn) -> tuple[str, str, Table]:
    """A catalog of a few profiles in some layout, the name of one of them (or a new one), and new values for it."""
    from app.catalog.adding import table_text

    profiles = draw(st.dictionaries(NAMES, TABLES, min_size=1, max_size=3))
    parts: list[str] = []
    for name, table in profiles.items():
        parts.append(draw(COMMENTS))
        lines = table_text(("profiles", name), table).splitlines(keepends=True)
        parts += lines
    text = "schema = 1\n" + "".join(parts) + draw(COMMENTS)
    if draw(st.booleans()):
        text = text.removesuffix("\n")
    names = [*profiles, draw(NAMES)]
    name = draw(st.sampled_from(names))
    new = draw(
        st.one_of(
            TABLES,
            st.just(profiles.get(name, {})),
            st.builds(lambda a, b: a | b, st.just(profiles.get(name, {})), TABLES),
        )
    )
    return text, name, new


def _others(text: str, name: str) -> list[str]:
    """The bytes of every other table, one by one, with the comments above it."""
    scan = Splice(text).places.scan
    return [
        scan.text[scan.lead(one) : scan.content_end(one)] for one in scan.segments if one.path[:2] != ("profiles", name)
    ]


@settings(max_examples=300, deadline=None)
@given(catalogs())
def test_only_the_one_table_changes(given_catalog: tuple[str, str, Table]) -> None:
    text, name, new = given_catalog
    before = tomllib.loads(text)
    after_text = changed(text, ("profiles", name), new)
    after = tomllib.loads(after_text)
    assert same(after["profiles"].get(name, {}), new)
    assert same(
        {k: v for k, v in after["profiles"].items() if k != name},
        {k: v for k, v in before["profiles"].items() if k != name},
    )
    assert _others(after_text, name) == _others(text, name)
    assert after_text.count("# note") >= text.count("# note") - 1  # that of an emptied table may go with it
    assert changed(after_text, ("profiles", name), new) == (
        after_text if after_text.endswith("\n") else after_text + "\n"
    )


@settings(max_examples=150, deadline=None)
@given(catalogs(), NAMES)
def test_removal_and_renaming_leave_the_rest(given_catalog: tuple[str, str, Table], other: str) -> None:
    text, name, _ = given_catalog
    before = tomllib.loads(text)["profiles"]
    if name not in before:
        return
    without = removed(text, "profiles", name)
    rest = {key: one for key, one in before.items() if key != name}
    assert same(tomllib.loads(without).get("profiles", {}), rest)
    assert _others(without, name) == _others(text, name)
    if other not in before:
        new = renamed(text, ("profiles", name), other)
        assert same(tomllib.loads(new)["profiles"], {**rest, other: before[name]})
