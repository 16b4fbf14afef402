"""Reference data of the law: courts into the database, rule files checked and their version recorded."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from cases.models import Court, RuleVersion
from cases.rules.tables import tables
from cases.rules.working_days import vietnam
from thads.common.messages import text

#: The years whose holidays the summary counts.
FIRST_YEAR: Final = 2015
LAST_YEAR: Final = 2027


@transaction.atomic
def load() -> str:
    """Bring the courts up to the shipped list and record the rule version; says in one line what there is.

    Any number of times with the same result. A court that left the list stays: judgments may name it.
    Raises RuleFileError when a rule file is wrong, and then writes nothing.
    """
    law = tables()
    Court.objects.bulk_create(
        [
            Court(
                code=row.code,
                name=row.label,
                name_en=row.label_en,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
            )
            for row in law.courts.values()
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "name_en", "valid_from", "valid_to"],
    )
    RuleVersion.objects.bulk_create([RuleVersion(version=law.version)], ignore_conflicts=True)
    counts = {
        "courts": len(law.courts),
        "kinds": len(law.obligation_kinds),
        "grounds": len(law.grounds),
        "holidays": vietnam().holidays_in(FIRST_YEAR, LAST_YEAR),
        "first_year": FIRST_YEAR,
        "last_year": LAST_YEAR,
        "version": law.version,
    }
    return text("REFERENCE_LOADED", counts)
