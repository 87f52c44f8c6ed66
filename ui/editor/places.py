"""Which page of the profile editor has the field of a key: known before any page is there. No Qt."""

GENERAL, SOURCE, CHAIN, DELIVERY, SAFETY = range(5)

KEYS: dict[int, tuple[str, ...]] = {
    GENERAL: (
        *("name", "group", "tags", "region", "aliases", "note", "favorite", "title", "start", "env"),
        *("console.destination", "console.browser", "console.container"),
    ),
    SOURCE: ("source", "base", "duration", "mfa", "account_id", "role_name"),
    CHAIN: ("roles",),
    DELIVERY: tuple(
        f"delivery.{key}" for key in ("credentials_file", "credential_process", "endpoint", "config_region")
    ),
    SAFETY: tuple(
        f"safety.{key}"
        for key in (
            "production",
            "label",
            "color",
            "confirm",
            "approve_programs",
            "read_only",
            "auto_stop",
            "stop_on_lock",
        )
    ),
}
WHOLE = {SOURCE: ("source",), CHAIN: ("roles",)}  # what a page asks for as a whole, and no field of it
_PAGES = {key: page for page, keys in KEYS.items() for key in keys}


def place_of(key: str) -> int | None:
    """Return the number of the page with the field that claims a dotted key, None where no field does."""
    parts = key.split(".")
    starts = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((_PAGES[one] for one in starts if one in _PAGES), None)
