"""The openings of all years added up, kept as rows of year 0: what a recent year began with is then near at hand."""

from __future__ import annotations

from django.db import migrations

_ATOMS = (
    "opened", "reentered", "completed", "terminated", "reduced", "closed_other", "entrusted", "revoked",
    "returned", "eligible", "deferred_consent", "ineligible", "deferred", "stayed", "other_pending",
    "separate_this_year", "separate_earlier",
)  # fmt: skip


def _add_up(table: str, key: str, atoms: tuple[str, ...]) -> str:
    sums, empty = ", ".join(f"sum({atom})" for atom in atoms), " AND ".join(f"sum({a}) = 0" for a in atoms)
    return (
        f"INSERT INTO {table} ({key}, fiscal_year, month, {', '.join(atoms)}) "
        f"SELECT {key}, 0, 0, {sums} FROM {table} WHERE month = 0 GROUP BY {key} HAVING NOT ({empty})"
    )


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_room_in_totals")]

    operations = [
        migrations.RunSQL(
            [
                _add_up("reports_unittotal", "unit_id, book, measure, theme, initiation, field", _ATOMS),
                _add_up(
                    "reports_officertotal",
                    "unit_id, officer_id, book, measure",
                    (*_ATOMS, "moved_in", "moved_out"),
                ),
            ],
            [
                "DELETE FROM reports_unittotal WHERE fiscal_year = 0",
                "DELETE FROM reports_officertotal WHERE fiscal_year = 0",
            ],
        )
    ]
