"""Every move of the procedure through the API, under each law that knows it, whole and in part; and every move it
does not know, refused with the state, the article and what would be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from rest_framework.test import APIClient

from cases.actions.plans import plan_story
from cases.actions.register import Register
from cases.models import Case
from cases.rules.tables import Transition, tables
from officers.models import Officer
from tests.api.clients import caller
from tests.registers import TODAY, bring_in, made_story

pytestmark = pytest.mark.django_db

CASES = "/api/v1/cases/"
#: A day under each law, on which acts are recorded; a year and two years after conditions were found lacking.
DAY = {"L2008": "2025-06-02", "L2025": "2026-07-20"}
JUST_SERVED = {"L2008": "2025-05-30", "L2025": "2026-07-17"}

VERIFIED = {"type": "VERIFICATION", "effective_on": "2024-01-05"}
SERVED = {"type": "SERVICE", "effective_on": "2023-12-01"}
NO_CONDITION = {"type": "NO_CONDITION_DECISION", "effective_on": "2024-03-01", "ground": "a"}
VERIFIED_AGAIN = [
    {"type": "VERIFICATION", "effective_on": day, "data": {"conclusion": "NO_CONDITION"}}
    for day in ("2024-09-02", "2025-03-03")
]
WAITED = [VERIFIED, NO_CONDITION, *VERIFIED_AGAIN]
ENDED_ON = "2024-02-01"


def ended(act: str, **more: Any) -> list[dict[str, Any]]:
    return [VERIFIED, {"type": act, "effective_on": ENDED_ON, **more}]


def to(status: str, law: str) -> list[dict[str, Any]]:
    """Acts after which a case that was assigned at its opening is at this status on the day of the law."""
    return {
        "OPENED": [],
        "ASSIGNED": [],
        "VOLUNTARY_PERIOD": [{"type": "SERVICE", "effective_on": JUST_SERVED[law]}],
        "VERIFYING": [SERVED],
        "ENFORCEABLE": [VERIFIED],
        "DISTRIBUTING": [VERIFIED, {"type": "DISTRIBUTION", "effective_on": ENDED_ON}],
        "NOT_ENFORCEABLE": WAITED,
        "SEPARATE_TRACKED": [*WAITED, {"type": "SEPARATE_BOOK", "effective_on": "2025-04-01"}],
        "DEFERRED": [VERIFIED, {"type": "DEFER_DECISION", "effective_on": ENDED_ON, "ground": "a"}],
        "STAYED": [VERIFIED, {"type": "STAY_NOTICE", "effective_on": ENDED_ON, "ground": "1"}],
        "OTHER_PENDING": [VERIFIED, {"type": "OTHER_PENDING", "effective_on": ENDED_ON}],
        "FULFILLED": [
            {"type": "COLLECTION", "effective_on": ENDED_ON, "lines": [{"obligation": "o1", "amount": "5000000"}]},
            {"type": "PERFORMANCE", "effective_on": ENDED_ON, "lines": [{"obligation": "o2"}]},
        ],
        "TERMINATED": ended("TERMINATION_DECISION", ground="c", ref="ending"),
        "DELEGATED_OUT": ended("DELEGATION_DECISION", to_authority="HUE"),
        "REVOKED": ended("REVOCATION_DECISION", ground="a"),
        "ANNULLED": ended("ANNULMENT_DECISION", ground="a"),
        "PULLED_UP": ended("FILE_PULL_DECISION", ground="h"),
        "REQUEST_RETURNED": [
            *WAITED, {"type": "REQUEST_RETURN_NOTICE", "effective_on": "2026-07-02", "ground": "38.4"}
        ],
        "CLOSED_OTHER": ended("CLOSED_OTHER", ground="a") if law == "L2008" else [
            VERIFIED, {"type": "CLOSED_OTHER", "effective_on": "2026-07-02", "ground": "a"}
        ],
    }[status]  # fmt: skip


@dataclass(frozen=True)
class Move:
    """A row of the table of transitions, in life: from where, by what, to where."""

    number: str
    start: str
    act: dict[str, Any]
    end: str
    laws: tuple[str, ...] = ("L2008", "L2025")
    initiation: str = "EX_OFFICIO"
    in_part: bool = False
    interim: bool = False

    def __str__(self) -> str:
        return f"{self.number}-{self.start}{'-in-part' if self.in_part else ''}"


OLD, NEW = ("L2008",), ("L2025",)
BECAUSE = {"data": {"legal_consequence": "Quyết định trước hết hiệu lực."}}
DIED = {"data": {"from": "d1", "to": "d2", "reason": "DEATH"}}
HEIR = {"ref": "d2", "role": "DEBTOR", "kind": "PERSON", "name": "Nguyễn Thị B"}
PAID = {"type": "COLLECTION", "lines": [{"obligation": "o1", "amount": "2000000"}]}


def both(number: str, start: str, act: dict[str, Any], end: str, **more: Any) -> list[Move]:
    """The move whole, and on the first line only: then the case stays where its other line is."""
    whole = Move(number, start, act, end, **more)
    part = Move(number, start, {**act, "lines": [{"obligation": "o1"}]}, start, in_part=True, **more)
    return [whole, part]


MOVES = [
    *(Move("11", "OPENED", {"type": kind, **more}, end) for kind, more, end in (
        ("REASSIGN", {"unit": "DN.HC", "officer": "DN.HC.01"}, "ASSIGNED"),
        ("ASSIGNMENT", {}, "OPENED"),
    )),
    Move("12", "ASSIGNED", {"type": "SERVICE"}, "VOLUNTARY_PERIOD"),
    Move("12a", "ASSIGNED", {"type": "SERVICE"}, "ENFORCEABLE", interim=True),
    *(Move("13", start, PAID, start) for start in ("VOLUNTARY_PERIOD", "ENFORCEABLE", "NOT_ENFORCEABLE", "STAYED")),
    *(Move("14a", start, {"type": kind}, start)
      for start in ("VOLUNTARY_PERIOD", "ENFORCEABLE") for kind in ("FREEZE", "COERCION_DECISION")),
    Move("14b", "ENFORCEABLE", {"type": "EXIT_BAN"}, "ENFORCEABLE", NEW),
    *(Move("15", start, {"type": "VERIFICATION"}, "ENFORCEABLE") for start in ("VERIFYING", "VOLUNTARY_PERIOD")),
    Move("15a", "VERIFYING", {"type": "VERIFICATION", "data": {"conclusion": "NO_CONDITION"}}, "VERIFYING"),
    Move("15a", "ENFORCEABLE", {"type": "VERIFICATION", "data": {"conclusion": "NO_CONDITION"}}, "VERIFYING"),
    Move("15b", "ENFORCEABLE", {"type": "DISTRIBUTION"}, "DISTRIBUTING"),
    Move("15c", "DISTRIBUTING", {"type": "PAYOUT"}, "ENFORCEABLE"),
    *both("16", "VERIFYING", {"type": "NO_CONDITION_DECISION", "ground": "a"}, "NOT_ENFORCEABLE"),
    *both("16", "ENFORCEABLE", {"type": "NO_CONDITION_DECISION", "ground": "b"}, "NOT_ENFORCEABLE"),
    Move("17", "NOT_ENFORCEABLE", {"type": "PUBLICATION"}, "NOT_ENFORCEABLE"),
    Move("18", "NOT_ENFORCEABLE", {"type": "CONTINUE_DECISION"}, "ENFORCEABLE"),
    Move("18", "NOT_ENFORCEABLE", {"type": "CONTINUE_DECISION", "lines": [{"obligation": "o1"}]}, "ENFORCEABLE", in_part=True),
    Move("19", "NOT_ENFORCEABLE", {"type": "SEPARATE_BOOK"}, "SEPARATE_TRACKED"),
    Move("19", "NOT_ENFORCEABLE", {"type": "SEPARATE_BOOK"}, "SEPARATE_TRACKED", OLD, "ON_REQUEST"),
    Move("19", "NOT_ENFORCEABLE", {"type": "SEPARATE_BOOK", "lines": [{"obligation": "o1"}]}, "NOT_ENFORCEABLE", in_part=True),
    *both("20", "NOT_ENFORCEABLE", {"type": "REQUEST_RETURN_NOTICE", "ground": "38.4"}, "REQUEST_RETURNED",
          laws=NEW, initiation="ON_REQUEST"),
    Move("22", "SEPARATE_TRACKED", {"type": "CONTINUE_DECISION"}, "ENFORCEABLE"),
    *both("23", "NOT_ENFORCEABLE", {"type": "REQUEST_RETURN_NOTICE", "ground": "42.8"}, "REQUEST_RETURNED",
          laws=NEW, initiation="ON_REQUEST"),
    *(move for start in ("VERIFYING", "ENFORCEABLE", "NOT_ENFORCEABLE") for move in
      both("24", start, {"type": "DEFER_DECISION", "ground": "c"}, "DEFERRED") if not (move.in_part and start == "NOT_ENFORCEABLE")),
    *both("25", "ENFORCEABLE", {"type": "DEFER_DECISION", "ground": "2"}, "DEFERRED"),
    Move("26", "DEFERRED", {"type": "CONTINUE_DECISION"}, "ENFORCEABLE"),
    *both("27", "ENFORCEABLE", {"type": "STAY_DECISION", "ground": "2"}, "STAYED", laws=OLD),
    *both("27", "ENFORCEABLE", {"type": "STAY_DECISION", "ground": "a"}, "STAYED", laws=NEW),
    *both("28", "ENFORCEABLE", {"type": "STAY_NOTICE", "ground": "1"}, "STAYED", laws=OLD),
    *both("28", "ENFORCEABLE", {"type": "STAY_NOTICE", "ground": "2"}, "STAYED", laws=NEW),
    Move("29", "STAYED", {"type": "CONTINUE_DECISION"}, "ENFORCEABLE"),
    *both("29a", "ENFORCEABLE", {"type": "OTHER_PENDING"}, "OTHER_PENDING"),
    *both("30", "ENFORCEABLE", {"type": "TERMINATION_DECISION", "ground": "c"}, "TERMINATED", laws=OLD),
    *both("30", "ENFORCEABLE", {"type": "TERMINATION_DECISION", "ground": "4"}, "TERMINATED", laws=NEW),
    *both("30", "STAYED", {"type": "TERMINATION_DECISION", "ground": "8"}, "TERMINATED", laws=NEW),
    Move("31", "TERMINATED", {"type": "ANNUL_ACT", "annuls": "ending"}, "ENFORCEABLE"),
    *both("32", "ENFORCEABLE", {"type": "DELEGATION_DECISION", "to_authority": "HUE"}, "DELEGATED_OUT"),
    Move("33", "ENFORCEABLE", {"type": "ASSET_DELEGATION_DECISION"}, "ENFORCEABLE"),
    Move("10", "ENFORCEABLE", {"type": "DELEGATED_ASSET_DECISION"}, "ENFORCEABLE"),
    Move("9", "ASSIGNED", {"type": "OFFICE_HANDOVER"}, "ASSIGNED", NEW, "ON_REQUEST"),
    *both("34", "ENFORCEABLE", {"type": "REVOCATION_DECISION", "ground": "a", **BECAUSE}, "REVOKED"),
    Move("35", "ENFORCEABLE", {"type": "AMENDMENT_DECISION", "lines": [{"obligation": "o1", "amount": "1000"}], **BECAUSE},
         "ENFORCEABLE"),
    *both("36", "ENFORCEABLE", {"type": "ANNULMENT_DECISION", "ground": "a", **BECAUSE}, "ANNULLED"),
    Move("37", "NOT_ENFORCEABLE", {"type": "TRANSFER_DECISION", **DIED}, "NOT_ENFORCEABLE", NEW),
    Move("37", "ENFORCEABLE", {"type": "TRANSFER_DECISION", **DIED, "lines": [{"obligation": "o1"}]}, "ENFORCEABLE", NEW),
    Move("38", "FULFILLED", {"type": "RESULT_CONFIRMATION"}, "FULFILLED"),
    Move("38", "ENFORCEABLE", {"type": "RESULT_CONFIRMATION"}, "ENFORCEABLE"),
    *both("39", "ENFORCEABLE", {"type": "CLOSED_OTHER", "ground": "a"}, "CLOSED_OTHER", laws=NEW),
    Move("40", "FULFILLED", {"type": "ENDED_LIST"}, "FULFILLED", NEW),
    *both("41", "ENFORCEABLE", {"type": "FILE_PULL_DECISION", "ground": "h"}, "PULLED_UP", laws=OLD),
    Move("42", "TERMINATED", {"type": "ARCHIVE"}, "TERMINATED"),
]  # fmt: skip


def story(
    number: int, start: str, law: str, *, initiation: str = "EX_OFFICIO", interim: bool = False
) -> dict[str, Any]:
    """A case that is at ``start`` on the day of the law."""
    officer = None if start == "OPENED" else "DN.HC.01"
    told = made_story(number=f"{number}/QĐ", officer=officer, acts=to(start, law), initiation=initiation)
    told["parties"].append(HEIR)
    if start == "REQUEST_RETURNED":
        told["case"]["initiation"] = "ON_REQUEST"
    if interim:
        told["obligations"] = [{"ref": "o1", "kind": "INTERIM_MEASURE", "debtor": "d1"}]
    return told


@pytest.fixture
def head(staff: dict[str, Officer]) -> APIClient:
    return caller("DN", "HEAD")


def brought_in(stories: list[dict[str, Any]]) -> list[str]:
    keys = bring_in(stories, counted=False)
    ids = dict(Case.objects.filter(pk__in=keys).values_list("pk", "public_id"))
    return [str(ids[key]) for key in keys]


@pytest.mark.parametrize("law", ["L2008", "L2025"])
def test_every_move_of_the_table(law: str, head: APIClient) -> None:
    moves = [move for move in MOVES if law in move.laws]
    cases = brought_in([
        story(place, move.start, law, initiation=move.initiation, interim=move.interim) for place, move in enumerate(moves)
    ])  # fmt: skip
    wrong = []
    for move, case in zip(moves, cases, strict=True):
        act = {"effective_on": DAY[law], **move.act}
        planned = head.post(f"{CASES}{case}/acts/?dry_run=true", act, format="json")
        answer = head.post(f"{CASES}{case}/acts/", act, format="json")
        if answer.status_code != 201:
            wrong.append((str(move), answer.json()["errors"]))
            continue
        now, then = head.get(f"{CASES}{case}/").json(), head.get(f"{CASES}{case}/?as_of={DAY[law]}").json()
        if then["status"] != move.end or now["status"] != planned.json()["after"]["status"]:
            wrong.append((str(move), then["status"], now["status"]))
    assert not wrong, wrong


def test_the_moves_cover_the_table() -> None:
    """Rows that no act of a case makes are about judgments, requests and openings, or about time."""
    without_act = {row.number for row in tables().transitions.values() if not row.acts}
    elsewhere = {"1", "2", "3", "4", "5", "6", "7", "8", "14", "21"}
    assert without_act <= elsewhere
    for law in ("L2008", "L2025"):
        known = {row.number for row in tables().transitions.values() if row.of_regime("basis", law)}
        assert {move.number for move in MOVES if law in move.laws} == known - elsewhere
        in_part = {move.number for move in MOVES if law in move.laws and move.in_part}
        # Money is paid, and amounts are amended, line by line as it is; what continues brings the case back whole.
        assert in_part >= {
            row.number for row in tables().transitions.values() if row.part and row.of_regime("basis", law)
        } - {"13", "35", "22", "26", "29"}


@pytest.mark.parametrize("law", ["L2008", "L2025"])
def test_every_other_move_is_refused(law: str, head: APIClient) -> None:
    """From every status every act that has rows of its own, wherever no row starts: refused with an article."""
    statuses = [
        row.code for row in tables().statuses.values()
        if row.bucket and (law == "L2025" or row.code not in ("REQUEST_RETURNED", "CLOSED_OTHER"))
    ]  # fmt: skip
    cases = brought_in([story(place, start, law) for place, start in enumerate(statuses)])
    needed = {"NO_CONDITION_DECISION": "a", "TERMINATION_DECISION": {"L2008": "c", "L2025": "4"}[law]}
    tried, wrong = 0, []
    for start, case in zip(statuses, cases, strict=True):
        for act_type, rows in tables().moves.items():
            known = [row for row in rows if row.of_regime("basis", law)]
            if not tables().act_types[act_type].in_story or any(_may_start(row, start) for row in known):
                continue
            kind = tables().act_types[act_type]
            act: dict[str, Any] = {"type": act_type, "effective_on": DAY[law]}
            if kind.catalogue:
                letters = [ground.letter for ground in tables().grounds_of(kind.catalogue, law)]
                act["ground"] = needed.get(act_type) or next(iter(letters), "a")
            if "to_authority" in kind.needs:
                act["to_authority"] = "HUE"
            if kind.amount in ("required", "signed"):
                act["lines"] = [{"obligation": "o1", "amount": "1000"}]
            answer = head.post(f"{CASES}{case}/acts/?dry_run=true", act, format="json")
            tried += 1
            problem = answer.json()
            if answer.status_code != 422 or not all(error["legal_basis"] for error in problem["errors"]):
                wrong.append((start, act_type, answer.status_code, problem))
    assert not wrong, wrong[:3]
    assert tried > 150


def _may_start(row: Transition, status: str) -> bool:
    return row.elsewhere or status in row.starts


def test_a_refusal_says_the_state_the_article_and_what_would_be(head: APIClient) -> None:
    (case,) = brought_in([story(1, "STAYED", "L2025")])
    act = {"type": "NO_CONDITION_DECISION", "effective_on": DAY["L2025"], "ground": "a"}
    answer = head.post(f"{CASES}{case}/acts/", act, format="json")
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["code"], error["pointer"]) == (422, "WRONG_STATUS", "/type")
    assert "Tạm đình chỉ" in error["detail"] and "Xác minh điều kiện" in error["detail"]
    assert error["legal_basis"] == "L25 Đ38.1"
    assert Case.objects.get(public_id=case).version == 3, "nothing was written"


@pytest.mark.parametrize(
    ("start", "act", "code"),
    [
        ("ENFORCEABLE", {"type": "STAY_DECISION", "ground": "2"}, "GROUND_OF_OTHER_ACT"),
        ("ENFORCEABLE", {"type": "STAY_DECISION", "ground": "1"}, "GROUND_UNKNOWN"),
        ("ENFORCEABLE", {"type": "STAY_NOTICE", "ground": "a"}, "GROUND_OF_OTHER_ACT"),
        ("ENFORCEABLE", {"type": "FILE_PULL_DECISION", "ground": "h"}, "ACT_NO_LONGER_LAW"),
        ("ENFORCEABLE", {"type": "REVOCATION_DECISION", "ground": "a"}, "DATA_NEEDED"),
        ("NOT_ENFORCEABLE", {"type": "REQUEST_RETURN_NOTICE", "ground": "38.4"}, "OTHER_INITIATION"),
    ],
)  # fmt: skip
def test_what_the_new_law_does_not_allow(start: str, act: dict[str, Any], code: str, head: APIClient) -> None:
    (case,) = brought_in([story(1, start, "L2025")])
    answer = head.post(f"{CASES}{case}/acts/", {"effective_on": DAY["L2025"], **act}, format="json")
    assert answer.status_code == 422
    assert code in [error["code"] for error in answer.json()["errors"]]


@pytest.mark.parametrize("act", ["EXIT_BAN", "TRANSFER_DECISION", "ENDED_LIST", "CLOSED_OTHER"])
def test_what_the_old_law_does_not_know(act: str, head: APIClient) -> None:
    (case,) = brought_in([story(1, "FULFILLED" if act == "ENDED_LIST" else "ENFORCEABLE", "L2008")])
    body = {"type": act, "effective_on": DAY["L2008"], **({"ground": "a"} if act == "CLOSED_OTHER" else {})}
    answer = head.post(f"{CASES}{case}/acts/", body, format="json")
    assert answer.status_code == 422
    codes = {error["code"] for error in answer.json()["errors"]}
    assert codes & {"ACT_NOT_OF_THIS_LAW", "GROUND_UNKNOWN"}


def test_the_two_years_have_to_be_over(head: APIClient) -> None:
    acts = [VERIFIED, {**NO_CONDITION, "effective_on": "2024-08-01"}]
    stories = [
        made_story(number=f"{place}/QĐ", acts=[*acts, *more], initiation=initiation)
        for place, (more, initiation) in enumerate(
            [(VERIFIED_AGAIN, "EX_OFFICIO"), (VERIFIED_AGAIN, "ON_REQUEST"), ([], "EX_OFFICIO")]
        )
    ]
    separate, returned, unverified = brought_in(stories)
    book = {"type": "SEPARATE_BOOK", "effective_on": "2026-07-31"}
    notice = {"type": "REQUEST_RETURN_NOTICE", "effective_on": "2026-07-31", "ground": "38.4"}
    for case, act in ((separate, book), (returned, notice)):
        answer = head.post(f"{CASES}{case}/acts/", act, format="json")
        assert [error["code"] for error in answer.json()["errors"]] == ["TERM_NOT_OVER"]
        assert "01/08/2026" in answer.json()["errors"][0]["detail"]
        later = {**act, "effective_on": "2026-08-01"}
        assert head.post(f"{CASES}{case}/acts/", later, format="json").status_code == 201
    answer = head.post(f"{CASES}{unverified}/acts/", {**book, "effective_on": "2026-08-03"}, format="json")
    assert [error["code"] for error in answer.json()["errors"]] == ["VERIFICATIONS_MISSING"]


def test_who_may_protest_asks_only_once(head: APIClient) -> None:
    (case,) = brought_in([story(1, "ENFORCEABLE", "L2025")])
    for act, status in (
        ({"type": "DEFER_DECISION", "effective_on": "2026-07-06", "ground": "2"}, 201),
        ({"type": "CONTINUE_DECISION", "effective_on": "2026-07-13"}, 201),
        ({"type": "DEFER_DECISION", "effective_on": "2026-07-20", "ground": "2"}, 422),
    ):
        answer = head.post(f"{CASES}{case}/acts/", act, format="json")
        assert answer.status_code == status, answer.content
    assert [error["code"] for error in answer.json()["errors"]] == ["ONCE_ONLY"]


def test_a_register_of_the_past_is_only_warned(staff: dict[str, Officer]) -> None:
    odd = made_story(acts=[{"type": "NO_CONDITION_DECISION", "effective_on": "2024-03-01", "ground": "a"}])
    plan = plan_story(odd, register=Register.load(), today=TODAY)
    assert [(fault.code, fault.pointer) for fault in plan.lawful.warnings] == [
        ("WRONG_STATUS", "/acts/0/type")
    ]


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        ("2026-07-20T22:30:00+07:00", "22 giờ"),
        ("2026-07-19T09:00:00+07:00", "ngày nghỉ"),
        ("2026-07-20 09:00", "múi giờ"),
        ("2026-07-20T09:00:00+07:00", None),
    ],
)
def test_no_coercion_at_night_and_on_days_off(at: str, reason: str | None, head: APIClient) -> None:
    (case,) = brought_in([story(1, "ENFORCEABLE", "L2025")])
    act = {"type": "COERCION_RECORD", "effective_on": "2026-07-20", "data": {"at": at}}
    answer = head.post(f"{CASES}{case}/acts/?dry_run=true", act, format="json")
    if reason is None:
        assert answer.status_code == 200, answer.content
    else:
        (error,) = answer.json()["errors"]
        assert (answer.status_code, error["pointer"]) == (422, "/data/at")
        assert reason in error["detail"]
