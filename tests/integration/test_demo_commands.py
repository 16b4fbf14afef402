"""The commands that make and load the demonstration."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import orjson
import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from officers.models import Assignment, Officer, StaffCount
from thads.integration.demo import register
from thads.integration.demo.people import ESTABLISHMENT, YEARS, create_people, people


def make(*args: str) -> str:
    out = StringIO()
    call_command("make_stories", *args, stdout=out)
    return out.getvalue()


def test_stories_are_written_to_a_file(tmp_path: Path) -> None:
    target = tmp_path / "stories.ndjson"
    said = make("--cases", "1203", "--seed", "5", "--out", str(target))
    assert target.read_bytes().splitlines() == list(register.stories(1203, 5))
    assert "1203" in said


def test_stories_are_written_to_standard_output() -> None:
    lines = make("--profile", "danang", "--cases", "3").splitlines()
    assert [orjson.loads(line)["case"]["unit"][:2] for line in lines] == ["DN"] * 3


def test_no_cases_at_all_are_refused() -> None:
    with pytest.raises(CommandError, match="--cases"):
        make("--cases", "0")


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="missing"):
        make("--cases", "1", "--out", str(tmp_path / "missing" / "stories.ndjson"))


@pytest.mark.django_db
def test_people_are_created_once() -> None:
    assert create_people() == create_people() == ESTABLISHMENT
    assert Officer.objects.count() == Assignment.objects.count() == ESTABLISHMENT
    assert Assignment.objects.filter(role="OFFICER").count() == 55
    for year in YEARS:
        posts = StaffCount.objects.filter(fiscal_year=year).aggregate(
            given=Sum("establishment"), filled=Sum("in_post")
        )
        assert posts == {"given": ESTABLISHMENT, "filled": ESTABLISHMENT}


@pytest.mark.django_db
def test_an_officer_known_by_code_alone_gets_a_name_and_a_named_one_keeps_it() -> None:
    unnamed, named = people()[3], people()[4]
    Officer.objects.create(code=unnamed.code)
    Officer.objects.create(code=named.code, name="Tên đã có", rank="CLERK")
    create_people()
    assert Officer.objects.get(code=unnamed.code).name == unnamed.name
    assert Officer.objects.get(code=named.code).name == "Tên đã có"
