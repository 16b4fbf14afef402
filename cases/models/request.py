"""Yêu cầu thi hành án: what a party asks of the authority, from the receipt to the decision."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from cases.querysets.request import RequestQuerySet
from cases.rules.intake import (
    ACCEPTED,
    CHANNELS,
    INCOMPLETE,
    LATE_GROUNDS,
    RECEIVED,
    REFUSED,
    REGISTERED,
    REQUESTER_ROLES,
    STATUSES,
)
from officers.models import Unit
from thads.common.models import VersionedModel


def _all_or_none(*names: str) -> Q:
    """That these columns are empty together."""
    return Q(**{f"{name}__isnull": True for name in names}) | Q(
        **{f"{name}__isnull": False for name in names}
    )


class EnforcementRequest(VersionedModel):
    """A request for enforcement as ``unit`` has received it. Nobody ever deletes one.

    ``receipt_number`` is that of the slip given for it, ``book_number`` that of the book of requests, which
    has complete ones only; both run without gaps in a unit and a statistical year.
    ``requested_on`` is the day that counts for the limitation: postmark, electronic sending, or record
    (D152 Đ9.3). ``duty_due_on``: when what is asked for fell due, where that is later than the effect of the
    judgment. ``kinds`` are codes of obligations. Identity number, phone and account of the requester are
    sealed as those of parties are; the other people named are sealed as a whole.
    ``regime`` is the law of the day of receipt. ``decide_by`` and ``notify_by`` are the last days of K04 (K05
    while no judgment is held) and of K03, by the rules of version ``rules``; the old law has no K03.
    ``fingerprint`` tells the same request received twice.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    receipt_year = models.PositiveSmallIntegerField(editable=False)
    receipt_number = models.PositiveIntegerField(editable=False)
    received_on = models.DateField()
    requested_on = models.DateField()
    channel = models.CharField(max_length=12)
    requester = models.TextField()
    requester_role = models.CharField(max_length=12)
    requester_kind = models.CharField(max_length=16)
    id_number_sealed = models.BinaryField(null=True)
    born_on = models.DateField(null=True)
    address = models.TextField(null=True)
    phone_sealed = models.BinaryField(null=True)
    account_sealed = models.BinaryField(null=True)
    parties_sealed = models.BinaryField(null=True)
    judgment = models.ForeignKey(
        "cases.Judgment", models.PROTECT, null=True, related_name="requests", db_index=False
    )
    duty_due_on = models.DateField(null=True)
    contents = models.TextField(null=True)
    kinds: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    asset_info = models.TextField(null=True)
    signed = models.BooleanField(default=False)
    status = models.CharField(max_length=20, default=RECEIVED)
    defects: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    defects_noted_on = models.DateField(null=True)
    book_year = models.PositiveSmallIntegerField(null=True, editable=False)
    book_number = models.PositiveIntegerField(null=True, editable=False)
    registered_on = models.DateField(null=True)
    late_ground = models.CharField(max_length=16, null=True)
    late_proof = models.TextField(null=True)
    refusal_ground = models.CharField(max_length=8, null=True)
    refusal_number = models.CharField(max_length=200, null=True)
    refused_on = models.DateField(null=True)
    refusal_signer = models.CharField(max_length=64, null=True)
    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, related_name="requests", db_index=False)
    regime = models.CharField(max_length=8, editable=False)
    notify_by = models.DateField(null=True, editable=False)
    decide_by = models.DateField(editable=False)
    rules = models.CharField(max_length=12, editable=False)
    fingerprint = models.CharField(max_length=64, editable=False)

    objects: ClassVar = RequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=tuple(STATUSES)), name="request_status_known"),
            models.CheckConstraint(condition=Q(channel__in=tuple(CHANNELS)), name="request_channel_known"),
            models.CheckConstraint(
                condition=Q(requester_role__in=tuple(REQUESTER_ROLES)), name="request_role_known"
            ),
            models.CheckConstraint(
                condition=Q(requested_on__lte=F("received_on")), name="request_before_receipt"
            ),
            models.CheckConstraint(
                condition=Q(defects_noted_on__isnull=True, defects=[])
                | (Q(defects_noted_on__gte=F("received_on")) & ~Q(defects=[])),
                name="request_defects_noted",
            ),
            models.CheckConstraint(
                condition=~Q(status=INCOMPLETE) | Q(defects_noted_on__isnull=False),
                name="request_incomplete_by_notice",
            ),
            models.CheckConstraint(
                condition=_all_or_none("book_year", "book_number", "registered_on"),
                name="request_in_book_whole",
            ),
            # In the book are complete ones; one may be refused out of the book, or before it came there.
            models.CheckConstraint(
                condition=Q(status__in=(RECEIVED, INCOMPLETE), registered_on__isnull=True)
                | Q(status=REFUSED)
                | Q(
                    status__in=(REGISTERED, ACCEPTED),
                    registered_on__gte=F("received_on"),
                    judgment__isnull=False,
                ),
                name="request_in_book_when_complete",
            ),
            models.CheckConstraint(
                condition=Q(late_ground__isnull=True, late_proof__isnull=True)
                | Q(
                    late_ground__in=tuple(LATE_GROUNDS), late_proof__isnull=False, registered_on__isnull=False
                ),
                name="request_late_with_proof",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=REFUSED,
                    refusal_ground__isnull=False,
                    refusal_number__isnull=False,
                    refused_on__gte=F("received_on"),
                    refusal_signer__isnull=False,
                )
                | (
                    ~Q(status=REFUSED)
                    & Q(
                        refusal_ground__isnull=True,
                        refusal_number__isnull=True,
                        refused_on__isnull=True,
                        refusal_signer__isnull=True,
                    )
                ),
                name="request_refused_whole",
            ),
            models.CheckConstraint(
                condition=Q(status=ACCEPTED, case__isnull=False) | (~Q(status=ACCEPTED) & Q(case=None)),
                name="request_accepted_by_case",
            ),
            models.UniqueConstraint(
                fields=["unit", "receipt_year", "receipt_number"], name="request_receipt_once"
            ),
            models.UniqueConstraint(fields=["unit", "book_year", "book_number"], name="request_book_once"),
            models.UniqueConstraint(
                fields=["unit", "fingerprint"],
                condition=~Q(status=REFUSED) & Q(deleted_at__isnull=True),
                name="request_once",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "received_on", "id"], name="request_by_unit_received"),
            models.Index(fields=["unit", "decide_by", "id"], name="request_by_unit_decide"),
            models.Index(
                fields=["decide_by"],
                name="request_undecided",
                condition=Q(status__in=(RECEIVED, INCOMPLETE, REGISTERED)),
            ),
            models.Index(fields=["notify_by"], name="request_unanswered", condition=Q(status=RECEIVED)),
            models.Index(
                fields=["judgment"], name="request_by_judgment", condition=Q(judgment__isnull=False)
            ),
            models.Index(fields=["case"], name="request_by_case", condition=Q(case__isnull=False)),
            models.Index(fields=["modified_at", "id"], name="request_by_modified"),
        ]
        triggers = [pgtrigger.Protect(name="never_lost", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.receipt_number}/{self.receipt_year}"
