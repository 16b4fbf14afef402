"""The rule files: what they must hold, and how a wrong row is named."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import pytest

from cases.rules import buckets
from cases.rules import tables as rule_tables
from cases.rules.tables import DATA_DIR, RuleFileError, load_tables, rule_version, tables

STOCK = ("ELIGIBLE", "DEFERRED_CONSENT", "INELIGIBLE", "DEFERRED", "STAYED", "OTHER_PENDING")
OPEN = (*STOCK, "SEPARATE")

#: Every act that moves statistics: effect, bucket it leads to, buckets it starts from, amount, keys needed.
MOVING_ACTS = {
    "COLLECTION": ("COLLECT", None, OPEN, "required", ()),
    "PERFORMANCE": ("PERFORM", "COMPLETED", OPEN, "none", ()),
    "INTEREST_DETERMINED": ("INTEREST", None, STOCK, "required", ()),
    "AMENDMENT_DECISION": ("AMEND", None, STOCK, "signed", ()),
    "NO_CONDITION_DECISION": ("STATE", "INELIGIBLE", STOCK, "none", ("ground",)),
    "CONTINUE_DECISION": ("STATE", "ELIGIBLE", OPEN, "none", ()),
    "SEPARATE_BOOK": ("STATE", "SEPARATE", ("INELIGIBLE",), "none", ()),
    "DEFER_DECISION": ("STATE", "DEFERRED", STOCK, "none", ("ground",)),
    "STAY_DECISION": ("STATE", "STAYED", STOCK, "none", ("ground",)),
    "STAY_NOTICE": ("STATE", "STAYED", STOCK, "none", ("ground",)),
    "OTHER_PENDING": ("STATE", "OTHER_PENDING", STOCK, "none", ()),
    "TERMINATION_DECISION": ("END", "TERMINATED", OPEN, "optional", ("ground",)),
    "RELIEF_DECISION": ("RELIEF", "REDUCED", OPEN, "required", ()),
    "DELEGATION_DECISION": ("END", "ENTRUSTED", OPEN, "optional", ("to_authority",)),
    "REVOCATION_DECISION": ("END", "REVOKED", OPEN, "optional", ("ground",)),
    "ANNULMENT_DECISION": ("END", "REVOKED", OPEN, "optional", ("ground",)),
    "FILE_PULL_DECISION": ("END", "REVOKED", OPEN, "optional", ("ground",)),
    "REQUEST_RETURN_NOTICE": ("END", "RETURNED", ("INELIGIBLE",), "whole", ()),
    "CLOSED_OTHER": ("END", "CLOSED_OTHER", OPEN, "optional", ("ground",)),
    "REASSIGN": ("REASSIGN", None, OPEN, "none", ("unit",)),
    "RECLASSIFY": ("RECLASSIFY", None, (), "none", ()),
    "ANNUL_ACT": ("ANNUL", None, (), "none", ("annuls",)),
    "CORRECTION": ("CORRECT", None, (), "none", ("voids",)),
}


@pytest.mark.parametrize("code", MOVING_ACTS)
def test_an_act_that_moves_statistics_does_what_the_story_format_says(code: str) -> None:
    act = tables().act_types[code]
    assert (act.effect, act.to, act.from_buckets, act.amount, act.needs) == MOVING_ACTS[code]
    assert act.in_story


def test_no_other_act_of_a_story_moves_anything() -> None:
    moving = {code for code, act in tables().act_types.items() if act.moves and act.in_story}
    assert moving == set(MOVING_ACTS)


def test_the_opening_decisions_open_and_are_never_written_in_a_story() -> None:
    for initiation in ("EX_OFFICIO", "ON_REQUEST"):
        act = tables().act_types[f"ENF_DECISION_{initiation}"]
        assert (act.effect, act.to, act.initiation, act.in_story) == ("OPEN", "ELIGIBLE", initiation, False)


def test_deferral_by_consent_is_a_bucket_of_its_own_under_both_laws() -> None:
    defer = tables().act_types["DEFER_DECISION"]
    assert (defer.target("c"), defer.target("d"), defer.target(None)) == (
        "DEFERRED_CONSENT",
        "DEFERRED",
        "DEFERRED",
    )
    assert all(tables().ground_known("DEFER", "c", regime) for regime in ("L2008", "L2025"))


def test_only_the_separate_book_refuses_when_any_open_line_is_elsewhere() -> None:
    assert [a.code for a in tables().act_types.values() if a.strict_from] == ["SEPARATE_BOOK"]


def test_acts_of_one_law_only_have_their_days() -> None:
    returned, pulled = (tables().act_types[code] for code in ("REQUEST_RETURN_NOTICE", "FILE_PULL_DECISION"))
    assert (returned.valid_from, returned.initiation) == (dt.date(2026, 7, 1), "ON_REQUEST")
    assert pulled.valid_to == dt.date(2025, 6, 30)
    assert not returned.valid_on(dt.date(2026, 6, 30))
    assert pulled.valid_on(dt.date(2025, 6, 30))
    dated = [a.code for a in tables().act_types.values() if a.valid_from or a.valid_to]
    assert dated == ["FILE_PULL_DECISION", "REQUEST_RETURN_NOTICE"]


OTHER_ACTS = """
SERVICE VERIFICATION PUBLICATION UNPUBLICATION ASSIGNMENT FREEZE TRANSACTION_HOLD SEIZE_TEMP
EXIT_BAN ACCOUNT_DEDUCTION CASH_COLLECTION SECURITIES_SEIZURE INCOME_DEDUCTION
ASSET_EXPLOITATION ATTACHMENT HANDOVER PERFORM_OR_REFRAIN COERCION_DECISION
SUPPLEMENTARY_ATTACHMENT COERCION_PLAN RELEASE_DECISION VALUATION VALUATION_COUNCIL AUCTION
PRICE_REDUCTION_DECISION ASSET_HANDOVER_DECISION DISTRIBUTION PAYOUT FEE_DECISION
FEE_RELIEF_DECISION COST_DECISION COST_RELIEF_DECISION STATE_RELIEF_PROPOSAL FORFEIT_DECISION
DESTRUCTION_COUNCIL DESTRUCTION_DECISION RESULT_CONFIRMATION COMPLAINT COMPLAINT_DECISION
PROTEST ARCHIVE TRANSFER_DECISION DELEGATED_ASSET_DECISION ASSET_DELEGATION_DECISION
"""


@pytest.mark.parametrize("code", OTHER_ACTS.split())
def test_every_other_act_may_stand_in_a_story_and_moves_nothing(code: str) -> None:
    act = tables().act_types[code]
    assert act.in_story
    assert not act.moves
    assert act.target() is None


def test_every_row_has_a_legal_basis_or_is_marked_doubtful() -> None:
    for name in rule_tables._FILES:
        for row in getattr(tables(), name).values():
            bases = [getattr(row, b, None) for b in ("basis", "basis_l2008", "basis_l2025")]
            assert any(bases) or row.doubtful, (name, row.key)


def test_every_code_is_upper_case_and_every_row_has_both_names() -> None:
    for name in rule_tables._FILES:
        for row in getattr(tables(), name).values():
            assert row.label
            assert row.label_en
            if name != "courts" and hasattr(row, "code"):
                assert re.fullmatch(r"[A-Z][A-Z0-9_]*", row.code)


def test_the_state_budget_book_has_the_five_kinds_of_form_3() -> None:
    marked = {code for code, kind in tables().obligation_kinds.items() if kind.state_budget}
    assert marked == {"COURT_FEE", "FINE", "PROCEEDS_RECOVERY", "CONFISCATION", "STATE_REVENUE"}


def test_pure_sums_need_their_money() -> None:
    required = {code for code, kind in tables().obligation_kinds.items() if kind.money == "required"}
    assert required == {
        "COURT_FEE", "FINE", "PROCEEDS_RECOVERY", "STATE_REVENUE", "ALIMONY", "WAGE", "INJURY_COMPENSATION",
        "SOCIAL_INSURANCE", "MONEY_DEBT", "LATE_INTEREST", "FEE_ADVANCE_REFUND",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [("ALIMONY", "a", "a"), ("COURT_FEE", "b", "b"), ("FINE", "c", "c"), ("SOCIAL_INSURANCE", "c", "d"),
     ("MONEY_DEBT", "c", "đ"), ("DELIVER_LAND", None, None)],
)  # fmt: skip
def test_the_waterfall_has_three_tiers_in_the_old_law_and_five_in_the_new(
    kind: str, old: str | None, new: str | None
) -> None:
    row = tables().obligation_kinds[kind]
    assert (row.tier("L2008"), row.tier("L2025")) == (old, new)


@pytest.mark.parametrize(
    ("catalogue", "regime", "letters"),
    [
        ("NO_CONDITION", "L2008", "a b c"),
        ("NO_CONDITION", "L2025", "a b c d đ e g h"),
        ("DEFER", "L2008", "a b c d đ e g h 2"),
        ("DEFER", "L2025", "a b c d đ e g h i k l 2"),
        ("STAY", "L2008", "1 2"),
        ("STAY", "L2025", "a b 2"),
        ("TERMINATION", "L2008", "a b c d đ e g h"),
        ("TERMINATION", "L2025", "1 2 3 4 5 6 7 8"),
        ("REVOCATION", "L2008", "a b c d"),
        ("REVOCATION", "L2025", "a b c d đ 62.5"),
        ("ANNULMENT", "L2008", "a b"),
        ("ANNULMENT", "L2025", "a b"),
        ("FILE_PULL", "L2008", "h"),
        ("FILE_PULL", "L2025", ""),
        ("CLOSED_OTHER", "L2008", ""),
        ("CLOSED_OTHER", "L2025", "a b c đ e"),
        ("REFUSAL", "L2008", "a b c"),
        ("REFUSAL", "L2025", "a b c d đ"),
        ("REQUEST_RETURN", "L2025", "38.4 42.8"),
        ("AMENDMENT", "L2008", "2"),
        ("AMENDMENT", "L2025", "2 3 63.3"),
    ],
)
def test_grounds_are_the_letters_and_numbers_of_the_law(catalogue: str, regime: str, letters: str) -> None:
    assert [g.letter for g in tables().grounds_of(catalogue, regime)] == letters.split()


def test_a_ground_is_known_only_in_its_catalogue_and_under_its_law() -> None:
    known = tables().ground_known
    assert known("TERMINATION", "4", "L2025")
    assert not known("TERMINATION", "4", "L2008")
    assert known("TERMINATION", "đ", "L2008")
    assert not known("STAY", "đ", "L2008")


@pytest.mark.parametrize(
    ("day", "regime"),
    [("2001-01-01", "L2008"), ("2024-03-31", "L2008"), ("2026-06-30", "L2008"), ("2026-07-01", "L2025"),
     ("2040-01-01", "L2025")],
)  # fmt: skip
def test_the_law_follows_the_day_of_the_fact(day: str, regime: str) -> None:
    assert tables().regime_on(dt.date.fromisoformat(day)) == regime


def test_the_basis_of_an_act_is_that_of_its_day() -> None:
    act = tables().act_types["DEFER_DECISION"]
    assert act.basis_on(dt.date(2026, 6, 30)) == "L08 Đ48"
    assert act.basis_on(dt.date(2026, 7, 1)) == "L25 Đ46"
    assert tables().act_types["FILE_PULL_DECISION"].basis_in("L2025") is None


@pytest.mark.parametrize(
    ("level", "day", "authority"),
    [
        ("PROV_DEPT", "2025-06-30", True),
        ("DISTRICT_BRANCH", "2025-06-30", True),
        ("DISTRICT_BRANCH", "2025-07-01", False),
        ("PROV_DEPT", "2025-07-01", True),
        ("PROV_AUTHORITY", "2025-07-01", True),
        ("AREA_UNIT", "2026-01-01", False),
    ],
)
def test_who_is_a_legal_person_before_and_after_the_reorganisation(
    level: str, day: str, authority: bool
) -> None:
    assert tables().is_legal_person(level, dt.date.fromisoformat(day)) is authority


def test_a_level_that_ended_is_read_as_its_successor() -> None:
    assert tables().level_on("PROV_DEPT", dt.date(2026, 1, 1)).code == "PROV_AUTHORITY"
    assert tables().level_on("PROV_DEPT", dt.date(2024, 1, 1)).code == "PROV_DEPT"


def test_the_bucket_file_and_the_fold_know_the_same_buckets() -> None:
    of_kind = {
        kind: {b.code for b in tables().buckets.values() if b.kind == kind}
        for kind in ("stock", "separate", "ended", "outside")
    }
    assert of_kind == {
        "stock": set(buckets.STOCK),
        "separate": {buckets.SEPARATE},
        "ended": set(buckets.ENDED),
        "outside": {buckets.OUTSIDE},
    }


def test_every_bucket_of_a_case_has_a_status_and_every_status_of_a_case_a_bucket() -> None:
    reached = {s.bucket for s in tables().statuses.values()} | {
        b for s in tables().statuses.values() for b in s.bucket_by_ground.values()
    }
    # Reduction is a word for money only, no case is in it.
    assert set(buckets.ALL) - reached == {"REDUCED"}
    pre_case = {s.code for s in tables().statuses.values() if s.bucket is None}
    assert pre_case == {
        "JUDGMENT_RECEIVED",
        "REQUEST_RECEIVED",
        "REQUEST_INCOMPLETE",
        "REQUEST_REGISTERED",
        "REQUEST_REFUSED",
    }


def test_da_nang_had_eight_courts_and_has_thirteen() -> None:
    def on(day: dt.date) -> int:
        return sum(court.valid_on(day) for court in tables().courts.values())

    assert (on(dt.date(2025, 6, 30)), on(dt.date(2025, 7, 1))) == (8, 13)


# A broken file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA_DIR, tmp_path / "data"))


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "row", "problem"),
    [
        (
            "act_types.toml",
            'code = "COLLECTION"',
            'code = "COLLECTION"\ncolour = "red"',
            "COLLECTION",
            "unknown field 'colour'",
        ),
        (
            "act_types.toml",
            'effect = "COLLECT"',
            'effect = "TAKE"',
            "COLLECTION",
            "'effect' does not take 'TAKE'",
        ),
        ("act_types.toml", 'effect = "COLLECT"\n', "", "COLLECTION", "field 'effect' is missing"),
        (
            "act_types.toml",
            'to = "INELIGIBLE"',
            'to = "LIMBO"',
            "NO_CONDITION_DECISION",
            "'LIMBO', unknown in buckets",
        ),
        (
            "act_types.toml",
            'to = "INELIGIBLE"\n',
            "",
            "NO_CONDITION_DECISION",
            "needs the bucket it leads to",
        ),
        (
            "act_types.toml",
            'from = ["INELIGIBLE"]',
            'from = ["NOWHERE"]',
            "SEPARATE_BOOK",
            "field 'from' names 'NOWHERE'",
        ),
        (
            "act_types.toml",
            'from = ["INELIGIBLE"]\n',
            "",
            "SEPARATE_BOOK",
            "needs the buckets it may start from",
        ),
        (
            "act_types.toml",
            'catalogue = "STAY"',
            'catalogue = "PAUSE"',
            "STAY_DECISION",
            "'PAUSE', unknown in catalogues",
        ),
        (
            "act_types.toml",
            '{ c = "DEFERRED_CONSENT" }',
            '{ z = "DEFERRED_CONSENT" }',
            "DEFER_DECISION",
            "'z', unknown in DEFER",
        ),
        (
            "act_types.toml",
            'needs = ["annuls"]',
            'needs = ["a_wish"]',
            "ANNUL_ACT",
            "'needs' does not take 'a_wish'",
        ),
        (
            "act_types.toml",
            "strict_from = true",
            'strict_from = "yes"',
            "SEPARATE_BOOK",
            "'strict_from' does not take 'yes'",
        ),
        (
            "act_types.toml",
            "valid_to = 2025-06-30",
            'valid_to = "2025-06-30"',
            "FILE_PULL_DECISION",
            "'valid_to' does not take",
        ),
        ("act_types.toml", 'code = "PERFORMANCE"', 'code = "COLLECTION"', "COLLECTION", "stands twice"),
        (
            "obligation_kinds.toml",
            'label = "Hình phạt tiền"',
            'label = " "',
            "FINE",
            "'label' does not take ' '",
        ),
        ("obligation_kinds.toml", 'basis = "L25 Đ33.2c"\n', "", "EVIDENCE_DESTRUCTION", "has no legal basis"),
        (
            "grounds.toml",
            'regime = "L2025"',
            'regime = "L1999"',
            "NO_CONDITION a",
            "'L1999', unknown in regimes",
        ),
        ("grounds.toml", 'letter = "b"', 'letter = "a"', "NO_CONDITION a L2025", "stands twice"),
        (
            "themes.toml",
            'doubtful = true\nnote = "The list is supplied',
            'note = "The list is supplied',
            "CENTRAL_STEERING_LIST",
            "has no legal basis and is not marked doubtful",
        ),
        ("holidays.toml", 'kind = "OFF"', 'kind = "MAYBE"', "2026-01-02", "'kind' does not take 'MAYBE'"),
        (
            "regimes.toml",
            "valid_to = 2026-06-30",
            "valid_to = 2026-06-29",
            "L2025",
            "does not begin the day after L2008 ends",
        ),
        ("courts.toml", 'code = "TAND.DN.TK"', 'code = "TAND.DN.HC"', "TAND.DN.HC", "stands twice"),
    ],
)
def test_a_broken_row_is_named(folder: Path, file: str, old: str, new: str, row: str, problem: str) -> None:
    change(folder, file, old, new)
    with pytest.raises(RuleFileError) as caught:
        load_tables(folder)
    assert caught.value.file == file
    assert row in caught.value.row
    assert problem in caught.value.problem
    assert str(caught.value).startswith(f"{file}, ")


def test_a_missing_a_stray_and_an_unreadable_file_are_named(folder: Path) -> None:
    with (folder / "themes.toml").open("a", encoding="utf-8") as file:
        file.write("[[")
    with pytest.raises(RuleFileError, match=r"themes\.toml: not readable as TOML"):
        load_tables(folder)
    (folder / "themes.toml").write_text('[[motif]]\ncode = "X"\n', encoding="utf-8")
    with pytest.raises(RuleFileError, match=r"themes\.toml: holds rows \[\[theme\]\]"):
        load_tables(folder)
    (folder / "themes.toml").unlink()
    with pytest.raises(RuleFileError, match=r"themes\.toml: the file is missing"):
        load_tables(folder)
    (folder / "fees_old.toml").write_text("", encoding="utf-8")
    with pytest.raises(RuleFileError, match=r"fees_old\.toml: no such table"):
        load_tables(folder)


def test_the_rule_version_follows_what_the_files_say_not_how_they_look(folder: Path) -> None:
    assert load_tables(folder).version == rule_version()
    assert re.fullmatch(r"[0-9a-f]{12}", rule_version())
    change(folder, "themes.toml", "[[theme]]", "# A remark.\n\n[[theme]]")
    assert load_tables(folder).version == rule_version()
    change(folder, "themes.toml", 'label = "Nợ xấu"', 'label = "Các khoản nợ xấu"')
    assert load_tables(folder).version != rule_version()
