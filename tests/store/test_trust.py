"""Trust storage: written once, read back, unreachable is not empty; a folder and a bucket."""

from __future__ import annotations

import grp
import hashlib
import os
import shutil
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.errors import UsageError
from redact.store.marked_folder import keep_once
from redact.store.trust.bucket import open_bucket
from redact.store.trust.faults import MARKER_NAME, check_name
from redact.store.trust.storage import (
    LocalTrust,
    ObjectTrust,
    TrustFault,
    TrustStorage,
    make_trust,
    open_trust,
    sweep_trust,
)
from tests.rigs import saboteurs
from tests.rigs.s3_double import Bucket, serve

COPY = bytes(range(256)) * 40
HASH = hashlib.sha256(COPY).hexdigest()
NAME = "3f9a1c" * 5 + ".jpg"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
ADDRESS = "s3://redacted-copies/school/copies"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith(("AWS_", "AZURE_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    with serve() as (bucket, endpoint):
        for name, value in {**KEYS, "AWS_ENDPOINT_URL": endpoint}.items():
            monkeypatch.setenv(name, value)
        yield bucket


@pytest.fixture(params=["folder", "bucket"])
def trust(request: pytest.FixtureRequest, tmp_path: Path) -> TrustStorage:
    """Both kinds, for what holds for both."""
    if request.param == "bucket":
        request.getfixturevalue("bucket")
    trust = open_trust(ADDRESS if request.param == "bucket" else "trust", tmp_path)
    make_trust(trust)
    return trust


def made(folder: Path) -> LocalTrust:
    trust = LocalTrust(folder)
    trust.make()
    return trust


def found_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != MARKER_NAME}


def fault_of(call: Callable[[], object]) -> str | None:
    """Return what the storage says when it fails, None when it does not."""
    try:
        call()
    except TrustFault as fault:
        return str(fault)
    return None


# -- both kinds --


def test_a_copy_is_stored_and_read_back(trust: TrustStorage) -> None:
    assert not trust.holds(NAME, HASH)
    trust.put(NAME, COPY)
    assert trust.holds(NAME, HASH) and not trust.holds(NAME, "0" * 64)
    assert trust.read(NAME) == COPY


def test_the_same_again_is_fine_and_other_bytes_are_refused(trust: TrustStorage) -> None:
    trust.put(NAME, COPY)
    trust.put(NAME, COPY)
    with pytest.raises(TrustFault, match="other bytes"):
        trust.put(NAME, COPY + b"x")
    assert trust.read(NAME) == COPY


def test_what_lies_in_for_use_is_listed_whoever_put_it(trust: TrustStorage, request: pytest.FixtureRequest) -> None:
    assert [*trust.list_for_use()] == []
    for name in (NAME, f"for-use/{NAME}", f"for-use/2026-11/oak/{NAME}"):
        trust.put(name, COPY)
    assert sorted(trust.list_for_use()) == sorted([f"for-use/2026-11/oak/{NAME}", f"for-use/{NAME}"])
    theirs = "for-use/2026-11/Year 3 (1).JPG"
    if isinstance(trust, LocalTrust):
        (Path(str(trust)) / theirs).symlink_to(Path(str(trust)) / NAME)
        (Path(str(trust)) / "for-use" / "a" / "b" / "c" / "d" / "e").mkdir(parents=True)
        assert {theirs, "for-use/a/b/c/d/e"} <= {*trust.list_for_use()}
        shutil.rmtree(str(trust))
    else:
        bucket: Bucket = request.getfixturevalue("bucket")
        bucket.objects[f"{ADDRESS.removeprefix('s3://')}/{theirs}"] = COPY
        assert theirs in {*trust.list_for_use()}
        bucket.refuses = True
    assert fault_of(lambda: [*trust.list_for_use()])


def test_removed_is_gone_and_twice_is_once(trust: TrustStorage) -> None:
    trust.put(NAME, COPY)
    trust.remove(NAME)
    trust.remove(NAME)
    assert not trust.holds(NAME, HASH)
    with pytest.raises(TrustFault, match="nothing lies there"):
        trust.read(NAME)


def test_two_threads_store_one_copy(trust: TrustStorage) -> None:
    gate, faults = threading.Barrier(4), []

    def put() -> None:
        gate.wait()
        try:
            trust.put(NAME, COPY)
        except TrustFault as fault:
            faults.append(fault)

    threads = [threading.Thread(target=put) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert trust.holds(NAME, HASH)


def test_an_empty_copy_can_be_stored(trust: TrustStorage) -> None:
    trust.put(NAME, b"")
    assert trust.read(NAME) == b""


@pytest.mark.parametrize(
    "name",
    [
        "",
        "..",
        "../x",
        "a" * 23 + ".jpg",
        "a" * 65 + ".jpg",
        "A" * 32 + ".jpg",
        f"../x/{NAME}",
        f"/{NAME}",
        f"x//{NAME}",
        f".x/{NAME}",
        f"X/{NAME}",
        f"{'x/' * 5}{NAME}",
        f"{NAME}\n",
        "a" * 32,
    ],
)
def test_no_path_comes_in_as_a_name(trust: TrustStorage, name: str) -> None:
    for call in (trust.read, trust.remove, lambda bad: trust.put(bad, b""), lambda bad: trust.holds(bad, HASH)):
        with pytest.raises(ValueError, match="hex digits"):
            call(name)


@given(st.text(max_size=80))
def test_a_name_that_passes_is_one_harmless_component(name: str) -> None:
    try:
        check_name(name)
    except ValueError:
        return
    parts = name.split("/")
    assert len(parts) <= 5 and name.isascii() and all(part and not part.startswith(".") for part in parts)


DEEP = f"2026-11/oak/sports-day/{NAME}"
FOR_USE = f"for-use/{DEEP}"


def test_a_copy_lies_in_sub_folders_as_it_does_at_the_top(trust: TrustStorage) -> None:
    for name in (NAME, DEEP, FOR_USE):
        assert trust.find(name) is None and not trust.holds(name, HASH)
        trust.put(name, COPY)
        trust.put(name, COPY)
        assert trust.holds(name, HASH) and trust.read(name) == COPY
        with pytest.raises(TrustFault, match="other bytes"):
            trust.put(name, COPY + b"x")
    for name in (DEEP, FOR_USE):
        trust.remove(name)
        trust.remove(name)
        assert trust.find(name) is None and trust.holds(NAME, HASH)


# -- a folder --


def test_folders_that_are_empty_go_and_those_that_are_not_stay(tmp_path: Path) -> None:
    trust, other = made(tmp_path / "trust"), f"2026-11/oak/trip/{NAME}"
    trust.put(DEEP, COPY)
    trust.put(other, COPY)
    trust.remove(DEEP)
    assert trust.holds(other, HASH) and not (tmp_path / "trust/2026-11/oak/sports-day").exists()
    trust.remove(other)
    assert [path.name for path in (tmp_path / "trust").iterdir()] == [MARKER_NAME]
    trust.put(FOR_USE, COPY)
    trust.remove(FOR_USE)
    assert [*(tmp_path / "trust" / "for-use").iterdir()] == [], "it may be a share"


def test_a_folder_that_somebody_removes_meanwhile_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust, turns = made(tmp_path / "trust"), iter([True])

    def keep(folder: Any, name: str, make: Callable[[], bytes], mode: int, most_bytes: int) -> bytes:
        if next(turns, False):
            shutil.rmtree(tmp_path / "trust" / "2026-11")
        return keep_once(folder, name, make, mode, most_bytes)

    monkeypatch.setattr("redact.store.trust.folder.keep_once", keep)
    trust.put(DEEP, COPY)
    assert trust.holds(DEEP, HASH)


def test_a_sub_folder_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    trust = made(tmp_path / "trust")
    (tmp_path / "mine").mkdir()
    (tmp_path / "trust" / "2026-11").symlink_to(tmp_path / "mine")
    calls: tuple[Callable[[], object], ...] = (
        lambda: trust.put(DEEP, COPY),
        lambda: trust.find(DEEP),
        lambda: trust.remove(DEEP),
    )
    for call in calls:
        with pytest.raises(TrustFault):
            call()
    assert not [*(tmp_path / "mine").iterdir()]


def test_leftovers_in_sub_folders_are_swept(tmp_path: Path) -> None:
    trust = made(tmp_path / "trust")
    trust.put(FOR_USE, COPY)
    (tmp_path / "trust" / FOR_USE).with_name(f"{'0' * 32}.part").write_bytes(b"half")
    assert trust.sweep() == 1 and trust.holds(FOR_USE, HASH)


def test_a_group_reads_for_use_and_lists_nothing_else(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only a member of a group, or root, hands a folder to it")
    group = grp.getgrnam("users")
    trust = LocalTrust(tmp_path / "trust", "", group.gr_name)
    trust.make()
    trust.put(DEEP, COPY)
    trust.put(FOR_USE, COPY)
    top, path = tmp_path / "trust", tmp_path / "trust" / FOR_USE
    assert (stat.S_IMODE(top.stat().st_mode), top.stat().st_gid) == (0o710, group.gr_gid)
    assert stat.S_IMODE((top / "2026-11").stat().st_mode) == 0o700
    for folder in [each for each in path.parents if each.is_relative_to(top / "for-use")]:
        assert (stat.S_IMODE(folder.stat().st_mode), folder.stat().st_gid) == (0o2750, group.gr_gid), folder
    assert (stat.S_IMODE(path.stat().st_mode), path.stat().st_gid) == (0o640, group.gr_gid)


def test_a_group_that_is_not_there_is_told_and_nothing_is_put(tmp_path: Path) -> None:
    trust = LocalTrust(tmp_path / "trust", "", "no-such-group")
    trust.make()
    with pytest.raises(TrustFault, match="no group of the name in for_use_group"):
        trust.put(FOR_USE, COPY)
    assert trust.find(FOR_USE) is None
    trust.put(DEEP, COPY)  # what nobody has passed needs no group


def test_addresses_lead_to_folder_or_bucket(tmp_path: Path, bucket: Bucket) -> None:
    assert str(open_trust("trust", tmp_path)) == str(tmp_path / "trust")
    assert str(open_trust(str(tmp_path / "elsewhere"), tmp_path / "workspace")) == str(tmp_path / "elsewhere")
    assert isinstance(open_trust(ADDRESS, tmp_path), ObjectTrust)
    assert bucket.requests == []  # opening asks nothing


@pytest.mark.parametrize("way", ["no folder", "no marker", "a file"])
def test_a_folder_that_is_out_is_not_an_empty_one(tmp_path: Path, way: str) -> None:
    folder = tmp_path / "trust"
    if way == "no marker":  # what a mount point looks like without its volume
        folder.mkdir()
    elif way == "a file":
        folder.write_bytes(b"")
    trust = LocalTrust(folder)
    for call in (
        lambda: trust.put(NAME, COPY),
        lambda: trust.read(NAME),
        lambda: trust.holds(NAME, HASH),
        lambda: trust.remove(NAME),
        trust.sweep,
    ):
        with pytest.raises(TrustFault) as caught:
            call()
        assert str(folder) in str(caught.value)
    assert not (folder / NAME).exists()


def test_a_copy_may_be_read_by_the_group_and_nobody_else(tmp_path: Path) -> None:
    made(tmp_path / "trust").put(NAME, COPY)
    assert stat.S_IMODE((tmp_path / "trust" / NAME).stat().st_mode) == 0o640


def test_a_copy_that_changed_on_the_disk_is_not_held(tmp_path: Path) -> None:
    trust = made(tmp_path / "trust")
    trust.put(NAME, COPY)
    (tmp_path / "trust" / NAME).write_bytes(COPY[:-1])
    assert not trust.holds(NAME, HASH)


def test_what_is_no_file_is_not_followed_nor_a_no(tmp_path: Path) -> None:
    trust = made(tmp_path / "trust")
    (tmp_path / "mine").write_bytes(COPY)
    (tmp_path / "trust" / NAME).symlink_to(tmp_path / "mine")
    with pytest.raises(TrustFault):
        trust.holds(NAME, HASH)
    with pytest.raises(TrustFault):
        trust.put(NAME, COPY)


def test_a_link_to_the_storage_is_the_administrators(tmp_path: Path) -> None:
    (tmp_path / "volume").mkdir()
    (tmp_path / "trust").symlink_to(tmp_path / "volume")
    made(tmp_path / "trust").put(NAME, COPY)
    assert found_in(tmp_path / "volume") == {NAME: COPY}


def test_a_disk_that_fails_at_any_call_leaves_the_copy_whole_or_not_there(tmp_path: Path) -> None:
    for turn in range(1, 100):
        trust = made(tmp_path / str(turn))
        with saboteurs.failing_at(turn, saboteurs.full, after=turn % 2 == 0) as calls:
            told = fault_of(lambda: trust.put(NAME, COPY))
        assert "the disk is full" in (told or "the disk is full")
        lies = {name: found for name, found in found_in(tmp_path / str(turn)).items() if not name.endswith(".part")}
        assert lies in ({}, {NAME: COPY})
        trust.put(NAME, COPY)  # and the retry goes through
        sweep_trust(trust)
        assert found_in(tmp_path / str(turn)) == {NAME: COPY}
        if len(calls) < turn:
            break
    assert turn > 8  # the sabotage did reach in


def test_bytes_are_on_the_disk_before_they_have_a_name_and_the_name_before_it_is_claimed(tmp_path: Path) -> None:
    trust = made(tmp_path / "trust")
    with saboteurs.failing_at(0, saboteurs.full) as calls:
        trust.put(NAME, COPY)
    steps = [call for call in calls if call != "look"][1:]  # the first is the marker
    assert steps[:6] == ["create", "write", "fsync", "open_file", "rename", "flush"]


def test_a_folder_that_a_killed_program_made_is_on_the_disk_before_a_copy_in_it_is_claimed(tmp_path: Path) -> None:
    trust = made(tmp_path / "trust")
    (tmp_path / "trust" / "2026-11" / "oak" / "sports-day").mkdir(parents=True)
    with saboteurs.failing_at(0, saboteurs.full) as calls:
        trust.put(DEEP, COPY)
    assert calls[: calls.index("create")].count("flush") == 3


def test_a_file_that_comes_between_look_and_rename_is_not_replaced(tmp_path: Path) -> None:
    trust = made(tmp_path / "trust")
    with saboteurs.failing_at(0, saboteurs.full) as calls:
        trust.put("0" * 32 + ".jpg", COPY)

    def intrude() -> None:
        (tmp_path / "trust" / NAME).write_bytes(b"mine")

    with saboteurs.failing_at(calls.index("rename") + 1, intrude):
        told = fault_of(lambda: trust.put(NAME, COPY))
    assert "other bytes" in (told or "")
    assert found_in(tmp_path / "trust") == {"0" * 32 + ".jpg": COPY, NAME: b"mine"}


CRASH = """
import pathlib, sys
from tests.rigs import saboteurs
from redact.store.trust.folder import LocalTrust
trust = LocalTrust(pathlib.Path(sys.argv[1]) / str(TURN))
trust.make()
with saboteurs.failing_at(TURN, saboteurs.killed, after=bool(TURN % 2)):
    trust.put(sys.argv[2], bytes(range(256)) * 40)
"""


@pytest.mark.slow
def test_a_killed_program_leaves_a_whole_copy_or_temporaries(tmp_path: Path) -> None:
    ended = saboteurs.run_killed(CRASH, tmp_path, NAME)
    assert len(ended) > 6 and ended[-1] == 0
    swept = 0
    for turn in range(1, len(ended) + 1):
        trust = LocalTrust(tmp_path / str(turn))
        swept += trust.sweep()
        assert found_in(tmp_path / str(turn)) in ({}, {NAME: COPY})
        trust.put(NAME, COPY)
    assert swept > 2


# -- a bucket --


def test_what_is_sent_carries_a_checksum_and_is_create_only(bucket: Bucket, tmp_path: Path) -> None:
    import base64

    trust = open_trust(ADDRESS, tmp_path)
    trust.put(NAME, COPY)
    key = f"redacted-copies/school/copies/{NAME}"
    assert bucket.objects == {key: COPY}
    assert bucket.checksums == [base64.b64encode(hashlib.sha256(COPY).digest()).decode()]
    assert [request.split()[0] for request in bucket.requests] == ["HEAD", "PUT", "GET"]


def test_a_copy_that_comes_between_look_and_write_is_not_replaced(bucket: Bucket, tmp_path: Path) -> None:
    trust = open_trust(ADDRESS, tmp_path)
    bucket.before_put = lambda: bucket.objects.setdefault(f"redacted-copies/school/copies/{NAME}", b"another's")
    with pytest.raises(TrustFault, match="other bytes"):
        trust.put(NAME, COPY)
    assert set(bucket.objects.values()) == {b"another's"}


@pytest.mark.parametrize("method", ["HEAD", "PUT", "GET"])
@pytest.mark.parametrize("way", ["fails", "drops"])
def test_a_store_that_fails_at_any_request_leaves_the_copy_whole_or_not_there(
    bucket: Bucket, tmp_path: Path, method: str, way: str
) -> None:
    trust = open_trust(ADDRESS, tmp_path)
    setattr(bucket, way, method)
    told = fault_of(lambda: trust.put(NAME, COPY))
    if told is None:
        assert (way, method) == ("drops", "PUT")  # it had been stored, and reading back proves it
    else:
        assert ADDRESS in told and "127.0.0.1" not in told
    assert set(bucket.objects.values()) <= {COPY}
    setattr(bucket, way, "")
    trust.put(NAME, COPY)
    assert set(bucket.objects.values()) == {COPY}


@pytest.mark.parametrize("fault", ["is_full", "refuses", "corrupts"])
def test_no_copy_is_claimed_by_a_store_that_misbehaves(bucket: Bucket, tmp_path: Path, fault: str) -> None:
    trust = open_trust(ADDRESS, tmp_path)
    setattr(bucket, fault, True)
    with pytest.raises(TrustFault):
        trust.put(NAME, COPY)


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_a_store_that_cannot_be_seen_is_not_a_no(bucket: Bucket, tmp_path: Path, method: str) -> None:
    trust = open_trust(ADDRESS, tmp_path)
    trust.put(NAME, COPY)
    bucket.fails = method
    with pytest.raises(TrustFault, match="does not answer"):
        trust.holds(NAME, HASH)


def test_wrong_bytes_read_back_are_a_no(bucket: Bucket, tmp_path: Path) -> None:
    trust = open_trust(ADDRESS, tmp_path)
    trust.put(NAME, COPY)
    bucket.corrupts = True
    assert not trust.holds(NAME, HASH)


def test_a_deletion_that_is_answered_and_not_done_is_noticed(bucket: Bucket, tmp_path: Path) -> None:
    trust = open_trust(ADDRESS, tmp_path)
    trust.put(NAME, COPY)
    bucket.keeps = True
    with pytest.raises(TrustFault, match="still there"):
        trust.remove(NAME)


def test_a_store_out_of_reach_fails_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import redact.store.trust.bucket as bucket

    monkeypatch.setattr(bucket, "_ASK", bucket._ASK / 20)  # 0.3 s, so that the test does not wait for the real 6
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections and says nothing
        for name, value in {**KEYS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{silent.getsockname()[1]}"}.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(TrustFault, match="does not answer"):
            open_trust(ADDRESS, tmp_path).put(NAME, COPY)
    with pytest.raises(TrustFault, match="does not answer"):  # now nobody listens
        open_trust(ADDRESS, tmp_path).holds(NAME, HASH)


def test_the_longest_wait_for_a_store_out_of_reach_is_under_fifteen_seconds() -> None:
    import redact.store.trust.bucket as bucket

    longest = max(bucket._CONNECT, bucket._ASK) * (1 + bucket._RETRIES)
    assert longest.total_seconds() < 15


@pytest.mark.parametrize(
    "address",
    ["s3://", "s3://B/x", "s3://bucket/../x", "s3://bucket//x", "gs://bucket/x", "https://example.org/x", "file:///x"],
)
def test_an_address_that_is_none_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(UsageError, match="Trust storage is"):
        open_trust(address, tmp_path)


@pytest.mark.parametrize(
    ("address", "environment", "wanted"),
    [
        (ADDRESS, {}, "AWS_ACCESS_KEY_ID"),
        (ADDRESS, {"AWS_ACCESS_KEY_ID": "a"}, "AWS_SECRET_ACCESS_KEY"),
        ("az://copies/x", {}, "AZURE_STORAGE_ACCOUNT_NAME"),
        ("az://copies/x", {"AZURE_STORAGE_ACCOUNT_NAME": "a"}, "AZURE_STORAGE_ACCOUNT_KEY"),
        (ADDRESS, {**KEYS, "AWS_ENDPOINT_URL": "http://minio.example.org"}, "https"),
        (ADDRESS, {**KEYS, "AWS_ENDPOINT_URL_S3": "http://10.0.0.7:9000"}, "https"),
        (ADDRESS, {**KEYS, "AWS_ENDPOINT": "ftp://127.0.0.1"}, "https"),
        (ADDRESS, {**KEYS, "AWS_ENDPOINT_URL": "http://127.0.0.1.example.org"}, "https"),
    ],
)
def test_without_keys_or_encryption_nothing_is_opened(address: str, environment: dict[str, str], wanted: str) -> None:
    with pytest.raises(UsageError, match=wanted):
        open_bucket(address, environment)


@pytest.mark.parametrize(
    "host", ["http://127.0.0.1:9000", "http://localhost:9000", "http://[::1]:9000", "https://minio.example.org"]
)
def test_this_machine_may_be_spoken_to_plainly_and_others_encrypted(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": host}.items():
        monkeypatch.setenv(name, value)
    assert str(open_bucket(ADDRESS, os.environ)) == ADDRESS


def test_azure_opens_with_its_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {"AZURE_STORAGE_ACCOUNT_NAME": "schoolcopies", "AZURE_STORAGE_ACCOUNT_KEY": "a2V5"}
    for name, value in keys.items():
        monkeypatch.setenv(name, value)
    assert str(open_bucket("az://copies/x", os.environ)) == "az://copies/x"


# -- whose bucket --

MINE, ANOTHERS = "a" * 32, "b" * 32
MARKER_KEY = "redacted-copies/school/copies/.redact-trust"


def test_a_bucket_is_marked_with_the_first_copy_and_another_workspace_is_refused(
    bucket: Bucket, tmp_path: Path
) -> None:
    mine, anothers = (open_trust(ADDRESS, tmp_path, owner) for owner in (MINE, ANOTHERS))
    assert not mine.holds(NAME, hashlib.sha256(COPY).hexdigest()) and MARKER_KEY not in bucket.objects
    mine.put(NAME, COPY)
    assert MINE.encode() in bucket.objects[MARKER_KEY]
    acts: list[Callable[[], object]] = [
        lambda: anothers.put(NAME, COPY),
        lambda: anothers.find(NAME),
        lambda: anothers.holds(NAME, "0" * 64),
        lambda: anothers.remove(NAME),
    ]
    for act in acts:
        with pytest.raises(TrustFault, match="another workspace"):
            act()
    assert open_trust(ADDRESS, tmp_path, MINE).read(NAME) == COPY


def test_a_bucket_that_a_former_version_filled_is_worked_in_and_marked_with_the_next_copy(
    bucket: Bucket, tmp_path: Path
) -> None:
    open_trust(ADDRESS, tmp_path).put(NAME, COPY)
    trust = open_trust(ADDRESS, tmp_path, MINE)
    assert trust.read(NAME) == COPY and MARKER_KEY not in bucket.objects
    trust.put(NAME, COPY)
    assert MARKER_KEY in bucket.objects
    asked = len(bucket.requests)
    trust.put(NAME, COPY)
    assert len(bucket.requests) - asked == 2  # whose it is was seen once
