"""Interest, amendments and relief: money that comes in, goes away, or is waived (§2, column 3, ``reduced``)."""

from tests.stories.builder import act, expect, life, story

ON_REQUEST = {"initiation": "ON_REQUEST", "field": "CIVIL"}

STORIES = [
    life(
        "interest joins the line in its bucket and is newly accepted money of its year",
        story(
            "2022-12-01",
            {"o1": ("MONEY_DEBT", 1000)},
            act("NO_CONDITION_DECISION", "2023-03-01", ground="a"),
            act("INTEREST_DETERMINED", "2024-01-10", {"o1": 150}),
            act("CONTINUE_DECISION", "2024-03-05"),
            **ON_REQUEST,
        ),
        expect("DN", 2024, 3, carried_in=(1, 1000), ineligible=(1, 1000)),
        expect("DN", 2024, (4, 5), carried_in=(1, 1000), newly_accepted=(0, 150), ineligible=(1, 1150)),
        expect("DN", 2024, (6, 12), carried_in=(1, 1000), newly_accepted=(0, 150), in_progress=(1, 1150)),
        expect("DN", 2025, 1, carried_in=(1, 1150), in_progress=(1, 1150)),
    ),
    life(
        "interest on a line deferred by consent stays deferred by consent",
        story(
            "2023-10-16",
            {"o1": ("MONEY_DEBT", 900)},
            act("DEFER_DECISION", "2024-01-05", ground="c"),
            act("INTEREST_DETERMINED", "2024-02-05", {"o1": 50}),
            **ON_REQUEST,
        ),
        expect("DN", 2024, 4, newly_accepted=(1, 900), deferred_consent=(1, 900)),
        expect("DN", 2024, 5, newly_accepted=(1, 950), deferred_consent=(1, 950)),
    ),
    life(
        "all that remains includes the interest determined",
        story(
            "2022-12-01",
            {"o1": ("MONEY_DEBT", 1000)},
            act("INTEREST_DETERMINED", "2023-06-10", {"o1": 100}),
            act("INTEREST_DETERMINED", "2024-01-10", {"o1": 50}),
            act("TERMINATION_DECISION", "2024-02-10", ground="c"),
            **ON_REQUEST,
        ),
        expect("DN", 2023, 12, newly_accepted=(1, 1100), in_progress=(1, 1100)),
        expect("DN", 2024, 5, carried_in=(1, 1100), newly_accepted=(0, 50), terminated=(1, 1150)),
    ),
    life(
        "an amendment that raises the amount is newly accepted money",
        story(
            "2023-10-16",
            {"o1": 1000},
            act("COLLECTION", "2023-12-05", {"o1": 400}),
            act("AMENDMENT_DECISION", "2024-02-05", {"o1": 500}),
        ),
        expect("DN", 2024, 3, newly_accepted=(1, 1000), completed=(0, 400), in_progress=(1, 600)),
        expect("DN", 2024, 5, newly_accepted=(1, 1500), completed=(0, 400), in_progress=(1, 1100)),
    ),
    life(
        "amended to zero in the year of opening, nothing collected: revoked as việc, no money at all",
        story("2023-10-16", {"o1": 900}, act("AMENDMENT_DECISION", "2024-02-05", {"o1": -900})),
        expect("DN", 2024, 4, newly_accepted=(1, 900), in_progress=(1, 900)),
        expect("DN", 2024, (5, 12), newly_accepted=(1, 0), revoked_cancelled=(1, 0)),
        expect("DN", 2025, 1),
    ),
    life(
        "amended to zero in a later year, nothing collected: newly accepted money is negative",
        story("2022-10-16", {"o1": 900}, act("AMENDMENT_DECISION", "2024-02-05", {"o1": -900})),
        expect("DN", 2024, 4, carried_in=(1, 900), in_progress=(1, 900)),
        expect("DN", 2024, 5, carried_in=(1, 900), newly_accepted=(0, -900), revoked_cancelled=(1, 0),
               total_handled=(1, 0)),
    ),
    life(
        "partly collected, the rest amended away: completed",
        story(
            "2022-10-16",
            {"o1": 900},
            act("COLLECTION", "2023-05-05", {"o1": 400}),
            act("AMENDMENT_DECISION", "2024-02-05", {"o1": -500}),
        ),
        expect("DN", 2023, 12, newly_accepted=(1, 900), completed=(0, 400), in_progress=(1, 500)),
        expect("DN", 2024, 5, carried_in=(1, 500), newly_accepted=(0, -500), completed=(1, 0)),
    ),
    life(
        "partly terminated, the rest amended away, nothing collected: the amendment to zero makes it revoked",
        story(
            "2023-10-16",
            {"o1": 900},
            act("TERMINATION_DECISION", "2024-01-05", {"o1": 300}, ground="c"),
            act("AMENDMENT_DECISION", "2024-02-05", {"o1": -600}),
        ),
        expect("DN", 2024, 4, newly_accepted=(1, 900), terminated=(0, 300), in_progress=(1, 600)),
        expect("DN", 2024, 5, newly_accepted=(1, 300), terminated=(0, 300), revoked_cancelled=(1, 0)),
    ),
    life(
        "partly collected, partly revoked, the rest amended away: revoked as việc",
        story(
            "2023-10-16",
            {"o1": 900},
            act("COLLECTION", "2023-12-05", {"o1": 400}),
            act("REVOCATION_DECISION", "2024-01-05", {"o1": 200}, ground="c"),
            act("AMENDMENT_DECISION", "2024-02-05", {"o1": -300}),
        ),
        expect("DN", 2024, 5, newly_accepted=(1, 600), completed=(0, 400), revoked_cancelled=(1, 200)),
    ),
    life(
        "an amendment over two lines, one up and one down, each in its own bucket",
        story(
            "2022-10-16",
            {"o1": 500, "o2": 400},
            act("NO_CONDITION_DECISION", "2023-03-01", "o2", ground="a"),
            act("AMENDMENT_DECISION", "2024-02-05", {"o1": 200, "o2": -150}),
        ),
        expect("DN", 2024, 4, carried_in=(1, 900), in_progress=(1, 500), ineligible=(0, 400)),
        expect("DN", 2024, 5, carried_in=(1, 900), newly_accepted=(0, 50), in_progress=(1, 700),
               ineligible=(0, 250)),
    ),
    life(
        "one line amended to zero, the other collected: completed",
        story(
            "2023-10-16",
            {"o1": 500, "o2": 400},
            act("AMENDMENT_DECISION", "2024-01-05", {"o1": -500}),
            act("COLLECTION", "2024-02-05", {"o2": 400}),
        ),
        expect("DN", 2024, 4, newly_accepted=(1, 400), in_progress=(1, 400)),
        expect("DN", 2024, 5, newly_accepted=(1, 400), completed=(1, 400)),
    ),
    life(
        "relief to zero: terminated as việc, reduced as tiền; the termination that names it moves nothing",
        story(
            "2022-11-01",
            {"o1": 900},
            act("NO_CONDITION_DECISION", "2023-02-01", ground="a"),
            act("RELIEF_DECISION", "2024-01-10", {"o1": 900}),
            act("TERMINATION_DECISION", "2024-02-10", ground="đ", data={"relief": "a2"}),
        ),
        expect("DN", 2024, 3, carried_in=(1, 900), ineligible=(1, 900)),
        expect("DN", 2024, (4, 5, 12), carried_in=(1, 900), terminated=(1, 0), reduced=(0, 900)),
        expect("DN", 2025, 1),
    ),
    life(
        "partly collected, the rest relieved: completed as việc",
        story(
            "2022-11-01",
            {"o1": 900},
            act("COLLECTION", "2023-05-05", {"o1": 200}),
            act("RELIEF_DECISION", "2024-01-10", {"o1": 700}),
        ),
        expect("DN", 2024, 4, carried_in=(1, 700), completed=(1, 0), reduced=(0, 700)),
    ),
    life(
        "a termination that names a partial relief moves nothing: the line stays open and is collected",
        story(
            "2022-11-01",
            {"o1": 900},
            act("RELIEF_DECISION", "2024-01-10", {"o1": 225}),
            act("TERMINATION_DECISION", "2024-02-10", ground="đ", data={"relief": "a1"}),
            act("COLLECTION", "2024-03-10", {"o1": 675}),
        ),
        expect("DN", 2024, (4, 5), carried_in=(1, 900), reduced=(0, 225), in_progress=(1, 675)),
        expect("DN", 2024, 6, carried_in=(1, 900), reduced=(0, 225), completed=(1, 675)),
    ),
    life(
        "a partial relief leaves the rest in its bucket and counts as done money",
        story(
            "2022-11-01",
            {"o1": 900},
            act("NO_CONDITION_DECISION", "2023-02-01", ground="a"),
            act("RELIEF_DECISION", "2024-01-10", {"o1": 300}),
        ),
        expect("DN", 2024, 4, carried_in=(1, 900), reduced=(0, 300), ineligible=(1, 600), done=(0, 300),
               eligible=(0, 300)),
        expect("DN", 2025, 1, carried_in=(1, 600), ineligible=(1, 600)),
    ),
]  # fmt: skip
