"""Views as the manual shows them."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from rest_framework import generics
from rest_framework.serializers import BaseSerializer

from benchmarks.references.textbook.serializers import ActSerializer, CaseDetailSerializer, CaseSerializer
from cases.models import Act, Case, Deadline, Party
from officers.models import Assignment, Unit


def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse("{}", content_type="application/json")


def _units(user: Any) -> QuerySet[Unit]:
    """The unit in which somebody works, and those below it."""
    own = Assignment.objects.filter(officer=user.officer).values("unit")
    return Unit.objects.filter(Q(pk__in=own) | Q(parent__in=own))


class CaseList(generics.ListAPIView[Case]):
    serializer_class = CaseSerializer
    filterset_fields = ("bucket", "field", "initiation", "officer")

    def get_queryset(self) -> QuerySet[Case]:
        debtors = Party.objects.filter(role="DEBTOR").order_by("position")
        return (
            Case.objects.filter(unit__in=_units(self.request.user))
            .select_related("authority", "unit", "officer")
            .prefetch_related("themes", Prefetch("parties", debtors, to_attr="debtors"))
            .order_by("-decision_date", "-id")
        )


class CaseDetail(generics.RetrieveAPIView[Case]):
    serializer_class = CaseDetailSerializer
    lookup_field = "public_id"

    def get_queryset(self) -> QuerySet[Case]:
        running = Deadline.objects.filter(closed_on=None).order_by("due_on")
        return (
            Case.objects.filter(unit__in=_units(self.request.user))
            .select_related("authority", "unit", "officer", "judgment")
            .prefetch_related(
                "themes",
                "parties",
                "assets__owner",
                "obligations__debtor",
                "obligations__creditor",
                Prefetch("deadlines", running, to_attr="open_deadlines"),
            )
        )


class Acts(generics.ListCreateAPIView[Act]):
    serializer_class = ActSerializer

    def _case(self) -> Case:
        cases = Case.objects.filter(unit__in=_units(self.request.user))
        return generics.get_object_or_404(cases, public_id=self.kwargs["public_id"])

    def get_queryset(self) -> QuerySet[Act]:
        return Act.objects.filter(case=self._case()).prefetch_related("lines__obligation").order_by("seq")

    def perform_create(self, serializer: BaseSerializer[Act]) -> None:
        serializer.save(case=self._case(), recorded_by=f"USER:{self.request.user.pk}")
