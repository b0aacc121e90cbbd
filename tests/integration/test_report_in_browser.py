"""The report in a real browser: it opens fast, answers to mouse and keyboard, and stays inert."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "fixtures"))

import explained_run
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from stillwatch.explain.report import report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --use-angle=swiftshader --enable-unsafe-swiftshader"
)
SECONDS_TO_OPEN = 2.0
SCREENS = [400, 900, 1500]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here; install the package chromium"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this file."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a report with three campaigns, one with hostile account ids."""
    path = tmp_path_factory.mktemp("three") / "report.html"
    path.write_text(report(explained_run.page()), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def visit(browser: Browser, request: pytest.FixtureRequest):
    """Open an address; at the end nothing may have been complained of or asked of a network."""
    troubles: list[str] = []

    def refuse(route: Route) -> None:
        if not route.request.url.startswith(("file:", "data:")):
            troubles.append(f"asked for {route.request.url}")
        route.continue_()

    def opened(address: str, **options) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1500, "height": 900}} | options)
        request.addfinalizer(context.close)
        page = context.new_page()
        page.on("console", lambda message: troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.route("**/*", refuse)
        page.goto(address)
        return page

    yield opened
    assert troubles == []


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


@pytest.mark.parametrize("width", SCREENS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_sticks_out_on_any_screen(visit, three, width, scheme):
    """Overview and campaign fit phones, tablets and desks in both themes."""
    page = visit(three, viewport={"width": width, "height": 900}, color_scheme=scheme)
    assert overflow(page) <= 0
    page.goto(f"{three}#campaign-1")
    expect(page.locator("#campaign-1 .graph canvas").first).to_be_visible()
    assert overflow(page) <= 0


def test_a_hostile_account_id_does_nothing(visit, three):
    """An id that is a script is shown as text wherever it appears and never runs."""
    page = visit(f"{three}#campaign-1")
    page.locator("#campaign-1 input[type=search]").fill("script")
    row = page.locator("#campaign-1 .account-list tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(explained_run.HOSTILE)
    row.locator("button").click()
    expect(page.locator("#campaign-1 .opened")).to_contain_text("Template share")
    assert page.evaluate("window.stolen") is None


def test_the_policy_refuses_what_the_page_did_not_bring(browser, three):
    """A script or style added later does not run, and nothing can be fetched."""
    page = browser.new_page()
    page.goto(three)
    outcome = page.evaluate(
        """async () => {
          const script = document.createElement("script");
          script.textContent = "window.stolen = 1";
          document.body.append(script);
          const fetched = await fetch("data:text/plain,x").then(() => "yes", () => "refused");
          return [window.stolen ?? "refused", fetched];
        }"""
    )
    page.close()
    assert outcome == ["refused", "refused"]


def test_a_campaign_opens_by_keyboard_alone(visit, three):
    """Skip link first; the campaign's link opens it and takes the focus along."""
    page = visit(three)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator("#campaign-list tbody a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#campaign-1-title")).to_be_focused()
    expect(page.locator("#overview")).to_be_hidden()
    page.go_back()
    expect(page.locator("#overview")).to_be_visible()
    expect(page.locator("#campaign-1")).to_be_hidden()


def test_accounts_and_links_of_the_network_answer_to_the_arrow_keys(visit, three):
    """Right walks to an account, down to one of its links; the reasons stand beside it."""
    page = visit(f"{three}#campaign-2")
    detail = page.locator("#campaign-2 .detail")
    expect(detail).to_contain_text("Template share")
    page.locator("#campaign-2 .graph").focus()
    page.keyboard.press("ArrowRight")
    before = detail.inner_text()
    page.keyboard.press("ArrowRight")
    assert detail.inner_text() != before
    page.keyboard.press("ArrowDown")
    expect(detail).to_contain_text("linked with")
    expect(detail).to_contain_text("bits that one operator runs both")


def test_an_account_of_the_network_answers_to_the_mouse(visit, three):
    """A click on a drawn account shows that account's reasons."""
    page = visit(f"{three}#campaign-3")
    frame = page.locator("#campaign-3 .graph")
    expect(frame.locator("canvas").first).to_be_visible()
    chosen, x, y = page.evaluate(
        """() => {
          const node = networks.at(-1).nodes().last();
          const { x, y } = node.renderedPosition();
          return [embedded("campaign-3-data").accounts.id[node.data("number")], x, y];
        }"""
    )
    frame.scroll_into_view_if_needed()
    frame.click(position={"x": x, "y": y})
    expect(page.locator("#campaign-3 .detail h4")).to_have_text(chosen)


def test_campaigns_can_be_sorted_and_filtered(visit, three):
    """A column's button sorts both ways and says so; words narrow the list and are counted."""
    page = visit(three)
    accounts = page.locator("#campaign-list tbody [data-label=Accounts]")
    button = page.locator("#campaign-list [data-key=accounts] button")
    button.click()
    expect(page.locator("#campaign-list [data-key=accounts]")).to_have_attribute(
        "aria-sort", "descending"
    )
    assert accounts.all_inner_texts() == ["620", "84", "12"]
    button.click()
    assert accounts.all_inner_texts() == ["12", "84", "620"]
    page.locator("#campaign-filter").fill("rubric")
    expect(page.locator("#campaign-list tbody tr:visible")).to_have_count(1)
    expect(page.locator("#campaign-filter-said")).to_have_text("1 of 3 shown")


def test_accounts_can_be_paged_and_sorted(visit, three):
    """Twenty a page; the next page continues, a sort starts again."""
    page = visit(f"{three}#campaign-2")
    part = page.locator("#campaign-2 .account-list")
    expect(part.locator("tbody tr")).to_have_count(20)
    expect(part.locator("[role=status]")).to_have_text("1 to 20 of 84")
    part.get_by_role("button", name="Next").click()
    expect(part.locator("[role=status]")).to_have_text("21 to 40 of 84")
    part.get_by_role("button", name="Account").click()
    expect(part.locator("[role=status]")).to_have_text("1 to 20 of 84")
    expect(part.locator("tbody tr").first).to_contain_text("acct_0100000x")


def test_the_theme_can_be_chosen(visit, three):
    """The button turns a light page dark, charts included, and back."""
    page = visit(f"{three}#campaign-1", color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.locator("#theme").click()
    expect(page.locator("#theme")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(ground) != light
    page.locator("#theme").click()
    assert page.evaluate(ground) == light


def test_without_scripts_everything_stands_as_tables(visit, three):
    """Every campaign, its evidence and its days can be read; nothing that needs scripts shows."""
    page = visit(three, java_script_enabled=False)
    expect(page.locator(".campaign:visible")).to_have_count(3)
    expect(page.locator("#campaign-3 .evidence")).to_be_visible()
    expect(page.locator("#campaign-3 .accounts")).to_be_visible()
    expect(page.locator("#campaign-3 details").first).to_be_visible()
    expect(page.locator(".needs-js:visible")).to_have_count(0)


def test_every_chart_has_a_name_and_a_table(visit, three):
    """A drawn chart is an image with a label, followed by the same numbers as a table."""
    page = visit(f"{three}#campaign-1")
    for chart in page.locator(".chart:visible").all():
        assert chart.get_attribute("role") == "img"
        assert len(chart.get_attribute("aria-label")) > 20
        assert chart.locator("xpath=following-sibling::details[1]//table").count() == 1
    assert page.locator("#campaign-1 .graph").get_attribute("aria-label")
    assert page.locator("#campaign-1 .network ~ details table").count() == 1


def test_paper_gets_what_the_screen_shows(visit, three):
    """On paper the controls are gone and the evidence is there, dark on light."""
    page = visit(f"{three}#campaign-1", color_scheme="dark")
    page.emulate_media(media="print")
    expect(page.locator(".bar")).to_be_hidden()
    expect(page.locator("#campaign-1 .evidence").first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"


def busy_seconds(page: Page) -> float:
    """Seconds of processor that the page has used; a busy machine does not lengthen them."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(metric["value"] for metric in metrics if metric["name"] == "ProcessTime")


@pytest.mark.slow
def test_fifty_campaigns_of_five_hundred_accounts_open_fast(visit, tmp_path):
    """25,000 accounts are ready, and any campaign of theirs is drawn, in two seconds each."""
    path = tmp_path / "report.html"
    path.write_text(report(explained_run.page(50, (500,), population=100)), encoding="utf-8")
    page = visit(path.as_uri())
    ready = busy_seconds(page)
    assert ready < SECONDS_TO_OPEN
    page.locator("#campaign-list tbody a").nth(39).click()
    expect(page.locator("#campaign-40 .graph canvas").first).to_be_visible()
    expect(page.locator("#campaign-40 .detail")).to_contain_text("Template share")
    assert busy_seconds(page) - ready < SECONDS_TO_OPEN
