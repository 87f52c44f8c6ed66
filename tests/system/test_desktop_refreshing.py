"""What the idle application does by itself: sessions are renewed in time, and edits of the catalog are taken."""

import time

import pytest

from tests.support.desktop import end, wait_for
from tests.support.desktop_world import DEV, HUB, catalog
from tests.support.installed import Installed, Notices, pick
from tests.support.strict_sts import StrictSts
from tests.support.tray import Tray

LIFETIME = 8.0
WATCHED = 16.0


@pytest.mark.slow
def test_sessions_of_seconds_are_renewed_and_the_file_never_holds_an_expired_one(
    rolecall: Installed, tray: Tray, sts: StrictSts
) -> None:
    sts.world.lifetime = LIFETIME
    process = rolecall.start()
    pick(tray, "Start dev")
    wait_for("the section", lambda: rolecall.section("dev"))
    seen: set[str] = set()
    until = time.monotonic() + WATCHED
    while time.monotonic() < until:
        key = (rolecall.section("dev") or {})["aws_access_key_id"]
        session = sts.aws.session(key)
        assert session is not None
        assert session.expires_at > sts.now(), "an expired session stands in the file"
        seen.add(key)
        time.sleep(0.02)
    # each is renewed at half its life; times are whole seconds, so that a second goes into rounding
    assert WATCHED / (LIFETIME / 2) - 1 <= len(seen) <= WATCHED / (LIFETIME / 2 - 1) + 1
    assert sts.count("AssumeRole", DEV) == len(seen), "no call more than the sessions that were delivered"
    assert sts.count("AssumeRole", HUB) <= len(seen)
    assert not [one for one in sts.calls if one.code]
    assert rolecall.profile("dev")["state"] in {"active", "renewing"}
    assert end(process) == 0


@pytest.mark.slow
def test_an_edit_of_the_catalog_is_taken_within_a_second_and_a_broken_one_is_told(
    rolecall: Installed, tray: Tray, notices: Notices
) -> None:
    process = rolecall.start()
    pick(tray, "Start hub")
    wait_for("the section", lambda: rolecall.section("hub"))
    more = '\n[profiles.late]\nsource = "acme"\nfavorite = true\n[profiles.late.delivery]\ncredentials_file = "late"\n'
    rolecall.write_catalog(catalog(more=more))
    begun = time.monotonic()
    wait_for("the new profile in the menu", lambda: tray.menu().find("Start late"))
    assert time.monotonic() - begun < 1.5

    with rolecall.catalog.open("a", encoding="utf-8") as file:  # in place, as some editors write
        file.write("\n[profiles.late\nthis is no TOML")
    notices.wait("profiles.toml")
    assert f"Line {len(rolecall.catalog.read_text().splitlines()) - 1}" in notices.text, "the line is named"
    rolecall.shot("catalog-broken")
    assert tray.menu().find("Start late"), "the last good catalog stays in use"
    assert tray.menu().find("hub, ", "Stop")
    broken = rolecall.catalog.read_bytes()
    pick(tray, "hub, ", "Make default")  # wants to save: never over what cannot be read
    time.sleep(1)
    assert rolecall.catalog.read_bytes() == broken

    rolecall.write_catalog(catalog(more=more.replace("late", "later")))
    begun = time.monotonic()
    wait_for("the mended catalog", lambda: tray.menu().find("Start later"))
    assert time.monotonic() - begun < 1.5
    assert end(process) == 0


@pytest.mark.slow
def test_a_profile_deleted_outside_is_stopped_and_its_section_given_back(rolecall: Installed, tray: Tray) -> None:
    process = rolecall.start()
    pick(tray, "Start hub")
    wait_for("the section", lambda: rolecall.section("hub"))
    text = catalog()
    begin, end_of = text.index("[profiles.hub]"), text.index("[profiles.dev]")
    rolecall.write_catalog(text[:begin] + text[end_of:])
    wait_for("the section given back", lambda: rolecall.section("hub") is None, 5)
    assert tray.menu().find("hub, ") is None
    assert end(process) == 0
