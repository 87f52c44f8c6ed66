"""Texts of the engine, its neighbors and the command line."""

from app.domain.problem import Code, Verb
from app.words.say import Say, Sayings

ENGINE: dict[Code, Sayings] = {
    Code.ENGINE_RUNNING: (
        Say(
            "Rolecall is already running",
            "The {kind} with process {pid} keeps the sessions fresh.",
            verb=Verb.STOP_OTHER,
            about="pid",
        ),
    ),
    Code.ENGINE_ABSENT: (
        Say(
            "Rolecall is not running",
            "Nothing keeps sessions fresh at the moment.",
            verb=Verb.START_ENGINE,
        ),
    ),
    Code.ENGINE_BROKEN: (
        Say(
            "Too many calls hang",
            "The calls of “{pool}” do not come back. Running sessions stay valid.",
            "Quit Rolecall and start it again.",
            idle="The calls of “{pool}” do not come back.",
        ),
    ),
    Code.ENGINE_UNREACHABLE: (
        Say("The running Rolecall does not answer", "{reason}", "Quit Rolecall and start it again."),
    ),
    Code.PAUSED: (
        Say("Rolecall is paused", "Until {until}. Nothing is refreshed.", verb=Verb.RESUME, when="until"),
        Say("Rolecall is paused", "Nothing is refreshed until you resume.", verb=Verb.RESUME),
    ),
    Code.LOCKED: (Say("Rolecall is locked", "No session is started or handed out.", verb=Verb.UNLOCK),),
    Code.NESTED: (
        Say(
            "Rolecall was asked by its own helper",
            "A command that Rolecall started asks Rolecall for credentials. That would never end.",
            "Give the command another AWS profile.",
        ),
    ),
    Code.NOT_ACTIVE: (Say("{profile} has no session", "It is not running.", "Run: rolecall start {profile}"),),
    Code.SESSION_COMING: (Say("{profile} is being started", "AWS is being asked.", "Ask again in a moment."),),
    Code.ENDPOINT_OFF: (
        Say(
            "{profile} is not on the local endpoint",
            "It is served there once its delivery says so.",
            "Run: rolecall profile edit {profile} --set delivery.endpoint=true",
        ),
    ),
    Code.ENDPOINT_PORT_TAKEN: (
        Say(
            "{address} is used by {program} (pid {pid})",
            "The local endpoint cannot be served. Other deliveries go on.",
            verb=Verb.CHANGE_PORT,
            when="program pid",
        ),
        Say(
            "{address} is used by another program",
            "The local endpoint cannot be served. Other deliveries go on.",
            verb=Verb.CHANGE_PORT,
        ),
    ),
    Code.ENDPOINT_SHADOWED: (
        Say(
            "Programs would not get the session of {profile}",
            "{variable} comes earlier in the SDKs' chain.",
            "Use the plain form, or remove what comes first.",
            when="variable",
        ),
        Say(
            "Programs would not get the session of {profile}",
            "Something earlier in the SDKs' chain answers.",
            "Use the plain form, or remove what comes first.",
        ),
    ),
    Code.RENEWING_FORMAT: (
        Say(
            "{format} cannot carry the self-renewing form",
            "The format has no variables, or is read where this machine's endpoint cannot be reached.",
            "Choose another format: bash, zsh, sh, fish, powershell, cmd, nushell, dotenv, json, python, node or go.",
        ),
    ),
    Code.DENIED: (
        Say(
            "Denied: {program} for source {source}",
            "You said no to this command, and it was not run.",
            "Start it again to be asked again.",
            when="program source",
        ),
        Say(
            "Denied: {program} for {profile}",
            "You said no, or did not answer in time.",
            "Start it again to be asked again.",
            when="program profile",
        ),
        Say(
            "Denied: {profile}",
            "You said no, or did not answer in time.",
            "Start it again to be asked again.",
            when="profile",
        ),
        Say("Denied", "You said no, or did not answer in time.", "Start it again to be asked again."),
    ),
    Code.CANCELED: (Say("Canceled", "Nothing was changed.", "Start it again when you are ready."),),
    Code.DECISION_UNKNOWN: (
        Say("Nothing is called {which}", "No program that asks, and no decision.", "Run: rolecall programs"),
    ),
    Code.PROGRAM_ASKS: (
        Say(
            "{program} may not use {profile} yet",
            "Rolecall asks you in its window.",
            "Answer there within 60 s, then run it again.",
            when="window",
        ),
        Say(
            "{program} may not use {profile} yet",
            "The profile asks before a program gets its session.",
            "Run: rolecall programs allow {profile}, then run it again.",
            when="command",
        ),
        Say(
            "{program} may not use {profile}",
            "The profile asks before a program gets its session, and no Rolecall runs that could ask.",
            "Start Rolecall, or run: rolecall credentials {profile} --wait",
        ),
    ),
    Code.PROGRAM_UNKNOWN: (
        Say(
            "A program that cannot be recognized asks for {profile}",
            "The profile asks before a program gets its session. An answer could not be remembered.",
            "Run: rolecall credentials {profile} --wait",
        ),
    ),
    Code.CONFIRM_NEEDED: (
        Say("{profile} is production", "It asks before it is used.", verb=Verb.CONFIRM, about="profile"),
    ),
    Code.APPLICATION_ABSENT: (
        Say("The tray application is not running", "The quick switch is a window of its own.", "Start it: rolecall"),
    ),
    Code.NO_DISPLAY: (Say("There is no screen", "{reason}", "Without a screen, run: rolecall refresh"),),
    Code.NO_QT: (
        Say(
            "Qt is not installed",
            "The tray application needs PySide6-Essentials and qasync.",
            "Install them, or run: rolecall refresh",
        ),
    ),
    Code.EXTRA_MISSING: (
        Say("{module} is not installed", "It comes with the extra “{extra}”.", "Install: rolecall[{extra}]"),
    ),
    Code.USAGE: (Say("The command line is wrong", "{reason}", "Run: rolecall --help"),),
    Code.EXEC_NOT_FOUND: (
        Say("There is no command “{command}”", "It is not on the path.", "Check the spelling, or give the full path."),
    ),
    Code.EXEC_NOT_EXECUTABLE: (Say("{command} cannot be run", "It is not executable.", "Make the file executable."),),
    Code.FORMAT_IMPOSSIBLE: (
        Say(
            "{format} cannot carry the value of {name}",
            "The value has a character that this format has no way to write.",
            "Choose another format, or change the value.",
        ),
    ),
    Code.SELF_TEST: (
        Say(
            "This installation does not work",
            "What failed: {parts}.",
            "Install Rolecall again, from a download whose checksum is right. If it stays so, report what was printed.",
        ),
    ),
    Code.UNEXPECTED: (
        Say(
            "Something unexpected happened",
            "{kind}. The log has the details, without secrets.",
            verb=Verb.REPORT,
        ),
    ),
}
