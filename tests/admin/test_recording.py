"""The guided recording of an act: dry run first, once however often it is pressed, on the version looked at."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from cases.models import Act, Case
from tests.admin.people import fields, signed_in

COLLECTED = {
    "effective_on": "01/03/2024", "lines": "some", "line-o1": "on", "amount-o1": "2.000.000", "note": "thu tại trụ sở",
}  # fmt: skip


@pytest.fixture
def officer(case: str) -> Client:
    return signed_in("DN.HC", "OFFICER", "DN.HC.01")


def url(case: str, kind: str = "COLLECTION") -> str:
    return f"/admin/cases/{case}/record/{kind}/"


def checked(client: Client, case: str, kind: str = "COLLECTION", **typed: str) -> Any:
    """The second step: what would change."""
    opened = fields(client.get(url(case, kind)))
    return client.post(url(case, kind), {**opened, **typed, "step": "preview"})


def acts() -> int:
    return Act.objects.count()


def test_the_kinds_of_acts_are_offered_with_their_articles(officer: Client, case: str) -> None:
    page = officer.get(f"/admin/cases/{case}/record/").content.decode()
    assert "Thu tiền thi hành án" in page and "L25 Đ36.1, 53.1; T216 Đ6.8" in page
    assert f'href="{url(case, "REASSIGN")}"' not in page, "an officer hands nothing over"
    assert f'href="{url(case, "REQUEST_RETURN_NOTICE")}"' not in page, "only on request"


def test_an_act_is_checked_and_then_recorded(officer: Client, case: str) -> None:
    before = acts()
    preview = checked(officer, case, **COLLECTED)
    assert preview.status_code == 200
    page = preview.content.decode()
    assert "Chưa có gì được ghi" in page and "5.000.000" in page and "3.000.000" in page
    assert acts() == before
    done = officer.post(url(case), fields(preview))
    assert done.status_code == 302 and f"/admin/cases/{case}/#act-" in done["Location"]
    assert acts() == before + 1 and Case.objects.get().remaining == 3_000_000
    act = Act.objects.get(type="COLLECTION")
    assert act.note == "thu tại trụ sở" and act.recorded_by.startswith("USER:")
    shown = officer.get(done["Location"]).content.decode()
    assert "Đã ghi: Thu tiền thi hành án, ngày 01/03/2024." in shown and "2.000.000 đ" in shown


def test_the_preview_tells_the_figures_of_the_period(officer: Client, case: str) -> None:
    page = checked(officer, case, "PERFORMANCE", effective_on="01/03/2024", lines="some", **{"line-o2": "on"})
    assert "Số liệu kỳ này" in page.content.decode()


def test_pressing_twice_records_once(officer: Client, case: str) -> None:
    preview = fields(checked(officer, case, **COLLECTED))
    before = acts()
    first, second = officer.post(url(case), preview), officer.post(url(case), preview)
    assert first["Location"] == second["Location"] and acts() == before + 1


def test_an_act_on_a_case_that_has_changed_is_not_recorded(officer: Client, case: str) -> None:
    preview = fields(checked(officer, case, **COLLECTED))
    meanwhile = fields(checked(officer, case, "VERIFICATION", effective_on="02/03/2024"))
    assert officer.post(url(case, "VERIFICATION"), meanwhile).status_code == 302
    before = acts()
    stale = officer.post(url(case), preview)
    page = stale.content.decode()
    assert stale.status_code == 409 and acts() == before
    assert "Hồ sơ vừa thay đổi" in page and "Xác minh điều kiện thi hành án" in page and "02/03/2024" in page
    again = officer.post(url(case), {**fields(stale), "step": "preview"})
    assert again.status_code == 200 and officer.post(url(case), fields(again)).status_code == 302
    assert acts() == before + 1


def test_a_refusal_stands_at_its_field_with_the_article(officer: Client, case: str) -> None:
    refused = checked(officer, case, "NO_CONDITION_DECISION", effective_on="01/03/2024", lines="whole")
    page = refused.content.decode()
    assert refused.status_code == 422 and "L08 Đ44a" in page
    assert page.index('id="ground"') < page.index('class="fault"') < page.index('id="note"')
    too_much = checked(officer, case, **{**COLLECTED, "amount-o1": "9.000.000"})
    page = too_much.content.decode()
    assert too_much.status_code == 422 and 'class="fault"' in page and 'value="9.000.000"' in page


def test_a_day_that_is_none_is_refused_at_its_field(officer: Client, case: str) -> None:
    page = checked(officer, case, **{**COLLECTED, "effective_on": "31/02/2024"})
    assert page.status_code == 422 and "31/02/2024" in page.content.decode().replace(
        "2024-02-31", "31/02/2024"
    )


def test_the_grounds_are_those_of_each_law(officer: Client, case: str) -> None:
    page = officer.get(url(case, "NO_CONDITION_DECISION")).content.decode()
    assert 'data-to="2026-06-30"' in page or 'data-to="2025-06-30"' in page or "data-from" in page
    assert "L25 Đ38.1a" in page and "L08 Đ44a" in page


def test_what_was_typed_comes_back_for_changing(officer: Client, case: str) -> None:
    preview = checked(officer, case, **COLLECTED)
    again = officer.post(url(case), {**fields(preview, 1)}).content.decode()
    assert 'value="2.000.000"' in again and "thu tại trụ sở" in again and 'value="01/03/2024"' in again


def test_a_correction_names_the_act(officer: Client, case: str) -> None:
    officer.post(url(case), fields(checked(officer, case, **COLLECTED)))
    wrong = Act.objects.get(type="COLLECTION")
    preview = checked(officer, case, "CORRECTION", effective_on="02/03/2024", voids=str(wrong.public_id))
    assert officer.post(url(case, "CORRECTION"), fields(preview)).status_code == 302
    assert Case.objects.get().remaining == 5_000_000
    page = officer.get(f"/admin/cases/{case}/").content.decode()
    assert 'class="undone"' in page and "Đã đính chính" in page


def test_only_who_may_hands_a_case_over(officer: Client, case: str) -> None:
    typed = {"effective_on": "02/03/2024", "unit": "DN.HC"}
    assert officer.post(url(case, "REASSIGN"), {**typed, "step": "preview"}).status_code == 403
    head = signed_in("DN", "HEAD")
    preview = checked(head, case, "REASSIGN", effective_on="02/03/2024", unit="DN.TK", officer="DN.TK.01")
    assert head.post(url(case, "REASSIGN"), fields(preview)).status_code == 302
    assert Case.objects.get().unit.code == "DN.TK"
    assert officer.get(f"/admin/cases/{case}/").status_code == 404


def test_an_auditor_records_nothing(case: str) -> None:
    auditor = signed_in("DN", "AUDITOR")
    before = acts()
    for step in ("preview", "record", "edit"):
        assert auditor.post(url(case), {**COLLECTED, "step": step}).status_code == 403
    assert acts() == before


def test_a_kind_that_is_none_is_not_there(officer: Client, case: str) -> None:
    for kind in ("NO_SUCH", "ENF_DECISION_EX_OFFICIO"):
        assert officer.get(url(case, kind)).status_code == 404


# --- Opening ------------------------------------------------------------------------------------------------

NEW = {
    "decision_number": "77/QĐ-CCTHADS", "decision_date": "02/11/2023", "initiation": "EX_OFFICIO", "unit": "DN.HC",
    "officer": "DN.HC.01", "field": "CRIMINAL", "judgment-number": "12/2023/HS-ST", "judgment-issued_on": "11/09/2023",
    "judgment-issuer": "TAND quận Hải Châu", "parties": "2", "obligations": "2", "party-0-name": "Nguyễn Văn Bảy",
    "party-0-role": "DEBTOR", "party-0-kind": "PERSON", "line-0-kind": "COURT_FEE", "line-0-debtor": "p1",
    "line-0-amount": "5.000.000",
}  # fmt: skip


def test_a_case_is_opened_by_a_form_once(staff: None) -> None:
    clerk = signed_in("DN.HC", "CLERK")
    preview = clerk.post("/admin/cases/open/", {**NEW, "step": "preview"})
    assert preview.status_code == 200 and "Chưa có gì được ghi" in preview.content.decode()
    assert not Case.objects.exists()
    sent = fields(preview)
    first, second = clerk.post("/admin/cases/open/", sent), clerk.post("/admin/cases/open/", sent)
    assert first.status_code == second.status_code == 302 and first["Location"] == second["Location"]
    case = Case.objects.get()
    assert case.due == 5_000_000 and case.decision_number == "77/QĐ-CCTHADS"
    assert "Nguyễn Văn Bảy" in clerk.get(first["Location"]).content.decode()


def test_an_opening_is_refused_at_its_fields(staff: None) -> None:
    clerk = signed_in("DN.HC", "CLERK")
    wrong = clerk.post("/admin/cases/open/", {**NEW, "field": "", "line-0-amount": "-5", "step": "preview"})
    page = wrong.content.decode()
    assert wrong.status_code == 422 and page.count('class="fault"') >= 2 and 'value="Nguyễn Văn Bảy"' in page
    more = clerk.post("/admin/cases/open/", {**NEW, "step": "more-parties"}).content.decode()
    assert "Đương sự 3" in more and 'value="Nguyễn Văn Bảy"' in more
    assert (
        signed_in("DN.HC", "ACCOUNTANT").post("/admin/cases/open/", {**NEW, "step": "record"}).status_code
        == 403
    )
    assert not Case.objects.exists()


def test_what_may_not_be_done_now_says_why_and_another_day_is_asked_for(officer: Client, case: str) -> None:
    page = officer.get(f"/admin/cases/{case}/record/").content.decode()
    assert f'href="{url(case, "FILE_PULL_DECISION")}' not in page and "L08 Đ35.2h" in page
    assert "không áp dụng được cho việc" in page, "why a decision cannot be made from this state"
    then = officer.get(f"/admin/cases/{case}/record/", {"on": "01/03/2024"}).content.decode()
    assert f'href="{url(case, "FILE_PULL_DECISION")}?on=2024-03-01"' in then
    assert 'value="01/03/2024"' in then
    form = officer.get(url(case, "FILE_PULL_DECISION"), {"on": "2024-03-01"}).content.decode()
    assert 'value="01/03/2024"' in form, "the day goes with it"


def test_what_the_law_asks_an_act_to_say_is_asked_for(officer: Client, case: str) -> None:
    page = officer.get(url(case, "REVOCATION_DECISION")).content.decode()
    assert 'name="data-legal_consequence"' in page and "Hậu quả pháp lý" in page
    typed = {"effective_on": "01/08/2026", "lines": "whole", "ground": "a"}
    refused = checked(officer, case, "REVOCATION_DECISION", **typed)
    assert refused.status_code == 422 and "52.5" in refused.content.decode()
    preview = checked(
        officer, case, "REVOCATION_DECISION", **typed, **{"data-legal_consequence": "Chấm dứt thi hành"}
    )
    assert preview.status_code == 200 and "Thời hạn" in preview.content.decode()
    assert officer.post(url(case, "REVOCATION_DECISION"), fields(preview)).status_code == 302
    assert Act.objects.get(type="REVOCATION_DECISION").data == {"legal_consequence": "Chấm dứt thi hành"}


def test_a_verification_says_what_it_came_to(officer: Client, case: str) -> None:
    page = officer.get(url(case, "VERIFICATION")).content.decode()
    assert "Kết luận xác minh" in page and "Chưa có điều kiện thi hành" in page
    preview = checked(
        officer, case, "VERIFICATION", effective_on="01/03/2024", **{"data-conclusion": "NO_CONDITION"}
    )
    assert officer.post(url(case, "VERIFICATION"), fields(preview)).status_code == 302
    assert Act.objects.get(type="VERIFICATION").data == {"conclusion": "NO_CONDITION"}
