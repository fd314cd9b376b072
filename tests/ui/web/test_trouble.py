"""What happens around a page: lost connections, full storage, impatient hands, several windows."""

from threading import Semaphore

import pytest
from playwright.sync_api import expect

from tests.ui.web.asking import ask, highlighted, shown
from tests.ui.web.conftest import SITE
from tests.ui.web.running import app_over, running
from tests.ui.web.scripted import ScriptedPipeline

QUESTION = "办事大厅几点开放？"
NO_STORAGE = """
const denied = {get() { throw new DOMException("denied", "SecurityError"); }};
for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, denied);
"""


_SELECT = "element => getSelection().selectAllChildren(element)"


def begin(page, question=QUESTION):
    """Asks, and returns the turn once its first sentence is there; a gate holds the others."""
    page.fill("#question", question)
    page.keyboard.press("Enter")
    turn = page.locator(".turn").last
    turn.locator(".claim").first.wait_for()
    return turn


def test_server_that_restarts_in_mid_answer(open_page, tmp_path):
    gate = Semaphore(0)
    with running(app_over(ScriptedPipeline(gate=gate), tmp_path, site=SITE)) as address:
        page = open_page(address)
        begin(page)
    gate.release(100)  # the thread that would make the next sentence may end
    turn = shown(page.locator(".turn[data-state=error]"))
    assert turn.locator(".claim").count() >= 1
    assert "无法连接服务" in turn.locator(".fault").inner_text()
    port = int(address.rsplit(":", 1)[1])
    with running(app_over(ScriptedPipeline(), tmp_path, site=SITE), port):
        turn.get_by_role("button", name="重新回答").click()
        page.wait_for_selector(".turn[data-state=done]")
        page.reload()
        page.wait_for_selector(".turn[data-state=done]")
        assert page.locator(".turn").count() == 2


def test_connection_lost_before_a_question(open_page, address):
    page = open_page(address)
    page.context.set_offline(True)
    turn = ask(page, QUESTION)
    assert "无法连接服务" in turn.locator(".fault").inner_text()
    page.context.set_offline(False)
    turn.get_by_role("button", name="重新回答").click()
    page.wait_for_selector(".turn[data-state=done]")


def test_browser_without_storage_can_ask(open_page, address):
    page = open_page(address, script=NO_STORAGE)
    assert ask(page, QUESTION).locator(".claim").count() == 3
    page.locator(".side .new").click()
    ask(page, "居民可以委托他人代办吗？")
    assert page.locator(".chat-entry").count() == 2
    page.locator(".chat-entry").last.click()
    assert "几点开放" in shown(page.locator(".turn")).locator("h3").inner_text()
    assert "不允许保存" in page.locator(".side-note").inner_text()
    page.goto(f"{address}/documents")
    page.wait_for_selector(".doc-name")


def test_full_storage_is_told_and_answers_still_come(open_page, address):
    page = open_page(address)
    ask(page, "居民可以委托他人代办吗？")
    page.evaluate(
        """() => {
          for (let size = 1 << 22; size >= 1; size >>= 1)
            for (let n = 0; n < 9; n++)
              try {
                localStorage.setItem(`filler:${size}:${n}`, "x".repeat(size));
              } catch { break; }
        }"""
    )
    turn = ask(page, QUESTION)
    assert turn.locator(".claim").count() == 3
    expect(page.locator(".storage-note")).to_contain_text("存储空间已满")
    assert page.locator(".storage-note").count() == 1
    ask(page, "那周六呢？")
    assert page.locator(".storage-note").count() == 1


def test_spoilt_storage_is_no_obstacle(open_page, address):
    spoilt = """if (location.protocol === "http:") {
      localStorage.setItem("suyuan:chats", '{"not": "a list"}');
      sessionStorage.setItem("suyuan:current", "x");
      localStorage.setItem("suyuan:chat:x", '{"turns": 7}');
      sessionStorage.setItem("suyuan:scope", "{");
    }"""
    page = open_page(address, script=spoilt)
    assert ask(page, QUESTION).locator(".claim").count() == 3


def test_double_click_asks_once_and_does_not_stop(open_page, serve):
    gate = Semaphore(0)
    pipeline = ScriptedPipeline(gate=gate)
    page = open_page(serve(pipeline))
    page.fill("#question", QUESTION)
    page.locator(".send").dblclick()
    page.wait_for_selector(".turn .claim")
    assert page.locator(".turn").get_attribute("data-state") == "running"
    gate.release(10)
    page.wait_for_selector(".turn[data-state=done]")
    assert page.locator(".turn").count() == 1
    assert len(pipeline.calls) == 1


def test_enter_that_ends_a_composition_does_not_send(open_page, address):
    page = open_page(address)
    page.locator("#question").focus()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send(
        "Input.imeSetComposition", {"text": "banshi", "selectionStart": 6, "selectionEnd": 6}
    )
    page.keyboard.press("Enter")
    # Safari tells by the key's code alone.
    page.evaluate(
        """() => document.querySelector('#question').dispatchEvent(new KeyboardEvent(
          'keydown', {key: 'Enter', keyCode: 229, bubbles: true, cancelable: true}
        ))"""
    )
    assert page.locator(".turn").count() == 0
    page.fill("#question", QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector(".turn[data-state=done]")


@pytest.mark.parametrize("width", [1440, 390])
def test_five_thousand_characters_are_told_to_be_too_many(open_page, address, width):
    page = open_page(address, viewport={"width": width, "height": 844})
    page.locator("#question").focus()
    page.keyboard.insert_text("办事大厅" * 1250)
    note = page.locator(".composer-note")
    expect(note).to_contain_text("已有 5000 字")
    assert page.locator(".composer").bounding_box()["height"] < 320
    page.keyboard.press("Enter")
    turn = page.locator(".turn:not([data-state=running])")
    shown(turn)
    expect(note).not_to_contain_text("5000")
    assert 20 < turn.locator("h3").bounding_box()["height"] < 200
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_turning_to_another_conversation_in_mid_answer_keeps_both(open_page, serve):
    gate = Semaphore(0)
    page = open_page(serve(ScriptedPipeline(gate=gate)))
    begin(page)
    page.locator(".side .new").click()
    page.wait_for_selector(".welcome")
    expect(page.locator(".chat-title")).to_have_text([QUESTION])
    expect(page.locator(".send")).to_be_visible()
    gate.release(100)
    ask(page, "居民可以委托他人代办吗？")
    page.locator(".chat-entry").last.click()
    turn = shown(page.locator(".turn[data-state=stopped]"))
    assert turn.locator(".claim").count() == 1


def test_two_windows_add_to_one_conversation(open_page, address):
    one = open_page(address)
    ask(one, QUESTION)
    two = one.context.new_page()
    two.goto(address)
    two.wait_for_selector(".turn[data-state=done]")
    ask(two, "居民可以委托他人代办吗？")
    expect(one.locator(".turn")).to_have_count(2)
    one.locator(".side .new").click()
    ask(one, "办理居住登记收取费用吗？")
    expect(two.locator(".chat-title")).to_have_count(2)
    for page in (one, two):
        page.reload()
        page.wait_for_selector("html[data-ready]")
    assert one.locator(".turn").count() == 1
    assert two.locator(".turn").count() == 2


def test_back_and_forward_between_pages(open_page, address):
    page = open_page(address)
    ask(page, QUESTION).locator(".chip").nth(1).click()
    page.wait_for_function("() => location.hash.includes('c=2')")
    page.get_by_role("link", name="文档").click()
    page.wait_for_selector(".doc-name")
    page.go_back()
    page.wait_for_selector("mark.active")
    assert highlighted(page) == "周六只办理预约事项。"
    assert page.locator(".turn .claim").count() == 3
    page.go_forward()
    page.wait_for_selector(".doc-name")


def test_new_conversation_stays_new_after_a_reload(open_page, address):
    page = open_page(address)
    ask(page, QUESTION).locator(".chip").nth(1).click()
    page.wait_for_function("() => location.hash.includes('c=2')")
    page.locator(".side .new").click()
    page.wait_for_selector(".welcome")
    ask(page, "居民可以委托他人代办吗？")
    page.reload()
    turn = shown(page.locator(".turn"))
    assert "委托他人" in turn.locator("h3").inner_text()


def test_words_copied_by_hand_take_the_label_along(open_page, address):
    page = open_page(address, permissions=["clipboard-read", "clipboard-write"])
    turn = ask(page, QUESTION)
    turn.locator(".claim").nth(1).evaluate(_SELECT)
    page.keyboard.press("Control+C")
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith("周六只办理预约事项。\n\n人工智能生成")
    assert "人工智能生成，以原文为准（检索摘录）" in text
    assert "记录号：R-0001" in text
    page.locator(".reader .doc-text").first.evaluate(_SELECT)
    page.keyboard.press("Control+C")
    source = page.evaluate("navigator.clipboard.readText()")
    assert "人工智能" not in source, "the source is nobody's answer"


def test_print_shows_the_answer_its_sources_and_the_label(open_page, address):
    page = open_page(address, color_scheme="dark")
    turn = ask(page, QUESTION)
    page.emulate_media(media="print")
    for part in (".claim >> nth=0", ".ai-label", ".source-label >> nth=0", "h3", "text=R-0001"):
        assert turn.locator(part).is_visible(), part
    for part in (".bar", ".side", ".composer", ".reader", ".actions"):
        assert not page.locator(part).first.is_visible(), part
    paper = "getComputedStyle(document.querySelector('.suyuan')).backgroundColor"
    assert page.evaluate(paper) == "rgb(255, 255, 255)", "ink is not spent on a dark page"
    assert page.pdf().startswith(b"%PDF")
