"""Who is let in, and what the server says to programs."""

import json
import socket

import httpx
import pytest

from index.errors import UsageError
from tests.ui.web.running import app_over, running
from tests.ui.web.scripted import ScriptedPipeline
from ui.web.guard import Access
from ui.web.server import PortBusy, access_for, listen

TOKEN = "a-long-enough-secret-token"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    app = app_over(ScriptedPipeline(), tmp_path_factory.mktemp("t"), Access(token=TOKEN))
    with running(app) as address:
        yield address


def test_another_host_name_is_refused(address):
    for host in ("evil.example", "evil.example:7860", "127.0.0.1.evil.example", ""):
        answer = httpx.get(f"{address}/api/health", headers={"host": host})
        assert answer.status_code == 421, host
    port = address.rsplit(":", 1)[1]
    assert httpx.get(f"{address}/", headers={"host": f"localhost:{port}"}).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
def test_another_origin_is_refused(address, origin):
    answer = httpx.post(f"{address}/api/ask", json={"question": "x"}, headers={"origin": origin})
    assert answer.status_code == 403
    assert "别的网站" in answer.json()["message"]


def test_cross_site_fetch_is_refused_but_a_link_may_lead_here(address):
    site = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
    assert httpx.get(f"{address}/api/documents", headers=site).status_code == 403
    site["sec-fetch-mode"] = "navigate"
    assert httpx.get(f"{address}/", headers=site).status_code == 200


def test_token_is_needed_for_everything_and_a_link_logs_in(guarded):
    for path in ("/", "/api/health", "/suyuan/x/app.js", "/assets/x.js", "/config"):
        assert httpx.get(guarded + path).status_code == 401, path
    bearer = {"authorization": f"Bearer {TOKEN}"}
    assert httpx.get(f"{guarded}/api/health", headers=bearer).status_code == 200
    wrong = {"authorization": f"Bearer {TOKEN}x"}
    assert httpx.get(f"{guarded}/api/health", headers=wrong).status_code == 401
    with httpx.Client(base_url=guarded) as client:
        login = client.get("/documents", params={"token": TOKEN, "x": "1"})
        assert login.status_code == 303
        assert login.headers["location"] == "/documents?x=1"
        cookie = login.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite" in cookie
        assert TOKEN not in cookie
        assert client.get("/documents").status_code == 200


def test_a_login_link_never_leads_elsewhere(guarded):
    answer = httpx.get(f"{guarded}//evil.example/", params={"token": TOKEN})
    assert answer.headers.get("location", "/").startswith("/")
    assert not answer.headers.get("location", "/").startswith("//")


def test_another_host_needs_a_token():
    with pytest.raises(UsageError, match="SUYUAN_TOKEN"):
        access_for("0.0.0.0", "")
    with pytest.raises(UsageError, match="16"):
        access_for("192.168.0.7", "short")
    assert access_for("0.0.0.0", TOKEN).token == TOKEN
    assert access_for("127.0.0.1", "").token is None


def test_port_in_use_says_what_to_do():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortBusy, match=f"--port {port + 1}"):
            listen("127.0.0.1", port)
    with pytest.raises(UsageError, match="--port"):
        listen("127.0.0.1", 99_999)


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/proxy=http://example.com/",
        "/gradio_api/queue/join",
        "/gradio_api/info",
        "/gradio_api/runs",
        "/docs",
        "/redoc",
        "/monitoring",
        "/login",
    ],
)
def test_gradios_other_routes_are_closed(address, path):
    assert httpx.get(address + path).status_code == 404
    assert httpx.post(address + path).status_code == 404


def test_headers(address):
    page = httpx.get(f"{address}/")
    policy = page.headers["content-security-policy"]
    assert "connect-src 'self'" in policy
    assert "unsafe-eval" not in policy
    assert "script-src 'self' 'nonce-" in policy
    assert page.headers["x-frame-options"] == "DENY"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "http://" not in page.text.replace(address, "").replace("http://www.w3.org", "")
    assert "https://" not in page.text
    other = httpx.get(f"{address}/")
    assert other.headers["content-security-policy"] != policy


def test_ask_gives_the_answer_of_the_contract(address):
    answer = httpx.post(f"{address}/api/ask", json={"question": "办事大厅几点开放？"}).json()
    assert answer["status"] == "answered"
    for claim in answer["claims"]:
        for citation in claim["citations"]:
            place = f"{address}/api/documents/{citation['document']}"
            text = httpx.get(place).json()["text"][citation["paragraph"] - 1]["text"]
            assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_stream_ends_with_the_same_answer(address):
    body = {"question": "办事大厅几点开放？"}
    with httpx.stream("POST", f"{address}/api/ask/stream", json=body) as response:
        events = [json.loads(line) for line in response.iter_lines()]
    assert [event["event"] for event in events] == ["retrieved", *["shown"] * 3, "finished"]
    assert events[-1]["answer"]["claims"] == [event["claim"] for event in events[1:-1]]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"question": 7}', b'{"q": "x"}', b'{"question": "x", "history": 1}'],
)
def test_malformed_requests_are_told_what_to_send(address, content):
    answer = httpx.post(
        f"{address}/api/ask", content=content, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400
    assert "question" in answer.json()["message"]


def test_bodies_are_limited(address):
    big = httpx.post(f"{address}/api/ask", json={"question": "字" * 1_000_000})
    assert big.status_code == 413

    def endless():
        for _ in range(40):
            yield b"x" * 100_000

    with pytest.raises(httpx.HTTPError):
        httpx.post(f"{address}/api/ask", content=endless()).raise_for_status()


def test_model_failure_is_json(address):
    answer = httpx.post(f"{address}/api/ask", json={"question": "模型坏"})
    assert answer.status_code == 500
    assert "SUYUAN_LLM_BASE_URL" in answer.json()["message"]


def test_feedback_and_referrals_are_for_ones_own_answers(address):
    with httpx.Client(base_url=address) as one, httpx.Client(base_url=address) as two:
        answer = one.post("/api/ask", json={"question": "请决定我的居住登记"}).json()
        body = {"answer": answer["id"], "verdict": "up"}
        assert two.post("/api/feedback", json=body).status_code == 404
        assert one.post("/api/feedback", json=body).status_code == 200
        assert two.post("/api/referrals", json={"answer": answer["id"]}).status_code == 404
        first = one.post("/api/referrals", json={"answer": answer["id"]}).json()["number"]
        assert one.post("/api/referrals", json={"answer": answer["id"]}).json()["number"] == first


def test_unknown_pages_and_documents(address):
    assert httpx.get(f"{address}/nothing").status_code == 404
    for method, path in (("GET", "/api/nothing"), ("GET", "/api/ask"), ("PUT", "/api/health")):
        answer = httpx.request(method, address + path, headers={"accept-language": "en"})
        assert answer.status_code == 404
        assert "docs/web.md" in answer.json()["message"]
    assert httpx.get(f"{address}/api/documents/nothing.md").status_code == 404
    assert httpx.get(f"{address}/suyuan/x/../../server.py").status_code == 404
