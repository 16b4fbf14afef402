"""Recording: opening a case, adding an act to it, reassigning many."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from rest_framework.request import Request
from rest_framework.response import Response

from cases.actions import dockets
from cases.actions.external_ids import write_story_keys
from cases.actions.intake import accept_request, request_of, request_to_open
from cases.actions.plans import ActPlan, StoryPlan, plan_story
from cases.actions.proposals import opening_on
from cases.actions.record import Entry, Outcome, plan_on, record_act, record_acts
from cases.actions.register import Register
from cases.actions.write import story_moment, write_stories
from cases.api.examples import ACT, ACT_SENT, CASE_DETAIL, CASE_SENT, PREVIEW, REASSIGNED, REASSIGNMENT_SENT
from cases.api.external_ids import shown_keys
from cases.api.filters import STATE_LABELS
from cases.api.serializers import (
    ActSerializer,
    CaseDetailSerializer,
    NewCaseSerializer,
    PreviewSerializer,
    ReassignmentRequestSerializer,
    ReassignmentSerializer,
    RecordedSerializer,
    new_act_serializer,
)
from cases.api.views import (
    ACT_TYPES,
    CASE_ID,
    PROBLEMS,
    CaseActs,
    CaseDetail,
    CaseList,
    act_row,
    case_id,
    classified,
    no_case,
    stand_row,
    status_row,
)
from cases.models import Act, Case, EnforcementRequest, Judgment
from cases.querysets.standings import Standing
from cases.rules import docket
from cases.rules.external_ids import of_story
from cases.rules.life import Life
from cases.rules.tables import tables
from officers.models import Officer, Unit
from officers.roles import Permission, may
from thads.common.api.base import ScopedAPIView
from thads.common.api.etag import check_version, etag_of, if_match
from thads.common.api.operations import Operation
from thads.common.api.parameters import Parameter
from thads.common.api.shape import read_shape, shape_parameters
from thads.common.errors import BadRequest, Conflict, Fault, Forbidden, NotVisible, Refused
from thads.common.labels import Label, label

#: How many cases one request may reassign.
MANY = 1000
#: How often an opening is planned again because somebody else wrote a case meanwhile.
_RETRIES = 3
#: How many of the acts that a caller has not seen are told to him.
_TOLD = 20

DRY_RUN = Parameter(
    "dry_run",
    Label("true: chỉ cho biết sẽ thay đổi gì, không ghi.", "true: say what would change, and write nothing."),
    kind="boolean",
    default=False,
)
MODE = Parameter(
    "mode",
    Label(
        "atomic: có một việc bị từ chối thì không ghi gì; each: ghi những việc ghi được.",
        "atomic: with one refusal nothing is written; each: what can be recorded is.",
    ),
    kind="choice",
    choices=("atomic", "each"),
    default="atomic",
)


class _Recording(ScopedAPIView):
    abstract = True

    @property
    def by(self) -> str:
        """Who records, as acts name him: kind, number and name."""
        return self.principal.by

    @property
    def visible(self) -> QuerySet[Case]:
        return Case.objects.visible_to(self.scope)

    def organisation(self) -> Register:
        """Whom the caller may name."""
        return Register.load(self.scope.unit_ids)


class Cases(CaseList, _Recording):
    """The list of cases, and the door through which one comes in."""

    permission = {"GET": Permission.READ_CASES, "POST": Permission.OPEN_CASES}
    query_parameters = {"GET": CaseList.query_parameters, "POST": (DRY_RUN,)}
    operations = {
        **CaseList.operations,
        "POST": Operation(
            "open_case",
            Label("Thụ lý một việc (ra quyết định thi hành án)", "Open a case"),
            CaseDetailSerializer,
            about=Label(
                "Nội dung là một hồ sơ không có acts; quyết định thi hành án là hành vi đầu tiên. judgment "
                "có thể là {id} của bản án đã nhận; khi đó nếu không gửi parties, obligations thì lấy theo "
                "đề nghị kèm bản án. request là UUID của yêu cầu đã vào sổ mà việc này giải quyết: yêu cầu "
                "thành ACCEPTED cùng lúc.",
                "The body is a story without acts; the enforcement decision is its first act. judgment may "
                "be the {id} of one that was received; then, without parties and obligations, those proposed "
                "with it are taken. request is the UUID of a registered request that this case answers: it "
                "becomes ACCEPTED at once.",
            ),
            example=CASE_DETAIL,
            request=NewCaseSerializer,
            request_example=CASE_SENT,
            status=201,
            problems=(400, 401, 403, 404, 409, 422),
            also={200: (PreviewSerializer, PREVIEW)},
        ),
    }

    def post(self, request: Request) -> Response:
        raw, asked = request_of(request.data)
        on = opening_on(raw=raw, visible=Judgment.objects.visible_to(self.scope))
        body, keys = of_story(on)
        plan, register = self._plan(body)
        if self.values["dry_run"]:
            with transaction.atomic():
                self._awaited(asked, plan)
            return Response(preview_opening(plan, register, timezone.localdate(), self.lang))
        for attempt in range(_RETRIES):
            self._refuse_standing(plan)
            try:
                with transaction.atomic():
                    awaited = self._awaited(asked, plan)
                    at = story_moment([plan], register)
                    (key,) = write_stories(plans=[plan], register=register, by=self.by, at=at)
                    write_story_keys(case_id=key, keys=keys, by=self.by, at=at)
                    if awaited is not None:
                        accept_request(row=awaited, case_id=key, by=self.by)
                break
            except IntegrityError:
                # Somebody else has opened it meanwhile, and now it can be seen.
                if attempt == _RETRIES - 1:
                    raise
        public_id, version = Case.objects.values_list("public_id", "version").get(pk=key)
        return Response(
            self._shown(public_id),
            status=201,
            headers={"Location": case_url(request, public_id), "ETag": etag_of(version, request)},
        )

    def replayed(self, record: Any) -> Any:
        return self._shown(record.public_id)

    def _plan(self, body: object) -> tuple[StoryPlan, Register]:
        if isinstance(body, dict) and "acts" in body:
            raise Refused(Fault("ACTS_NOT_TAKEN", "/acts"))
        register = self.organisation()
        return plan_story(body, register=register, today=timezone.localdate(), live=True), register

    def _awaited(self, asked: uuid.UUID | None, plan: StoryPlan) -> EnforcementRequest | None:
        """The request that the case answers, locked; None when it names none."""
        if asked is None:
            return None
        visible = EnforcementRequest.objects.visible_to(self.scope)
        return request_to_open(visible=visible, public_id=asked, story=plan.lawful.story)

    def _refuse_standing(self, plan: StoryPlan) -> None:
        authority, number, day = plan.identity
        standing = Case.objects.filter(authority=authority, decision_number=number, decision_date=day)
        found = standing.values_list("pk", "public_id").first()
        if found is None:
            return
        params = {"number": number, "date": day.isoformat(), "id": ""}
        if self.visible.filter(pk=found[0]).exists():
            params["id"] = str(found[1])
        raise Conflict(Fault("CASE_EXISTS", "/case/decision_number", params))

    def _shown(self, public_id: uuid.UUID) -> Any:
        """The case as its own address shows it."""
        detail = CaseDetail(request=self.request, kwargs={"id": str(public_id)})
        return detail.present([detail.found(str(public_id))])[0]


class ActsOfCase(CaseActs, _Recording):
    """The acts of a case, and the door through which one more is recorded."""

    takes_if_match = ("POST",)
    permission = {"GET": Permission.READ_CASES, "POST": Permission.RECORD_ACTS}
    query_parameters = {"GET": CaseActs.query_parameters, "POST": (DRY_RUN,)}
    operations = {
        **CaseActs.operations,
        "POST": Operation(
            "record_act",
            Label("Ghi một hành vi, quyết định của việc", "Record an act on a case"),
            RecordedSerializer,
            about=Label(
                "Một phần tử acts của hồ sơ; annuls, voids, data.relief chỉ tới hành vi bằng UUID, ký hiệu. "
                "Ghi lùi ngày thì cả hồ sơ được kiểm lại. dry_run=true trả lời 200 với những gì sẽ thay đổi.",
                "One element of acts of a story; annuls, voids, data.relief name an act by UUID or ref. "
                "An act may lie before others: the whole story is checked with it. "
                "dry_run=true answers 200 with what would change.",
            ),
            example=ACT,
            request=new_act_serializer(),
            request_example=ACT_SENT,
            status=201,
            problems=(400, 401, 403, 404, 409, 412, 422),
            path_parameters={"id": CASE_ID},
            also={200: (PreviewSerializer, PREVIEW)},
        ),
    }

    def post(self, request: Request, id: str) -> Response:
        self._permit(request.data)
        cases = self.visible.filter(public_id=case_id(id))
        asked, today = if_match(request), timezone.localdate()
        try:
            if self.values["dry_run"]:
                plan = plan_on(cases=cases, raw=request.data, organisation=self.organisation, today=today)
                self._check_version(plan.before, asked)
                return Response(preview(plan, today, self.lang))
            plan, at = record_act(
                cases=cases,
                raw=request.data,
                organisation=self.organisation,
                by=self.by,
                today=today,
                check=lambda standing: self._check_version(standing, asked),
            )
        except NotVisible:
            raise no_case(id) from None
        headers = {
            "Location": act_url(request, plan.before.public_id, plan.public_id),
            "ETag": etag_of(plan.after.version, request),
        }
        names = shown_keys("act", [plan.id])[plan.id]
        return Response(new_act(plan, at, self.by, names, self.lang), status=201, headers=headers)

    def replayed(self, record: Any) -> Any:
        rows = Act.objects.filter(public_id=record.public_id).values(*self.columns, "pk")
        return self.present([dict(row) for row in rows])[0]

    def _permit(self, body: object) -> None:
        """Reassigning a case is another button than recording what happened to it."""
        code = body.get("type") if isinstance(body, dict) else None
        act_type = tables().act_types.get(code) if isinstance(code, str) else None
        hands_over = act_type is not None and act_type.effect == "REASSIGN"
        if hands_over and not may(self.principal, Permission.REASSIGN_CASES):
            params = {"role": self.principal.role, "permission": Permission.REASSIGN_CASES.value}
            raise Forbidden(Fault("ROLE_MAY_NOT", "/type", params))

    def _check_version(self, standing: Standing, asked: int | None) -> None:
        """Raises PreconditionFailed with the acts the caller has not seen."""
        unseen = 0 if asked is None or asked >= standing.version else _acts_since(standing, asked)
        since = standing.life.acts[len(standing.life.acts) - unseen :][:_TOLD]
        told = tuple(
            Fault(
                "RECORDED_SINCE",
                f"/acts/{act.seq}",
                {"act": act.type.code, "date": act.effective_on.isoformat()},
            )
            for act in since
        )
        check_version(asked, standing.version, told)


def _acts_since(standing: Standing, version: int) -> int:
    """How many acts a case has got since it was at ``version``, which rises with other changes too."""
    others = Case.objects.get(pk=standing.id).changes_since(version)
    return max(min(standing.version - max(version, 1) - others, len(standing.life.acts)), 0)


class ActDetail(CaseActs):
    """One act of a case."""

    paged = False
    operations = {
        "GET": Operation(
            "get_case_act",
            Label("Một hành vi, quyết định của việc", "One act of a case"),
            ActSerializer,
            example=ACT,
            problems=PROBLEMS,
            path_parameters={"id": CASE_ID, "act": Label("UUID của hành vi.", "UUID of the act.")},
        )
    }

    @classmethod
    def parameters(cls, method: str) -> tuple[Parameter, ...]:
        own = ScopedAPIView.parameters.__func__(cls, method)  # type: ignore[attr-defined]
        return (*shape_parameters(cls.expansions), *own)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        address, self.shape = kwargs["act"], read_shape(self)
        try:
            rows = self.scoped().filter(public_id=uuid.UUID(address)).values(*self.columns, "pk")
        except ValueError:
            rows = []
        for row in rows:
            return Response(self.shaped(self.present([dict(row)]))[0])
        raise NotVisible(Fault("ACT_NOT_FOUND", params={"act": address[:60]}))


class Reassignments(_Recording):
    """Many cases handed to another unit or officer by one decision."""

    permission = Permission.REASSIGN_CASES
    query_parameters = (MODE, DRY_RUN)
    operations = {
        "POST": Operation(
            "reassign_cases",
            Label("Phân công lại, luân chuyển nhiều việc", "Reassign many cases"),
            ReassignmentSerializer,
            about=Label(
                "Mỗi việc nhận một hành vi REASSIGN; tối đa 1.000 việc một lần.",
                "Every case gets a REASSIGN act; up to 1,000 cases at a time.",
            ),
            example=REASSIGNED,
            request=ReassignmentRequestSerializer,
            request_example=REASSIGNMENT_SENT,
            status=201,
            problems=(400, 401, 403, 404, 409, 422),
            also={200: (ReassignmentSerializer, REASSIGNED)},
        )
    }

    def post(self, request: Request) -> Response:
        asked, act = _reassignment(request.data)
        atomic, dry_run = self.values["mode"] == "atomic", self.values["dry_run"]
        outcomes = record_acts(
            cases=self.visible.filter(public_id__in=asked),
            entries=[Entry(case, {"type": "REASSIGN", **act}) for case in asked],
            organisation=self.organisation,
            by=self.by,
            today=timezone.localdate(),
            atomic=atomic,
            dry_run=dry_run,
        )
        refused = [(place, one.refusal) for place, one in enumerate(outcomes) if one.refusal is not None]
        if atomic and refused:
            raise Refused(_merged(refused), code="REASSIGNMENT_REFUSED")
        return Response(self._answer(asked, outcomes), status=200 if dry_run else 201)

    def _answer(self, asked: list[uuid.UUID], outcomes: list[Outcome]) -> dict[str, Any]:
        results = []
        for case, outcome in zip(asked, outcomes, strict=True):
            errors = outcome.refusal.faults if outcome.refusal is not None else ()
            plan = outcome.plan
            results.append(
                {
                    "case": case,
                    "act": None if plan is None else plan.public_id,
                    "version": None if plan is None else plan.after.version,
                    "errors": [shown_fault(fault, self.lang) for fault in errors],
                }
            )
        recorded = sum(outcome.plan is not None for outcome in outcomes)
        return {"recorded": recorded, "refused": len(outcomes) - recorded, "results": results}

    def replayed(self, record: Any) -> Any:
        """The acts that the same request recorded, found again by what it asked for."""
        asked, act = _reassignment(self.request.data)
        acts = Act.objects.filter(
            case__public_id__in=asked,
            type="REASSIGN",
            recorded_by=self.by,
            effective_on=act["effective_on"],
            unit__code=act["unit"],
            officer__code=act.get("officer"),
        )
        rows = acts.order_by("seq").values_list("case__public_id", "public_id", "seq")
        found = {case: (key, seq) for case, key, seq in rows}
        results = [
            {"case": case, "act": key, "version": None if seq is None else seq + 1, "errors": []}
            for case in asked
            for key, seq in [found.get(case, (None, None))]
        ]
        return {"recorded": len(found), "refused": len(asked) - len(found), "results": results}


def _reassignment(body: object) -> tuple[list[uuid.UUID], dict[str, Any]]:
    """The cases asked for and the act each of them gets. Raises BadRequest naming what is wrong."""
    if not isinstance(body, dict):
        raise BadRequest(Fault("NOT_AN_OBJECT"))
    cases = body.get("cases")
    if not isinstance(cases, list) or not 1 <= len(cases) <= MANY:
        raise BadRequest(Fault("CASES_INVALID", "/cases", {"limit": MANY}))
    asked: list[uuid.UUID] = []
    faults = []
    for place, address in enumerate(cases):
        try:
            asked.append(case_id(address if isinstance(address, str) else ""))
        except NotVisible:
            faults.append(Fault("ID_INVALID", f"/cases/{place}", {"field": "cases"}))
    if len(set(asked)) < len(asked):
        faults.append(Fault("CASES_TWICE", "/cases"))
    if faults:
        raise BadRequest(faults)
    return asked, {key: value for key, value in body.items() if key not in ("cases", "type")}


def _merged(refused: Iterable[tuple[int, Refused]]) -> list[Fault]:
    """The refusals of many, each under the place of its case; what is wrong with the act itself once."""
    merged: dict[Fault | str, Fault] = {}
    for place, refusal in refused:
        for fault in refusal.faults:
            found = fault.under(f"/cases/{place}")
            merged.setdefault(found.pointer + found.code, found)
    return list(merged.values())


# --- Words --------------------------------------------------------------------------------------------------


def case_url(request: Request, case: uuid.UUID) -> str:
    return request.build_absolute_uri(reverse("case", kwargs={"id": case}))


def act_url(request: Request, case: uuid.UUID, act: uuid.UUID) -> str:
    return request.build_absolute_uri(reverse("case-act", kwargs={"id": case, "act": act}))


def shown_fault(fault: Fault, lang: str) -> dict[str, Any]:
    return {
        "pointer": fault.pointer,
        "code": fault.code,
        "detail": fault.text(lang),
        "legal_basis": fault.legal_basis,
    }


def new_act(
    plan: ActPlan, at: dt.datetime, by: str, external_ids: list[dict[str, str]], lang: str
) -> dict[str, Any]:
    """An act just recorded, as its address shows it, without reading it back; and what was odd about it, if
    anything was.
    """
    act, case = plan.act, plan.after
    names = {seq: key.public_id for seq, key in enumerate(case.acts)}
    row = {
        "public_id": plan.public_id,
        "seq": plan.seq,
        "type": act.type.code,
        "whole": act.lines is None,
        "asset__ref": None if act.asset is None else case.assets[act.asset].ref,
        "unit__code": act.unit,
        "officer__code": act.officer,
        "annuls__public_id": names.get(act.annuls or 0) if act.annuls else None,
        "voids__public_id": names.get(act.voids or 0) if act.voids else None,
        "recorded_at": at,
        "recorded_by": by,
        **{name: getattr(act, name) for name in _AS_WRITTEN},
    }
    lines = [
        {"obligation__ref": case.lines[index].ref, "amount": amount} for index, amount in act.lines or ()
    ]
    shown = act_row(row, lines, annulled_by=None, voided_by=None, external_ids=external_ids, lang=lang)
    warnings = [shown_fault(fault, lang) for fault in plan.lawful.warnings]
    return {**shown, "warnings": warnings} if warnings else shown


_AS_WRITTEN = (
    "ref",
    "effective_on",
    "decision_number",
    "decision_date",
    "signer",
    "ground",
    "note",
    "field",
    "initiation",
    "to_authority",
    "data",
)


def preview_opening(plan: StoryPlan, register: Register, today: dt.date, lang: str) -> dict[str, Any]:
    """What opening a case would change."""
    story, state = plan.lawful.story, plan.lawful.state
    return {
        "act": None,
        "before": None,
        "after": {
            "version": 1,
            "unit": story.unit,
            "officer": story.officer,
            **classified(state.initiation, state.field, lang),
            **status_row(plan.lawful.status, lang),
            **stand_row(state, lang),
        },
        "lines": [],
        "warnings": [shown_fault(fault, lang) for fault in plan.lawful.warnings],
        "deadlines": _clocks(dockets.changes_by_opening(plan, today), lang),
        **_previews(None, story.life(register.tables, register.holder), today, lang),
    }


def preview(plan: ActPlan, today: dt.date, lang: str) -> dict[str, Any]:
    """What an act would change, had it been recorded."""
    before, after, act = plan.before, plan.after, plan.act
    units = dict(Unit.objects.filter(id__in=(before.unit_id, after.unit_id)).values_list("id", "code"))
    people = {before.officer_id, after.officer_id} - {None}
    officers = dict(Officer.objects.filter(id__in=people).values_list("id", "code"))
    return {
        "act": {
            "type": act.type.code,
            "type_label": label(ACT_TYPES, act.type.code, lang),
            "effective_on": act.effective_on,
            "legal_basis": act.type.basis_on(act.effective_on),
        },
        "before": _state(before, units, officers, lang),
        "after": _state(after, units, officers, lang),
        "lines": [
            {"obligation": was.ref, "before": stand_row(was, lang), "after": stand_row(now, lang)}
            for was, now in zip(before.lines, after.lines, strict=True)
            if was != now
        ],
        "warnings": [shown_fault(fault, lang) for fault in plan.lawful.warnings],
        "deadlines": _clocks(dockets.changes_by(plan, today), lang),
        **_previews(before.life, after.life, today, lang),
    }


def _clocks(changes: dockets.ClockChanges, lang: str) -> dict[str, Any]:
    """The clocks that an act starts and stops."""
    return {
        "started": [_clock(one, lang) for one in changes.started],
        "stopped": [_clock(one, lang) for one in changes.stopped],
    }


def _clock(entry: docket.Entry, lang: str) -> dict[str, Any]:
    return {
        "clock": entry.clock.code,
        "clock_label": entry.clock.name(lang),
        "variant": entry.clock.variant or None,
        "legal_basis": entry.clock.basis,
        "started_on": entry.started_on,
        "due_on": entry.due_on,
        "state": entry.state,
        "state_label": label(STATE_LABELS, entry.state, lang),
    }


def _previews(before: Life | None, after: Life, today: dt.date, lang: str) -> dict[str, Any]:
    """What the layers above say of it, each under its name."""
    return {
        name: import_string(dotted)(before, after, today=today, lang=lang)
        for name, dotted in settings.ACT_PREVIEWS.items()
    }


def _state(
    case: Standing, units: Mapping[int, str], officers: Mapping[int, str], lang: str
) -> dict[str, Any]:
    return {
        "version": case.version,
        "unit": units[case.unit_id],
        "officer": None if case.officer_id is None else officers[case.officer_id],
        **classified(case.initiation, case.field, lang),
        **status_row(case.status, lang),
        **stand_row(case, lang),
    }
