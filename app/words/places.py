"""Texts of the keyring and of files."""

from app.domain.problem import Code, Verb
from app.words.say import Say, Sayings

KEYRING: dict[Code, Sayings] = {
    Code.VAULT_NONE: (
        Say(
            "There is no keyring",
            "{reason} Rolecall keeps secrets nowhere else unless you choose it.",
            "{help} Or choose another place: rolecall vault use file, or for this session: rolecall vault use memory",
            when="help",
        ),
        Say(
            "There is no keyring",
            "{reason} Rolecall keeps secrets nowhere else unless you choose it.",
            verb=Verb.GET_KEYRING,
        ),
    ),
    Code.VAULT_LOCKED: (
        Say(
            "The keyring is locked",
            "Running sessions stay valid.",
            verb=Verb.UNLOCK_KEYRING,
            idle="Until it is open no secret can be read or stored.",
        ),
    ),
    Code.VAULT_HANGS: (
        Say(
            "The keyring did not answer in {seconds} s",
            "Running sessions stay valid.",
            "Look for a question of the keyring on the screen. If there is none, sign out of the desktop and in again.",
            idle="Until it does no secret can be read or stored.",
        ),
    ),
    Code.VAULT_INSECURE: (
        Say(
            "{backend} does not protect secrets",
            "Rolecall uses the operating system's own keyring only.",
            verb=Verb.GET_KEYRING,
        ),
    ),
    Code.VAULT_TOO_LONG: (
        Say(
            "The {entry} is too long for this keyring",
            "It has {length} characters, the keyring takes {maximum}. What was stored before is unchanged.",
            "Use a shorter secret.",
        ),
    ),
    Code.VAULT_MISMATCH: (
        Say(
            "The keyring did not keep the {entry}",
            "What was read back differs from what was written.",
            "Run: rolecall doctor",
        ),
    ),
    Code.VAULT_FAILED: (
        Say("The keyring failed", "{entry}: {reason}", "Run: rolecall doctor", when="entry"),
        Say("The keyring failed", "{reason}", "Run: rolecall doctor"),
    ),
    Code.VAULT_NO_ENTRY: (
        Say("The keyring has no {what} for {source}", "Entry: {entry}.", verb=Verb.SET_SECRET, about="source"),
    ),
    Code.VAULT_SEALED: (
        Say(
            "The secrets file is locked",
            "It needs its passphrase once after each start. Running sessions stay valid.",
            verb=Verb.UNLOCK_VAULT,
            idle="It needs its passphrase once after each start.",
        ),
    ),
    Code.VAULT_PASSPHRASE: (
        Say("The passphrase is another one", "The secrets file is whole, and did not open.", verb=Verb.UNLOCK_VAULT),
    ),
    Code.VAULT_TRIES: (
        Say("Too many wrong passphrases", "The next one is taken in {seconds} s.", "Wait, then try again."),
    ),
    Code.VAULT_ABSENT: (
        Say(
            "The secrets file is gone",
            "There is none at {path}. Nothing was put in its place.",
            "Put it back from a backup. To begin with an empty one, run: rolecall vault use file",
        ),
    ),
    Code.VAULT_DAMAGED: (
        Say(
            "The secrets file is damaged",
            "{path}: {reason} It is unchanged.",
            "Put it back from a backup. Without one, move the file away and run: rolecall vault use file",
        ),
    ),
    Code.VAULT_OLDER: (
        Say(
            "The secrets file is older than it was",
            "{path} is writing {serial}; the last one here was {expected}. Somebody put an older file in its place.",
            "If that was you, as from a backup, run: rolecall unlock --accept-older",
        ),
    ),
    Code.VAULT_FORGETS: (
        Say(
            "The {entry} would be lost",
            "Secrets are kept in memory, until the Rolecall that keeps sessions fresh ends.",
            "Start it (rolecall, or rolecall refresh), or choose a place that lasts: rolecall vault use file",
            when="entry",
        ),
        Say(
            "Memory keeps nothing for long",
            "What would be moved there would be lost when Rolecall ends.",
            "To keep new secrets in memory and leave the others where they are, run: rolecall vault use memory",
        ),
    ),
    Code.VAULT_HOLDS: (
        Say(
            "Secrets would be left behind",
            "Some are still kept in the {place}.",
            "To take them along, run: rolecall vault move. To leave them there, add --leave.",
        ),
    ),
    Code.VAULT_SAME: (Say("Secrets are there already", "They are kept in the {place}.", "Run: rolecall vault status"),),
    Code.VAULT_MOVING: (
        Say(
            "A move of secrets was cut off",
            "From the {source} to the {target}. Nothing is lost.",
            verb=Verb.MOVE_VAULT,
        ),
    ),
}

FILES: dict[Code, Sayings] = {
    Code.FILE_UNREADABLE: (Say("{path} cannot be read", "{reason}", "Check the file's owner and mode."),),
    Code.FILE_UNWRITABLE: (
        Say("{path} cannot be written", "{reason} The file is unchanged.", verb=Verb.MAKE_WRITABLE, about="path"),
    ),
    Code.FILE_READ_ONLY: (
        Say("{path} is read-only", "Its owner made it so. It is unchanged.", verb=Verb.MAKE_WRITABLE, about="path"),
    ),
    Code.FILE_FULL: (Say("No space left for {path}", "The file is unchanged.", verb=Verb.FREE_SPACE),),
    Code.FILE_UNSAFE: (
        Say("{path} is not safe to write", "{reason} It is unchanged.", "Check the owner and mode of file and folder."),
    ),
    Code.FILE_BUSY: (
        Say(
            "{path} keeps changing",
            "Another program writes it all the time. Nothing was written.",
            "Find the program that writes the file, then try again.",
        ),
    ),
    Code.FILE_LOCKED: (
        Say(
            "{path} is being written by another Rolecall",
            "Nothing was written.",
            "Try again. If it stays so, run: rolecall doctor",
        ),
    ),
    Code.FILE_NOT_REPLACEABLE: (
        Say(
            "{path} cannot be replaced",
            "{reason} It can be written in place, with a backup and a journal.",
            verb=Verb.ALLOW_IN_PLACE,
            about="path",
        ),
    ),
    Code.FILE_BROKEN: (
        Say(
            "{path} is broken in line {line}",
            "{rule} Other programs cannot read the file either. It is unchanged.",
            verb=Verb.REPAIR_FILE,
            about="path",
            when="line",
        ),
        Say(
            "{path} is broken",
            "{rule} Other programs cannot read the file either. It is unchanged.",
            verb=Verb.REPAIR_FILE,
            about="path",
        ),
    ),
    Code.FILE_TWO_WAYS: (
        Say(
            "Programs do not agree about line {line} of {path}",
            "{rule} boto3 and the AWS CLI read the line in one way, the SDKs for other languages in another.",
            "Change the line, so that all of them read the same.",
        ),
    ),
    Code.HOME_TWO_WAYS: (
        Say(
            "Programs do not agree where the AWS files are",
            "HOME is set: the SDKs for other languages than Python look in {other}, boto3 and the AWS CLI in {path}. "
            "Rolecall writes there.",
            "Take HOME away, or set AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE, which all of them heed.",
        ),
    ),
    Code.FILE_MODE: (
        Say(
            "{path} was open to other users",
            "Its mode was {mode}. Now only its owner can read it.",
            "Nothing to do. If others could sign in to this machine, replace the keys in the file.",
        ),
    ),
    Code.SECTION_FOREIGN: (
        Say(
            "[{section}] is someone else's",
            "Rolecall did not write this section of {path}. It is unchanged.",
            verb=Verb.ADOPT,
        ),
    ),
    Code.SECTION_CHANGED: (
        Say(
            "[{section}] differs from what Rolecall wrote",
            "Another program put key {key_id} into {path}. The section is unchanged.",
            verb=Verb.ADOPT,
        ),
    ),
    Code.SECTION_SHADOWED: (
        Say(
            "[{section}] would not be read",
            "{key} in the section of the same name in {path} wins over keys in the credentials file.",
            verb=Verb.RENAME_SECTION,
            about="section",
        ),
    ),
    Code.SECTION_KEPT: (
        Say(
            "[{section}] stays with expired keys",
            "Without it, programs that use this name would get another identity. File: {path}.",
            "Remove the section by hand once nothing uses the name.",
        ),
    ),
    Code.WRITE_CONTESTED: (
        Say(
            "Another program keeps changing [{section}]",
            "Three writes to {path} were undone. Rolecall stopped writing it.",
            "End the other program or give the profile another section, then try again.",
        ),
    ),
    Code.NOTHING_TO_UNDO: (
        Say("There is nothing to undo", "No write of the last 30 days replaced anything.", "Run: rolecall status"),
    ),
    Code.FOLDER_UNUSABLE: (Say("The folder {path} cannot be used", "{reason}", "Check the folder's owner and mode."),),
    Code.AUTOSTART_OTHER: (
        Say(
            "{place} is not Rolecall's",
            "Something else starts from there when you sign in. It was left as it is.",
            "Remove it, or give it another name, and try again.",
        ),
    ),
    Code.ENGINE_STILL_RUNS: (
        Say(
            "Rolecall is still running",
            "What it keeps fresh cannot be given back for good.",
            "Quit it from its tray menu, or end rolecall refresh, and try again.",
        ),
    ),
    Code.CONFIRM_UNINSTALL: (
        Say(
            "Nobody can be asked here",
            "Uninstalling takes things away.",
            "Look first: rolecall uninstall --dry-run. Then add --yes.",
        ),
    ),
    Code.SOCKET_PATH_LONG: (
        Say(
            "The path {path} is too long for a socket",
            "It has {length} bytes, the system takes {maximum}.",
            "Set ROLECALL_RUNTIME_DIR to a shorter folder that only you can read.",
        ),
    ),
}
