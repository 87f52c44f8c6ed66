"""The strict STS itself, without HTTP: who signs, what may be called, what comes out. Everything is really checked."""

import secrets
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from tests.support import strict_rules as rules
from tests.support.strict_answers import Answer, RefusalError, failure, success, timestamp
from tests.support.strict_jwt import claims_of
from tests.support.strict_rules import Form
from tests.support.strict_signing import Request, check_signature, check_time, claim_of
from tests.support.strict_world import Role, Session, User, World, new_key_id, new_secret

Signer = User | Session
_INVALID_TOKEN = "The security token included in the request is invalid."


@dataclass(frozen=True, slots=True)
class Called:
    """One call in the log. `code` is AWS's error code, empty where the call was answered."""

    operation: str
    role: str
    at: float
    access_key_id: str
    region: str
    code: str
    session_name: str
    duration: int | None
    policy: str = ""
    policy_arns: tuple[str, ...] = ()


class StrictAws:
    """Answers STS requests by a world. Calls from several threads are fine."""

    def __init__(self, world: World, clock: Callable[[], float]) -> None:
        """Begin with no session; `clock` is AWS's time."""
        self.world = world
        self.log: list[Called] = []
        self._clock = clock
        self._sessions: dict[str, Session] = {}
        self._used: set[tuple[str, int]] = set()
        self._lock = threading.RLock()

    def answer(self, request: Request) -> Answer:
        """Check and answer one request, and write it into the log."""
        request_id, form = str(uuid.uuid4()), rules.form_of(request.body)
        form = {**rules.form_of(request.query.encode()), **form}
        operation, code, who = form.get("Action", ""), "", ("", "")
        with self._lock:
            try:
                signer, who = self._signer(request, operation)
                answer = success(operation, self._operation(operation, form, signer, who[1]), request_id)
            except RefusalError as refusal:
                answer, code = failure(refusal, request_id), refusal.code
                who = who if who[0] else _claimed(request)
            duration = form.get("DurationSeconds", "")
            self.log.append(
                Called(
                    operation,
                    form.get("RoleArn", ""),
                    self._clock(),
                    who[0],
                    who[1],
                    code,
                    form.get("RoleSessionName", ""),
                    int(duration) if duration.isdigit() else None,
                    form.get("Policy", ""),
                    tuple(rules.members(form, "PolicyArns")),
                )
            )
        answer.headers["x-amzn-RequestId"] = request_id
        return answer

    def session(self, access_key_id: str) -> Session | None:
        """Return a session that was given out."""
        return self._sessions.get(access_key_id)

    def sessions(self) -> tuple[Session, ...]:
        """Return every session that was given out, in order."""
        return tuple(self._sessions.values())

    def revoke(self, access_key_id: str) -> None:
        """End a session before its time."""
        self._sessions[access_key_id].expires_at = self._clock() - 1

    def _signer(self, request: Request, operation: str) -> tuple[Signer | None, tuple[str, str]]:
        if operation == "AssumeRoleWithWebIdentity" and "authorization" not in request.headers:
            return None, ("", "")
        claim = claim_of(request)
        token = request.headers.get("x-amz-security-token")
        signer: Signer | None = self._sessions.get(claim.key_id)
        if signer is None:
            signer = next((one for one in self.world.users if one.access_key_id == claim.key_id), None)
        if signer is None or isinstance(signer, User) != (token is None):
            raise RefusalError("InvalidClientTokenId", _INVALID_TOKEN, 403)
        if isinstance(signer, Session) and not secrets.compare_digest(signer.token.encode(), (token or "").encode()):
            raise RefusalError("InvalidClientTokenId", _INVALID_TOKEN, 403)
        check_time(request, self._clock())
        check_signature(request, claim, signer.secret_access_key)
        if isinstance(signer, Session) and signer.expires_at <= self._clock():
            raise RefusalError("ExpiredToken", "The security token included in the request is expired", 403)
        if claim.region in self.world.disabled_regions:
            words = (
                f"STS is not activated in this region for account:{signer.account}. Your account administrator can"
                " activate STS in this region using the IAM Console."
            )
            raise RefusalError("RegionDisabledException", words, 403)
        return signer, (claim.key_id, claim.region)

    def _operation(self, operation: str, form: Form, signer: Signer | None, region: str) -> dict[str, object]:
        if form.get("Version") != "2011-06-15":
            raise RefusalError(
                "InvalidAction", f"Could not find operation {operation} for version {form.get('Version')}"
            )
        if operation == "AssumeRoleWithWebIdentity":
            return self._web_identity(form)
        if signer is None:
            raise RefusalError("MissingAuthenticationToken", "Request is missing Authentication Token", 403)
        if operation == "GetCallerIdentity":
            return _identity(signer)
        if operation == "AssumeRole":
            return self._assume_role(form, signer)
        if operation == "GetSessionToken":
            return self._session_token(form, signer)
        if operation == "GetFederationToken":
            return self._federation_token(form, signer)
        raise RefusalError("InvalidAction", f"Could not find operation {operation} for version 2011-06-15")

    def _session_token(self, form: Form, signer: Signer) -> dict[str, object]:
        rules.check_fields(form, (), (900, 129600))
        if isinstance(signer, Session):
            raise RefusalError("AccessDenied", "Cannot call GetSessionToken with session credentials", 403)
        session = self._issue(
            "session-token", int(form.get("DurationSeconds", "43200")), signer.account, signer.arn, _user_id(signer)
        )
        session.principal, session.may_assume = signer.arn, signer.may_assume
        session.mfa = self._mfa(form, signer)
        return {"Credentials": _credentials(session)}

    def _federation_token(self, form: Form, signer: Signer) -> dict[str, object]:
        rules.check_fields(form, ("Name",), (900, 129600))
        if isinstance(signer, Session):
            raise RefusalError("AccessDenied", "Cannot call GetFederationToken with session credentials", 403)
        if not 2 <= len(form["Name"]) <= 32 or len(form.get("Policy", "")) > 2048:
            raise RefusalError("ValidationError", "1 validation error detected: Member must satisfy constraint")
        percent, name = rules.packed_size(form, {}), form["Name"]
        arn = f"arn:aws:sts::{signer.account}:federated-user/{name}"
        seconds = int(form.get("DurationSeconds", "43200"))
        session = self._issue("federated", seconds, signer.account, arn, f"{signer.account}:{name}")
        session.may_assume = []
        user = {"FederatedUserId": session.user_id, "Arn": arn}
        return {"Credentials": _credentials(session), "FederatedUser": user, "PackedPolicySize": percent}

    def _assume_role(self, form: Form, signer: Signer) -> dict[str, object]:
        rules.check_fields(form, ("RoleArn", "RoleSessionName"), (900, 43200))
        tags = rules.tags_of(form)
        percent = rules.packed_size(form, tags)
        mfa = self._mfa(form, signer) or (isinstance(signer, Session) and signer.kind == "session-token" and signer.mfa)
        role = self._trusting(form, signer, mfa=mfa)
        transitive = self._tags(form, signer, role, tags)
        identity = self._source_identity(form, signer, role)
        chained = isinstance(signer, Session) and (signer.kind == "role" or self.world.mfa_session_chains)
        session = self._role_session(form, role, chained=chained)
        session.mfa, session.transitive, session.source_identity = mfa, transitive, identity
        return _assumed(session, percent, identity)

    def _web_identity(self, form: Form) -> dict[str, object]:
        rules.check_fields(form, ("RoleArn", "RoleSessionName", "WebIdentityToken"), (900, 43200))
        if len(form.get("Policy", "")) > 2048:
            raise RefusalError(
                "ValidationError",
                "1 validation error detected: Value at 'policy' failed to satisfy"
                " constraint: Member must have length less than or equal to 2048",
            )
        provider, claims = claims_of(form["WebIdentityToken"], self.world.providers, self._clock())
        percent = rules.packed_size(form, {})
        role = self.world.role(form["RoleArn"])
        if role is None or provider.issuer not in role.trusts or role.denied:
            raise RefusalError("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403)
        session = self._role_session(form, role, chained=False)
        more = {"SubjectFromWebIdentityToken": claims["sub"], "Provider": provider.issuer}
        return {**_assumed(session, percent, None), **more, "Audience": provider.audiences[0]}

    def _mfa(self, form: Form, signer: Signer) -> bool:
        serial, code = form.get("SerialNumber"), form.get("TokenCode")
        if serial is None and code is None:
            return False
        start = "MultiFactorAuthentication failed"
        if serial is None or code is None:
            words = f"{start}, must provide both MFA serial number and one time pass code."
            raise RefusalError("AccessDenied", words, 403)
        devices = signer.devices if isinstance(signer, User) else []
        device = next((one for one in devices if one.serial == serial), None)
        if device is None:
            words = (
                f"{start}, unable to validate MFA code.  Please verify your MFA serial number is valid and associated"
                " with this user."
            )
            raise RefusalError("AccessDenied", words, 403)
        step = rules.step_of(device.seed, code, self._clock())
        if step is None or (serial, step) in self._used:
            raise RefusalError("AccessDenied", f"{start} with invalid MFA one time pass code. ", 403)
        self._used.add((serial, step))
        return True

    def _trusting(self, form: Form, signer: Signer, *, mfa: bool) -> Role:
        """Return the role, if its trust policy and the caller's own policy let the caller have it."""
        arn = form["RoleArn"]
        role = self.world.role(arn)
        principal = signer.arn if isinstance(signer, User) else signer.principal
        root = f"arn:aws:iam::{signer.account}:root"
        allowed = "*" in signer.may_assume or arn in signer.may_assume
        fits = role is not None and (
            bool({principal, root} & set(role.trusts))
            and (role.external_id is None or form.get("ExternalId") == role.external_id)
            and (mfa or not role.mfa)
            and role.denied is None
        )
        if role is None or not fits or not allowed:
            words = f" {role.denied}" if role is not None and role.denied else ""
            raise _not_allowed(signer, "AssumeRole", arn, words)
        return role

    def _tags(self, form: Form, signer: Signer, role: Role, tags: dict[str, str]) -> dict[str, str]:
        inherited = signer.transitive if isinstance(signer, Session) else {}
        if (tags or inherited) and not role.tag_session:
            raise _not_allowed(signer, "TagSession", role.arn)
        if {one.lower() for one in tags} & {one.lower() for one in inherited}:
            words = (
                "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key"
                " from the calling session."
            )
            raise RefusalError("InvalidParameterValue", words)
        wanted = rules.members(form, "TransitiveTagKeys")
        if not set(wanted) <= set(tags):
            words = "The specified transitive tag key must be included in the requested tags."
            raise RefusalError("InvalidParameterValue", words)
        return inherited | {key: tags[key] for key in wanted}

    def _source_identity(self, form: Form, signer: Signer, role: Role) -> str | None:
        inherited = signer.source_identity if isinstance(signer, Session) else None
        wanted = form.get("SourceIdentity")
        changed = wanted is not None and inherited not in (None, wanted)
        identity = wanted or inherited
        unwanted = role.source_identity is not None and identity != role.source_identity
        if changed or unwanted or (identity and not role.set_source_identity):
            raise _not_allowed(signer, "SetSourceIdentity", role.arn)
        return identity

    def _role_session(self, form: Form, role: Role, *, chained: bool) -> Session:
        seconds = int(form.get("DurationSeconds", "3600"))
        start = "The requested DurationSeconds exceeds the"
        if chained and seconds > 3600:
            words = f"{start} 1 hour session limit for roles assumed by role chaining."
            raise RefusalError("ValidationError", words)
        if seconds > role.max_session:
            raise RefusalError("ValidationError", f"{start} MaxSessionDuration set for this role.")
        name = form["RoleSessionName"]
        arn = f"arn:aws:sts::{role.account}:assumed-role/{role.name}/{name}"
        session = self._issue("role", seconds, role.account, arn, f"AROA{role.name.upper()[:17]:X<17}:{name}")
        session.principal = role.arn
        return session

    def _issue(self, kind: str, seconds: int, account: str, arn: str, user_id: str) -> Session:
        lifetime = seconds if self.world.lifetime is None else min(seconds, self.world.lifetime)
        token = "FwoGZXIvYXdzE" + secrets.token_urlsafe(480) + "//+="
        session = Session(
            kind,
            new_key_id("ASIA"),
            new_secret(),
            token,
            account,
            arn,
            user_id,
            float(int(self._clock() + lifetime)),
            arn,
            ["*"],
        )
        self._sessions[session.access_key_id] = session
        return session


def _not_allowed(signer: Signer, action: str, role: str, words: str = "") -> RefusalError:
    kind = "User: "
    text = f"{kind}{signer.arn} is not authorized to perform: sts:{action} on resource: {role}{words}"
    return RefusalError("AccessDenied", text, 403)


def _identity(signer: Signer) -> dict[str, object]:
    user_id = _user_id(signer) if isinstance(signer, User) else signer.user_id
    return {"Arn": signer.arn, "UserId": user_id, "Account": signer.account}


def _user_id(user: User) -> str:
    return f"AIDA{user.name.upper()[:17]:X<17}"


def _credentials(session: Session) -> dict[str, object]:
    return {
        "AccessKeyId": session.access_key_id,
        "SecretAccessKey": session.secret_access_key,
        "SessionToken": session.token,
        "Expiration": timestamp(session.expires_at),
    }


def _assumed(session: Session, percent: int | None, identity: str | None) -> dict[str, object]:
    return {
        "Credentials": _credentials(session),
        "AssumedRoleUser": {"AssumedRoleId": session.user_id, "Arn": session.arn},
        "PackedPolicySize": percent,
        "SourceIdentity": identity,
    }


def _claimed(request: Request) -> tuple[str, str]:
    try:
        claim = claim_of(request)
    except RefusalError:
        return "", ""
    return claim.key_id, claim.region
