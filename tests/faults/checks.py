"""What has to hold after every fault, once the service has come to rest by itself."""

from __future__ import annotations

from collections import Counter

from tests.faults.clients import DUE, Ledger
from tests.faults.world import World


def check(world: World, ledger: Ledger) -> None:
    """Everything. Called when no client records any more."""
    world.settle()
    nobody_was_told_nonsense(ledger)
    each_act_stands_once(world, ledger)
    money_is_what_the_clients_collected(world, ledger)
    cases_count_their_acts(world)
    log_has_no_gap(world)
    nothing_waits(world)
    totals_equal_a_rebuild(world)


def nobody_was_told_nonsense(ledger: Ledger) -> None:
    assert not ledger.wrong, ledger.wrong[:3]


def each_act_stands_once(world: World, ledger: Ledger) -> None:
    """What was answered 201 is there once, under the id that was answered; what was refused is not there."""
    found: dict[str, list[tuple[str, str]]] = {}
    for mark, case, act in world.ask(
        "SELECT a.note, c.public_id::text, a.public_id::text FROM cases_act a JOIN cases_case c ON c.id = a.case_id"
        " WHERE a.note IS NOT NULL AND a.recorded_by LIKE 'API_KEY:%%'"
    ):
        found.setdefault(mark, []).append((case, act))
    opened = Counter(
        number.removesuffix("/QĐ-CCTHADS")
        for (number,) in world.ask("SELECT decision_number FROM cases_case")
    )
    wrong = []
    for sent in ledger.sent:
        standing = found.pop(sent.mark, [])
        wanted = Counter(sent.cases if sent.status == 201 else ())
        if Counter(case for case, _ in standing) != wanted:
            wrong.append((sent, standing))
        if not sent.cases and opened[sent.mark] != (sent.status == 201):
            wrong.append((sent, opened[sent.mark]))
        if len(sent.cases) == 1 and sent.act and [act for _, act in standing] != [sent.act]:
            wrong.append((sent, standing))
    marks = {sent.mark for sent in ledger.sent}
    unknown = {mark: acts for mark, acts in found.items() if mark not in marks and _ours(mark, marks)}
    assert not wrong, wrong[:5]
    assert not unknown, unknown


def _ours(mark: str, marks: set[str]) -> bool:
    """Whether a mark is one of these clients': they share what stands before the number."""
    return mark.rpartition("-")[0] in {known.rpartition("-")[0] for known in marks}


def money_is_what_the_clients_collected(world: World, ledger: Ledger) -> None:
    remaining = dict(
        world.ask(
            "SELECT c.public_id::text, o.remaining FROM cases_obligation o JOIN cases_case c ON c.id = o.case_id"
            " WHERE c.public_id = ANY(%s::uuid[])",
            [[case.id for case in ledger.own]],
        )
    )
    assert remaining == {case.id: DUE - sum(case.collected.values()) for case in ledger.own}


def cases_count_their_acts(world: World) -> None:
    wrong = world.ask(
        "SELECT c.id, c.version, count(*), min(a.seq), max(a.seq) FROM cases_case c JOIN cases_act a ON a.case_id = c.id"
        " GROUP BY c.id HAVING NOT (c.version = count(*) AND min(a.seq) = 0 AND max(a.seq) = count(*) - 1"
        " AND count(DISTINCT a.recorded_at) >= 1)"
    )
    assert not wrong, wrong[:5]


def log_has_no_gap(world: World) -> None:
    """Positions from one to the head, each case in order, and every act that came alone with an entry of its
    own; ``verify_journal`` finds the chain whole.
    """
    ((entries, first, last, head),) = world.ask(
        "SELECT count(*), min(position), max(position), (SELECT position FROM journal_head) FROM journal_entry"
    )
    assert (entries, first, last) == (head, 1, head)
    disordered = world.ask(
        "SELECT case_id, position FROM (SELECT case_id, position, sequence - lag(sequence) OVER by_case AS step"
        " FROM journal_entry WINDOW by_case AS (PARTITION BY case_id ORDER BY position)) s WHERE step <> 1"
    )
    assert not disordered, disordered[:5]
    missing = world.ask(
        "SELECT c.id, c.version, max(e.sequence) FROM cases_case c LEFT JOIN journal_entry e ON e.case_id = c.id"
        " GROUP BY c.id HAVING max(e.sequence) IS DISTINCT FROM c.version"
    )
    assert not missing, missing[:5]
    verified = world.service.manage("verify_journal")
    assert verified.returncode == 0, verified.stdout + verified.stderr


def nothing_waits(world: World) -> None:
    """Nothing is left in the stale set, not even what could not be counted, and no job ended in a defect."""
    assert world.count("journal_stale") == 0
    assert world.ask("SELECT kind, state, summary FROM jobs_job WHERE state <> 'DONE'") == []


def totals_equal_a_rebuild(world: World) -> None:
    rebuilt = world.service.manage("rebuild_statistics")
    assert rebuilt.returncode == 0, rebuilt.stdout + rebuilt.stderr
    words = set(rebuilt.stdout.split())
    assert {"movements_changed=0", "totals_changed=0", "not_counted=0"} <= words, rebuilt.stdout
