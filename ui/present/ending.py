"""Sessions that auto_stop will end, and those that it will end soon."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from app.domain.names import ProfileName
from app.domain.profile import Catalog, Profile
from app.domain.session import Status, Stopped

SOON = timedelta(minutes=10)


def stops_at(profile: Profile, status: Status) -> datetime | None:
    """Return when the profile is stopped by itself; None: never, or it does not run."""
    return None if isinstance(status.state, Stopped) else profile.safety.stops_at(status.started_at)


def stopping_soon(
    catalog: Catalog, statuses: Mapping[ProfileName, Status], now: datetime
) -> tuple[tuple[Profile, datetime], ...]:
    """Return the profiles that are stopped within ten minutes; of a short auto_stop, in its last fifth."""
    found: list[tuple[Profile, datetime]] = []
    for name, status in statuses.items():
        profile = catalog.profiles.get(name)
        at = None if profile is None else stops_at(profile, status)
        if profile is not None and at is not None and profile.safety.auto_stop is not None:
            before = min(SOON, profile.safety.auto_stop / 5)
            if timedelta() < at - now <= before:
                found.append((profile, at))
    return tuple(found)
