"""Room in the pages of the totals: their rows change all the time, and a row that finds room beside its old self
needs no new entry in the indexes.
"""

from __future__ import annotations

from django.db import migrations

_TABLES = ("reports_unittotal", "reports_officertotal", "reports_transfertotal")


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_movements_by_recording")]

    operations = [
        migrations.RunSQL(
            [f"ALTER TABLE {table} SET (fillfactor = 60)" for table in _TABLES],
            [f"ALTER TABLE {table} RESET (fillfactor)" for table in _TABLES],
        )
    ]
