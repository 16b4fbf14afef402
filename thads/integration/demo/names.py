"""Invented names and addresses. Wards, streets and courts are real; people, banks, companies are not.

Surnames follow their real frequency in central Viet Nam. A person's number starts with 048 and then has the
digit of the twenty-fourth century, an organisation's is of a series that is not given out: nobody can hold
either.
"""

from __future__ import annotations

from typing import Final

from thads.integration.demo.chance import Chance, Weighted, one_of

_SURNAMES: Final = Weighted(
    ("Nguyễn", 30), ("Trần", 11), ("Lê", 10), ("Phạm", 6), ("Huỳnh", 6), ("Võ", 5), ("Phan", 5),
    ("Đặng", 3.2), ("Hồ", 2.6), ("Bùi", 2.2), ("Đỗ", 2), ("Ngô", 2), ("Trương", 2), ("Dương", 1.6),
    ("Hoàng", 1.6), ("Đinh", 1.2), ("Mai", 1.1), ("Lương", 0.8), ("Tạ", 0.5), ("Thái", 0.6), ("Cao", 0.6),
    ("Hà", 0.7), ("Lý", 0.5), ("Châu", 0.4), ("Đoàn", 1), ("Tô", 0.3), ("Ông", 0.3), ("Kiều", 0.3),
    ("Văn", 0.3), ("Nghiêm", 0.2),
)  # fmt: skip
_MIDDLE_OF_MEN: Final = Weighted(
    ("Văn", 34), ("Minh", 9), ("Hữu", 7), ("Quang", 7), ("Đình", 7), ("Thanh", 6), ("Công", 5), ("Ngọc", 6),
    ("Đức", 6), ("Viết", 4), ("Quốc", 4), ("Bá", 3), ("Tấn", 4), ("Duy", 3),
)  # fmt: skip
_GIVEN_TO_MEN: Final = (
    "An", "Bảo", "Bình", "Cường", "Danh", "Dũng", "Duy", "Đạt", "Định", "Đông", "Hải", "Hậu", "Hiếu", "Hòa",
    "Hùng", "Huy", "Hưng", "Khang", "Khoa", "Khôi", "Kiên", "Lâm", "Lộc", "Long", "Lực", "Mạnh", "Minh",
    "Nam", "Nghĩa", "Nhân", "Nhật", "Phát", "Phong", "Phú", "Phúc", "Quân", "Quý", "Sang", "Sơn", "Tài",
    "Tâm", "Tân", "Thái", "Thành", "Thắng", "Thịnh", "Thọ", "Tiến", "Toàn", "Trí", "Trung", "Trường", "Tú",
    "Tuấn", "Vinh", "Vũ", "Vương",
)  # fmt: skip
_MIDDLE_OF_WOMEN: Final = Weighted(
    ("Thị", 60),
    ("Thị Thanh", 5),
    ("Thị Ngọc", 5),
    ("Thị Mỹ", 4),
    ("Ngọc", 6),
    ("Thanh", 5),
    ("Kim", 5),
    ("Bích", 4),
    ("Thu", 4),
)
_GIVEN_TO_WOMEN: Final = (
    "An", "Bích", "Châu", "Chi", "Cúc", "Diễm", "Dung", "Duyên", "Đào", "Giang", "Hà", "Hạnh", "Hằng", "Hiền",
    "Hoa", "Hồng", "Huệ", "Hương", "Kiều", "Lan", "Liên", "Linh", "Loan", "Ly", "Mai", "My", "Nga", "Ngân",
    "Nguyệt", "Nhung", "Oanh", "Phúc", "Phượng", "Quyên", "Sen", "Sương", "Tâm", "Thảo", "Thắm", "Thu",
    "Thúy", "Thủy", "Tiên", "Trang", "Trâm", "Trinh", "Tuyết", "Vân", "Vy", "Xuân", "Yến",
)  # fmt: skip

_CITY: Final = "Đà Nẵng"
_WARDS: Final = {
    "DN.HC": (
        "quận Hải Châu",
        "Thạch Thang, Hải Châu I, Hải Châu II, Phước Ninh, Hòa Thuận Tây, Hòa Thuận Đông, Nam Dương, "
        "Bình Hiên, Bình Thuận, Hòa Cường Bắc, Hòa Cường Nam, Thanh Bình, Thuận Phước",
    ),
    "DN.TK": (
        "quận Thanh Khê",
        "Vĩnh Trung, Tân Chính, Thạc Gián, Chính Gián, Tam Thuận, Xuân Hà, An Khê, Hòa Khê, "
        "Thanh Khê Đông, Thanh Khê Tây",
    ),
    "DN.ST": (
        "quận Sơn Trà",
        "Mân Thái, An Hải Bắc, An Hải Đông, An Hải Tây, Nại Hiên Đông, Thọ Quang, Phước Mỹ",
    ),
    "DN.NHS": ("quận Ngũ Hành Sơn", "Mỹ An, Khuê Mỹ, Hòa Hải, Hòa Quý"),
    "DN.LC": ("quận Liên Chiểu", "Hòa Minh, Hòa Khánh Bắc, Hòa Khánh Nam, Hòa Hiệp Bắc, Hòa Hiệp Nam"),
    "DN.CL": ("quận Cẩm Lệ", "Khuê Trung, Hòa Phát, Hòa An, Hòa Thọ Tây, Hòa Thọ Đông, Hòa Xuân"),
    "DN.HV": (
        "huyện Hòa Vang",
        "Hòa Bắc, Hòa Liên, Hòa Ninh, Hòa Sơn, Hòa Nhơn, Hòa Phú, Hòa Phong, Hòa Châu, Hòa Tiến, "
        "Hòa Phước, Hòa Khương",
    ),
}
#: Unit → how its district is written, and its wards or communes.
DISTRICTS: Final = {unit: (district, tuple(wards.split(", "))) for unit, (district, wards) in _WARDS.items()}
_DISTRICT_UNITS: Final = tuple(DISTRICTS)
_STREETS: Final = (
    "Hùng Vương", "Lê Duẩn", "Nguyễn Văn Linh", "Điện Biên Phủ", "Ông Ích Khiêm", "Trần Cao Vân", "Núi Thành",
    "Trưng Nữ Vương", "Ngô Quyền", "Võ Văn Kiệt", "Lê Văn Hiến", "Ngũ Hành Sơn", "Tôn Đức Thắng",
    "Nguyễn Lương Bằng", "Cách Mạng Tháng Tám", "Ông Ích Đường", "Phan Châu Trinh", "Hoàng Diệu", "Hải Phòng",
    "Nguyễn Tri Phương", "Hàm Nghi", "Lê Đình Lý", "Tiểu La", "Phạm Hùng", "Trường Sơn", "Âu Cơ",
    "Hồ Tùng Mậu", "Trần Đại Nghĩa", "Nguyễn Phước Lan", "Đống Đa",
)  # fmt: skip

BANKS: Final = (
    "Ngân hàng TMCP Sông Hàn", "Ngân hàng TMCP Duyên Hải Miền Trung", "Ngân hàng TMCP Trường Sơn Việt",
    "Ngân hàng TMCP Bạch Đằng Mới", "Ngân hàng TMCP Thuận Phước", "Ngân hàng TMCP Đại Lộc Phát",
    "Ngân hàng TMCP Biển Đông Á", "Ngân hàng TMCP Liên Kết Xanh", "Ngân hàng TMCP Hòa Bình Việt",
    "Quỹ tín dụng nhân dân Hòa Phước Đông", "Công ty tài chính TNHH Ánh Sao",
    "Công ty TNHH MTV Quản lý nợ Trung Bộ",
)  # fmt: skip
_FORMS: Final = Weighted(
    ("Công ty TNHH", 50), ("Công ty cổ phần", 25), ("Công ty TNHH MTV", 20), ("Doanh nghiệp tư nhân", 5)
)
_TRADES: Final = (
    "Xây dựng", "Thương mại và Dịch vụ", "Du lịch", "Vận tải", "Đầu tư", "Thủy sản", "Cơ khí", "Nội thất",
    "Vật liệu xây dựng", "May mặc", "Thực phẩm", "Bất động sản", "Điện lạnh", "In ấn", "Quảng cáo",
    "Công nghệ", "Dược phẩm", "Khách sạn",
)  # fmt: skip
_STYLES: Final = (
    "Sông Trà Mới", "Ngân Hà Xanh", "Phú Điền Lộc", "An Cư Việt", "Thái Bình Minh", "Hoàng Thổ",
    "Nam Hải Vân", "Tân Cửa Hàn", "Bảo Gia Phát", "Đại Nam Trung", "Kim Sơn Trà", "Minh Phước Thành",
    "Vạn Tín Nghĩa", "Hưng Thịnh Miền Trung", "Lộc Xuân Phú", "Trung Hải Phong", "Việt Hòa An",
    "Nhật Quang Huy", "Mỹ Khê Vàng", "Thiên Phúc Điền", "Bình An Gia", "Đức Tâm Phú", "Hải Vân Sáng",
    "Cẩm Thành Tín", "Ngũ Phương", "Tiên Sa Mới",
)  # fmt: skip

COURT_OF_CITY: Final = "TAND thành phố Đà Nẵng"
ARBITRATION_CENTRE: Final = "Trung tâm Trọng tài Thương mại Duyên Hải"
SOCIAL_INSURANCE: Final = "Bảo hiểm xã hội"


def person(chance: Chance, woman: bool | None = None) -> tuple[str, bool]:
    """A name, and whether it is a woman's."""
    if woman is None:
        woman = chance() < 0.42
    surname = _SURNAMES.draw(chance)
    if woman:
        return f"{surname} {_MIDDLE_OF_WOMEN.draw(chance)} {one_of(chance, _GIVEN_TO_WOMEN)}", True
    return f"{surname} {_MIDDLE_OF_MEN.draw(chance)} {one_of(chance, _GIVEN_TO_MEN)}", False


def company(chance: Chance) -> str:
    return f"{_FORMS.draw(chance)} {one_of(chance, _TRADES)} {one_of(chance, _STYLES)}"


def person_number(chance: Chance, woman: bool) -> str:
    """Twelve digits that look like an identity number of Da Nang and belong to nobody."""
    return f"048{9 if woman else 8}{55 + int(chance() * 50) % 45:02d}{int(chance() * 1_000_000):06d}"


def company_number(chance: Chance) -> str:
    return f"0499{int(chance() * 1_000_000):06d}"


def district_of(chance: Chance, unit: str) -> str:
    """The unit in whose district somebody lives: the case's own, any for the department."""
    return one_of(chance, _DISTRICT_UNITS) if unit == "DN" else unit


def address(chance: Chance, district_unit: str) -> str:
    district, wards = DISTRICTS[district_unit]
    ward = wards[int(chance() * len(wards))]
    if district_unit == "DN.HV":
        return f"Thôn {1 + int(chance() * 9)}, xã {ward}, {district}, {_CITY}"
    return f"{1 + int(chance() * 480)} {one_of(chance, _STREETS)}, phường {ward}, {district}, {_CITY}"


def plot(chance: Chance, district_unit: str) -> str:
    """Where a house and its land lie."""
    district, wards = DISTRICTS[district_unit]
    kind = "xã" if district_unit == "DN.HV" else "phường"
    return (
        f"thửa đất số {1 + int(chance() * 600)}, tờ bản đồ số {1 + int(chance() * 90)}, "
        f"{kind} {one_of(chance, wards)}, {district}, {_CITY}"
    )


def court(unit: str) -> str:
    """The court whose judgments a unit mostly enforces."""
    return COURT_OF_CITY if unit == "DN" else f"TAND {DISTRICTS[unit][0]}"
