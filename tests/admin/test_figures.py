"""Forms as they are printed, and the way from each figure to its cases."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.admin.people import signed_in
from tests.registers import bring_in, made_story

PERIOD = "fiscal_year=2024&months=6"
COLLECTED = [
    {
        "type": "COLLECTION",
        "effective_on": "2024-02-01",
        "lines": [{"obligation": "o1", "amount": "5000000"}],
    },
    {"type": "PERFORMANCE", "effective_on": "2024-02-02", "lines": [{"obligation": "o2"}]},
]


@pytest.fixture
def client(staff: None) -> Client:
    bring_in([made_story(), made_story(number="2/QĐ", acts=COLLECTED)])
    return signed_in("DN", "HEAD")


def test_a_form_is_printed_with_its_figures(client: Client) -> None:
    page = client.get(f"/admin/statistics/forms/1/?{PERIOD}&compare=1").content.decode()
    assert "50,00 %" in page and "Thi hành xong" in page and "Cả 8 đẳng thức" in page
    money = client.get(f"/admin/statistics/forms/2/?{PERIOD}").content.decode()
    printed = set(re.findall(r">([\d.]+)\s*</a>", money))
    assert {"5.000", "10.000"} <= printed and "1.000 đồng" in money


def test_every_figure_leads_to_its_cases_and_they_add_up(client: Client) -> None:
    page = client.get(f"/admin/statistics/forms/2/?{PERIOD}").content.decode()
    links = re.findall(r'<td[^>]*><a href="(/admin/statistics/cases/[^"]*column=done)"', page)
    assert links and all("known_at=" in link for link in links)
    shown = client.get(links[0].replace("&amp;", "&")).content.decode()
    assert "Giải quyết xong: 5.000.000 đ" in shown and "2/QĐ" in shown and "Thu tiền thi hành án" in shown


def test_the_front_page_shows_both_ratios_and_leads_on(client: Client) -> None:
    page = client.get(f"/admin/?{PERIOD}").content.decode()
    assert "1 / 2 việc có điều kiện" in page and "50,00 %" in page and "/admin/statistics/cases/?" in page


def test_the_period_looked_at_is_kept_from_page_to_page(client: Client) -> None:
    client.get(f"/admin/?{PERIOD}")
    assert "từ 01/10/2023 đến 31/03/2024" in client.get("/admin/statistics/forms/1/").content.decode()


def test_without_a_choice_the_latest_period_in_which_something_moved_is_shown(client: Client) -> None:
    page = client.get("/admin/").content.decode()
    assert "đến 29/02/2024" in page and "gần nhất có biến động" in page


def test_pages_of_the_cases_of_a_figure_follow_each_other(client: Client) -> None:
    url = f"/admin/statistics/cases/?{PERIOD}&measure=cases&column=total_handled&page_size=1"
    first = client.get(url).content.decode()
    (after,) = re.findall(r'href="(\?[^"]*cursor=[^"]*)"', first)
    second = client.get("/admin/statistics/cases/" + after.replace("&amp;", "&")).content.decode()
    assert ("1/QĐ-CCTHADS" in first) != ("1/QĐ-CCTHADS" in second) and "Trang trước" in second


def test_a_figure_without_a_column_is_no_page(client: Client) -> None:
    assert client.get("/admin/statistics/cases/").status_code == 404
    assert client.get(f"/admin/statistics/cases/?{PERIOD}&measure=cases&column=x").status_code == 400
