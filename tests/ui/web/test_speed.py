"""Fast enough: first page, a click on a citation, typing and scrolling in a long conversation.

The limits are those of the specification, for two CPU cores with nothing else to do. Other work
on the machine is not what is measured, so each figure is the best of :data:`TRIES` tries (medians
where a try measures more than once), and each try is divided by how much slower than alone this
process ran just then: its wall time over its CPU time, 1.0 on an idle machine.

``pytest tests/ui/web/test_speed.py -rP`` prints every try, and the factor.
"""

import statistics
import time

from playwright.sync_api import expect

from tests.ui.web.asking import ask, highlighted, shown
from tests.ui.web.scripted import Library, ScriptedPipeline, make_document

FIRST_PAGE_MS = 2_000
CLICK_MS = 100
FRAME_MS = 50
TRIES = 5
LONG = 5_000
"""Paragraphs of a long document: as many as an uploaded file of 1 MB has."""

CLICKS = """async numbers => {
  const out = [];
  for (const n of numbers) {
    const start = performance.now();
    document.querySelector(`.chip[data-n="${n}"]`).click();
    while (document.querySelector('.chip.on')?.dataset.n !== String(n) ||
           !document.querySelector('mark.active'))
      await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    out.push(performance.now() - start);
  }
  return out;
}"""
KEYS = """async () => {
  const input = document.querySelector('#question'), out = [];
  for (let i = 0; i < 20; i++) {
    const start = performance.now();
    input.value += '字';
    input.dispatchEvent(new Event('input', {bubbles: true}));
    input.getBoundingClientRect();
    out.push(performance.now() - start);
    await new Promise(requestAnimationFrame);
  }
  return out;
}"""
FRAMES = """async () => {
  const log = document.querySelector('.turns'), out = [];
  log.scrollTop = 0;
  await new Promise(requestAnimationFrame);
  let last = performance.now();
  for (let i = 0; i < 60; i++) {
    log.scrollTop += 300;
    await new Promise(requestAnimationFrame);
    out.push(performance.now() - last);
    last = performance.now();
  }
  return out;
}"""


def slowdown():
    """How many times longer than alone a fixed piece of work takes now; at least 1."""
    wall, cpu = time.perf_counter(), time.process_time()
    sum(range(3_000_000))
    return max(1.0, (time.perf_counter() - wall) / (time.process_time() - cpu))


def best(what, limit, measure):
    """The best of some tries, each a list of milliseconds; stops at one within the limit."""
    tries = []
    while len(tries) < TRIES and (not tries or min(tries) >= limit):
        before = slowdown()
        spent = statistics.median(measure())
        factor = statistics.mean([before, slowdown()])
        tries.append(spent / factor)
        print(f"{what}: {spent:.1f} ms on a machine slowed {factor:.1f} times (limit {limit} ms)")
    return min(tries)


def test_the_factor_never_flatters():
    assert slowdown() >= 1.0


def test_first_page_is_interactive_soon(open_page, address):
    open_page(address)  # the server has made its first page

    def measure():
        page = open_page(address)
        return [
            page.evaluate("() => performance.getEntriesByName('suyuan-interactive')[0].startTime")
        ]

    assert best("first page interactive", FIRST_PAGE_MS, measure) < FIRST_PAGE_MS


def test_citation_click_highlights_at_once(open_page, address):
    page = open_page(address)
    ask(page, "办事大厅几点开放？")
    page.wait_for_selector("mark.active")
    spent = best("click to highlight", CLICK_MS, lambda: page.evaluate(CLICKS, [2, 1, 3, 2, 1]))
    assert spent < CLICK_MS


def test_long_document_opens_and_marks_at_once(open_page, serve):
    rules = [("第一条", "办事大厅每周一至周五开放。周六只办理预约事项。")]
    document = make_document("长.md", "很长的规则", rules, filler=LONG)
    page = open_page(serve(ScriptedPipeline(index=Library((document,)))))
    expect(page.locator(".doc-row")).to_have_count(LONG + 1)
    ask(page, "办事大厅周六办理什么？")
    page.wait_for_selector("mark.active")
    spent = best("long: click to highlight", CLICK_MS, lambda: page.evaluate(CLICKS, [2, 1, 2]))
    assert spent < CLICK_MS
    assert highlighted(page) == "周六只办理预约事项。"


def test_two_hundred_turns_stay_smooth(open_page, address):
    page = open_page(address)
    ask(page, "办事大厅几点开放？")
    page.evaluate(
        """() => {
          const [{id}] = JSON.parse(localStorage.getItem('suyuan:chats'));
          const chat = JSON.parse(localStorage.getItem(`suyuan:chat:${id}`));
          const turn = (i) => ({...chat.turns[0], id: `t${i}`, question: `第${i}问`});
          chat.turns = Array.from({length: 200}, (_, i) => turn(i));
          localStorage.setItem(`suyuan:chat:${id}`, JSON.stringify(chat));
        }"""
    )
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert page.locator(".turn").count() == 200
    limit = FRAME_MS / 2
    assert best("200 turns, one key typed", limit, lambda: page.evaluate(KEYS)) < limit
    assert best("200 turns, one frame", FRAME_MS, lambda: page.evaluate(FRAMES)) < FRAME_MS
    assert shown(ask(page, "居民可以委托他人代办吗？")).locator(".claim").count() >= 1
    assert page.evaluate("JSON.stringify(localStorage).length") < 2_000_000
