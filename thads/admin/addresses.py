"""The addresses of the site below ``/admin/``: route, page, name."""

from __future__ import annotations

from thads.admin.pages import (
    cases,
    figures,
    front,
    imports,
    judgments,
    opening,
    organisation,
    recording,
    registers,
)

PAGES = [
    ("", front.front, "index"),
    ("cases/", cases.listed, "cases"),
    ("cases/open/", opening.opened, "open-case"),
    ("cases/<uuid:id>/", cases.shown, "case"),
    ("cases/<uuid:id>/history/", cases.history, "case-history"),
    ("cases/<uuid:id>/record/", recording.choose, "record"),
    ("cases/<uuid:id>/record/<str:type>/", recording.fill, "record-act"),
    ("judgments/", judgments.listed, "judgments"),
    ("judgments/new/", registers.page_added(registers.JUDGMENTS), "new-judgment"),
    ("judgments/<uuid:id>/", judgments.shown, "judgment"),
    ("judgments/<uuid:id>/change/", registers.page_changed(registers.JUDGMENTS), "change-judgment"),
    ("statistics/forms/<int:number>/", figures.form, "form"),
    ("statistics/cases/", figures.figure, "figure"),
    ("units/", organisation.units, "units"),
    ("units/new/", registers.page_added(registers.UNITS), "new-unit"),
    ("units/<str:code>/", organisation.unit, "unit"),
    ("units/<str:code>/change/", registers.page_changed(registers.UNITS), "change-unit"),
    ("officers/", organisation.officers, "officers"),
    ("officers/new/", registers.page_added(registers.OFFICERS), "new-officer"),
    ("officers/<str:code>/", organisation.officer, "officer"),
    ("officers/<str:code>/change/", registers.page_changed(registers.OFFICERS), "change-officer"),
    ("assignments/", organisation.assignments, "assignments"),
    ("assignments/new/", registers.page_added(registers.ASSIGNMENTS), "new-assignment"),
    ("assignments/<uuid:id>/change/", registers.page_changed(registers.ASSIGNMENTS), "change-assignment"),
    ("imports/", imports.listed, "imports"),
    ("imports/<uuid:id>/", imports.shown, "import"),
]
