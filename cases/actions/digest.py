"""The digest of the day: to everybody with an e-mail address what is late, due today or next on his cases,
and to those who lead a unit what has been late in it for some days (escalation).

A mail names cases by their decision and clocks by their law, and nobody who is a party.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.module_loading import import_string

from cases.actions import overrides
from cases.models import Deadline, DigestMail
from cases.querysets.queue import BREACHED, DUE_SOON, DUE_TODAY, NEXT_STEP, Holder, deadlines
from cases.rules.deadlines import VIET_NAM
from cases.rules.tables import tables
from cases.rules.working_days import add_working_days, is_working_day, vietnam
from officers.models import User
from thads.common.principal import Principal

logger = logging.getLogger(__name__)

#: The hour of a working day from which digests are sent, in Viet Nam.
HOUR: Final = 7
#: Working days after which what is late is told to whoever leads the unit.
ESCALATED_AFTER: Final = 3
#: Lines of a section.
LINES: Final = 20
_LEADERS: Final = frozenset({"HEAD", "DEPUTY", "UNIT_HEAD"})
_TITLES: Final = {
    BREACHED: "Quá hạn",
    DUE_TODAY: "Hết hạn hôm nay",
    NEXT_STEP: "Hết thời hạn, chờ bước tiếp theo",
    DUE_SOON: "Hết hạn trong 7 ngày tới",
}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a digest: its title, how many there are in all, and the first of them as lines."""

    title: str
    count: int
    lines: list[str]


def send_due(now: dt.datetime) -> int:
    """Send the digests of today that have not been sent yet; none before ``HOUR`` and none on a day off.
    Returns how many were sent. May run twice, and side by side.
    """
    overrides.refresh()
    local = now.astimezone(VIET_NAM)
    today = local.date()
    if local.hour < HOUR or not is_working_day(today, vietnam()):
        return 0
    had = DigestMail.objects.filter(day=today).values("user_id")
    waiting = User.objects.filter(is_active=True, officer__isnull=False).exclude(email="").exclude(pk__in=had)
    sent = 0
    for user in waiting.order_by("pk"):
        try:
            sent += _send(user, today)
        except Exception:
            # One address that cannot be reached never keeps the others waiting; the next run tries again.
            logger.exception("no digest for account %s", user.pk)
    return sent


def _send(user: User, today: dt.date) -> bool:
    """Send one digest, unless somebody else is just doing so or there is nothing to say."""
    with transaction.atomic():
        _row, mine = DigestMail.objects.get_or_create(user=user, day=today)
        if not mine:
            return False
        sections = list(digest_of(user.principal, today))
        if not sections:
            return False
        EmailMessage(_subject(sections, today), _body(sections), to=[user.email]).send()
    return True


def digest_of(principal: Principal, today: dt.date) -> Iterable[Section]:
    """What there is to tell: of the cases in person, and of the units to those who lead them."""
    scope = import_string(settings.SCOPE_RULE)(principal)
    if principal.officer_id is not None:
        own = deadlines(Holder(scope.unit_ids, principal.officer_id), today, LINES)
        for name, title in _TITLES.items():
            if name in own:
                yield Section(title, own[name].count, _lines(own[name].keys, today))
    if principal.role in _LEADERS:
        before = add_working_days(today, -ESCALATED_AFTER, vietnam())
        late = Deadline.objects.visible_to(scope).open().filter(state="BREACHED", due_on__lt=before)
        count = late.count()
        if count:
            keys = list(late.order_by("due_on", "id").values_list("pk", flat=True)[:LINES])
            title = f"Đơn vị: quá hạn trên {ESCALATED_AFTER} ngày làm việc"
            yield Section(title, count, _lines(keys, today))


def _lines(keys: list[int], today: dt.date) -> list[str]:
    rows = Deadline.objects.filter(pk__among=keys).order_by("due_on", "id").select_related("case", "officer")
    return [_line(row, today) for row in rows]


def _line(row: Any, today: dt.date) -> str:
    clock = tables().find_clock(row.clock, row.variant, row.regime, row.started_on)
    name = clock.label if clock is not None else row.clock
    basis = f" ({clock.basis})" if clock is not None and clock.basis else ""
    late = (today - row.due_on).days
    since = f", quá {late} ngày" if late > 0 else ""
    holder = f" [{row.officer.code}]" if row.officer is not None else ""
    return (
        f"- {row.due_on:%d/%m/%Y}{since}: {row.clock} {name}{basis}, việc {row.case.decision_number}{holder}"
    )


def _subject(sections: list[Section], today: dt.date) -> str:
    told = ", ".join(f"{section.title.lower()}: {section.count}" for section in sections[:2])
    return f"Thời hạn thi hành án ngày {today:%d/%m/%Y}: {told}"


def _body(sections: list[Section]) -> str:
    parts = []
    for section in sections:
        more = section.count - len(section.lines)
        rest = [f"… và {more} thời hạn khác"] if more > 0 else []
        parts.append("\n".join([f"{section.title} ({section.count})", *section.lines, *rest]))
    return "\n\n".join(parts) + "\n"
