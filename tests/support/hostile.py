"""Values that try to break out of their place, and credentials made for tests."""

from datetime import UTC, datetime

from app.domain.secret import Credentials, Secret

EXPIRY = datetime(2026, 11, 25, 13, 52, 9, 999_999, tzinfo=UTC)

HOSTILE: tuple[str, ...] = (
    "",
    " ",
    "  two  spaces  ",
    "\ttab\t",
    "'",
    '"',
    "''",
    "'\"'\"'",
    "`id`",
    "$(id)",
    "$HOME ${HOME} ${HOME:-x} $1 $$ $?",
    "%PATH% %%x%% %",
    "!!",
    "a!b!c",
    "^caret^^",
    "\\",
    "\\\\",
    "ends with \\",
    "\\'",
    "\\n is no newline",
    "x'; touch pwned; '",
    'x"; touch pwned; "',
    "x\ntouch pwned\n",
    "x\r\ntouch pwned",
    "\n",
    "a\n\nb",
    "; touch pwned #",
    "& touch pwned &",
    "| touch pwned",
    "&& touch pwned || touch pwned",
    "> pwned < /etc/passwd",
    "# not a comment",
    "value # not a comment",
    "value ; neither",
    "*?[a-z]{a,b}~",
    "~root",
    "-n",
    "--help",
    "=equals==",
    "a=b",
    "ünïcödé 日本語 🦀",
    "\u2018curly\u2019 \u201adouble\u201b",
    "\u2028\u2029\u0085",
    "\\u0022+System.exit(1)+\\u0022",
    "\x01\x02\x1b[31mred\x7f",
    "\x1a",
    "\ufeffbom",
    "(id) {id} [id]",
    "$env:PATH $($x) @(1) `n",
    "EOF\nEOF",
    "é'é\"é`",
    "a" * 5000,
)


def temporary_credentials(token: str = "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJ+/=") -> Credentials:
    """Return made-up temporary credentials."""
    return Credentials(
        "ASIAEXAMPLE000000001", Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), Secret(token), EXPIRY
    )


def named(values: tuple[str, ...] | list[str]) -> dict[str, str]:
    """Give each value a variable's name."""
    return {f"V{number:03d}": value for number, value in enumerate(values)}
