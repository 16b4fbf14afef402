"""What kinds of documents a file of a case holds. Codes are stable."""

from __future__ import annotations

from typing import Final

from thads.common.labels import CodeList, Label

DOCUMENT_KINDS: Final[CodeList] = {
    "JUDGMENT_COPY": Label("Bản sao bản án, quyết định", "Copy of the judgment"),
    "REQUEST": Label("Đơn yêu cầu thi hành án", "Request for enforcement"),
    "DECISION": Label("Quyết định về thi hành án", "Decision of the authority"),
    "NOTICE": Label("Thông báo, giấy báo, giấy triệu tập", "Notice or summons"),
    "SERVICE_RECORD": Label("Biên bản tống đạt, niêm yết", "Record of service"),
    "VERIFICATION_RECORD": Label("Biên bản xác minh", "Record of verification"),
    "MINUTES": Label("Biên bản làm việc, giải quyết", "Minutes"),
    "SEIZURE_RECORD": Label("Biên bản kê biên, xử lý tài sản", "Record of seizure"),
    "VALUATION": Label("Chứng thư thẩm định giá", "Valuation certificate"),
    "AUCTION": Label("Hồ sơ đấu giá", "Auction papers"),
    "RECEIPT": Label("Biên lai, phiếu thu, phiếu chi", "Receipt or payment slip"),
    "CORRESPONDENCE": Label("Công văn trao đổi", "Correspondence"),
    "EVIDENCE": Label("Tài liệu, chứng cứ do đương sự cung cấp", "Evidence given by a party"),
    "OTHER": Label("Tài liệu khác", "Another document"),
}
