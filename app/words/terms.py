"""Words for the keys that problems carry: rules, types, secrets, reasons, and the verbs of remedies."""

from app.domain.problem import Verb

RULES: dict[str, str] = {
    # names and identifiers
    "name": "Allowed: letters A to Z, digits and _ . / % @ : + -",
    "name-start": "A name does not begin with - or a period.",
    "name-default": "The only spelling of this name is: default",
    "account-id": "An account ID has 12 digits.",
    "region": "A region looks like: eu-central-1",
    "mfa-serial": "An MFA serial looks like: arn:aws:iam::111122223333:mfa/ana, or the number on the device.",
    "access-key-id": "An access key ID has letters, digits and underscores only.",
    "role-arn": "A role ARN looks like: arn:aws:iam::123456789012:role/NAME",
    "policy-arn": "A policy ARN looks like: arn:aws:iam::aws:policy/ReadOnlyAccess",
    "session-name": "Allowed: letters A to Z, digits and _ + = , . @ - and {user} {host} {profile} {source}",
    "source-identity": "Allowed: letters A to Z, digits and _ + = , . @ -",
    "source-identity-aws": "A source identity does not begin with aws:",
    "external-id": "Allowed: letters A to Z, digits and _ + = , . @ : / -",
    "tag": "Allowed: letters, digits, spaces and _ . : / = + - @",
    "duration": "A duration looks like: 1h30m, 90m, or a number of seconds.",
    "policy-characters": "A policy has printable characters, tabs and line ends only.",
    "provider-id": "Allowed: www.amazon.com and graph.facebook.com",
    "url": "An address begins with https:// and names a host.",
    "url-loopback": "An address begins with https://, or with http:// for this machine alone.",
    "variable-name": "A variable's name has letters, digits and underscores, and begins with no digit.",
    "shortcut": "A shortcut looks like: Ctrl+Alt+R",
    "color": "Colors: crimson, orange, amber, green, teal, blue, violet, slate.",
    "control-characters": "The value has a line end or another control character.",
    # secrets
    "empty": "It is empty.",
    "newline": "It has a line end inside.",
    "whitespace": "It has a space inside, or begins or ends with one.",
    "control": "It has a control character inside.",
    "not-ascii": "It has a character that secrets of this kind never have.",
    "base32": "It is neither base32 (A to Z, 2 to 7) nor an otpauth:// link.",
    "short": "It is too short.",
    "otpauth-type": "The link is not for time-based codes (otpauth://totp/…).",
    "otpauth-secret": "The link has no secret.",
    "otpauth-parameters": "AWS takes codes of six digits, SHA1, every 30 seconds. The link says otherwise.",
    "access-key-id-instead": "It is an access key ID, not the secret that belongs to it.",
    # the AWS files
    "duplicate-section": "The section stands in the file twice.",
    "duplicate-key": "The key stands in the section twice.",
    "bom": "The file begins with a byte order mark.",
    "stray-line": "The line belongs to no section.",
    "no-equals": "The line has no =.",
    "not-utf-8": "The line is not UTF-8.",
}

EXPECTED: dict[str, str] = {
    "string": "text in quotes",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "table": "a table",
    "list": "a list",
    "list of strings": "a list of texts",
    "list of tables": "a list of tables",
    "table of strings": "a table of texts",
}

SECRETS: dict[str, str] = {
    "secret-access-key": "secret access key",
    "totp-seed": "MFA seed",
    "refresh-token": "refresh token",
    "client-secret": "client secret",
    "session-cache-key": "key of the session cache",
}

ENGINE_KINDS: dict[str, str] = {
    "application": "application",
    "refresh": "command “rolecall refresh”",
}

# what is wrong, where no other code says it; a reason that is not here is shown as it came
REASONS: dict[str, str] = {
    "web-identity": "AssumeRoleWithWebIdentity does not take it.",
    "has-hops": "It is for profiles without roles.",
    "no-hops": "It needs at least one role.",
    "no-serial": "No MFA serial is given, neither here nor at the source.",
    "not-this-kind": "Sources of this kind do not have it.",
    "no-secret-service": "No Secret Service answers on the session bus.",
    "no-session-bus": "There is no session bus (DBUS_SESSION_BUS_ADDRESS).",
    "no-backend": "The keyring of this operating system is not available.",
    "keychain-denied": "The Keychain refused the access.",
    "keychain-interaction": "The Keychain may not ask here, as in a remote session.",
    "store-full": "The Windows credential store is full.",
    "disabled": "It is switched off.",
    "no-display": "Neither DISPLAY nor WAYLAND_DISPLAY is set.",
    "display-silent": "What DISPLAY or WAYLAND_DISPLAY names does not answer.",
}

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
