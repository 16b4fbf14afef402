"""The history of a case: who recorded what and when, and what it changed in what was known; and who put right
what of a party, or of the words of the judgment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api.examples import page
from cases.api.masks import lifted, masked_field
from cases.api.serializers import BUCKET_CODES, FIELD_CODES, INITIATION_CODES
from cases.api.views import (
    ACT_TYPES,
    CASE_ID,
    PARTY_ROLES,
    PROBLEMS,
    case_id,
    classified,
    no_case,
    stand_row,
)
from cases.models import Act, Case, CaseChange, Obligation
from cases.models import Party as PartyRow
from cases.querysets.case_changes import Amendment, amendments
from cases.querysets.lives import lives
from cases.rules.history import Change, LineStand, Recording, Stand, affordable, changes, recordings
from cases.rules.life import OPENING, Life
from cases.rules.tables import tables
from officers.models import Officer, Unit
from officers.roles import Permission
from thads.common.api.base import ScopedAPIView
from thads.common.api.operations import Operation
from thads.common.api.parameters import PAGE_SIZE, Parameter
from thads.common.api.table import headings
from thads.common.labels import CodeList, Label, label

AFTER = Parameter(
    "after",
    Label(
        "Các lần ghi sau phiên bản này của việc; mặc định từ đầu.",
        "The recordings after this version of the case; from the first by default.",
    ),
    kind="integer",
    default=0,
    example="3",
)
OPENED, BROUGHT_IN, RECORDED = "OPENED", "BROUGHT_IN", "RECORDED"
PARTY, JUDGMENT, UNKNOWN = "PARTY_CHANGED", "JUDGMENT_CORRECTED", "CHANGED"
PARTY_ADDED, THEME = "PARTY_ADDED", "THEME_CHANGED"
ORIGINS: Final[CodeList] = {
    OPENED: Label("Thụ lý", "Opened"),
    BROUGHT_IN: Label("Đưa vào cùng các hành vi đã có", "Brought in with acts of its past"),
    RECORDED: Label("Ghi hành vi", "Acts recorded"),
    PARTY: Label("Sửa thông tin đương sự", "The data of a party put right"),
    PARTY_ADDED: Label("Thêm đương sự", "A party added"),
    JUDGMENT: Label("Đính chính bản án, quyết định", "The judgment corrected"),
    THEME: Label("Ghi, kết thúc chuyên đề", "A theme recorded or ended"),
    UNKNOWN: Label("Sửa đổi không rõ nội dung", "Something put right; what is not known"),
}
_BROUGHT_IN = Label(
    "Việc được đưa vào hệ thống cùng các hành vi đã có, trong một lần ghi. Không rõ ai đã ghi các hành vi "
    "đó vào thời điểm của chúng, và việc đã được biết như thế nào trước lần ghi này.",
    "The case was brought in together with its acts, in one recording. Who recorded those acts at their "
    "time, and how the case was known before, is not known.",
)
_UNLAWFUL = Label(
    "Những gì đã ghi đến lúc này chưa thành một hồ sơ hợp lệ, nên không rõ việc đã được biết như thế nào.",
    "What had been recorded by then makes no lawful story by itself, so how the case was known is not known.",
)
_CHANGE_UNKNOWN = Label(
    "Đã có một lần sửa đổi, nhưng nội dung trước và sau không được lưu.",
    "Something was put right, but what stood before and after was not kept.",
)


# --- Shapes -------------------------------------------------------------------------------------------------


class _LineStandSerializer(serializers.Serializer[Any]):
    bucket = serializers.ChoiceField(choices=BUCKET_CODES)
    bucket_label = serializers.CharField()
    due = serializers.CharField(help_text="integer đồng")
    remaining = serializers.CharField(help_text="integer đồng")


class KnownLineSerializer(_LineStandSerializer):
    pass


class KnownCaseSerializer(_LineStandSerializer):
    unit = serializers.CharField(help_text="code of the unit that handled the case")
    officer = serializers.CharField(allow_null=True, help_text="code; null: not assigned")
    initiation = serializers.ChoiceField(choices=INITIATION_CODES)
    initiation_label = serializers.CharField()
    field = serializers.ChoiceField(choices=FIELD_CODES)  # type: ignore[assignment]
    field_label = serializers.CharField()


class RecordedActSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    seq = serializers.IntegerField(help_text="place in the story; the opening is 0")
    type = serializers.CharField()
    type_label = serializers.CharField()
    effective_on = serializers.DateField()
    decision_number = serializers.CharField(allow_null=True)
    back_dated = serializers.BooleanField(help_text="took effect before acts that stood already")
    annuls = serializers.UUIDField(allow_null=True)
    voids = serializers.UUIDField(allow_null=True)


class ChangedLineSerializer(serializers.Serializer[Any]):
    obligation = serializers.CharField(help_text="ref of the obligation")
    before = KnownLineSerializer(allow_null=True)
    after = KnownLineSerializer(allow_null=True)
    succession = serializers.CharField(
        allow_null=True, help_text="in words: from whom to whom the right or duty passed; null: it did not"
    )


class AmendedFieldSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    label = serializers.CharField()
    before = serializers.JSONField(help_text="masked unless the role may see it")
    after = serializers.JSONField(help_text="masked unless the role may see it")


class AmendmentSerializer(serializers.Serializer[Any]):
    """What was put right without an act: the data of a party, or the words of the judgment."""

    party = serializers.UUIDField(allow_null=True)
    judgment = serializers.UUIDField(allow_null=True)
    reason = serializers.CharField(allow_null=True, help_text="of a correction of the judgment")
    fields = AmendedFieldSerializer(many=True)  # type: ignore[assignment]


class CaseHistorySerializer(serializers.Serializer[Any]):
    """One recording: who, when, which acts, and the case as it was known before and after; or what was put
    right without an act, which changes nothing of that.
    """

    version = serializers.IntegerField(help_text="of the case with these acts")
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.CharField()
    origin = serializers.ChoiceField(choices=list(ORIGINS))
    origin_label = serializers.CharField()
    acts = RecordedActSerializer(many=True)
    before = KnownCaseSerializer(
        allow_null=True, help_text="null: nothing was known, it is not known, or no act was recorded"
    )
    after = KnownCaseSerializer(allow_null=True)
    lines = ChangedLineSerializer(many=True, help_text="the lines that changed")
    amended = AmendmentSerializer(allow_null=True, help_text="null: acts were recorded")
    note = serializers.CharField(allow_null=True, help_text="what of the past is not known")


_KNOWN: dict[str, Any] = {
    "due": "5000000",
    "remaining": "5000000",
    "bucket": "ELIGIBLE",
    "bucket_label": "Có điều kiện, đang thi hành",
}
_KNOWN_CASE: dict[str, Any] = {
    **_KNOWN,
    "unit": "DN.HC",
    "officer": "DN.HC.03",
    "initiation": "EX_OFFICIO",
    "initiation_label": "Chủ động",
    "field": "CRIMINAL",
    "field_label": "Hình sự",
}
HISTORY: dict[str, Any] = {
    "version": 2,
    "recorded_at": "2026-08-03T09:12:44.104233+07:00",
    "recorded_by": "API_KEY:1 hồ sơ",
    "origin": RECORDED,
    "origin_label": "Ghi hành vi",
    "acts": [
        {
            "id": "9e7c5c0e-6f0c-4a53-9d53-2b6d0c2a7b16",
            "seq": 1,
            "type": "COLLECTION",
            "type_label": "Thu tiền thi hành án",
            "effective_on": "2026-08-03",
            "decision_number": None,
            "back_dated": False,
            "annuls": None,
            "voids": None,
        }
    ],
    "before": _KNOWN_CASE,
    "after": {**_KNOWN_CASE, "remaining": "3000000"},
    "lines": [
        {
            "obligation": "o1",
            "before": _KNOWN,
            "after": {**_KNOWN, "remaining": "3000000"},
            "succession": None,
        }
    ],
    "amended": None,
    "note": None,
}


# --- The address --------------------------------------------------------------------------------------------


class CaseHistory(ScopedAPIView):
    """The recordings of a case in their order; it goes with the case to whoever holds it."""

    paged = True
    permission = Permission.READ_CASES
    query_parameters = (AFTER, PAGE_SIZE)
    operations = {
        "GET": Operation(
            "list_case_history",
            Label(
                "Lịch sử của một việc: ai ghi gì, khi nào", "The history of a case: who recorded what, when"
            ),
            CaseHistorySerializer,
            about=Label(
                "Mỗi lần ghi một dòng, theo thứ tự ghi, với việc như đã biết trước và sau đó: ghi lùi ngày "
                "hay đính chính thì thấy đúng phần hiện trạng đã đổi. Sửa thông tin đương sự, đính chính bản "
                "án cũng có dòng riêng (amended). Quá khứ không rõ thì nói là không rõ.",
                "One row for each recording, in their order, with the case as it was known before and "
                "after: a back-dated act or a correction shows what it really changed. The data of a party "
                "put right and a judgment corrected have rows of their own (amended). What is not known of "
                "the past is said to be unknown.",
            ),
            example=page(HISTORY),
            problems=PROBLEMS,
            path_parameters={"id": CASE_ID},
        )
    }

    def get(self, request: Request, id: str) -> Response:
        visible = Case.objects.visible_to(self.scope).filter(public_id=case_id(id))
        found = visible.values_list("pk", "judgment_id").first()
        if found is None:
            raise no_case(id)
        case, judgment = found
        life = lives([case], tables())[case]
        others = list(
            CaseChange.objects.filter(case=case).order_by("version").values_list("version", flat=True)
        )
        known = _entries(recordings(life), others)
        start = sum(one.version <= self.values["after"] for one in known)
        size = self.values["page_size"]
        chosen = _affordable(known[start : start + size], len(life.duties))
        rest, back = start + len(chosen) < len(known), max(start - size, 0)
        return Response(
            {
                "results": self._results(case, judgment, life, chosen),
                "next": self._address(chosen[-1].version) if rest else None,
                "previous": self._address(known[back - 1].version if back else 0) if start else None,
                "count": {"value": len(known), "kind": "exact"},
            }
        )

    def _results(
        self, case: int, judgment: int, life: Life, chosen: Sequence[_Entry]
    ) -> list[dict[str, Any]]:
        recorded = [one.recording for one in chosen if one.recording is not None]
        told = iter(self._rows(case, list(changes(life, recorded))))
        bare = {one.version for one in chosen if one.recording is None}
        amended = amendments(case, judgment, bare) if bare else {}
        clear = lifted(self.principal)
        return [
            _amendment_row(amended[one.version], clear, self.lang)
            if one.recording is None
            else {**next(told), "version": one.version}
            for one in chosen
        ]

    def _address(self, after: int) -> str:
        query = {**self.request._request.GET.dict(), "after": after}
        return self.request.build_absolute_uri(f"{self.request.path}?{urlencode(query)}")

    def _rows(self, case: int, told: Sequence[Change]) -> list[dict[str, Any]]:
        if not told:
            return []
        first, last = told[0].recording.first, told[-1].recording.last
        acts = Act.objects.filter(case=case, seq__gte=first, seq__lte=last).order_by("seq")
        rows = list(acts.values(*_ACT_COLUMNS))
        stands = [stand for one in told for stand in (one.before, one.after) if stand is not None]
        words = _Words.of(case, stands, self.lang)
        return [words.row(one, [rows[seq - first] for seq in one.recording.places]) for one in told]


class _Entry(NamedTuple):
    """A row of the history by the version that it gave the case; without a recording it was no act."""

    version: int
    recording: Recording | None


def _entries(recorded: Sequence[Recording], others: Sequence[int]) -> list[_Entry]:
    """Everything that raised the version of a case, in order."""
    found = [_Entry(_version(one.version, others), one) for one in recorded]
    return sorted((*found, *(_Entry(version, None) for version in others)), key=lambda one: one.version)


def _affordable(chosen: Sequence[_Entry], lines: int) -> Sequence[_Entry]:
    """As many of these rows as one answer takes on."""
    recorded = [one.recording for one in chosen if one.recording is not None]
    kept = len(affordable(recorded, lines))
    if kept == len(recorded):
        return chosen
    return chosen[: next(place for place, one in enumerate(chosen) if one.recording is recorded[kept])]


def _version(acts: int, others: Sequence[int]) -> int:
    """The version of a case that has got so many acts, the opening included, where it was given the versions
    ``others`` (rising) by what is no act.
    """
    for other in others:
        acts += other <= acts
    return acts


_ACT_COLUMNS = (
    "public_id",
    "seq",
    "type",
    "effective_on",
    "decision_number",
    "annuls__public_id",
    "voids__public_id",
    "recorded_at",
    "recorded_by",
)


@dataclass(frozen=True, slots=True)
class _Words:
    """What the keys of a case's history are called."""

    lang: str
    refs: Sequence[str]
    units: Mapping[Any, str]
    officers: Mapping[Any, str]
    #: Names of the parties in their order; empty where nothing was ever passed from one to another.
    parties: Sequence[str]

    @classmethod
    def of(cls, case: int, stands: Sequence[Stand], lang: str) -> _Words:
        holders = {stand.holder for stand in stands}
        units, officers = {one.unit for one in holders}, {one.officer for one in holders} - {None}
        return cls(
            lang,
            list(Obligation.objects.filter(case=case).order_by("position").values_list("ref", flat=True)),
            dict(Unit.objects.filter(id__among=units).values_list("id", "code")),
            dict(Officer.objects.filter(id__among=officers).values_list("id", "code")) if officers else {},
            list(PartyRow.objects.filter(case=case).order_by("position").values_list("name", flat=True))
            if any(_sided(stand) for stand in stands)
            else [],
        )

    def row(self, change: Change, acts: Sequence[dict[str, Any]]) -> dict[str, Any]:
        origin = RECORDED
        if change.recording.first == OPENING:
            origin = OPENED if change.recording.last == OPENING else BROUGHT_IN
        return {
            "version": change.recording.version,
            "recorded_at": acts[0]["recorded_at"],
            "recorded_by": "; ".join(by for by, _ in groupby(act["recorded_by"] for act in acts)),
            "origin": origin,
            "origin_label": label(ORIGINS, origin, self.lang),
            "acts": [self._act(act, act["seq"] in change.back_dated) for act in acts],
            "before": self._case(change.before),
            "after": self._case(change.after),
            "lines": list(self._lines(change)),
            "amended": None,
            "note": self._note(change, origin),
        }

    def _act(self, act: dict[str, Any], back_dated: bool) -> dict[str, Any]:
        return {
            "id": act["public_id"],
            "seq": act["seq"],
            "type": act["type"],
            "type_label": label(ACT_TYPES, act["type"], self.lang),
            "effective_on": act["effective_on"],
            "decision_number": act["decision_number"],
            "back_dated": back_dated,
            "annuls": act["annuls__public_id"],
            "voids": act["voids__public_id"],
        }

    def _case(self, stand: Stand | None) -> dict[str, Any] | None:
        if stand is None:
            return None
        holder = stand.holder
        return {
            **stand_row(stand, self.lang),
            "unit": self.units[holder.unit],
            "officer": None if holder.officer is None else self.officers[holder.officer],
            **classified(stand.initiation, stand.field, self.lang),
        }

    def _lines(self, change: Change) -> Iterable[dict[str, Any]]:
        none: list[LineStand | None] = [None] * len(self.refs)
        before = none if change.before is None else change.before.lines
        after = none if change.after is None else change.after.lines
        for ref, was, now in zip(self.refs, before, after, strict=True):
            if was != now:
                yield {
                    "obligation": ref,
                    "before": None if was is None else stand_row(was, self.lang),
                    "after": None if now is None else stand_row(now, self.lang),
                    "succession": None if was is None or now is None else self._succession(was, now),
                }

    def _succession(self, was: LineStand, now: LineStand) -> str | None:
        """Who owed or was owed the line, and who does now."""
        said = []
        for role, before, after in (
            ("DEBTOR", was.debtor, now.debtor),
            ("CREDITOR", was.creditor, now.creditor),
        ):
            if before is not None and after is not None and before != after:
                named = f"{self.parties[before]} → {self.parties[after]}"
                said.append(f"{label(PARTY_ROLES, role, self.lang)}: {named}")
        return "; ".join(said) or None

    def _note(self, change: Change, origin: str) -> str | None:
        unknown = change.after is None or (change.before is None and origin == RECORDED)
        said = [_BROUGHT_IN] * (origin == BROUGHT_IN) + [_UNLAWFUL] * unknown
        return " ".join(one.text(self.lang) for one in said) or None


def _sided(stand: Stand) -> bool:
    """Whether the lines know who owes and is owed them."""
    return any(line.debtor is not None or line.creditor is not None for line in stand.lines)


def _amendment_row(one: Amendment, clear: bool, lang: str) -> dict[str, Any]:
    of_party = PARTY_ADDED if one.added else PARTY
    origin = UNKNOWN if one.party is None and one.judgment is None else JUDGMENT if one.judgment else of_party
    if one.theme:
        origin = THEME
    return {
        "version": one.version,
        "recorded_at": one.recorded_at,
        "recorded_by": one.recorded_by,
        "origin": origin,
        "origin_label": label(ORIGINS, origin, lang),
        "acts": [],
        "before": None,
        "after": None,
        "lines": [],
        "amended": {
            "party": one.party,
            "judgment": one.judgment,
            "reason": one.reason,
            "fields": [_amended_field(name, one, clear, lang) for name in sorted(one.before)],
        },
        "note": _CHANGE_UNKNOWN.text(lang) if origin == UNKNOWN else None,
    }


def _amended_field(name: str, one: Amendment, clear: bool, lang: str) -> dict[str, Any]:
    words = headings().get(name)
    values = (one.before[name], one.after.get(name))
    before, after = values if clear else (masked_field(name, value) for value in values)
    return {
        "name": name,
        "label": Label(words["vi"], words["en"]).text(lang) if words else name,
        "before": before,
        "after": after,
    }
