"""Texts of the way to AWS."""

from app.domain.problem import Code, Verb
from app.words.say import Say, Sayings

NETWORK: dict[Code, Sayings] = {
    Code.NETWORK: (
        Say(
            "No connection to {host}",
            "{reason} Running sessions stay valid.",
            verb=Verb.CHECK_NETWORK,
            idle="{reason}",
        ),
    ),
    Code.NETWORK_TIMEOUT: (
        Say(
            "{host} did not answer in {seconds} s",
            "Running sessions stay valid.",
            verb=Verb.CHECK_NETWORK,
            idle="The call was given up.",
        ),
    ),
    Code.NETWORK_TLS: (
        Say(
            "The certificate of {host} is not trusted",
            "{reason}",
            "If a proxy reads this traffic, name its certificate file as ca_bundle.",
            verb=Verb.CHECK_CA,
        ),
    ),
    Code.CA_BUNDLE: (Say("The CA bundle {path} cannot be used", "{reason}", verb=Verb.CHECK_CA),),
    Code.NETWORK_PROXY: (Say("The proxy did not connect to {host}", "{reason}", verb=Verb.CHECK_PROXY),),
    Code.NETWORK_ANSWER: (
        Say(
            "What answered for {host} is not AWS",
            "Most likely: a sign-in page of this network, or a proxy.",
            "Open a web page, sign in to the network if it asks, then try again.",
        ),
    ),
    Code.THROTTLED: (
        Say("AWS asks to slow down", "{operation} was throttled.", "Nothing to do. Rolecall waits and tries again."),
    ),
    Code.AWS_BROKEN: (
        Say(
            "AWS has a fault of its own",
            "{operation} was answered with status {status}.",
            "Nothing to do. Rolecall waits and tries again.",
        ),
    ),
}
