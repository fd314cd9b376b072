"""From a sentence to its source."""

from tests.ui.web.asking import ask, highlighted, wait_until_in_view


def test_answer_is_the_sources_sentences_with_numbered_citations(open_page, address):
    page = open_page(address)
    turn = ask(page, "办事大厅几点开放？")
    claims = turn.locator(".claim")
    assert claims.first.inner_text().startswith(
        "办事大厅每周一至周五开放，开放时间为九时至十七时。"
    )
    assert turn.locator(".chip").all_inner_texts()[:2] == ["1", "2"]
    assert turn.locator(".badge").inner_text() == "检索摘录"
    assert "人工智能生成" in turn.locator(".ai-label").inner_text()


def test_click_scrolls_to_the_paragraph_and_marks_the_exact_words(open_page, address):
    page = open_page(address)
    turn = ask(page, "附件第30项写了什么填充内容？")
    page.evaluate("document.querySelector('.reader-body').scrollTop = 0")
    turn.locator(".chip").first.click()
    page.wait_for_selector(".reader mark.active")
    quote = turn.locator(".claim").first.inner_text().split("\u2060")[0]
    assert highlighted(page) == quote
    wait_until_in_view(page, ".reader mark.active")
    label = page.locator(".doc-row.cited.here .doc-label").inner_text()
    assert label == turn.locator(".source-label").first.inner_text()
