"""People from other machines: a proxy that knows them, or a provider at which they sign in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.testclient import TestClient
from support_provider import CLIENT, SECRET, FakeProvider, new_key, provider_at_work
from support_room import ADDRESS

from allocopt.errors import ConfigError
from allocopt.review.access import Access
from allocopt.review.access.settings import read_access
from allocopt.review.application import application
from allocopt.review.room import Room

HOST = "https://plans.example.com"
BY_HEADER = f"""
address: {HOST}
header: {{name: X-Forwarded-User, proxies: [10.0.0.5, 192.168.7.0/24]}}
"""


def settings_file(folder: Path, text: str) -> Path:
    file = folder / "access.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def browser_at(room: Room, text: str, peer: str) -> TestClient:
    """A browser whose requests come from the address `peer`."""
    settings = read_access(settings_file(room.folder, text))
    app = application(room, Access.by_settings(room.folder, settings))
    return TestClient(app, base_url=HOST, client=(peer, 50_000))


@pytest.mark.parametrize("peer", ["10.0.0.5", "192.168.7.9", "::ffff:10.0.0.5"])
def test_proxy_that_is_trusted_says_who_asks(room: Room, peer: str) -> None:
    browser = browser_at(room, BY_HEADER, peer)
    page = browser.get(f"{ADDRESS}/plan", headers={"X-Forwarded-User": "李雷".encode()})
    assert page.status_code == 200
    assert "李雷" in page.text
    assert "Secure" in page.headers["set-cookie"]
    again = browser.get(f"{ADDRESS}/plan", headers={"X-Forwarded-User": "李雷".encode()})
    assert "set-cookie" not in again.headers


@pytest.mark.parametrize("peer", ["10.0.0.6", "127.0.0.1", "testclient"])
def test_header_of_anybody_else_says_nothing(room: Room, peer: str) -> None:
    headers = {"X-Forwarded-User": "ann", "X-Forwarded-For": "10.0.0.5"}
    page = browser_at(room, BY_HEADER, peer).get(f"{ADDRESS}/plan", headers=headers)
    assert page.status_code == 403
    assert "Valley" not in page.text


@pytest.mark.parametrize("names", [[], [""], ["ann", "bob"], ["a\x7fn"], ["n" * 201]], ids=str)
def test_proxy_must_name_one_person(room: Room, names: list[str]) -> None:
    headers = [("X-Forwarded-User", name) for name in names]
    page = browser_at(room, BY_HEADER, "10.0.0.5").get(f"{ADDRESS}/plan", headers=headers)
    assert page.status_code == 403


def test_same_browser_under_another_name_is_another_visitor(room: Room) -> None:
    browser = browser_at(room, BY_HEADER, "10.0.0.5")
    pages = [
        browser.get(f"{ADDRESS}/plan", headers={"X-Forwarded-User": name}).text
        for name in ("ann", "bob")
    ]
    marks = [page.partition('name="csrf" value="')[2][:64] for page in pages]
    assert len(set(marks)) == 2
    refused = browser.post("/looks", data={"csrf": marks[0]}, headers={"X-Forwarded-User": "bob"})
    assert refused.status_code == 403


def test_room_behind_a_proxy_hands_out_no_links(room: Room) -> None:
    browser = browser_at(room, BY_HEADER, "10.0.0.5")
    assert browser.get("/invitations", headers={"X-Forwarded-User": "ann"}).status_code == 403


def test_origin_of_the_public_address_is_the_rooms_own(room: Room) -> None:
    browser = browser_at(room, BY_HEADER, "10.0.0.5")
    headers = {"X-Forwarded-User": "ann", "Host": "127.0.0.1:8642"}
    mark = browser.get(f"{ADDRESS}/plan", headers=headers).text
    data = {"csrf": mark.partition('name="csrf" value="')[2][:64], "language": "en"}
    for origin, status in ((HOST, 303), ("https://evil.example", 403)):
        sent = browser.post(
            "/looks", data=data, headers={**headers, "Origin": origin}, follow_redirects=False
        )
        assert sent.status_code == status


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return new_key()


@pytest.fixture
def provider(key: rsa.RSAPrivateKey) -> Iterator[FakeProvider]:
    with provider_at_work(key) as at_work:
        yield at_work


@pytest.fixture
def browser(room: Room, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """A browser of a room at which people sign in."""
    monkeypatch.setenv("ROOM_SECRET", SECRET)
    text = f"""
        address: {HOST}
        oidc: {{issuer: "{provider.issuer}", client_id: {CLIENT}, client_secret: "${{ROOM_SECRET}}"}}
    """
    return browser_at(room, text, "10.9.9.9")


def to_provider(browser: TestClient, address: str = f"{ADDRESS}/plan?period=2026-01") -> str:
    """Where a browser is sent that asks for a page and is not signed in."""
    begun = browser.get(address, follow_redirects=False)
    assert begun.status_code == 303
    sent = browser.get(begun.headers["location"], follow_redirects=False)
    assert sent.status_code == 303
    return sent.headers["location"]


def test_person_signs_in_and_goes_on_where_it_was(
    browser: TestClient, provider: FakeProvider
) -> None:
    back = browser.get(provider.sign_in(to_provider(browser)))
    assert back.status_code == 200
    assert f"url={ADDRESS}/plan?period=2026-01" in back.text
    page = browser.get(f"{ADDRESS}/plan")
    assert "李雷" in page.text
    asked = provider.asked[-1]
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{HOST}/signed-in"


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"nonce": "another"}, "another question"),
        ({"nonce": None}, "another question"),
        ({"aud": "another"}, "not valid"),
        ({"aud": ["room", "another"], "azp": "another"}, "another program"),
        ({"iss": "https://evil.example"}, "not valid"),
        ({"exp": 1}, "not valid"),
        ({"exp": None}, "not valid"),
        ({"preferred_username": None}, "preferred_username"),
        ({"preferred_username": " "}, "preferred_username"),
        ({"preferred_username": {"a": 1}}, "preferred_username"),
    ],
    ids=str,
)
def test_token_that_is_not_for_this_sign_in_lets_nobody_in(
    browser: TestClient, provider: FakeProvider, claims: dict[str, object], why: str
) -> None:
    provider.claims = claims
    back = browser.get(provider.sign_in(to_provider(browser)))
    assert back.status_code == 400
    assert why in back.text
    assert browser.get(f"{ADDRESS}/plan", follow_redirects=False).status_code == 303


def test_token_with_a_signature_of_somebody_else_lets_nobody_in(
    browser: TestClient, provider: FakeProvider
) -> None:
    provider.published = new_key().public_key()
    assert browser.get(provider.sign_in(to_provider(browser))).status_code == 400


@pytest.mark.parametrize("algorithm", ["HS256", "none"])
def test_token_that_anybody_can_sign_lets_nobody_in(
    browser: TestClient, provider: FakeProvider, algorithm: str
) -> None:
    provider.algorithm = algorithm
    assert browser.get(provider.sign_in(to_provider(browser))).status_code == 400


def test_answer_is_good_once_and_for_the_browser_that_asked(
    browser: TestClient, provider: FakeProvider
) -> None:
    back = provider.sign_in(to_provider(browser))
    other = TestClient(browser.app, base_url=HOST, client=("10.9.9.8", 1))
    assert other.get(back).status_code == 400
    assert browser.get(back).status_code == 200
    assert browser.get(back).status_code == 400


def test_provider_that_refuses_is_heard(browser: TestClient, provider: FakeProvider) -> None:
    state = provider.sign_in(to_provider(browser)).partition("state=")[2]
    page = browser.get(f"/signed-in?error=access_denied&error_description=no+way&state={state}")
    assert page.status_code == 400
    assert "no way" in page.text


@pytest.mark.parametrize(
    "says",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": None},
    ],
    ids=str,
)
def test_provider_that_says_something_unsafe_is_not_used(
    browser: TestClient, provider: FakeProvider, says: dict[str, object]
) -> None:
    provider.says = says
    begun = browser.get("/sign-in", follow_redirects=False)
    if begun.status_code == 303:
        begun = browser.get(provider.sign_in(begun.headers["location"]))
    assert begun.status_code == 400


def test_sign_in_goes_on_inside_the_room_only(browser: TestClient, provider: FakeProvider) -> None:
    sent = browser.get("/sign-in?to=//evil.example/", follow_redirects=False)
    back = browser.get(provider.sign_in(sent.headers["location"]))
    assert 'url=/"' in back.text


def test_change_without_a_sign_in_is_refused_and_not_sent_elsewhere(browser: TestClient) -> None:
    assert browser.post("/looks", data={}).status_code == 401


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("", "access.yaml", "address"),
        (f"address: {HOST}\n", "access.yaml", "one of `header` and `oidc`"),
        ("adress: x\n", "access.yaml:1:1", "address"),
        ("address: http://plans.example.com\n", "access.yaml:1:10", "https://"),
        (f"address: {HOST}/review\n", "access.yaml:1:10", "without a path"),
        (f"address: {HOST}\nheader: {{name: X, proxies: [nobody]}}\n", "access.yaml:2:", "10.0.0"),
        (f"address: {HOST}\nheader: {{name: X, proxies: []}}\n", "access.yaml:2:", "the proxy"),
        (
            f"address: {HOST}\nheader: {{name: 'X:', proxies: [1.2.3.4]}}\n",
            "access.yaml:2:",
            "header",
        ),
        (
            f"address: {HOST}\noidc: {{issuer: {HOST}, client_id: a, client_secret: b}}\n",
            "access.yaml:2:",
            "not a secret",
        ),
    ],
)
def test_mistake_in_the_settings_is_told_with_its_place(
    tmp_path: Path, text: str, where: str, what: str
) -> None:
    with pytest.raises(ConfigError) as wrong:
        read_access(settings_file(tmp_path, text))
    assert where in str(wrong.value)
    assert what in str(wrong.value)


def test_secret_that_is_not_set_is_asked_for(room: Room) -> None:
    text = (
        f"address: {HOST}\noidc: {{issuer: {HOST}, client_id: a, client_secret: '${{NO_SUCH}}'}}\n"
    )
    settings = read_access(settings_file(room.folder, text))
    with pytest.raises(ConfigError, match="NO_SUCH"):
        Access.by_settings(room.folder, settings)
