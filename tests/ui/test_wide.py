"""What several profiles fail from is said once, above all, and tried again for all."""

from collections.abc import Mapping
from datetime import UTC, timedelta

from app.domain.names import ProfileName
from app.domain.problem import AttentionKind, Code, Problem, Verb
from app.domain.session import Active, Attention, Expired, Lease, Renewing, Starting, Status, Waiting
from tests.ui.fakes.core import NOW, FakeCore
from ui.main_window.window import MainWindow
from ui.present.remedies import Do
from ui.present.wide import wide_of

DOWN = Problem.of(Code.NETWORK, Verb.CHECK_NETWORK, host="sts.eu-central-1.amazonaws.com", reason="no-such-name")
SLOW = Problem.of(Code.NETWORK_TIMEOUT, Verb.CHECK_NETWORK, host="sts.us-east-1.amazonaws.com", seconds=5)
LOCKED = Problem.of(Code.VAULT_LOCKED, Verb.UNLOCK_KEYRING)
DENIED = Problem.of(Code.ACCESS_DENIED, Verb.EDIT_HOP, "2", hop=2, role="r", aws="no", operation="AssumeRole")


def statuses(**states: object) -> Mapping[ProfileName, Status]:
    return {ProfileName(name): Status(ProfileName(name), state) for name, state in states.items()}  # type: ignore[arg-type]


def active(minutes: float = 30) -> Active:
    end = NOW + timedelta(minutes=minutes)
    return Active(Lease("ASIA1", NOW, end, end))


def waiting(problem: Problem, seconds: float = 20) -> Waiting:
    return Waiting(active().lease, problem, NOW + timedelta(seconds=seconds))


def test_one_profile_says_it_itself() -> None:
    assert wide_of(statuses(a=waiting(DOWN), b=active(), c=waiting(LOCKED)), NOW) is None


def test_no_network_is_one_failure_whatever_hosts_are_named() -> None:
    found = wide_of(
        statuses(a=waiting(DOWN), b=Expired(NOW, SLOW, NOW + timedelta(seconds=5)), c=active(5)), NOW, zone=UTC
    )
    assert found is not None
    assert found.names == ("a", "b")
    assert (found.card.title, found.card.tone) == ("No connection to sts.eu-central-1.amazonaws.com", "warn")
    assert found.card.detail == (
        "Its name was not found. 2 profiles wait for it. 2 sessions stay valid, the first until 14:29. "
        "Next attempt 14:24:35."
    )
    assert [one.do for one in found.card.buttons] == [Do.RENEW_ALL]


def test_without_any_session_that_is_said() -> None:
    found = wide_of(statuses(a=Expired(NOW, DOWN), b=Expired(NOW, DOWN)), NOW)
    assert found is not None
    assert "There is no valid session." in found.card.detail


def test_what_is_each_ones_own_stays_with_each() -> None:
    held = Attention(AttentionKind.REFUSED, DENIED, NOW)
    changed = Attention(AttentionKind.CONFLICT, Problem.of(Code.SECTION_CHANGED, section="a", path="/x"), NOW)
    assert wide_of(statuses(a=held, b=held, c=changed, d=changed), NOW) is None


def test_the_larger_failure_is_told_and_it_does_not_flicker_while_it_is_tried_again() -> None:
    locked = Attention(AttentionKind.VAULT, LOCKED, NOW)
    first = wide_of(statuses(a=waiting(DOWN), b=waiting(DOWN), c=locked, d=locked, e=locked), NOW)
    assert first is not None
    assert first.card.title == "The keyring is locked"
    both = wide_of(statuses(a=waiting(DOWN), b=waiting(DOWN)), NOW)
    lease = active().lease
    trying = wide_of(statuses(a=Renewing(lease, NOW, 1), b=waiting(DOWN)), NOW, both)
    assert trying is not None
    assert set(trying.names) == {"a", "b"}
    again = wide_of(statuses(a=Renewing(lease, NOW, 1), b=Starting(NOW, 1)), NOW, trying)
    assert again is not None
    assert again.card == trying.card
    assert wide_of(statuses(a=Active(lease), b=waiting(DOWN)), NOW, again) is None


def test_the_window_says_it_above_all_and_tries_again_with_all(window: MainWindow, core: FakeCore) -> None:
    names = [ProfileName("prod-admin"), ProfileName("ci-debug")]  # which waits in the sample too
    window.list.pick("prod-admin")
    core.engine.store.put(*(Status(name, waiting(DOWN)) for name in names))
    assert window.whole.covers(names[0])
    assert window.problem.shown is not None
    assert window.detail.problem.shown is None, "it is said once"
    button = window.problem.first_button()
    assert button is not None
    core.engine.verbs.clear()
    button.click()
    assert {one[:2] for one in core.engine.verbs} == {("renew", name) for name in names}
    window.problem.dismiss()
    assert window.detail.problem.shown is not None, "closed above, it stands where it belongs"
    core.engine.store.put(Status(names[0], active()))
    assert window.problem.shown is None
