import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

from thads.common.plain_text import words

_BATCH = 1_000


_CASES = """
    SELECT c.id, c.unit_id, ARRAY[c.decision_number, j.number]
           || ARRAY(SELECT p.name::text FROM cases_party p WHERE p.case_id = c.id ORDER BY p.position)
    FROM cases_case c JOIN cases_judgment j ON j.id = c.judgment_id
    WHERE c.id > %s ORDER BY c.id LIMIT %s
"""
_JUDGMENTS = """
    SELECT j.id, j.unit_id, ARRAY[j.number]
           || ARRAY(SELECT p.name::text FROM cases_proposedparty p WHERE p.judgment_id = j.id
                    ORDER BY p.position)
    FROM cases_judgment j WHERE j.id > %s AND j.unit_id IS NOT NULL ORDER BY j.id LIMIT %s
"""


def fill(apps, schema_editor):
    """The words of the cases and judgments that are there."""
    with schema_editor.connection.cursor() as cursor:
        _fill(cursor, _CASES, "cases_casesearch", "case_id")
        _fill(cursor, _JUDGMENTS, "cases_judgmentsearch", "judgment_id")


def _fill(cursor, read, table, key):
    last = 0
    while True:
        cursor.execute(read, [last, _BATCH])
        rows = cursor.fetchall()
        if not rows:
            return
        last = rows[-1][0]
        found = [" ".join(f"'{unit}:{word}'" for word in words(*texts)) for _, unit, texts in rows]
        cursor.execute(
            f"INSERT INTO {table} ({key}, words) "
            "SELECT id, words::tsvector FROM unnest(%s::bigint[], %s::text[]) AS n(id, words)",
            [[row[0] for row in rows], found],
        )


class Migration(migrations.Migration):
    """The words by which cases and judgments are found."""

    dependencies = [("cases", "0006_documents_tags_and_masks")]

    operations = [
        migrations.CreateModel(
            name="CaseSearch",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
        ),
        migrations.CreateModel(
            name="JudgmentSearch",
            fields=[
                (
                    "judgment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search",
                        serialize=False,
                        to="cases.judgment",
                    ),
                ),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            "casesearch",
            django.contrib.postgres.indexes.GinIndex(
                fields=["words"], gin_pending_list_limit=256, name="case_search_words"
            ),
        ),
        migrations.AddIndex(
            "judgmentsearch",
            django.contrib.postgres.indexes.GinIndex(
                fields=["words"], gin_pending_list_limit=256, name="judgment_search_words"
            ),
        ),
    ]
