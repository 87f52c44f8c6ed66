"""Texts of signing in at an OpenID Connect provider, and at Identity Center."""

from app.domain.problem import Code, Verb
from app.words.say import Say, Sayings

SIGNING: dict[Code, Sayings] = {
    Code.SIGN_IN_ENDED: (
        Say(
            "The sign-in at {host} has ended",
            "It does not take the refresh token of source {source} any more. It was forgotten.",
            verb=Verb.SIGN_IN,
            about="profile",
        ),
    ),
    Code.SIGN_IN_CANCELED: (
        Say("You have not finished signing in to {host}", "Source {source} waits for it.", verb=Verb.SIGN_IN),
    ),
    Code.SIGN_IN_DENIED: (
        Say("The sign-in at {host} was denied", "It was refused there for source {source}.", verb=Verb.SIGN_IN),
    ),
    Code.SIGN_IN_LATE: (
        Say("The sign-in at {host} was not finished in time", "Source {source} waits for it.", verb=Verb.SIGN_IN),
    ),
    Code.SIGN_IN_CLIENT: (
        Say(
            "{host} does not accept client {client}",
            "It said: {oauth}. Most likely: the client id or the client secret of source {source} is not right.",
            "Correct the client id, or store the secret: rolecall keys set {source} --client-secret",
        ),
    ),
    Code.SIGN_IN_REFUSED: (
        Say(
            "{host} refused the sign-in",
            "It said: {oauth}, {said}",
            "Check source {source} and how the client is registered at the provider.",
            when="said",
        ),
        Say(
            "{host} refused the sign-in",
            "It said: {oauth}",
            "Check source {source} and how the client is registered at the provider.",
        ),
    ),
    Code.SIGN_IN_PORT: (
        Say(
            "Port {port} on 127.0.0.1 is taken",
            "Source {source} names it as the one that the browser returns to.",
            "End the program that uses it, or register another redirect_port at the provider.",
        ),
    ),
    Code.PROVIDER_ANSWER: (
        Say(
            "{host} has no discovery document at this address",
            "It answered with status {status}. Most likely: a part of the issuer's path is missing or wrong.",
            "Write the issuer as the provider gives it. Many have a path, as /realms/NAME or /TENANT/v2.0.",
            when="missing status",
        ),
        Say(
            "{host} does not show its discovery document",
            "It answered with status {status}. Most likely: the issuer is not right, or something in between answered.",
            "Check the issuer. If this network asks for a sign-in, do that first.",
            when="refused status",
        ),
        Say(
            "{host} sends on to another issuer",
            "It answered with status {status} and names {said}.",
            "Use that issuer if it is your provider's.",
            when="said status",
        ),
        Say(
            "What answered for {host} is not an OpenID Connect provider as it should be",
            "It answered with status {status}.",
            "Check the issuer. If this network asks for a sign-in, do that first.",
            when="status",
        ),
        Say(
            "What answered for {host} is not an OpenID Connect provider as it should be",
            "{reason}",
            "Check the issuer. If this network asks for a sign-in, do that first.",
        ),
    ),
    Code.PROVIDER_BROKEN: (
        Say(
            "{host} has a fault of its own",
            "It answered with status {status}.",
            "Nothing to do. Rolecall tries again.",
        ),
    ),
    Code.PROVIDER_ISSUER: (
        Say(
            "The provider calls itself {said}",
            "Here it is written {issuer}, and AWS compares the two letter by letter.",
            "Write the issuer exactly as the provider does, a slash at its end included.",
            when="said",
        ),
        Say(
            "The provider does not say that it is {issuer}",
            "It should do so in its answer to source {source}.",
            "Sign in again. If it stays so, tell the provider's administrator.",
        ),
    ),
    Code.PROVIDER_LACKS: (
        Say("{host} cannot sign in source {source}", "{reason}", verb=Verb.EDIT_SOURCE, about="source"),
    ),
    Code.CENTER_UNKNOWN: (
        Say(
            "Identity Center in {region} does not know {start_url}",
            "AWS says that the instance of source {source} is in {other}.",
            verb=Verb.EDIT_SOURCE,
            about="source",
            when="other",
        ),
        Say(
            "Identity Center in {region} does not know {start_url}",
            "Most likely: the start URL or the region of source {source} is not right. AWS said: {said}",
            verb=Verb.EDIT_SOURCE,
            about="source",
        ),
    ),
    Code.CENTER_REFUSED: (
        Say(
            "Identity Center refused the sign-in",
            "{host} said: {oauth}, {said}",
            "Check source {source}, then sign in again.",
            when="said",
        ),
        Say(
            "Identity Center refused the sign-in",
            "{host} said: {oauth}",
            "Check source {source}, then sign in again.",
        ),
    ),
    Code.CENTER_CHOICE: (
        Say(
            "Identity Center gives you no {choice}",
            "The nearest is {nearest}.",
            "List what it gives you: rolecall source roles SOURCE",
            when="nearest",
        ),
        Say(
            "Identity Center gives you no {choice}",
            "An account is named by its id or its name.",
            "List what it gives you: rolecall source roles SOURCE",
        ),
    ),
    Code.CENTER_ROLE: (
        Say(
            "{role} in {account} is no longer assigned to you",
            "Identity Center does not give it to the sign-in of source {source}.",
            verb=Verb.CHOOSE_ROLE,
            about="profile",
        ),
    ),
    Code.ID_TOKEN_MISSING: (
        Say(
            "{host} gave no ID token",
            "Source {source} asked for one.",
            "Add openid to the scopes, and let the provider issue ID tokens to this client.",
        ),
    ),
    Code.ID_TOKEN_KEY: (
        Say(
            "The ID token was not signed by {host}",
            "None of its keys fits. Nothing was sent to AWS for source {source}.",
            "Try again. If it stays so, tell the provider's administrator.",
        ),
    ),
    Code.ID_TOKEN_AUDIENCE: (
        Say(
            "The ID token is for {audience}",
            "{host} was asked for one of client {client}.",
            "Check the client id of source {source}.",
        ),
    ),
    Code.ID_TOKEN_EXPIRED: (
        Say(
            "The ID token had expired when it came",
            "{host} let it end at {expired}. Most likely: this machine's clock is wrong.",
            "Set this machine's clock, then start what needs source {source} again.",
        ),
    ),
    Code.ID_TOKEN_WRONG: (
        Say(
            "The ID token of {host} is not accepted",
            "{reason} Nothing was sent to AWS for source {source}.",
            "Sign in again. If it stays so, tell the provider's administrator.",
        ),
    ),
}
