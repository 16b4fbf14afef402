"""Tags: words of a unit, put on its cases and taken off; no figure counts them."""

from __future__ import annotations

from typing import Any

import pytest

from cases.api import tags
from cases.models import Case, CaseTag, Tag
from tests.api.clients import caller
from tests.papers import opened
from tests.shapes import shape
from thads.journal.models import Outbox

pytestmark = pytest.mark.django_db
ALL = "/api/v1/tags/"
SENT = {"name": "Cần phối hợp xã", "colour": "#d97706", "unit": "DN.HC"}


def codes(answer: Any) -> list[tuple[str, str]]:
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


def made(**more: Any) -> dict[str, Any]:
    answer = caller("DN.HC", "CLERK").post(ALL, {**SENT, **more}, format="json")
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def on(case: Case, tag: dict[str, Any]) -> str:
    return f"/api/v1/cases/{case.public_id}/tags/{tag['id']}/"


def test_a_tag_is_made_changed_and_removed() -> None:
    clerk, tag = caller("DN.HC", "CLERK"), made()
    assert shape(clerk.get(ALL).json()) == shape(tags.TagList.operations["GET"].example)
    twice = clerk.post(ALL, SENT, format="json")
    assert (twice.status_code, codes(twice)) == (409, [("/name", "TAG_EXISTS")])
    assert codes(clerk.post(ALL, {**SENT, "colour": "red"}, format="json")) == [("/colour", "FIELD_INVALID")]
    url = f"{ALL}{tag['id']}/"
    changed = clerk.patch(url, {"colour": "#000000"}, format="json", HTTP_IF_MATCH='"1"').json()
    assert (changed["colour"], changed["version"]) == ("#000000", 2)
    assert clerk.put(url, {"name": "X"}, format="json", HTTP_IF_MATCH='"2"').status_code == 400
    assert clerk.delete(url, HTTP_IF_MATCH='"1"').status_code == 412
    assert clerk.delete(url, HTTP_IF_MATCH='"2"').status_code == 204
    assert clerk.get(url).status_code == 404 and Tag.objects.get().deleted_at is not None
    assert made()["id"] != tag["id"], "its name is free again"
    types = list(Outbox.objects.filter(type__startswith="tag.").order_by("id").values_list("type", flat=True))
    assert types == ["tag.created", "tag.changed", "tag.removed", "tag.created"]


def test_a_tag_on_a_case_finds_it_again_and_counts_for_nothing() -> None:
    case, other = opened(), opened(number="2/QĐ-CCTHADS")
    clerk, tag = caller("DN.HC", "CLERK"), made()
    first = clerk.put(on(case, tag))
    assert first.status_code == 200 and shape(first.json()) == shape(tags.CASE_TAG)
    assert clerk.put(on(case, tag)).json() == first.json() and CaseTag.objects.count() == 1
    found = clerk.get(f"/api/v1/cases/?tag={tag['id']}").json()["results"]
    assert [row["id"] for row in found] == [str(case.public_id)] and found[0]["tags"] == []
    listed = clerk.get(f"/api/v1/cases/{case.public_id}/tags/").json()
    assert shape(listed) == shape(tags.CaseTags.operations["GET"].example)
    assert clerk.get(f"/api/v1/cases/{other.public_id}/tags/").json()["results"] == []
    assert Case.objects.get(pk=case.pk).version == case.version
    for _ in range(2):
        assert clerk.delete(on(case, tag)).status_code == 204
    assert clerk.get(f"/api/v1/cases/?tag={tag['id']}").json()["results"] == []
    kept = CaseTag.objects.get()
    assert kept.ended_at is not None and kept.ended_by
    assert clerk.put(on(case, tag)).status_code == 200 and CaseTag.objects.count() == 2


def test_a_tag_that_is_removed_is_on_no_case() -> None:
    case, tag, clerk = opened(), made(), caller("DN.HC", "CLERK")
    clerk.put(on(case, tag))
    clerk.delete(f"{ALL}{tag['id']}/", HTTP_IF_MATCH='"1"')
    assert clerk.get(f"/api/v1/cases/{case.public_id}/tags/").json()["results"] == []
    assert clerk.put(on(case, tag)).status_code == 404


def test_tags_of_others_are_not_there() -> None:
    case, foreign = opened(), opened(unit="DN.TK", officer=None, number="2/QĐ-CCTHADS")
    tag = made()
    other = caller("DN.TK", "CLERK")
    assert other.get(ALL).json()["results"] == []
    assert other.put(on(foreign, tag)).status_code == other.put(on(case, tag)).status_code == 404
    assert other.get(f"/api/v1/cases/?tag={tag['id']}").json()["results"] == []
    assert codes(other.post(ALL, SENT, format="json")) == [("/unit", "UNIT_NOT_FOUND")]
    auditor = caller("DN.HC", "AUDITOR")
    assert auditor.put(on(case, tag)).status_code == auditor.post(ALL, SENT, format="json").status_code == 403
    assert len(auditor.get(ALL).json()["results"]) == 1
    # Whose case it is now decides who sees the tags on it.
    caller("DN.HC", "CLERK").put(on(case, tag))
    Case.objects.filter(pk=case.pk).update(unit=foreign.unit_id)
    assert other.get(f"/api/v1/cases/{case.public_id}/tags/").json()["results"] == []
