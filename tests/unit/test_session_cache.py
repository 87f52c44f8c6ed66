"""Sessions kept between commands."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.calls import Issued
from app.domain.names import ProfileName, SessionKey
from app.domain.secret import Credentials, Secret
from app.sessioncache import AesGcmSeal, Seal, SessionCache, memory_backed, new_key

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SECRET = "wJalrXUtnFEMI-canary"


def issued(minutes: float = 60, received: datetime = NOW) -> Issued:
    until = received + timedelta(minutes=minutes)
    return Issued(Credentials("ASIAX", Secret(SECRET), Secret("token"), until), received, "arn", "1")


@pytest.fixture(params=["plain", "sealed"])
def seal(request: pytest.FixtureRequest) -> Seal | None:
    return AesGcmSeal(new_key()) if request.param == "sealed" else None


def of(profile: str, narrowing: str = "") -> SessionKey:
    return SessionKey(ProfileName(profile), narrowing)


def files(folder: Path) -> list[Path]:
    return [one for one in folder.rglob("*") if one.is_file()]


def test_what_is_kept_comes_back(tmp_path: Path, seal: Seal | None) -> None:
    cache = SessionCache(tmp_path, seal)
    cache.put(of("prod/admin"), "key", issued())
    assert SessionCache(tmp_path, seal).get(of("prod/admin"), "key", NOW) == issued()
    assert [one.stat().st_mode & 0o777 for one in files(tmp_path)] == [0o600]


def test_a_narrower_session_is_no_other_and_goes_with_its_profile(tmp_path: Path, seal: Seal | None) -> None:
    cache = SessionCache(tmp_path, seal)
    cache.put(of("prod", "read-only"), "narrow", issued())
    assert cache.get(of("prod"), "narrow", NOW) is None
    assert cache.get(of("prod", "read-only 15m"), "narrow", NOW) is None
    assert cache.get(of("prod", "read-only"), "key", NOW) is None
    assert cache.get(of("prod", "read-only"), "narrow", NOW) == issued()
    cache.put(of("prod"), "key", issued())
    cache.put(of("dev", "read-only"), "narrow", issued())
    cache.forget(["prod"])
    assert cache.get(of("prod"), "key", NOW) is cache.get(of("prod", "read-only"), "narrow", NOW) is None
    assert cache.get(of("dev", "read-only"), "narrow", NOW) == issued()


def test_a_sealed_file_shows_nothing(tmp_path: Path) -> None:
    SessionCache(tmp_path, AesGcmSeal(new_key())).put(of("prod"), "key", issued())
    (file,) = files(tmp_path)
    data = file.read_bytes()
    assert SECRET.encode() not in data
    assert b"ASIAX" not in data
    assert "prod" not in file.name


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    SessionCache(tmp_path, AesGcmSeal(new_key())).put(of("prod"), "key", issued())
    assert SessionCache(tmp_path, AesGcmSeal(new_key())).get(of("prod"), "key", NOW) is None


def test_one_profiles_file_does_not_pass_for_anothers(tmp_path: Path) -> None:
    seal = AesGcmSeal(new_key())
    cache = SessionCache(tmp_path, seal)
    cache.put(of("prod"), "key", issued())
    (file,) = files(tmp_path)
    cache.put(of("dev"), "key", issued())
    other = next(one for one in files(tmp_path) if one != file)
    other.write_bytes(file.read_bytes())
    assert cache.get(of("dev"), "key", NOW) is None


def test_an_edited_profile_has_nothing_kept(tmp_path: Path, seal: Seal | None) -> None:
    cache = SessionCache(tmp_path, seal)
    cache.put(of("prod"), "key", issued())
    assert cache.get(of("prod"), "other", NOW) is None


@pytest.mark.parametrize(
    ("minutes", "age", "good"), [(60, 54, True), (60, 56, False), (0.5, 0.2, True), (0.5, 0.3, False)]
)
def test_what_ends_soon_is_asked_for_anew(tmp_path: Path, minutes: float, age: float, good: bool) -> None:
    cache = SessionCache(tmp_path, None)
    cache.put(of("prod"), "key", issued(minutes))
    assert (cache.get(of("prod"), "key", NOW + timedelta(minutes=age)) is not None) is good


def test_forgotten_and_cleared(tmp_path: Path, seal: Seal | None) -> None:
    cache = SessionCache(tmp_path, seal)
    for name in ("a", "b", "c"):
        cache.put(of(name), "key", issued())
    cache.forget(["a", "never"])
    assert (cache.get(of("a"), "key", NOW), cache.get(of("b"), "key", NOW) is not None) == (None, True)
    cache.clear()
    assert files(tmp_path) == []


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff\xfe", b'{"chain": "key", "session": {}}'])
def test_a_broken_file_is_as_none(tmp_path: Path, content: bytes, seal: Seal | None) -> None:
    cache = SessionCache(tmp_path, seal)
    cache.put(of("prod"), "key", issued())
    for one in files(tmp_path):
        one.write_bytes(content)
    assert cache.get(of("prod"), "key", NOW) is None


def test_no_expiry_no_keeping(tmp_path: Path) -> None:
    cache = SessionCache(tmp_path, None)
    cache.put(of("prod"), "key", Issued(Credentials("ASIAX", Secret("s"), Secret("t"), None), NOW))
    assert files(tmp_path) == []


def test_memory_backed_folders_are_told_by_the_nearest_mount(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        f"/dev/sda1 / ext4 rw 0 0\ntmpfs {tmp_path}/run tmpfs rw 0 0\n/dev/b {tmp_path}/run/disk ext4 rw 0 0\n"
    )
    for name in ("run/user", "run/disk/x", "home"):
        (tmp_path / name).mkdir(parents=True)
    assert memory_backed(tmp_path / "run" / "user", mounts)
    assert not memory_backed(tmp_path / "run" / "disk" / "x", mounts)
    assert not memory_backed(tmp_path / "home", mounts)
    assert not memory_backed(tmp_path / "run", tmp_path / "no-such-file")
