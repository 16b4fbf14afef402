"""The admin site in a real browser: somebody signs in, records an act, and the form has changed.

Chromium is found in the path or named by ``THADS_BROWSER``, as ``.ci/run`` does. On a machine that has none these
tests are skipped and say so.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.utils import timezone
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from cases.models import Act, Case, Document, RevealLog
from officers.models import Assignment, Officer, Unit
from tests.admin.people import PASSWORD, account
from tests.databases import TestDatabase
from tests.registers import bring_in, made_story
from thads.common.periods import Period
from thads.journal import consumers

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
#: Milliseconds within which a page has to show something; a limit for failing, not a pause.
LIMIT = 30_000

PROGRAM = os.environ.get("THADS_BROWSER") or next(filter(None, map(shutil.which, NAMES)), None)

pytestmark = pytest.mark.skipif(
    PROGRAM is None,
    reason="no browser: install Chromium (Debian: apt-get install chromium), or name one by THADS_BROWSER",
)


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what a request came to is what the test looks at."""


@pytest.fixture
def service(committed_database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The service on a port of its own, in this process and the database of the test."""
    # The browser's driver has an event loop in the thread of the test, where the test itself asks the database.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet)
    server.daemon_threads = False
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=PROGRAM, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def requests() -> list[str]:
    """Where the browser went."""
    return []


@pytest.fixture
def page(browser: Browser, service: str, requests: list[str]) -> Iterator[Page]:
    """A page of a new visitor. It is closed before the service is, which waits for its connections."""
    context = browser.new_context(locale="vi-VN", viewport={"width": 1440, "height": 900})
    context.set_default_timeout(LIMIT)
    found = context.new_page()

    def went(request: Request) -> None:
        requests.append(request.url)

    found.on("request", went)
    yield found
    context.close()


@pytest.fixture
def case(service: str) -> Case:
    """A case of an officer who can sign in: five million to collect, evidence to destroy."""
    officer = Officer.objects.create(code="DN.HC.01", name="Nguyễn Minh Tuấn", rank="ENFORCER_1")
    Assignment.objects.create(officer=officer, unit=Unit.objects.get(code="DN.HC"), role="OFFICER")
    account("DN.HC", "OFFICER", "DN.HC.01")
    (key,) = bring_in([made_story()])
    found: Case = Case.objects.get(pk=key)
    return found


def sign_in(
    page: Page, service: str, username: str = "dn.hc.01.officer", name: str = "Nguyễn Minh Tuấn"
) -> None:
    page.goto(f"{service}/admin/")
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_text(f"Xin chào, {name}")).to_be_visible()


def done_in_money(page: Page, service: str) -> str:
    """What form 2 of the running period prints as done, in units of 1.000 đ."""
    period = Period.running_on(timezone.localdate())
    page.goto(f"{service}/admin/statistics/forms/2/?fiscal_year={period.fiscal_year}&months={period.months}")
    link = page.locator("table.figures tr.kind-total a[href$='column=done']").first
    return link.inner_text().strip()


def done_in_cases(page: Page, service: str) -> str:
    period = Period.running_on(timezone.localdate())
    page.goto(f"{service}/admin/statistics/forms/1/?fiscal_year={period.fiscal_year}&months={period.months}")
    return page.locator("table.figures tr.kind-total a[href$='column=done']").first.inner_text().strip()


def fill_collection(page: Page, service: str, case: Case, amount: str) -> None:
    """From the case to the third step of recording that money was collected today."""
    page.goto(f"{service}/admin/cases/{case.public_id}/")
    page.get_by_role("link", name="Ghi hành vi, quyết định").click()
    page.get_by_role("searchbox").fill("thu tien thi hanh")
    page.get_by_role("link", name="Thu tiền thi hành án").first.click()
    page.locator("input[name='amount-o1']").fill(amount)
    page.get_by_role("button", name="Kiểm tra trước khi ghi").click()
    expect(page.get_by_text("Chưa có gì được ghi")).to_be_visible()


def test_an_officer_records_acts_and_the_forms_change(
    page: Page, service: str, case: Case, requests: list[str]
) -> None:
    sign_in(page, service)
    assert (done_in_cases(page, service), done_in_money(page, service)) == ("0", "0")

    fill_collection(page, service, case, "5.000.000")
    before = Act.objects.count()
    page.locator("#record").dblclick()
    expect(page.get_by_text("Đã ghi: Thu tiền thi hành án")).to_be_visible()
    assert Act.objects.count() == before + 1

    page.get_by_role("link", name="Ghi hành vi, quyết định").click()
    page.get_by_role("link", name="Thi hành xong nghĩa vụ không phải tiền").first.click()
    page.get_by_role("button", name="Kiểm tra trước khi ghi").click()
    expect(page.get_by_text("Số liệu kỳ này")).to_be_visible()
    page.locator("#record").click()
    expect(page.locator("main, #content").get_by_text("Thi hành xong", exact=True).first).to_be_visible()

    consumers.catch_up()
    assert (done_in_cases(page, service), done_in_money(page, service)) == ("1", "5.000")
    page.locator("table.figures tr.kind-total a[href$='column=done']").first.click()
    expect(page.get_by_role("link", name=case.decision_number)).to_be_visible()

    host = urlsplit(service).netloc
    outside = [
        url
        for url in requests
        if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).netloc != host
    ]
    assert requests and not outside


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def test_a_case_is_found_its_papers_kept_and_a_stale_form_refused(
    page: Page, service: str, case: Case, tmp_path: Path
) -> None:
    """Found by a name without accents; a document goes up and comes down; of two who write, the second is told
    what the first recorded.
    """
    sign_in(page, service)
    page.get_by_label("Tìm kiếm").first.fill("nguyen van a")
    page.get_by_role("button", name="Tìm kiếm").click()
    page.get_by_role("link", name=case.decision_number).click()
    expect(page.get_by_text("048090000001")).to_be_visible()

    page.get_by_role("link", name="Tài liệu").click()
    sent = tmp_path / "biên bản xác minh.pdf"
    sent.write_bytes(PDF)
    page.locator("#file").set_input_files(sent)
    page.locator("#title").fill("Biên bản xác minh")
    page.locator("#kind").select_option("VERIFICATION_RECORD")
    page.get_by_role("button", name="Tải lên").dblclick()
    expect(page.get_by_text("Đã lưu tài liệu.")).to_be_visible()
    with page.expect_download() as coming:
        page.get_by_role("link", name=sent.name).click()
    assert coming.value.path().read_bytes() == PDF and coming.value.suggested_filename == sent.name
    assert Document.objects.count() == 1

    fill_collection(page, service, case, "1.000.000")
    other = page.context.new_page()
    fill_collection(other, service, case, "2.000.000")
    other.locator("#record").click()
    expect(other.get_by_text("Đã ghi: Thu tiền thi hành án")).to_be_visible()
    before = Act.objects.count()
    page.locator("#record").click()
    expect(page.get_by_text("Hành vi của bạn chưa được ghi")).to_be_visible()
    expect(page.get_by_text("2.000.000 đ")).to_be_visible()
    expect(page.get_by_text("Nguyễn Minh Tuấn (DN.HC.01)")).to_be_visible()
    assert Act.objects.count() == before


def test_a_head_makes_an_account_and_its_owner_looks_behind_a_mask(
    page: Page, browser: Browser, service: str, case: Case
) -> None:
    """The password is shown once, and is good for choosing another; then the owner signs in, and sees an
    identity number only after saying why.
    """
    examiner = Officer.objects.create(code="DN.HC.70", name="Phạm Thị Thẩm", rank="")
    Assignment.objects.create(officer=examiner, unit=Unit.objects.get(code="DN.HC"), role="EXAMINER")
    head = account("DN", "HEAD", "DN.00", "Trần Thủ Trưởng")
    sign_in(page, service, head.username, "Trần Thủ Trưởng")
    page.goto(f"{service}/admin/accounts/new/")
    page.get_by_label("Mã cán bộ").fill("DN.HC.70")
    page.get_by_label("Tên đăng nhập").fill("pham.tham")
    page.get_by_role("button", name="Lưu").click()
    password = page.locator("#secret").inner_text()

    visitor = browser.new_context(locale="vi-VN", viewport={"width": 390, "height": 844})
    visitor.set_default_timeout(LIMIT)
    hers = visitor.new_page()
    hers.goto(f"{service}/password/")
    for name, value in (("username", "pham.tham"), ("password", password)):
        hers.locator(f"input[name={name}]").fill(value)
    for name in ("new_password1", "new_password2"):
        hers.locator(f"input[name={name}]").fill(PASSWORD)
    hers.locator("button[type=submit]").first.click()
    sign_in(hers, service, "pham.tham", "Phạm Thị Thẩm")
    hers.goto(f"{service}/admin/cases/{case.public_id}/")
    expect(hers.get_by_text("048090000001")).to_have_count(0)
    hers.get_by_role("link", name="Xem phần bị che").first.click()
    hers.get_by_label("Lý do").fill("Đối chiếu căn cước khi thẩm tra hồ sơ")
    hers.locator("#look").click()
    expect(hers.locator("#revealed")).to_contain_text("048090000001")
    assert hers.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert RevealLog.objects.get().reason == "Đối chiếu căn cước khi thẩm tra hồ sơ"
    visitor.close()


def test_two_presses_that_both_arrive_record_once(page: Page, service: str, case: Case) -> None:
    """As from a page whose script did not run: the form is sent twice, at the same time."""
    sign_in(page, service)
    fill_collection(page, service, case, "1.000.000")
    before = Act.objects.count()
    answers = page.evaluate(
        """async () => {
            const form = document.querySelector("form[data-once]");
            const send = () => fetch(form.action, {method: "POST", body: new URLSearchParams(new FormData(form))});
            return (await Promise.all([send(), send()])).map((answer) => [answer.status, answer.url]);
        }"""
    )
    assert [status for status, _ in answers] == [200, 200]
    assert all(f"/admin/cases/{case.public_id}/" in url for _, url in answers)
    assert Act.objects.count() == before + 1
