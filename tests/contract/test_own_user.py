"""What windows ask IAM about a source's own user, against moto over HTTP: keys, MFA devices, the account's alias."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from app import rotation
from app.awsapi import BotoApi
from app.domain.entries import VaultEntry, access_key_entry
from app.domain.keys import KeyStep
from app.domain.names import ProfileName
from app.domain.problem import AppError, Code
from app.domain.secret import Secret
from app.domain.session import Starter
from app.keyflow import KeyFlow, KeysState, Mark, Result
from app.ownuser import OwnUser
from app.vault.memory import MemoryVault
from tests.support.metadata_server import TASK, MetadataServer
from tests.support.moto_office import ACCOUNT, MotoOffice, opened
from tests.support.moto_server import MotoServer


async def finish(office: MotoOffice, seen: list[KeysState]) -> None:
    """Delete the old key, days later."""
    async with opened(office) as one:
        flow = KeyFlow(OwnUser(one), "acme", seen.append)
        await flow.look()
        await flow.delete()
        assert flow.state.result is Result.DELETED
        assert flow.state.problem is None
        assert flow.state.can_replace


def states_of(moto: MotoServer) -> dict[str, str]:
    found = moto.client("iam", ACCOUNT).list_access_keys(UserName="ana")["AccessKeyMetadata"]
    return {one["AccessKeyId"]: one["Status"] for one in found}


def test_a_key_is_replaced_while_profiles_run_and_the_old_one_deleted_later(
    office: MotoOffice, moto: MotoServer
) -> None:
    (old,) = states_of(moto)
    seen: list[KeysState] = []

    async def scenario() -> str:
        async with opened(office) as one:
            admin = ProfileName("admin")
            one.engine.start(admin, by=Starter.WINDOW)
            await one.engine.started(admin, timeout=30)
            flow = KeyFlow(OwnUser(one), "acme", seen.append)
            await flow.replace()  # before a look there is nothing to replace
            assert list(states_of(moto)) == [old]
            await flow.look()
            assert [key.key_id for key in flow.state.keys] == [old]
            assert one.catalog.key_times[old] == flow.state.keys[0].made_at
            assert flow.state.can_replace
            assert not flow.state.can_delete
            assert not flow.state.can_go_back
            await flow.replace()
            state = flow.state
            assert state.result is Result.REPLACED
            assert state.problem is None
            assert not state.busy
            assert [mark for _, mark in state.steps] == [Mark.DONE] * 5
            assert state.other is not None
            assert state.other.key_id == old
            assert not state.other.active
            assert state.can_delete
            assert state.can_go_back
            assert not state.can_replace
            assert not state.can_switch_off
            new = state.own
            assert states_of(moto) == {old: "Inactive", new: "Active"}
            await flow.switch_on()
            assert states_of(moto)[old] == "Active"
            assert flow.state.can_switch_off
            assert not flow.state.can_delete
            await flow.delete()  # one that is on is not deleted
            assert old in states_of(moto)
            await flow.switch_off()
            assert flow.state.result is Result.SWITCHED_OFF
        return new

    new = asyncio.run(scenario())
    asyncio.run(finish(office, seen))
    assert states_of(moto) == {new: "Active"}
    assert f'access_key_id = "{new}"' in office.catalog.read_text()
    assert asyncio.run(office._vault.read(access_key_entry(old))) is None
    marks = {mark for state in seen for step, mark in state.steps if step is KeyStep.TRY}
    assert marks == {Mark.OPEN, Mark.NOW, Mark.DONE}


def test_an_old_key_is_used_again(office: MotoOffice, moto: MotoServer) -> None:
    (old,) = states_of(moto)
    before = office.catalog.read_text()

    async def scenario() -> None:
        async with opened(office) as one:
            flow = KeyFlow(OwnUser(one), "acme", lambda _: None)
            await flow.look()
            await flow.replace()
            await flow.go_back()
            assert flow.state.result is Result.BACK
            assert flow.state.own == old
            assert flow.state.other is None

    asyncio.run(scenario())
    assert states_of(moto) == {old: "Active"}
    assert office.catalog.read_text() == before


class FullVault(MemoryVault):
    """Takes no new access key."""

    async def write(self, entry: VaultEntry, secret: Secret) -> None:
        raise AppError.of(Code.VAULT_FAILED, entry=entry.service, reason="full")


def test_what_cannot_be_stored_is_taken_back_and_said(office: MotoOffice, moto: MotoServer) -> None:
    (old,) = states_of(moto)
    full = FullVault()
    full._secrets = dict(office._vault._secrets)
    office._vault = full

    async def scenario() -> None:
        async with opened(office) as one:
            flow = KeyFlow(OwnUser(one), "acme", lambda _: None)
            await flow.look()
            await flow.replace()
            state = flow.state
            assert state.problem is not None
            assert state.problem.code is Code.VAULT_FAILED
            assert state.result is Result.TAKEN_BACK
            assert state.own == old
            assert state.left == ()
            assert dict(state.steps)[KeyStep.STORE] is Mark.FAILED
            assert dict(state.steps)[KeyStep.TRY] is Mark.OPEN

    asyncio.run(scenario())
    assert states_of(moto) == {old: "Active"}


def test_a_key_that_never_works_is_taken_back(
    office: MotoOffice, moto: MotoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (old,) = states_of(moto)
    monkeypatch.setattr(rotation, "TRY_SECONDS", 0.0)
    monkeypatch.setattr(rotation, "TRY_PAUSE", 0.0)

    async def scenario() -> None:
        async with opened(office) as one:

            async def unknown(*_: object) -> None:
                raise AppError.of(Code.KEY_UNKNOWN, key_id="AKIA")

            flow = KeyFlow(OwnUser(one), "acme", lambda _: None)
            await flow.look()
            monkeypatch.setattr(one, "sts", type("NoSts", (), {"identity": staticmethod(unknown)})())
            await flow.replace()
            assert flow.state.result is Result.TAKEN_BACK
            assert flow.state.problem is not None
            assert flow.state.problem.code is Code.KEY_UNKNOWN

    asyncio.run(scenario())
    assert states_of(moto) == {old: "Active"}


def test_an_old_key_that_cannot_be_switched_off_is_said_and_the_new_one_stays_in_use(
    office: MotoOffice, moto: MotoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (old,) = states_of(moto)

    async def scenario() -> str:
        async with opened(office) as one:

            async def denied(*_: object, **__: object) -> None:
                raise AppError.of(Code.ACCESS_DENIED, operation="UpdateAccessKey", aws="no")

            flow = KeyFlow(OwnUser(one), "acme", lambda _: None)
            await flow.look()
            with monkeypatch.context() as patched:
                patched.setattr("app.iam.BotoIam.switch", denied)
                await flow.replace()
            state = flow.state
            assert state.result is Result.NEW_IN_USE
            assert state.problem is not None
            assert state.own != old
            assert state.can_switch_off
            await flow.switch_off()
            return state.own

    new = asyncio.run(scenario())
    assert states_of(moto) == {old: "Inactive", new: "Active"}


def test_devices_are_found_with_the_typed_key_or_the_saved_one(
    office: MotoOffice, moto: MotoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = BotoApi.call

    async def named(
        api: BotoApi, endpoint: Any, signer: Any, service: str, operation: str, given: Any
    ) -> dict[str, Any]:
        """IAM takes the one who signs for the user; moto wants to be told."""
        parameters = {"UserName": "ana"} if operation == "ListMFADevices" else given
        return await real(api, endpoint, signer, service, operation, parameters)

    monkeypatch.setattr(BotoApi, "call", named)
    iam = moto.client("iam", ACCOUNT)
    (key,) = states_of(moto)
    secret = asyncio.run(office._vault.read(access_key_entry(key)))
    values = {"kind": "access-keys", "access_key_id": key, "mfa_serial": "half an ARN"}

    async def scenario() -> None:
        async with opened(office) as one:
            user = OwnUser(one)
            with pytest.raises(AppError) as caught:
                await user.devices("", values, None)  # neither typed nor saved
            assert caught.value.problem.code is Code.SOURCE_UNKNOWN
            with pytest.raises(AppError) as caught:
                await user.devices("acme", values, None)
            assert caught.value.problem.code is Code.DEVICE_NONE
            iam.enable_mfa_device(
                UserName="ana",
                SerialNumber=f"arn:aws:iam::{ACCOUNT}:mfa/ana",
                AuthenticationCode1="123456",
                AuthenticationCode2="654321",
            )
            assert await user.devices("acme", values, None) == (f"arn:aws:iam::{ACCOUNT}:mfa/ana",)
            assert await user.devices("", values, secret) == (f"arn:aws:iam::{ACCOUNT}:mfa/ana",)
            with pytest.raises(AppError) as caught:
                await user.devices("", {"kind": "access-keys"}, None)
            assert caught.value.problem.code is Code.VALUE_MISSING

    asyncio.run(scenario())


def test_an_alias_is_asked_of_a_session_that_runs_and_kept(office: MotoOffice, moto: MotoServer) -> None:
    moto.client("iam", ACCOUNT).create_account_alias(AccountAlias="acme-prod")

    async def scenario() -> None:
        async with opened(office) as one:
            user, admin = OwnUser(one), ProfileName("admin")
            assert not user.can_look(ACCOUNT)
            one.engine.start(admin, by=Starter.WINDOW)
            await one.engine.started(admin, timeout=30)
            assert user.can_look(ACCOUNT)
            assert not user.can_look("999988887777")
            await user.look_at_account(ACCOUNT)
            assert one.catalog.aliases == {ACCOUNT: "acme-prod"}
            assert not user.can_look(ACCOUNT)
            await one.reload()
            assert one.catalog.aliases == {ACCOUNT: "acme-prod"}
        async with opened(office) as one:
            assert one.catalog.aliases == {ACCOUNT: "acme-prod"}

    asyncio.run(scenario())


def test_who_a_running_session_is(office: MotoOffice, moto: MotoServer) -> None:
    async def scenario() -> None:
        async with opened(office) as one:
            user, bare = OwnUser(one), ProfileName("bare")
            assert await user.who(bare, "") is None, "it does not run"
            assert await user.who("none", "") is None
            one.engine.start(bare, by=Starter.WINDOW)
            await one.engine.started(bare, timeout=30)
            issued = one.engine.credentials(bare)
            assert issued is not None
            assert issued.arn is None
            found = await user.who(bare, issued.credentials.access_key_id)
            assert found is not None
            assert found.account == ACCOUNT
            assert found.arn.startswith("arn:aws:")
            assert await user.who(bare, "ASIAANOTHER000000001") is None, "that is another session's"

    asyncio.run(scenario())


def test_a_refusal_is_kept_for_a_while_and_forgets_no_alias(
    office: MotoOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with opened(office) as one:
            user, admin = OwnUser(one), ProfileName("admin")
            one.engine.start(admin, by=Starter.WINDOW)
            await one.engine.started(admin, timeout=30)

            async def denied(*_: object) -> None:
                raise AppError.of(Code.ACCESS_DENIED, operation="ListAccountAliases", aws="no")

            one.learned.keep_alias(ACCOUNT, "acme-before")
            monkeypatch.setattr("app.iam.BotoIam.alias", denied)
            with pytest.raises(AppError):
                await user.look_at_account(ACCOUNT)
            found = one.learned.alias(ACCOUNT)
            assert found is not None
            assert found.alias == "acme-before"
            assert found.refused
            assert not user.can_look(ACCOUNT)

    asyncio.run(scenario())


def test_the_age_of_a_key_is_looked_up_with_what_is_in_memory_alone(office: MotoOffice, moto: MotoServer) -> None:
    (key,) = states_of(moto)

    async def scenario() -> None:
        async with opened(office) as one:
            user, admin = OwnUser(one), ProfileName("admin")
            assert await user.look_at_key("acme") is None
            one.engine.start(admin, by=Starter.WINDOW)
            await one.engine.started(admin, timeout=30)
            made = await user.look_at_key("acme")
            assert made is not None
            assert one.catalog.key_times == {key: made}
            assert await user.look_at_key("none") is None

    asyncio.run(scenario())


def test_who_a_machine_is_before_its_source_is_saved(office: MotoOffice, moto: MotoServer) -> None:
    (key,) = states_of(moto)
    secret = asyncio.run(office._vault.read(access_key_entry(key)))
    assert secret is not None
    end = datetime(2030, 1, 2, 3, tzinfo=UTC)
    given = {"AccessKeyId": key, "SecretAccessKey": secret.reveal(), "Token": "t" * 40}
    with MetadataServer(credentials={**given, "Expiration": end.strftime("%Y-%m-%dT%H:%M:%SZ")}) as service:
        office.environ |= {"AWS_EC2_METADATA_SERVICE_ENDPOINT": service.url, "AWS_EC2_METADATA_DISABLED": "false"}

        async def scenario() -> None:
            async with opened(office) as one:
                user = OwnUser(one)
                who, until = await user.machine("", {"kind": "instance-metadata"})
                assert (who.account, who.arn.rpartition(":")[2], until) == (ACCOUNT, "user/ana", end)
                task = {"kind": "container", "full_uri": service.url + TASK}
                assert (await user.machine("task", task))[0] == who
                service.status = 404
                with pytest.raises(AppError) as caught:
                    await user.machine("", {"kind": "instance-metadata"})
                assert caught.value.problem.code in {Code.METADATA_REFUSED, Code.METADATA_ROLE, Code.METADATA_OLD}
                with pytest.raises(AppError) as caught:
                    await user.machine("task", {"kind": "container"})
                assert caught.value.problem.code is Code.SOURCE_EMPTY
                assert "task" not in one.catalog.sources

        asyncio.run(scenario())
