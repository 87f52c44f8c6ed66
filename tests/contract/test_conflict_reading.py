"""What a conflict says that AWS's programs read is what botocore takes."""

from pathlib import Path

import botocore.credentials
import botocore.exceptions
import botocore.session
import pytest

from app.awsfiles.conflicts import reading_of
from app.awsfiles.document import Document
from app.domain.conflict import Reads

KEYS = "aws_access_key_id = AKIAEXAMPLE000000001\naws_secret_access_key = example\n"
ROLE = "role_arn = arn:aws:iam::111122223333:role/r\n"
SSO = "sso_role_name = r\nsso_account_id = 111122223333\nsso_start_url = https://x.example\nsso_region = eu-west-1\n"
PROCESS = 'credential_process = printf \'{"Version":1,"AccessKeyId":"a","SecretAccessKey":"b"}\'\n'
OF_METHOD = {
    "assume-role": Reads.ROLE,
    "assume-role-with-web-identity": Reads.WEB_IDENTITY,
    "sso": Reads.IDENTITY_CENTER,
    "custom-process": Reads.PROCESS,
    "config-file": Reads.CONFIG_KEYS,
}


def by_botocore(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Reads:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(folder / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    try:
        found = botocore.session.Session(profile="dev").get_credentials()
    except botocore.exceptions.PartialCredentialsError:
        return Reads.HALF
    if found is None:
        return Reads.NOTHING
    if found.method == "shared-credentials-file":
        return Reads.SESSION if found.token else Reads.LONG_LIVED
    return OF_METHOD[found.method]


@pytest.mark.parametrize(
    ("here", "config"),
    [
        (KEYS, ""),
        (KEYS + "aws_session_token = t\n", ""),
        (KEYS + "aws_security_token = t\n", ""),
        (KEYS, PROCESS),
        (KEYS, "aws_access_key_id = other\naws_secret_access_key = other\n"),
        (KEYS, SSO),
        (KEYS, ROLE + "source_profile = base\n"),
        (KEYS + ROLE + "source_profile = base\n", ""),
        (KEYS, ROLE + "web_identity_token_file = /tmp/t\n"),
        (KEYS + ROLE, "web_identity_token_file = /tmp/t\n"),
        ("region = x\n", PROCESS),
        (PROCESS, KEYS),
        ("region = x\n", KEYS),
        ("region = x\n", ""),
        ("aws_access_key_id = a\n", ""),
    ],
)
def test_what_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, here: str, config: str) -> None:
    base = f"[base]\n{KEYS}"
    (tmp_path / "credentials").write_text(f"{base}[dev]\n{here}")
    (tmp_path / "config").write_text(f"[profile dev]\n{config}")
    documents = [Document((tmp_path / name).read_bytes()) for name in ("credentials", "config")]
    assert reading_of(*documents, "dev").by is by_botocore(tmp_path, monkeypatch)
