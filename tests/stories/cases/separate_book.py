"""The separate book: over 01/10 and back, and everything that may happen inside it (§2, columns 2, 3, 12, ``separate_book``)."""

from tests.stories.builder import Json, act, expect, life, story


def _in_book(entered: str, *later: Json) -> Json:
    """A fine of 400 of November 2021, ineligible since January 2022, moved to the separate book on ``entered``."""
    return story(
        "2021-11-10",
        {"o1": 400},
        act("NO_CONDITION_DECISION", "2022-01-05", ground="a"),
        act("SEPARATE_BOOK", entered),
        *later,
    )


def _one_line_in_book(*later: Json) -> Json:
    """Two lines: 300 in the separate book since statistical year 2022, 500 in progress."""
    return story(
        "2021-11-10",
        {"o1": 300, "o2": 500},
        act("NO_CONDITION_DECISION", "2022-01-05", "o1", ground="a"),
        act("SEPARATE_BOOK", "2022-03-01", "o1"),
        *later,
    )


STORIES = [
    life(
        "entered on 30/9: outside the totals from the next day",
        _in_book("2023-09-30"),
        expect("DN DN.HC", 2023, (11, 12), carried_in=(1, 400), ineligible=(1, 400)),
        expect("DN DN.HC", 2024, (1, 6, 12), separate_book=(1, 400)),
        expect("DN DN.HC", 2025, 1, separate_book=(1, 400)),
    ),
    life(
        "entered on 01/10: still ineligible for the whole year that begins that day",
        _in_book("2023-10-01"),
        expect("DN", 2023, 12, carried_in=(1, 400), ineligible=(1, 400)),
        expect("DN", 2024, (1, 6, 12), carried_in=(1, 400), ineligible=(1, 400), carried_out=(1, 400)),
        expect("DN", 2025, (1, 12), separate_book=(1, 400)),
    ),
    life(
        "continued and entered again within a year: one re-entry, ineligible, outside the next year",
        _in_book(
            "2023-02-01",
            act("CONTINUE_DECISION", "2023-11-05"),
            act("NO_CONDITION_DECISION", "2024-01-05", ground="a"),
            act("SEPARATE_BOOK", "2024-03-05"),
        ),
        expect("DN", 2024, 1, separate_book=(1, 400)),
        expect("DN", 2024, 2, newly_accepted=(1, 400), reentered=(1, 400), in_progress=(1, 400)),
        expect("DN", 2024, (4, 6, 12), newly_accepted=(1, 400), reentered=(1, 400), ineligible=(1, 400)),
        expect("DN", 2025, 1, separate_book=(1, 400)),
    ),
    life(
        "a second SEPARATE_BOOK on a line in the book renews no entry date",
        _in_book("2023-02-01", act("SEPARATE_BOOK", "2024-03-01", "o1"), act("CONTINUE_DECISION", "2024-05-02")),
        expect("DN", 2023, 12, carried_in=(1, 400), ineligible=(1, 400)),
        expect("DN", 2024, (1, 6, 7), separate_book=(1, 400)),
        expect("DN", 2024, 8, newly_accepted=(1, 400), reentered=(1, 400), in_progress=(1, 400)),
    ),
    life(
        "terminated from the book of an earlier year: re-entered and terminated",
        _in_book("2023-02-01", act("TERMINATION_DECISION", "2024-03-05", ground="c")),
        expect("DN", 2024, 5, separate_book=(1, 400)),
        expect("DN", 2024, (6, 12), newly_accepted=(1, 400), reentered=(1, 400), terminated=(1, 400)),
        expect("DN", 2025, 1),
    ),
    life(
        "a named amount terminated from the book of an earlier year: only that amount re-enters",
        _in_book("2023-02-01", act("TERMINATION_DECISION", "2024-03-05", {"o1": 150}, ground="c")),
        expect("DN", 2024, 6, newly_accepted=(0, 150), reentered=(0, 150), terminated=(0, 150),
               separate_book=(1, 250)),
        expect("DN", 2025, 1, separate_book=(1, 250)),
    ),
    life(
        "terminated from the book in the year of entry: no re-entry",
        _in_book("2023-11-05", act("TERMINATION_DECISION", "2024-03-05", ground="c")),
        expect("DN", 2024, (1, 2, 5), carried_in=(1, 400), ineligible=(1, 400)),
        expect("DN", 2024, 6, carried_in=(1, 400), terminated=(1, 400)),
    ),
    life(
        "collected whole from the book of an earlier year: re-entered and completed",
        _in_book("2023-02-01", act("COLLECTION", "2024-03-05", {"o1": 400})),
        expect("DN", 2024, 6, newly_accepted=(1, 400), reentered=(1, 400), completed=(1, 400)),
    ),
    life(
        "part collected from the book in the year of entry: the rest stays ineligible, no re-entry",
        _in_book("2023-11-05", act("COLLECTION", "2024-02-05", {"o1": 100})),
        expect("DN", 2024, (5, 12), carried_in=(1, 400), completed=(0, 100), ineligible=(1, 300)),
        expect("DN", 2025, 1, separate_book=(1, 300)),
    ),
    life(
        "entrusted from the book of an earlier year: re-entered and entrusted, nothing left to enforce",
        _in_book("2023-02-01", act("DELEGATION_DECISION", "2024-03-05", to_authority="QNA")),
        expect("DN", 2024, 6, newly_accepted=(1, 400), reentered=(1, 400), entrusted_out=(1, 400),
               total_to_enforce=(0, 0)),
    ),
    life(
        "revoked from the book of an earlier year: re-entered and revoked",
        _in_book("2023-02-01", act("REVOCATION_DECISION", "2024-03-05", ground="c")),
        expect("DN", 2024, 6, newly_accepted=(1, 400), reentered=(1, 400), revoked_cancelled=(1, 400)),
    ),
    life(
        "reassigned inside the book of an earlier year: no transfer, the re-entry is the new holder's",
        _in_book(
            "2023-02-01",
            act("REASSIGN", "2024-01-15", unit="DN.TK", officer="DN.TK.02"),
            act("CONTINUE_DECISION", "2024-05-06"),
        ),
        expect("DN DN.HC", 2024, 3, separate_book=(1, 400)),
        expect("DN.TK", 2024, 3),
        expect("DN DN.TK", 2024, (4, 7), separate_book=(1, 400)),
        expect("DN.HC", 2024, (4, 7)),
        expect("DN.HC", 2024, 4, officer="DN.HC.01"),
        expect("DN.TK", 2024, 4, officer="DN.TK.02", separate_book=(1, 400)),
        expect("DN DN.TK", 2024, 8, newly_accepted=(1, 400), reentered=(1, 400), in_progress=(1, 400)),
        expect("DN.HC", 2024, 8),
        expect("DN.TK", 2025, 1, carried_in=(1, 400), in_progress=(1, 400)),
    ),
    life(
        "reassigned inside the book in the year of entry: a transfer; in a later year: none",
        _in_book(
            "2023-11-05",
            act("REASSIGN", "2024-01-15", unit="DN.TK", officer="DN.TK.02"),
            act("REASSIGN", "2024-12-02", unit="DN.HC", officer="DN.HC.03"),
            act("COLLECTION", "2025-02-03", {"o1": 400}),
        ),
        expect("DN DN.HC", 2024, 3, carried_in=(1, 400), ineligible=(1, 400)),
        expect("DN", 2024, (4, 12), carried_in=(1, 400), ineligible=(1, 400)),
        expect("DN.HC", 2024, (4, 12), carried_in=(1, 400), transferred_out=(1, 400)),
        expect("DN.TK", 2024, (4, 12), transferred_in=(1, 400), ineligible=(1, 400)),
        expect("DN.TK", 2024, 4, officer="DN.TK.02", transferred_in=(1, 400), ineligible=(1, 400)),
        expect("DN DN.TK", 2025, 2, separate_book=(1, 400)),
        expect("DN.HC", 2025, 2),
        expect("DN DN.HC", 2025, 3, separate_book=(1, 400)),
        expect("DN.TK", 2025, 3),
        expect("DN DN.HC", 2025, 5, newly_accepted=(1, 400), reentered=(1, 400), completed=(1, 400)),
        expect("DN.TK", 2025, 5),
        expect("DN.HC", 2025, 5, officer="DN.HC.03", newly_accepted=(1, 400), reentered=(1, 400),
               completed=(1, 400)),
    ),
    life(
        "one line in the book, the other ends later: the case enters the book in a later year than its line",
        _one_line_in_book(
            act("COLLECTION", "2024-02-01", {"o2": 500}),
            act("CONTINUE_DECISION", "2024-11-05"),
        ),
        expect("DN", 2022, 12, newly_accepted=(1, 800), in_progress=(1, 500), ineligible=(0, 300)),
        expect("DN", 2023, (1, 12), carried_in=(1, 500), in_progress=(1, 500), separate_book=(0, 300)),
        expect("DN", 2024, 4, carried_in=(1, 500), in_progress=(1, 500), separate_book=(0, 300)),
        expect("DN", 2024, (5, 12), carried_in=(1, 500), completed=(0, 500), ineligible=(1, 0),
               separate_book=(0, 300)),
        expect("DN", 2025, 1, separate_book=(1, 300)),
        expect("DN", 2025, 2, newly_accepted=(1, 300), reentered=(1, 300), in_progress=(1, 300)),
    ),
    life(
        "continued in the year the case entered the book: the line's money re-enters, the case does not",
        _one_line_in_book(
            act("COLLECTION", "2024-02-01", {"o2": 500}),
            act("CONTINUE_DECISION", "2024-06-03"),
        ),
        expect("DN", 2024, 8, carried_in=(1, 500), completed=(0, 500), ineligible=(1, 0),
               separate_book=(0, 300)),
        expect("DN", 2024, 9, carried_in=(1, 500), newly_accepted=(0, 300), reentered=(0, 300),
               completed=(0, 500),
               in_progress=(1, 300)),
        expect("DN", 2025, 1, carried_in=(1, 300), in_progress=(1, 300)),
    ),
    life(
        "reassigned when the case entered the book this year and its line earlier: the case crosses, the money does not",
        _one_line_in_book(
            act("DELEGATION_DECISION", "2024-02-01", "o2", to_authority="QNA"),
            act("REASSIGN", "2024-06-03", unit="DN.TK", officer="DN.TK.01"),
        ),
        expect("DN", 2024, (8, 9), carried_in=(1, 500), entrusted_out=(0, 500), ineligible=(1, 0),
               separate_book=(0, 300)),
        expect("DN.HC", 2024, 9, carried_in=(1, 500), entrusted_out=(0, 500), transferred_out=(1, 0)),
        expect("DN.TK", 2024, 9, transferred_in=(1, 0), ineligible=(1, 0), separate_book=(0, 300)),
        expect("DN.TK", 2024, 9, officer="DN.TK.01", transferred_in=(1, 0), ineligible=(1, 0),
               separate_book=(0, 300)),
        expect("DN DN.TK", 2025, 1, separate_book=(1, 300)),
        expect("DN.HC", 2025, 1),
    ),
    life(
        "reassigned with one line in the book of an earlier year: the open line's money crosses, the book's does not",
        _one_line_in_book(act("REASSIGN", "2024-02-05", unit="DN.TK", officer="DN.TK.01")),
        expect("DN", 2024, (4, 5), carried_in=(1, 500), in_progress=(1, 500), separate_book=(0, 300)),
        expect("DN.HC", 2024, 5, carried_in=(1, 500), transferred_out=(1, 500)),
        expect("DN.TK", 2024, 5, transferred_in=(1, 500), in_progress=(1, 500), separate_book=(0, 300)),
        expect("DN.TK", 2025, 1, carried_in=(1, 500), in_progress=(1, 500), separate_book=(0, 300)),
    ),
    life(
        "two lines enter the book in different years: each line's money has its own entry, the case that of the later",
        _one_line_in_book(
            act("NO_CONDITION_DECISION", "2022-11-05", "o2", ground="a"),
            act("SEPARATE_BOOK", "2023-02-05", "o2"),
            act("COLLECTION", "2023-11-05", {"o1": 100}),
            act("CONTINUE_DECISION", "2024-02-05", "o2"),
        ),
        expect("DN", 2023, (2, 12), carried_in=(1, 500), ineligible=(1, 500), separate_book=(0, 300)),
        expect("DN", 2024, 1, separate_book=(1, 800)),
        expect("DN", 2024, 2, newly_accepted=(0, 100), reentered=(0, 100), completed=(0, 100),
               separate_book=(1, 700)),
        expect("DN", 2024, 5, newly_accepted=(1, 600), reentered=(1, 600), completed=(0, 100),
               in_progress=(1, 500),
               separate_book=(0, 200)),
        expect("DN", 2025, 1, carried_in=(1, 500), in_progress=(1, 500), separate_book=(0, 200)),
    ),
    life(
        "a line without money in the book: the case alone leaves and re-enters",
        story(
            "2021-11-10",
            {"o1": "EVIDENCE_DESTRUCTION"},
            act("NO_CONDITION_DECISION", "2022-01-05", ground="d"),
            act("SEPARATE_BOOK", "2022-12-01"),
            act("PERFORMANCE", "2024-02-05"),
        ),
        expect("DN", 2023, 12, carried_in=(1, 0), ineligible=(1, 0)),
        expect("DN", 2024, 4, separate_book=(1, 0)),
        expect("DN", 2024, 5, newly_accepted=(1, 0), reentered=(1, 0), completed=(1, 0)),
    ),
]  # fmt: skip
