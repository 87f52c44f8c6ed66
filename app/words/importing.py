"""Texts of import from the AWS files."""

from app.domain.problem import Code
from app.words.say import Say, Sayings

IMPORT: dict[Code, Sayings] = {
    Code.IMPORT_NO_CREDENTIALS: (
        Say(
            "{profile} has no credentials",
            "Its section has no keys, role, command or sign-in.",
            "Nothing to do, unless it should have some.",
        ),
    ),
    Code.IMPORT_HALF_KEY: (
        Say(
            "{profile} has half a key pair",
            "{key} is missing in the file that has the other half.",
            "Add {key} to the section, or remove the other half.",
        ),
    ),
    Code.IMPORT_LOOP: (
        Say(
            "The source_profile of {profile} goes in a circle", "{chain}", "Correct source_profile in the config file."
        ),
    ),
    Code.IMPORT_NAMES_NOTHING: (
        Say(
            "{key} of {profile} names “{other}”, which is not there",
            "AWS programs cannot use the profile either.",
            "Correct {key} in the config file.",
        ),
    ),
    Code.IMPORT_SSO_DIFFERS: (
        Say(
            "{profile} and its sso-session “{other}” have different values for {key}",
            "AWS programs cannot use the profile either.",
            "Remove {key} from the profile.",
        ),
    ),
    Code.IMPORT_KIND_LATER: (
        Say(
            "{profile} uses {key}",
            "This version of Rolecall has no such source. The profile stays as it is.",
            "Go on using it as before.",
        ),
    ),
    Code.IMPORT_NO_PROFILE: (
        Say(
            "[{section}] of the config file is read as no profile",
            "A header there looks like: [profile NAME], with quotation marks where the name has spaces.",
            "Correct the header, then import again.",
        ),
    ),
    Code.IMPORT_TAKEN: (
        Say(
            "The catalog has another profile {profile}",
            "It is not the one of the AWS files. It stays as it is.",
            "Rename or remove it, then import again.",
        ),
    ),
    Code.IMPORT_CHANGED: (
        Say(
            "The AWS files or the catalog changed meanwhile",
            "The plan was for what they said before. Nothing was imported.",
            "Look at what is found now, then import again.",
        ),
    ),
    Code.IMPORT_SECRETS_DIFFER: (
        Say(
            "There are two secrets for the access key {key_id}",
            "One of them cannot be right. Nothing was stored in the place of what was there.",
            "Remove the wrong one, then import again.",
        ),
    ),
    Code.IMPORT_RENAMED: (
        Say(
            "“{profile}” becomes {name}",
            "Names have letters A to Z, digits and _ . / % @ : + - alone.",
            "Use the new name with Rolecall.",
        ),
    ),
    Code.IMPORT_FILES_DIFFER: (
        Say(
            "The two files have different values of {key} for {profile}",
            "AWS programs take the one of the credentials file.",
            "Remove the one that is out of date.",
        ),
    ),
    Code.IMPORT_DANGEROUS: (
        Say(
            "{profile} brings {key}",
            "{value}",
            "Take it over only if you know where it comes from.",
        ),
    ),
    Code.IMPORT_SHORTENED: (
        Say(
            "Hop {hop} of {profile} asks for {asked}",
            "AWS allows {maximum} where a role's session assumes a role. That is taken over.",
            "Nothing to do.",
        ),
    ),
    Code.IMPORT_KEY_STAYS: (
        Say(
            "The key of [{section}] stays in {path}",
            "It is named by: {profiles}.",
            "To have Rolecall serve this name instead, run: rolecall import --take-over {section}",
            when="profiles",
        ),
        Say("The key of [{section}] stays in {path}", "Rolecall does not serve this name.", "Remove it by hand."),
    ),
    Code.IMPORT_OTHERS_NAME: (
        Say(
            "Other profiles stand on {profile}",
            "They work only while it runs: {profiles}.",
            "Take these over too.",
        ),
    ),
}
