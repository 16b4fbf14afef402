"""The law as the service reads it: its tables, one address each, for everybody who is signed in.

Partners ask why. A row has its code, its name, its legal basis and the days it holds; nothing is paginated.
``regime`` leaves the rows of one law, ``on`` those that hold on a day, under the law of that day unless
another is named.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, Final

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api.examples import page
from cases.rules.clock_words import ACTORS, DIRECTIONS, EXPIRIES, PAUSES
from cases.rules.clocks import event_names, term_of
from cases.rules.overrides import code_of
from cases.rules.tables import (
    ActType,
    Clock,
    Coded,
    FeeBracket,
    Rate,
    Row,
    Tables,
    Theme,
    Transition,
    table_of,
    tables,
)
from cases.rules.working_days import vietnam
from officers.roles import Permission
from thads.common.api.base import ScopedAPIView
from thads.common.api.operations import Operation
from thads.common.api.parameters import Parameter
from thads.common.labels import Label, label

#: What the days of the package rest on; an overriding row names its own.
HOLIDAY_BASIS: Final = "Bộ luật Lao động 2019 Đ112"
_DONG: Final = "đồng, a whole number as a string"

REGIME = Parameter(
    "regime",
    Label("Chỉ các dòng của luật này.", "The rows of this law only."),
    kind="choice",
    choices=("L2008", "L2025"),
    example="L2025",
)
ON = Parameter(
    "on",
    Label(
        "Chỉ các dòng có hiệu lực vào ngày này; nếu không nêu regime thì theo luật của ngày đó.",
        "The rows that hold on this day only; without regime, under the law of that day.",
    ),
    kind="date",
    example="2026-09-01",
)

# --- Shapes -------------------------------------------------------------------------------------------------


class RuleRowSerializer(serializers.Serializer[Any]):
    """What every row of every table has."""

    code = serializers.CharField()
    label = serializers.CharField()
    legal_basis = serializers.CharField(allow_null=True, help_text="null: none was found, see doubtful")
    valid_from = serializers.DateField(allow_null=True, help_text="first day; null: since ever")
    valid_to = serializers.DateField(allow_null=True, help_text="last day; null: no end")
    doubtful = serializers.BooleanField(help_text="the text was not seen or is not certain")
    note = serializers.CharField(allow_null=True, help_text="what is doubtful")
    row = serializers.CharField(help_text="what an override names the row by")
    override = serializers.UUIDField(
        allow_null=True, help_text="of /rules/overrides/ that changed it; null: as shipped"
    )


class TransitionActSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    label = serializers.CharField()
    signer = serializers.CharField(help_text="who signs it, before any delegation")
    decision_type = serializers.CharField(allow_null=True)
    books = serializers.ListField(child=serializers.CharField(), help_text="numbers of the books (T04 Đ30.1)")
    from_buckets = serializers.ListField(child=serializers.CharField())
    to_bucket = serializers.CharField(allow_null=True)
    catalogue = serializers.CharField(allow_null=True, help_text="of its grounds")
    legal_basis = serializers.CharField(allow_null=True)


class TransitionRowSerializer(RuleRowSerializer):
    regime = serializers.CharField()
    from_statuses = serializers.ListField(child=serializers.CharField(), help_text="empty: from any")
    to_status = serializers.CharField(allow_null=True, help_text="null: the status stays as it is")
    initiation = serializers.CharField(allow_null=True, help_text="null: of either kind")
    signer = serializers.CharField()
    in_part = serializers.BooleanField(help_text="it may concern some of the lines only")
    grounds = serializers.ListField(
        child=serializers.CharField(), help_text="that belong to it; empty: any of the catalogue"
    )
    clock = serializers.CharField(allow_null=True, help_text="that runs for it")
    acts = TransitionActSerializer(many=True, help_text="that make it; empty: none, time makes it")


class GroundRowSerializer(RuleRowSerializer):
    regime = serializers.CharField()
    catalogue = serializers.CharField()


class ClockEventSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="a type of act, or a fact")
    label = serializers.CharField()


class ClockRowSerializer(RuleRowSerializer):
    name = serializers.CharField()
    variant = serializers.CharField(allow_null=True, help_text="null: the clock has one case, or this is it")
    general = serializers.BooleanField(help_text="the case meant when no variant is named")
    regime = serializers.CharField()
    length = serializers.IntegerField(allow_null=True, help_text="null: the law states none")
    unit = serializers.CharField(
        allow_null=True, help_text="CALENDAR_DAY, WORKING_DAY, HOUR, MONTH, YEAR, AT_ONCE"
    )
    term = serializers.CharField(help_text="length and unit in words")
    direction = serializers.CharField(help_text="AFTER, BEFORE, EVERY, WINDOW, NONE")
    direction_label = serializers.CharField()
    starts = ClockEventSerializer(many=True)
    met_by = ClockEventSerializer(many=True)
    actor = serializers.CharField()
    actor_label = serializers.CharField()
    pauses = serializers.ListField(child=serializers.CharField())
    pauses_label = serializers.ListField(child=serializers.CharField())
    on_expiry = serializers.CharField()
    on_expiry_label = serializers.CharField()
    retroactive = serializers.BooleanField(help_text="it also governs triggers of before its law")
    remark = serializers.CharField(allow_null=True)


class DecisionTypeRowSerializer(RuleRowSerializer):
    regime = serializers.CharField()
    signer = serializers.CharField(help_text="who signs it, before any delegation")
    books = serializers.ListField(child=serializers.CharField())


class ObligationKindRowSerializer(RuleRowSerializer):
    initiation = serializers.CharField(allow_null=True, help_text="null: it starts with its principal")
    money = serializers.CharField(help_text="required, optional")
    state_budget = serializers.BooleanField()
    tier_l2008 = serializers.CharField(allow_null=True, help_text="its place in the waterfall of that law")
    tier_l2025 = serializers.CharField(allow_null=True)
    fee = serializers.CharField()


class ThemeRowSerializer(RuleRowSerializer):
    derived = serializers.BooleanField(help_text="follows from other records at the day asked; not recorded")
    assigned = serializers.BooleanField(help_text="follows a list that comes from above")
    rule = serializers.CharField(allow_null=True, help_text="by which the service tells it; null: people do")
    rule_values = serializers.ListField(
        child=serializers.CharField(),
        help_text="names, codes, a bound (đồng, creditors, months), or acts, each with what goes with it",
    )


class FeeRowSerializer(RuleRowSerializer):
    above = serializers.CharField(allow_null=True, help_text=_DONG + "; the bound is not part of it")
    up_to = serializers.CharField(allow_null=True, help_text=_DONG + "; the bound is part of it")
    above_base_salaries = serializers.IntegerField(allow_null=True, help_text="the bound in base salaries")
    up_to_base_salaries = serializers.IntegerField(allow_null=True, help_text="the bound in base salaries")
    fixed = serializers.CharField(help_text=_DONG)
    rate_percent = serializers.CharField(help_text="with two decimals")
    of = serializers.CharField(help_text="WHOLE of what was received, or the EXCESS over above")


class WaterfallRowSerializer(RuleRowSerializer):
    regime = serializers.CharField()
    rank = serializers.IntegerField()
    kind = serializers.CharField(help_text="BEFORE all claims, TIER of the law, REST")
    tier = serializers.CharField(allow_null=True, help_text="the letter in the law")


class RateRowSerializer(RuleRowSerializer):
    amount = serializers.CharField(help_text=_DONG + ", a month")


class HolidayRowSerializer(RuleRowSerializer):
    kind = serializers.CharField(help_text="OFF, or WORKED for a weekend day worked in place of one")


# --- Rows ---------------------------------------------------------------------------------------------------

_Row = dict[str, Any]


class _RuleTable(ScopedAPIView):
    """One table. ``rows`` says all of it; what ``regime`` and ``on`` leave is decided here."""

    abstract = True
    permission = Permission.READ_ORGANISATION
    paged: ClassVar[bool] = True
    query_parameters = (REGIME, ON)

    def rows(self, law: Tables) -> Iterator[_Row]:
        """Every row of the table; one of a single law has its ``regime``."""
        raise NotImplementedError(f"{type(self).__name__} has no rows")

    def get(self, request: Request) -> Response:
        law = tables()
        rows = [row for row in self.rows(law) if _stands(row, self.values["regime"], self.values["on"], law)]
        count = {"value": len(rows), "kind": "exact"}
        return Response({"results": rows, "next": None, "previous": None, "count": count})

    def of(self, row: Row, **more: Any) -> _Row:
        """What every row has, and ``more``."""
        coded = isinstance(row, Coded)
        return {
            "code": row.code if coded else str(row.key),
            "label": row.name(self.lang),
            "legal_basis": getattr(row, "basis", None),
            "valid_from": row.valid_from if coded else None,
            "valid_to": row.valid_to if coded else None,
            "doubtful": row.doubtful,
            "note": row.note,
            "row": code_of(table_of(row), row),
            "override": row.override,
            **more,
        }


def _stands(row: Mapping[str, Any], regime: str | None, on: dt.date | None, law: Tables) -> bool:
    """Whether the row is of this law, or holds while it does, and holds on this day. Without a law it is
    that of the day; what reaches back holds on days before its own.
    """
    if regime is None and on is not None and not row.get("retroactive"):
        regime = law.regime_on(on)
    if "regime" in row:
        if regime is not None and row["regime"] != regime:
            return False
    elif regime is not None:
        whole = law.regimes[regime]
        # The first law also governs what is older than itself.
        begins = None if regime == next(iter(law.regimes)) else whole.valid_from
        if not _meet(row["valid_from"], row["valid_to"], begins, whole.valid_to):
            return False
    return on is None or _meet(row["valid_from"], row["valid_to"], on, on)


def _meet(
    first: dt.date | None, last: dt.date | None, other_first: dt.date | None, other_last: dt.date | None
) -> bool:
    """Whether two stretches of days share one; without a day there is no bound."""
    return (first is None or other_last is None or first <= other_last) and (
        other_first is None or last is None or other_first <= last
    )


def _within(row: _Row, regime: str, law: Tables) -> _Row:
    """The row under one law: it holds no longer than the law does. What is older is read by the first."""
    whole = law.regimes[regime]
    first = None if regime == next(iter(law.regimes)) else whole.valid_from
    starts = [one for one in (row["valid_from"], first) if one is not None]
    ends = [one for one in (row["valid_to"], whole.valid_to) if one is not None]
    return {
        **row,
        "regime": regime,
        "valid_from": max(starts, default=None),
        "valid_to": min(ends, default=None),
    }


def _operation(
    name: str,
    summary: Label,
    shape: type[RuleRowSerializer],
    example: Mapping[str, Any],
    about: Label | None = None,
) -> dict[str, Operation]:
    return {
        "GET": Operation(
            f"list_{name}",
            summary,
            shape,
            about=about or Label("", ""),
            example=page(dict(example)),
            problems=(400, 401, 403),
        )
    }


def _example(code: str, title: str, basis: str, /, **more: Any) -> dict[str, Any]:
    validity = {"valid_from": "2026-07-01", "valid_to": None, "doubtful": False, "note": None}
    return {
        "code": code,
        "label": title,
        "legal_basis": basis,
        **validity,
        "row": code,
        "override": None,
        **more,
    }


class Transitions(_RuleTable):
    operations = _operation(
        "transitions",
        Label("Các bước chuyển trạng thái và hành vi", "Moves from status to status, and other acts"),
        TransitionRowSerializer,
        _example(
            "7",
            "Ra quyết định thi hành án theo yêu cầu",
            "L25 Đ34.3; D152 Đ11–12",
            regime="L2025",
            from_statuses=["REQUEST_REGISTERED"],
            to_status="OPENED",
            initiation=None,
            signer="T",
            in_part=False,
            grounds=[],
            clock="K04",
            acts=[
                {
                    "code": "ENF_DECISION_ON_REQUEST",
                    "label": "Quyết định thi hành án theo yêu cầu",
                    "signer": "T",
                    "decision_type": "ENF_DECISION_ON_REQUEST",
                    "books": ["03"],
                    "from_buckets": [],
                    "to_bucket": "ELIGIBLE",
                    "catalogue": None,
                    "legal_basis": "L25 Đ34.3; D152 Đ11–12",
                }
            ],
        ),
        Label(
            "Mỗi dòng là một bước theo một luật. Hành vi không chuyển trạng thái đứng cuối, theo mã của nó.",
            "One row for each move under each law. Acts that make no move stand last, under their own code.",
        ),
    )

    def rows(self, law: Tables) -> Iterator[_Row]:
        for move in law.transitions.values():
            for regime in law.regimes:
                if move.of_regime("basis", regime):
                    yield self._move(move, regime, law)
        moving = {act for move in law.transitions.values() for act in move.acts}
        for act in law.act_types.values():
            for regime in law.regimes:
                if act.code not in moving and act.basis_in(regime):
                    yield self._act_alone(act, regime, law)

    def _move(self, move: Transition, regime: str, law: Tables) -> _Row:
        acts = [law.act_types[code] for code in move.acts]
        row = self.of(
            move,
            from_statuses=[code for code in law.statuses if code in move.starts],
            to_status=move.to,
            initiation=move.of_regime("initiation", regime),
            signer=move.signer,
            in_part=move.part,
            grounds=list(move.of_regime("grounds", regime)),
            clock=move.clock,
            acts=[self._act(act, regime) for act in acts],
        )
        return _within({**row, "legal_basis": move.of_regime("basis", regime)}, regime, law)

    def _act_alone(self, act: ActType, regime: str, law: Tables) -> _Row:
        row = self.of(
            act,
            from_statuses=[],
            to_status=None,
            initiation=act.initiation,
            signer=act.signer,
            in_part=False,
            grounds=[],
            clock=None,
            acts=[self._act(act, regime)],
        )
        return _within({**row, "legal_basis": act.basis_in(regime)}, regime, law)

    def _act(self, act: ActType, regime: str) -> _Row:
        return {
            "code": act.code,
            "label": act.name(self.lang),
            "signer": act.signer,
            "decision_type": act.decision_type,
            "books": list(act.books),
            "from_buckets": list(act.from_buckets),
            "to_bucket": act.to,
            "catalogue": act.catalogue,
            "legal_basis": act.basis_in(regime),
        }


class Grounds(_RuleTable):
    operations = _operation(
        "grounds",
        Label("Các căn cứ của quyết định", "Grounds of decisions"),
        GroundRowSerializer,
        _example(
            "a",
            "Nghĩa vụ phải tự mình thực hiện mà người phải thi hành án bị ốm nặng có xác nhận",
            "L25 Đ46.1a",
            regime="L2025",
            catalogue="DEFER",
            row="DEFER/a/L2025",
        ),
        Label(
            "code là điểm, khoản như trong luật; mỗi luật có danh mục của mình.",
            "code is the letter as the law has it; each law has its own.",
        ),
    )

    def rows(self, law: Tables) -> Iterator[_Row]:
        for ground in law.grounds.values():
            row = self.of(ground, catalogue=ground.catalogue)
            yield _within({**row, "code": ground.letter}, ground.regime, law)


class Clocks(_RuleTable):
    operations = _operation(
        "clocks",
        Label("Các thời hạn luật định", "Legal clocks"),
        ClockRowSerializer,
        _example(
            "K10",
            "Lập hồ sơ thi hành án",
            "D152 Đ12.2",
            name="OPEN_FILE",
            variant=None,
            general=True,
            regime="L2025",
            length=2,
            unit="WORKING_DAY",
            term="2 ngày làm việc",
            direction="AFTER",
            direction_label="sau mốc tính",
            starts=[{"code": "ASSIGNMENT", "label": "Phân công, thay đổi chấp hành viên"}],
            met_by=[{"code": "FILE_OPENING", "label": "Lập hồ sơ thi hành án"}],
            actor="C",
            actor_label="Chấp hành viên",
            pauses=[],
            pauses_label=[],
            on_expiry="BREACH",
            on_expiry_label="Quá hạn, ghi vi phạm",
            retroactive=False,
            remark=None,
            row="K10//L2025",
        ),
        Label(
            "Mỗi dòng là một thời hạn, một trường hợp (variant), theo một luật. Luật nào không có thời hạn "
            "thì không có dòng. Tính ngày cụ thể: POST /calculators/deadline/.",
            "One row for each clock and variant under each law; a law without a term has no row. Dates are "
            "reckoned by POST /calculators/deadline/.",
        ),
    )

    def rows(self, law: Tables) -> Iterator[_Row]:
        for clock in law.clocks.values():
            row = self.of(clock, **self._clock(clock, law))
            # What reaches back holds before its law does.
            yield {**row, "regime": clock.regime} if clock.retroactive else _within(row, clock.regime, law)

    def _clock(self, clock: Clock, law: Tables) -> _Row:
        return {
            "name": clock.name_code,
            "variant": clock.variant or None,
            "general": clock.is_general,
            "length": clock.length,
            "unit": clock.unit,
            "term": term_of(clock).text(self.lang),
            "direction": clock.direction,
            "direction_label": label(DIRECTIONS, clock.direction, self.lang),
            "starts": self._events(clock.starts, law),
            "met_by": self._events(clock.met_by, law),
            "actor": clock.actor,
            "actor_label": label(ACTORS, clock.actor, self.lang),
            "pauses": list(clock.pauses),
            "pauses_label": [label(PAUSES, one, self.lang) for one in clock.pauses],
            "on_expiry": clock.on_expiry,
            "on_expiry_label": label(EXPIRIES, clock.on_expiry, self.lang),
            "retroactive": clock.retroactive,
            "remark": clock.remark_en if self.lang == "en" else clock.remark,
        }

    def _events(self, codes: Iterable[str], law: Tables) -> list[_Row]:
        listed = tuple(codes)
        names = event_names(listed, law)
        return [
            {"code": code, "label": name.text(self.lang)} for code, name in zip(listed, names, strict=True)
        ]


class DecisionTypes(_RuleTable):
    operations = _operation(
        "decision_types",
        Label("Các loại quyết định, thông báo", "Types of decisions and notices"),
        DecisionTypeRowSerializer,
        _example(
            "DEFER_DECISION",
            "Quyết định hoãn thi hành án",
            "L25 Đ46",
            regime="L2025",
            signer="T",
            books=["09"],
        ),
    )

    def rows(self, law: Tables) -> Iterator[_Row]:
        for code in dict.fromkeys(act.decision_type for act in law.act_types.values()):
            act = law.act_types.get(code or "")
            for regime in law.regimes:
                basis = act.basis_in(regime) if act else None
                if act is not None and basis:
                    row = self.of(act, signer=act.signer, books=list(act.books))
                    yield _within({**row, "legal_basis": basis}, regime, law)


class ObligationKinds(_RuleTable):
    operations = _operation(
        "obligation_kinds",
        Label("Các loại nghĩa vụ thi hành án", "Kinds of obligation"),
        ObligationKindRowSerializer,
        _example(
            "COURT_FEE",
            "Án phí, lệ phí Tòa án",
            "L25 Đ33.2a; L08 Đ36.2a",
            initiation="EX_OFFICIO",
            money="required",
            state_budget=True,
            tier_l2008="b",
            tier_l2025="b",
            fee="NONE",
        ),
    )

    def rows(self, law: Tables) -> Iterator[_Row]:
        for kind in law.obligation_kinds.values():
            yield self.of(
                kind,
                initiation=kind.initiation,
                money=kind.money,
                state_budget=kind.state_budget,
                tier_l2008=kind.tier_l2008,
                tier_l2025=kind.tier_l2025,
                fee=kind.fee,
            )


class Themes(_RuleTable):
    operations = _operation(
        "themes",
        Label("Các chuyên đề", "Themes of cases"),
        ThemeRowSerializer,
        _example(
            "BAD_DEBT",
            "Nợ xấu",
            "L25 Đ38.1h, 54.4",
            derived=False,
            assigned=False,
            rule="act_grounds",
            rule_values=["NO_CONDITION_DECISION=h"],
        ),
    )

    def rows(self, law: Tables) -> Iterator[_Row]:
        for theme in law.themes.values():
            yield self.of(
                theme,
                derived=theme.derived,
                assigned=theme.assigned,
                rule=theme.rule,
                rule_values=_rule_values(theme),
            )


def _rule_values(theme: Theme) -> list[str]:
    value = None if theme.rule is None else getattr(theme, theme.rule)
    if isinstance(value, Mapping):
        return [f"{act}={other}" for act, other in value.items()]
    if isinstance(value, tuple):
        return list(value)
    return [] if value is None or value is True else [str(value)]


class Fees(_RuleTable):
    operations = _operation(
        "fees",
        Label("Biểu phí thi hành án", "Brackets of the enforcement fee"),
        FeeRowSerializer,
        _example(
            "UP_TO_7_BILLION",
            "Trên 5 tỷ đến 7 tỷ đồng: 150 triệu đồng và 2 % phần vượt 5 tỷ",
            "T216 Đ4.1",
            above="5000000000",
            up_to="7000000000",
            above_base_salaries=None,
            up_to_base_salaries=None,
            fixed="150000000",
            rate_percent="2.00",
            of="EXCESS",
        ),
        Label(
            "Theo số tiền, giá trị tài sản một người được thi hành án thực nhận, cộng dồn; lương cơ sở ở "
            "/rules/base-salaries/.",
            "By what one creditor has received so far, added up; base salaries are at /rules/base-salaries/.",
        ),
    )

    def rows(self, law: Tables) -> Iterator[_Row]:
        for bracket in law.fees.values():
            yield self.of(bracket, **_bracket(bracket))


def _bracket(row: FeeBracket) -> _Row:
    return {
        "above": None if row.above_base_salaries is not None else str(row.above),
        "up_to": None if row.up_to is None else str(row.up_to),
        "above_base_salaries": row.above_base_salaries,
        "up_to_base_salaries": row.up_to_base_salaries,
        "fixed": str(row.fixed),
        "rate_percent": f"{row.rate // 100}.{row.rate % 100:02d}",
        "of": row.of,
    }


class Waterfall(_RuleTable):
    operations = _operation(
        "waterfall",
        Label("Thứ tự thanh toán tiền thi hành án", "Order of payment"),
        WaterfallRowSerializer,
        _example(
            "COURT_FEES",
            "Án phí, lệ phí Tòa án",
            "L25 Đ54.1b",
            regime="L2025",
            rank=5,
            kind="TIER",
            tier="b",
            row="COURT_FEES/L2025",
        ),
    )

    def rows(self, law: Tables) -> Iterator[_Row]:
        for place in law.waterfall.values():
            row = self.of(place, rank=place.rank, kind=place.kind, tier=place.tier)
            yield _within(row, place.regime, law)


class _Rates(_RuleTable):
    abstract = True

    def shown(self, rates: Iterable[Rate]) -> Iterator[_Row]:
        for rate in rates:
            yield self.of(rate, amount=str(rate.amount))


class MinimumWages(_Rates):
    operations = _operation(
        "minimum_wages",
        Label("Lương tối thiểu vùng", "Regional minimum wages"),
        RateRowSerializer,
        _example("I", "Lương tối thiểu vùng I", "NĐ 293/2025/NĐ-CP", amount="5310000"),
    )

    def rows(self, law: Tables) -> Iterator[_Row]:
        return self.shown(law.minimum_wages.values())


class BaseSalaries(_Rates):
    operations = _operation(
        "base_salaries",
        Label("Lương cơ sở", "Base salaries"),
        RateRowSerializer,
        _example("BASE_SALARY", "Lương cơ sở", "NĐ 161/2026/NĐ-CP", amount="2530000"),
    )

    def rows(self, law: Tables) -> Iterator[_Row]:
        return self.shown(law.base_salaries.values())


class Holidays(_RuleTable):
    operations = _operation(
        "holidays",
        Label("Ngày nghỉ, ngày làm bù", "Days off, and weekend days worked instead"),
        HolidayRowSerializer,
        _example("2026-09-02", "Quốc khánh", HOLIDAY_BASIS, kind="OFF", valid_to="2026-09-02")
        | {"valid_from": "2026-09-02"},
        Label(
            "Thứ Bảy, Chủ nhật không được liệt kê, trừ ngày làm bù và ngày lễ. code là ngày.",
            "Saturdays and Sundays are not listed, but for those worked and those that are holidays. code is "
            "the day.",
        ),
    )

    def rows(self, law: Tables) -> Iterator[_Row]:
        calendar = vietnam()
        worked_instead = Label("Làm bù cho một ngày nghỉ", "Worked in place of a day off")
        for day in sorted(calendar.off | calendar.worked):
            own = law.holidays.get(day)
            yield {
                "code": day.isoformat(),
                "label": calendar.names.get(day, worked_instead).text(self.lang),
                "legal_basis": own.basis if own else HOLIDAY_BASIS,
                "valid_from": day,
                "valid_to": day,
                "doubtful": own.doubtful if own else False,
                "note": own.note if own else None,
                "row": day.isoformat(),
                "override": own.override if own else None,
                "kind": "OFF" if day in calendar.off else "WORKED",
            }
