"""Bringing documents, publishing them, looking into them."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.ui.web.asking import ask, highlighted

LAW = """# 云溪市图书馆管理办法

## 第一章 总则

第一条 为了管理图书馆，制定本办法。本办法为虚构，只用于测试。

## 第二章 开放

第二条 图书馆每天开放十小时，法定节假日照常开放。

第三条 借书不收取押金。逾期不还的，每日收取滞纳金一角。
"""


def bring(page, address, path):
    page.goto(f"{address}/documents")
    page.wait_for_selector(".doc-entry")
    page.set_input_files("#upload", str(path))


@pytest.fixture
def law(tmp_path):
    path = tmp_path / "云溪市图书馆管理办法.md"
    path.write_text(LAW)
    return path


def test_upload_ask_follow_the_citation(open_page, address, law):
    page = open_page(address)
    bring(page, address, law)
    page.get_by_text("文档已整理好").wait_for()
    assert page.locator(".tag").first.inner_text() == "仅自己可见"
    page.goto(address)
    turn = ask(page, "借书收取押金吗？")
    assert "借书不收取押金。" in turn.locator(".claim").first.inner_text()
    turn.locator(".chip").first.click()
    page.wait_for_selector("mark.active")
    assert highlighted(page) == "第三条 借书不收取押金。"
    assert page.locator(".doc-row.here .doc-label").inner_text() == "第三条"


def test_an_upload_is_its_uploaders_until_an_editor_publishes_it(open_page, serve, law):
    from tests.ui.web.scripted import ScriptedPipeline

    address = serve(ScriptedPipeline())
    one, two = open_page(address), open_page(address)
    bring(one, address, law)
    one.get_by_text("文档已整理好").wait_for()
    one.goto(address)
    ask(one, "借书收取押金吗？").locator(".chip").first.click()
    one.wait_for_function("() => location.hash.includes('c=1')")
    turn_url = one.url

    two.goto(f"{address}/documents")
    two.wait_for_selector(".doc-entry")
    assert "图书馆" not in two.locator(".doc-list").inner_text()
    two.goto(turn_url)
    two.wait_for_selector("html[data-ready]")
    two.get_by_text("没有这个回答").wait_for()

    two.goto(f"{address}/documents")
    two.get_by_text("文档管理员登录").click()
    two.locator(".editor input").fill("wrong")
    two.locator(".editor button").click()
    two.get_by_text("口令不对").wait_for()
    editor = open_page(f"{address}/documents")
    editor.get_by_text("文档管理员登录").click()
    editor.locator(".editor input").fill("editor-token-for-tests")
    editor.locator(".editor button").click()
    editor.get_by_text("已作为文档管理员登录").wait_for()
    assert editor.locator(".tag").inner_text() == "待发布"
    editor.get_by_role("button", name="发布", exact=True).click()
    editor.get_by_text("已发布").wait_for()
    editor.get_by_text("文档已整理好").wait_for()
    two.reload()
    two.get_by_text("已发布").wait_for()
    two.goto(address)
    assert "押金" in ask(two, "借书收取押金吗？").locator(".claim").first.inner_text()


def test_publishing_is_for_editors(open_page, address, law):
    page = open_page(address)
    bring(page, address, law)
    page.get_by_text("文档已整理好").wait_for()
    status = page.evaluate(
        """async () => {
          const {documents} = await (await fetch('/api/documents')).json();
          const {id} = documents.find(d => d.upload).upload;
          return (await fetch(`/api/uploads/${id}/publish`, {method: 'POST'})).status;
        }"""
    )
    assert status == 403


def test_remove(open_page, address, law):
    page = open_page(address)
    bring(page, address, law)
    page.get_by_text("文档已整理好").wait_for()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="移除“云溪市图书馆管理办法”").click()
    page.wait_for_function(
        "() => !document.querySelector('.doc-list').textContent.includes('图书')"
    )


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("program.exe", b"MZ", "只能上传文本文件"),
        ("empty.md", b"", "empty.md"),
        ("binary.txt", bytes(range(256)) * 20, "binary.txt"),
        ("huge.txt", "字".encode() * 1_500_000, "文件太大"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(
    open_page, address, tmp_path, name, data, says
):
    page = open_page(address)
    path: Path = tmp_path / name
    path.write_bytes(data)
    bring(page, address, path)
    note = page.locator(".upload-status [role=alert]")
    note.wait_for()
    assert says in note.inner_text()
    assert "/tmp" not in note.inner_text()


def test_twenty_documents_each_and_no_more(open_page, serve, tmp_path):
    from tests.ui.web.scripted import ScriptedPipeline

    address = serve(ScriptedPipeline())
    page = open_page(f"{address}/documents")
    paths = []
    for n in range(22):
        paths.append(tmp_path / f"规定{n}.md")
        paths[-1].write_text(f"# 第{n}号规定\n\n第一条 第{n}号规定自发布之日起施行。\n")
    page.set_input_files("#upload", [str(path) for path in paths])
    notes = page.locator(".upload-status [role=alert]")
    expect(notes).to_have_count(2, timeout=60_000)
    assert "最多可以上传 20 份" in notes.first.inner_text()
    assert page.locator(".upload-status .good").is_visible(), "twenty came in"
    expect(page.locator(".doc-entry")).to_have_count(22)
    page.locator(".doc-filter").fill("第7号")
    expect(page.locator(".doc-entry:visible")).to_have_count(1)


def test_table_of_contents_and_search_inside(open_page, address):
    page = open_page(f"{address}/documents")
    page.locator(".doc-name").wait_for()
    assert page.locator(".toc a").all_inner_texts() == ["总则", "附则"]
    page.locator(".doc-detail input[type=search]").fill("工作日")
    assert "1 段" in page.locator(".doc-results [role=status]").inner_text()
    assert page.locator(".doc-results mark").all_inner_texts() == ["工作日", "工作日"]
    page.locator(".doc-results a").click()
    page.wait_for_selector(".doc-row.here")
    assert page.locator(".doc-row.here .doc-label").inner_text() == "第四条"


def test_a_real_law(open_page, address):
    laws = Path(__file__).parents[4] / "shared" / "corpora" / "laws"
    law = next(laws.rglob("*食品安全法*.md"), None) if laws.is_dir() else None
    if law is None:
        pytest.skip("the laws are not on this machine")
    page = open_page(address)
    bring(page, address, law)
    page.get_by_text("文档已整理好").wait_for()
    assert page.locator(".toc a").count() >= 7
    page.get_by_text("打开原文并提问").click()
    page.wait_for_selector(".reader .doc-row")
    labels = page.locator(".reader .doc-label").all_inner_texts()
    assert any("第二十三条" in label for label in labels)
