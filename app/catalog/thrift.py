"""A catalog in less memory: `tomllib` makes each key and each text anew, and thousands of tables say much the same."""

from typing import Any, cast

from app.catalog.tables import Table


def with_texts_once(data: Table) -> Table:
    """Return the same values in the same order, in which equal texts are one object; `data` is empty afterwards.

    The tables of profiles and sources are taken over one by one, so that there are never two of the whole.
    """
    texts: dict[str, str] = {}
    made: Table = {}
    for kind in tuple(data):
        found: object = data.pop(kind)
        if isinstance(found, dict):
            tables = cast(Table, found)
            made[kind] = {_once(name, texts): _once(tables.pop(name), texts) for name in tuple(tables)}
        else:
            made[kind] = _once(found, texts)
    return made


def _once(value: Any, texts: dict[str, str]) -> Any:  # noqa: ANN401  a value of TOML
    if isinstance(value, str):
        return texts.setdefault(value, value)
    if isinstance(value, dict):
        return {texts.setdefault(key, key): _once(inner, texts) for key, inner in cast(Table, value).items()}
    if isinstance(value, list):
        return [_once(inner, texts) for inner in cast(list[Any], value)]
    return value
