"""AWS files with profiles of all kinds, made from a seed, with the mistakes that people make in them."""

from dataclasses import dataclass, field
from pathlib import Path
from random import Random

SERIAL = "arn:aws:iam::111122223333:mfa/ana"


@dataclass
class AwsProfiles:
    """Both files while they are made. `tokens`: by token file; `sessions`: key ids of other tools' keys."""

    folder: Path
    random: Random
    config: dict[str, dict[str, str]] = field(default_factory=dict)
    credentials: dict[str, dict[str, str]] = field(default_factory=dict)
    extra: list[str] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    number: int = 0

    @property
    def config_path(self) -> Path:
        return self.folder / "config"

    @property
    def credentials_path(self) -> Path:
        return self.folder / "credentials"

    def write(self) -> None:
        """Write both files, sections in an order of chance."""
        config = [(f"profile {self._quoted(name)}", one) for name, one in self.config.items()]
        self.random.shuffle(config)
        text = "".join(_section(header, one) for header, one in config) + "".join(self.extra)
        self.config_path.write_text(text)
        credentials = list(self.credentials.items())
        self.random.shuffle(credentials)
        self.credentials_path.write_text("".join(_section(name, one) for name, one in credentials))
        for path in (self.config_path, self.credentials_path):
            path.chmod(0o600)

    @staticmethod
    def _quoted(name: str) -> str:
        return f'"{name}"' if " " in name else name

    def next(self) -> int:
        self.number += 1
        return self.number

    def name(self, kind: str) -> str:
        number = self.next()
        return self.random.choice([f"{kind}-{number}", f"{kind}/{number}", f"{kind} {number}", f"{kind}.{number}"])

    def pair(self, number: int) -> dict[str, str]:
        return {
            "aws_access_key_id": f"AKIA{number:016}",
            "aws_secret_access_key": f"{number:04}" + "abcdEFGH+/" * 3 + "123456",
        }

    # first credentials

    def keys(self) -> str:
        name, pair = self.name("keys"), self.pair(self.next())
        where = self.random.choice(["credentials", "config", "both"])
        if where in ("credentials", "both"):
            self.credentials[name] = dict(pair)
        if where in ("config", "both"):
            self.config[name] = {**pair, "region": "eu-west-1"}
        elif self.random.random() < 0.5:
            self.config[name] = {"region": "eu-central-1", "output": "json"}
        return name

    def session(self) -> str:
        name, number = self.name("tool"), self.next()
        self.credentials[name] = {**self.pair(number), "aws_session_token": "token"}
        self.credentials[name]["aws_access_key_id"] = self.sessions[name] = f"ASIA9{number:015}"
        return name

    def process(self) -> str:
        name = self.name("process")
        self.config[name] = {"credential_process": f"/opt/bin/helper-{self.next()} --role 'a b' \"c\""}
        return name

    def sso(self) -> str:
        name, session = self.name("sso"), f"session{self.random.randrange(3)}"
        start = {"sso_start_url": f"https://{session}.awsapps.com/start", "sso_region": "eu-west-1"}
        who = {"sso_account_id": f"{self.next():012}", "sso_role_name": "Developer"}
        if self.random.random() < 0.5:
            self.config[name] = {**start, **who}
        else:
            self.config[name] = {"sso_session": session, **who}
            text = _section(f"sso-session {session}", {**start, "sso_registration_scopes": "sso:account:access"})
            if text not in self.extra:
                self.extra.append(text)
        return name

    def web(self) -> str:
        name, number = self.name("web"), self.next()
        file = self.folder / f"token-{number}"
        file.write_text(f"token{number}")
        self.tokens[str(file)] = f"token{number}"
        self.config[name] = {
            "web_identity_token_file": str(file),
            "role_arn": f"arn:aws:iam::123456789012:role/web-{number}",
            "duration_seconds": "7200",
        }
        if self.random.random() < 0.5:
            self.config[name]["role_session_name"] = f"session-{number}"
        return name

    def way(self) -> str:
        name = self.role(None)
        del self.config[name]["source_profile"]
        self.config[name]["credential_source"] = self.random.choice(
            ["Environment", "Ec2InstanceMetadata", "EcsContainer"]
        )
        return name

    # roles

    def role(self, source: str | None, *, mfa: bool = False) -> str:
        name, number, random = self.name("role"), self.next(), self.random
        section = {
            "role_arn": f"arn:aws:iam::{random.randrange(10**12):012}:role/path/r-{number}",
            "source_profile": source or name,
        }
        if random.random() < 0.5:
            section["external_id"] = f"ext-{number}"
        if random.random() < 0.5:
            section["duration_seconds"] = random.choice(["900", "3600", "7200", "43200", "soon", " 1800"])
        if random.random() < 0.5:
            section["role_session_name"] = f"who-{number}"
        if mfa:
            section["mfa_serial"] = random.choice([SERIAL, SERIAL, f"GAHT{number:08}"])
        if random.random() < 0.2:
            section["endpoint_url"] = f"https://sts-{number % 3}.example.com"
        elif random.random() < 0.2:
            section["services"] = "local"
        target = self.credentials if random.random() < 0.1 else self.config
        target[name] = section
        if target is self.credentials:
            self.config[name] = {"region": "us-west-2"}
            self.config[name].update(section)
        return name

    def own_keys_first(self) -> str:
        """A profile that names itself, and whose keys win where another one names it."""
        name = self.role(None)
        self.config[name]["source_profile"] = name
        self.credentials.setdefault(name, {}).update(self.pair(self.next()))
        return name

    def mistakes(self) -> list[str]:
        """Profiles that botocore cannot use either."""
        keys = self.keys()
        both, neither, lost, half, one, two, self_named, word = (self.name("wrong") for _ in range(8))
        arn = "arn:aws:iam::123456789012:role/wrong"
        self.config |= {
            both: {"role_arn": arn, "source_profile": keys, "credential_source": "Environment"},
            neither: {"role_arn": arn},
            lost: {"role_arn": arn, "source_profile": "no-such-profile"},
            one: {"role_arn": arn, "source_profile": two},
            two: {"role_arn": arn, "source_profile": one},
            self_named: {"role_arn": arn, "source_profile": self_named},
            word: {"role_arn": arn, "credential_source": "Elsewhere"},
        }
        self.credentials[half] = {"aws_access_key_id": f"AKIA{self.next():016}"}
        behind = self.role(half)
        back = self.role(None)
        self.config[back]["source_profile"] = (over := self.role(back))
        self.config[back] |= self.pair(self.next())
        del over
        return [both, neither, lost, half, one, two, self_named, word, behind, back]


def _section(header: str, values: dict[str, str]) -> str:
    return f"[{header}]\n" + "".join(f"{key} = {value}\n" for key, value in values.items()) + "\n"


LOCAL = (
    "[services local]\nsts =\n  endpoint_url = http://127.0.0.1:4566\ns3 =\n  endpoint_url = http://127.0.0.1:4567\n\n"
)


def profiles_of_all_kinds(folder: Path, seed: int, count: int) -> AwsProfiles:
    """Return at least `count` profiles: every first credential, and chains of one to four roles on top."""
    made = AwsProfiles(folder, Random(seed))
    made.extra.append(LOCAL)
    firsts = [made.keys, made.session, made.process, made.sso, made.web, made.way, made.own_keys_first]
    made.mistakes()
    while len({*made.config, *made.credentials}) < count:
        first = made.random.choice(firsts)
        name = first()
        long_lived = first in (made.keys, made.process, made.session, made.own_keys_first)
        for _ in range(made.random.randrange(5)):
            name = made.role(name, mfa=long_lived and made.random.random() < 0.3)
    made.write()
    return made
