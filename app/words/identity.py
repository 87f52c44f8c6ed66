"""Texts of identity tokens and of roles that the machine itself has."""

from app.domain.problem import Code, Verb
from app.words.say import Say, Sayings

IDENTITY: dict[Code, Sayings] = {
    Code.TOKEN_NEEDED: (
        Say(
            "{profile} needs an identity token",
            "Source {source} has no file and no command for it: you paste one.",
            verb=Verb.SIGN_IN,
            about="profile",
        ),
    ),
    Code.TOKEN_FORMAT: (
        Say("What source {source} gives is no ID token", "{reason}", verb=Verb.EDIT_SOURCE, about="source"),
    ),
    Code.TOKEN_LONG: (
        Say(
            "The token of source {source} is too long",
            "It has {length} characters. AWS takes {maximum} at most.",
            "Let the provider put fewer claims into the ID token.",
        ),
    ),
    Code.TOKEN_EXPIRED: (
        Say(
            "The token of source {source} has expired",
            "{issuer} let it end at {expired}.",
            "Get a new token where the source takes it from.",
            when="source issuer expired",
        ),
        Say(
            "The token of source {source} has expired",
            "AWS says so.",
            "Get a new token where the source takes it from.",
            when="source",
        ),
        Say("The identity token has expired", "AWS says so.", "Get a new token where the source takes it from."),
    ),
    Code.TOKEN_AUDIENCE: (
        Say(
            "AWS does not accept the audience of the token",
            "Most likely: the IAM identity provider of {issuer} does not list the audience {audience}.",
            "Add the audience to the IAM identity provider, or get a token for one that it lists.",
        ),
    ),
    Code.TOKEN_PROVIDER: (
        Say(
            "Account {account} does not know the provider of the token",
            "It has no IAM identity provider for {issuer}.",
            "Create the IAM identity provider in account {account}, or use a role of an account that has it.",
        ),
    ),
    Code.TOKEN_ACCESS: (
        Say(
            "What source {source} gives is an access token",
            "AWS takes the ID token. This one of {issuer} says that it is an access token.",
            "Take the ID token from the provider's answer.",
        ),
    ),
    Code.TOKEN_UNTRUSTED: (
        Say(
            "AccessDenied at hop {hop}",
            "Most likely: {role} does not trust {issuer} with subject {subject} and audience {audience}.",
            verb=Verb.EDIT_HOP,
        ),
    ),
    Code.METADATA_ABSENT: (
        Say(
            "{host} does not answer",
            "Source {source} asks the machine itself for its role. Most likely: it does not run in AWS.",
            "Use this source on an EC2 instance, in an ECS task or in an EKS pod.",
        ),
    ),
    Code.METADATA_OFF: (
        Say(
            "Asking this machine for its role is switched off",
            "{variable} says so, and source {source} needs it.",
            "Take {variable} out of the environment, or use another source.",
        ),
    ),
    Code.METADATA_OLD: (
        Say(
            "The metadata service of this machine has version 1 only",
            "AWS_EC2_METADATA_V1_DISABLED forbids it, and source {source} got no token at {host}.",
            "Allow IMDSv2 on the instance.",
        ),
    ),
    Code.METADATA_ROLE: (
        Say(
            "This instance has no role",
            "{host} knows none for source {source}.",
            "Attach an instance profile to the instance.",
        ),
    ),
    Code.METADATA_REFUSED: (
        Say(
            "{host} refused to give the machine's role",
            "Source {source} was answered with status {status}.",
            "Check the authorization token and the address of the source.",
        ),
    ),
    Code.METADATA_ANSWER: (
        Say(
            "{host} gave no credentials",
            "Source {source}: {reason}",
            "Check that the role trusts this machine's service, then try again.",
        ),
    ),
    Code.METADATA_HOST: (
        Say(
            "Source {source} may not ask {host}",
            "Over http only this machine and AWS's own addresses are allowed.",
            verb=Verb.EDIT_SOURCE,
            about="source",
        ),
    ),
    Code.METADATA_HEADER: (
        Say(
            "The authorization token of source {source} has a line end",
            "It is sent in a header, where none can be. AWS's own SDKs refuse it too.",
            "Write the token file without a line end.",
        ),
    ),
}
