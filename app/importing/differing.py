"""Where the two AWS files differ about a profile: what each says, and reading them with the config file's word."""

from collections.abc import Iterable
from dataclasses import replace

from app.domain.values import dataclass
from app.importing.origins import KEY_ID, KEYS, SECRET_KEY
from app.importing.reading import AwsConfig, Section


@dataclass(frozen=True, slots=True)
class Difference:
    """Two values for one key. Of an access key it is the key's id, the secrets belong to it and are not said."""

    key: str
    config: str
    credentials: str


def differences(name: str, files: AwsConfig) -> tuple[Difference, ...]:
    """Return what a person can choose about a profile. botocore takes the credentials file's word."""
    config, credentials = files.config.get(name), files.credentials.get(name)
    if not config or not credentials:
        return ()
    found: list[Difference] = []
    for key, value in config.items():
        other = credentials.get(key)
        plain = isinstance(value, str) and isinstance(other, str)
        if key in KEYS or key in files.leaking or not plain or value == other:
            continue
        found.append(Difference(key, str(value), str(other)))
    keys = _keys(config), _keys(credentials)
    if KEY_ID not in files.leaking and all(KEY_ID in one and SECRET_KEY in one for one in keys) and keys[0] != keys[1]:
        found.append(Difference(KEY_ID, str(config[KEY_ID]), str(credentials[KEY_ID])))
    return tuple(found)


def with_config_values(files: AwsConfig, chosen: Iterable[tuple[str, str]]) -> AwsConfig:
    """Return the files as they would be read if the config file's value counted, for pairs of profile and key.

    What is no difference is passed over.
    """
    merged, credentials = dict(files.merged), dict(files.credentials)
    for name, key in chosen:
        if all(one.key != key for one in differences(name, files)):
            continue
        wanted = _keys(files.config[name]) if key == KEY_ID else {key: files.config[name][key]}
        drop = KEYS if key == KEY_ID else (key,)
        for table in (merged, credentials):
            table[name] = {**{one: value for one, value in table[name].items() if one not in drop}, **wanted}
    return replace(files, merged=merged, credentials=credentials)


def _keys(section: Section) -> dict[str, object]:
    return {key: section[key] for key in KEYS if key in section}
