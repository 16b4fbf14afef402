"""The words of the clocks: units, directions, who has to act, what pauses, what follows, and the facts that
start a clock or meet it where no act is recorded for them.

A code here is what ``data/clocks.toml`` may say; nothing else is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from thads.common.labels import CodeList, Label

#: Units of a term; AT_ONCE is due on the day of the trigger itself.
UNITS: Final[CodeList] = {
    "CALENDAR_DAY": Label("ngày", "calendar days"),
    "WORKING_DAY": Label("ngày làm việc", "working days"),
    "HOUR": Label("giờ", "hours"),
    "MONTH": Label("tháng", "months"),
    "YEAR": Label("năm", "years"),
    "AT_ONCE": Label("ngay", "at once"),
}

#: How a term lies to its trigger.
DIRECTIONS: Final[CodeList] = {
    "AFTER": Label("sau mốc tính", "after the trigger"),
    "BEFORE": Label("chậm nhất trước mốc tính", "before the trigger at the latest"),
    "EVERY": Label(
        "định kỳ, ít nhất một lần trong mỗi khoảng", "again and again, at least once in each stretch"
    ),
    "WINDOW": Label("khoảng thời gian bị cấm", "a time in which it is forbidden"),
    "NONE": Label("luật không ấn định thời hạn", "the law states no term"),
}

#: Who has to act, or whose right it is.
ACTORS: Final[CodeList] = {
    "T": Label("Thủ trưởng cơ quan thi hành án dân sự", "Head of the authority"),
    "T_RECEIVING": Label("Thủ trưởng cơ quan nhận ủy thác", "Head of the receiving authority"),
    "C": Label("Chấp hành viên", "Enforcement officer"),
    "REGISTRY": Label("Văn thư, bộ phận thụ lý", "Registry"),
    "ACCOUNTANT": Label("Kế toán", "Accountant"),
    "AUTHORITY": Label("Cơ quan thi hành án dân sự", "The authority"),
    "OTHER_AUTHORITY": Label("Cơ quan thi hành án dân sự nơi khác", "Another authority"),
    "MANAGEMENT_DEPT": Label("Cục Quản lý thi hành án dân sự", "Managing department"),
    "HEAD": Label("Người đứng đầu có thẩm quyền", "The competent head"),
    "COURT": Label("Tòa án", "Court"),
    "VKS": Label("Viện kiểm sát", "Procuracy"),
    "POLICE": Label("Công an", "Police"),
    "PRISON": Label("Trại giam", "Prison"),
    "COMMUNE": Label("Ủy ban nhân dân cấp xã", "Commune"),
    "LAND_OFFICE": Label("Cơ quan đăng ký đất đai", "Land office"),
    "INFORMATION_HOLDER": Label("Cơ quan, tổ chức giữ thông tin", "Whoever holds the information"),
    "BANK": Label("Ngân hàng, nơi giữ tài sản", "Bank, whoever keeps the asset"),
    "EMPLOYER": Label("Người sử dụng lao động, bảo hiểm xã hội", "Employer, social insurance"),
    "AUCTION_HOUSE": Label("Tổ chức hành nghề đấu giá", "Auction house"),
    "BUYER": Label("Người mua tài sản", "Buyer"),
    "REQUESTER": Label("Đương sự yêu cầu thi hành án", "Whoever asks for enforcement"),
    "CREDITOR": Label("Người được thi hành án", "Creditor"),
    "DEBTOR": Label("Người phải thi hành án", "Debtor"),
    "PARTY": Label("Đương sự", "Parties"),
    "CO_OWNER": Label("Chủ sở hữu chung", "Co-owner"),
    "OWNER": Label("Chủ sở hữu tài sản", "Owner"),
    "THIRD_PARTY": Label("Người có tranh chấp", "Whoever disputes it"),
    "COMPLAINANT": Label("Người khiếu nại", "Complainant"),
    "STATE_BODY": Label("Cơ quan nhà nước được thi hành án", "State body that is creditor"),
    "SYSTEM": Label("Hệ thống", "The service"),
    "NOBODY": Label("Không ai; thời gian tự trôi", "Nobody; the time runs by itself"),
}

#: States and facts that stop a clock while they last.
PAUSES: Final[CodeList] = {
    "DEFERRED": Label("Hoãn thi hành án", "Enforcement deferred"),
    "STAYED": Label("Tạm đình chỉ thi hành án", "Enforcement stayed"),
    "EMERGENCY": Label("Tình trạng khẩn cấp", "State of emergency"),
    "OBSTACLE": Label("Trở ngại khách quan", "Objective obstacle"),
    "FORCE_MAJEURE": Label("Sự kiện bất khả kháng", "Force majeure"),
    "PAYMENT_ORDER": Label("Có yêu cầu chưa chi trả", "An order not to pay"),
    "COMPLAINT": Label("Có khiếu nại", "A complaint"),
    "PROTEST": Label("Có kháng nghị", "A protest"),
}

#: What follows when a term ends and nothing has met it.
EXPIRIES: Final[CodeList] = {
    "BREACH": Label("Quá hạn, ghi vi phạm", "Late: the breach is recorded"),
    "COMPLAINT_GROUND": Label("Quá hạn; đương sự có căn cứ khiếu nại", "Late: a ground of complaint"),
    "VKS_FINDING": Label("Quá hạn; Viện kiểm sát có thể kiến nghị", "Late: a finding of the procuracy"),
    "AUDIT_FINDING": Label(
        "Quá hạn; lỗi kiểm tra thường gặp nhất", "Late: the most frequent finding of audits"
    ),
    "PRIVACY_BREACH": Label("Công khai trái phép: báo động", "Published without right: alarm"),
    "UNLAWFUL_FREEZE": Label("Phong tỏa, tạm giữ trái luật: báo động", "Unlawful freeze: alarm"),
    "INTERNAL_ALARM": Label("Nhắc nội bộ", "Internal reminder"),
    "LATER_CLOCKS_WAIT": Label(
        "Quá hạn; các thời hạn tính từ thông báo chưa bắt đầu", "Late: clocks that start with the notice wait"
    ),
    "BLOCKS_RETURN": Label(
        "Quá hạn; chưa được gửi trả yêu cầu, chuyển sổ theo dõi riêng",
        "Late: no return of the request and no separate book until it is done",
    ),
    "REFUSE_REQUEST": Label(
        "Từ chối yêu cầu, trừ khi chấp nhận yêu cầu quá hạn", "Refuse, unless the late request is accepted"
    ),
    "CHASE": Label("Đôn đốc", "Chase it"),
    "CHASE_COURT": Label("Đôn đốc Tòa án, báo cáo", "Chase the court and report"),
    "REMIND_COURT": Label("Nhắc Tòa án, đề nghị Tòa án cấp trên", "Remind the court, then the court above"),
    "REMIND_LIABILITY": Label("Nhắc, xem xét trách nhiệm", "Remind, then consider liability"),
    "LIABILITY_NOTICE": Label("Thông báo trách nhiệm", "Notice of liability"),
    "FOLLOW_UP": Label("Theo dõi, trao đổi với Tòa án", "Follow up with the court"),
    "ESCALATE": Label("Báo cáo cấp trên", "Report to the level above"),
    "ESCALATE_STEERING": Label("Báo cáo Ban Chỉ đạo thi hành án dân sự", "Report to the steering committee"),
    "RESCHEDULE": Label("Đổi lịch cưỡng chế", "Reschedule the coercion"),
    "BLOCK_START": Label("Chưa được bắt đầu", "It may not begin"),
    "REJECT_SCHEDULE": Label("Từ chối lịch cưỡng chế", "The schedule is refused"),
    "POSTING_CLOSED": Label("Hết niêm yết", "The posting ends"),
    "VERIFY_AND_COERCE": Label(
        "Xác minh; được cưỡng chế; bắt đầu tính phí", "Verify; coercion allowed; the fee starts"
    ),
    "SEPARATE_BOOK": Label("Chuyển sổ theo dõi riêng", "Move to the separate book"),
    "RETURN_OR_SEPARATE": Label(
        "Gửi trả yêu cầu (theo yêu cầu) hoặc chuyển sổ theo dõi riêng (chủ động)",
        "Return the request (on request) or move to the separate book (ex officio)",
    ),
    "CONTINUE": Label("Ra quyết định tiếp tục thi hành án", "Decide to continue"),
    "COERCE_OR_LIFT": Label("Cưỡng chế hoặc chấm dứt biện pháp", "Coerce or lift the measure"),
    "ASK_COURT": Label("Chấp hành viên yêu cầu Tòa án giải quyết", "The officer asks the court"),
    "PROCESS_ASSET": Label("Xử lý tài sản", "Process the asset"),
    "SELL_ALONG": Label("Bán, giao cùng tài sản chính", "Sell or hand it over along with the asset"),
    "ATTACH": Label("Kê biên", "Attach the asset"),
    "THIRD_PARTY_OR_REFERRAL": Label(
        "Giao người khác thực hiện hoặc đề nghị truy cứu trách nhiệm hình sự",
        "Let somebody else do it, or refer for prosecution",
    ),
    "RIGHT_LOST": Label("Mất quyền", "The right is lost"),
    "GO_TO_AUCTION": Label("Bán đấu giá", "Go to auction"),
    "AUCTION_CENTRE": Label("Ký với Trung tâm dịch vụ đấu giá", "Contract with the public auction centre"),
    "OFFICER_CHOOSES": Label("Chấp hành viên lựa chọn", "The officer chooses"),
    "NEXT_STEP": Label("Chuyển bước tiếp theo", "Go on to the next step"),
    "NEXT_CUT": Label("Bước tiếp theo hoặc giảm giá lần sau", "The next step, or the next cut of the price"),
    "CANCEL_SALE": Label(
        "Hủy kết quả, không hoàn tiền đặt trước", "Cancel the sale, the deposit is forfeited"
    ),
    "BUYER_MAY_CANCEL": Label("Người mua có quyền hủy hợp đồng", "The buyer may cancel"),
    "DEPOSIT_AND_NOTIFY": Label("Gửi tiết kiệm, kho bạc và thông báo", "Deposit the money and notify"),
    "SELL_OR_DESTROY": Label("Bán hoặc tiêu hủy tài sản", "Sell or destroy the property"),
    "HAND_TO_ISSUER": Label("Chuyển giấy tờ cho cơ quan đã cấp", "Hand the papers to their issuer"),
    "FORFEIT": Label("Ra quyết định sung quỹ nhà nước", "Forfeit to the State"),
    "PROPOSE_RELIEF": Label("Lập danh sách đề nghị miễn, giảm", "Propose for relief"),
    "INADMISSIBLE": Label("Không thụ lý khiếu nại", "The complaint is inadmissible"),
    "LETTER": Label("Gửi văn bản nhắc", "Send a letter"),
    "NOTHING": Label("Không có hệ quả được ghi", "No consequence is stated"),
}

#: Facts that start a clock or meet it; what an act of the case says stands in the table of acts instead.
FACTS: Final[CodeList] = {
    "JUDGMENT_EFFECTIVE": Label("Bản án, quyết định có hiệu lực", "The judgment takes effect"),
    "DUTY_DUE": Label("Nghĩa vụ đến hạn (từng định kỳ)", "A duty, or an instalment of it, falls due"),
    "JUDGMENT_RECEIVED": Label("Nhận bản án, quyết định", "The judgment is received"),
    "BANKRUPTCY_DECISION_RECEIVED": Label(
        "Nhận quyết định tuyên bố phá sản", "The declaration of bankruptcy is received"
    ),
    "INTERIM_ORDER_RECEIVED": Label(
        "Nhận quyết định áp dụng biện pháp khẩn cấp tạm thời", "The interim order is received"
    ),
    "INTERIM_DECISION_TAKEN_OVER": Label(
        "Chấp hành viên nhận quyết định thi hành biện pháp khẩn cấp tạm thời",
        "The officer receives the decision on the interim order",
    ),
    "CASSATION_JUDGMENT_RECEIVED": Label(
        "Nhận quyết định giám đốc thẩm, tái thẩm", "The cassation judgment is received"
    ),
    "CASSATION_JUDGMENT_PASSED_ON": Label(
        "Chuyển quyết định giám đốc thẩm, tái thẩm", "The cassation judgment is passed on"
    ),
    "REQUEST_RECEIVED": Label("Nhận yêu cầu thi hành án", "The request is received"),
    "REQUEST_DEFECT_NOTICED": Label("Đề nghị bổ sung yêu cầu", "The requester is told what is missing"),
    "REQUEST_AND_JUDGMENT_RECEIVED": Label(
        "Nhận đủ yêu cầu và bản án, quyết định", "Request and judgment are both received"
    ),
    "CONDITION_KNOWN": Label("Biết điều kiện để thi hành đã có", "The condition is known to be met"),
    "DOCUMENT_DATED": Label("Ngày của văn bản phải thông báo", "Date of the document to be served"),
    "DECISION_DATED": Label("Ngày của quyết định", "Date of the decision"),
    "ENF_DECISION_SERVED": Label(
        "Thông báo hợp lệ quyết định thi hành án", "The enforcement decision is validly served"
    ),
    "COERCION_DECISION_SERVED": Label(
        "Thông báo hợp lệ quyết định cưỡng chế", "The coercion decision is validly served"
    ),
    "POSTED": Label("Niêm yết", "It is posted"),
    "DOCUMENTS_AT_PRISON": Label("Trại giam nhận văn bản", "The prison receives the documents"),
    "VOLUNTARY_ENDED": Label("Hết thời hạn tự nguyện", "The voluntary period has ended"),
    "DUTIES_FULFILLED": Label("Nghĩa vụ đã thi hành xong", "The duties are fulfilled"),
    "CONFLICTING_RESULT": Label(
        "Nhận kết quả xác minh khác của đương sự", "A party's verification says otherwise"
    ),
    "INFORMATION_REQUESTED": Label(
        "Nhận yêu cầu cung cấp thông tin", "The request for information is received"
    ),
    "INFORMATION_RECEIVED": Label("Nhận thông tin", "The information is received"),
    "VERIFICATION_MANDATE_RECEIVED": Label("Nhận ủy quyền xác minh", "The mandate to verify is received"),
    "VERIFICATION_RESULT_RECEIVED": Label(
        "Nhận kết quả xác minh", "The result of the verification is received"
    ),
    "NEW_INFORMATION": Label("Nhận văn bản có thông tin mới", "New information arrives in writing"),
    "NO_CONDITION_GROUND": Label("Có căn cứ chưa có điều kiện", "A ground of lacking conditions exists"),
    "NO_CONDITION_TERM_ENDED": Label(
        "Hết thời hạn chưa có điều kiện", "The time without conditions has ended"
    ),
    "PUBLISHED_FACT_CHANGED": Label(
        "Biết thông tin công khai thay đổi", "What is published is known to change"
    ),
    "DEFER_GROUND": Label("Có căn cứ hoãn", "A ground of deferral exists"),
    "DEFER_REQUEST_RECEIVED": Label("Nhận yêu cầu hoãn", "The request to defer is received"),
    "DEFER_REQUEST_DATED": Label("Ngày của văn bản yêu cầu hoãn", "Date of the request to defer"),
    "PAUSE_GROUND_GONE": Label(
        "Căn cứ hoãn, tạm đình chỉ không còn", "The ground of deferral or stay is gone"
    ),
    "COURT_STAY_NOTICE_RECEIVED": Label("Nhận thông báo của Tòa án", "The notice of the court is received"),
    "JUDGMENT_PROTEST_RECEIVED": Label(
        "Nhận quyết định kháng nghị bản án", "The protest against the judgment is received"
    ),
    "TERMINATION_GROUND": Label("Có căn cứ đình chỉ", "A ground of termination exists"),
    "DELEGATION_GROUND": Label("Có căn cứ ủy thác", "A ground of entrusting exists"),
    "DELEGATION_RECEIVED": Label("Nhận quyết định ủy thác và hồ sơ", "The entrusted file is received"),
    "ASSET_DELEGATION_RECEIVED": Label(
        "Nhận ủy thác xử lý tài sản", "The entrusting of an asset is received"
    ),
    "MONEY_SENT_ON": Label("Chuyển tiền thu được", "The money is sent on"),
    "SUCCESSION_KNOWN": Label(
        "Nhận giấy tờ, xác định được người nhận chuyển giao", "The successor, or the document, is known"
    ),
    "HEIR_SEARCH_STARTED": Label("Thông báo tìm người thừa kế", "The search for heirs is announced"),
    "HEIRS_KNOWN": Label("Xác định được người thừa kế", "The heirs are known"),
    "OFFICER_REPLACEMENT_REQUESTED": Label(
        "Nhận đề nghị thay đổi chấp hành viên", "Another officer is asked for"
    ),
    "SECURITY_RECORD": Label("Lập biên bản phong tỏa, tạm giữ", "The record of the freeze or seizure"),
    "FREEZE_DONE": Label("Phong tỏa xong", "The freeze is carried out"),
    "FREEZE_REPORTED": Label("Báo kết quả phong tỏa", "The freeze is reported"),
    "COERCION_GROUNDS_COMPLETE": Label("Đủ căn cứ cưỡng chế", "All grounds of coercion exist"),
    "OWNERSHIP_ESTABLISHED": Label("Xác định được chủ sở hữu", "The owner is established"),
    "LIFT_GROUND": Label("Có căn cứ chấm dứt, giải tỏa", "A ground to lift the measure exists"),
    "POLICE_LETTER": Label("Công an nhận văn bản", "The police receive the letter"),
    "POLICE_ANSWER_RECEIVED": Label("Nhận trả lời của công an", "The police answer"),
    "COERCION_AGREED": Label("Thống nhất việc cưỡng chế", "The coercion is agreed on"),
    "COERCION_PLAN_SENT": Label("Công an nhận kế hoạch cưỡng chế", "The police receive the plan"),
    "POLICE_PLAN_RECEIVED": Label("Nhận kế hoạch bảo vệ", "The protection plan is received"),
    "COERCION_DATE": Label("Ngày cưỡng chế", "Day of the coercion"),
    "COERCION_SCHEDULED": Label("Lịch cưỡng chế", "When the coercion is to take place"),
    "COST_ESTIMATE_NOTICED": Label("Thông báo dự trù chi phí", "The estimated costs are notified"),
    "ATTACHMENT_DATE": Label("Ngày kê biên", "Day of the attachment"),
    "ATTACHMENT_NOTICED": Label("Thông báo việc kê biên", "The attachment is announced"),
    "CO_OWNERS_NOTIFIED": Label("Thông báo cho chủ sở hữu chung", "The co-owners are notified"),
    "CO_OWNER_TERM_ENDED": Label("Hết thời hạn của chủ sở hữu chung", "The term of the co-owners has ended"),
    "DIVISION_SUIT_FILED": Label("Đã yêu cầu phân chia tài sản chung", "Division is asked for"),
    "DISPUTANTS_NOTIFIED": Label("Thông báo cho người có tranh chấp", "Those who dispute it are notified"),
    "OWNERSHIP_SUIT_FILED": Label("Đã khởi kiện tranh chấp", "The suit over the asset is filed"),
    "CREDITOR_NOTIFIED_OF_EVASION": Label(
        "Thông báo cho người được thi hành án về giao dịch", "The creditor is told of the transaction"
    ),
    "EVASION_SUIT_FILED": Label(
        "Đã yêu cầu tuyên giao dịch vô hiệu", "The suit against the transaction is filed"
    ),
    "OWNER_NOTIFIED_TO_MOVE": Label("Thông báo di dời tài sản", "The owner is told to move the property"),
    "PROPERTY_MOVED": Label("Đã di dời tài sản", "The property is moved"),
    "EXPLOITATION_REQUESTED": Label(
        "Yêu cầu ký hợp đồng khai thác", "A contract of exploitation is asked for"
    ),
    "EXPLOITATION_CONTRACT": Label("Ký hợp đồng khai thác", "The contract of exploitation is signed"),
    "PAY_PERIOD_STARTED": Label("Bắt đầu kỳ trả thu nhập", "The pay period begins"),
    "INCOME_SENT_ON": Label("Chuyển khoản thu nhập đã trừ", "The deducted income is sent on"),
    "FINE_DECISION": Label("Ra quyết định xử phạt", "The fine is decided"),
    "VALUATION_CONTRACT": Label("Ký hợp đồng thẩm định giá", "The valuation contract is signed"),
    "VALUATION_NOTICED": Label("Thông báo hợp lệ kết quả thẩm định giá", "The valuation is validly notified"),
    "REVALUATION_REQUESTED": Label("Yêu cầu thẩm định giá lại", "A second valuation is asked for"),
    "REVALUATION_GROUND": Label("Có căn cứ thẩm định giá lại", "A ground of a second valuation exists"),
    "REVALUATION_TERM_ENDED": Label(
        "Hết thời hạn yêu cầu thẩm định giá lại", "The time to ask for a second valuation has ended"
    ),
    "PREEMPTION_NOTICE_SERVED": Label(
        "Thông báo hợp lệ quyền ưu tiên mua", "The right of first purchase is validly notified"
    ),
    "PREEMPTION_ANSWERED": Label("Chủ sở hữu chung trả lời", "The co-owner answers"),
    "PREEMPTION_TERM_ENDED": Label("Hết thời hạn ưu tiên mua", "The time of first purchase has ended"),
    "AUCTION_HOUSE_CHOSEN": Label("Chọn tổ chức đấu giá", "The auction house is chosen"),
    "AUCTION_CONTRACT_TERM_ENDED": Label(
        "Hết thời hạn ký hợp đồng đấu giá", "The time to sign the auction contract has ended"
    ),
    "AUCTION_DATE": Label("Ngày mở cuộc đấu giá", "Day of the auction"),
    "AUCTION_WON": Label("Đấu giá thành", "The hammer falls"),
    "AUCTION_FAILED_REPORTED": Label(
        "Nhận thông báo đấu giá không thành", "The auction house reports the failure"
    ),
    "AUCTION_FAILURE_NOTICED": Label(
        "Thông báo đấu giá không thành cho đương sự", "The parties are told of the failure"
    ),
    "PRICE_FIXED": Label("Xác định được giá", "The price is fixed"),
    "TAKE_IN_KIND_REQUESTED": Label("Đề nghị nhận tài sản", "The asset is asked for in kind"),
    "TAKE_IN_KIND_ANSWERED": Label("Trả lời đề nghị nhận tài sản", "The request in kind is answered"),
    "DIFFERENCE_PAID": Label("Nộp phần chênh lệch", "The difference is paid"),
    "BUYER_PAID": Label("Người mua nộp đủ tiền", "The buyer has paid in full"),
    "SALE_MONEY_RECEIVED": Label(
        "Nhận tiền bán tài sản chưa giao", "Money comes in, the asset is not delivered"
    ),
    "CERTIFICATE_CANCELLATION_ASKED": Label(
        "Đề nghị hủy giấy chứng nhận", "The certificate is to be cancelled"
    ),
    "CERTIFICATE_CANCELLED": Label("Hủy giấy chứng nhận", "The certificate is cancelled"),
    "MONEY_RECEIVED": Label("Thu được tiền", "The money is received"),
    "PAYMENT_HINDRANCE_GONE": Label("Hết lý do chưa chi trả", "The reason not to pay has ended"),
    "FOREIGN_CURRENCY_RECEIVED": Label("Thu được ngoại tệ", "Foreign currency is received"),
    "FOREIGN_CURRENCY_CONVERTED": Label("Đổi ngoại tệ", "The currency is converted"),
    "CASH_RECEIVED": Label("Thu tiền mặt", "Cash is taken"),
    "CASH_HANDED_IN": Label("Nộp quỹ", "The cash is handed in"),
    "RETURN_GROUND": Label("Có căn cứ trả tiền, tài sản", "A ground to return money or property exists"),
    "RETURN_NOTICE_SERVED": Label(
        "Thông báo hợp lệ nhận tiền, tài sản", "The notice to collect is validly served"
    ),
    "PROPERTY_COLLECTED": Label("Nhận tài sản, giấy tờ", "Property or papers are collected"),
    "TEMPORARY_RECEIPT": Label("Tạm thu", "Money is taken for the time being"),
    "CONFISCATED_MONEY_RECEIVED": Label("Nhận tiền tịch thu", "Confiscated money is received"),
    "DESTRUCTION_DONE": Label("Tiêu hủy xong", "The destruction is done"),
    "RESULT_CONFIRMATION_REQUESTED": Label("Nhận yêu cầu xác nhận kết quả", "A certificate is asked for"),
    "MONTH_ENDED": Label("Hết tháng", "The month has ended"),
    "FEE_RELIEF_FILE_COMPLETE": Label("Nhận đủ hồ sơ miễn, giảm phí", "The file on the fee is complete"),
    "RELIEF_FILE_AT_COURT": Label("Tòa án nhận hồ sơ", "The court receives the file"),
    "RELIEF_FILE_ACCEPTED": Label("Tòa án thụ lý", "The court accepts the file"),
    "RELIEF_DECISION_RECEIVED": Label("Nhận quyết định của Tòa án", "The decision of the court is received"),
    "RELIEF_PROTEST": Label("Kháng nghị quyết định miễn, giảm", "The relief is protested"),
    "RELIEF_PROTEST_FILE_RECEIVED": Label(
        "Tòa án cấp trên nhận hồ sơ kháng nghị", "The court above receives the protest"
    ),
    "RELIEF_APPEAL_DECIDED": Label("Tòa án cấp trên quyết định", "The court above decides"),
    "ACT_KNOWN": Label(
        "Thông báo hợp lệ hoặc biết được quyết định, hành vi", "Valid notice, or knowledge, of the act"
    ),
    "COMPLAINT_ACCEPTED": Label("Thụ lý khiếu nại", "The complaint is accepted"),
    "COMPLAINT_DECISION_RECEIVED": Label(
        "Nhận quyết định giải quyết khiếu nại", "The decision on the complaint is received"
    ),
    "DENUNCIATION_ACCEPTED": Label("Thụ lý tố cáo", "The denunciation is accepted"),
    "DECISION_RECEIVED_BY_VKS": Label("Viện kiểm sát nhận quyết định", "The procuracy receives the decision"),
    "VIOLATION_FOUND": Label("Phát hiện hành vi vi phạm", "The violation is found"),
    "PROTEST_CARRIED_OUT": Label("Thực hiện kháng nghị", "The protest is carried out"),
    "PROTEST_REVIEW_ASKED": Label("Đề nghị Viện kiểm sát xem lại", "The procuracy is asked to look again"),
    "VKS_ANSWERED": Label("Viện kiểm sát trả lời", "The procuracy answers"),
    "PROTEST_REVIEW_REQUESTED": Label(
        "Đề nghị cơ quan quản lý cấp trên xem xét", "The body above is asked to review"
    ),
    "PROTEST_REVIEWED": Label("Cơ quan quản lý cấp trên kết luận", "The body above concludes"),
    "EXPLANATION_RECEIVED": Label("Nhận văn bản của Tòa án", "The court's explanation is received"),
    "OFFICE_FILE_RECEIVED": Label("Nhận đủ hồ sơ của văn phòng", "The file of the office is complete"),
    "OFFICE_SECURITY_REQUESTED": Label(
        "Nhận đề nghị áp dụng biện pháp bảo đảm", "The request of the office is received"
    ),
    "COST_RELIEF_REQUESTED": Label("Nhận đơn miễn, giảm chi phí", "Relief from costs is asked for"),
}

#: The acts a fact follows from, where an act records it; the others are known from elsewhere.
FACT_ACTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "ENF_DECISION_SERVED": ("SERVICE",),
        "COERCION_DECISION_SERVED": ("SERVICE",),
        "PREEMPTION_NOTICE_SERVED": ("SERVICE",),
        "RETURN_NOTICE_SERVED": ("SERVICE", "UNCLAIMED_NOTICE"),
        "VALUATION_NOTICED": ("SERVICE",),
        "ATTACHMENT_NOTICED": ("SERVICE",),
        "COST_ESTIMATE_NOTICED": ("SERVICE",),
        "AUCTION_FAILURE_NOTICED": ("SERVICE",),
        "CO_OWNERS_NOTIFIED": ("SERVICE",),
        "DISPUTANTS_NOTIFIED": ("SERVICE",),
        "CREDITOR_NOTIFIED_OF_EVASION": ("SERVICE",),
        "OWNER_NOTIFIED_TO_MOVE": ("SERVICE",),
        "DUTIES_FULFILLED": ("COLLECTION", "PERFORMANCE"),
        "MONEY_RECEIVED": ("COLLECTION", "ACCOUNT_DEDUCTION", "CASH_COLLECTION", "INCOME_DEDUCTION"),
        "CASH_RECEIVED": ("CASH_COLLECTION",),
        "AUCTION_WON": ("AUCTION",),
        "AUCTION_FAILED_REPORTED": ("AUCTION",),
        "PRICE_FIXED": ("VALUATION",),
        "FREEZE_DONE": ("FREEZE",),
        "COERCION_AGREED": ("COERCION_DECISION",),
    }
)
