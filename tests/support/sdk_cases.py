"""How the SDKs of AWS read their two files: 65 cases, one for each of the suite that those SDKs share.

The suite is in smithy-rs (aws/rust-runtime/aws-runtime/test-data/profile-parser-tests.json) and aws-sdk-ruby. Its cases
are told here in our own words and with our own values, in its order, so that none of its text is here. `sdk` is what it
expects; `boto` what botocore makes of the same bytes, where that is something else.
"""

from dataclasses import dataclass
from typing import Any

REFUSED = "refused"  # the whole file
SAME = "same"
Reading = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """`sdk`: profiles, or REFUSED. `sessions`: sso-session sections. `why`: why the difference is as it should be."""

    what: str
    config: str
    credentials: str
    sdk: Reading | str
    boto: Reading | str = SAME
    why: str = ""
    sessions: Reading | None = None


COMMENT = "botocore knows no comment behind a value: told as a line read in two ways"
TWICE = "botocore refuses what stands twice: told as broken, and repaired by `rolecall doctor`'s proposal"
NAME = "botocore takes any name: told as a line read in two ways"
WIDE = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-9876543210"


def config(what: str, text: str, sdk: Reading | str, boto: Reading | str = SAME, why: str = "", **more: Any) -> Case:
    return Case(what, text, "", sdk, boto, why, **more)


CASES = (
    config("nothing", "", {}),
    config("a section alone", "[profile one]", {"one": {}}),
    config(
        "marks in names",
        "[profile a-b:c/d_e%f.g@h+]\n[profile one!two]",
        {"a-b:c/d_e%f.g@h+": {}},
        {"a-b:c/d_e%f.g@h+": {}, "one!two": {}},
        NAME,
    ),
    config("a header without its bracket", "[profile one", REFUSED, REFUSED),
    config("spaces around a name", "[profile \tone \t]", {"one": {}}),
    config("a tab before a name", "[profile\tone]", {"one": {}}),
    config("a key before any section", "region = x", REFUSED, REFUSED),
    config("a key", "[profile one]\nregion = x", {"one": {"region": "x"}}),
    config("line ends of Windows", "[profile one]\r\nregion = x", {"one": {"region": "x"}}),
    config("an equals sign in a value", "[profile one]\nregion = x=y", {"one": {"region": "x=y"}}),
    config("a value beyond ASCII", "[profile one]\nregion = 🐦", {"one": {"region": "🐦"}}),
    config("two keys", "[profile one]\nregion = x\noutput = y", {"one": {"region": "x", "output": "y"}}),
    config("two keys, again", "[profile two]\nregion = z\noutput = w", {"two": {"region": "z", "output": "w"}}),
    config("spaces around key and value", "[profile one]\nregion \t=  \tx \t", {"one": {"region": "x"}}),
    config("an empty value", "[profile one]\nregion =", {"one": {"region": ""}}),
    config("a value without a key", "[profile one]\n= x", REFUSED, REFUSED),
    config(
        "a colon",
        "[profile one]\nregion : x",
        REFUSED,
        {"one": {"region": "x"}},
        "botocore takes a colon for an equals sign: told as a line read in two ways",
    ),
    config("two sections alone", "[profile one]\n[profile two]", {"one": {}, "two": {}}),
    config(
        "two sections",
        "[profile one]\nregion = x\n[profile two]\noutput = y",
        {"one": {"region": "x"}, "two": {"output": "y"}},
    ),
    config(
        "blank lines",
        " \t\n[profile one]\n\t\n  \nregion = x\n \t\n[profile two]\n\t ",
        {"one": {"region": "x"}, "two": {}},
    ),
    config(
        "comments with #",
        "# top\n[profile one] # name\nregion = x # with # inside",
        {"one": {"region": "x"}},
        {"one": {"region": "x # with # inside"}},
        COMMENT,
    ),
    config(
        "comments with ;",
        "; top\n[profile one] ; name\nregion = x ; with ; inside",
        {"one": {"region": "x"}},
        {"one": {"region": "x ; with ; inside"}},
        COMMENT,
    ),
    config(
        "both comments",
        "# top\n[profile one] ; name\nregion = x # with ; inside",
        {"one": {"region": "x"}},
        {"one": {"region": "x # with ; inside"}},
        COMMENT,
    ),
    config(
        "comments without a word",
        ";\n[profile one];\nregion = x ;\n",
        {"one": {"region": "x"}},
        {"one": {"region": "x ;"}},
        COMMENT,
    ),
    config("comments right behind names", "[profile one]; a\n[profile two]# b", {"one": {}, "two": {}}),
    config(
        "marks right behind values",
        "[profile one]\nregion = x; a\noutput = y# b",
        {"one": {"region": "x; a", "output": "y# b"}},
    ),
    config("a value that goes on", "[profile one]\nregion = x\n -more", {"one": {"region": "x\n-more"}}),
    config(
        "a value that goes on twice",
        "[profile one]\nregion = x\n -more\n -most",
        {"one": {"region": "x\n-more\n-most"}},
    ),
    config("spaces around what goes on", "[profile one]\nregion = x\n \t -more \t ", {"one": {"region": "x\n-more"}}),
    config("a # in what goes on", "[profile one]\nregion = x\n -more # c", {"one": {"region": "x\n-more # c"}}),
    config("a ; in what goes on", "[profile one]\nregion = x\n -more ; c", {"one": {"region": "x\n-more ; c"}}),
    config("more before any section", " -more", REFUSED, REFUSED),
    config("more before any key", "[profile one]\n -more", REFUSED, REFUSED),
    config("more behind the same header", "[profile one]\nregion = x\n[profile one]\n -more", REFUSED, REFUSED),
    config(
        "a section twice",
        "[profile one]\nregion = x\n[profile one]\noutput = y",
        {"one": {"region": "x", "output": "y"}},
        REFUSED,
        TWICE,
    ),
    config("a key twice", "[profile one]\nregion = x\nregion = y", {"one": {"region": "y"}}, REFUSED, TWICE),
    config(
        "a section twice with the key twice",
        "[profile one]\nregion = x\n[profile one]\nregion = y",
        {"one": {"region": "y"}},
        REFUSED,
        TWICE,
    ),
    config(
        "a section twice with the key twice, in capitals once",
        "[profile one]\nRegion = x\n[profile one]\nregion = y",
        {"one": {"region": "y"}},
        REFUSED,
        TWICE,
    ),
    config(
        "[profile default] above [default]",
        "[profile default]\nregion = x\n[default]\noutput = y",
        {"default": {"region": "x"}},
        {"default": {"output": "y"}},
        "the last one counts for botocore: told as a line read in two ways",
    ),
    config(
        "[profile default] below [default]",
        "[default]\noutput = y\n[profile default]\nregion = x",
        {"default": {"region": "x"}},
    ),
    Case(
        "names with spaces",
        "[profile not one]\nregion = x",
        "[not two]\noutput = y",
        {},
        {"not two": {"output": "y"}},
        NAME,
    ),
    config(
        "a key with a space",
        "[profile one]\nnot one = x",
        {"one": {}},
        {"one": {"not one": "x"}},
        "botocore takes any key: told as a line read in two ways",
    ),
    config("every letter in a name", f"[profile {WIDE}]", {WIDE: {}}),
    config("every letter in a key", f"[profile one]\n{WIDE} = x", {"one": {WIDE.lower(): "x"}}),
    config(
        "a nested block",
        "[profile one]\ns3 =\n region = x",
        {"one": {"s3": "\nregion = x"}},
        {"one": {"s3": {"region": "x"}}},
        "the same, taken apart",
    ),
    config("a nested line without an equals sign", "[profile one]\ns3 =\n region", REFUSED, REFUSED),
    config(
        "a nested key without a value",
        "[profile one]\ns3 =\n region =",
        {"one": {"s3": "\nregion ="}},
        {"one": {"s3": {"region": ""}}},
        "the same, taken apart",
    ),
    config(
        "a nested value without a key",
        "[profile one]\ns3 =\n = x",
        REFUSED,
        {"one": {"s3": {"": "x"}}},
        "botocore takes an empty key: told as a line read in two ways",
    ),
    config(
        "a nested key with a space",
        "[profile one]\ns3 =\n not one = x",
        {"one": {"s3": "\nnot one = x"}},
        {"one": {"s3": {"not one": "x"}}},
        "the same, taken apart",
    ),
    config(
        "a blank line in a nested block",
        "[profile one]\ns3 =\n region = x\n \t\n output = y",
        {"one": {"s3": "\nregion = x\noutput = y"}},
        {"one": {"s3": {"region": "x", "output": "y"}}},
        "the same, taken apart",
    ),
    Case(
        "a profile in both files",
        "[profile one]\nregion = x",
        "[one]\noutput = y",
        {"one": {"region": "x", "output": "y"}},
    ),
    config(
        "[default] between two [profile default]",
        "[profile default]\nregion = x\n[default]\noutput = y\n[profile default]\ncli_pager = z",
        {"default": {"region": "x", "cli_pager": "z"}},
        REFUSED,
        TWICE,
    ),
    Case(
        "the same, with credentials",
        "[profile default]\nregion = x\n[default]\noutput = y\n[profile default]\ncli_pager = z",
        "[default]\naws_session_token=t",
        {"default": {"region": "x", "cli_pager": "z", "aws_session_token": "t"}},
        REFUSED,
        TWICE,
    ),
    Case("a key in both files", "[profile one]\nregion = x", "[one]\nregion = y", {"one": {"region": "y"}}),
    config("config: no word profile", "[one]\nregion = x", {}),
    Case(
        "credentials: the word profile",
        "",
        "[profile one]\nregion = x",
        {},
        {"profile one": {"region": "x"}},
        NAME,
    ),
    config("comments right behind names, again", "[profile two]; a\n[profile one]# b", {"one": {}, "two": {}}),
    config("more behind the same header, again", "[profile two]\nregion = z\n[profile two]\n -more", REFUSED, REFUSED),
    config("a name grown together", "[profileone]\nregion = x\n[profile two]", {"two": {}}),
    config(
        "spaces in front of the word profile",
        "[   profile one    ]\nregion = x\n[profile two]",
        {"one": {"region": "x"}, "two": {}},
        {"two": {}},
        "botocore does not trim there: told as a line read in two ways",
    ),
    Case(
        "credentials: spaces around a name",
        "",
        "[   one    ]\nregion = x\n[profile two]",
        {"one": {"region": "x"}},
        {"   one    ": {"region": "x"}, "profile two": {}},
        "botocore does not trim there: told as a line read in two ways",
    ),
    config(
        "a name with a space between others",
        "[profile one]\nregion = x\n[profile not one]\ny = 1\n[profile two]\nregion = z",
        {"one": {"region": "x"}, "two": {"region": "z"}},
    ),
    config(
        "an sso-session",
        "[sso-session one]\nsso_region = x\n[profile two]",
        {"two": {}},
        sessions={"one": {"sso_region": "x"}},
    ),
    Case(
        "credentials: sso-session grown together",
        "",
        "[sso-sessionone]\nregion = x\n[two]",
        {"sso-sessionone": {"region": "x"}, "two": {}},
    ),
    config("sso-session misspelled", "[sso-sesion one]\nsso_region = x\n[profile two]", {"two": {}}),
)
