"""How lines and cases end: the part collected, the rest, and the order of the ended buckets (§2)."""

from tests.stories.builder import act, expect, life, story

ON_REQUEST = {"initiation": "ON_REQUEST", "field": "CIVIL"}

STORIES = [
    life(
        "part collected, the rest terminated: completed as việc, each part as tiền",
        story(
            "2023-10-16",
            {"o1": 900},
            act("COLLECTION", "2023-12-05", {"o1": 300}),
            act("TERMINATION_DECISION", "2024-02-05", "o1", ground="c"),
        ),
        expect("DN", 2024, (3, 4), newly_accepted=(1, 900), completed=(0, 300), in_progress=(1, 600)),
        expect("DN", 2024, (5, 12), newly_accepted=(1, 900), completed=(1, 300), terminated=(0, 600)),
        expect("DN", 2025, 1),
    ),
    life(
        "part collected, the rest closed otherwise: completed as việc, closed_other as tiền",
        story(
            "2023-10-16",
            {"o1": 900},
            act("COLLECTION", "2023-12-05", {"o1": 300}),
            act("CLOSED_OTHER", "2024-02-05", ground="b"),
        ),
        expect("DN", 2024, 5, newly_accepted=(1, 900), completed=(1, 300), closed_other=(0, 600)),
    ),
    life(
        "half collected, a quarter revoked, a quarter terminated last: terminated as việc",
        story(
            "2023-10-16",
            {"o1": 800},
            act("COLLECTION", "2023-12-05", {"o1": 400}),
            act("REVOCATION_DECISION", "2024-01-05", {"o1": 200}, ground="c"),
            act("TERMINATION_DECISION", "2024-02-05", ground="c"),
        ),
        expect("DN", 2024, 4, newly_accepted=(1, 800), completed=(0, 400), revoked_cancelled=(0, 200), in_progress=(1, 200)),
        expect("DN", 2024, 5, newly_accepted=(1, 800), completed=(0, 400), revoked_cancelled=(0, 200), terminated=(1, 200)),
    ),
    life(
        "half collected, a quarter terminated, a quarter revoked last: revoked as việc",
        story(
            "2023-10-16",
            {"o1": 800},
            act("COLLECTION", "2023-12-05", {"o1": 400}),
            act("TERMINATION_DECISION", "2024-01-05", {"o1": 200}, ground="c"),
            act("REVOCATION_DECISION", "2024-02-05", ground="c"),
        ),
        expect("DN", 2024, 4, newly_accepted=(1, 800), completed=(0, 400), terminated=(0, 200), in_progress=(1, 200)),
        expect("DN", 2024, 5, newly_accepted=(1, 800), completed=(0, 400), terminated=(0, 200), revoked_cancelled=(1, 200)),
    ),
    life(
        "a part revoked and the last remainder collected: the collection ends the line as completed",
        story(
            "2023-10-16",
            {"o1": 800},
            act("COLLECTION", "2023-12-05", {"o1": 400}),
            act("ANNULMENT_DECISION", "2024-01-05", {"o1": 200}, ground="a"),
            act("COLLECTION", "2024-02-05", {"o1": 200}),
        ),
        expect("DN", 2024, 5, newly_accepted=(1, 800), completed=(1, 600), revoked_cancelled=(0, 200)),
    ),
    life(
        "a named amount is terminated, the line stays open and is collected in the next year",
        story(
            "2023-10-16",
            {"o1": 900},
            act("TERMINATION_DECISION", "2024-02-05", {"o1": 300}, ground="c"),
            act("COLLECTION", "2024-11-05", {"o1": 600}),
        ),
        expect("DN", 2024, (5, 12), newly_accepted=(1, 900), terminated=(0, 300), in_progress=(1, 600)),
        expect("DN", 2025, 1, carried_in=(1, 600), in_progress=(1, 600)),
        expect("DN", 2025, 2, carried_in=(1, 600), completed=(1, 600)),
        expect("DN", 2026, 1),
    ),
    life(
        "a named amount is entrusted, the rest terminated in the next year without a collection: terminated",
        story(
            "2023-10-16",
            {"o1": 900},
            act("DELEGATION_DECISION", "2024-02-05", {"o1": 500}, to_authority="QNA"),
            act("TERMINATION_DECISION", "2024-11-05", ground="c"),
        ),
        expect("DN", 2024, (5, 12), newly_accepted=(1, 900), entrusted_out=(0, 500), in_progress=(1, 400)),
        expect("DN", 2025, 2, carried_in=(1, 400), terminated=(1, 400)),
    ),
    life(
        "an ending act without lines takes every open line whole, and the case moves once",
        story(
            "2023-10-16",
            {"o1": 900, "o2": 600, "o3": "EVIDENCE_DESTRUCTION"},
            act("COLLECTION", "2023-12-05", {"o2": 600}),
            act("DELEGATION_DECISION", "2024-02-05", to_authority="QNA"),
        ),
        expect("DN", 2024, 4, newly_accepted=(1, 1500), completed=(0, 600), in_progress=(1, 900)),
        expect("DN", 2024, 5, newly_accepted=(1, 1500), completed=(1, 600), entrusted_out=(0, 900)),
    ),
    life(
        "nothing collected and everything entrusted: the case leaves total_to_enforce",
        story(
            "2023-10-16",
            {"o1": 900, "o2": 600},
            act("DELEGATION_DECISION", "2024-02-05", to_authority="QNA"),
        ),
        expect("DN", 2024, (5, 12), newly_accepted=(1, 1500), entrusted_out=(1, 1500), total_to_enforce=(0, 0)),
    ),
    life(
        "a file pulled up to the province counts as revoked (old law)",
        story("2023-10-16", {"o1": 900}, act("FILE_PULL_DECISION", "2025-06-30", ground="h")),
        expect("DN", 2025, 8, carried_in=(1, 900), in_progress=(1, 900)),
        expect("DN", 2025, (9, 12), carried_in=(1, 900), revoked_cancelled=(1, 900)),
        expect("DN", 2026, 1),
    ),
    life(
        "an annulled enforcement decision counts as revoked",
        story("2022-10-16", {"o1": 900}, act("ANNULMENT_DECISION", "2024-01-16", ground="a")),
        expect("DN", 2024, 3, carried_in=(1, 900), in_progress=(1, 900)),
        expect("DN", 2024, 4, carried_in=(1, 900), revoked_cancelled=(1, 900)),
    ),
    life(
        "wholly closed otherwise: done as closed_other",
        story("2025-11-03", {"o1": 900}, act("CLOSED_OTHER", "2026-08-05", ground="c")),
        expect("DN", 2026, 10, newly_accepted=(1, 900), in_progress=(1, 900)),
        expect("DN", 2026, (11, 12), newly_accepted=(1, 900), closed_other=(1, 900), done=(1, 900)),
        expect("DN", 2027, 1),
    ),
    *(
        life(
            f"all lines ended: {name}",
            story("2023-10-16", {"o1": 200, "o2": 300}, first, second),
            expect("DN", 2024, 4, newly_accepted=(1, 500), in_progress=(1, 300), **{column: (0, 200) for column in (one,)}),
            expect("DN", 2024, 5, newly_accepted=(1, 500), **pairs),
        )
        for name, first, one, second, pairs in (
            (
                "terminated goes before closed otherwise",
                act("TERMINATION_DECISION", "2024-01-05", "o1", ground="c"),
                "terminated",
                act("CLOSED_OTHER", "2024-02-05", "o2", ground="b"),
                {"terminated": (1, 200), "closed_other": (0, 300)},
            ),
            (
                "closed otherwise goes before entrusted",
                act("DELEGATION_DECISION", "2024-01-05", "o1", to_authority="QNA"),
                "entrusted_out",
                act("CLOSED_OTHER", "2024-02-05", "o2", ground="b"),
                {"entrusted_out": (0, 200), "closed_other": (1, 300)},
            ),
            (
                "a reduced line makes the case terminated, before closed otherwise",
                act("RELIEF_DECISION", "2024-01-05", {"o1": 200}),
                "reduced",
                act("CLOSED_OTHER", "2024-02-05", "o2", ground="b"),
                {"terminated": (1, 0), "reduced": (0, 200), "closed_other": (0, 300)},
            ),
            (
                "a reduced line makes the case terminated, before revoked",
                act("RELIEF_DECISION", "2024-01-05", {"o1": 200}),
                "reduced",
                act("REVOCATION_DECISION", "2024-02-05", "o2", ground="c"),
                {"terminated": (1, 0), "reduced": (0, 200), "revoked_cancelled": (0, 300)},
            ),
            (
                "one completed line makes the case completed, whatever ends last",
                act("COLLECTION", "2024-01-05", {"o1": 200}),
                "completed",
                act("REVOCATION_DECISION", "2024-02-05", "o2", ground="c"),
                {"completed": (1, 200), "revoked_cancelled": (0, 300)},
            ),
            (
                "terminated goes before entrusted",
                act("TERMINATION_DECISION", "2024-01-05", "o1", ground="c"),
                "terminated",
                act("DELEGATION_DECISION", "2024-02-05", "o2", to_authority="QNA"),
                {"terminated": (1, 200), "entrusted_out": (0, 300)},
            ),
        )
    ),
    life(
        "the request is returned under the 2025 law: it leaves total_to_enforce, shown beside the revoked",
        story(
            "2023-11-01",
            {"o1": ("MONEY_DEBT", 900)},
            act("NO_CONDITION_DECISION", "2024-03-01", ground="a"),
            act("REQUEST_RETURN_NOTICE", "2026-07-01"),
            **ON_REQUEST,
        ),
        expect("DN", 2026, 9, carried_in=(1, 900), ineligible=(1, 900)),
        expect("DN", 2026, (10, 12), carried_in=(1, 900), returned=(1, 900), total_to_enforce=(0, 0)),
        expect("DN", 2027, 1),
    ),
    life(
        "part collected, the rest returned: returned as việc",
        story(
            "2023-11-01",
            {"o1": ("MONEY_DEBT", 900)},
            act("NO_CONDITION_DECISION", "2024-03-01", ground="a"),
            act("COLLECTION", "2026-08-05", {"o1": 300}),
            act("REQUEST_RETURN_NOTICE", "2026-09-10"),
            **ON_REQUEST,
        ),
        expect("DN", 2026, 11, carried_in=(1, 900), completed=(0, 300), ineligible=(1, 600)),
        expect("DN", 2026, 12, carried_in=(1, 900), completed=(0, 300), returned=(1, 600)),
    ),
    life(
        "a named line is returned, the other stays ineligible until it is revoked: returned goes before revoked",
        story(
            "2023-11-01",
            {"o1": ("MONEY_DEBT", 400), "o2": ("MONEY_DEBT", 500)},
            act("NO_CONDITION_DECISION", "2024-03-01", ground="a"),
            act("REQUEST_RETURN_NOTICE", "2026-07-10", "o1"),
            act("REVOCATION_DECISION", "2026-08-10", "o2", ground="c"),
            **ON_REQUEST,
        ),
        expect("DN", 2026, 10, carried_in=(1, 900), returned=(0, 400), ineligible=(1, 500)),
        expect("DN", 2026, 11, carried_in=(1, 900), returned=(1, 400), revoked_cancelled=(0, 500)),
    ),
    life(
        "entrusted goes before returned",
        story(
            "2023-11-01",
            {"o1": ("MONEY_DEBT", 400), "o2": ("MONEY_DEBT", 500)},
            act("NO_CONDITION_DECISION", "2024-03-01", ground="a"),
            act("REQUEST_RETURN_NOTICE", "2026-07-10", "o1"),
            act("DELEGATION_DECISION", "2026-08-10", "o2", to_authority="QNA"),
            **ON_REQUEST,
        ),
        expect("DN", 2026, 11, carried_in=(1, 900), returned=(0, 400), entrusted_out=(1, 500)),
    ),
    life(
        "the case ends in the year of its last line, the money of each line in its own",
        story(
            "2023-03-01",
            {"o1": 200, "o2": 300},
            act("TERMINATION_DECISION", "2023-08-01", "o1", ground="c"),
            act("COLLECTION", "2024-03-01", {"o2": 300}),
        ),
        expect("DN", 2023, 12, newly_accepted=(1, 500), terminated=(0, 200), in_progress=(1, 300)),
        expect("DN", 2024, 5, carried_in=(1, 300), in_progress=(1, 300)),
        expect("DN", 2024, 6, carried_in=(1, 300), completed=(1, 300)),
    ),
    life(
        "a line completed last year makes the case completed this year, though this year's money is revoked",
        story(
            "2023-03-01",
            {"o1": 200, "o2": 300},
            act("COLLECTION", "2023-08-01", {"o1": 200}),
            act("REVOCATION_DECISION", "2024-03-01", "o2", ground="c"),
        ),
        expect("DN", 2023, 12, newly_accepted=(1, 500), completed=(0, 200), in_progress=(1, 300)),
        expect("DN", 2024, 6, carried_in=(1, 300), completed=(1, 0), revoked_cancelled=(0, 300)),
    ),
    life(
        "a case ends straight from a waiting bucket",
        story(
            "2022-11-01",
            {"o1": 200, "o2": 300},
            act("NO_CONDITION_DECISION", "2023-02-01", "o1", ground="a"),
            act("STAY_NOTICE", "2023-02-01", "o2", ground="1"),
            act("TERMINATION_DECISION", "2024-02-05", "o1", ground="c"),
            act("TERMINATION_DECISION", "2024-03-05", "o2", ground="c"),
        ),
        expect("DN", 2024, 4, carried_in=(1, 500), suspended=(1, 300), ineligible=(0, 200)),
        expect("DN", 2024, 5, carried_in=(1, 500), suspended=(1, 300), terminated=(0, 200)),
        expect("DN", 2024, 6, carried_in=(1, 500), terminated=(1, 500)),
    ),
]  # fmt: skip
