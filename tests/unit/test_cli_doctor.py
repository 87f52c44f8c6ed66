"""doctor on the command line, in this process: what it finds, and what profiles resolve to."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import DEV, HUB, PROD
from tests.support.in_process import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office(tmp_path) as one:
        one.set_up()
        yield one


def test_doctor_finds_nothing_wrong_with_what_works(office: Office) -> None:
    found = office.must_json("doctor")["findings"]
    assert {one["severity"] for one in found} == {"warning"}
    # the file of somebody else's that all these tests begin with has two lines that programs read differently
    assert [one["code"] for one in found] == ["file-two-ways", "file-two-ways", "engine-absent"]


def test_doctor_explains_what_is_wrong(office: Office) -> None:
    office.must("keys", "remove", "acme", "--totp")
    office.catalog.chmod(0o644)
    text = '\n[sources.ci]\nkind = "process"\ncommand = ["/bin/false"]\n[profiles.ci]\nsource = "ci"\n[profiles.odd]\n'
    office.catalog.write_text(office.catalog.read_text() + text)
    (office.folder / ".aws" / "config").write_text(
        "[profile dev]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = y\n"
    )
    ran = office.run("doctor", "--json")
    assert ran.code == 1
    found = {one["code"]: one for one in json.loads(ran.out)["findings"]}
    assert {"vault-no-entry", "approval-needed", "value-exclusive", "section-shadowed", "file-mode"} <= set(found)
    assert all(set(one) == {"code", "severity", "title", "detail", "remedy", "subject"} for one in found.values())
    assert found["vault-no-entry"]["subject"] == "sources.acme"
    assert found["section-shadowed"]["subject"] == "profiles.dev"


def test_doctor_tries_each_key(office: Office) -> None:
    office.must("keys", "set", "acme", stdin="x" * 40)
    found = json.loads(office.run("doctor", "--json").out)["findings"]
    assert "signature" in {one["code"] for one in found}
    calls = len(office.sts.calls)
    office.run("doctor", "--offline")
    assert len(office.sts.calls) == calls


def test_doctor_of_a_broken_catalog(office: Office) -> None:
    office.catalog.write_text("broken = [")
    ran = office.run("doctor", "--json")
    assert ran.code == 1
    assert [one["code"] for one in json.loads(ran.out)["findings"]] == ["catalog-unreadable"]


def test_doctor_says_what_a_profile_resolves_to(office: Office) -> None:
    office.edit("[sources.acme]", '[settings]\nregion = "eu-central-1"\n\n[sources.acme]')
    made = office.must_json("doctor", "main", "dev")
    assert [one["name"] for one in made["profiles"]] == ["prod", "dev"], "an alias is a name too"
    prod, dev = made["profiles"]
    assert prod["source"] == {"value": "acme", "decided_by": "profiles.prod.source", "over": []}
    assert [one["role_arn"] for one in prod["hops"]] == [HUB, PROD]
    assert prod["account"]["value"] == "123456789012"
    over = [{"value": "eu-central-1", "by": "settings.region"}]
    assert prod["region"] == {"value": "eu-west-1", "decided_by": "profiles.prod.region", "over": over}
    assert dev["region"] == {"value": "eu-central-1", "decided_by": "settings.region", "over": []}
    assert dev["sts_endpoint"] == {"value": office.sts.url, "decided_by": "AWS_ENDPOINT_URL_STS", "over": []}
    assert dev["deliveries"][0]["target"] == f"[dev] {office.credentials}"
    said = office.must("doctor", "dev").out
    for word in (DEV, "(settings.region)", "(AWS_ENDPOINT_URL_STS)", "(profiles.dev.delivery.credentials_file)"):
        assert word in said, said
    assert "profiles" not in office.must_json("doctor"), "only where it is asked for"


def test_doctor_of_every_profile_tells_of_the_broken_ones_too(office: Office) -> None:
    office.catalog.write_text(office.catalog.read_text() + "\n[profiles.odd]\n")
    ran = office.run("doctor", "--profiles", "--offline", "--json")
    rows = {one["name"]: one for one in json.loads(ran.out)["profiles"]}
    assert {"prod", "dev", "guarded", "odd"} <= set(rows)
    assert rows["odd"]["problem"]["code"] == "value-exclusive"
    assert rows["odd"]["source"] is None
    assert rows["dev"]["problem"] is None
    assert "odd" in office.run("doctor", "odd", "--offline").out


def test_doctor_of_a_name_that_is_none(office: Office) -> None:
    ran = office.run("doctor", "deu")
    assert ran.code == 3
    assert "dev" in ran.err, "the nearest is named"
    assert ran.out == ""


def test_an_endpoint_that_does_not_answer_is_one_finding(office: Office) -> None:
    more = '\n[profiles.ci]\nsource = "ci"\n[[profiles.ci.roles]]\nrole_arn = "{}"\n'
    source = '\n[sources.ci]\nkind = "web-identity-token"\nendpoint_url = "http://127.0.0.1:1"\n'
    office.catalog.write_text(office.catalog.read_text() + source + more.format(DEV))
    ran = office.run("doctor", "--json")
    assert ran.code == 1
    found = [one for one in json.loads(ran.out)["findings"] if one["subject"] == "127.0.0.1:1"]
    assert [one["code"] for one in found] == ["network"]
    assert found[0]["remedy"]
    office.environ["AWS_ENDPOINT_URL_STS"] = "http://127.0.0.1:1"
    found = json.loads(office.run("doctor", "--json").out)["findings"]
    assert [one["code"] for one in found if one["severity"] == "error"] == ["network"], "one endpoint, one finding"


def test_each_endpoint_is_called_once_for_any_number_of_profiles(office: Office) -> None:
    tables = "".join(
        f'\n[profiles.p{number}]\nsource = "acme"\n[[profiles.p{number}.roles]]\nrole_arn = "{DEV}"\n'
        for number in range(100)
    )
    office.catalog.write_text(office.catalog.read_text() + tables)
    before = len(office.sts.calls)
    assert len(office.must_json("doctor", "--profiles")["profiles"]) > 100
    assert len(office.sts.calls) - before == 2, "one for the endpoint, one with the key"


def test_doctor_says_where_programs_do_not_agree(office: Office) -> None:
    (office.folder / ".aws").mkdir(exist_ok=True)
    config = office.folder / ".aws" / "config"
    config.write_text("[profile a]\nregion = eu-west-1 # Ireland\noutput = json\n")
    config.chmod(0o600)
    found = {one["code"]: one for one in office.must_json("doctor", "--offline")["findings"]}
    assert found["file-two-ways"]["severity"] == "warning"
    assert found["file-two-ways"]["subject"] == str(config)
    assert "line 2" in found["file-two-ways"]["title"]
    config.write_text("[profile a]\nregion = eu-west-1\nregion = eu-west-2\n")
    ran = office.run("doctor", "--offline", "--json")
    assert ran.code == 1
    assert [one["code"] for one in json.loads(ran.out)["findings"] if one["severity"] == "error"] == ["file-broken"]
