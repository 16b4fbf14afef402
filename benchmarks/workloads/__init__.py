"""The workloads, in the order in which a run does them: those that write come after those that only read,
and the bare COPY, which leaves rows that nobody has counted, is the last.
"""

from __future__ import annotations

from benchmarks.bench import Workload
from benchmarks.workloads.w1 import NewestOfDepartment, NewestOfUnit
from benchmarks.workloads.w2 import FarPage
from benchmarks.workloads.w3 import OneCase
from benchmarks.workloads.w4 import RecordAct
from benchmarks.workloads.w5 import FormOfDepartment
from benchmarks.workloads.w6 import SearchByName
from benchmarks.workloads.w7 import ManyActs
from benchmarks.workloads.w8 import TakeOut
from benchmarks.workloads.w9 import BringIn
from benchmarks.workloads.w10 import Freshness
from benchmarks.workloads.w11 import Rebuild
from benchmarks.workloads.w12 import QueueOfOfficer

WORKLOADS: tuple[Workload, ...] = (
    NewestOfUnit(),
    NewestOfDepartment(),
    FarPage(),
    OneCase(),
    FormOfDepartment(),
    SearchByName(),
    QueueOfOfficer(),
    RecordAct(),
    ManyActs(),
    Freshness(),
    Rebuild(),
    TakeOut(),
    BringIn(),
)
