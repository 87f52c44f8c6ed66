"""What the verbs of remedies say: a sentence for the command line, a few words for a button."""

from app.domain.problem import Verb

# verb: (sentence without a subject, sentence with one, button without, button with one)
VERBS: dict[Verb, tuple[str, str, str, str]] = {
    Verb.NONE: ("", "", "", ""),
    Verb.EDIT_PROFILE: (
        "Edit the profile.",
        "Edit the profile: rolecall profile edit {subject}",
        "Edit profile",
        "Edit {subject}",
    ),
    Verb.EDIT_HOP: ("Edit the hop.", "Edit hop {subject}.", "Edit hop", "Edit hop {subject}"),
    Verb.EDIT_SOURCE: (
        "Edit the source.",
        "Edit the source: rolecall source edit {subject}",
        "Edit source",
        "Edit {subject}",
    ),
    Verb.EDIT_CATALOG: ("Correct profiles.toml.", "Correct the line in {subject}.", "Open file", "Open file"),
    Verb.REPLACE_KEY: (
        "Make a new access key in IAM and set it.",
        "Make a new access key in IAM, then run: rolecall source edit {subject}",
        "Replace key",
        "Replace key",
    ),
    Verb.SET_SECRET: (
        "Store the secret: rolecall keys set SOURCE",
        "Run: rolecall keys set {subject}",
        "Enter secret",
        "Enter secret",
    ),
    Verb.GIVE_MFA: (
        "Start the profile by hand and enter the code.",
        "Run on a terminal: rolecall start {subject}",
        "Enter code",
        "Enter code",
    ),
    Verb.SIGN_IN: (
        "Start the profile by hand and sign in.",
        "Run: rolecall start {subject}",
        "Sign in",
        "Sign in",
    ),
    Verb.APPROVE: (
        "Read the command, then run: rolecall approve SOURCE",
        "Read the command, then run: rolecall approve {subject}",
        "Review command",
        "Review command",
    ),
    Verb.TRY_AGAIN: ("Try again.", "Run: rolecall start {subject}", "Try again", "Try again"),
    Verb.SHORTEN: ("Ask for a shorter time.", "Use {subject}.", "Use less", "Use {subject}"),
    Verb.SET_CLOCK: (
        "Set this machine's clock, then try again.",
        "Set this machine's clock, then try again.",
        "Try again",
        "Try again",
    ),
    Verb.CHECK_NETWORK: (
        "Check the network. Rolecall tries again by itself.",
        "Check the network. Rolecall tries again by itself.",
        "Try now",
        "Try now",
    ),
    Verb.CHECK_PROXY: (
        "Check the proxy in the settings and in HTTPS_PROXY.",
        "Check the proxy in the settings and in HTTPS_PROXY.",
        "Check proxy",
        "Check proxy",
    ),
    Verb.UNLOCK_KEYRING: (
        "Unlock the keyring, then try again.",
        "Unlock the keyring, then try again.",
        "Unlock…",
        "Unlock…",
    ),
    Verb.GET_KEYRING: (
        "Start GNOME Keyring or KWallet in this desktop session, then try again.",
        "Start {subject}, then try again.",
        "Show how",
        "Show how",
    ),
    Verb.ADOPT: (
        "Take it over with a backup: rolecall start --adopt NAME. Or give the profile another section.",
        "Take it over with a backup: rolecall start --adopt {subject}. Or give the profile another section.",
        "Compare…",
        "Compare…",
    ),
    Verb.RENAME_SECTION: (
        "Give the profile another section.",
        "Give the profile another section than [{subject}].",
        "Rename section",
        "Rename section",
    ),
    Verb.REPAIR_FILE: (
        "See a repair: rolecall doctor",
        "Correct the line in {subject}. To see a repair, run: rolecall doctor",
        "Show repair",
        "Show repair",
    ),
    Verb.FREE_SPACE: (
        "Free some space, then try again.",
        "Free some space on {subject}, then try again.",
        "Try again",
        "Try again",
    ),
    Verb.MAKE_WRITABLE: (
        "Make the file writable for you.",
        "Make {subject} writable for you.",
        "Try again",
        "Try again",
    ),
    Verb.ALLOW_IN_PLACE: (
        'To allow writing in place, set write = "in-place" under [settings] in profiles.toml.',
        'To allow writing {subject} in place, set write = "in-place" under [settings] in profiles.toml.',
        "Write in place",
        "Write in place",
    ),
    Verb.STOP_OTHER: (
        "Quit the one that runs.",
        "Quit it, or end process {subject}.",
        "Quit the other",
        "Quit the other",
    ),
    Verb.START_ENGINE: (
        "Run: rolecall, or without a screen: rolecall refresh",
        "Run: rolecall refresh {subject}",
        "Start refreshing",
        "Start refreshing",
    ),
    Verb.RESUME: ("Run: rolecall resume", "Run: rolecall resume", "Resume", "Resume"),
    Verb.UNLOCK: ("Run: rolecall unlock", "Run: rolecall unlock", "Unlock", "Unlock"),
    Verb.INSTALL: ("Install what is missing.", "Install: {subject}", "Show how", "Show how"),
    Verb.CHANGE_PORT: (
        "End the other program, or set endpoint_port under [settings] of profiles.toml.",
        "End the other program, or set endpoint_port under [settings] of profiles.toml.",
        "Use another port",
        "Use another port",
    ),
    Verb.CONFIRM: (
        "Confirm on a terminal or in the window.",
        "Start {subject} on a terminal or in the window, and confirm.",
        "Start",
        "Start {subject}",
    ),
    Verb.UPDATE: ("Update Rolecall.", "Update Rolecall.", "Update", "Update"),
    Verb.REPORT: (
        "If it comes again, report it with the log.",
        "If it comes again, report it with the log.",
        "Show log",
        "Show log",
    ),
}
