"""What failed below AWS, as problems: names, connections, TLS, proxies, time.

The words of the libraries are not passed on: they hold addresses of objects, and a proxy's password.
"""

import errno
import socket

from app.domain.problem import Code, Problem, Verb

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0  # for one read of an answer
_CHAIN_MAXIMUM = 10
_PROXY_AUTH = "407"
# what it means, by the system's number
_REASONS = {
    errno.ECONNREFUSED: "refused",
    errno.ECONNRESET: "cut",
    errno.ECONNABORTED: "cut",
    errno.EPIPE: "cut",
    errno.EHOSTUNREACH: "unreachable",
    errno.ENETUNREACH: "unreachable",
    errno.ENETDOWN: "unreachable",
    errno.EHOSTDOWN: "unreachable",
}


def network_problem(error: BaseException, host: str) -> Problem:
    """Return the problem for a call that got no answer of AWS: an error of urllib3, botocore or the system."""
    import ssl

    from urllib3 import exceptions

    causes = _causes(error)
    if any(isinstance(one, exceptions.ProxyError) or type(one).__name__ == "ProxyConnectionError" for one in causes):
        reason = "proxy-sign-in" if any(_PROXY_AUTH in str(one) for one in causes) else _reason(causes)
        return Problem.of(Code.NETWORK_PROXY, Verb.CHECK_PROXY, host=host, reason=reason)
    untrusted = next((one for one in causes if isinstance(one, ssl.SSLCertVerificationError)), None)
    if untrusted is not None:
        reason = f"{untrusted.verify_message or 'certificate verify failed'}.".capitalize()
        return Problem.of(Code.NETWORK_TLS, Verb.CHECK_CA, host=host, reason=reason)
    if any(isinstance(one, ssl.SSLError | exceptions.SSLError) for one in causes):
        return Problem.of(Code.NETWORK, Verb.CHECK_NETWORK, host=host, reason="tls")
    seconds = _seconds(causes)
    if seconds:
        return Problem.of(Code.NETWORK_TIMEOUT, Verb.CHECK_NETWORK, host=host, seconds=seconds)
    if any(type(one).__name__ == "ResponseParserError" for one in causes):
        return Problem.of(Code.NETWORK_ANSWER, Verb.CHECK_NETWORK, host=host)
    return Problem.of(Code.NETWORK, Verb.CHECK_NETWORK, host=host, reason=_reason(causes))


def _causes(error: BaseException) -> list[BaseException]:
    """Return the error and what is behind it, wherever the libraries keep that."""
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting and len(found) < _CHAIN_MAXIMUM:
        one = waiting.pop(0)
        if isinstance(one, BaseException) and one not in found:
            found.append(one)
            inner = getattr(one, "kwargs", None)
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
            waiting += [inner.get("error")] if isinstance(inner, dict) else []  # pyright: ignore[reportUnknownMemberType]
    return found


def _seconds(causes: list[BaseException]) -> int:
    """Return the time limit that was passed, 0 if none was."""
    from urllib3 import exceptions

    if any(isinstance(one, exceptions.NewConnectionError) for one in causes):
        return 0  # in urllib3 a kind of time-out, whatever the reason was
    if any(isinstance(one, exceptions.ConnectTimeoutError) for one in causes):
        return int(CONNECT_SECONDS)
    return int(READ_SECONDS) if any(isinstance(one, exceptions.TimeoutError | TimeoutError) for one in causes) else 0


def _reason(causes: list[BaseException]) -> str:
    """Return a key of the texts' reasons."""
    from urllib3 import exceptions

    if any(isinstance(one, socket.gaierror | exceptions.NameResolutionError) for one in causes):
        return "no-such-name"
    if any(isinstance(one, exceptions.IncompleteRead) for one in causes):
        return "answer-cut"
    numbers = [one.errno for one in causes if isinstance(one, OSError)]
    known = next((_REASONS[one] for one in numbers if one in _REASONS), None)
    if known is None and any(isinstance(one, exceptions.ProtocolError) for one in causes):
        return "cut"
    return known or "no-connection"
