"""Reading the catalog: plain values (of TOML, or of a form) to checked values of the domain, with findings. Pure.

Keys in findings are dotted and count hops and list entries from 1: "roles.1.external_id", "delivery.credentials_file";
"name" is the table's own name.
"""

from app.domain.reading.catalog import CATALOG_SCHEMA, Reading, read_catalog
from app.domain.reading.check import (
    Checks,
    check_account,
    check_group,
    check_profile,
    check_settings,
    check_source,
    check_table,
)
from app.domain.reading.profiles import parse_profile
from app.domain.reading.settings import parse_settings
from app.domain.reading.shared import parse_account, parse_group
from app.domain.reading.sources import parse_source

__all__ = [
    "CATALOG_SCHEMA",
    "Checks",
    "Reading",
    "check_account",
    "check_group",
    "check_profile",
    "check_settings",
    "check_source",
    "check_table",
    "parse_account",
    "parse_group",
    "parse_profile",
    "parse_settings",
    "parse_source",
    "read_catalog",
]
