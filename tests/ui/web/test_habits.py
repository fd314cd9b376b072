"""Conversations that last, links that lead back, keys, languages, light and dark."""

from threading import Semaphore

import pytest

from tests.ui.web.asking import ask, highlighted, shown
from tests.ui.web.scripted import ScriptedPipeline

PHONE = {"width": 390, "height": 844}


def test_deep_link_opens_answer_and_citation_for_somebody_else(open_page, address):
    page = open_page(address)
    turn = ask(page, "办事大厅几点开放？")
    turn.locator(".chip").nth(1).click()
    page.wait_for_function("() => location.hash.includes('c=2')")
    other = open_page(page.url)
    other.wait_for_selector("mark.active")
    assert highlighted(other) == "周六只办理预约事项。"
    assert "办事大厅几点开放" in shown(other.locator(".turn")).locator("h3").inner_text()
    assert other.locator(".chat-entry").count() == 0
    assert "通过链接打开" in other.locator(".note.calm").inner_text()
    assert other.locator(".turn .thumb").count() == 0, "feedback is for one's own answers"
    ask(other, "居民可以委托他人代办吗？")
    assert other.locator(".turn .thumb").count() == 2
    assert other.locator(".chat-entry").count() == 1


def test_shared_referral_names_the_office_but_hands_nothing_over(open_page, address):
    page = open_page(address)
    turn = ask(page, "请决定我的居住登记能不能办")
    answer = page.evaluate("() => Object.keys(localStorage).filter(k => k.includes('chat:'))[0]")
    stored = page.evaluate("key => JSON.parse(localStorage[key]).turns[0].answer.id", answer)
    assert turn.locator(".referral button").count() == 1
    other = open_page(f"{address}/#a={stored}")
    shared = shown(other.locator(".turn"))
    assert "云溪市政务服务大厅" in shared.locator(".referral").inner_text()
    assert shared.locator(".referral button").count() == 0


def test_reload_keeps_conversation_and_highlight(open_page, address):
    page = open_page(address)
    turn = ask(page, "办事大厅几点开放？")
    turn.locator(".chip").nth(2).click()
    page.wait_for_function("() => location.hash.includes('c=3')")
    page.reload()
    page.wait_for_selector("mark.active")
    assert highlighted(page).startswith("材料齐全的")
    assert page.locator(".turn .claim").count() == 3
    assert page.locator(".chat-entry .chat-title").inner_text() == "办事大厅几点开放？"


def test_question_asked_before_a_reload_in_mid_answer_is_kept(open_page, serve):
    gate = Semaphore(0)
    page = open_page(serve(ScriptedPipeline(gate=gate)))
    page.fill("#question", "办事大厅几点开放？")
    page.keyboard.press("Enter")
    page.wait_for_selector(".turn .claim")
    page.reload()
    turn = shown(page.locator(".turn[data-state=stopped]"))
    assert "办事大厅几点开放" in turn.locator("h3").inner_text()
    gate.release(20)
    page.get_by_role("button", name="重新回答").click()
    page.wait_for_selector(".turn[data-state=done]")


def test_link_to_an_answer_that_is_gone_is_explained(open_page, address):
    page = open_page(f"{address}/#a=0123456789abcdef")
    assert page.get_by_text("没有这个回答").is_visible()


def test_what_the_server_says_is_in_the_pages_language(open_page, address):
    page = open_page(f"{address}/#a=0123456789abcdef", locale="en-GB")
    assert page.get_by_text("There is no such answer").is_visible()


def test_new_conversation_switch_and_delete(open_page, address):
    page = open_page(address)
    ask(page, "办事大厅几点开放？")
    page.locator(".side .new").click()
    page.wait_for_selector(".welcome")
    ask(page, "居民可以委托他人代办吗？")
    titles = page.locator(".chat-entry .chat-title")
    assert titles.all_inner_texts() == ["居民可以委托他人代办吗？", "办事大厅几点开放？"]
    titles.nth(1).click()
    assert "几点开放" in shown(page.locator(".turn")).locator("h3").inner_text()
    page.get_by_label("删除对话“办事大厅几点开放？”").click()
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert titles.all_inner_texts() == ["居民可以委托他人代办吗？"]


def test_edit_and_ask_again(open_page, address):
    page = open_page(address)
    turn = ask(page, "办事大厅几点开放？")
    turn.get_by_text("修改再问").click()
    assert page.locator("#question").input_value() == "办事大厅几点开放？"
    ask(page, "办事大厅周六开放吗？")
    assert page.locator(".turn").count() == 2


def test_answer_again(open_page, address):
    page = open_page(address)
    turn = ask(page, "办事大厅几点开放？")
    turn.get_by_role("button", name="重新回答").click()
    page.wait_for_function("() => document.querySelectorAll('.turn[data-state=done]').length === 2")


def test_keyboard_alone_is_enough(open_page, address):
    page = open_page(address)
    page.keyboard.press("/")
    page.keyboard.type("办事大厅几点开放？")
    page.keyboard.press("Enter")
    page.wait_for_selector(".turn[data-state=done]")
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.getAttribute('data-n')")
        if focused == "2":
            break
    else:
        raise AssertionError("no citation can be reached with Tab")
    assert page.locator(".card").is_visible()
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.hash.includes('c=2')")
    assert highlighted(page) == "周六只办理预约事项。"


def test_skip_link_is_the_first_stop(open_page, address):
    page = open_page(f"{address}/documents")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"


def test_phone_stacks_the_source_below_the_answer(open_page, address):
    page = open_page(address, viewport=PHONE)
    turn = ask(page, "办事大厅几点开放？")
    assert not page.locator(".reader").is_visible()
    turn.locator(".chip").nth(1).click()
    page.wait_for_selector("mark.active")
    reader, column = page.locator(".reader").bounding_box(), page.locator(".talk").bounding_box()
    assert reader["y"] >= column["y"] + column["height"] - 1
    assert reader["width"] == PHONE["width"]
    assert highlighted(page) == "周六只办理预约事项。"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_label("收起原文").click()
    assert not page.locator(".reader").is_visible()


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("path", ["/", "/documents", "/overview"])
def test_phone_shows_the_whole_bar(open_page, address, locale, path):
    page = open_page(address + path, viewport=PHONE, locale=locale, has_touch=True, is_mobile=True)
    for tool in page.locator(".bar :is(a:not(.skip), button, .bar-label)").all():
        box = tool.bounding_box()
        if box is not None and box["width"] > 1:
            assert box["x"] >= 0, tool.inner_text()
            assert box["x"] + box["width"] <= PHONE["width"], tool.inner_text()
            assert box["height"] >= 20, tool.inner_text()


def test_phone_has_the_conversations_behind_a_button(open_page, address):
    page = open_page(address, viewport=PHONE)
    ask(page, "办事大厅几点开放？")
    page.locator(".menu").click()
    assert page.locator(".chat-entry").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(".chat-entry").is_visible()


def test_interface_follows_the_browsers_language(open_page, address):
    english = open_page(address, locale="en-GB")
    assert english.locator(".send").inner_text() == "Ask"
    assert english.evaluate("document.documentElement.lang") == "en"
    chinese = open_page(address, locale="zh-TW")
    assert chinese.locator(".send").inner_text() == "提问"
    french = open_page(address, locale="fr-FR")
    assert french.locator(".send").inner_text() == "提问"


def test_language_can_be_chosen(open_page, address):
    page = open_page(address)
    page.get_by_text("English").click()
    page.wait_for_selector("html[lang=en][data-ready]")
    turn = ask(page, "办事大厅几点开放？")
    assert turn.locator(".badge").inner_text() == "Quoted"
    page.reload()
    page.wait_for_selector("html[lang=en][data-ready]")


def test_dark_follows_the_system_and_can_be_switched(open_page, address):
    page = open_page(address, color_scheme="dark")
    background = "getComputedStyle(document.querySelector('.suyuan')).backgroundColor"
    dark = page.evaluate(background)
    page.get_by_label("切换深浅色").click()
    light = page.evaluate(background)
    assert dark == "rgb(16, 22, 27)"
    assert light == "rgb(248, 247, 243)"
    page.reload()
    page.wait_for_selector("html[data-theme=light][data-ready]")


def test_two_people_do_not_see_each_other(open_page, address):
    one, two = open_page(address), open_page(address)
    ask(one, "办事大厅几点开放？")
    ask(two, "居民可以委托他人代办吗？")
    one.reload()
    one.wait_for_selector("html[data-ready]")
    assert one.locator(".chat-title").all_inner_texts() == ["办事大厅几点开放？"]
    assert two.locator(".chat-title").all_inner_texts() == ["居民可以委托他人代办吗？"]
