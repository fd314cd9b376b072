"""Fast enough: first page, a click on a citation, typing and scrolling in a long conversation.

The limits are those of the specification, for two CPU cores; the medians of a few tries are
compared, because other work on the machine is not what is measured.

``pytest tests/ui/web/test_speed.py -rP`` prints the figures.
"""

import statistics

from tests.ui.web.asking import ask

FIRST_PAGE_MS = 2_000
CLICK_MS = 100
FRAME_MS = 50


def test_first_page_is_interactive_soon(open_page, address):
    open_page(address)
    spent = []
    for _ in range(3):
        page = open_page(address)
        spent.append(
            page.evaluate("() => performance.getEntriesByName('suyuan-interactive')[0].startTime")
        )
    print(f"first page interactive: {statistics.median(spent):.0f} ms")
    assert statistics.median(spent) < FIRST_PAGE_MS


def test_citation_click_highlights_at_once(open_page, address):
    page = open_page(address)
    ask(page, "办事大厅几点开放？")
    page.wait_for_selector("mark.active")
    spent = page.evaluate(
        """async () => {
          const out = [];
          for (const n of [2, 1, 3, 2, 1]) {
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
    )
    print(f"citation click to highlight: {statistics.median(spent):.0f} ms")
    assert statistics.median(spent) < CLICK_MS


def test_two_hundred_turns_stay_smooth(open_page, address):
    page = open_page(address)
    ask(page, "办事大厅几点开放？")
    page.evaluate(
        """() => {
          const [{id}] = JSON.parse(localStorage.getItem('suyuan:chats'));
          const chat = JSON.parse(localStorage.getItem(`suyuan:chat:${id}`));
          const turn = (i) => ({...chat.turns[0], question: `第${i}问`});
          chat.turns = Array.from({length: 200}, (_, i) => turn(i));
          localStorage.setItem(`suyuan:chat:${id}`, JSON.stringify(chat));
        }"""
    )
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert page.locator(".turn").count() == 200
    typing = page.evaluate(
        """async () => {
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
    )
    print(f"200 turns, one key typed: {statistics.median(typing):.1f} ms")
    assert statistics.median(typing) < FRAME_MS / 2
    frames = page.evaluate(
        """async () => {
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
    )
    print(f"200 turns, one frame of scrolling: {statistics.median(frames):.0f} ms")
    assert statistics.median(frames) < FRAME_MS
    turn = ask(page, "居民可以委托他人代办吗？")
    assert turn.locator(".claim").count() >= 1
