"""The state-budget book (form 3): the same fold over its own lines, the case's bucket from those lines alone (§3 "A book")."""

from tests.stories.builder import Json, act, expect, life, story

RESTITUTION = "RESTITUTION"


def _two_books(opened: str, *acts: Json) -> Json:
    """A fine of 300 for the state budget and a restitution of 700 that is not."""
    return story(opened, {"o1": ("FINE", 300), "o2": (RESTITUTION, 700)}, *acts)


STORIES = [
    life(
        "the book's case ends earlier than the whole case",
        _two_books("2023-10-20", act("COLLECTION", "2024-02-05", {"o1": 300})),
        expect("DN", 2024, 4, newly_accepted=(1, 1000), in_progress=(1, 1000)),
        expect("DN", 2024, 4, book="STATE_BUDGET", newly_accepted=(1, 300), in_progress=(1, 300)),
        expect("DN", 2024, (5, 12), newly_accepted=(1, 1000), completed=(0, 300), in_progress=(1, 700)),
        expect("DN DN.HC", 2024, (5, 12), book="STATE_BUDGET", newly_accepted=(1, 300), completed=(1, 300)),
        expect("DN", 2025, 1, carried_in=(1, 700), in_progress=(1, 700)),
        expect("DN", 2025, 1, book="STATE_BUDGET"),
    ),
    life(
        "a case without lines for the state budget is absent from the book",
        story(
            "2023-10-20",
            {"o1": ("MONEY_DEBT", 900), "o2": "EVIDENCE_DESTRUCTION"},
            act("COLLECTION", "2024-02-05", {"o1": 200}),
            initiation="ON_REQUEST",
            field="CIVIL",
        ),
        expect("DN", 2024, 5, newly_accepted=(1, 900), completed=(0, 200), in_progress=(1, 700)),
        expect("DN DN.HC", 2024, (1, 5, 12), book="STATE_BUDGET"),
        expect("DN", 2025, 1, book="STATE_BUDGET"),
    ),
    life(
        "the five kinds of the book, and nothing else",
        story(
            "2023-10-20",
            {
                "o1": ("COURT_FEE", 100),
                "o2": ("FINE", 200),
                "o3": ("PROCEEDS_RECOVERY", 300),
                "o4": ("CONFISCATION", 400),
                "o5": ("STATE_REVENUE", 500),
                "o6": (RESTITUTION, 600),
                "o7": "EVIDENCE_DESTRUCTION",
            },
        ),
        expect("DN", 2024, 1, newly_accepted=(1, 2100), in_progress=(1, 2100)),
        expect("DN", 2024, 1, book="STATE_BUDGET", newly_accepted=(1, 1500), in_progress=(1, 1500)),
        expect("DN.HC", 2024, 1, book="STATE_BUDGET", officer="DN.HC.01", newly_accepted=(1, 1500),
               in_progress=(1, 1500)),
    ),
    life(
        "the bucket of the case in the book follows from the book's lines alone",
        _two_books("2023-10-20", act("NO_CONDITION_DECISION", "2023-12-05", "o1", ground="a")),
        expect("DN", 2024, 3, newly_accepted=(1, 1000), in_progress=(1, 700), ineligible=(0, 300)),
        expect("DN", 2024, 3, book="STATE_BUDGET", newly_accepted=(1, 300), ineligible=(1, 300)),
    ),
    life(
        "revoked in the book, completed as a whole",
        _two_books(
            "2023-10-20",
            act("REVOCATION_DECISION", "2023-12-05", "o1", ground="c"),
            act("COLLECTION", "2024-02-05", {"o2": 700}),
        ),
        expect("DN", 2024, 3, newly_accepted=(1, 1000), revoked_cancelled=(0, 300), in_progress=(1, 700)),
        expect("DN", 2024, (3, 5), book="STATE_BUDGET", newly_accepted=(1, 300), revoked_cancelled=(1, 300)),
        expect("DN", 2024, 5, newly_accepted=(1, 1000), revoked_cancelled=(0, 300), completed=(1, 700)),
    ),
    life(
        "ended in the book, reassigned as a whole, annulled within the year: the book's case crosses with the annulment",
        _two_books(
            "2023-10-20",
            act("COLLECTION", "2023-12-05", {"o1": 300}),
            act("REASSIGN", "2024-01-15", unit="DN.TK", officer="DN.TK.02"),
            act("ANNUL_ACT", "2024-03-05", annuls="a1"),
        ),
        expect("DN.HC", 2024, (3, 4), book="STATE_BUDGET", newly_accepted=(1, 300), completed=(1, 300)),
        expect("DN.TK", 2024, (3, 4), book="STATE_BUDGET"),
        expect("DN.HC", 2024, 4, newly_accepted=(1, 1000), completed=(0, 300), transferred_out=(1, 700)),
        expect("DN.TK", 2024, 4, transferred_in=(1, 700), in_progress=(1, 700)),
        expect("DN", 2024, 6, book="STATE_BUDGET", newly_accepted=(1, 300), in_progress=(1, 300)),
        expect("DN.HC", 2024, 6, book="STATE_BUDGET", newly_accepted=(1, 300), transferred_out=(1, 300)),
        expect("DN.TK", 2024, 6, book="STATE_BUDGET", transferred_in=(1, 300), in_progress=(1, 300)),
        expect("DN.TK", 2024, 6, book="STATE_BUDGET", officer="DN.TK.02", transferred_in=(1, 300),
               in_progress=(1, 300)),
        expect("DN.HC", 2024, 6, newly_accepted=(1, 1000), transferred_out=(1, 1000)),
        expect("DN.TK", 2024, 6, transferred_in=(1, 1000), in_progress=(1, 1000)),
    ),
    life(
        "ended in the book last year, reassigned, annulled this year: the book's case re-enters at the present holder",
        _two_books(
            "2022-12-01",
            act("COLLECTION", "2023-08-01", {"o1": 300}),
            act("REASSIGN", "2024-01-15", unit="DN.TK", officer="DN.TK.02"),
            act("ANNUL_ACT", "2024-03-05", annuls="a1"),
        ),
        expect("DN.HC", 2023, 12, book="STATE_BUDGET", newly_accepted=(1, 300), completed=(1, 300)),
        expect("DN DN.HC DN.TK", 2024, 4, book="STATE_BUDGET"),
        expect("DN DN.TK", 2024, 6, book="STATE_BUDGET", newly_accepted=(1, 300), reentered=(1, 300),
               in_progress=(1, 300)),
        expect("DN.HC", 2024, 6, book="STATE_BUDGET"),
        expect("DN.HC", 2024, 6, carried_in=(1, 700), transferred_out=(1, 700)),
        expect("DN.TK", 2024, 6, transferred_in=(1, 700), newly_accepted=(0, 300), reentered=(0, 300),
               in_progress=(1, 1000)),
    ),
    life(
        "the case has its own entry into the separate book in each book",
        story(
            "2021-11-10",
            {"o1": ("FINE", 300), "o2": (RESTITUTION, 500)},
            act("NO_CONDITION_DECISION", "2022-01-05", "o1", ground="a"),
            act("SEPARATE_BOOK", "2022-03-01", "o1"),
            act("COLLECTION", "2024-02-01", {"o2": 500}),
            act("CONTINUE_DECISION", "2024-06-03"),
        ),
        expect("DN", 2022, 12, book="STATE_BUDGET", newly_accepted=(1, 300), ineligible=(1, 300)),
        expect("DN", 2023, (1, 12), book="STATE_BUDGET", separate_book=(1, 300)),
        expect("DN", 2024, (4, 5, 8), book="STATE_BUDGET", separate_book=(1, 300)),
        expect("DN", 2024, 5, carried_in=(1, 500), completed=(0, 500), ineligible=(1, 0),
               separate_book=(0, 300)),
        expect("DN", 2024, 9, book="STATE_BUDGET", newly_accepted=(1, 300), reentered=(1, 300),
               in_progress=(1, 300)),
        expect("DN", 2024, 9, carried_in=(1, 500), newly_accepted=(0, 300), reentered=(0, 300),
               completed=(0, 500),
               in_progress=(1, 300)),
    ),
]  # fmt: skip
