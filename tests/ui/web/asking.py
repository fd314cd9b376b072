"""What users do, in words."""

from __future__ import annotations

from playwright.sync_api import Locator, Page


def ask(page: Page, question: str) -> Locator:
    """Types a question, sends it, waits for the end; the last turn."""
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
    return turn


def highlighted(page: Page) -> str:
    """The words that the reader marks most strongly."""
    return "".join(page.locator(".reader mark.active").all_inner_texts())


def is_in_view(page: Page, selector: str) -> bool:
    """Whether the first such element lies within the reader's window."""
    return bool(
        page.evaluate(
            """selector => {
              const box = document.querySelector(selector).getBoundingClientRect();
              const frame = document.querySelector(".reader-body").getBoundingClientRect();
              return box.top >= frame.top && box.bottom <= frame.bottom;
            }""",
            selector,
        )
    )
