"""The closed list of problem codes. Words for each are in app/texts.py; a test holds the two together."""

from enum import StrEnum


class Code(StrEnum):
    """What went wrong. Behind each its arguments."""

    # one value of the catalog, a form or an argument
    VALUE_MISSING = "value-missing"  # key
    VALUE_TYPE = "value-type"  # key, expected
    VALUE_PATTERN = "value-pattern"  # key, rule (what it must look like, a texts key)
    VALUE_LENGTH = "value-length"  # key, length, minimum, maximum
    VALUE_RANGE = "value-range"  # key, value, minimum, maximum (already as words: "15 min")
    VALUE_CHOICE = "value-choice"  # key, value, choices
    VALUE_DUPLICATE = "value-duplicate"  # key, value
    VALUE_EXCLUSIVE = "value-exclusive"  # key, other: both given, or neither
    VALUE_UNKNOWN_KEY = "value-unknown-key"  # key, nearest; a warning
    VALUE_NOT_HERE = "value-not-here"  # key, reason: a field this kind of call cannot have
    POLICY_LONG = "policy-long"  # key, length; a warning on AssumeRole
    POLICY_JSON = "policy-json"  # key, line, column, reason, said: the reader's own words
    # the catalog as a whole
    CATALOG_UNREADABLE = "catalog-unreadable"  # path, line, column, reason, said
    CATALOG_NEWER = "catalog-newer"  # path, schema
    CATALOG_CHANGED = "catalog-changed"  # path: changed outside between load and save
    CATALOG_SHAPE = "catalog-shape"  # path, table, line: written in a way that cannot be changed safely
    PROFILE_UNKNOWN = "profile-unknown"  # profile, nearest
    SOURCE_UNKNOWN = "source-unknown"  # source, profile, nearest
    SOURCE_KIND_UNKNOWN = "source-kind-unknown"  # source, kind: from a newer version
    SOURCE_KIND_LATER = "source-kind-later"  # source, kind: known, not built yet
    SOURCE_IN_USE = "source-in-use"  # source, profiles
    BASE_IN_USE = "base-in-use"  # profile, profiles
    NAME_TAKEN = "name-taken"  # name
    BASE_LOOP = "base-loop"  # profile, chain
    BASE_UNKNOWN = "base-unknown"  # profile, base
    SECTION_SHARED = "section-shared"  # section, profiles: two profiles with one section
    SECTION_BESIDE_PROCESS = "section-beside-process"  # profile, section
    HOP_REQUIRED = "hop-required"  # profile, source, kind
    SELF_READING = "self-reading"  # source, section: reads what Rolecall delivers
    COMMAND_EMPTY = "command-empty"  # key
    # sessions
    MFA_NEEDED = "mfa-needed"  # profile, serial
    MFA_REFUSED = "mfa-refused"  # code, serial
    MFA_REUSED = "mfa-reused"  # code, serial
    MFA_CODE_FORMAT = "mfa-code-format"
    MFA_COMMAND_FAILED = "mfa-command-failed"  # source, reason
    SIGN_IN_NEEDED = "sign-in-needed"  # profile, source
    SIGN_IN_ENDED = "sign-in-ended"  # profile, source, host: the refresh token is no longer taken
    SIGN_IN_CANCELED = "sign-in-canceled"  # source, host: by the person here
    SIGN_IN_DENIED = "sign-in-denied"  # source, host: at the provider
    SIGN_IN_LATE = "sign-in-late"  # source, host: not finished in time
    SIGN_IN_CLIENT = "sign-in-client"  # source, host, client, oauth (the provider's error): the client is not accepted
    SIGN_IN_REFUSED = "sign-in-refused"  # source, host, oauth, said (the provider's own words)
    SIGN_IN_PORT = "sign-in-port"  # source, port: the redirect's port is taken
    PROVIDER_ANSWER = "provider-answer"  # source, host, reason, status, missing, refused, said: no OpenID Connect
    PROVIDER_BROKEN = "provider-broken"  # source, host, status: 5xx
    PROVIDER_ISSUER = "provider-issuer"  # source, issuer, said: it calls itself something else
    PROVIDER_LACKS = "provider-lacks"  # source, host, reason: what it cannot do
    CENTER_UNKNOWN = "center-unknown"  # source, start_url, region, other (where AWS says it is), said
    CENTER_REFUSED = "center-refused"  # source, host, oauth, said: any other refusal of a sign-in there
    CENTER_CHOICE = "center-choice"  # choice, nearest: none of the person's "account/role"
    CENTER_ROLE = "center-role"  # profile, source, role, account: not, or no longer, assigned to the person
    ID_TOKEN_MISSING = "id-token-missing"  # source, host
    ID_TOKEN_KEY = "id-token-key"  # source, host: not signed by a key of the provider
    ID_TOKEN_AUDIENCE = "id-token-audience"  # source, host, audience, client
    ID_TOKEN_EXPIRED = "id-token-expired"  # source, host, expired
    ID_TOKEN_WRONG = "id-token-wrong"  # source, host, reason
    APPROVAL_NEEDED = "approval-needed"  # source, command
    COMMAND_FAILED = "command-failed"  # source, status, reason
    COMMAND_TIMEOUT = "command-timeout"  # source, seconds
    COMMAND_OUTPUT = "command-output"  # source, reason
    CHAINING_LIMIT = "chaining-limit"  # hop, asked, maximum
    ROLE_MAXIMUM = "role-maximum"  # hop, role, asked
    ACCESS_DENIED = "access-denied"  # hop, role, operation, aws (AWS's own words)
    ACCESS_DENIED_EXTERNAL_ID = "access-denied-external-id"  # hop, role: no external id was sent (most likely)
    ACCESS_DENIED_MFA = "access-denied-mfa"  # hop, role: no MFA was sent (most likely)
    VALIDATION = "validation"  # operation, hop, aws
    KEY_UNKNOWN = "key-unknown"  # key_id, temporary (of a session)
    KEYS_FULL = "keys-full"  # source, other: the user has as many keys as IAM allows
    KEY_OLD_ABSENT = "key-old-absent"  # source: no other key to delete or to go back to
    DEVICE_NONE = "device-none"  # source: the user has no MFA device that makes codes
    SIGNATURE = "signature"  # key_id, source
    CLOCK_SKEW = "clock-skew"  # seconds (positive: the clock is ahead), proved by AWS's Date
    SESSION_EXPIRED = "session-expired"  # source: AWS says the session that signed has ended
    ALREADY_EXPIRED = "already-expired"  # profile: AWS or a helper gave an expired session
    POLICY_MALFORMED = "policy-malformed"  # hop, aws, given: by the person, for this session alone
    POLICY_PACKED = "policy-packed"  # hop, percent, given
    REGION_DISABLED = "region-disabled"  # region
    IDENTITY_TOKEN = "identity-token"  # aws
    TOKEN_NEEDED = "token-needed"  # profile, source: a person pastes one
    TOKEN_FORMAT = "token-format"  # source, reason
    TOKEN_LONG = "token-long"  # source, length, maximum
    TOKEN_EXPIRED = "token-expired"  # source, issuer, expired
    TOKEN_AUDIENCE = "token-audience"  # source, issuer, audience
    TOKEN_PROVIDER = "token-provider"  # source, issuer, account: the account has no such identity provider
    TOKEN_ACCESS = "token-access"  # source, issuer: an access token where the ID token belongs
    TOKEN_UNTRUSTED = "token-untrusted"  # source, issuer, subject, audience, role, hop: AccessDenied (most likely)
    METADATA_ABSENT = "metadata-absent"  # source, host
    METADATA_OFF = "metadata-off"  # source, variable
    METADATA_OLD = "metadata-old"  # source, host: no IMDSv2, and version 1 is not allowed
    METADATA_ROLE = "metadata-role"  # source, host: the instance has no role
    METADATA_REFUSED = "metadata-refused"  # source, host, status
    METADATA_ANSWER = "metadata-answer"  # source, host, reason
    METADATA_HOST = "metadata-host"  # source, host: not allowed over http
    METADATA_HEADER = "metadata-header"  # source: a line end in the authorization token
    NARROWING_IMPOSSIBLE = "narrowing-impossible"  # profile, kind, mfa, temporary: nothing that takes a session policy
    NARROWING_WIDENS = "narrowing-widens"  # profile, hop, option: AWS would allow what either policy allows
    LONG_LIVED_ONLY = "long-lived-only"  # source: GetSessionToken needs long-lived keys
    SOURCE_EMPTY = "source-empty"  # source, missing: the environment or AWS profile has no credentials
    SHARED_PROFILE_PROMPTS = "shared-profile-prompts"  # source, profile: botocore would ask for MFA on a terminal
    SHARED_PROFILE_UNKNOWN = "shared-profile-unknown"  # source, profile, path
    AWS_REFUSED = "aws-refused"  # operation, hop, aws_code, aws: any other refusal
    # network
    NETWORK = "network"  # host, reason
    NETWORK_TIMEOUT = "network-timeout"  # host, seconds
    NETWORK_TLS = "network-tls"  # host, reason
    CA_BUNDLE = "ca-bundle"  # path, reason
    NETWORK_PROXY = "network-proxy"  # host, reason
    NETWORK_ANSWER = "network-answer"  # host: an answer that is not AWS's (captive portal)
    THROTTLED = "throttled"  # operation
    AWS_BROKEN = "aws-broken"  # operation, status: 5xx
    # vault
    VAULT_NONE = "vault-none"  # reason, help (what would give this machine one)
    VAULT_LOCKED = "vault-locked"
    VAULT_HANGS = "vault-hangs"  # seconds
    VAULT_INSECURE = "vault-insecure"  # backend
    VAULT_TOO_LONG = "vault-too-long"  # entry, length, maximum
    VAULT_MISMATCH = "vault-mismatch"  # entry: read back differs
    VAULT_FAILED = "vault-failed"  # entry, reason
    VAULT_NO_ENTRY = "vault-no-entry"  # entry, source, what ("secret access key", "TOTP seed")
    VAULT_SEALED = "vault-sealed"  # the secrets file waits for its passphrase
    VAULT_PASSPHRASE = "vault-passphrase"  # it is another one
    VAULT_TRIES = "vault-tries"  # seconds
    VAULT_ABSENT = "vault-absent"  # path
    VAULT_DAMAGED = "vault-damaged"  # path, reason
    VAULT_OLDER = "vault-older"  # path, serial, expected
    VAULT_FORGETS = "vault-forgets"  # entry: memory would lose it
    VAULT_HOLDS = "vault-holds"  # place: secrets that would be left behind
    VAULT_SAME = "vault-same"  # place: it is in charge already
    VAULT_MOVING = "vault-moving"  # source, target: a move that was cut off
    QR_UNUSABLE = "qr-unusable"  # rule: a picture with no QR code of a device for codes
    SECRET_INVALID = "secret-invalid"  # what, rule: empty, newline, wrong alphabet
    # the AWS files
    FILE_UNREADABLE = "file-unreadable"  # path, reason
    FILE_UNWRITABLE = "file-unwritable"  # path, reason
    FILE_READ_ONLY = "file-read-only"  # path
    FILE_FULL = "file-full"  # path
    FILE_UNSAFE = "file-unsafe"  # path, reason: not a regular file, owned by or writable for others
    FILE_BUSY = "file-busy"  # path: it would not hold still
    FILE_LOCKED = "file-locked"  # path: our own lock is held
    FILE_NOT_REPLACEABLE = "file-not-replaceable"  # path, reason: bind mount; in place after consent
    FILE_BROKEN = "file-broken"  # path, line, rule: botocore cannot read it
    FILE_TWO_WAYS = "file-two-ways"  # path, line, rule: the SDKs read it otherwise than botocore; a warning
    HOME_TWO_WAYS = "home-two-ways"  # path, other: HOME on Windows, which botocore passes over; a warning
    FILE_MODE = "file-mode"  # path, mode: group and other bits were removed; a warning
    SECTION_FOREIGN = "section-foreign"  # path, section: someone else's
    SECTION_CHANGED = "section-changed"  # path, section, key_id: foreign key in our section
    SECTION_SHADOWED = "section-shadowed"  # path, section, key: the config file's key would win
    SECTION_KEPT = "section-kept"  # path, section: stopped, but kept with expired keys
    WRITE_CONTESTED = "write-contested"  # path, section: another tool keeps undoing our write
    NOTHING_TO_UNDO = "nothing-to-undo"
    # import from the AWS files
    IMPORT_NO_CREDENTIALS = "import-no-credentials"  # profile: no credentials in it and no way to any
    IMPORT_HALF_KEY = "import-half-key"  # profile, key: the half that is missing
    IMPORT_LOOP = "import-loop"  # profile, chain
    IMPORT_NAMES_NOTHING = "import-names-nothing"  # profile, key, other: what key names is not there
    IMPORT_SSO_DIFFERS = "import-sso-differs"  # profile, key, other: the profile and its sso-session disagree
    IMPORT_KIND_LATER = "import-kind-later"  # profile, key
    IMPORT_NO_PROFILE = "import-no-profile"  # section: with keys of a profile, read as none
    IMPORT_TAKEN = "import-taken"  # profile: the catalog has another one of this name
    IMPORT_CHANGED = "import-changed"  # files or catalog are others than those that the plan is for
    IMPORT_SECRETS_DIFFER = "import-secrets-differ"  # key_id: two secrets for one key
    IMPORT_RENAMED = "import-renamed"  # profile, name; a warning
    IMPORT_FILES_DIFFER = "import-files-differ"  # profile, key; a warning
    IMPORT_DANGEROUS = "import-dangerous"  # profile, key, value; a warning
    IMPORT_SHORTENED = "import-shortened"  # profile, hop, asked, maximum; a warning
    IMPORT_KEY_STAYS = "import-key-stays"  # section, path, profiles; a warning
    IMPORT_OTHERS_NAME = "import-others-name"  # profile, profiles: they name what was taken over; a warning
    # the role assistant
    ROLE_DIFFERS = "role-differs"  # role, reason: what of that name is there is another one
    ROLE_POWERFUL = "role-powerful"  # policy; a warning
    ROLE_HAS_MORE = "role-has-more"  # role, policies; a warning
    ROLE_CALLER_MISSING = "role-caller-missing"  # no session of the identity's account
    ROLE_ACCOUNT = "role-account"  # account, expected: a session of another account
    ROLE_UNKNOWN = "role-unknown"  # role, account
    TRUST_WIDE = "trust-wide"  # reason; an error unless a person wants it, then a warning
    TRUST_NEVER = "trust-never"  # reason: nobody can meet the condition; a warning
    TRUST_LONG = "trust-long"  # length, maximum; a warning
    PARTITION_DIFFERS = "partition-differs"  # key, partition, expected
    INSTANCE_GONE = "instance-gone"  # instance, region
    INSTANCE_STATE = "instance-state"  # instance, state
    INSTANCE_TAKEN = "instance-taken"  # instance, profile
    INSTANCE_LOSES = "instance-loses"  # instance, profile; a warning
    ROLE_RECORD_NONE = "role-record-none"  # record: nothing that was made, or none of this id
    POLICY_ABSENT = "policy-absent"  # policy
    SESSION_WITHOUT_IAM = "session-without-iam"  # profile: of GetSessionToken without MFA
    SESSION_WITHOUT_STS = "session-without-sts"  # profile: of GetSessionToken; what it cannot do, no failure
    POLICY_FINDING = "policy-finding"  # policy, kind, finding: of Access Analyzer; a warning
    POLICY_UNCHECKED = "policy-unchecked"  # reason: Access Analyzer could not be asked; a warning
    # the console
    CONSOLE_SESSION = "console-session"  # profile: a session of GetSessionToken cannot sign in
    CONSOLE_PARTITION = "console-partition"  # partition: whose sign-in is not public
    CONSOLE_REFUSED = "console-refused"  # reason
    CONSOLE_BROWSER = "console-browser"  # browser, reason
    FOLDER_UNUSABLE = "folder-unusable"  # path, reason
    # coming and going
    AUTOSTART_OTHER = "autostart-other"  # place
    ENGINE_STILL_RUNS = "engine-still-runs"
    CONFIRM_UNINSTALL = "confirm-uninstall"  # nobody can be asked
    SOCKET_PATH_LONG = "socket-path-long"  # path, length, maximum
    # the engine and its neighbours
    ENGINE_RUNNING = "engine-running"  # pid, kind
    ENGINE_ABSENT = "engine-absent"
    ENGINE_BROKEN = "engine-broken"  # pool: too many calls hang
    ENGINE_UNREACHABLE = "engine-unreachable"  # reason
    PAUSED = "paused"  # until
    LOCKED = "locked"
    NESTED = "nested"  # Rolecall asked by its own helper
    NOT_ACTIVE = "not-active"  # profile
    SESSION_COMING = "session-coming"  # profile: AWS is being asked
    ENDPOINT_OFF = "endpoint-off"  # profile: not served on the local endpoint
    ENDPOINT_PORT_TAKEN = "endpoint-port-taken"  # address, program, pid
    ENDPOINT_SHADOWED = "endpoint-shadowed"  # variable, profile: something earlier in the SDKs' chain answers
    RENEWING_FORMAT = "renewing-format"  # format: it cannot carry the self-renewing form
    DENIED = "denied"  # program, source (of a command), profile: what may not run, and for whom
    CANCELED = "canceled"
    PROGRAM_ASKS = "program-asks"  # profile, program, window, command: where it is asked, if anywhere
    PROGRAM_UNKNOWN = "program-unknown"  # profile: who asks cannot be told, so that no answer could be remembered
    DECISION_UNKNOWN = "decision-unknown"  # which: no program that asks, and no decision, is called so
    CONFIRM_NEEDED = "confirm-needed"  # profile: production asks first
    NO_DISPLAY = "no-display"  # reason
    APPLICATION_ABSENT = "application-absent"
    NO_QT = "no-qt"
    EXTRA_MISSING = "extra-missing"  # extra, module
    USAGE = "usage"  # reason
    EXEC_NOT_FOUND = "exec-not-found"  # command
    EXEC_NOT_EXECUTABLE = "exec-not-executable"  # command
    FORMAT_IMPOSSIBLE = "format-impossible"  # format, name: a value this format cannot carry
    UNEXPECTED = "unexpected"  # kind
    SELF_TEST = "self-test"  # parts: what of the installation does not work


# a person has to do something before the session can go on
NEED_A_PERSON = frozenset(
    {Code.MFA_NEEDED, Code.APPROVAL_NEEDED, Code.SIGN_IN_NEEDED, Code.SIGN_IN_ENDED, Code.TOKEN_NEEDED}
)
