"""What an answer shows, and what can be done with it."""

import re
import time
from threading import Semaphore

import pytest
from playwright.sync_api import expect

from tests.ui.web.asking import ask, highlighted, shown
from tests.ui.web.scripted import RULES, ScriptedPipeline


def test_sentences_arrive_one_by_one(open_page, serve):
    gate = Semaphore(0)
    page = open_page(serve(ScriptedPipeline(gate=gate)))
    page.fill("#question", "办事大厅几点开放？")
    page.keyboard.press("Enter")
    claims = page.locator(".turn[data-state=running] .claim")
    for count in (1, 2, 3):
        expect(claims).to_have_count(count)
        expect(claims.nth(count - 1).locator(".chip")).to_be_visible()
        assert page.locator(".stop").is_visible()
        gate.release()
    page.wait_for_selector(".turn[data-state=done]")
    assert page.locator(".turn .claim").count() == 3


def test_stop_keeps_what_was_checked_and_closes_the_pipeline(open_page, serve):
    gate = Semaphore(0)
    pipeline = ScriptedPipeline(gate=gate)
    page = open_page(serve(pipeline))
    page.fill("#question", "办事大厅几点开放？")
    page.keyboard.press("Enter")
    page.wait_for_selector(".turn .claim")
    page.click(".stop")
    turn = shown(page.locator(".turn[data-state=stopped]"))
    assert turn.locator(".claim").count() == 1
    assert "已停止" in turn.locator(".note").inner_text()
    assert page.locator(".send").is_visible()
    gate.release(10)  # the pipeline learns of it at its next sentence
    deadline = time.monotonic() + 10
    while not pipeline.closed and time.monotonic() < deadline:
        time.sleep(0.02)
    assert pipeline.closed == 1
    assert turn.locator(".claim").count() == 1


def test_hover_shows_the_quote_in_its_paragraph(open_page, address):
    page = open_page(address)
    turn = ask(page, "办事大厅几点开放？")
    turn.locator(".chip").nth(1).hover()
    card = page.locator(".card")
    card.wait_for()
    page.wait_for_function(
        "() => document.querySelector('.card-text').textContent.includes('每周一')"
    )
    assert card.locator("mark").inner_text() == "周六只办理预约事项。"
    assert "第二条" in card.locator(".card-head").inner_text()
    page.mouse.move(5, 5)
    card.wait_for(state="hidden")


def test_how_it_was_made(open_page, address):
    page = open_page(address)
    turn = ask(page, "请起草：办事大厅几点开放？")
    turn.locator(".how summary").click()
    how = turn.locator(".how-body")
    assert how.locator(".hit-score").first.inner_text() == "0.400"
    assert how.locator(".checks .check").first.inner_text() == "✓ 数字"
    assert how.locator(".rejected s").inner_text() == "办事大厅每天开放二十四小时。"
    assert how.locator(".rejected .check").all_inner_texts() == ["✗ 数字不符", "✗ 原文中找不到"]
    assert "R-0001" in how.inner_text()
    assert "scripted" in how.inner_text()
    how.locator(".hit").nth(1).click()
    page.wait_for_selector(".doc-row.here")
    assert turn.locator(".badge").inner_text() == "AI 起草，逐句核验"


def test_copied_text_has_sources_label_and_record_number(open_page, address):
    page = open_page(address, permissions=["clipboard-read", "clipboard-write"])
    turn = ask(page, "办事大厅几点开放？")
    turn.get_by_text("复制回答").click()
    turn.get_by_text("已复制").wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    assert "办事大厅每周一至周五开放，开放时间为九时至十七时。[1]" in text
    assert "[2] 《云溪市政务服务试行规则》第二条：“周六只办理预约事项。”" in text
    assert "人工智能生成，以原文为准（检索摘录）" in text
    assert "记录号：R-0001" in text
    assert re.search(r"http://127\.0\.0\.1:\d+/#a=[0-9a-f]{32}", text)


@pytest.mark.parametrize(("kind", "starts"), [("md", "人工智能"), ("docx", "PK"), ("pdf", "%PDF")])
def test_exports(open_page, address, kind, starts):
    pytest.importorskip("rag.export")
    page = open_page(address)
    turn = ask(page, "办事大厅几点开放？")
    turn.get_by_text("导出").click()
    with page.expect_download() as download:
        turn.locator(f".menu-item[href$='format={kind}']").click()
    data = download.value.path().read_bytes()
    if kind == "md":
        text = data.decode()
        assert "办事大厅每周一至周五开放" in text
        assert starts in text
        assert "R-0001" in text
    else:
        assert data.startswith(starts.encode())


def test_refusal_says_why_shows_the_nearest_and_what_can_be_asked(open_page, address):
    page = open_page(address)
    turn = ask(page, "火星上有多少人口")
    assert "原文不足以回答" in turn.locator(".outcome-title").inner_text()
    assert turn.locator(".claim").count() == 0
    assert "不是回答" in turn.locator(".nearest").inner_text()
    turn.locator(".nearest .hit").first.click()
    page.wait_for_selector(".doc-row.here")
    turn.locator(".example").first.wait_for()
    turn.locator(".example").first.click()
    page.wait_for_function(
        "() => document.querySelectorAll('.turn[data-status=answered]').length === 1"
    )


def test_referred_question_names_the_office_and_is_handed_over(open_page, address):
    page = open_page(address)
    turn = ask(page, "请决定我的居住登记能不能办")
    assert "云溪市政务服务大厅" in turn.locator(".referral").inner_text()
    assert "000-12345" in turn.locator(".referral").inner_text()
    turn.locator(".referral button").click()
    done = turn.locator(".referral .good")
    done.wait_for()
    number = re.search(r"\d{8}-[0-9A-F]{6}", done.inner_text())[0]
    page.reload()
    turn = shown(page.locator(".turn"))
    assert number in turn.locator(".referral .good").inner_text()


def test_feedback_is_tied_to_the_answer(open_page, address):
    page = open_page(address)
    turn = ask(page, "办事大厅几点开放？")
    turn.locator("[aria-label=没有帮助]").click()
    turn.locator(".reasons").wait_for()
    with page.expect_response("**/api/feedback") as sent:
        turn.get_by_role("button", name="不完整").click()
    assert sent.value.json()["record"] == "R-0001"
    assert sent.value.request.post_data_json["reason"] == "incomplete"
    expect(turn.locator(".rating")).to_contain_text("谢谢")


def test_staff_can_be_asked_to_review_any_answer(open_page, address):
    page = open_page(address)
    turn = ask(page, "办事大厅几点开放？")
    turn.locator("[aria-label=没有帮助]").click()
    turn.get_by_role("button", name="请工作人员复核").click()
    turn.get_by_text("受理号").wait_for()
    turn.locator(".how summary").click()
    assert "云溪市政务服务管理局" in turn.locator(".facts").inner_text()


def test_model_down_is_said_plainly_and_can_be_tried_again(open_page, address):
    page = open_page(address)
    turn = ask(page, "模型坏了吗？")
    assert turn.get_attribute("data-state") == "error"
    assert "SUYUAN_LLM_BASE_URL" in turn.locator(".fault").inner_text()
    turn.get_by_role("button", name="重新回答").click()
    page.wait_for_function(
        "() => document.querySelectorAll('.turn[data-state=error]').length === 2"
    )


def test_server_gone(open_page, address):
    page = open_page(address)
    page.route("**/api/ask/stream", lambda route: route.abort())
    turn = ask(page, "办事大厅几点开放？")
    assert "无法连接服务" in turn.locator(".fault").inner_text()


def test_follow_up_sends_what_came_before(open_page, serve):
    pipeline = ScriptedPipeline()
    page = open_page(serve(pipeline))
    ask(page, "办事大厅几点开放？")
    ask(page, "那周六呢？")
    question, history, _ = pipeline.calls[-1]
    assert question == "那周六呢？"
    assert history[0].question == "办事大厅几点开放？"
    assert history[0].answer.startswith("办事大厅每周一至周五开放")


def test_answers_can_be_limited_to_some_documents(open_page, serve):
    pipeline = ScriptedPipeline()
    page = open_page(serve(pipeline))
    page.locator(".scope summary").click()
    page.locator(".scope input[type=checkbox]").nth(0).check()
    page.keyboard.press("Escape")
    ask(page, "春节期间办事大厅放假几天？")
    assert pipeline.calls[-1][2] == frozenset({RULES})
    assert page.locator(".turn .source-title").count() == 0 or all(
        title == "云溪市政务服务试行规则"
        for title in page.locator(".turn .source-title").all_inner_texts()
    )


def test_examples_are_drawn_from_the_documents_and_asked_with_a_click(open_page, address):
    page = open_page(address)
    example = page.locator(".welcome .example").first
    example.wait_for()
    words = example.inner_text()
    assert words == "居民可以委托他人代办吗？"
    example.click()
    turn = shown(page.locator(".turn[data-status=answered]"))
    assert words in turn.locator("h3").inner_text()


def test_reader_steps_through_the_citations(open_page, address):
    page = open_page(address)
    ask(page, "办事大厅几点开放？")
    page.wait_for_selector("mark.active")
    first = highlighted(page)
    page.get_by_label("下一处引用").click()
    assert highlighted(page) == "周六只办理预约事项。" != first
    assert page.locator(".chip.on").inner_text() == "2"
    page.locator(".strip .cited").last.click()
    assert page.locator(".doc-row.here .doc-label").inner_text() == "第四条"
