"""Every endpoint stands behind the gate, and none shows a row of a unit that the caller may not see.

A new endpoint is found by walking the addresses. When its path has arguments, a *planter* below has to say
which they are for something that lies in another unit; until then the test fails and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from rest_framework.test import APIClient

from cases.actions import dockets
from cases.api.request_shapes import REQUEST_SENT
from cases.models import Act, Case, Deadline, Obligation, Party, Publication, RuleOverride, ThemeList
from officers.models import Assignment, Conflict, Delegation, Officer, StaffCount, Unit, User
from officers.roles import ROLE_BY_CODE, Permission
from reports.models import Target
from tests.api.clients import caller
from tests.papers import judgment_sent, upload
from tests.registers import bring_in, made_story
from thads.common.api.base import METHODS, ScopedAPIView
from thads.common.api.parameters import Parameter
from thads.common.sealing import seal
from thads.integration.actions.api_keys import create_key
from thads.jobs.models import Finding, Job
from thads.journal import sequencer
from thads.journal.models import Outbox

#: Addresses that belong to nobody's register.
PUBLIC = {"home", "login", "logout", "password", "health-live", "health-ready", "schema", "docs", "problems"}
#: Addresses of the register that the law has everybody read: what they show is proved by their own tests.
READ_BY_ALL = {"public-debtors", "public-debtor"}
#: Values of required query parameters, other than the unit, that any caller may use.
QUERY = {"fiscal_year": "2024", "months": "6", "column": "done", "measure": "cases", "group_by": "unit"}
#: Path arguments that name no row, by name of the address: each set is asked for.
ARGUMENTS: Mapping[str, list[dict[str, Any]]] = {
    "statistics-form": [{"number": number} for number in (1, 2, 4, 5)],
    "judgment-by-external-id": [{"system": "court", "value": "7919"}],
    "request-by-external-id": [{"system": "dvc", "value": "7919"}],
}


def _of_bulk(noun: str) -> tuple[str, ...]:
    return (f"{noun}-bulk", *(f"{noun}-bulk-{part}" for part in ("cancel", "errors", "results", "workbook")))


#: The addresses of a job, by its kind.
JOB_ADDRESSES = {
    "IMPORT": ("import", "import-errors", "import-cancel"),
    "EXPORT": ("export", "export-file", "export-cancel"),
    "REBUILD": ("statistics-rebuild",),
    "LIST": ("list-export", "list-export-file", "list-export-cancel"),
    "ACTS": _of_bulk("act"),
    "JUDGMENTS": _of_bulk("judgment"),
    "OFFICERS": _of_bulk("officer"),
}
#: Jobs that nobody finds but who has submitted them, not even in the same unit.
PERSONAL_JOBS = {"LIST", "ACTS", "JUDGMENTS", "OFFICERS"}
PERSONAL = {name for kind in PERSONAL_JOBS for name in JOB_ADDRESSES[kind]}

OWN, FOREIGN = "DN.HC", "DN.TK"


@dataclass
class Planted:
    """What lies in the foreign unit: path arguments by name of the address, and words that only stand in its
    rows.
    """

    paths: dict[str, dict[str, Any]] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)


# --- Planters: one for each app that has rows ---------------------------------------------------------------


def organisation(unit: Unit) -> Planted:
    officer = Officer.objects.create(code=f"{unit.code}.77", name="Người Không Được Thấy")
    Assignment.objects.create(officer=officer, unit=unit, role="OFFICER")
    count = StaffCount.objects.create(unit=unit, fiscal_year=2024, establishment=791979197, in_post=790779077)
    count.refresh_from_db()
    conflict = Conflict.objects.create(
        officer=officer,
        name="Người Thân Được Giấu",
        relation="SIBLING",
        id_number_sealed=seal("079200791979"),
    )
    conflict.refresh_from_db()
    return Planted(
        {
            "unit": {"code": unit.code},
            "officer": {"code": officer.code},
            "staff-count": {"id": str(count.public_id)},
            "officer-conflicts": {"code": officer.code},
            "officer-conflict": {"code": officer.code, "id": str(conflict.public_id)},
        },
        {
            conflict.name,
            str(conflict.public_id),
            unit.name,
            officer.name,
            officer.code,
            str(unit.public_id),
            str(officer.public_id),
            "791979197",
        },
    )


def desk(unit: Unit) -> Planted:
    """Who acts there: an assignment, a delegation, an account, a key; and a target."""
    people = [
        Officer.objects.create(code=f"{unit.code}.{number}", name=f"Cán Bộ Kín {number}")
        for number in (71, 72)
    ]
    held = [Assignment.objects.create(officer=one, unit=unit, role="UNIT_HEAD") for one in people]
    delegation = Delegation.objects.create(
        from_officer=people[0],
        to_officer=people[1],
        role="UNIT_HEAD",
        unit=unit,
        valid_from="2024-01-01",
        valid_to="2024-12-31",
        document_number="7919/GUQ-KÍN",
        document_date="2024-01-01",
    )
    account = User.objects.create_user(f"ten.dang.nhap.kin.{unit.code.lower()}", officer=people[0])
    key, _text = create_key(name="khóa kín", unit=unit.code, role="AUDITOR", at=timezone.now())
    target = Target.objects.create(
        unit=unit,
        fiscal_year=2024,
        measure="CASES",
        percent="79.19",
        document_number="7919/CT-KÍN",
        document_date="2024-01-01",
    )
    Outbox.objects.filter(type="api_key.created").delete()
    for row in (held[0], delegation, account, key, target):
        row.refresh_from_db()
    return Planted(
        {
            "assignment": {"id": str(held[0].public_id)},
            "delegation": {"id": str(delegation.public_id)},
            **{
                name: {"id": str(account.public_id)}
                for name in ("account", "account-password", "account-unlock")
            },
            "api-key": {"id": str(key.public_id)},
            "target": {"id": str(target.public_id)},
        },
        {
            *(one.name for one in people),
            str(held[0].public_id),
            delegation.document_number,
            account.username,
            key.name,
            target.document_number,
            "79.19",
        },
    )


def register(unit: Unit) -> Planted:
    """A case with a debtor, its acts, and its event in the log."""
    story = made_story(
        unit=unit.code,
        officer=None,
        number="7919/QĐ-KHÔNG-ĐƯỢC-THẤY",
        debtor="Bà Không Được Thấy",
        tags=["CORRUPTION_ECONOMIC"],
        acts=[{"type": "VERIFICATION", "effective_on": "2023-12-01", "note": "lời ghi không được thấy"}],
    )
    (key,) = bring_in([story], counted=False)
    sequencer.sequence_all()
    case = Case.objects.get(pk=key)
    arguments = {"id": str(case.public_id)}
    act = Act.objects.get(case=case, type="VERIFICATION")
    return Planted(
        {
            "case": arguments,
            "case-acts": arguments,
            "case-available-acts": arguments,
            "case-history": arguments,
            "case-themes": arguments,
            "case-derived-themes": arguments,
            "case-theme-end": {**arguments, "theme": "CORRUPTION_ECONOMIC"},
            "case-act": {**arguments, "act": str(act.public_id)},
        },
        {case.decision_number, "Bà Không Được Thấy", "lời ghi không được thấy", str(case.public_id)},
    )


def jobs(unit: Unit) -> Planted:
    """A job of each kind; the import has found something."""
    paths: dict[str, dict[str, Any]] = {}
    words: set[str] = set()
    for kind, names in JOB_ADDRESSES.items():
        job = Job.objects.create(kind=kind, unit_id=unit.pk, submitted_by="TEST", params={"unit": unit.code})
        job.refresh_from_db()
        paths |= {name: {"id": str(job.public_id)} for name in names}
        if kind not in PERSONAL_JOBS:
            words.add(str(job.public_id))
        if kind == "IMPORT":
            params = {"unit": "DN.KHÔNG-ĐƯỢC-THẤY"}
            Finding.objects.create(
                job=job, severity="ERROR", line=7919, pointer="/case/unit", code="UNIT_UNKNOWN", params=params
            )
            words.add(params["unit"])
    return Planted(paths, words)


def papers(unit: Unit) -> Planted:
    """A judgment with what the court proposed, and a case with a party, a line, a document, a tag and a look
    behind its masks.
    """
    registry = caller(unit.code, "CLERK")
    judgment = registry.post(
        "/api/v1/judgments/",
        judgment_sent(number=f"7919/BA-{unit.code}-KHÔNG-ĐƯỢC-THẤY", external_ids=[]),
        format="json",
    ).json()
    story = made_story(unit=unit.code, officer=None, number="7920/QĐ-KHÔNG-ĐƯỢC-THẤY", debtor="Ông Ẩn Danh")
    (key,) = bring_in([story], counted=False)
    case = Case.objects.get(pk=key)
    tag = registry.post(
        "/api/v1/tags/", {"name": "nhãn ẩn", "colour": "#000000", "unit": unit.code}, format="json"
    ).json()
    registry.put(f"/api/v1/cases/{case.public_id}/tags/{tag['id']}/")
    form = {"file": upload(), "case": str(case.public_id), "title": "giấy ẩn", "kind": "OTHER"}
    document = registry.post("/api/v1/documents/", form, format="multipart").json()
    dockets.keep()
    deadline = Deadline.objects.filter(case=case)[0]
    party, line = Party.objects.get(case=case), Obligation.objects.filter(case=case)[0]
    reason = {"reason": "Đối chiếu căn cước của đương sự"}
    look = registry.post(f"/api/v1/parties/{party.public_id}/reveal/", reason, format="json").json()
    of_case = {
        name: {"id": str(case.public_id)}
        for name in ("case-parties", "case-obligations", "case-tags", "case-deadlines")
    }
    of_judgment = {
        name: {"id": judgment["id"]} for name in ("judgment", "judgment-parties", "judgment-obligations")
    }
    request = registry.post(
        "/api/v1/requests/",
        {
            **REQUEST_SENT,
            "judgment": judgment["id"],
            "requester": "Bà Yêu Cầu Kín",
            "parties": [{**REQUEST_SENT["parties"][0], "phone": "0905000111"}],
            "external_ids": [],
        },
        format="json",
    ).json()
    of_request = {
        name: {"id": request["id"]}
        for name in ("request", "request-incompleteness", "request-registration", "request-refusal")
    }
    of_document = {name: {"id": document["id"]} for name in ("document", "document-content")}
    of_party = {name: {"id": str(party.public_id)} for name in ("party", "party-reveal")}
    return Planted(
        {
            **of_case,
            **of_judgment,
            **of_document,
            **of_request,
            **of_party,
            "case-tag": {"id": str(case.public_id), "tag": tag["id"]},
            "obligation": {"id": str(line.public_id)},
            "deadline": {"id": str(deadline.public_id)},
            "tag": {"id": tag["id"]},
            "reveal": {"id": look["id"]},
        },
        {
            judgment["number"],
            judgment["id"],
            request["id"],
            "Bà Yêu Cầu Kín",
            case.decision_number,
            "Ông Ẩn Danh",
            "nhãn ẩn",
            tag["id"],
            "giấy ẩn",
            document["id"],
            str(party.public_id),
            str(line.public_id),
            str(deadline.public_id),
        },
    )


def law(unit: Unit) -> Planted:
    """A rule that somebody there wants to read otherwise."""
    override = RuleOverride.objects.create(
        unit=unit,
        table="clocks",
        code="K17//L2025",
        field="length",
        value=10,
        valid_from="2026-09-01",
        basis="7919/CV-KÍN",
        reason="lý do không được thấy",
        proposer="USER:0",
        proposed_by="USER:0 Người Đề Nghị Kín",
        proposed_at=timezone.now(),
    )
    override.refresh_from_db()
    paths = {
        name: {"id": str(override.public_id)}
        for name in (
            "rule-override",
            "rule-override-approval",
            "rule-override-rejection",
            "rule-override-withdrawal",
        )
    }
    return Planted(paths, {override.basis, override.reason, str(override.public_id)})


def published(unit: Unit) -> Planted:
    """A debtor without conditions whose publication is to be ended: the public is shown him no more."""
    story = made_story(
        unit=unit.code,
        officer=None,
        number="7921/QĐ-KHÔNG-ĐƯỢC-THẤY",
        debtor="Ông Hết Hạn Công Khai",
        acts=[
            {"type": "VERIFICATION", "effective_on": "2024-01-05"},
            {"type": "NO_CONDITION_DECISION", "effective_on": "2024-03-01", "ground": "a"},
            {"type": "PUBLICATION", "effective_on": "2024-03-05"},
            {"type": "CONTINUE_DECISION", "effective_on": "2024-04-01"},
        ],
    )
    (key,) = bring_in([story], counted=False)
    publication = Publication.objects.get(case=key)
    return Planted({}, {"Ông Hết Hạn Công Khai", str(publication.public_id)})


def listed(unit: Unit) -> Planted:
    """A list of cases from above."""
    told = ThemeList.objects.create(
        unit=unit,
        theme="KEY_COMPLEX",
        document_number="7919/DS-KÍN",
        document_date="2024-01-15",
        issuer="Ban Chỉ đạo không được thấy",
        from_on="2024-01-15",
        whole=False,
        named=1,
        added=0,
        ended=0,
        recorded_at=timezone.now(),
        recorded_by="USER:0 Người Ghi Kín",
    )
    told.refresh_from_db()
    return Planted({}, {told.document_number, told.issuer, str(told.public_id)})


PLANTERS: list[Callable[[Unit], Planted]] = [
    organisation,
    desk,
    register,
    jobs,
    papers,
    law,
    published,
    listed,
]


# --- The walk -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Endpoint:
    name: str
    route: str
    view: type | None
    arguments: tuple[str, ...]

    @property
    def scoped(self) -> bool:
        return self.view is not None and issubclass(self.view, ScopedAPIView) and not self.view.public

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The query parameters with which it is read."""
        view: Any = self.view
        return tuple(view.parameters("GET"))


def endpoints(patterns: list[Any] | None = None, prefix: str = "") -> Iterator[Endpoint]:
    """Every address of the service, but for the admin site, which has a walk of its own (tests/admin): its
    pages ask these addresses.
    """
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver) and entry.app_name == "admin":
            continue
        if isinstance(entry, URLResolver):
            yield from endpoints(entry.url_patterns, route)
        elif isinstance(entry, URLPattern):
            view = getattr(entry.callback, "cls", None) or getattr(entry.callback, "view_class", None)
            yield Endpoint(entry.name or "", route, view, tuple(entry.pattern.converters))


ENDPOINTS = list(endpoints())
SCOPED = [one for one in ENDPOINTS if one.scoped]
READABLE = [one for one in SCOPED if hasattr(one.view, "get")]

BY_UNIT = [one for one in READABLE if "unit" in {parameter.name for parameter in one.parameters}]
OF_A_ROW = [one for one in SCOPED if one.arguments and one.name not in ARGUMENTS]


def named(endpoint: Endpoint) -> str:
    return endpoint.name or endpoint.route


def test_every_address_is_behind_the_gate_or_public() -> None:
    allowed = PUBLIC | READ_BY_ALL
    open_ones = [one.route for one in ENDPOINTS if not one.scoped and one.name not in allowed]
    assert not open_ones, "neither a ScopedAPIView nor on the list of public addresses"
    assert SCOPED, "the walk has found nothing"


def test_what_is_public_says_so_and_stands_in_one_list() -> None:
    marked = {one.name for one in ENDPOINTS if getattr(one.view, "public", False)}
    assert marked == READ_BY_ALL
    with pytest.raises(TypeError, match="public and may only be read"):
        type("Leak", (ScopedAPIView,), {"public": True, "post": lambda self, request: None})


def test_addresses_have_names_and_end_with_a_slash() -> None:
    names = [one.name for one in SCOPED]
    assert all(names) and len(names) == len(set(names))
    assert all(one.route.endswith("/") for one in SCOPED)


@pytest.mark.parametrize("endpoint", SCOPED, ids=named)
def test_every_method_names_a_permission_and_is_documented(endpoint: Endpoint) -> None:
    view: Any = endpoint.view
    for method in METHODS:
        if view.answers(method):
            assert view.needed(method) in set(Permission), method
            assert view.operations[method].id, method


def test_a_view_without_a_permission_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="names no permission for GET"):
        type("Leak", (ScopedAPIView,), {"get": lambda self, request: None})
    with pytest.raises(TypeError, match="names no permission for POST"):
        type(
            "Leak",
            (ScopedAPIView,),
            {"permission": {"GET": "READ_CASES"}, "post": lambda self, request: None},
        )


def test_an_auditor_writes_nothing() -> None:
    writes = {one for one in Permission if not one.startswith(("READ_", "EXPORT_", "SEE_", "REVEAL_"))}
    assert writes and not writes & set(ROLE_BY_CODE["AUDITOR"].permissions)


# --- The gate -----------------------------------------------------------------------------------------------


@pytest.fixture
def planted(db: None, files: Path) -> Planted:
    everything = Planted()
    for planter in PLANTERS:
        one = planter(Unit.objects.get(code=FOREIGN))
        everything.paths |= one.paths
        everything.words |= one.words
    return everything


@pytest.fixture(params=["UNIT_HEAD", "AUDITOR", "STATISTICIAN", "OFFICER", "HEAD"])
def outsider(request: pytest.FixtureRequest, db: None) -> APIClient:
    """Somebody of another unit, in every role that reads; an officer is somebody in particular."""
    if request.param != "OFFICER":
        return caller(OWN, request.param)
    unit = Unit.objects.get(code=OWN)
    officer = Officer.objects.create(code=f"{OWN}.78")
    Assignment.objects.create(officer=officer, unit=unit, role="OFFICER")
    return caller(OWN, "OFFICER", officer.code)


def urls(endpoint: Endpoint, planted: Planted) -> list[str]:
    """The address with every set of arguments that it is asked with."""
    sets = ARGUMENTS.get(endpoint.name, [planted.paths.get(endpoint.name, {})])
    unknown = set(endpoint.arguments) - set(sets[0])
    assert not unknown, f"no planter says what {unknown} of “{endpoint.name}” is for a row of another unit"
    return [reverse(endpoint.name, kwargs=arguments) for arguments in sets]


def query_for(endpoint: Endpoint, unit: str) -> dict[str, str]:
    """The parameters without which the address does not answer."""
    required = [one.name for one in endpoint.parameters if one.required]
    return {name: unit if name == "unit" else QUERY[name] for name in required}


def shown(answer: Any, planted: Planted, given: str = "") -> set[str]:
    """The planted words that stand in the answer, other than what the caller has sent himself."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = body.decode("utf-8", "replace")
    return {word for word in planted.words if word in text and word not in given}


def test_nobody_is_shown_rows_of_another_unit(planted: Planted, outsider: APIClient) -> None:
    wrong: list[Any] = []
    for endpoint in READABLE:
        # 403, 404: a row of another unit is not found.
        right = (403, 404) if endpoint in OF_A_ROW else (200, 403)
        for url in urls(endpoint, planted):
            answer = outsider.get(url, query_for(endpoint, OWN))
            words = shown(answer, planted, url)
            if answer.status_code not in right or words:
                wrong.append((endpoint.name, answer.status_code, words))
    assert not wrong, wrong


def test_another_unit_cannot_be_asked_for(planted: Planted, outsider: APIClient) -> None:
    foreign = Unit.objects.get(code=FOREIGN)
    wrong: list[Any] = []
    for endpoint in BY_UNIT:
        asks = [{"unit": asked} for asked in (foreign.code, str(foreign.public_id), "DN")]
        if "officer" in {one.name for one in endpoint.parameters}:
            asks.append({"officer": planted.paths["officer"]["code"]})
        for url in urls(endpoint, planted):
            for asked in asks:
                answer = outsider.get(url, query_for(endpoint, OWN) | asked)
                words = shown(answer, planted, url + str(asked))
                if answer.status_code not in (403, 404) or words:
                    wrong.append((endpoint.name, asked, answer.status_code, words))
    assert BY_UNIT and not wrong, wrong


def test_writing_to_another_unit_is_refused(planted: Planted, outsider: APIClient) -> None:
    wrong: list[Any] = []
    for endpoint in OF_A_ROW:
        (url,) = urls(endpoint, planted)
        for method in ("post", "put", "patch", "delete"):
            answer = getattr(outsider, method)(url, {}, format="json")
            words = shown(answer, planted, url)
            if answer.status_code not in (403, 404, 405) or words:
                wrong.append((endpoint.name, method, answer.status_code, words))
    assert OF_A_ROW and not wrong, wrong


def test_without_a_key_there_is_nothing(planted: Planted) -> None:
    # One for all: each client sets up the service anew.
    nobody = APIClient()
    wrong: list[Any] = []
    for endpoint in SCOPED:
        url = urls(endpoint, planted)[0]
        for method in ("get", "post", "put", "patch", "delete"):
            answer = getattr(nobody, method)(url)
            if answer.status_code != 401 or shown(answer, planted, url):
                wrong.append((endpoint.name, method, answer.status_code))
    assert not wrong, wrong


def test_the_planted_words_are_seen_by_those_who_may(planted: Planted) -> None:
    """Otherwise the tests above would prove nothing."""
    seen: set[str] = set()
    # What one of the two sees, accounts and keys for instance, the other may not.
    for insider in (caller(FOREIGN, "STATISTICIAN"), caller(FOREIGN, "HEAD")):
        for endpoint in READABLE:
            for url in urls(endpoint, planted):
                answer = insider.get(url, query_for(endpoint, FOREIGN))
                # 409: it is seen that it is not ready
                expected = (403, 404) if endpoint.name in PERSONAL else (200, 403, 409)
                assert answer.status_code in expected, (endpoint.name, answer.content)
                if answer.status_code == 200:
                    seen |= shown(answer, planted)
    assert seen == planted.words
