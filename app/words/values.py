"""Texts of values and of the catalog."""

from app.domain.problem import Code, Verb
from app.words.say import Say, Sayings

VALUES: dict[Code, Sayings] = {
    Code.VALUE_MISSING: (Say("{key} is missing", "A value is required here.", "Give {key} a value."),),
    Code.VALUE_TYPE: (Say("{key} has the wrong type", "Expected: {expected}.", "Write {key} as {expected}."),),
    Code.VALUE_PATTERN: (Say("{key} is not valid", "{rule}", "Correct {key}."),),
    Code.VALUE_LENGTH: (
        Say(
            "{key} has a length of {length}",
            "Allowed: {minimum} to {maximum} characters.",
            "Use {minimum} to {maximum} characters for {key}.",
            when="length",
        ),
        Say("{key} is empty", "Allowed: {minimum} to {maximum} characters.", "Give {key} a value."),
    ),
    Code.VALUE_RANGE: (
        Say("{key} is {value}", "Allowed: {minimum} to {maximum}.", "Set {key} between {minimum} and {maximum}."),
    ),
    Code.VALUE_CHOICE: (
        Say("“{value}” is not a choice for {key}", "Choices: {choices}.", "Set {key} to one of: {choices}."),
    ),
    Code.VALUE_DUPLICATE: (
        Say("{key} has “{value}” twice", "Each value may stand here once.", "Remove one of the two."),
    ),
    Code.VALUE_EXCLUSIVE: (
        Say("Exactly one of {key} and {other} is needed", "Both are given, or neither.", "Keep one of the two."),
    ),
    Code.VALUE_UNKNOWN_KEY: (
        Say(
            "{key} is not known",
            "It is kept in the file and has no effect. Is {nearest} meant?",
            "Correct the spelling or remove {key}.",
            when="nearest",
        ),
        Say("{key} is not known", "It is kept in the file and has no effect.", "Correct the spelling or remove {key}."),
    ),
    Code.VALUE_NOT_HERE: (Say("{key} cannot be used here", "{reason}", "Remove {key}."),),
    Code.POLICY_LONG: (
        Say(
            "{key} has {length} characters",
            "AWS documents 2,048 at most for session policies. It may refuse this one.",
            "Shorten the policy if AWS refuses it.",
        ),
    ),
    Code.POLICY_JSON: (
        Say(
            "{key} is not valid JSON",
            "Line {line}, column {column}: {reason} The reader says: {said}",
            "Correct the policy.",
            when="said",
        ),
        Say("{key} is not valid JSON", "Line {line}, column {column}: {reason}", "Correct the policy.", when="column"),
        Say("{key} is not valid JSON", "Line {line}: {reason}", "Correct the policy."),
    ),
    Code.QR_UNUSABLE: (
        Say(
            "The picture gives no MFA secret",
            "{rule}",
            "Take a picture of the device's own QR code, or paste the secret that stands below it.",
        ),
    ),
    Code.SECRET_INVALID: (Say("The {what} is not valid", "{rule}", "Enter the {what} again. Nothing was stored."),),
}

CATALOG: dict[Code, Sayings] = {
    Code.CATALOG_UNREADABLE: (
        Say(
            "{path} cannot be read",
            "Line {line}, column {column}: {reason} The reader says: {said} The last good catalog stays in use, the "
            "file is not changed.",
            verb=Verb.EDIT_CATALOG,
            about="path",
            when="said",
        ),
        Say(
            "{path} cannot be read",
            "Line {line}, column {column}: {reason} The last good catalog stays in use, the file is not changed.",
            verb=Verb.EDIT_CATALOG,
            about="path",
            when="column",
        ),
        Say(
            "{path} cannot be read",
            "Line {line}: {reason} The last good catalog stays in use, the file is not changed.",
            verb=Verb.EDIT_CATALOG,
            about="path",
            when="line",
        ),
        Say(
            "{path} cannot be read",
            "{reason} The last good catalog stays in use, the file is not changed.",
            verb=Verb.EDIT_CATALOG,
            about="path",
        ),
    ),
    Code.CATALOG_NEWER: (
        Say(
            "{path} is from a newer version of Rolecall",
            "It has schema {schema}. It is read as far as possible and never written.",
            verb=Verb.UPDATE,
        ),
    ),
    Code.CATALOG_CHANGED: (
        Say(
            "{path} was changed outside",
            "What you were about to save was changed in the file meanwhile. Nothing was written.",
            "Look at the new values, then save again.",
        ),
    ),
    Code.CATALOG_SHAPE: (
        Say(
            "[{table}] is written in a way that Rolecall cannot change",
            "It stands in {path}, line {line}. Nothing was written.",
            "Write it under a header of its own, or change it by hand.",
            when="line",
        ),
        Say(
            "[{table}] is written in a way that Rolecall cannot change",
            "It stands in {path}. Nothing was written.",
            "Write it under a header of its own, or change it by hand.",
        ),
    ),
    Code.PROFILE_UNKNOWN: (
        Say(
            "There is no profile “{profile}”",
            "The nearest name is “{nearest}”.",
            "Run: rolecall list",
            when="nearest",
        ),
        Say("There is no profile “{profile}”", "No name in the catalog is near it.", "Run: rolecall list"),
    ),
    Code.SOURCE_UNKNOWN: (
        Say(
            "There is no source “{source}”",
            "Profile {profile} names it. The nearest name is “{nearest}”.",
            verb=Verb.EDIT_PROFILE,
            about="profile",
            when="nearest profile",
        ),
        Say(
            "There is no source “{source}”",
            "Profile {profile} names it.",
            verb=Verb.EDIT_PROFILE,
            about="profile",
            when="profile",
        ),
        Say("There is no source “{source}”", "The nearest name is “{nearest}”.", "Check the name.", when="nearest"),
        Say("There is no source “{source}”", "No name in the catalog is near it.", "Check the name."),
    ),
    Code.SOURCE_KIND_UNKNOWN: (
        Say(
            "Source {source} has the kind “{kind}”",
            "This version of Rolecall does not know it. The source is kept as it is.",
            verb=Verb.UPDATE,
        ),
    ),
    Code.SOURCE_KIND_LATER: (
        Say(
            "Sources of the kind “{kind}” cannot be started yet",
            "Source {source} is kept. A later version of Rolecall will start it.",
            verb=Verb.UPDATE,
        ),
    ),
    Code.SOURCE_IN_USE: (
        Say(
            "Source {source} is in use", "By: {profiles}.", "Give these profiles another source, or remove them first."
        ),
    ),
    Code.BASE_IN_USE: (
        Say("Profiles stand on {profile}", "They are: {profiles}.", "Give them another base, or remove them first."),
    ),
    Code.NAME_TAKEN: (Say("The name “{name}” is taken", "Each name may be used once.", "Choose another name."),),
    Code.BASE_LOOP: (
        Say(
            "The bases of {profile} go in a circle",
            "{chain}",
            verb=Verb.EDIT_PROFILE,
            about="profile",
        ),
    ),
    Code.BASE_UNKNOWN: (
        Say(
            "There is no profile “{base}”",
            "Profile {profile} names it as its base.",
            verb=Verb.EDIT_PROFILE,
            about="profile",
        ),
    ),
    Code.SECTION_SHARED: (
        Say(
            "Two profiles write the section [{section}]",
            "Profiles: {profiles}. One would overwrite the other.",
            "Give one of them another section.",
        ),
    ),
    Code.SECTION_BESIDE_PROCESS: (
        Say(
            "{profile} has both a section and a credential_process line",
            "Programs would read the section [{section}] and never run the line.",
            verb=Verb.EDIT_PROFILE,
            about="profile",
        ),
    ),
    Code.HOP_REQUIRED: (
        Say(
            "{profile} needs a role",
            "Source {source} is a web identity ({kind}). It can only assume a role.",
            verb=Verb.EDIT_PROFILE,
            about="profile",
        ),
    ),
    Code.SELF_READING: (
        Say(
            "Source {source} reads what Rolecall writes",
            "The section [{section}] is delivered by Rolecall. A source cannot start from it.",
            verb=Verb.EDIT_SOURCE,
            about="source",
        ),
    ),
    Code.COMMAND_EMPTY: (
        Say("{key} is empty", "A command has at least a program.", "Give {key} a program, then its arguments."),
    ),
}
