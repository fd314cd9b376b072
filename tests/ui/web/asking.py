"""What users do, in words."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

_SHOWN = "turn => turn.querySelector('.answer').checkVisibility({contentVisibilityAuto: true})"


def ask(page: Page, question: str) -> Locator:
    """Types a question, sends it, waits until its answer is complete and on the screen."""
    count = page.locator(".turn").count()
    page.fill("#question", question)
    page.keyboard.press("Enter")
    turn = page.locator(".turn").nth(count)
    turn.wait_for()
    page.wait_for_function(
        "n => !['running', undefined].includes("
        "document.querySelectorAll('.turn')[n]?.dataset.state)",
        arg=count,
    )
    return shown(turn)


def shown(turn: Locator) -> Locator:
    """The turn, once the browser has drawn it. Turns have ``content-visibility: auto``: before
    the first frame that holds one, and while it is scrolled away, its ``innerText`` is empty."""
    turn.wait_for()
    turn.scroll_into_view_if_needed()
    page = turn.page
    page.wait_for_function(_SHOWN, arg=turn.element_handle())
    return turn


def highlighted(page: Page) -> str:
    """The words that the reader marks most strongly."""
    return "".join(page.locator(".reader mark.active").all_inner_texts())


def wait_until_in_view(page: Page, selector: str) -> None:
    """Returns once the first such element lies within the reader's window (it scrolls there
    smoothly); the page's time limit otherwise ends the test."""
    page.wait_for_function(
        """selector => {
          const box = document.querySelector(selector)?.getBoundingClientRect();
          const frame = document.querySelector(".reader-body").getBoundingClientRect();
          return box && box.top >= frame.top && box.bottom <= frame.bottom;
        }""",
        arg=selector,
    )
