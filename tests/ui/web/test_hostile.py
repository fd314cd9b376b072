"""Text that would like to be more than text."""

import pytest

from tests.ui.web.asking import ask, shown
from tests.ui.web.scripted import ScriptedPipeline

ATTACK = (
    "<script>window.hacked=1</script><img src=http://evil.example/x onerror=window.hacked=1>"
    "![图](http://evil.example/a.png) [点我](javascript:window.hacked=1)\n\n[r]: http://evil.example/r"
    "\n![r]\n<iframe src=http://evil.example></iframe>${window.hacked=1}{{window.hacked=1}}"
    "<svg/onload=window.hacked=1>\"'><b onmouseover=window.hacked=1>x</b>"
)


def unharmed(page):
    """Nothing ran and nothing of the attack became an element. (That nothing was fetched from
    elsewhere is watched for every page, see conftest.)"""
    assert page.evaluate("() => window.hacked") is None
    inside = ".suyuan :is(script, img, iframe, b[onmouseover], svg[onload], a[href^='javascript'])"
    assert page.locator(inside).count() == 0
    assert page.locator(".suyuan a[href*='evil']").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_hostile_answer_is_shown_as_it_is(open_page, serve, scheme):
    page = open_page(serve(ScriptedPipeline(hostile=ATTACK)), color_scheme=scheme)
    turn = ask(page, "办事大厅几点开放？")
    assert ATTACK.split("\n")[0] in turn.locator(".claim").first.inner_text()
    turn.locator(".how summary").click()
    turn.locator(".chip").first.hover()
    page.reload()
    page.wait_for_selector(".turn")
    unharmed(page)


def test_hostile_question(open_page, address):
    page = open_page(address)
    turn = ask(page, ATTACK + "办事大厅几点开放？")
    assert "<script>" in turn.locator("h3").inner_text()
    assert "<script>" in page.locator(".chat-title").inner_text()
    page.reload()
    page.wait_for_selector(".turn")
    unharmed(page)


def test_hostile_document_and_name(open_page, address, tmp_path):
    path = tmp_path / "<img src=x onerror=window.hacked=1>.md"
    path.write_text(f"# {ATTACK.splitlines()[0]}\n\n第一条 巫溪图书馆{ATTACK}每天开放。\n")
    page = open_page(f"{address}/documents")
    page.wait_for_selector(".doc-entry")
    page.set_input_files("#upload", str(path))
    page.get_by_text("文档已整理好").wait_for()
    unharmed(page)
    page.goto(address)
    turn = ask(page, "巫溪图书馆每天开放吗")
    turn.locator(".chip").first.hover()
    turn.locator(".chip").first.click()
    page.wait_for_selector("mark.active")
    turn.locator(".how summary").click()
    unharmed(page)


@pytest.mark.parametrize(
    "question",
    [
        "\ufdfa" * 20,
        "👩‍👩‍👧‍👦" * 30,
        "\u202e逆序\u202c办事大厅几点开放",
        "a\x00b\x07",
        "字" * 100_000,
        "\ud800 lone surrogate",
    ],
    ids=["fdfa", "emoji", "right-to-left", "nul", "100000", "surrogate"],
)
def test_odd_questions_get_an_answer_or_a_reason(open_page, address, question):
    page = open_page(address)
    page.evaluate(
        """question => {
          const input = document.querySelector('#question');
          input.removeAttribute('maxlength');
          input.value = question;
          input.form.requestSubmit();
        }""",
        question.encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    )
    turn = shown(page.locator(".turn:is([data-state=done], [data-state=error])"))
    words = turn.locator(".answer").inner_text()
    assert words.strip()
    assert "Traceback" not in words


def test_browser_code_never_parses_markup():
    from ui.web.page import STATIC

    for path in STATIC.glob("*.js"):
        code = path.read_text()
        for name in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert name not in code, f"{path.name} uses {name}"
        assert "DOMParser" not in code
        assert "createContextualFragment" not in code
