"""Clients that record acts and do not give up: each knows, of everything it sent, what became of it."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.faults.world import World
from tests.runtime.service import LIMIT

#: Seconds after which a client no longer waits for an answer and sends its request again.
PATIENCE = 5.0
#: Part of the requests whose answer the client does not wait for, as if the line had broken.
LOST = 0.1
#: What every obligation of a case of these clients comes to, in đồng: never collected to its end.
DUE = 1_000_000_000_000
UNIT, OFFICERS = "DN.HC", ("DN.HC.01", "DN.HC.02", "DN.HC.03")


@dataclass(frozen=True)
class Sent:
    """A request that has come to its end: what it was called in the register, and what was answered."""

    mark: str
    cases: tuple[str, ...]
    status: int
    code: str
    act: str = ""


@dataclass
class Own:
    """A case that the clients opened: the collections on it that stand, and what they come to."""

    id: str
    collected: dict[str, int] = field(default_factory=dict)


@dataclass
class Ledger:
    """What all clients together know. Kept under one lock."""

    sent: list[Sent] = field(default_factory=list)
    own: list[Own] = field(default_factory=list)
    answers: Counter[int | str] = field(default_factory=Counter)
    #: Answers no client should ever get.
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def recorded(self) -> int:
        with self.lock:
            return sum(one.status == 201 for one in self.sent)


#: Status, headers and body; no status when there was no answer.
Answer = tuple[int | None, Mapping[str, str], dict[str, Any]]


class Line:
    """One client's way to the service."""

    def __init__(self, world: World, ledger: Ledger, chance: random.Random) -> None:
        self.world, self.ledger, self.chance = world, ledger, chance

    def get(self, path: str) -> Answer:
        """Read once."""
        return self._once("GET", path, None, {})

    def post(self, path: str, body: bytes, kind: str = "application/json") -> tuple[int, dict[str, Any]]:
        """Send under one key until there is an answer that says what became of it."""
        headers = {"Idempotency-Key": str(uuid.UUID(int=self.chance.getrandbits(128))), "Content-Type": kind}
        until = time.monotonic() + LIMIT
        while time.monotonic() < until:
            if self.chance.random() < LOST:
                self._send_and_leave(path, body, headers)
            status, _, answer = self._once("POST", path, body, headers)
            assert not self.ledger.wrong, self.ledger.wrong
            if status is not None and status < 500 and answer.get("code") != "IDEMPOTENCY_KEY_RUNNING":
                return status, answer
            time.sleep(0.2)
        raise AssertionError(f"no answer to POST {path} in {LIMIT:.0f} seconds")

    def _open(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.world.service.port, timeout=PATIENCE)

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.world.token}", "Accept-Language": "en", **more}

    def _send_and_leave(self, path: str, body: bytes, headers: dict[str, str]) -> None:
        connection = self._open()
        try:
            connection.request("POST", path, body, self._headers(headers))
        except (OSError, http.client.HTTPException):
            pass  # it did not even arrive; sent again like the others
        finally:
            connection.close()

    def _once(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        connection = self._open()
        try:
            connection.request(method, path, body, self._headers(headers))
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            with self.ledger.lock:
                self.ledger.answers[type(error).__name__] += 1
            return None, {}, {}
        finally:
            connection.close()
        kind = answer.headers.get_content_type()
        with self.ledger.lock:
            self.ledger.answers[answer.status] += 1
            if answer.headers.get("Idempotency-Replayed"):
                self.ledger.answers["replayed"] += 1
            if answer.status >= 400 and (
                kind != "application/problem+json" or answer.status not in (404, 409, 412, 422, 503)
            ):
                self.ledger.wrong.append(f"{method} {path}: {answer.status} {kind} {content[:300]!r}")
        return answer.status, answer.headers, json.loads(content) if kind.endswith("json") else {}


class Recorder(threading.Thread):
    """Records one act after the other on cases that all recorders share, until told to stop."""

    def __init__(self, world: World, ledger: Ledger, seed: str, stop: threading.Event) -> None:
        super().__init__(name=f"recorder {seed}", daemon=True)
        self.seed, self.stop, self.ledger = seed, stop, ledger
        self.chance = random.Random(seed)
        self.line = Line(world, ledger, self.chance)
        self.count = 0
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            for _ in range(4):
                self._open_case()
            while not self.stop.is_set():
                self._step()
                time.sleep(0.02)
        except BaseException as failure:
            self.failure = failure

    def _step(self) -> None:
        with self.ledger.lock:
            case = self.chance.choice(self.ledger.own)
            several = self.chance.sample(self.ledger.own, 3)
        match self.chance.choices(("collect", "take back", "state", "reassign", "open"), (60, 20, 10, 7, 3))[
            0
        ]:
            case "collect":
                self._collect(case)
            case "take back":
                self._take_back(case)
            case "state":
                kind = self.chance.choice(("NO_CONDITION_DECISION", "CONTINUE_DECISION"))
                ground = {"ground": "a"} if kind == "NO_CONDITION_DECISION" else {}
                self._act(case, {"type": kind, "effective_on": self._day(), **ground})
            case "reassign":
                self._reassign(several)
            case "open":
                self._open_case()
        if self.chance.random() < 0.1:
            self.line.get("/api/v1/statistics/forms/1/?unit=DN&fiscal_year=2024&months=12")

    def _open_case(self) -> None:
        mark = self._mark()
        body = {
            key: part for key, part in new_case(mark, self.chance.choice(OFFICERS)).items() if key != "acts"
        }
        status, answer = self._post("/api/v1/cases/", body, mark, ())
        if status == 201:
            with self.ledger.lock:
                self.ledger.own.append(Own(answer["id"]))

    def _collect(self, case: Own) -> None:
        amount = self.chance.randint(1, 1_000_000)
        act = {
            "type": "COLLECTION",
            "effective_on": self._day(),
            "lines": [{"obligation": "o1", "amount": str(amount)}],
        }
        status, answer = self._act(case, act)
        if status == 201:
            with self.ledger.lock:
                case.collected[answer["id"]] = amount

    def _take_back(self, case: Own) -> None:
        """Annul or correct a collection; only one client tries each, and when it is refused the act stands."""
        with self.ledger.lock:
            if not case.collected:
                return
            act = self.chance.choice(sorted(case.collected))
            amount = case.collected.pop(act)
        if self.chance.random() < 0.5:
            status, _ = self._act(case, {"type": "ANNUL_ACT", "effective_on": "2024-12-20", "annuls": act})
        else:
            status, _ = self._act(case, {"type": "CORRECTION", "effective_on": "2024-12-20", "voids": act})
        if status != 201:
            with self.ledger.lock:
                case.collected[act] = amount

    def _reassign(self, cases: list[Own]) -> None:
        mark = self._mark()
        body = {
            "cases": [case.id for case in cases],
            "effective_on": "2024-12-21",
            "unit": UNIT,
            "officer": self.chance.choice(OFFICERS),
            "note": mark,
        }
        self._post("/api/v1/cases/reassignments/", body, mark, tuple(case.id for case in cases))

    def _act(self, case: Own, act: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        mark = self._mark()
        return self._post(f"/api/v1/cases/{case.id}/acts/", {**act, "note": mark}, mark, (case.id,))

    def _post(
        self, path: str, body: dict[str, Any], mark: str, cases: tuple[str, ...]
    ) -> tuple[int, dict[str, Any]]:
        status, answer = self.line.post(path, json.dumps(body).encode())
        made = answer.get("id", "") if status == 201 else ""
        with self.ledger.lock:
            self.ledger.sent.append(Sent(mark, cases, status, answer.get("code", ""), made))
        return status, answer

    def _mark(self) -> str:
        self.count += 1
        return f"{self.seed}-{self.count}"

    def _day(self) -> str:
        return f"2024-{self.chance.randint(2, 11):02}-{self.chance.randint(1, 28):02}"


def new_case(mark: str, officer: str) -> dict[str, Any]:
    """A case about one large fee, named by its mark."""
    return {
        "case": {
            "decision_number": f"{mark}/QĐ-CCTHADS",
            "decision_date": "2024-01-02",
            "initiation": "EX_OFFICIO",
            "unit": UNIT,
            "officer": officer,
            "field": "CRIMINAL",
            "tags": [],
            "judgment": {
                "number": "12/2023/HS-ST",
                "issued_on": "2023-09-11",
                "effective_on": "2023-10-12",
                "issuer": "TAND quận Hải Châu",
                "instrument_type": "CRIMINAL_JUDGMENT",
            },
        },
        "parties": [
            {"ref": "d1", "role": "DEBTOR", "kind": "PERSON", "name": "Nguyễn Văn A", "address": "Đà Nẵng"}
        ],
        "obligations": [{"ref": "o1", "kind": "COURT_FEE", "debtor": "d1", "amount": str(DUE)}],
        "acts": [],
    }
