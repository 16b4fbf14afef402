"""Acts of one day in their order, and acts that stand out of the order of their dates (§3 "Acts fold in order")."""

from tests.stories.builder import act, expect, life, story

STORIES = [
    life(
        "opened and collected on the same day",
        story("2023-10-16", {"o1": 900}, act("COLLECTION", "2023-10-16", {"o1": 900})),
        expect("DN", 2024, (1, 12), newly_accepted=(1, 900), completed=(1, 900)),
        expect("DN", 2025, 1),
    ),
    life(
        "collected and annulled on the same day",
        story(
            "2023-10-16",
            {"o1": 900},
            act("COLLECTION", "2024-01-05", {"o1": 900}),
            act("ANNUL_ACT", "2024-01-05", annuls="a1"),
        ),
        expect("DN", 2024, (3, 4, 12), newly_accepted=(1, 900), in_progress=(1, 900)),
    ),
    life(
        "collected before and after a reassignment of the same day: each at its holder",
        story(
            "2023-10-16",
            {"o1": 900},
            act("COLLECTION", "2024-01-15", {"o1": 100}),
            act("REASSIGN", "2024-01-15", unit="DN.TK", officer="DN.TK.02"),
            act("COLLECTION", "2024-01-15", {"o1": 200}),
        ),
        expect("DN.HC", 2024, 4, newly_accepted=(1, 900), completed=(0, 100), transferred_out=(1, 800)),
        expect("DN.TK", 2024, 4, transferred_in=(1, 800), completed=(0, 200), in_progress=(1, 600)),
        expect("DN", 2024, 4, newly_accepted=(1, 900), completed=(0, 300), in_progress=(1, 600)),
    ),
    life(
        "the date goes before the place: a decision told last but dated first makes the separate book lawful",
        story(
            "2023-10-16",
            {"o1": 900},
            act("SEPARATE_BOOK", "2024-03-01"),
            act("NO_CONDITION_DECISION", "2024-01-10", ground="a"),
        ),
        expect("DN", 2024, 3, newly_accepted=(1, 900), in_progress=(1, 900)),
        expect("DN", 2024, (4, 6, 12), newly_accepted=(1, 900), ineligible=(1, 900)),
        expect("DN", 2025, 1, separate_book=(1, 900)),
    ),
    life(
        "ineligible and into the separate book on one day, out of it on another first of October",
        story(
            "2022-10-03",
            {"o1": 900},
            act("NO_CONDITION_DECISION", "2023-03-01", ground="a"),
            act("SEPARATE_BOOK", "2023-03-01"),
            act("CONTINUE_DECISION", "2023-10-01"),
        ),
        expect("DN", 2023, (6, 12), newly_accepted=(1, 900), ineligible=(1, 900)),
        expect("DN", 2024, 1, newly_accepted=(1, 900), reentered=(1, 900), in_progress=(1, 900),
               carried_in=(0, 0)),
    ),
    life(
        "interest and its collection on one day",
        story(
            "2023-10-16",
            {"o1": ("MONEY_DEBT", 900)},
            act("INTEREST_DETERMINED", "2024-01-15", {"o1": 100}),
            act("COLLECTION", "2024-01-15", {"o1": 1000}),
            initiation="ON_REQUEST",
            field="CIVIL",
        ),
        expect("DN", 2024, 4, newly_accepted=(1, 1000), completed=(1, 1000)),
    ),
]  # fmt: skip
