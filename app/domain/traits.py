"""What each code means to the program: the exit code, the attention it asks for, whether it can pass by itself."""

from app.domain.codes import Code
from app.domain.trait import AttentionKind, Exit, Trait

_INVALID = Trait(Exit.INVALID, AttentionKind.EDIT)

# codes by what they mean; values and the catalog are invalid where nothing else is said
_GROUPS: tuple[tuple[Trait, str], ...] = (
    (
        Trait(Exit.NOT_FOUND),
        (
            "profile-unknown nothing-to-undo key-old-absent device-none role-unknown instance-gone role-record-none "
            "policy-absent center-choice engine-absent application-absent decision-unknown exec-not-found "
            "exec-not-executable"
        ),
    ),
    (Trait(Exit.NOT_FOUND, AttentionKind.EDIT), "source-unknown"),
    (Trait(Exit.ATTENTION, AttentionKind.MFA), "mfa-needed mfa-command-failed"),
    (Trait(Exit.REFUSED, AttentionKind.MFA), "mfa-refused mfa-reused"),
    (Trait(Exit.INVALID, AttentionKind.MFA), "mfa-code-format"),
    (Trait(Exit.ATTENTION, AttentionKind.SIGN_IN), "sign-in-needed sign-in-ended sign-in-late token-needed"),
    (Trait(Exit.DENIED, AttentionKind.SIGN_IN), "sign-in-canceled sign-in-denied"),
    (
        Trait(Exit.REFUSED, AttentionKind.REFUSED),
        (
            "sign-in-client sign-in-refused sign-in-port provider-answer provider-issuer provider-lacks "
            "center-unknown center-refused center-role "
            "id-token-missing id-token-key id-token-audience id-token-expired id-token-wrong command-failed "
            "command-timeout command-output chaining-limit role-maximum access-denied "
            "access-denied-external-id access-denied-mfa validation key-unknown signature clock-skew "
            "session-expired already-expired policy-malformed policy-packed region-disabled identity-token "
            "token-long token-audience token-provider token-access token-untrusted metadata-off metadata-old "
            "metadata-role metadata-refused metadata-answer long-lived-only source-empty "
            "shared-profile-prompts aws-refused instance-state session-without-iam session-without-sts "
            "console-session console-partition console-refused keys-full"
        ),
    ),
    (
        Trait(Exit.NETWORK, transient=True),
        "provider-broken metadata-absent network network-timeout network-tls network-proxy network-answer",
    ),
    (Trait(Exit.ATTENTION, AttentionKind.APPROVAL), "approval-needed program-asks program-unknown"),
    (Trait(Exit.REFUSED, transient=True), "token-format token-expired throttled aws-broken"),
    (
        Trait(Exit.VAULT, AttentionKind.VAULT),
        (
            "vault-none vault-locked vault-insecure vault-too-long vault-mismatch vault-no-entry vault-sealed "
            "vault-passphrase vault-tries vault-absent vault-damaged vault-older vault-forgets vault-holds "
            "vault-same vault-moving"
        ),
    ),
    (Trait(Exit.VAULT, transient=True), "vault-hangs vault-failed"),
    (
        Trait(Exit.FILE, transient=True),
        "ca-bundle file-unreadable file-unwritable file-full file-busy file-locked file-mode import-changed",
    ),
    (
        Trait(Exit.FILE, AttentionKind.EDIT),
        "file-read-only file-unsafe file-not-replaceable file-two-ways home-two-ways",
    ),
    (
        Trait(Exit.CONFLICT, AttentionKind.CONFLICT),
        (
            "section-foreign section-changed section-shadowed section-kept write-contested import-taken "
            "import-secrets-differ"
        ),
    ),
    (
        Trait(Exit.CONFLICT),
        "role-differs instance-taken engine-running endpoint-shadowed engine-still-runs autostart-other",
    ),
    (Trait(Exit.FILE), "folder-unusable"),
    (Trait(Exit.ATTENTION), "console-browser"),
    (Trait(Exit.INVALID), "socket-path-long"),
    (Trait(Exit.UNEXPECTED, transient=True), "engine-broken"),
    (Trait(Exit.UNEXPECTED), "engine-unreachable self-test"),
    (Trait(Exit.ATTENTION), "paused locked not-active endpoint-off confirm-needed confirm-uninstall"),
    (Trait(Exit.DENIED), "nested"),
    (Trait(Exit.ATTENTION, transient=True), "session-coming"),
    (Trait(Exit.CONFLICT, transient=True), "endpoint-port-taken"),
    (Trait(Exit.USAGE), "renewing-format no-display no-qt extra-missing usage"),
    (Trait(Exit.DENIED, AttentionKind.APPROVAL), "denied"),
    (Trait(Exit.DENIED, AttentionKind.MFA), "canceled"),
    (Trait(Exit.UNEXPECTED, AttentionKind.REFUSED), "unexpected"),
)
_TRAITS = {Code(name): meaning for meaning, names in _GROUPS for name in names.split()}


def trait(code: Code) -> Trait:
    """Return what a code means to the program."""
    return _TRAITS.get(code, _INVALID)
