"""The columns of a case and its lines are what the fold of its acts says; a story read back is the story brought in."""

from __future__ import annotations

import pytest

from cases.models import Case, Obligation
from cases.querysets.lives import lives
from cases.querysets.stories import stories
from cases.rules import fold, story_text
from cases.rules.tables import tables
from tests.registers import bring_in, numbered
from tests.reports.test_totals import SAMPLES

pytestmark = pytest.mark.django_db


def test_the_projection_is_the_fold() -> None:
    keys = bring_in(numbered(SAMPLES), counted=False)
    folded = {key: fold.fold(life) for key, life in lives(keys, tables()).items()}
    for case in Case.objects.filter(id__in=keys):
        state = folded[case.pk]
        assert (case.unit_id, case.officer_id) == (state.holder.unit, state.holder.officer)
        assert (case.bucket, case.field, case.initiation) == (state.bucket, state.field, state.initiation)
        lines = list(Obligation.objects.filter(case=case).order_by("position"))
        assert [(o.due, o.remaining, o.bucket) for o in lines] == [
            (line.due, line.remaining, line.bucket) for line in state.lines
        ]
        assert case.due == sum(o.due for o in lines)
        assert case.remaining == sum(o.remaining for o in lines)


def test_what_is_read_back_is_what_was_brought_in() -> None:
    keys = bring_in(numbered(SAMPLES), counted=False)
    digests = dict(Case.objects.filter(id__in=keys).values_list("id", "content_digest"))
    for key, story in stories(keys, tables()).items():
        assert story_text.digest(story) == digests[key]
