"""What happened, told in order to whoever reads on: the log of events."""

from __future__ import annotations

import time
from threading import BoundedSemaphore
from typing import Any

from django.db import transaction
from django.utils.decorators import method_decorator
from rest_framework.request import Request
from rest_framework.response import Response

from officers.models import Officer, Unit
from officers.roles import Permission
from thads.common.api.base import ScopedAPIView
from thads.common.api.operations import Operation
from thads.common.api.parameters import Parameter
from thads.common.labels import Label
from thads.integration.api.examples import EVENTS
from thads.integration.api.serializers import EventsSerializer
from thads.journal import reading

AFTER = Parameter(
    "after",
    Label(
        "Vị trí đã đọc đến, lấy từ next_after của lần trước; để trống là từ đầu.",
        "The position read up to, taken from the last next_after; from the beginning by default.",
    ),
    kind="integer", low=0, high=9_999_999_999, example="48211",
)  # fmt: skip
LIMIT = Parameter(
    "limit",
    Label("Số sự kiện nhiều nhất, từ 1 đến 1000.", "The most events to answer with, 1 to 1000."),
    kind="integer", low=1, high=1000, default=100,
)  # fmt: skip
WAIT = Parameter(
    "wait",
    Label(
        "Khi chưa có sự kiện nào thì chờ nhiều nhất bấy nhiêu giây, từ 0 đến 20; khi máy chủ bận có thể trả "
        "lời sớm hơn.",
        "While there is no event, wait for one up to so many seconds, 0 to 20; a busy server may answer "
        "sooner.",
    ),
    kind="integer", low=0, high=20, default=0,
)  # fmt: skip

#: How often a waiting request looks whether the log has grown, in seconds.
_LOOK_EVERY = 0.2
#: Who waits holds a thread of the server; this many may in one process, so that others are served meanwhile.
_WAITING = BoundedSemaphore(2)


# Who waits must not hold a transaction, nor a snapshot, open; each look is a reading of its own.
@method_decorator(transaction.non_atomic_requests, name="dispatch")
class EventList(ScopedAPIView):
    permission = Permission.READ_CASES
    query_parameters = (AFTER, LIMIT, WAIT)
    operations = {
        "GET": Operation(
            "list_events",
            Label("Đọc tiếp các sự kiện theo vị trí", "Read on in the events, by position"),
            EventsSerializer,
            example=EVENTS,
            about=Label(
                "Mọi sự kiện người gọi được xem, theo thứ tự, mỗi sự kiện ít nhất một lần (nhận biết bằng "
                "id); với một việc (một đối tượng), thứ tự là sequence. Đọc tiếp với after = next_after. Khi "
                "một việc chuyển vào hoặc ra khỏi phạm vi, loại là case.entered_scope hoặc case.left_scope. "
                "Nhật ký được giữ toàn bộ; nếu vị trí đã hỏi không còn, trả lời 410 kèm vị trí cũ nhất.",
                "Every event that the caller may see, in order, each at least once (known by its id); of one "
                "case the order is its sequence. Read on with after = next_after. When a case comes into or "
                "leaves what the caller may see, the type is case.entered_scope or case.left_scope. The log "
                "is kept whole; should the position asked for have passed, the answer is 410 with the oldest "
                "one.",
            ),
            problems=(400, 401, 403, 410),
        )
    }

    def get(self, request: Request) -> Response:
        known = reading.ends()
        asked = self.values["after"]
        after = known.oldest - 1 if asked is None else asked
        reading.check_kept(after, known)
        found = self._found(after, known)
        if not found and self.values["wait"] and _WAITING.acquire(blocking=False):
            try:
                known, found = self._waited(after, known)
            finally:
                _WAITING.release()
        full = len(found) == self.values["limit"]
        return Response(
            {
                "results": self._shown(found),
                # What lies between the last event and the end of the log is not the caller's: it need not be
                # looked at again.
                "next_after": found[-1].position if full else max(after, known.latest),
                "latest": known.latest,
                "oldest": known.oldest,
            }
        )

    def _found(self, after: int, known: reading.Ends) -> list[reading.Event]:
        return reading.events(self.scope, after=after, until=known.latest, limit=self.values["limit"])

    def _waited(self, after: int, known: reading.Ends) -> tuple[reading.Ends, list[reading.Event]]:
        """The first events after ``after``, as soon as there are any or when the time is over."""
        until = time.monotonic() + self.values["wait"]
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(_LOOK_EVERY, left))
            seen_up_to = max(after, known.latest)
            known = reading.ends()
            if known.latest > seen_up_to and (found := self._found(seen_up_to, known)):
                return known, found
        return known, []

    def _shown(self, found: list[reading.Event]) -> list[dict[str, Any]]:
        units = dict(Unit.objects.filter(pk__in={one.unit_id for one in found}).values_list("pk", "code"))
        named = {one.officer_id for one in found if one.officer_id is not None}
        officers = dict(Officer.objects.filter(pk__in=named).values_list("pk", "code"))
        return [
            {
                "position": one.position,
                "id": one.id,
                "type": one.type,
                "case": one.case,
                "subject": {"kind": one.kind, "id": one.subject},
                "sequence": one.sequence,
                "recorded_at": one.recorded_at,
                "recorded_by": one.recorded_by,
                "unit": units[one.unit_id],
                "officer": None if one.officer_id is None else officers[one.officer_id],
                "data": one.data,
            }
            for one in found
        ]
