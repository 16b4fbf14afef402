"""Cases and their acts through the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from cases.api import views
from cases.api.masks import masked_address, masked_number
from cases.models import Case, ExternalId
from officers.models import Officer
from tests.api.clients import caller, walk
from tests.registers import bring_in, made_story
from tests.shapes import shape

pytestmark = pytest.mark.django_db
CASES = "/api/v1/cases/"

WHOLE_LIFE = [
    {
        "ref": "a1",
        "type": "COLLECTION",
        "effective_on": "2023-12-01",
        "lines": [{"obligation": "o1", "amount": "2000000"}],
        "decision_number": "5/BL",
        "decision_date": "2023-12-01",
        "signer": "Lê Văn B",
        "note": "nộp một phần",
    },
    {"ref": "a2", "type": "NO_CONDITION_DECISION", "effective_on": "2024-01-10", "ground": "a"},
    {"ref": "a3", "type": "VALUATION", "effective_on": "2024-01-20", "asset": "s1", "data": {"price": "900"}},
    {"ref": "a4", "type": "ANNUL_ACT", "effective_on": "2024-02-01", "annuls": "a2"},
    {"ref": "a5", "type": "CORRECTION", "effective_on": "2024-02-02", "voids": "a4"},
    {"ref": "a6", "type": "REASSIGN", "effective_on": "2024-02-03", "unit": "DN.HC", "officer": "DN.HC.02"},
]


def whole_story() -> dict[str, Any]:
    asset = {"ref": "s1", "kind": "REAL_ESTATE", "owner": "d1", "description": "Nhà", "certificate": "BK 1"}
    return made_story(acts=WHOLE_LIFE, tags=["CORRUPTION_ECONOMIC"]) | {"assets": [asset]}


@pytest.fixture
def register(staff: dict[str, Officer]) -> dict[str, str]:
    """Six cases of three units; their ids by decision number."""
    collected = [
        {
            "type": "COLLECTION",
            "effective_on": "2024-05-01",
            "lines": [{"obligation": "o1", "amount": "5000000"}],
        },
        {"type": "PERFORMANCE", "effective_on": "2024-05-01"},
    ]
    stayed = [{"type": "STAY_NOTICE", "effective_on": "2024-05-01", "ground": "a"}]
    other = {**made_story()["case"]["judgment"], "number": "99/2022/DS-ST"}
    keys = bring_in(
        [
            whole_story(),
            made_story(number="2/QĐ", date="2024-01-05", acts=collected, judgment=other),
            made_story(number="3/QĐ", date="2024-01-05", officer="DN.HC.01", acts=stayed, field="CIVIL"),
            made_story(number="4/QĐ", date="2024-03-05", unit="DN.TK", officer="DN.TK.01", tags=["CREDIT_INSTITUTION"]),
            made_story(number="4/QĐ", date="2024-03-06", unit="DN", officer=None),
            made_story(number="6/QĐ", date="2024-04-01", initiation="ON_REQUEST"),
        ],
        counted=False,
    )  # fmt: skip
    cases = Case.objects.filter(id__in=keys).values_list("authority__code", "decision_number", "public_id")
    return {f"{authority} {number}": str(key) for authority, number, key in cases}


def numbers(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["decision_number"] for row in answer.json()["results"]]


def test_a_row(register: dict[str, str]) -> None:
    (row,) = caller("DN", "HEAD").get(f"{CASES}?decision_number=1/QĐ-CCTHADS").json()["results"]
    assert row == {
        "id": register["DN.HC 1/QĐ-CCTHADS"],
        "decision_number": "1/QĐ-CCTHADS",
        "decision_date": "2023-11-02",
        "authority": "DN.HC",
        "unit": "DN.HC",
        "officer": {"code": "DN.HC.02", "name": None},
        "initiation": "EX_OFFICIO",
        "initiation_label": "Chủ động",
        "field": "CRIMINAL",
        "field_label": row["field_label"],
        "status": "NOT_ENFORCEABLE",
        "status_label": row["status_label"],
        "bucket": "INELIGIBLE",
        "bucket_label": row["bucket_label"],
        "due": "5000000",
        "remaining": "3000000",
        "tags": ["CORRUPTION_ECONOMIC"],
        "tags_label": ["Án tham nhũng, kinh tế"],
        "debtors": ["Nguyễn Văn A"],
        "last_act_on": "2024-02-03",
    }


def test_labels_in_english(register: dict[str, str]) -> None:
    row = caller("DN", "HEAD").get(f"{CASES}?lang=en&decision_number=6/QĐ").json()["results"][0]
    vietnamese = caller("DN", "HEAD").get(f"{CASES}?decision_number=6/QĐ").json()["results"][0]
    for name in ("initiation_label", "field_label", "bucket_label"):
        assert row[name] and row[name] != vietnamese[name]


def test_the_latest_decisions_come_first(register: dict[str, str]) -> None:
    client = caller("DN", "HEAD")
    assert numbers(client.get(CASES)) == ["6/QĐ", "4/QĐ", "4/QĐ", "3/QĐ", "2/QĐ", "1/QĐ-CCTHADS"]
    assert numbers(client.get(f"{CASES}?ordering=decision_date"))[:3] == ["1/QĐ-CCTHADS", "2/QĐ", "3/QĐ"]
    assert numbers(client.get(f"{CASES}?ordering=remaining"))[:2] == ["2/QĐ", "1/QĐ-CCTHADS"]


@pytest.mark.parametrize(
    "ordering", ["decision_date", "-decision_date", "-recorded_at", "remaining", "last_act_on"]
)
@pytest.mark.parametrize("size", [1, 2, 4])
def test_pages_hold_every_case_once(register: dict[str, str], ordering: str, size: int) -> None:
    client = caller("DN", "HEAD")
    whole = [row["id"] for row in client.get(f"{CASES}?ordering={ordering}").json()["results"]]
    pages = walk(client, f"{CASES}?ordering={ordering}&page_size={size}", "next")
    assert [row["id"] for page in pages for row in page["results"]] == whole
    back = walk(client, pages[-1]["previous"], "previous")
    assert sum(len(page["results"]) for page in back) == len(whole) - len(pages[-1]["results"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("unit=DN.HC", "6321"),
        ("unit=DN&own=true", "4"),
        ("unit=DN", "644321"),
        ("officer=DN.HC.02", "1"),
        ("officer=DN.TK.01", "4"),
        ("decision_number=4/QĐ", "44"),
        ("decision_number=4/QĐ&authority=DN.TK", "4"),
        ("decision_number=nothing", ""),
        ("authority=DN.HC", "6321"),
        ("authority=XX", ""),
        ("decision_date=2024-01-05", "32"),
        ("decision_date__gte=2024-03-06", "64"),
        ("decision_date__lte=2024-01-05", "321"),
        ("decision_date__gte=2024-01-05&decision_date__lte=2024-03-05", "432"),
        ("initiation=ON_REQUEST", "6"),
        ("field=CIVIL", "3"),
        ("bucket=COMPLETED", "2"),
        ("bucket__in=COMPLETED,STAYED", "32"),
        ("theme=CREDIT_INSTITUTION", "4"),
        ("judgment_number=99/2022/DS-ST", "2"),
        ("unit=DN.HC&bucket=ELIGIBLE", "6"),
    ],
)
def test_filters(register: dict[str, str], query: str, expected: str) -> None:
    answer = caller("DN", "HEAD").get(f"{CASES}?{query}&count=exact")
    assert [number[0] for number in numbers(answer)] == list(expected)
    assert answer.json()["count"] == {"value": len(expected), "kind": "exact"}


@pytest.mark.parametrize(
    ("query", "status", "code", "pointer"),
    [
        ("bucket=RED", 400, "PARAMETER_CHOICE", "?bucket"),
        ("bucket__in=STAYED,RED", 400, "PARAMETER_CHOICE", "?bucket__in"),
        ("bucket=OUTSIDE", 400, "PARAMETER_CHOICE", "?bucket"),
        ("theme=x", 400, "PARAMETER_CHOICE", "?theme"),
        ("decision_date__gte=01/02/2024", 400, "PARAMETER_DATE", "?decision_date__gte"),
        ("ordering=name", 400, "PARAMETER_CHOICE", "?ordering"),
        ("debtor=x", 400, "PARAMETER_UNKNOWN", "?debtor"),
        ("page_size=201", 400, "PARAMETER_NUMBER", "?page_size"),
        ("unit=DN.XX", 404, "UNIT_NOT_FOUND", "?unit"),
        ("officer=DN.XX.01", 404, "OFFICER_NOT_FOUND", "?officer"),
    ],
)
def test_bad_parameters(register: dict[str, str], query: str, status: int, code: str, pointer: str) -> None:
    answer = caller("DN", "HEAD").get(f"{CASES}?{query}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_a_list_costs_the_same_number_of_queries_whatever_its_length(
    register: dict[str, str], django_assert_num_queries: Any
) -> None:
    client = caller("DN", "HEAD")
    client.get(CASES)
    for size in (1, 6):
        # savepoint and its release, key with its units, the page with its count
        with django_assert_num_queries(4):
            client.get(f"{CASES}?page_size={size}")


def test_an_officer_sees_own_cases_only(register: dict[str, str]) -> None:
    client = caller("DN.HC", "OFFICER", "DN.HC.01")
    assert numbers(client.get(CASES)) == ["6/QĐ", "3/QĐ", "2/QĐ"]
    assert client.get(f"{CASES}{register['DN.HC 3/QĐ']}/").status_code == 200
    for address in (f"{CASES}{register['DN.HC 1/QĐ-CCTHADS']}/", f"{CASES}?officer=DN.HC.02"):
        assert client.get(address).status_code == 404
    assert client.get(f"{CASES}{register['DN.HC 1/QĐ-CCTHADS']}/acts/").status_code == 404


def test_a_unit_sees_its_cases_only(register: dict[str, str]) -> None:
    client = caller("DN.TK", "UNIT_HEAD")
    assert numbers(client.get(CASES)) == ["4/QĐ"]
    for address in (
        register["DN.HC 2/QĐ"],
        "0b8f1f0e-6f0c-4a53-9d53-2b6d0c2a7b11",
        "x",
        "1/2",
        "đ",
        "a" * 300,
    ):
        for path in ("", "acts/"):
            answer = client.get(f"{CASES}{address}/{path}")
            assert answer.status_code == 404, address
            assert answer.json()["code"] in ("CASE_NOT_FOUND", "URL_UNKNOWN")


def test_a_case_in_full(register: dict[str, str]) -> None:
    client = caller("DN", "HEAD")
    body = client.get(f"{CASES}{register['DN.HC 1/QĐ-CCTHADS']}/").json()
    (row,) = client.get(f"{CASES}?decision_number=1/QĐ-CCTHADS").json()["results"]
    assert {name: body[name] for name in row} == row
    judgment = {name: value for name, value in body["judgment"].items() if name != "id"}
    assert judgment == {
        "number": "12/2023/HS-ST",
        "issued_on": "2023-09-11",
        "effective_on": "2023-10-12",
        "issuer": "TAND quận Hải Châu",
        "instrument_type": "CRIMINAL_JUDGMENT",
        "instrument_type_label": judgment["instrument_type_label"],
    }
    (party,) = body["parties"]
    assert (party["name"], party["id_number"], party["address"]) == (
        "Nguyễn Văn A",
        "048090000001",
        "12 Lê Lợi, Hải Châu, Đà Nẵng",
    )
    auditor = caller("DN", "AUDITOR")
    (masked,) = auditor.get(f"{CASES}{register['DN.HC 1/QĐ-CCTHADS']}/").json()["parties"]
    assert (masked["id_number"], masked["address"]) == ("********0001", "***, Đà Nẵng")
    money, evidence = body["obligations"]
    assert (money["amount"], money["due"], money["remaining"]) == ("5000000", "5000000", "3000000")
    assert (evidence["amount"], evidence["due"], evidence["bucket"]) == (None, "0", "INELIGIBLE")
    assert (money["debtor"], money["creditor"]) == ("d1", None)
    assert body["assets"][0]["kind"] == "REAL_ESTATE" and body["assets"][0]["owner"] == "d1"
    assert body["acts"]["count"] == 7 and body["version"] == 7
    assert client.get(body["acts"]["url"]).status_code == 200


def test_no_answer_to_whom_it_is_masked_holds_an_identity_number(register: dict[str, str]) -> None:
    client = caller("DN", "AUDITOR")
    for path in ("", *(f"{key}/" for key in register.values())):
        text = client.get(f"{CASES}{path}").content.decode()
        assert "048090000001" not in text and "Lê Lợi" not in text


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("048090000001", "********0001"),
        ("123456789", "******789"),
        ("C12345", "****45"),
        ("12", "**"),
        ("", ""),
        (None, None),
    ],
)
def test_masked_numbers(number: str | None, shown: str | None) -> None:
    assert masked_number(number) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [("1 Lê Lợi, Đà Nẵng", "***, Đà Nẵng"), ("Đà Nẵng", "***"), ("1 Lê Lợi,", "***"), (None, None)],
)
def test_masked_addresses(address: str | None, shown: str | None) -> None:
    assert masked_address(address) == shown


def test_acts_in_the_order_of_the_story(register: dict[str, str]) -> None:
    client = caller("DN", "HEAD")
    acts = client.get(f"{CASES}{register['DN.HC 1/QĐ-CCTHADS']}/acts/").json()["results"]
    assert [act["type"] for act in acts] == ["ENF_DECISION_EX_OFFICIO", *(act["type"] for act in WHOLE_LIFE)]
    opening, collection, no_condition, valuation, annulment, correction, reassign = acts
    assert (opening["seq"], opening["decision_number"], opening["unit"]) == (0, "1/QĐ-CCTHADS", "DN.HC")
    assert collection["lines"] == [{"obligation": "o1", "amount": "2000000"}]
    told = WHOLE_LIFE[0]
    assert {name: collection[name] for name in told} == told
    assert (no_condition["whole"], no_condition["lines"], no_condition["ground"]) == (True, [], "a")
    assert no_condition["legal_basis"] and no_condition["type_label"]
    assert (valuation["asset"], valuation["data"]) == ("s1", {"price": "900"})
    assert annulment["annuls"] == no_condition["id"]
    assert correction["voids"] == annulment["id"]
    assert annulment["voided_by"] == correction["id"]
    assert no_condition["annulled_by"] is None, "the annulment itself is void"
    assert (reassign["unit"], reassign["officer"]) == ("DN.HC", "DN.HC.02")
    assert {act["recorded_by"] for act in acts} == {"TEST"}
    assert all(act["recorded_at"].endswith("+07:00") for act in acts)


def test_an_annulled_act_says_by_what(staff: dict[str, Officer]) -> None:
    (key,) = bring_in([made_story(acts=WHOLE_LIFE[:2] + WHOLE_LIFE[3:4])], counted=False)
    case = Case.objects.get(pk=key)
    acts = caller("DN", "HEAD").get(f"{CASES}{case.public_id}/acts/").json()["results"]
    assert (acts[2]["annulled_by"], acts[2]["voided_by"]) == (acts[3]["id"], None)


def test_acts_come_in_pages(register: dict[str, str]) -> None:
    client = caller("DN", "HEAD")
    pages = walk(client, f"{CASES}{register['DN.HC 1/QĐ-CCTHADS']}/acts/?page_size=3", "next")
    assert [act["seq"] for page in pages for act in page["results"]] == list(range(7))


@pytest.mark.parametrize(
    ("view", "path"),
    [(views.CaseList, ""), (views.CaseDetail, "{id}/"), (views.CaseActs, "{id}/acts/?ordering=-seq")],
)
def test_examples_have_the_shape_of_answers(view: Any, path: str, staff: dict[str, Officer]) -> None:
    collected = [
        {"type": "COLLECTION", "effective_on": "2024-01-01", "lines": [{"obligation": "o1", "amount": "1"}]}
    ]
    story = made_story(acts=collected, tags=["CREDIT_INSTITUTION"])
    story["assets"] = [{"ref": "s1", "kind": "REAL_ESTATE"}]
    (key,) = bring_in([story], counted=False)
    case = Case.objects.get(pk=key)
    last = case.acts.order_by("-seq").first()
    for noun in ({"case": case}, {"party": case.parties.get()}, {"act": last}):
        ExternalId.objects.create(
            system="court", value="1", recorded_at=timezone.now(), recorded_by="TEST:1", **noun
        )
    answer = caller("DN.HC", "UNIT_HEAD").get(CASES + path.format(id=case.public_id))
    assert shape(view.operations["GET"].example) == shape(answer.json())
