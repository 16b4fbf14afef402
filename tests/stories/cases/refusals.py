"""Stories that must be refused, each with the place the fault must name and the rule it breaks.

Each rule is a sentence of statistics.md §2 ("Refused", "State acts and where they may start"), of its Notes on annulment and
correction, or of the list of errors of the interchange format; its code is the one the service answers with.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from tests.stories.builder import Json, Refusal, act, story

EVIDENCE = "EVIDENCE_DESTRUCTION"
ON_REQUEST = {"initiation": "ON_REQUEST", "field": "CIVIL"}
COLLECTED = act("COLLECTION", "2023-11-06", {"o1": 900})
INELIGIBLE = act("NO_CONDITION_DECISION", "2023-11-06", ground="a")
IN_BOOK = act("SEPARATE_BOOK", "2023-12-05")


def fine(*acts: Json, **case: Any) -> Json:
    """A fine of 900 opened on 16/10/2023."""
    return story("2023-10-16", {"o1": 900}, *acts, **case)


def debt(*acts: Json) -> Json:
    """A debt of 900, enforced on request, opened on 16/10/2023."""
    return story("2023-10-16", {"o1": ("MONEY_DEBT", 900)}, *acts, **ON_REQUEST)


def things(*acts: Json) -> Json:
    """A thing to be destroyed (o1) and a fine of 900 (o2)."""
    return story("2023-10-16", {"o1": EVIDENCE, "o2": 900}, *acts)


def changed(raw: Json, change: Callable[[Json], Any]) -> Json:
    """A copy of a story after ``change`` was done to it."""
    other = copy.deepcopy(raw)
    change(other)
    return other


def without(raw: Json, *path: Any) -> Json:
    def drop(other: Any) -> None:
        for step in path[:-1]:
            other = other[step]
        del other[path[-1]]

    return changed(raw, drop)


def put(raw: Json, *path: Any) -> Json:
    """``put(raw, "case", "unit", "DN.XX")``: the last element is the value."""

    def place(other: Any) -> None:
        for step in path[:-2]:
            other = other[step]
        other[path[-2]] = path[-1]

    return changed(raw, place)


ON_AN_ENDED_LINE = [
    Refusal(
        f"{kind} on an ended line",
        fine(COLLECTED, act(kind, "2024-01-05", lines, **keys)),
        "/acts/1/lines/0",
        "LINE_ENDED",
    )
    for kind, lines, keys in (
        ("COLLECTION", {"o1": 1}, {}),
        ("INTEREST_DETERMINED", {"o1": 1}, {}),
        ("AMENDMENT_DECISION", {"o1": 1}, {}),
        ("RELIEF_DECISION", {"o1": 1}, {}),
        ("NO_CONDITION_DECISION", "o1", {"ground": "a"}),
        ("CONTINUE_DECISION", "o1", {}),
        ("DEFER_DECISION", "o1", {"ground": "c"}),
        ("TERMINATION_DECISION", "o1", {"ground": "c"}),
        ("DELEGATION_DECISION", "o1", {"to_authority": "QNA"}),
        ("REVOCATION_DECISION", "o1", {"ground": "c"}),
        ("CLOSED_OTHER", "o1", {"ground": "b"}),
    )
]

NOTHING_OPEN = [
    Refusal(
        f"{kind} without lines when nothing is open",
        fine(COLLECTED, act(kind, "2024-01-05", **keys)),
        "/acts/1",
        "NOTHING_OPEN",
    )
    for kind, keys in (
        ("NO_CONDITION_DECISION", {"ground": "a"}),
        ("CONTINUE_DECISION", {}),
        ("SEPARATE_BOOK", {}),
        ("STAY_DECISION", {"ground": "2"}),
        ("TERMINATION_DECISION", {"ground": "c"}),
        ("DELEGATION_DECISION", {"to_authority": "QNA"}),
        ("PERFORMANCE", {}),
    )
]

ENDED_CASE = Refusal(
    "an ended case reassigned",
    fine(COLLECTED, act("REASSIGN", "2024-01-05", unit="DN.TK", officer="DN.TK.02")),
    "/acts/1",
    "REASSIGN_ENDED_CASE",
)

AMOUNTS = [
    *(
        Refusal(f"{kind} of more than remains",
                fine(act("COLLECTION", "2023-11-06", {"o1": 300}), act(kind, "2024-01-05", {"o1": amount}, **keys)),
                "/acts/1/lines/0/amount", "MORE_THAN_REMAINS")
        for kind, amount, keys in (
            ("COLLECTION", 601, {}),
            ("TERMINATION_DECISION", 601, {"ground": "c"}),
            ("RELIEF_DECISION", 601, {}),
            ("DELEGATION_DECISION", 601, {"to_authority": "QNA"}),
            ("REVOCATION_DECISION", 601, {"ground": "c"}),
            ("ANNULMENT_DECISION", 601, {"ground": "a"}),
            ("FILE_PULL_DECISION", 601, {"ground": "h"}),
            ("CLOSED_OTHER", 601, {"ground": "b"}),
            ("AMENDMENT_DECISION", -601, {}),
        )
    ),
    Refusal(
        "a back-dated collection that leaves too little for a later one names the later one",
        fine(act("COLLECTION", "2024-03-05", {"o1": 900}), act("COLLECTION", "2024-01-05", {"o1": 200})),
        "/acts/0/lines/0/amount", "MORE_THAN_REMAINS",
    ),
    *(
        Refusal(f"{kind} on a line without an amount", debt(act(kind, "2024-01-05", "o1")),
                "/acts/0/lines/0", "AMOUNT_MISSING")
        for kind in ("COLLECTION", "INTEREST_DETERMINED", "AMENDMENT_DECISION", "RELIEF_DECISION")
    ),
    *(
        Refusal(f"{kind} without lines names no amount", debt(act(kind, "2024-01-05")), "/acts/0",
                "AMOUNT_MISSING")
        for kind in ("COLLECTION", "INTEREST_DETERMINED", "RELIEF_DECISION")
    ),
    *(
        Refusal(f"{kind} of zero", debt(act(kind, "2024-01-05", {"o1": 0}, **keys)),
                "/acts/0/lines/0/amount", "AMOUNT_INVALID")
        for kind, keys in (
            ("COLLECTION", {}),
            ("INTEREST_DETERMINED", {}),
            ("AMENDMENT_DECISION", {}),
            ("RELIEF_DECISION", {}),
            ("TERMINATION_DECISION", {"ground": "c"}),
            ("DELEGATION_DECISION", {"to_authority": "QNA"}),
        )
    ),
    *(
        Refusal(f"{kind} of a negative amount", debt(act(kind, "2024-01-05", {"o1": -5}, **keys)),
                "/acts/0/lines/0/amount", "AMOUNT_INVALID")
        for kind, keys in (
            ("COLLECTION", {}),
            ("INTEREST_DETERMINED", {}),
            ("RELIEF_DECISION", {}),
            ("REVOCATION_DECISION", {"ground": "c"}),
        )
    ),
    *(
        Refusal(f"money written as {written!r}",
                put(fine(COLLECTED), "acts", 0, "lines", 0, "amount", written),
                "/acts/0/lines/0/amount", "AMOUNT_INVALID")
        for written in (5, 5.0, True, None, "", "1.5", "1,000", "1.000", "1_000", "1e3", " 5", "5 ", "5đ", "năm", "５", ["5"])
    ),
    *(
        Refusal(f"an obligation of {written!r}", put(fine(), "obligations", 0, "amount", written),
                "/obligations/0/amount", "AMOUNT_INVALID")
        for written in ("0", "-900", "9.5", 900, "1_000")
    ),
    *(
        Refusal(f"{kind} with an amount on a line without money",
                things(act(kind, "2024-01-05", {"o1": 5}, **keys)),
                "/acts/0/lines/0", "AMOUNT_ON_LINE_WITHOUT_MONEY")
        for kind, keys in (
            ("COLLECTION", {}),
            ("INTEREST_DETERMINED", {}),
            ("AMENDMENT_DECISION", {}),
            ("RELIEF_DECISION", {}),
            ("TERMINATION_DECISION", {"ground": "c"}),
            ("DELEGATION_DECISION", {"to_authority": "QNA"}),
            ("PERFORMANCE", {}),
        )
    ),
    Refusal("a money line is not performed", things(act("PERFORMANCE", "2024-01-05", "o2")),
            "/acts/0/lines/0", "MONEY_LINE_PERFORMED"),
    Refusal(
        "interest on a line in the separate book",
        fine(INELIGIBLE, IN_BOOK, act("INTEREST_DETERMINED", "2024-01-05", {"o1": 5})),
        "/acts/2/lines/0", "CONTINUE_FIRST",
    ),
    Refusal(
        "an amendment on a line in the separate book",
        fine(INELIGIBLE, IN_BOOK, act("AMENDMENT_DECISION", "2024-01-05", {"o1": -5})),
        "/acts/2/lines/0", "CONTINUE_FIRST",
    ),
]  # fmt: skip

WRONG_BUCKET = [
    Refusal("into the separate book from ELIGIBLE", fine(act("SEPARATE_BOOK", "2023-12-05", "o1")),
            "/acts/0/lines/0", "WRONG_BUCKET"),
    Refusal(
        "into the separate book from DEFERRED",
        fine(act("DEFER_DECISION", "2023-11-06", ground="d"), act("SEPARATE_BOOK", "2023-12-05", "o1")),
        "/acts/1/lines/0", "WRONG_BUCKET",
    ),
    Refusal(
        "the separate book without lines while one open line is not ineligible",
        story(
            "2023-10-16",
            {"o1": 400, "o2": 500},
            act("NO_CONDITION_DECISION", "2023-11-06", "o1", ground="a"),
            act("SEPARATE_BOOK", "2023-12-05"),
        ),
        "/acts/1", "WRONG_BUCKET",
    ),
    *(
        Refusal(f"{kind} on a line in the separate book",
                fine(INELIGIBLE, IN_BOOK, act(kind, "2024-01-05", "o1", **keys)),
                "/acts/2/lines/0", "WRONG_BUCKET")
        for kind, keys in (
            ("NO_CONDITION_DECISION", {"ground": "a"}),
            ("DEFER_DECISION", {"ground": "c"}),
            ("STAY_DECISION", {"ground": "2"}),
            ("STAY_NOTICE", {"ground": "1"}),
            ("OTHER_PENDING", {}),
        )
    ),
    Refusal(
        "a request returned from ELIGIBLE", debt(act("REQUEST_RETURN_NOTICE", "2026-07-10", "o1")), "/acts/0/lines/0", "WRONG_BUCKET"
    ),
    Refusal(
        "a request returned from the separate book",
        debt(INELIGIBLE, IN_BOOK, act("REQUEST_RETURN_NOTICE", "2026-07-10", "o1")),
        "/acts/2/lines/0", "WRONG_BUCKET",
    ),
    Refusal(
        "a part of a line returned", debt(INELIGIBLE, act("REQUEST_RETURN_NOTICE", "2026-07-10", {"o1": 300})),
        "/acts/1/lines/0", "AMOUNT_NOT_TAKEN",
    ),
    Refusal("an ex officio case returned", fine(INELIGIBLE, act("REQUEST_RETURN_NOTICE", "2026-07-10")),
            "/acts/1", "OTHER_INITIATION"),
    Refusal(
        "a request returned on the last day of the old law",
        debt(INELIGIBLE, act("REQUEST_RETURN_NOTICE", "2026-06-30")),
        "/acts/1", "ACT_NOT_YET_LAW",
    ),
    Refusal(
        "a file pulled up after 30/6/2025", fine(act("FILE_PULL_DECISION", "2025-07-01", ground="h")), "/acts/0", "ACT_NO_LONGER_LAW"
    ),
]  # fmt: skip

ANNULMENTS = [
    Refusal(
        "a reassignment annulled",
        fine(act("REASSIGN", "2023-11-06", unit="DN.TK"), act("ANNUL_ACT", "2024-01-05", annuls="a1")),
        "/acts/1", "NOT_ANNULLABLE",
    ),
    Refusal(
        "a correction annulled",
        fine(COLLECTED, act("CORRECTION", "2023-12-05", voids="a1"), act("ANNUL_ACT", "2024-01-05", annuls="a2")),
        "/acts/2", "NOT_ANNULLABLE",
    ),
    Refusal(
        "an annulment annulled",
        fine(COLLECTED, act("ANNUL_ACT", "2023-12-05", annuls="a1"), act("ANNUL_ACT", "2024-01-05", annuls="a2")),
        "/acts/2", "NOT_ANNULLABLE",
    ),
    Refusal(
        "interest annulled",
        debt(act("INTEREST_DETERMINED", "2023-11-06", {"o1": 5}), act("ANNUL_ACT", "2024-01-05", annuls="a1")),
        "/acts/1", "NOT_ANNULLABLE",
    ),
    Refusal(
        "an amendment annulled",
        fine(act("AMENDMENT_DECISION", "2023-11-06", {"o1": -5}), act("ANNUL_ACT", "2024-01-05", annuls="a1")),
        "/acts/1", "NOT_ANNULLABLE",
    ),
    *(
        Refusal(f"{name} annulled while the line is in the separate book",
                fine(act("COLLECTION", "2023-11-01", {"o1": 300}), INELIGIBLE, IN_BOOK,
                     act("COLLECTION", "2024-01-05", {"o1": 200}),
                     act("ANNUL_ACT", "2024-02-05", annuls=annulled)),
                "/acts/4", "ANNUL_IN_SEPARATE")
        for name, annulled in (
            ("a collection of before", "a1"),
            ("the decision on no condition", "a2"),
            ("the entry itself", "a3"),
            ("a collection from the book", "a4"),
        )
    ),
    Refusal(
        "the same act annulled twice",
        fine(COLLECTED, act("ANNUL_ACT", "2023-12-05", annuls="a1"), act("ANNUL_ACT", "2024-01-05", annuls="a1")),
        "/acts/2", "ANNULLED_TWICE",
    ),
    Refusal(
        "a voided act annulled",
        fine(COLLECTED, act("CORRECTION", "2023-12-05", voids="a1"), act("ANNUL_ACT", "2024-01-05", annuls="a1")),
        "/acts/2", "ANNULS_VOIDED",
    ),
    Refusal("an unknown act annulled", fine(COLLECTED, act("ANNUL_ACT", "2024-01-05", annuls="a9")),
            "/acts/1/annuls", "REF_UNKNOWN"),
    Refusal("an unknown act voided", fine(COLLECTED, act("CORRECTION", "2024-01-05", voids="a9")),
            "/acts/1/voids", "REF_UNKNOWN"),
    Refusal("ANNUL_ACT without its act", fine(COLLECTED, act("ANNUL_ACT", "2024-01-05")), "/acts/1",
            "MISSING"),
    Refusal("CORRECTION without its act", fine(COLLECTED, act("CORRECTION", "2024-01-05")), "/acts/1",
            "MISSING"),
]  # fmt: skip

CORRECTIONS = [
    Refusal(name, told, "", "CORRECTION_BLOCKED", in_the_way=blocker, act_alone=False)
    for name, blocker, told in (
        (
            "voiding the decision on which the separate book rests",
            "a2",
            fine(INELIGIBLE, IN_BOOK, act("CORRECTION", "2024-03-05", voids="a1")),
        ),
        (
            "voiding the interest that a collection needs",
            "a2",
            debt(
                act("INTEREST_DETERMINED", "2023-11-06", {"o1": 100}),
                act("COLLECTION", "2023-12-05", {"o1": 950}),
                act("CORRECTION", "2024-03-05", voids="a1"),
            ),
        ),
        (
            "voiding the amendment that a termination of a named amount needs",
            "a2",
            fine(
                act("AMENDMENT_DECISION", "2023-11-06", {"o1": 100}),
                act("TERMINATION_DECISION", "2023-12-05", {"o1": 1000}, ground="c"),
                act("CORRECTION", "2024-03-05", voids="a1"),
            ),
        ),
        (
            "voiding the annulment after which the line was collected again",
            "a3",
            fine(
                COLLECTED,
                act("ANNUL_ACT", "2023-12-05", annuls="a1"),
                act("COLLECTION", "2024-01-05", {"o1": 200}),
                act("CORRECTION", "2024-03-05", voids="a2"),
            ),
        ),
        (
            "voiding the decision to continue after which interest was determined",
            "a4",
            debt(
                INELIGIBLE,
                IN_BOOK,
                act("CONTINUE_DECISION", "2024-01-05"),
                act("INTEREST_DETERMINED", "2024-02-05", {"o1": 10}),
                act("CORRECTION", "2024-03-05", voids="a3"),
            ),
        ),
        (
            "voiding the decision on which the return of the request rests",
            "a2",
            debt(
                INELIGIBLE,
                act("REQUEST_RETURN_NOTICE", "2026-07-10"),
                act("CORRECTION", "2026-08-05", voids="a1"),
            ),
        ),
        (
            "voiding a negative amendment is harmless, voiding the raise after it is not",
            "a3",
            fine(
                act("AMENDMENT_DECISION", "2023-11-06", {"o1": -100}),
                act("AMENDMENT_DECISION", "2023-11-07", {"o1": 300}),
                act("COLLECTION", "2023-12-05", {"o1": 1100}),
                act("CORRECTION", "2024-03-05", voids="a1"),
                act("CORRECTION", "2024-03-05", voids="a2"),
            ),
        ),
    )
] + [
    Refusal(
        "voiding an act that is annulled",
        fine(
            COLLECTED,
            act("ANNUL_ACT", "2023-12-05", annuls="a1"),
            act("CORRECTION", "2024-03-05", voids="a1"),
        ),
        "",
        "CORRECTION_BLOCKED",
        in_the_way="a2",
        act_alone=False,
    ),
]

CODES_AND_KEYS = [
    *(
        Refusal(f"unknown {name}: {value}", put(fine(COLLECTED), *path, value),
                "/" + "/".join(map(str, path)), "CODE_UNKNOWN", act_alone=False)
        for name, path, value in (
            ("act", ("acts", 0, "type"), "PAYMENT"),
            ("act", ("acts", 0, "type"), "collection"),
            ("kind of obligation", ("obligations", 0, "kind"), "LOAN"),
            ("initiation", ("case", "initiation"), "BOTH"),
            ("field", ("case", "field"), "MARITIME"),
            ("field", ("case", "field"), "Criminal"),
            ("instrument", ("case", "judgment", "instrument_type"), "LETTER"),
            ("role", ("parties", 0, "role"), "WITNESS"),
            ("kind of party", ("parties", 0, "kind"), "ROBOT"),
        )
    ),
    Refusal("unknown tag", put(fine(), "case", "tags", ["NO_SUCH_THEME"]), "/case/tags", "CODE_UNKNOWN"),
    Refusal("RECLASSIFY to an unknown field", fine(act("RECLASSIFY", "2024-01-05", field="MARITIME")),
            "/acts/0/field", "CODE_UNKNOWN"),
    Refusal("RECLASSIFY of nothing", fine(act("RECLASSIFY", "2024-01-05")), "/acts/0", "RECLASSIFY_NOTHING"),
    Refusal("REASSIGN to nobody", fine(act("REASSIGN", "2024-01-05")), "/acts/0", "MISSING"),
    *(
        Refusal(f"unknown key {'/'.join(map(str, path))}", put(fine(COLLECTED), *path, "x"),
                "/" + "/".join(map(str, path)), "FIELD_UNKNOWN",
                act_alone=False)
        for path in (
            ("remark",),
            ("case", "colour"),
            ("case", "judgment", "judge"),
            ("parties", 0, "nickname"),
            ("obligations", 0, "currency"),
            ("acts", 0, "comment"),
            ("acts", 0, "lines", 0, "share"),
        )
    ),
    Refusal("a key of another act", fine({**COLLECTED, "annuls": "a1"}), "/acts/0/annuls", "FIELD_UNKNOWN"),
    Refusal("an unknown obligation in a line", fine(act("COLLECTION", "2024-01-05", {"o9": 5})),
            "/acts/0/lines/0/obligation", "REF_UNKNOWN"),
    Refusal("an unknown debtor", put(fine(), "obligations", 0, "debtor", "d9"), "/obligations/0/debtor",
            "REF_UNKNOWN"),
    Refusal("an unknown asset", fine(act("ATTACHMENT", "2024-01-05", asset="s9")), "/acts/0/asset",
            "REF_UNKNOWN"),
    Refusal(
        "a termination that names an unknown relief",
        fine(act("TERMINATION_DECISION", "2024-01-05", ground="đ", data={"relief": "a9"})),
        "/acts/0", "REF_UNKNOWN",
    ),
    Refusal(
        "two obligations of one reference",
        changed(fine(), lambda raw: raw["obligations"].append(copy.deepcopy(raw["obligations"][0]))),
        "/obligations/1/ref", "REF_TWICE",
    ),
    Refusal(
        "two acts of one reference",
        changed(fine(COLLECTED), lambda raw: raw["acts"].append({"ref": "a1", "type": "SERVICE", "effective_on": "2024-01-05"})),
        "/acts/1/ref", "REF_TWICE",
    ),
    Refusal(
        "two parties of one reference",
        changed(fine(), lambda raw: raw["parties"].append(copy.deepcopy(raw["parties"][0]))),
        "/parties/1/ref", "REF_TWICE",
    ),
    Refusal("an unknown unit", put(fine(officer=None), "case", "unit", "DN.XX"), "/case/unit",
            "UNIT_UNKNOWN"),
    Refusal("a reassignment to an unknown unit", fine(act("REASSIGN", "2024-01-05", unit="DN.XX")),
            "/acts/0/unit", "UNIT_UNKNOWN"),
    Refusal("an officer code that is not UNIT.NN", put(fine(), "case", "officer", "NGUYEN"), "/case/officer",
            "OFFICER_UNKNOWN"),
    Refusal("an officer of an unknown unit", put(fine(), "case", "officer", "HUE.PV.01"), "/case/officer",
            "OFFICER_UNKNOWN"),
    Refusal(
        "a reassignment to an officer code that is not UNIT.NN",
        fine(act("REASSIGN", "2024-01-05", unit="DN.TK", officer="DN.TK.B")),
        "/acts/0/officer", "OFFICER_UNKNOWN",
    ),
    *(
        Refusal(f"missing {'/'.join(map(str, path))}", without(fine(COLLECTED), *path),
                "/" + "/".join(map(str, path)),
                "MISSING", act_alone=False)
        for path in (
            ("case",),
            ("case", "decision_number"),
            ("case", "decision_date"),
            ("case", "initiation"),
            ("case", "unit"),
            ("obligations", 0, "ref"),
            ("obligations", 0, "kind"),
            ("acts", 0, "type"),
            ("acts", 0, "effective_on"),
            ("acts", 0, "lines", 0, "obligation"),
        )
    ),
    Refusal("a case without obligations", put(fine(), "obligations", []), "/obligations",
            "OBLIGATIONS_MISSING"),
]  # fmt: skip

DATES_AND_SHAPES = [
    *(
        Refusal(f"an act on {written!r}", put(fine(COLLECTED), "acts", 0, "effective_on", written),
                "/acts/0/effective_on", "DATE_INVALID",
                act_alone=False)
        for written in ("06/11/2023", "2023-11-31", "2023-02-29", "20231106", "2023-11-06T00:00:00", "2023-W45-1", "", 20231106)
    ),
    Refusal("a decision on 31/11", put(fine(), "case", "decision_date", "2023-11-31"), "/case/decision_date",
            "DATE_INVALID"),
    Refusal("an act before the opening", fine(act("COLLECTION", "2023-10-15", {"o1": 5})), "/acts/0",
            "DATE_BEFORE_OPENING"),
    Refusal("service before the opening", fine(act("SERVICE", "2023-10-15")), "/acts/0",
            "DATE_BEFORE_OPENING"),
    Refusal("an act tomorrow", fine(act("COLLECTION", "2027-01-01", {"o1": 5})), "/acts/0", "DATE_IN_FUTURE"),
    Refusal("an opening tomorrow", story("2027-01-01", {"o1": 900}), "/case/decision_date", "DATE_IN_FUTURE"),
    Refusal("a story that is a list", [], "", "NOT_AN_OBJECT"),
    Refusal("a story that is a sentence", "một việc", "", "NOT_AN_OBJECT"),
    Refusal("a case that is a list", put(fine(), "case", []), "/case", "NOT_AN_OBJECT"),
    Refusal("acts that are an object", put(fine(), "acts", {}), "/acts", "NOT_A_LIST"),
    Refusal("an act that is a code", put(fine(), "acts", ["COLLECTION"]), "/acts/0", "NOT_AN_OBJECT",
            act_alone=False),
    Refusal("lines that are a reference", put(fine(COLLECTED), "acts", 0, "lines", "o1"), "/acts/0/lines",
            "NOT_A_LIST", act_alone=False),
    Refusal("a line that is a reference", put(fine(COLLECTED), "acts", 0, "lines", ["o1"]),
            "/acts/0/lines/0", "NOT_AN_OBJECT", act_alone=False),
    Refusal("a decision number that is a number", put(fine(), "case", "decision_number", 7),
            "/case/decision_number", "TEXT_INVALID"),
    Refusal("tags that are one code", put(fine(), "case", "tags", "CORRUPTION_ECONOMIC"), "/case/tags",
            "NOT_A_LIST"),
]  # fmt: skip

REFUSALS = [
    *ON_AN_ENDED_LINE,
    *NOTHING_OPEN,
    ENDED_CASE,
    *AMOUNTS,
    *WRONG_BUCKET,
    *ANNULMENTS,
    *CORRECTIONS,
    *CODES_AND_KEYS,
    *DATES_AND_SHAPES,
]

#: Accepted with a warning at this place: name, story, pointer.
WARNINGS: list[tuple[str, Json, str]] = [
    (
        "a ground that the act's catalogue lacks",
        fine(act("NO_CONDITION_DECISION", "2024-01-05", ground="zz")),
        "/acts/0/ground",
    ),
    (
        "a ground that only another act's catalogue has",
        fine(act("NO_CONDITION_DECISION", "2024-01-05", ground="62.5")),
        "/acts/0/ground",
    ),
    (
        "an officer code UNIT.NN that is not known yet, at the opening",
        fine(officer="DN.HC.77"),
        "/case/officer",
    ),
    (
        "an officer code UNIT.NN that is not known yet, at a reassignment",
        fine(act("REASSIGN", "2024-01-05", unit="DN.TK", officer="DN.TK.88")),
        "/acts/0/officer",
    ),
    (
        "the separate book without the verifications that the law wants before it",
        fine(INELIGIBLE, act("SEPARATE_BOOK", "2023-12-05")),
        "/acts/1",
    ),
]
