# SPDX-License-Identifier: EUPL-1.2
import os
import threading
from pathlib import Path

import pytest

from app.keyfile import load_or_create


def _random() -> bytes:
    return os.urandom(32)


def test_a_key_is_made_once_and_then_kept(tmp_path: Path) -> None:
    first = load_or_create(tmp_path / "new" / "key", _random)
    assert load_or_create(tmp_path / "new" / "key", _random) == first


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    load_or_create(tmp_path / "key", _random)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_all_who_ask_at_once_get_the_same_key(tmp_path: Path) -> None:
    together = threading.Barrier(8)
    keys: list[bytes] = []

    def ask() -> None:
        together.wait()
        keys.append(load_or_create(tmp_path / "key", _random))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_failing_maker_leaves_no_file(tmp_path: Path) -> None:
    def fail() -> bytes:
        raise RuntimeError("no entropy today")

    with pytest.raises(RuntimeError):
        load_or_create(tmp_path / "key", fail)
    assert list(tmp_path.iterdir()) == []
