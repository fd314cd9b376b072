"""axe-core on every page, in both themes and widths."""

from pathlib import Path

import pytest

from tests.ui.web.asking import ask

AXE = Path(__file__).parents[3] / "build/npm/node_modules/axe-core/axe.min.js"
OPTIONS = {"rules": {"target-size": {"enabled": True}}}
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def axe():
    if not AXE.is_file():
        pytest.fail("axe-core is missing: npm install --prefix build/npm --no-save axe-core@4")
    return AXE.read_text(encoding="utf-8")


def violations(page, axe):
    page.evaluate(axe + "\n;undefined")
    found = page.evaluate("options => axe.run(document, options).then(r => r.violations)", OPTIONS)
    return [
        f"{v['id']} ({v['impact']}): {v['nodes'][0]['html'][:160]}"
        for v in found
        if v["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_chat(open_page, address, axe, scheme, size):
    page = open_page(address, color_scheme=scheme, viewport=size)
    page.locator(".welcome .example").first.wait_for()
    assert violations(page, axe) == []
    turn = ask(page, "请起草：办事大厅几点开放？")
    turn.locator(".how summary").click()
    turn.locator(".chip").first.click()
    page.wait_for_selector("mark.active")
    assert violations(page, axe) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_refusal_referral_feedback_error(open_page, address, axe, scheme):
    page = open_page(address, color_scheme=scheme)
    ask(page, "火星上有多少人口")
    ask(page, "请决定我的居住登记能不能办").locator(".referral button").click()
    ask(page, "模型坏")
    ask(page, "办事大厅几点开放？").locator("[aria-label=没有帮助]").click()
    page.locator(".reasons").wait_for()
    page.locator(".scope summary").click()
    assert violations(page, axe) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("path", ["/documents", "/overview"])
def test_other_pages(open_page, address, axe, path, scheme, size):
    asked = open_page(address)
    ask(asked, "办事大厅几点开放？")
    page = open_page(address + path, color_scheme=scheme, viewport=size, locale="en-GB")
    page.wait_for_selector(".page-head")
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
