"""A corrected field or initiation was always so: no total moves, in any year (§3 ``RECLASSIFY``)."""

from tests.stories.builder import act, expect, life, story

STORIES = [
    life(
        "the field corrected in a later year: the totals of both years stand",
        story(
            "2022-12-01",
            {"o1": ("MONEY_DEBT", 900)},
            act("COLLECTION", "2023-08-01", {"o1": 300}),
            act("RECLASSIFY", "2024-02-01", field="COMMERCIAL"),
            initiation="ON_REQUEST",
            field="CIVIL",
        ),
        expect("DN DN.HC", 2023, 12, newly_accepted=(1, 900), completed=(0, 300), in_progress=(1, 600)),
        expect("DN DN.HC", 2024, (4, 5, 12), carried_in=(1, 600), in_progress=(1, 600)),
    ),
    life(
        "the initiation and the field corrected together, between an ending and its annulment in the next year",
        story(
            "2022-12-01",
            {"o1": ("MONEY_DEBT", 900), "o2": ("MONEY_DEBT", 100)},
            act("COLLECTION", "2023-08-01", {"o1": 900}),
            act("RECLASSIFY", "2023-12-01", initiation="ON_REQUEST", field="FAMILY"),
            act("ANNUL_ACT", "2024-02-01", annuls="a1"),
            field="CIVIL",
        ),
        expect("DN", 2023, 12, newly_accepted=(1, 1000), completed=(0, 900), in_progress=(1, 100)),
        expect("DN", 2024, (3, 4), carried_in=(1, 100), in_progress=(1, 100)),
        expect("DN", 2024, 5, carried_in=(1, 100), newly_accepted=(0, 900), reentered=(0, 900),
               in_progress=(1, 1000)),
    ),
]  # fmt: skip
