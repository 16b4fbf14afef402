"""The Celery app and its schedule.

A message only wakes somebody up. What there is to do stands in the database, so a lost or doubled message
changes nothing: the next sweep finds the work.
"""

from __future__ import annotations

import os
import sys

from celery import Celery
from celery.signals import task_prerun
from django.conf import settings
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thads.settings")

#: name, task, every how many seconds, why
SCHEDULE = [
    ("sweep-jobs", "thads.jobs.tasks.sweep", 5, "imports whose worker died or whose message was lost go on"),
    (
        "sweep-files",
        "thads.integration.tasks.sweep_files",
        3600,
        "files that name people are not kept for ever",
    ),
    (
        "sweep-bulks",
        "thads.jobs.tasks.sweep_bulks",
        3600,
        "workbooks, and what became of each row of a bulk, are kept for their days and no longer",
    ),
    (
        "sweep-documents",
        "cases.tasks.sweep_documents",
        3600,
        "files whose upload was never finished do not stay",
    ),
    (
        "sweep-idempotency",
        "thads.integration.tasks.sweep_idempotency",
        3600,
        "keys of requests are known for their days and no longer",
    ),
    ("sweep-deadlines", "cases.tasks.sweep_deadlines", 60, "terms that have ended are seen to have ended"),
    ("send-digests", "cases.tasks.send_digests", 600, "what is late and due is told in the morning"),
    ("sweep-stale", "thads.journal.tasks.sweep", 3, "cases that changed are counted again"),
    ("sweep-outbox", "thads.journal.tasks.sequence", 3, "committed events get their place in the log"),
]

app = Celery("thads")
app.conf.update(
    broker_url=settings.CELERY_BROKER,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": 3600, "global_keyprefix": "thads:"},
    result_backend=None,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    task_default_queue="work",
    task_routes={"thads.jobs.tasks.run": {"queue": "bulk"}},
    timezone=settings.TIME_ZONE,
    enable_utc=True,
    beat_schedule={
        # A sweep nobody came to run before the next one is due is worth nothing.
        name: {"task": task, "schedule": every, "options": {"expires": every}}
        for name, task, every, _why in SCHEDULE
    },
)
# A connection outlives its task: opening one costs more than most tasks do. What does not answer any more, as
# after a restart of PostgreSQL, is noticed before the next.
app.conf["CELERY_DB_REUSE_MAX"] = sys.maxsize
app.autodiscover_tasks()


@task_prerun.connect(weak=False)
def _renew_connections(**_: object) -> None:
    close_old_connections()
