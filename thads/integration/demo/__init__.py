"""The demonstration register: invented people and invented cases of the department of Da Nang.

Nobody in it exists. Its cases are life stories in the interchange format, brought in and counted like any
others; in the profile ``danang`` they are chosen so that the counted figures are those of the department's
published report.
"""
