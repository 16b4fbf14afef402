"""How a case gets from where it stood at the end of one half-year to where it stands at the end of the next.

Each function writes acts that the law of 2008 allows in an order that an officer would recognise: service,
ten days to perform freely, verification, then a decision, a measure, a sale, money, remittance.
"""

from __future__ import annotations

from typing import Final

from thads.integration.demo import days, names
from thads.integration.demo.chance import Chance, Weighted, one_of, thousands
from thads.integration.demo.offices import another_officer, another_unit
from thads.integration.demo.plan import NOT_YET, Plan
from thads.integration.demo.profiles import BILLION, ECONOMIC, MILLION, STATE_BUDGET
from thads.integration.demo.tale import DECISION, NOTICE, Entry, Tale

#: Days between attaching real estate and the money of its sale, at the least.
_SALE_TAKES: Final = 128
_ENTRUSTED_TO: Final = Weighted(
    ("QNA", 30), ("QNA.TK", 8), ("QNA.DB", 10), ("TTH", 10), ("QNG", 8), ("QTR", 4), ("BDI", 4), ("HCM", 12),
    ("HNO", 6), ("GLA", 4), ("DLA", 4),
)  # fmt: skip
_DEFERRED: Final = Weighted(("d", 40), ("đ", 24), ("2", 14), ("a", 6), ("h", 10), ("g", 6))


class Teller:
    """Tells one case. ``chance`` decides everything the plan leaves open."""

    __slots__ = ("chance", "plan", "tale")

    def __init__(self, plan: Plan, chance: Chance) -> None:
        self.plan, self.chance = plan, chance
        self.tale = Tale(plan)

    def tell(self) -> Tale:
        plan, tale = self.plan, self.tale
        if self.chance() < 0.93:
            tale.note("SERVICE", days.between(self.chance(), plan.opened + 1, plan.opened + 3))
        before = NOT_YET
        for half, state in enumerate(plan.states):
            if state != NOT_YET and before not in ("D", "X", "U", "R"):
                self._half(half, before, state)
            elif before == "D" and state == "E":
                self._reopen(half)
            before = state
            assert state == NOT_YET or tale.state in (state, *("MD" if state == "X" else "")), (
                plan.states,
                tale.state,
            )
        return tale

    # One half-year.

    def _half(self, half: int, before: str, state: str) -> None:
        start, end = days.HALVES[half]
        low = max(start, self.tale.cursor + (14 if before == NOT_YET else 1))
        if before == NOT_YET:
            before = "E"
            low = min(low, end)
            if state != "D" and end - low > 40 and self.chance() < 0.45:
                self._verify(low, min(low + 25, end))
        if state == "D":
            self._finish_from(before, low, end)
        elif state in ("X", "U", "R"):
            self._leave(before, state, low, end)
        elif state == before:
            self._stay(state, low, end)
        elif state == "E":
            self._resume(before, low, end)
            self._stay("E", self.tale.cursor + 1, end)
        elif state == "N":
            self._lack_conditions(half, before, low)
        elif state == "S":
            self._to_separate_book(half, low)
        else:
            self._wait(state, low, end)

    def _stay(self, state: str, low: int, end: int) -> None:
        if end - low < 12:
            return
        if state == "E":
            self._carry_on(low, end)
        elif state == "S":
            if self.chance() < 0.12:
                self._verify(low, end)
            if self.chance() < 0.006 and not self.plan.untouched:
                self._collect_part(self.tale.day(self.chance, low, end), 0.05, 0.4)
        else:
            if state == "N" and self.chance() < 0.34:
                self._verify(low, end)
            if state in "NC" and self.chance() < 0.05 and self._may_pay:
                self._collect_part(self.tale.day(self.chance, low, end), 0.02, 0.25)
            if self.chance() < 0.012:
                self._hand_over(self.tale.day(self.chance, low, end))

    @property
    def _may_pay(self) -> bool:
        return not (self.plan.plain or self.plan.untouched)

    # In progress.

    def _carry_on(self, low: int, end: int) -> None:
        """In progress at both ends: what may happen between."""
        plan, tale, chance = self.plan, self.tale, self.chance
        if plan.special and low <= days.HALVES[3][0] + 60 <= end:
            self._sell(plan.special, low, end)
            return
        event = chance()
        if not self._may_pay or not tale.remaining():
            if event < 0.25:
                self._verify(low, end)
            elif event < 0.29:
                self._pause(low, end)
            elif event < 0.32:
                self._hand_over(tale.day(chance, low, end))
            return
        if plan.profile.scalable or tale.remaining() > 300 * MILLION:
            self._press(event, low, end)
            return
        if event < 0.17:
            self._collect_part(tale.day(chance, low, end), 0.08, 0.6)
        elif event < 0.20:
            self._pause(low, end)
        elif event < 0.215:
            self._hand_over(tale.day(chance, low, end))
        elif event < 0.225:
            self._reverse_collection(low, end)
        elif event < 0.235:
            self._mistype(low, end)
        elif event < 0.243:
            self._reverse_decision(low, end)
        elif event < 0.26:
            self._ease(low, end)
        elif event < 0.275:
            self._amend(low, end)
        elif event < 0.30:
            self._split(low, end)
        elif event < 0.42:
            self._do_one_line(low, end)
        elif event < 0.70:
            self._verify(low, end)
        elif event < 0.74:
            self._measure(low, end)
        if chance() < 0.004:
            self._reclassify(tale.day(chance, low, end))

    def _press(self, event: float, low: int, end: int) -> None:
        """A large case in progress: assets are sought, attached, valued, sold."""
        if event < 0.06 and end - low > _SALE_TAKES + 10 and self.plan.profile is not ECONOMIC:
            self._sell("SOLD", low, end)
        elif event < 0.20:
            self._sell(one_of(self.chance, ("ATTACHED", "VALUED", "SCHEDULED", "FAILED")), low, end)
        elif event < 0.29:
            self._collect_part(self.tale.day(self.chance, low, end), 0.01, 0.1)
        elif event < 0.34:
            self._determine_interest(low, end)
        elif event < 0.38:
            self._pause(low, end)
        elif event < 0.41:
            self._hand_over(self.tale.day(self.chance, low, end))
        elif event < 0.42:
            self._amend(low, end)
        elif event < 0.55:
            self._measure(low, end)
        elif event < 0.80:
            self._verify(low, end)

    def _collect_part(self, day: int, least: float, most: float) -> Entry | None:
        """Part of the largest open sum, never all of it."""
        index = self._largest()
        if index is None:
            return None
        remaining = self.tale.lines[index].remaining or 0
        amount = thousands(remaining * (least + (most - least) * self.chance()))
        if amount > remaining - 50_000:
            return None
        entry = self.tale.collect(day, [(index, amount)])
        self._remit(index, day)
        return entry

    def _do_one_line(self, low: int, end: int) -> None:
        """One of several lines is done; the case goes on with the others."""
        open_lines = self.tale.open_lines()
        if len(open_lines) < 2:
            return
        index = one_of(self.chance, open_lines)
        if all(self.tale.lines[other].state != "E" for other in open_lines if other != index):
            return
        day = self.tale.day(self.chance, low, end)
        remaining = self.tale.lines[index].remaining
        if remaining:
            self.tale.collect(day, [(index, remaining)])
            self._remit(index, day)
        else:
            self._perform(day, [index])

    def _split(self, low: int, end: int) -> None:
        """One of several lines lacks conditions, the others go on."""
        open_lines = self.tale.open_lines()
        if len(open_lines) < 2 or end - low < 30:
            return
        day = self.tale.day(self.chance, low + 25, end)
        self._verify(day - 14, day - 2)
        self.tale.put("NO_CONDITION_DECISION", day, "N", only=open_lines[-1], ground="a")

    def _pause(self, low: int, end: int) -> None:
        """Deferred or stayed and taken up again within the half-year."""
        if end - low < 75 or self.tale.remaining() > 60 * BILLION:
            return
        first = self.tale.day(self.chance, low, end - 60)
        reasons = "CCCHHHT" if self.plan.profile.creditor else "HHHHHHT"
        self._wait(one_of(self.chance, reasons), first, first + 10)
        self.tale.put("CONTINUE_DECISION", self.tale.day(self.chance, first + 25, end), "E")

    def _reverse_collection(self, low: int, end: int) -> None:
        """All collected, then the collection is reversed within the year."""
        lines = self.tale.open_lines()
        if len(lines) != 1 or self.tale.state != "E" or end - low < 50 or self.plan.profile.scalable:
            return
        remaining = self.tale.lines[lines[0]].remaining
        if remaining:
            entry = self.tale.collect(self.tale.day(self.chance, low, end - 35), [(lines[0], remaining)])
            self.tale.annul(entry, self.tale.day(self.chance, entry.day + 12, end))

    def _reverse_decision(self, low: int, end: int) -> None:
        """A decision that conditions are lacking, reversed."""
        if end - low < 70 or self.tale.state != "E" or len(self.tale.open_lines()) != 1:
            return
        day = self.tale.day(self.chance, low + 25, end - 40)
        self._verify(day - 14, day - 2)
        entry = self.tale.put("NO_CONDITION_DECISION", day, "N", ground="a")
        self.tale.annul_state(entry, self.tale.day(self.chance, day + 8, end))

    def _mistype(self, low: int, end: int) -> None:
        index = self._largest()
        if index is None or end - low < 20:
            return
        amount = thousands((self.tale.lines[index].remaining or 0) * 0.4)
        if amount < (self.tale.lines[index].remaining or 0):
            day = self.tale.day(self.chance, low, end - 14)
            self.tale.mistype(day, self.tale.day(self.chance, day + 1, day + 9), [(index, amount)])

    def _ease(self, low: int, end: int) -> None:
        """Part of an old duty to the State waived: after five years, at most a quarter (L08 Đ61.2)."""
        index = self._largest()
        if index is None or low - self.plan.opened < 5 * 366 or end - low < 60:
            return
        line = self.tale.lines[index]
        if line.kind in STATE_BUDGET and 10 * MILLION <= (line.remaining or 0) <= 100 * MILLION:
            day = self.tale.day(self.chance, low + 45, end)
            self._propose_relief(day)
            self.tale.relieve(day, [(index, thousands((line.remaining or 0) * (0.1 + 0.14 * self.chance())))])

    def _amend(self, low: int, end: int) -> None:
        index = self._largest()
        if index is None:
            return
        remaining = self.tale.lines[index].remaining or 0
        change = thousands(remaining * (0.01 + 0.06 * self.chance()))
        if self.chance() < 0.5:
            change = -change
        if remaining + change > 50_000:
            self.tale.change_due(
                "AMENDMENT_DECISION",
                self.tale.day(self.chance, low, end),
                index,
                change,
                DECISION,
                ground="2",
            )

    def _determine_interest(self, low: int, end: int) -> None:
        index = self._largest()
        if index is not None and self.plan.profile.creditor and self.tale.lines[index].kind == "MONEY_DEBT":
            change = thousands((self.tale.lines[index].remaining or 0) * (0.01 + 0.05 * self.chance()))
            self.tale.change_due(
                "INTEREST_DETERMINED", self.tale.day(self.chance, low, end), index, change, ""
            )

    def _measure(self, low: int, end: int) -> None:
        """A measure that secures or coerces, and moves nothing."""
        kind = one_of(
            self.chance, ("FREEZE", "TRANSACTION_HOLD", "ACCOUNT_DEDUCTION", "INCOME_DEDUCTION", "SEIZE_TEMP")
        )
        if self.plan.organisation and kind == "INCOME_DEDUCTION":
            kind = "ACCOUNT_DEDUCTION"
        self.tale.note(kind, self.tale.day(self.chance, low, end), DECISION)

    def _hand_over(self, day: int) -> None:
        """To a colleague, or to another unit of the department."""
        tale = self.tale
        if self.chance() < 0.7:
            tale.reassign(day, tale.unit, another_officer(self.chance, tale.unit, tale.officer))
        else:
            unit = another_unit(self.chance, tale.unit)
            tale.reassign(day, unit, another_officer(self.chance, unit, ""))

    def _reclassify(self, day: int) -> None:
        """The field was entered wrongly: it becomes what it always was."""
        right = {"CIVIL": "COMMERCIAL", "COMMERCIAL": "CIVIL", "FAMILY": "CIVIL"}.get(self.plan.field)
        if right:
            self.tale.reclassify(day, right)

    # Assets.

    def _sell(self, how: str, low: int, end: int) -> None:
        """An asset attached and as far on its way to money as ``how`` says and the time allows."""
        tale, chance = self.tale, self.chance
        index = self._largest()
        if index is None:
            return
        remaining = tale.lines[index].remaining or 0
        if remaining < 150 * MILLION:
            return
        house = self.plan.special != "" or self.chance() < 0.8
        asset = self._asset(house)
        sold_for = thousands(min(remaining * (0.15 + 0.45 * chance()), (2.2 + 5 * chance()) * BILLION))
        value = _in_millions(sold_for * (0.9 + 0.1 * chance()))
        attached = tale.day(chance, low, min(low + 14, end))
        tale.note("ATTACHMENT", attached, DECISION, asset=asset)
        valued = days.between(chance(), attached + 18, attached + 32)
        if how == "ATTACHED" or valued > end:
            return
        tale.note("VALUATION", valued, asset=asset, data={"price": str(value)})
        contracted = days.between(chance(), valued + 8, valued + 14)
        if how == "VALUED" or contracted > end:
            return
        tale.note("AUCTION_CONTRACT", contracted, asset=asset)
        held = days.between(chance(), contracted + 33, contracted + 43)
        if how == "SCHEDULED" or held > end:
            scheduled = days.working_from(contracted + 3)
            tale.note("AUCTION", scheduled, asset=asset, data={"round": 1, "start_price": str(value)})
            return
        if how == "FAILED":
            tale.note(
                "AUCTION", held, asset=asset, data={"round": 1, "start_price": str(value), "result": "FAILED"}
            )
            cut = days.between(chance(), held + 11, held + 16)
            if cut <= end:
                reduced = _in_millions(value * (0.9 + 0.08 * chance()))
                tale.note(
                    "PRICE_REDUCTION_DECISION", cut, DECISION, asset=asset, data={"price": str(reduced)}
                )
            return
        price = max(value, sold_for)
        tale.note(
            "AUCTION", held, asset=asset,
            data={"round": 1, "start_price": str(value), "result": "SOLD", "price": str(price)},
        )  # fmt: skip
        paid = tale.day(chance, held + 6, min(held + 26, end))
        tale.collect(paid, [(index, min(price, remaining - 50_000))])
        self._remit(index, paid)
        tale.note("ASSET_DELIVERY", days.between(chance(), paid + 7, paid + 45), asset=asset)

    def _asset(self, house: bool) -> str:
        chance, plan = self.chance, self.plan
        ref = f"s{len(self.tale.assets) + 1}"
        where = names.district_of(chance, plan.unit)
        if house:
            kind = "REAL_ESTATE"
            built = (
                "Nhà và quyền sử dụng đất" if self.plan.special or chance() < 0.75 else "Quyền sử dụng đất"
            )
            description = f"{built} tại {names.plot(chance, where)}, diện tích {60 + int(chance() * 240)} m²"
            certificate = f"ĐN {100_000 + int(chance() * 900_000)}"
        else:
            kind = "VEHICLE"
            built = one_of(chance, ("tải", "5 chỗ", "7 chỗ", "16 chỗ", "khách"))
            description = f"Xe ô tô {built}, biển số 43X-{10_000 + int(chance() * 90_000)}"
            certificate = f"X{100_000 + int(chance() * 900_000)}"
        self.tale.assets.append(
            {"ref": ref, "kind": kind, "owner": "d1", "description": description, "certificate": certificate}
        )
        return ref

    # Done.

    def _finish_from(self, before: str, low: int, end: int) -> None:
        if before in "NHTOS" or (before == "C" and self.chance() < 0.5):
            direct = before in "NS" and self.chance() < 0.3
            if not direct:
                self._resume(before, low, end - 3)
                low = self.tale.cursor
        self._finish(low, end)

    def _finish(self, low: int, end: int) -> None:
        """Everything done: in one go, in several, or in part with the rest terminated or entrusted."""
        tale, chance, plan = self.tale, self.chance, self.plan
        quick = plan.profile.hardness < 0
        last = tale.day(chance, low, min(end, low + 40) if quick and self.chance() < 0.8 else end)
        open_lines = tale.open_lines()
        if plan.plain:
            self._settle(last, open_lines)
            return
        way = chance()
        largest = self._largest()
        big = largest is not None and (tale.lines[largest].remaining or 0) > 400 * MILLION
        sellable = plan.profile is not ECONOMIC and last - low > _SALE_TAKES
        if big and sellable and way < 0.5:
            self._sell("SOLD", low, last - 1)
            open_lines = tale.open_lines()
            last = max(last, days.working_from(tale.cursor))
            if last > end:
                last = tale.cursor
        elif largest is not None and plan.profile.creditor and way < 0.035 and last - low > 20:
            self._collect_part(tale.day(chance, low, last - 10), 0.2, 0.7)
            if tale.lines[largest].collected:
                if way < 0.026:
                    tale.end("TERMINATION_DECISION", last, "X", ground="c")
                else:
                    tale.end("DELEGATION_DECISION", last, "U", to_authority=_ENTRUSTED_TO.draw(chance))
                return
        elif largest is not None and (tale.lines[largest].remaining or 0) > 8 * MILLION and way < 0.2:
            day = low
            for _ in range(1 + int(chance() * 2)):
                day = tale.day(chance, day, last)
                self._collect_part(day, 0.15, 0.45)
        elif len(open_lines) > 1 and way < 0.55:
            first = open_lines[int(chance() * len(open_lines))]
            self._settle(tale.day(chance, low, last), [first])
            open_lines = tale.open_lines()
        elif way > 0.8 and last - low > 40:
            self._verify(low, last - 10)
        self._settle(max(last, tale.cursor), open_lines)

    def _settle(self, day: int, indexes: list[int]) -> None:
        """These lines paid and performed on a day."""
        lines = self.tale.lines
        paid = [(index, remaining) for index in indexes if (remaining := lines[index].remaining)]
        done = [index for index in indexes if not lines[index].remaining]
        if done:
            self._perform(day, done)
        if paid:
            self.tale.collect(day, paid)
            self._remit(paid[0][0], day)

    def _perform(self, day: int, indexes: list[int]) -> None:
        tale = self.tale
        kinds = {tale.lines[index].kind for index in indexes}
        if "EVIDENCE_DESTRUCTION" in kinds and day - tale.plan.opened > 16:
            tale.note("DESTRUCTION_DECISION", days.between(self.chance(), day - 12, day - 4), DECISION)
        elif (
            kinds & {"DELIVER_PROPERTY", "DELIVER_LAND"}
            and day - tale.plan.opened > 45
            and self.chance() < 0.35
        ):
            tale.note("HANDOVER", days.between(self.chance(), day - 20, day - 8), DECISION)
        tale.perform(day, indexes)

    def _reopen(self, half: int) -> None:
        """What had ended is reversed: the last collection or performance."""
        start, end = days.HALVES[half]
        last = next(entry for entry in reversed(self.tale.acts) if entry.moved)
        self.tale.annul(last, self.tale.day(self.chance, start + 20, end - 30))

    # Waiting.

    def _resume(self, before: str, low: int, end: int) -> None:
        """Taken up again."""
        low = max(low, self.tale.cursor)
        day = self.tale.day(self.chance, min(low + 8, end), max(low + 8, end - 6) if end > low + 8 else end)
        if before in "NS":
            self._verify(day - 7, day - 1)
        self.tale.put("CONTINUE_DECISION", day, "E")
        if before == "N" and self.chance() < 0.6:
            self.tale.note("UNPUBLICATION", days.working_from(day + 1))

    def _lack_conditions(self, half: int, before: str, low: int) -> None:
        day, ground = self.plan.no_condition[half]
        if before in "HTO":
            self.tale.put("CONTINUE_DECISION", days.between(self.chance(), low, day - 4), "E")
        elif half == 0 and day - low > 700 and self.chance() < 0.12:
            self._doubt(low, day - 60)
        elif day - low > 60 and self._may_pay and self.chance() < 0.05:
            self._collect_part(self.tale.day(self.chance, low, day - 20), 0.05, 0.3)
        self._verify(max(low, day - 16), day - 2)
        self.tale.put("NO_CONDITION_DECISION", day, "N", ground=ground)
        if self.chance() < 0.75:
            self.tale.note("PUBLICATION", days.between(self.chance(), day + 2, day + 7))

    def _doubt(self, low: int, end: int) -> None:
        """Once before: conditions lacking, then found again."""
        first = self.tale.day(self.chance, low + 20, low + 200)
        self._verify(first - 12, first - 2)
        self.tale.put("NO_CONDITION_DECISION", first, "N", ground="a")
        self._resume("N", first + 60, end)

    def _to_separate_book(self, half: int, low: int) -> None:
        """Two verifications after the decision that found nothing new, then the separate book."""
        plan = self.plan
        if self.tale.state != "N":
            self._lack_conditions(plan.last_no_condition(half), "E", low)
        decided, _ = plan.no_condition[plan.last_no_condition(half)]
        moved = plan.separate[half]
        self._verify(decided + 120, decided + 210)
        self._verify(moved - 24, moved - 3)
        self.tale.put("SEPARATE_BOOK", moved, "S", numbered="")

    def _wait(self, state: str, low: int, end: int) -> None:
        day = self.tale.day(self.chance, low, end)
        if state == "C":
            self.tale.put("DEFER_DECISION", day, "C", ground="c")
        elif state == "H":
            self.tale.put("DEFER_DECISION", day, "H", ground=_DEFERRED.draw(self.chance))
        elif state == "O":
            self.tale.put("OTHER_PENDING", day, "O", numbered="")
        elif self.plan.organisation:
            self.tale.put("STAY_DECISION", day, "T", ground="2")
        else:
            self.tale.put("STAY_NOTICE", day, "T", numbered=NOTICE, ground="1")

    # Ending without being enforced.

    def _leave(self, before: str, state: str, low: int, end: int) -> None:
        day = self.tale.day(self.chance, min(low + 10, end), end)
        self._verify(max(low, day - 20), day - 3, 0.5)
        if state == "U":
            self.tale.end("DELEGATION_DECISION", day, "U", to_authority=_ENTRUSTED_TO.draw(self.chance))
        elif state == "R":
            self._revoke(day)
        elif not self._exempt(low, day):
            self.tale.end("TERMINATION_DECISION", day, "X", ground=self._termination_ground())

    def _revoke(self, day: int) -> None:
        kind = self.chance()
        if kind < 0.1 and self.tale.unit != "DN":
            self.tale.end("FILE_PULL_DECISION", day, "R", ground="h")
        elif kind < 0.2:
            self.tale.end("ANNULMENT_DECISION", day, "R", ground="b")
        else:
            self.tale.end("REVOCATION_DECISION", day, "R", ground=one_of(self.chance, "abccd"))

    def _exempt(self, low: int, day: int) -> bool:
        """An old small duty to the State, waived whole: five years and under two million (L08 Đ61.1)."""
        tale = self.tale
        lines = tale.open_lines()
        owed = [(index, remaining) for index in lines if (remaining := tale.lines[index].remaining)]
        small = (
            all(tale.lines[i].kind in STATE_BUDGET for i in lines) and sum(a for _, a in owed) < 2 * MILLION
        )
        if (
            not owed
            or len(owed) != len(lines)
            or not small
            or day - self.plan.opened < 5 * 366
            or day - low < 45
        ):
            return False
        self._propose_relief(day)
        tale.relieve(day, owed)
        return True

    def _propose_relief(self, day: int) -> None:
        self.tale.note("STATE_RELIEF_PROPOSAL", days.between(self.chance(), day - 40, day - 25))

    def _termination_ground(self) -> str:
        plan, chance = self.plan, self.chance()
        kinds = {line.kind for line in self.tale.lines}
        if kinds & {"CHILD_HANDOVER", "VISITATION"}:
            return "h"
        if plan.profile.creditor:
            return (
                "c"
                if chance < 0.78
                else "đ"
                if plan.organisation and chance < 0.9
                else "d"
                if chance > 0.93
                else "c"
            )
        if plan.organisation:
            return "đ"
        return "a" if chance < 0.9 else "d"

    # Small parts.

    def _verify(self, low: int, high: int, likely: float = 1.0) -> None:
        """Conditions verified on a day in [low, high], after the days given to perform freely."""
        low = max(low, self.plan.opened + 13)
        if low <= high and (likely == 1.0 or self.chance() < likely):
            self.tale.note("VERIFICATION", days.between(self.chance(), low, high))

    def _remit(self, index: int, day: int) -> None:
        """Within ten days: to the budget, or to who is owed (L08 Đ47.5)."""
        chance = self.chance()
        if chance < 0.45:
            kind = "BUDGET_REMITTANCE" if self.tale.lines[index].kind in STATE_BUDGET else "PAYOUT"
            self.tale.note(kind, days.between(chance / 0.45, day + 1, day + 8))

    def _largest(self) -> int | None:
        """The open line with the most money on it."""
        best, most = None, 0
        for index, line in enumerate(self.tale.lines):
            if line.remaining and line.is_open and line.remaining > most:
                best, most = index, line.remaining
        return best


def _in_millions(amount: float) -> int:
    """An appraised price: whole millions of đồng."""
    return max(1, round(amount / MILLION)) * MILLION


def tell(plan: Plan, chance: Chance) -> Tale:
    """The whole life of a planned case."""
    return Teller(plan, chance).tell()
