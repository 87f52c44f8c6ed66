"""The child process: moto's server with one IAM user and the roles of the cast. Ends when its standard input does.

Reads one line of JSON (`lifetime` in seconds, `secret_access_key`, `totp_seed`), prints one (`port`).
"""

import json
import os
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from time import time
from typing import Any, cast

from app.demo.answers import StsAnswers, WsgiApp
from app.demo.cast import ACCESS_KEY_ID, ROLES, USER, USER_ACCOUNT
from app.domain.totp import code_of, step_at

_LONGEST_SECONDS = 24 * 3600  # a forgotten demo ends too
_LONGEST_SESSION = "43200"
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}


def main() -> None:
    """Serve until the parent is gone."""
    order = json.loads(sys.stdin.readline())
    server = _server(
        StsAnswers(_moto(), timedelta(seconds=order["lifetime"]), _people_it(order), _checker(order["totp_seed"]))
    )
    threading.Thread(target=_end_with_parent, daemon=True).start()
    end = threading.Timer(_LONGEST_SECONDS, os._exit, [0])
    end.daemon = True
    end.start()
    print(json.dumps({"port": server.server_address[1]}), flush=True)  # noqa: T201  this is how it answers
    server.serve_forever()


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


def _moto() -> WsgiApp:
    moto = import_module("moto.moto_server.werkzeug_app")
    return cast(WsgiApp, moto.DomainDispatcherApplication(moto.create_backend_app))


def _server(application: WsgiApp) -> Any:  # noqa: ANN401  werkzeug's server; the extra may not be installed
    handler = import_module("moto.moto_server.werkzeug_app").MotoRequestHandler
    quiet = type("Quiet", (handler,), {"log": _say_nothing})  # what it logs is the demo's own traffic
    make = import_module("werkzeug.serving").make_server
    return make("127.0.0.1", 0, application, threaded=True, request_handler=quiet)


def _say_nothing(*_: object) -> None:
    pass


def _people_it(order: dict[str, Any]) -> frozenset[str]:
    """Create the user and the roles; return the roles' ARNs."""
    iam_backends = import_module("moto.iam.models").iam_backends
    backend = iam_backends[USER_ACCOUNT]["aws"]
    user = backend.create_user("us-east-1", USER)
    key = user.create_access_key("AKIA")
    # moto draws a key of its own; the catalog names this one
    key.access_key_id, key.secret_access_key = ACCESS_KEY_ID, order["secret_access_key"]
    backend.access_keys[ACCESS_KEY_ID] = key
    return frozenset(_role(iam_backends[account]["aws"], one) for account, names in ROLES.items() for one in names)


def _role(backend: Any, path_and_name: str) -> str:  # noqa: ANN401  moto's IAM
    path, _, name = f"/{path_and_name}".rpartition("/")
    role = backend.create_role(name, json.dumps(_TRUST), f"{path}/", None, "", [], _LONGEST_SESSION)
    return str(role.arn)


def _checker(seed: str) -> Callable[[str], bool]:
    def right(code: str) -> bool:
        step = step_at(time())
        return any(code == code_of(seed, one) for one in (step - 1, step, step + 1))

    return right


if __name__ == "__main__":
    main()
