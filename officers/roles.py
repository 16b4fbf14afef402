"""Who may press which button: the roles of the service and what each may do.

A role is what somebody is in the service, and only says which *buttons* it has (a permission). Whether a
person may *sign* a decision in law is another question, answered by the rules of the case. What of the
register a role sees is the subtree of its unit (``officers.scope``).

The table reads from top to bottom; one row is one role.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from thads.common.labels import CodeList, Label


class Permission(StrEnum):
    """A thing that can be done in the service."""

    READ_ORGANISATION = "READ_ORGANISATION"
    READ_CASES = "READ_CASES"
    READ_STATISTICS = "READ_STATISTICS"
    OPEN_CASES = "OPEN_CASES"
    RECORD_ACTS = "RECORD_ACTS"
    REASSIGN_CASES = "REASSIGN_CASES"
    IMPORT_STORIES = "IMPORT_STORIES"
    EXPORT_STORIES = "EXPORT_STORIES"
    REBUILD_STATISTICS = "REBUILD_STATISTICS"
    MANAGE_API_KEYS = "MANAGE_API_KEYS"


PERMISSION_NAMES: CodeList = {
    "READ_ORGANISATION": Label("Xem đơn vị, cán bộ, phân công", "Read units, officers and assignments"),
    "READ_CASES": Label("Xem hồ sơ việc thi hành án", "Read cases"),
    "READ_STATISTICS": Label("Xem số liệu thống kê", "Read statistics"),
    "OPEN_CASES": Label("Thụ lý việc thi hành án", "Open cases"),
    "RECORD_ACTS": Label("Ghi hành vi, quyết định của việc", "Record acts on cases"),
    "REASSIGN_CASES": Label("Phân công lại, luân chuyển việc", "Reassign cases"),
    "IMPORT_STORIES": Label("Nhập hồ sơ", "Bring stories in"),
    "EXPORT_STORIES": Label("Xuất hồ sơ", "Take stories out"),
    "REBUILD_STATISTICS": Label("Tính lại số liệu thống kê", "Rebuild statistics"),
    "MANAGE_API_KEYS": Label("Quản lý khóa truy cập", "Manage API keys"),
}

P = Permission
READS = (P.READ_ORGANISATION, P.READ_CASES, P.READ_STATISTICS)
#: Taking cases in and recording what happens to them.
WORKS = (P.OPEN_CASES, P.RECORD_ACTS)


@dataclass(frozen=True, slots=True)
class Role:
    """A role: its code, its names, one sentence that says what it is for, and what it may do."""

    code: str
    name: Label
    about: Label
    permissions: tuple[Permission, ...]

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions


ROLES: tuple[Role, ...] = (
    Role(
        "HEAD",
        Label("Thủ trưởng cơ quan THADS", "Head of the authority"),
        Label(
            "Lãnh đạo, chịu trách nhiệm toàn bộ hoạt động của cơ quan.",
            "Leads the authority and answers for everything it does.",
        ),
        (
            *READS,
            *WORKS,
            P.REASSIGN_CASES,
            P.IMPORT_STORIES,
            P.EXPORT_STORIES,
            P.REBUILD_STATISTICS,
            P.MANAGE_API_KEYS,
        ),
    ),
    Role(
        "DEPUTY",
        Label("Phó Thủ trưởng", "Deputy head"),
        Label(
            "Giúp Thủ trưởng theo phân công hoặc ủy quyền.",
            "Stands in for the head by assignment or delegation.",
        ),
        (*READS, *WORKS, P.REASSIGN_CASES, P.EXPORT_STORIES, P.REBUILD_STATISTICS),
    ),
    Role(
        "UNIT_HEAD",
        Label("Trưởng đơn vị", "Head of a unit"),
        Label(
            "Lãnh đạo một Chi cục hoặc một Phòng THADS khu vực.",
            "Leads one district branch or one area unit.",
        ),
        (*READS, *WORKS, P.REASSIGN_CASES, P.EXPORT_STORIES, P.REBUILD_STATISTICS),
    ),
    Role(
        "OFFICER",
        Label("Chấp hành viên", "Enforcement officer"),
        Label(
            "Trực tiếp tổ chức thi hành các việc được phân công và chỉ xem các việc của mình.",
            "Enforces the cases assigned to the officer, and sees those only.",
        ),
        (*READS, P.RECORD_ACTS),
    ),
    Role(
        "EXAMINER",
        Label("Thẩm tra viên", "Examiner"),
        Label("Thẩm tra hồ sơ, số liệu của đơn vị.", "Verifies the files and figures of the unit."),
        READS,
    ),
    Role(
        "CLERK",
        Label("Thư ký thi hành án", "Clerk"),
        Label(
            "Giúp việc cho Chấp hành viên, Thẩm tra viên; cập nhật hồ sơ.",
            "Helps officers and examiners and keeps the files.",
        ),
        (*READS, *WORKS, P.IMPORT_STORIES),
    ),
    Role(
        "ACCOUNTANT",
        Label("Kế toán nghiệp vụ", "Accountant"),
        Label(
            "Theo dõi thu, chi tiền thi hành án.", "Keeps account of the money that comes in and goes out."
        ),
        (*READS, P.RECORD_ACTS),
    ),
    Role(
        "STATISTICIAN",
        Label("Cán bộ thống kê", "Statistician"),
        Label(
            "Nhập, tổng hợp và báo cáo số liệu thống kê.",
            "Brings registers in, counts them and reports the figures.",
        ),
        (*READS, P.IMPORT_STORIES, P.EXPORT_STORIES, P.REBUILD_STATISTICS),
    ),
    Role(
        "AUDITOR",
        Label("Cán bộ kiểm tra", "Auditor"),
        Label(
            "Xem toàn bộ hồ sơ, số liệu thuộc phạm vi đơn vị, không thay đổi gì.",
            "Reads everything of the unit and below, and changes nothing.",
        ),
        (*READS, P.EXPORT_STORIES),
    ),
    Role(
        "SYSTEM",
        Label("Hệ thống kết nối", "Connected system"),
        Label(
            "Hệ thống của cơ quan khác gửi, nhận dữ liệu trong phạm vi được cấp.",
            "Another system that sends and takes data within what it was given.",
        ),
        (*READS, *WORKS, P.IMPORT_STORIES, P.EXPORT_STORIES),
    ),
)

ROLE_BY_CODE = {role.code: role for role in ROLES}
ROLE_NAMES: CodeList = {role.code: role.name for role in ROLES}


def permits(role: str, permission: str) -> bool:
    """Whether somebody in ``role`` may do ``permission``; an unknown role may do nothing."""
    known = ROLE_BY_CODE.get(role)
    return known is not None and known.may(Permission(permission))
