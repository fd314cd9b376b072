"""Text on its way to the screen: escaped, sliced and marked exactly."""

from html.parser import HTMLParser

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import UsageError
from ui.web.examples import candidates, draw
from ui.web.guard import hostname
from ui.web.page import static_version
from ui.web.render import notice_page, shell
from ui.web.uploads import safe_filename
from ui.web.words import strings

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


class Reading(HTMLParser):
    """Collects what a browser would see inside the paragraph."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.depth, self.words, self.tags = 0, "", []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.depth += tag == "p"

    def handle_endtag(self, tag):
        self.depth -= tag == "p"

    def handle_data(self, data):
        if self.depth:
            self.words += data


@given(ANY)
def test_a_notice_says_exactly_its_message(message):
    reading = Reading()
    reading.feed(notice_page(message))
    assert reading.words == message
    assert reading.tags.count("p") == 1
    assert "script" not in reading.tags


@given(ANY)
def test_file_names_stay_file_names(given_name):
    try:
        name = safe_filename(given_name + ".md")
    except UsageError:
        return
    assert "/" not in name
    assert "\\" not in name
    assert name.isprintable() or all(c.isprintable() or c.isspace() for c in name)
    assert name not in ("", ".", "..")
    assert len(name.encode()) <= 124
    assert name.endswith((".md", ".MD"))


@given(ANY)
def test_hostname_of_anything_is_a_name_or_empty(header):
    name = hostname(header)
    assert name == "" or name in header.lower()


def test_shell_gives_every_script_the_nonce_and_drops_links_elsewhere():
    html = (
        '<html lang="en"><head><meta property="og:image"\n content="https://x.example/i.jpg">'
        "\n<meta charset=utf-8><script>1</script></head><body><script src=a.js></script></body>"
    )
    page = shell(html, nonce="abc", lang="zh-CN", head="<link>")
    assert page.count('<script nonce="abc"') == 2
    assert "x.example" not in page
    assert page.startswith('<html lang="zh-CN"><head><link>')


@given(data=st.data())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_marks_are_exact_in_code_points(open_page_once, data):
    page, address = open_page_once
    text = data.draw(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30))
    ends = st.integers(0, len(text))
    spans = [
        {"start": min(a, b), "end": max(a, b)}
        for a, b in data.draw(st.lists(st.tuples(ends, ends), max_size=4))
        if a != b
    ]
    pieces = page.evaluate(
        """async ([base, text, spans]) => {
          const { marked, slice } = await import(base + "/dom.js");
          const nodes = marked(text, spans, (piece, covering) => {
            const m = document.createElement("mark");
            m.append(piece);
            m.dataset.count = covering.length;
            return m;
          });
          return [
            nodes.map((n) => [n.textContent, n.dataset ? Number(n.dataset.count) : 0]),
            spans.map((s) => slice(text, s.start, s.end)),
          ];
        }""",
        [f"{address}/suyuan/{static_version()}", text, spans],
    )
    stretches, slices = pieces
    assert "".join(piece for piece, _ in stretches) == text
    assert slices == [text[s["start"] : s["end"]] for s in spans]
    at = 0
    for piece, count in stretches:
        for offset in range(at, at + len(piece)):
            assert count == sum(s["start"] <= offset < s["end"] for s in spans)
        at += len(piece)


def test_both_languages_say_everything():
    tables = strings()
    assert set(tables) == {"zh", "en"}
    assert set(tables["zh"]) == set(tables["en"])
    for key, words in tables["zh"].items():
        holes = {w.split("}")[0] for w in words.split("{")[1:]}
        assert holes == {w.split("}")[0] for w in tables["en"][key].split("{")[1:]}, key


def test_no_word_is_missing_or_unused():
    from ui.web.page import STATIC

    code = "".join(path.read_text() for path in STATIC.glob("*.js"))
    families = ("method.", "check.", "rule.", "notice.", "reason.", "status.", "export.")
    families += ("problem.", "feedback.", "nav.", "welcome.promise.", "overview.")
    for key in strings()["zh"]:
        assert f'"{key}"' in code or key.startswith(families), key


def test_examples_are_only_those_that_are_answered():
    from tests.ui.web.scripted import documents

    asked = []

    def answers(question):
        asked.append(question)
        return len(asked) % 2 == 0

    drawn = draw(documents(), answers, wanted=2, tries=5)
    assert drawn == asked[1:4:2]
    assert all(question.endswith("？") for question in candidates(documents()[0]))
    assert draw(documents(), lambda _: False, tries=3) == []
