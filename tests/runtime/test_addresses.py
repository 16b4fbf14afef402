"""From one URL to what Django and Celery want to hear."""

from __future__ import annotations

from pathlib import Path

import pytest

from thads.runtime.addresses import AddressError, celery_broker, django_database, postgres_url
from thads.runtime.locks import FileLock
from thads.runtime.refusal import StartRefused
from thads.runtime.vault import open_vault


@pytest.mark.parametrize("host", ["db.example.vn", "/var/lib/thads/run"])
def test_an_address_survives_the_way_there_and_back(host: str) -> None:
    url = postgres_url(user="thads_app", password="p@ss/w:rd%", name="thads", host=host, port=5433)
    entry = django_database(url)
    assert (entry["USER"], entry["PASSWORD"], entry["NAME"]) == ("thads_app", "p@ss/w:rd%", "thads")
    assert (entry["HOST"], entry["PORT"]) == (host, "5433")


def test_options_go_to_the_driver() -> None:
    assert django_database("postgresql://a:b@h/thads?sslmode=require")["OPTIONS"]["sslmode"] == "require"


@pytest.mark.parametrize(
    "url", ["mysql://a:b@h/thads", "postgresql://a:secret@h:port/thads", "postgresql://a:secret@h/", "h"]
)
def test_a_wrong_address_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(AddressError) as refused:
        django_database(url)
    assert "postgresql://user:password@host:5432/name" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_celery_has_its_own_words_for_a_socket() -> None:
    assert celery_broker("unix:///run/redis.sock?db=2") == "redis+socket:///run/redis.sock?virtual_host=2"
    assert celery_broker("redis://cache:6379/1") == "redis://cache:6379/1"


def test_secrets_are_made_once_and_never_replaced(tmp_path: Path) -> None:
    first = open_vault(tmp_path)
    assert open_vault(tmp_path) == first
    assert all(len(secret) >= 32 for secret in first.values())
    (tmp_path / "postgres").mkdir()
    (tmp_path / "secrets.json").unlink()
    with pytest.raises(StartRefused, match="restore the file from a backup"):
        open_vault(tmp_path)


def test_a_lock_is_held_by_one_or_shared_by_many(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    alone, other = FileLock(path), FileLock(path)
    assert alone.try_take()
    assert not other.try_take()
    assert other.held_alone_by_someone()
    alone.release()
    alone.share()
    other.share()
    assert not FileLock(path).try_take()
    assert not FileLock(path).held_alone_by_someone()
