"""Reading who is on the public list of debtors without conditions."""

from __future__ import annotations

from typing import Any, Final, Self

from django.db import models
from django.db.models import Case, Value, When
from django.db.models.expressions import RawSQL

from thads.common.plain_text import Wanted
from thads.common.scoping import Scope

#: What stands of an entry: shown to everybody; hidden because its ground is gone, and to be ended by an act;
#: ended by it.
SHOWN: Final = "SHOWN"
LAPSED: Final = "LAPSED"
ENDED: Final = "ENDED"

_STATE: Final = Case(
    When(ended_on__isnull=False, then=Value(ENDED)),
    When(lapsed_on__isnull=False, then=Value(LAPSED)),
    default=Value(SHOWN),
    output_field=models.CharField(),
)


class PublicationQuerySet(models.QuerySet[Any]):
    def visible_to(self, scope: Scope) -> Self:
        """Those of the cases that the caller may see, shown or not, with ``state``."""
        rows = self.filter(unit__among=scope.unit_ids)
        rows = rows if scope.officer_id is None else rows.filter(officer=scope.officer_id)
        return rows.annotate(state=_STATE)

    def shown(self) -> Self:
        """Those that everybody may read: published, and still without conditions."""
        return self.filter(lapsed_on=None, ended_on=None)

    def named(self, wanted: Wanted) -> Self:
        """Those whose debtor's name has these words, and no other text of the case."""
        terms = [f"'{word}'" for word in wanted.words]
        if wanted.beginning is not None:
            terms.append(f"'{wanted.beginning}':*")
        sql = "cases_publication.words @@ %s::tsquery"
        condition = RawSQL(sql, [" & ".join(terms)], models.BooleanField())  # noqa: S611  # our own
        return self.filter(condition)
