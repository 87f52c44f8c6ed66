"""Order, search and views of the list."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.names import ProfileName
from app.domain.problem import AttentionKind, Code, Problem
from app.domain.session import Attention, Status
from tests.ui.fakes.core import NOW
from tests.ui.fakes.reading import fake_core
from ui.models.profiles import ProfileList
from ui.present.arrange import Index, Order, Section, View, ViewKind, arrange
from ui.present.sidebar import items


def names(query: str = "", view: View | None = None, order: Order = Order.STATUS) -> list[str]:
    core, _ = fake_core()
    model = ProfileList(core.clock)
    model.use(core.catalog, core.engine.store.statuses)
    model.show(view or View(), query, order)
    return [name for row in range(model.rowCount()) if (name := model.name_at(model.index(row)))]


def test_running_ones_first_problems_before_time_left() -> None:
    assert names()[:7] == [
        *("ci-debug", "prod-admin", "audit-viewer", "network-ops"),
        *("dev-poweruser", "billing-view", "fjord-sandbox"),
    ]
    assert names()[7:] == ["prod-readonly", "staging-admin"]


def test_sections_count() -> None:
    core, _ = fake_core()
    rows = arrange(Index(core.catalog), core.engine.store.statuses, View(), Order.STATUS, NOW)
    assert [row for row in rows if isinstance(row, Section)] == [Section("active", 7), Section("idle", 2)]
    assert rows[0] == Section("active", 7)
    idle = arrange(Index(core.catalog), {}, View(), Order.STATUS, NOW)
    assert not any(isinstance(row, Section) for row in idle)


def test_what_failed_without_a_session_is_not_active_and_leads_the_rest() -> None:
    core, _ = fake_core()
    problem = Problem.of(Code.ACCESS_DENIED)
    for kind, section in ((AttentionKind.REFUSED, "idle"), (AttentionKind.MFA, "active")):
        name = ProfileName("staging-admin")
        statuses = {name: Status(name, Attention(kind, problem, NOW))}
        rows = arrange(Index(core.catalog), statuses, View(), Order.ACCOUNT, NOW)
        assert next(row for row in rows if isinstance(row, str)) == name
        assert (Section("active", 1) in rows) is (section == "active")
        assert items(core.catalog, statuses, NOW)[0].count == int(section == "active")


def test_search_looks_at_name_account_role_region_and_tags() -> None:
    assert names("readonly") == ["prod-readonly", "billing-view"]
    assert names("444455556666") == ["prod-admin", "prod-readonly"]
    assert set(names("Acme/Staging")) == {"ci-debug", "staging-admin"}
    assert names("acme-payer") == ["billing-view"]
    assert names("eu-north") == ["ci-debug"]
    assert names("PCI") == ["network-ops"]
    assert names("prod eu-central admin") == ["prod-admin"]
    assert names("nothing-like-this") == []


def test_nearest() -> None:
    core, _ = fake_core()
    assert Index(core.catalog).nearest("prdo") == "prod"
    assert Index(core.catalog).nearest("zzzzzzzzzz") == ""


def test_views() -> None:
    assert set(names(view=View(ViewKind.GROUP, "Acme/Prod"))) == {"prod-admin", "prod-readonly"}
    assert len(names(view=View(ViewKind.GROUP, "Acme"))) == 5
    assert names(view=View(ViewKind.TAG, "pci")) == ["network-ops"]
    assert names(view=View(ViewKind.SOURCE, "fjord")) == ["fjord-sandbox"]
    assert set(names(view=View(ViewKind.ATTENTION))) == {"ci-debug", "prod-admin", "audit-viewer", "network-ops"}
    assert len(names(view=View(ViewKind.ACTIVE))) == 7
    assert len(names(view=View(ViewKind.FAVORITES))) == 4


def test_sidebar_tree_and_counts() -> None:
    core, _ = fake_core()
    rows = [(item.title, item.count, item.level) for item in items(core.catalog, core.engine.store.statuses, NOW)]
    assert rows[:4] == [("Active", 7, 0), ("Needs attention", 4, 0), ("Favorites", 4, 0), ("All profiles", 9, 0)]
    assert ("Acme", 5, 0) in rows
    assert ("Prod", 2, 1) in rows
    assert ("on-call", 2, 0) in rows
    assert ("mira.lind", 8, 0) in rows


@given(st.text(max_size=12))
def test_any_query_finds_a_subset(query: str) -> None:
    found = names(query)
    assert set(found) <= set(names())
    assert len(found) == len(set(found))
