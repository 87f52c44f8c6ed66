"""Texts of sessions: MFA, commands, and what AWS refuses. A cause is a fact only where it was proved."""

from app.domain.problem import Code, Verb
from app.words.say import Say, Sayings

PEOPLE: dict[Code, Sayings] = {
    Code.MFA_NEEDED: (Say("{profile} needs an MFA code", "Device: {serial}.", verb=Verb.GIVE_MFA, about="profile"),),
    Code.MFA_REFUSED: (
        Say(
            "AWS refused {code}",
            "Most likely: another device, or a mistyped digit.",
            "Wait for the next code of {serial} and enter that.",
        ),
    ),
    Code.MFA_REUSED: (
        Say(
            "AWS refused {code}",
            "Each code works once, wait for the next one.",
            "Wait for the next code of {serial} and enter that.",
        ),
    ),
    Code.MFA_CODE_FORMAT: (
        Say("That is not an MFA code", "A code has six digits. Spaces do not matter.", "Enter the six digits."),
    ),
    Code.MFA_COMMAND_FAILED: (
        Say("The MFA command of {source} gave no code", "{reason}", verb=Verb.EDIT_SOURCE, about="source"),
    ),
    Code.SIGN_IN_NEEDED: (
        Say(
            "{profile} needs a sign-in",
            "Source {source} waits for you.",
            verb=Verb.SIGN_IN,
            about="profile",
            when="profile",
        ),
        Say("Source {source} needs a sign-in", "Nobody is here to sign in.", "Sign in on a terminal or in the window."),
    ),
    Code.APPROVAL_NEEDED: (
        Say(
            "Source {source} wants to run a command",
            "{command} was not approved on this machine.",
            verb=Verb.APPROVE,
            about="source",
        ),
    ),
    Code.COMMAND_FAILED: (
        Say(
            "The command of {source} failed",
            "It ended with status {status}. {reason}",
            verb=Verb.EDIT_SOURCE,
            about="source",
        ),
    ),
    Code.COMMAND_TIMEOUT: (
        Say(
            "The command of {source} took too long",
            "It was ended after {seconds} s.",
            "Run the command by hand to see what it waits for, then try again.",
        ),
    ),
    Code.COMMAND_OUTPUT: (
        Say(
            "The command of {source} gave no credentials",
            "{reason}",
            "Run the command by hand and look at what it prints.",
        ),
    ),
    Code.NARROWING_IMPOSSIBLE: (
        Say(
            "The session of {profile} cannot be narrowed",
            "It is a user's own session with MFA. AWS takes session policies for a user without a code only.",
            "Give {profile} a role: AWS narrows the sessions of roles, with MFA too.",
            when="mfa",
        ),
        Say(
            "The session of {profile} cannot be narrowed",
            "Its source gave temporary keys. AWS makes a narrower session of a user's long-lived keys only.",
            "Give {profile} a role, or a source with long-lived keys.",
            when="temporary",
        ),
        Say(
            "The session of {profile} cannot be narrowed",
            "It is handed out as its source ({kind}) gives it. AWS takes session policies where a role is assumed.",
            "Give {profile} a role: AWS narrows the sessions of roles.",
        ),
    ),
    Code.NARROWING_WIDENS: (
        Say(
            "Hop {hop} of {profile} has session policies of its own",
            "AWS allows what any of the session policies allows, so that another one would add to them.",
            "Name one of the hop's own policies, give a policy that only denies, or shorten the duration alone.",
            when="hop",
        ),
        Say(
            "{option} does not go with read_only",
            "AWS allows what any of the session policies allows, so that it would add to what may be read.",
            "Give one of the two, or with read_only a policy that only denies.",
        ),
    ),
    Code.LONG_LIVED_ONLY: (
        Say(
            "Source {source} cannot get a session of its own",
            "GetSessionToken takes long-lived keys only, and this source gives temporary ones.",
            "Add a role to the profile, or use a source with long-lived keys.",
            when="source",
        ),
        Say(
            "The source cannot get a session of its own",
            "GetSessionToken takes long-lived keys only, and this source gives temporary ones.",
            "Add a role to the profile, or use a source with long-lived keys.",
        ),
    ),
    Code.KEYS_FULL: (
        Say(
            "The user of {source} has two access keys already",
            "IAM allows two. The other one is {other}. Nothing was changed.",
            "Delete {other} if nothing uses it, then try again.",
        ),
    ),
    Code.KEY_OLD_ABSENT: (
        Say(
            "The user of {source} has no other access key",
            "There is nothing to delete or to go back to.",
            "Look at its keys: rolecall keys rotate {source} --dry-run",
        ),
    ),
    Code.DEVICE_NONE: (
        Say(
            "The user of {source} has no MFA device that makes codes",
            "IAM lists none. A passkey makes no codes.",
            "Add an authenticator app to the user in the AWS console.",
        ),
    ),
    Code.SOURCE_EMPTY: (
        Say("Source {source} has no credentials", "Missing: {missing}.", verb=Verb.EDIT_SOURCE, about="source"),
    ),
    Code.SHARED_PROFILE_PROMPTS: (
        Say(
            "AWS profile “{profile}” asks for MFA",
            "Source {source} would ask for a code on a terminal each time.",
            "Make it a profile of Rolecall: its keys as a source, its role as a hop with MFA.",
        ),
    ),
    Code.SHARED_PROFILE_UNKNOWN: (
        Say(
            "There is no AWS profile “{profile}”",
            "Source {source} names it. It is not in {path}.",
            verb=Verb.EDIT_SOURCE,
            about="source",
        ),
    ),
    Code.CHAINING_LIMIT: (
        Say(
            "AWS allows a chained role {maximum} at most",
            "Hop {hop} asks for {asked}.",
            "Use {maximum} at hop {hop}.",
        ),
    ),
    Code.ROLE_MAXIMUM: (
        Say(
            "{role} does not allow {asked}",
            "Hop {hop} asks for more than the role's maximum session duration.",
            "Ask for less at hop {hop}, or raise the role's maximum in IAM.",
        ),
    ),
}

REFUSALS: dict[Code, Sayings] = {
    Code.ACCESS_DENIED: (
        Say(
            "AccessDenied at hop {hop}",
            "Most likely: {role} does not trust the caller, or the caller may not call sts:{operation} on it. "
            "AWS says: {aws}",
            verb=Verb.EDIT_HOP,
            about="hop",
            when="hop role",
        ),
        Say(
            "AccessDenied: {operation}",
            "Most likely: a policy does not allow the call. AWS says: {aws}",
            "Ask who manages the account's policies.",
        ),
    ),
    Code.ACCESS_DENIED_EXTERNAL_ID: (
        Say(
            "AccessDenied at hop {hop}",
            "Most likely: {role} does not trust the caller, or asks for an external ID, and none was sent.",
            verb=Verb.EDIT_HOP,
            about="hop",
        ),
    ),
    Code.ACCESS_DENIED_MFA: (
        Say(
            "AccessDenied at hop {hop}",
            "Most likely: {role} does not trust the caller, or asks for MFA, and none was sent.",
            verb=Verb.EDIT_HOP,
            about="hop",
        ),
    ),
    Code.VALIDATION: (
        Say(
            "AWS does not accept a value of hop {hop}",
            "ValidationError, {operation}: {aws}",
            verb=Verb.EDIT_HOP,
            about="hop",
            when="hop",
        ),
        Say(
            "AWS does not accept a value of {operation}", "ValidationError: {aws}", "Correct the value that AWS names."
        ),
    ),
    Code.KEY_UNKNOWN: (
        Say(
            "AWS does not know the session of key {key_id}",
            "It was revoked or belongs to another partition.",
            verb=Verb.TRY_AGAIN,
            when="temporary",
        ),
        Say(
            "AWS does not know key {key_id}",
            "It was deleted or belongs to another partition.",
            verb=Verb.REPLACE_KEY,
        ),
    ),
    Code.SIGNATURE: (
        Say(
            "AWS does not accept the secret of key {key_id}",
            "SignatureDoesNotMatch. Most likely: the secret access key of {source} is another key's.",
            verb=Verb.SET_SECRET,
            about="source",
            when="source",
        ),
        Say(
            "AWS does not accept the secret of key {key_id}",
            "SignatureDoesNotMatch. Most likely: the secret access key is another key's.",
            verb=Verb.SET_SECRET,
        ),
    ),
    Code.CLOCK_SKEW: (
        Say(
            "Clock is {skew} ahead of AWS",
            "Measured from AWS's own time. AWS refuses calls signed at the wrong time.",
            verb=Verb.SET_CLOCK,
            when="ahead",
        ),
        Say(
            "Clock is {skew} behind AWS",
            "Measured from AWS's own time. AWS refuses calls signed at the wrong time.",
            verb=Verb.SET_CLOCK,
        ),
    ),
    Code.SESSION_EXPIRED: (
        Say("The session of {source} has ended", "AWS says so.", verb=Verb.TRY_AGAIN, when="source"),
        Say("The session that signed has ended", "AWS says so.", verb=Verb.TRY_AGAIN),
    ),
    Code.ALREADY_EXPIRED: (
        Say(
            "{profile} got a session that has already ended",
            "Most likely: an old result of a command, or a wrong clock.",
            verb=Verb.TRY_AGAIN,
        ),
    ),
    Code.POLICY_MALFORMED: (
        Say(
            "AWS does not accept the policy that was given",
            "MalformedPolicyDocument: {aws}",
            "Correct the policy. Nothing was handed out.",
            when="given",
        ),
        Say(
            "AWS does not accept the policy of hop {hop}",
            "MalformedPolicyDocument: {aws}",
            verb=Verb.EDIT_HOP,
            about="hop",
        ),
    ),
    Code.POLICY_PACKED: (
        Say(
            "The policies that were given are more than STS accepts",
            "PackedPolicyTooLarge.",
            "Shorten the policy, or give fewer policy ARNs. Nothing was handed out.",
            when="given",
        ),
        Say(
            "Policies and tags of hop {hop} take {percent} % of what STS accepts",
            "PackedPolicyTooLarge.",
            "Shorten the policy, or send fewer policy ARNs and tags at hop {hop}.",
            when="percent",
        ),
        Say(
            "Policies and tags of hop {hop} are more than STS accepts",
            "PackedPolicyTooLarge.",
            "Shorten the policy, or send fewer policy ARNs and tags at hop {hop}.",
        ),
    ),
    Code.REGION_DISABLED: (
        Say(
            "STS is switched off for {region} in this account",
            "RegionDisabledException.",
            "Set sts_region to another region, or switch STS on for {region} in IAM.",
        ),
    ),
    Code.IDENTITY_TOKEN: (
        Say(
            "AWS does not accept the identity token",
            "InvalidIdentityToken: {aws}",
            "Check issuer and audience of the IAM identity provider.",
        ),
    ),
    Code.AWS_REFUSED: (
        Say(
            "AWS refused {operation} at hop {hop}: {aws_code}",
            "AWS says: {aws}",
            verb=Verb.EDIT_HOP,
            about="hop",
            when="hop",
        ),
        Say("AWS refused {operation}: {aws_code}", "AWS says: {aws}", "Correct what AWS names, then try again."),
    ),
}
