"""The table of legal clocks: complete, checked when it is read, and found by the law of the trigger."""

from __future__ import annotations

import datetime as dt
import itertools
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cases.rules import clock_words, docket
from cases.rules.clocks import (
    check_term,
    event_names,
    find_clock,
    met_by,
    rows_of,
    started_by,
    term_of,
)
from cases.rules.tables import DATA_DIR, RuleFileError, load_tables, tables
from thads.common.errors import Refused

#: Length of the general case under the old and the new law; – none, ? known without a length, W a window.
#: d days, w working days, h hours, m months, y years, 0 at once.
GENERAL = """
K01 5y 5y   K02 30d 15d  K03 – 1w     K04 5w 5w    K05 5w 5w    K06 5w 5w    K07 3w 3w    K08 0 0
K09 2w 2w   K10 2w 2w    K11 3w 3w    K12 3w 3w    K13 24h 24h  K14 10d 7d   K15 ? 5w     K16 10d 10d
K17 10d 9d  K18 5w 5w    K19 3w 3w    K20 30d 30d  K21 10d 10d  K22 6m 6m    K23 1y 1y    K24 5w 5w
K25A 5w 5w  K25B 3w 3w   K25C 2w 3w   K26 1y 2y    K27 5w 5w    K28 3m 3m    K29 5w 5w    K30 5w 5w
K31 5w 5w   K32 5w 5w    K33 5w 5w    K34 – 3w     K35 5w 5w    K36 ? 10d    K37 5w 3w    K38 24h 24h
K39 10d 10d K40 – 24h    K41 5w 3w    K42 ? 3w     K43 ? 3w     K44 3w 3w    K45 ? 1w     K46 3w 2w
K47 3w 3w   K48 W W      K49 30d 30d  K50 30d 30d  K51 15d 15d  K52 – 15d    K53 ? 10d    K54 – 3w
K55 5w 5w   K56 5w 5w    K57 – 3w     K58 5w 5w    K59 – 5w     K60 – 5w     K61 3m 15d   K62 10d 5w
K63 30d 30d K64 5w 5w    K65 5w 2w    K66 10d 5w   K67 10d 3w   K68 1w 1w    K69 30d 30d  K70 60d 60d
K71 10d 10d K72 ? 5w     K73 25w 10d  K74 10d 10d  K75 – 2w     K76 ? 3w     K77 15d 15d  K78 3m 30d
K79 5y 5y   K80 – 5y     K81 – 7d     K82 10d 10d  K83 1m 1m    K84 0 –      K85 5w 3w    K86 – 1m
K87 5w 5w   K88 2w 2w    K89 5y 5y    K90 15d 15d  K91 5w 5w    K92 15d 15d  K93 60d 30d  K94 15d 15d
K95 15d 15d K96 ? 30d    K97 – 5w     K98 – 24h    K99 5w 3w    K100 – 1y
"""
#: The same of the other cases.
VARIANTS = """
K01 AFTER_RETURN – ?       K02 IMMEDIATE 15d –         K02 INTERIM 0 –            K12 URGENT_SECURITY – 0
K19 ACCOUNTS 0 0           K19 INTERIM – 0             K19 TO_CREDITOR 5w –       K20 REGISTERED_COMPLEX 45d 45d
K20 OTHER 15d 15d          K20 ACCOUNTS – 0            K20 INTERIM – 0            K25C COMMUNE 2w 2w
K25C POSTING 3m –          K26 PRISON_OR_UNKNOWN 2y –  K26 SEPARATE_BOOK 3w –     K26 EARLIER_DECISION – 2y
K27 PROTEST_AUTHORITY 0 0  K28 AGREED ? ?              K28 WHILE_GROUND_LASTS ? ? K30 NOTICE ? 5w
K32 INTERIM 24h 24h        K33 INTERIM 0 0             K35 MONEY 5w 5w            K36 HEIRS – 30d
K39 OTHER 10d –            K42 PROVINCE – 5w           K44 TO_AUTHORITY – 5w      K49 CREDITOR 15d –
K55 CHILD 5w 5w            K55 WORKER 10d 5w           K61 MOVABLE 1m 5w          K61 PAY 5w 5w
K61 LATER_SALE 15d 3w      K62 CENTRE – 5w             K62 PARTIES_CHOOSE 5w –    K63 REAL_ESTATE 45d 45d
K66 STATE_DUES 10d –       K67 DEBTOR – 5w             K67 PAY – 5w               K67 REAL_ESTATE 30d –
K69 AGREED – 60d           K70 TAKE_IN_KIND 5w 5w      K70 DIRECT_SALE – 3w       K73 CERTIFICATE – 15d
K74 MANY_CREDITORS – 45d   K74 AFTER_CAUSE – 10d       K78 PERISHABLE – 5w        K78 PAPERS 1y 3m
K79 NOTICE 1y 1y           K83 DESTROY – 20d           K84 NEXT_MORNING 1w –      K88 SESSION 20d 20d
K88 SEND 5w 5w             K88 PROTEST_7 7d 7d         K88 PROTEST_15 15d 15d     K88 APPEAL 15d 15d
K89 TEN_YEARS 10y 10y      K90 FREEZE 3w –             K90 SECURITY 10d 10d       K90 COERCION 30d 30d
K90 AFTER_COERCION 30d 30d K90 SECOND 15d 15d          K91 SECOND 10d 10d         K92 BEFORE_MEASURES_SECOND 30d 30d
K92 SECURITY 5w 5w         K92 COERCION 30d 30d        K92 COERCION_EXTENDED 60d 60d
K92 COERCION_SECOND 45d 45d K92 COERCION_SECOND_EXTENDED 75d 75d
K92 AFTER_COERCION 15d –   K92 AFTER_COERCION_SECOND 30d –
K93 COMPLEX 90d 60d        K93 VERY_COMPLEX – 90d      K94 ABOVE 30d 30d          K94 ENDED_CASE – 1y
K95 EXECUTE 5w 5w          K95 VKS_REPLY – 10d         K95 REVIEW 30d 30d         K96 COMPLEX – 45d
"""
UNITS = {
    "d": "CALENDAR_DAY",
    "w": "WORKING_DAY",
    "h": "HOUR",
    "m": "MONTH",
    "y": "YEAR",
}
BEFORE = {("K44", "TO_AUTHORITY"), ("K45", ""), ("K46", ""), ("K47", ""), ("K61", "LATER_SALE"), ("K68", "")}
OLD, NEW = dt.date(2026, 6, 30), dt.date(2026, 7, 1)


def told(code: str, variant: str, regime: str) -> str:
    """What the table says of a case under one law, in the shorthand above."""
    for row in rows_of(code, tables()):
        if row.regime == regime and (row.variant == variant if variant else row.is_general):
            if row.direction in ("WINDOW", "NONE"):
                return "W" if row.direction == "WINDOW" else "?"
            short = {unit: letter for letter, unit in UNITS.items()}
            assert row.unit is not None
            return "0" if row.unit == "AT_ONCE" else f"{row.length}{short[row.unit]}"
    return "–"


def shorthand(text: str, width: int) -> list[list[str]]:
    words = text.split()
    return [words[place : place + width] for place in range(0, len(words), width)]


def test_every_clock_has_the_lengths_of_both_laws() -> None:
    general, variants = shorthand(GENERAL, 3), shorthand(VARIANTS, 4)
    expected = {(code, "", old, new) for code, old, new in general} | {tuple(one) for one in variants}
    found = {(code, variant, told(code, variant, "L2008"), told(code, variant, "L2025"))
             for code, variant, *_ in expected}  # fmt: skip
    assert found == expected
    assert len(general) == 102
    named = {(code, variant) for code, variant, *_ in expected}
    for row in tables().clocks.values():
        assert (row.code, "" if row.is_general else row.variant) in named, row.key


def test_directions_and_doubts_stand_in_the_rows() -> None:
    rows = tables().clocks.values()
    assert {(row.code, row.variant) for row in rows if row.direction == "BEFORE"} == BEFORE
    assert {row.code for row in rows if row.direction == "EVERY"} == {"K22", "K23", "K86"}
    k17 = tables().stretches["K17", "", "L2025"][0]
    assert k17.doubtful and k17.remark_en and "09" in k17.remark_en
    k09 = tables().stretches["K09", "", "L2025"][0]
    assert k09.doubtful and k09.basis is None and k09.on_expiry == "INTERNAL_ALARM"
    assert {row.code for row in rows if row.basis is None} == {"K09", "K15", "K42", "K43", "K45"}
    assert {row.place for row in rows if row.retroactive} == {
        ("K26", "EARLIER_DECISION", "L2025"), ("K94", "ENDED_CASE", "L2025")
    }  # fmt: skip


def test_every_word_is_used_and_every_act_a_fact_names_is_known() -> None:
    rows = tables().clocks.values()
    acts = tables().act_types
    events = {event for row in rows for event in (*row.starts, *row.met_by)}
    assert events - acts.keys() == clock_words.FACTS.keys() and not clock_words.FACTS.keys() & acts.keys()
    assert {row.actor for row in rows} == clock_words.ACTORS.keys()
    assert {row.on_expiry for row in rows} == clock_words.EXPIRIES.keys()
    assert {pause for row in rows for pause in row.pauses} == clock_words.PAUSES.keys()
    assert {row.direction for row in rows} == clock_words.DIRECTIONS.keys()
    assert {row.unit for row in rows} - {None} == clock_words.UNITS.keys()
    assert clock_words.FACT_ACTS.keys() <= clock_words.FACTS.keys()
    assert {act for named in clock_words.FACT_ACTS.values() for act in named} <= acts.keys()
    for words in (clock_words.FACTS, clock_words.EXPIRIES, clock_words.ACTORS, clock_words.PAUSES):
        for name in words.values():
            assert name.vi and name.en and name.vi != name.en
    assert [name.en for name in event_names(("JUDGMENT_EFFECTIVE", "SERVICE"), tables())] == [
        "The judgment takes effect",
        "Notice served",
    ]


# --- Found by the law of the trigger ------------------------------------------------------------------------


def test_the_law_of_the_trigger_decides() -> None:
    k85 = [find_clock("K85", None, on, tables()) for on in (OLD, NEW)]
    assert [(row.regime, row.length, row.basis) for row in k85] == [
        ("L2008", 5, "L08 Đ53"),
        ("L2025", 3, "D152 Đ32.3"),
    ]
    assert find_clock("k25a", "", NEW, tables()).name_code == "PUBLISH_DEBTOR"
    general = find_clock("K61", None, NEW, tables())
    assert general == find_clock("K61", "real_estate", NEW, tables()) and general.variant == "REAL_ESTATE"
    assert find_clock("K94", "ENDED_CASE", OLD, tables()).regime == "L2025"
    assert find_clock("K26", "EARLIER_DECISION", OLD, tables()).regime == "L2025"
    assert find_clock("K39", None, OLD, tables()).variant == "FREEZE"


def refused(call: Callable[[], object]) -> tuple[str, str, str]:
    with pytest.raises(Refused) as caught:
        call()
    (fault,) = caught.value.faults
    return fault.code, fault.pointer, fault.text("en")


def test_what_is_unknown_names_what_is_known() -> None:
    def ask(code: str, variant: str | None, on: dt.date) -> tuple[str, str, str]:
        return refused(lambda: check_term(find_clock(code, variant, on, tables()), tables()))

    assert ask("K101", None, NEW)[:2] == ("CLOCK_UNKNOWN", "/clock")
    code, pointer, text = ask("K61", "BOAT", NEW)
    assert (code, pointer) == ("CLOCK_VARIANT_UNKNOWN", "/variant")
    assert "REAL_ESTATE, MOVABLE, PAY, LATER_SALE" in text and "BOAT" in text
    assert ask("K03", "BOAT", NEW)[2].endswith("it has: –.")
    assert ask("K03", None, OLD) == (
        "CLOCK_NO_TERM",
        "/clock",
        "The law that applies (L2008) states no term for K03; the law that does: L2025.",
    )
    assert "K90 FREEZE; the law that does: L2008" in ask("K90", "FREEZE", NEW)[2]
    assert ask("K28", "AGREED", NEW)[2].endswith("the law that does: –.")
    assert ask("K26", "EARLIER_DECISION", NEW)[0] == "CLOCK_NO_TERM"
    assert ask("K48", None, NEW)[0] == "CLOCK_IS_WINDOW"
    assert ask("K16", None, dt.date(2009, 6, 30))[:2] == ("TRIGGER_BEFORE_LAW", "/trigger_on")


def test_what_an_act_starts_and_meets() -> None:
    started = {row.place for row in started_by("NO_CONDITION_DECISION", NEW, tables())}
    assert started == {("K25A", "", "L2025"), ("K26", "", "L2025")}
    started = {row.place for row in started_by("NO_CONDITION_DECISION", OLD, tables())}
    assert started == {
        ("K25A", "", "L2008"),
        ("K26", "", "L2008"),
        ("K26", "PRISON_OR_UNKNOWN", "L2008"),
        ("K26", "EARLIER_DECISION", "L2025"),
    }
    assert {row.code for row in started_by("ASSIGNMENT", OLD, tables())} == {"K10"}
    assert {row.code for row in met_by("VERIFICATION", tables())} == {"K17", "K18", "K21", "K22", "K23"}
    assert not started_by("COERCION_SCHEDULED", NEW, tables())


def test_lengths_in_words() -> None:
    def words(code: str, regime: str) -> tuple[str, str]:
        told = term_of(tables().stretches[code, "", regime][0])
        return told.vi, told.en

    assert words("K16", "L2025") == ("10 ngày", "10 calendar days")
    assert words("K23", "L2025") == ("1 năm", "1 year")
    assert words("K08", "L2025") == ("ngay", "at once")
    assert words("K48", "L2025")[1].startswith("From 22:00")


# --- Checked when it is read --------------------------------------------------------------------------------

ROW = """
[[clock]]
code = "K16"
name = "VOLUNTARY"
regime = "L2025"
label = "Thời hạn tự nguyện thi hành án"
label_en = "Voluntary period"
length = 10
unit = "CALENDAR_DAY"
starts = ["ENF_DECISION_SERVED"]
actor = "DEBTOR"
on_expiry = "BREACH"
basis = "L25 Đ36.1"
"""


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda row: row, "stands twice"),
        (lambda row: row.replace('"K16"', '"K116"').replace("= 10", "= true"), "field 'length'"),
        (lambda row: row.replace('"K16"', '"K116"').replace("CALENDAR_DAY", "WEEK"), "does not take 'WEEK'"),
        (lambda row: row.replace('"K16"', '"K116"').replace("= 10", "= 0"), "AT_ONCE has 0"),
        (lambda row: row.replace('"K16"', '"K116"').replace("length = 10", ""), "go together"),
        (
            lambda row: row.replace('"K16"', '"K116"').replace("length", 'direction = "NONE"\nlength'),
            "go together",
        ),
        (
            lambda row: row.replace('"K16"', '"K116"').replace("ENF_DECISION_SERVED", "SUNRISE"),
            "'SUNRISE', unknown in clock_events",
        ),
        (
            lambda row: row.replace('"K16"', '"K116"').replace("basis", 'met_by = ["DANCE"]\nbasis'),
            "'DANCE', unknown in clock_events",
        ),
        (lambda row: row.replace('"K16"', '"K116"').replace("DEBTOR", "CAT"), "does not take 'CAT'"),
        (
            lambda row: row.replace('"K16"', '"K116"').replace("basis", 'pauses = ["LUNCH"]\nbasis'),
            "does not take 'LUNCH'",
        ),
        (lambda row: row.replace('"K16"', '"K116"').replace('basis = "L25 Đ36.1"', ""), "no legal basis"),
        (lambda row: row.replace('"K16"', '"K116"').replace("L2025", "L1999"), "unknown in regimes"),
        (
            lambda row: row.replace('"K16"', '"K116"').replace("basis", 'remark = "x"\nbasis'),
            "in both languages",
        ),
        (
            lambda row: row.replace("regime", 'variant = "SHORT"\nregime').replace("VOLUNTARY", "OTHER"),
            "two names",
        ),
        (
            lambda row: row.replace("regime", 'variant = "SHORT"\ngeneral = true\nregime'),
            "has 2 general cases",
        ),
        (
            lambda row: row.replace('"K16"', '"K116"').replace("regime", 'variant = "SHORT"\nregime'),
            "has 0 general cases",
        ),
        (lambda row: row.replace('"K16"', '"K116"') + "retroactive = true\n", "needs a variant"),
        (
            lambda row: (
                row.replace('"K16"', '"K116"').replace("CALENDAR_DAY", "HOUR") + 'direction = "BEFORE"'
            ),
            "counted in days and not paused",
        ),
    ],
)
def test_a_row_that_does_not_say_what_it_must_is_named(
    change: Callable[[str], str], problem: str, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA_DIR, folder)
    with (folder / "clocks.toml").open("a", encoding="utf-8") as file:
        file.write(change(ROW))
    with pytest.raises(RuleFileError, match=problem) as caught:
        load_tables(folder)
    assert caught.value.file == "clocks.toml" and "K1" in str(caught.value)


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("fees.toml", "rate = 300", "rate = 30000", "no more than all of it"),
        ("fees.toml", "up_to = 7000000000", "up_to = 5000000000", "ends before it begins"),
        ("fees.toml", 'of = "WHOLE"', 'of = "HALF"', "does not take 'HALF'"),
        ("waterfall.toml", 'tier = "a"', 'tier = "z"', "does not take 'z'"),
        ("waterfall.toml", 'tier = "a"\n', "", "a tier has a letter"),
        (
            "minimum_wages.toml",
            "valid_from = 2026-01-01",
            "valid_from = 2026-01-02",
            "where the last one ends",
        ),
        ("minimum_wages.toml", "amount = 4960000", "amount = 0", "above 0"),
        ("base_salaries.toml", "valid_from = 2026-07-01\n", "", "needs the day it begins"),
        ("base_salaries.toml", "valid_to = 2026-06-30\n", "", "where the last one ends"),
    ],
)
def test_the_money_tables_are_checked_too(
    file: str, old: str, new: str, problem: str, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA_DIR, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RuleFileError, match=problem) as caught:
        load_tables(folder)
    assert caught.value.file == file


def test_the_money_tables_say_what_the_law_says() -> None:
    law = tables()
    salaries = [(str(row.valid_from), row.amount) for row in law.base_salaries.values()]
    assert salaries == [
        ("2019-07-01", 1_490_000), ("2023-07-01", 1_800_000), ("2024-07-01", 2_340_000), ("2026-07-01", 2_530_000)
    ]  # fmt: skip
    wages = [row.amount for row in law.minimum_wages.values() if row.valid_on(NEW)]
    assert wages == [5_310_000, 4_730_000, 4_140_000, 3_700_000]
    brackets = list(law.fees.values())
    assert [row.above for row in brackets[2:]] == [row.up_to for row in brackets[1:-1]]
    # Each bracket begins with what the one below it ends with: no step between them above 5 billion.
    for below, row in itertools.pairwise(brackets[1:]):
        assert below.up_to is not None
        whole = below.up_to if below.of == "WHOLE" else below.up_to - below.above
        assert below.fixed + whole * below.rate // 10_000 == row.fixed
    for regime, letters in (("L2008", "abc"), ("L2025", "abcdđ")):
        tiers = [row for row in law.waterfall.values() if row.regime == regime]
        assert [row.rank for row in tiers] == list(range(1, len(tiers) + 1))
        assert "".join(row.tier or "" for row in tiers) == letters
        kinds = {kind.tier(regime) for kind in law.obligation_kinds.values()} - {None}
        assert kinds <= set(letters)


def test_no_clock_that_goes_on_after_the_end_outlasts_what_is_taken_for_long() -> None:
    """Cases that had ended longer ago than that are not looked at when a register is brought in."""
    days = {"CALENDAR_DAY": 1, "WORKING_DAY": 3, "HOUR": 1, "MONTH": 31, "YEAR": 366, "AT_ONCE": 1}
    for rule in tables().docket.values():
        for row in tables().clocks.values():
            if rule.after_end and row.code == rule.code and row.length is not None and row.unit is not None:
                assert row.length * days[row.unit] < docket._LONG_AFTER_END.days, row.key
