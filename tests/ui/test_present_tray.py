"""The tray as data."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from app.domain.names import ProfileName
from app.domain.problem import AttentionKind, Code, Problem
from app.domain.profile import Catalog
from app.domain.session import Attention, Expired, Renewing, Starting, Status, Waiting, lease_of
from tests.ui.fakes.core import NOW, active
from tests.ui.fakes.reading import fake_core
from tests.ui.fakes.sample import DENIED
from ui.present.menu import Do, Entry, Icon
from ui.present.tray import TrayInput, icon_of, menu_of, next_refresh, running_order, tooltip_of

LEASE = lease_of(active("prod-admin").state)
assert LEASE is not None


def of(*statuses: Status, **more: object) -> TrayInput:
    core, _ = fake_core(running=False)
    made = TrayInput(core.catalog, {one.profile: one for one in statuses}, NOW, zone=UTC)
    return replace(made, **more)  # type: ignore[arg-type]


def labels(entries: tuple[Entry, ...]) -> list[str]:
    return [entry.text or "-" for entry in entries]


def find(entries: tuple[Entry, ...], key: str) -> Entry:
    return next(entry for entry in entries if entry.key == key)


@pytest.mark.parametrize(
    ("states", "icon"),
    [
        ([], Icon.IDLE),
        ([active("prod-admin")], Icon.ACTIVE),
        ([Status(ProfileName("ci-debug"), Starting(NOW))], Icon.IDLE),
        ([Status(ProfileName("ci-debug"), Starting(NOW - timedelta(seconds=2)))], Icon.REFRESHING),
        ([active("prod-admin", state=Renewing(LEASE, NOW))], Icon.ACTIVE),
        ([active("prod-admin", state=Renewing(LEASE, NOW - timedelta(seconds=2)))], Icon.REFRESHING),
        ([active("prod-admin", state=Waiting(LEASE, DENIED, NOW))], Icon.ATTENTION),
        ([active("prod-admin", state=Attention(AttentionKind.MFA, DENIED, NOW))], Icon.ATTENTION),
        ([active("prod-admin", state=Attention(AttentionKind.REFUSED, DENIED, NOW, LEASE))], Icon.ATTENTION),
        ([active("prod-admin", state=Attention(AttentionKind.REFUSED, DENIED, NOW))], Icon.ERROR),
        ([active("prod-admin", state=Expired(NOW, DENIED)), active("ci-debug")], Icon.ERROR),
    ],
)
def test_the_strongest_state_is_the_icon(states: list[Status], icon: Icon) -> None:
    assert icon_of(of(*states)) is icon


def test_an_ended_session_that_was_looked_at_is_no_error_any_more() -> None:
    ended = active("prod-admin", state=Expired(NOW, DENIED))
    assert icon_of(of(ended, seen=frozenset({"prod-admin"}))) is Icon.IDLE
    assert icon_of(of(ended, active("ci-debug"), seen=frozenset({"prod-admin"}))) is Icon.ACTIVE


def test_the_first_entry_opens_the_window() -> None:
    for shown in (of(), of(active("prod-admin")), of(active("prod-admin"), paused=True)):
        assert menu_of(shown)[0].do is Do.OPEN


def test_header_counts_and_names_the_next_refresh() -> None:
    menu = menu_of(of(active("prod-admin"), active("ci-debug", minutes=50)))
    assert menu[0].text == "2 sessions, next refresh 14:37"
    assert menu_of(of())[0].text == "No active session"


def test_paused() -> None:
    until = NOW + timedelta(hours=1)
    menu = menu_of(of(active("prod-admin"), paused=True, paused_until=until))
    assert menu[0].text == "Refreshing paused until 15:24"
    assert find(menu, "resume").do is Do.RESUME
    assert not any(entry.key == "pause" for entry in menu)
    assert menu_of(of(paused=True))[0].text == "Refreshing paused"


def test_production_is_written_out_and_an_ampersand_is_no_mnemonic() -> None:
    core, _ = fake_core('[sources.s]\nkind="environment"\n[profiles."a-b"]\nsource="s"\n', running=False)
    menu = menu_of(of(active("prod-admin")))
    assert find(menu, "session-prod-admin").text == "prod-admin (prod), 27 min left"
    assert core.catalog.profiles


def test_windows_has_a_right_column() -> None:
    assert find(menu_of(of(active("ci-debug"), tab=True)), "session-ci-debug").text == "ci-debug\t27 min"


def test_a_session_offers_what_can_be_done() -> None:
    entry = find(menu_of(of(active("prod-admin"))), "session-prod-admin")
    assert [one.do for one in entry.entries if one.text] == [
        Do.NOTHING, Do.COPY_READ_ONLY, Do.CONSOLE, Do.DEFAULT, Do.RENEW, Do.SHOW, Do.STOP,
    ]  # fmt: skip
    copies = entry.entries[0].entries
    assert [one.argument for one in copies] == ["bash", "fish", "powershell", "cmd", "dotenv", "json"]
    assert all(one.do is Do.COPY and one.subject == "prod-admin" for one in copies)


def test_nothing_to_copy_without_a_valid_session() -> None:
    entry = find(menu_of(of(active("ci-debug", state=Expired(NOW)))), "session-ci-debug")
    assert entry.text == "ci-debug, expired"
    assert not entry.entries[0].enabled


def test_favorites_then_recents_four_each_never_twice() -> None:
    shown = of(active("prod-admin"), recents=["prod-admin", "staging-admin", "network-ops", "gone", "audit-viewer"])
    menu = menu_of(shown)
    started = [entry.subject for entry in menu if entry.do is Do.START]
    assert started == ["billing-view", "prod-readonly", "staging-admin", "network-ops", "audit-viewer"]
    assert not find(menu, "favorite-title").enabled


def test_more_than_eight_sessions_go_below() -> None:
    names = [f"p{number}" for number in range(11)]
    toml = '[sources.s]\nkind="environment"\n' + "".join(f'[profiles.{name}]\nsource="s"\n' for name in names)
    core, _ = fake_core(toml, running=False)
    statuses = {ProfileName(name): active(name, minutes=10 + n) for n, name in enumerate(names)}
    menu = menu_of(TrayInput(core.catalog, statuses, NOW))
    assert sum(entry.key.startswith("session-") for entry in menu) == 8
    assert [one.key for one in find(menu, "more").entries] == ["session-p8", "session-p9", "session-p10"]


def test_the_problem_line_opens_the_profile() -> None:
    menu = menu_of(of(active("prod-admin"), active("ci-debug", state=Waiting(LEASE, DENIED, NOW))))
    line = find(menu, "problem")
    assert (line.do, line.subject, line.text) == (Do.SHOW, "ci-debug", "ci-debug: refresh failed…")


def test_default_profile_choices() -> None:
    menu = menu_of(of(active("prod-admin")))
    entry = find(menu, "default")
    assert entry.text == "&Default profile: dev-poweruser"
    assert [one.subject for one in entry.entries if one.checked] == ["dev-poweruser"]
    assert entry.entries[-1].key == "default-none"


def test_no_profiles_and_not_ready() -> None:
    assert labels(menu_of(TrayInput(Catalog(), {}, NOW))) == ["&Set up Rolecall…", "&Open Rolecall", "&Quit"]
    assert labels(menu_of(TrayInput(Catalog(), {}, NOW, ready=False))) == ["&Open Rolecall", "&Quit"]


def test_keys_are_unique_at_each_level() -> None:
    core, _ = fake_core()
    shown = TrayInput(core.catalog, core.engine.store.statuses, NOW, recents=list(core.catalog.profiles))

    def walk(entries: tuple[Entry, ...]) -> None:
        keys = [entry.key for entry in entries]
        assert len(keys) == len(set(keys))
        for entry in entries:
            walk(entry.entries)

    walk(menu_of(shown))


def test_tooltip() -> None:
    assert tooltip_of(of()) == "Rolecall: no active session"
    said = tooltip_of(of(active("prod-admin"), active("ci-debug", state=Waiting(LEASE, DENIED, NOW))))
    assert said == "Rolecall: 2 sessions active\nci-debug: refresh failed…"


def test_next_refresh_is_that_of_a_session_that_is_refreshed_by_itself() -> None:
    broken = active("prod-admin", state=Attention(AttentionKind.REFUSED, DENIED, NOW, LEASE))
    network = Problem.of(Code.NETWORK, host="h", reason="r")
    waits = active("ci-debug", state=Waiting(LEASE, network, NOW + timedelta(seconds=5)))
    assert next_refresh({broken.profile: broken}, NOW) is None
    assert next_refresh({broken.profile: broken, waits.profile: waits}, NOW) == (NOW + timedelta(seconds=5), "ci-debug")


def test_locked_offers_to_unlock() -> None:
    assert find(menu_of(of(locked=True)), "unlock").do is Do.UNLOCK


def test_a_renewal_moves_nothing_while_the_same_profiles_run() -> None:
    first = of(active("prod-admin", minutes=10), active("dev-poweruser", minutes=40))
    order = running_order(first)
    assert order == ("prod-admin", "dev-poweruser")
    renewed = of(active("prod-admin", minutes=60), active("dev-poweruser", minutes=40))
    assert running_order(renewed) == ("dev-poweruser", "prod-admin")
    assert running_order(replace(renewed, order=order)) == order


def test_a_problem_comes_first_and_another_set_of_profiles_is_put_in_order_anew() -> None:
    order = ("prod-admin", "dev-poweruser")
    calm = active("prod-admin", minutes=60)
    lease = lease_of(active("dev-poweruser", minutes=40).state)
    assert lease is not None
    troubled = Status(ProfileName("dev-poweruser"), Waiting(lease, DENIED, NOW))
    assert running_order(of(calm, troubled, order=order)) == ("dev-poweruser", "prod-admin")
    three = of(calm, active("dev-poweruser", minutes=40), active("billing-view", minutes=5), order=order)
    assert running_order(three) == ("billing-view", "dev-poweruser", "prod-admin")
