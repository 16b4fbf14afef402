"""Who may press which button: the roles of the service and what each may do.

A role is what somebody is in the service, and only says which *buttons* it has (a permission). Whether a
person may *sign* a decision in law is another question, answered by the rules of the case. What of the
register a role sees is the subtree of its unit (``officers.scope``).

The table reads from top to bottom; one row is one role, and none stands above the one before it: nobody gives
another a role above his own (``is_above``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from thads.common.labels import CodeList, Label
from thads.common.principal import Principal


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
    MANAGE_ORGANISATION = "MANAGE_ORGANISATION"
    MANAGE_STAFF = "MANAGE_STAFF"
    KEEP_CONFLICTS = "KEEP_CONFLICTS"
    DELEGATE = "DELEGATE"
    MANAGE_ACCOUNTS = "MANAGE_ACCOUNTS"
    MANAGE_TARGETS = "MANAGE_TARGETS"
    KEEP_JUDGMENTS = "KEEP_JUDGMENTS"
    KEEP_REQUESTS = "KEEP_REQUESTS"
    KEEP_DOCUMENTS = "KEEP_DOCUMENTS"
    EDIT_PARTIES = "EDIT_PARTIES"
    SEE_IDENTIFIERS = "SEE_IDENTIFIERS"
    REVEAL_IDENTIFIERS = "REVEAL_IDENTIFIERS"
    READ_REVEALS = "READ_REVEALS"
    PROPOSE_RULES = "PROPOSE_RULES"
    APPROVE_RULES = "APPROVE_RULES"
    MANAGE_TAGS = "MANAGE_TAGS"
    TAG_CASES = "TAG_CASES"
    RECORD_THEMES = "RECORD_THEMES"
    ASSIGN_THEMES = "ASSIGN_THEMES"


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
    "MANAGE_ORGANISATION": Label("Lập, sửa, bỏ đơn vị", "Add, change and remove units"),
    "MANAGE_STAFF": Label(
        "Lập, sửa hồ sơ cán bộ; phân công, biệt phái",
        "Keep officers and their assignments, temporary ones too",
    ),
    "KEEP_CONFLICTS": Label(
        "Xem, khai báo người thân, việc mà cán bộ không được giải quyết",
        "See and declare whom and which cases an officer may not handle",
    ),
    "DELEGATE": Label("Ủy quyền", "Delegate"),
    "MANAGE_ACCOUNTS": Label("Quản lý tài khoản", "Manage accounts"),
    "MANAGE_TARGETS": Label("Giao, sửa chỉ tiêu", "Set targets"),
    "KEEP_JUDGMENTS": Label(
        "Nhận, sửa, đính chính bản án, quyết định", "Receive, change and correct judgments"
    ),
    "KEEP_REQUESTS": Label(
        "Nhận, bổ sung, vào sổ, từ chối yêu cầu thi hành án",
        "Receive, complete, register and refuse requests for enforcement",
    ),
    "KEEP_DOCUMENTS": Label("Tải lên, sửa, rút tài liệu", "Upload, change and take out documents"),
    "EDIT_PARTIES": Label("Sửa thông tin đương sự", "Put the data of parties right"),
    "SEE_IDENTIFIERS": Label(
        "Xem số giấy tờ, địa chỉ, điện thoại, tài khoản không che",
        "See identity numbers, addresses, phones and accounts without masks",
    ),
    "REVEAL_IDENTIFIERS": Label(
        "Xem phần bị che khi nêu lý do, có ghi nhật ký", "Look behind the masks for a reason that is logged"
    ),
    "READ_REVEALS": Label("Xem nhật ký xem thông tin cá nhân", "Read the log of looks behind the masks"),
    "PROPOSE_RULES": Label(
        "Đề nghị thay đổi quy tắc (dòng còn nghi vấn, ngày nghỉ, mức lương, mức phí)",
        "Propose changes of rules (doubtful rows, days off, wages, fees)",
    ),
    "APPROVE_RULES": Label(
        "Phê duyệt, từ chối thay đổi quy tắc do người khác đề nghị",
        "Approve or reject changes of rules that somebody else has proposed",
    ),
    "MANAGE_TAGS": Label("Lập, sửa, bỏ nhãn", "Add, change and remove tags"),
    "TAG_CASES": Label("Gắn, gỡ nhãn của việc", "Put tags on cases and take them off"),
    "RECORD_THEMES": Label("Ghi, kết thúc chuyên đề của việc", "Record and end themes of cases"),
    "ASSIGN_THEMES": Label(
        "Ghi, kết thúc chuyên đề theo danh sách của cấp trên",
        "Record and end themes that follow a list from above",
    ),
}

P = Permission
READS = (P.READ_ORGANISATION, P.READ_CASES, P.READ_STATISTICS)
#: Taking cases in and recording what happens to them.
WORKS = (P.OPEN_CASES, P.RECORD_ACTS, P.RECORD_THEMES)
#: Keeping the papers and the people of the cases somebody works on.
PAPERS = (P.KEEP_DOCUMENTS, P.EDIT_PARTIES, P.SEE_IDENTIFIERS, P.TAG_CASES)
#: Reading the law otherwise: one proposes, another approves; and the lists of cases that come from above.
RULES = (P.PROPOSE_RULES, P.APPROVE_RULES, P.ASSIGN_THEMES)
#: The papers of a whole unit: the judgments and requests it receives, and the tags it works with.
REGISTRY = (*PAPERS, P.KEEP_JUDGMENTS, P.KEEP_REQUESTS, P.MANAGE_TAGS)


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
            P.MANAGE_ORGANISATION,
            P.MANAGE_STAFF,
            P.KEEP_CONFLICTS,
            P.DELEGATE,
            P.MANAGE_ACCOUNTS,
            P.MANAGE_TARGETS,
            *RULES,
            *REGISTRY,
            P.REVEAL_IDENTIFIERS,
            P.READ_REVEALS,
        ),
    ),
    Role(
        "DEPUTY",
        Label("Phó Thủ trưởng", "Deputy head"),
        Label(
            "Giúp Thủ trưởng theo phân công hoặc ủy quyền.",
            "Stands in for the head by assignment or delegation.",
        ),
        (
            *READS,
            *WORKS,
            P.REASSIGN_CASES,
            P.EXPORT_STORIES,
            P.REBUILD_STATISTICS,
            P.KEEP_CONFLICTS,
            P.DELEGATE,
            *RULES,
            *REGISTRY,
            P.REVEAL_IDENTIFIERS,
        ),
    ),
    Role(
        "UNIT_HEAD",
        Label("Trưởng đơn vị", "Head of a unit"),
        Label(
            "Lãnh đạo một Chi cục hoặc một Phòng THADS khu vực.",
            "Leads one district branch or one area unit, and keeps its staff.",
        ),
        (
            *READS,
            *WORKS,
            P.REASSIGN_CASES,
            P.EXPORT_STORIES,
            P.REBUILD_STATISTICS,
            P.MANAGE_STAFF,
            P.KEEP_CONFLICTS,
            P.DELEGATE,
            *REGISTRY,
            P.REVEAL_IDENTIFIERS,
        ),
    ),
    Role(
        "OFFICER",
        Label("Chấp hành viên", "Enforcement officer"),
        Label(
            "Trực tiếp tổ chức thi hành các việc được phân công và chỉ xem các việc của mình.",
            "Enforces the cases assigned to the officer, and sees those only.",
        ),
        (*READS, P.RECORD_ACTS, P.RECORD_THEMES, P.KEEP_CONFLICTS, *PAPERS, P.REVEAL_IDENTIFIERS),
    ),
    Role(
        "EXAMINER",
        Label("Thẩm tra viên", "Examiner"),
        Label("Thẩm tra hồ sơ, số liệu của đơn vị.", "Verifies the files and figures of the unit."),
        (*READS, P.KEEP_DOCUMENTS, P.REVEAL_IDENTIFIERS, P.TAG_CASES, P.PROPOSE_RULES),
    ),
    Role(
        "CLERK",
        Label("Thư ký thi hành án", "Clerk"),
        Label(
            "Giúp việc cho Chấp hành viên, Thẩm tra viên; cập nhật hồ sơ.",
            "Helps officers and examiners and keeps the files.",
        ),
        (*READS, *WORKS, P.IMPORT_STORIES, *REGISTRY, P.REVEAL_IDENTIFIERS),
    ),
    Role(
        "ACCOUNTANT",
        Label("Kế toán nghiệp vụ", "Accountant"),
        Label(
            "Theo dõi thu, chi tiền thi hành án.", "Keeps account of the money that comes in and goes out."
        ),
        (*READS, P.RECORD_ACTS, P.KEEP_DOCUMENTS, P.SEE_IDENTIFIERS, P.REVEAL_IDENTIFIERS, P.TAG_CASES),
    ),
    Role(
        "STATISTICIAN",
        Label("Cán bộ thống kê", "Statistician"),
        Label(
            "Nhập, tổng hợp và báo cáo số liệu thống kê.",
            "Brings registers in, counts them and reports the figures.",
        ),
        (
            *READS,
            P.IMPORT_STORIES,
            P.EXPORT_STORIES,
            P.REBUILD_STATISTICS,
            P.MANAGE_TARGETS,
            P.REVEAL_IDENTIFIERS,
        ),
    ),
    Role(
        "AUDITOR",
        Label("Cán bộ kiểm tra", "Auditor"),
        Label(
            "Xem toàn bộ hồ sơ, số liệu thuộc phạm vi đơn vị, không thay đổi gì.",
            "Reads everything of the unit and below, and changes nothing.",
        ),
        (*READS, P.EXPORT_STORIES, P.REVEAL_IDENTIFIERS, P.READ_REVEALS),
    ),
    Role(
        "SYSTEM",
        Label("Hệ thống kết nối", "Connected system"),
        Label(
            "Hệ thống của cơ quan khác gửi, nhận dữ liệu trong phạm vi được cấp.",
            "Another system that sends and takes data within what it was given.",
        ),
        (
            *READS,
            *WORKS,
            P.IMPORT_STORIES,
            P.EXPORT_STORIES,
            P.KEEP_JUDGMENTS,
            P.KEEP_REQUESTS,
            P.KEEP_DOCUMENTS,
        ),
    ),
)

ROLE_BY_CODE = {role.code: role for role in ROLES}
ROLE_NAMES: CodeList = {role.code: role.name for role in ROLES}


def permits(role: str, permission: str) -> bool:
    """Whether somebody in ``role`` may do ``permission``; an unknown role may do nothing."""
    known = ROLE_BY_CODE.get(role)
    return known is not None and known.may(Permission(permission))


def may(principal: Principal, permission: str) -> bool:
    """Whether ``principal`` may do ``permission``: his role has it, and a key or a delegation that is limited
    to some permissions has it among them.
    """
    within = principal.permissions is None or permission in principal.permissions
    return within and permits(principal.role, permission)


def held(principal: Principal) -> tuple[Permission, ...]:
    """All that ``principal`` may do, in the order of the table."""
    return tuple(one for one in Permission if may(principal, one))


def precedence(role: str) -> int:
    """The place of ``role`` in the table, 0 for the first; a role nobody knows stands below all."""
    return next((place for place, one in enumerate(ROLES) if one.code == role), len(ROLES))


def is_above(role: str, other: str) -> bool:
    """Whether ``role`` stands above ``other``."""
    return precedence(role) < precedence(other)
