"""Texts of signing in to the console."""

from app.domain.problem import Code
from app.words.say import Say, Sayings

CONSOLE: dict[Code, Sayings] = {
    Code.CONSOLE_SESSION: (
        Say(
            "The session of {profile} cannot sign in to the console",
            "It comes from GetSessionToken. AWS's sign-in takes the sessions of roles.",
            "Add a role to {profile}, or use a profile that has one.",
            when="profile",
        ),
        Say(
            "This session cannot sign in to the console",
            "It has no session token. AWS's sign-in takes the sessions of roles.",
            "Use a profile that has a role.",
        ),
    ),
    Code.CONSOLE_PARTITION: (
        Say(
            "There is no public console sign-in for {partition}",
            "Its address is known inside that partition only.",
            "Sign in there by hand.",
        ),
    ),
    Code.CONSOLE_REFUSED: (
        Say(
            "AWS's sign-in refused the session",
            "{reason} Most likely: the session has ended, or is none of a role.",
            "Start the profile again, then try again.",
        ),
    ),
    Code.CONSOLE_BROWSER: (
        Say("{browser} did not open the console", "{reason}", "Print the link: --print", when="browser"),
        Say("No browser opened the console", "{reason}", "Print the link: --print"),
    ),
}
