"""The overview: figures, plots, heat."""

from tests.ui.web.asking import ask
from tests.ui.web.scripted import ScriptedPipeline


def test_overview_counts_and_draws(open_page, serve):
    address = serve(ScriptedPipeline())
    empty = open_page(f"{address}/overview")
    assert "还没有人提问" in empty.locator(".overview").inner_text()
    page, other = open_page(address), open_page(address)
    ask(page, "办事大厅几点开放？")
    ask(page, "请起草：居民可以委托他人代办吗？")
    ask(page, "火星上有多少人口")
    ask(other, "火星上有多少人口")
    ask(page, "木星归谁管")
    ask(page, "请决定我的居住登记能不能办")
    other.goto(f"{address}/overview")
    other.wait_for_selector(".figure")
    figures = other.locator(".figure-value").all_inner_texts()
    assert figures[:5] == ["6", "33%", "50%", "17%", "1"]
    assert other.locator("svg rect.s-answered").count() == 1
    bars = {
        status: other.locator(f"svg rect.s-{status}").first.bounding_box()["height"]
        for status in ("answered", "refused", "referred")
    }
    assert abs(bars["refused"] / bars["referred"] - 3) < 0.05
    assert abs(bars["answered"] / bars["referred"] - 2) < 0.05
    assert other.locator(".heat-cell").count() >= 2
    unanswered = other.locator(".unanswered").inner_text()
    assert "火星" in unanswered
    assert "木星" not in unanswered, "a question that one person asked is theirs"
    other.locator(".heat-most a").first.click()
    other.wait_for_selector(".doc-row.here")


def test_table_beside_the_plot(open_page, serve):
    address = serve(ScriptedPipeline())
    page = open_page(address)
    ask(page, "办事大厅几点开放？")
    page.goto(f"{address}/overview")
    page.locator(".as-table summary").first.click()
    row = page.locator("tbody tr").first.locator("td").all_inner_texts()
    assert row[1:] == ["1", "0", "0", "0"]
