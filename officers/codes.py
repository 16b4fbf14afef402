"""Code lists of the organisation: levels of units and ranks of staff (L25 Đ17, 19, 22–24; L08 Đ17, 22–23).

The codes are stable; the names follow Luật THADS 2008 (to 30/6/2025) and Luật 106/2025 (L25) afterwards.
"""

from __future__ import annotations

from thads.common.labels import CodeList, Label

LEVELS: CodeList = {
    # To 30/6/2025: NĐ 62/2015 Đ52-53, QĐ 61/2014/QĐ-TTg.
    "GENERAL_DEPT": Label("Tổng cục Thi hành án dân sự", "General Department of Civil Judgment Enforcement"),
    "PROV_DEPT": Label("Cục THADS tỉnh, thành phố", "Provincial department"),
    "DISTRICT_BRANCH": Label("Chi cục THADS quận, huyện", "District branch"),
    "SPECIALIST_UNIT": Label("Phòng chuyên môn", "Specialist division of a provincial department"),
    # Since 1/7/2025: QĐ 1898/QĐ-BTP, L25 Đ17, 19.
    "MANAGEMENT_DEPT": Label("Cục Quản lý THADS", "Department of Enforcement Management"),
    "PROV_AUTHORITY": Label("THADS tỉnh, thành phố", "Provincial enforcement authority"),
    "AREA_UNIT": Label("Phòng THADS khu vực", "Area enforcement unit"),
    "OPERATIONS_UNIT": Label("Phòng Nghiệp vụ và tổ chức THADS", "Operations unit"),
    "OTHER_UNIT": Label("Phòng khác thuộc THADS tỉnh, thành phố", "Other unit of a provincial authority"),
    # Both: L25 Đ17.2, 32.3.
    "MILITARY_UNIT": Label("Cơ quan THA cấp quân khu", "Military zone enforcement authority"),
}

RANKS: CodeList = {
    # L08 Đ17; L25 Đ23.1: the three ranks of enforcement officer are kept.
    "ENFORCER_1": Label("Chấp hành viên sơ cấp", "Enforcement officer, junior"),
    "ENFORCER_2": Label("Chấp hành viên trung cấp", "Enforcement officer, intermediate"),
    "ENFORCER_3": Label("Chấp hành viên cao cấp", "Enforcement officer, senior"),
    # NĐ 62/2015 Đ66-67.
    "EXAMINER_1": Label("Thẩm tra viên", "Examiner"),
    "EXAMINER_2": Label("Thẩm tra viên chính", "Principal examiner"),
    "EXAMINER_3": Label("Thẩm tra viên cao cấp", "Senior examiner"),
    # NĐ 62/2015 Đ71; L25 Đ9.2.
    "CLERK": Label("Thư ký thi hành án", "Enforcement clerk"),
    # TT 04/2023 Đ14-19, 30-32.
    "ACCOUNTANT": Label("Kế toán nghiệp vụ", "Enforcement accountant"),
    "CASHIER": Label("Thủ quỹ", "Cashier"),
    "STOREKEEPER": Label("Thủ kho", "Storekeeper"),
    "REGISTRY": Label("Văn thư", "Registry clerk"),
    "ARCHIVIST": Label("Lưu trữ viên", "Archivist"),
    "CIVIL_SERVANT": Label("Chuyên viên", "Civil servant"),
}

#: Whose cases an enforcement officer may not handle: L25 Đ16.2d.
RELATIONS: CodeList = {
    "SELF": Label("Chính mình", "Oneself"),
    "SPOUSE": Label("Vợ, chồng", "Spouse"),
    "CHILD": Label("Con đẻ, con nuôi", "Child, own or adopted"),
    "PARENT": Label("Cha, mẹ đẻ, cha, mẹ nuôi", "Parent, own or adoptive"),
    "GRANDPARENT": Label("Ông, bà nội, ông, bà ngoại", "Grandparent"),
    "UNCLE_AUNT": Label("Bác, chú, cậu, cô, dì ruột", "Uncle or aunt"),
    "SIBLING": Label("Anh, chị, em ruột", "Brother or sister"),
    "SPOUSE_PARENT": Label("Cha, mẹ của vợ, chồng", "Parent of the spouse"),
    "SPOUSE_CHILD": Label("Con của vợ, chồng", "Child of the spouse"),
    "SPOUSE_GRANDPARENT": Label("Ông, bà của vợ, chồng", "Grandparent of the spouse"),
    "SPOUSE_UNCLE_AUNT": Label("Bác, chú, cậu, cô, dì của vợ, chồng", "Uncle or aunt of the spouse"),
    "SPOUSE_SIBLING": Label("Anh, chị, em của vợ, chồng", "Brother or sister of the spouse"),
    "NEPHEW_NIECE": Label("Cháu ruột", "Nephew or niece"),
}

#: Why an assignment is for a time.
TEMPORARY_REASONS: CodeList = {
    "SECONDMENT": Label("Biệt phái, tăng cường", "Seconded"),
    "ACTING": Label("Tạm thời phụ trách", "Acting for a post that is vacant"),
    "COVER": Label("Làm thay người vắng mặt", "Standing in for somebody absent"),
}
