"""A person before a browser, by HTTP: follows redirects, keeps cookies, fills in the forms of the login pages."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

import urllib3


@dataclass
class Form:
    """A form of a page."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
        elif tag == "input" and self.forms and given.get("name"):
            self.forms[-1].fields[given["name"]] = given.get("value", "")
        elif tag == "a":
            self.links.append(given.get("href", ""))


@dataclass
class Page:
    """A page that the browser shows."""

    url: str
    status: int
    text: str
    headers: dict[str, str]

    @property
    def forms(self) -> list[Form]:
        return self._parsed().forms

    @property
    def links(self) -> list[str]:
        return self._parsed().links

    def _parsed(self) -> _Forms:
        parser = _Forms()
        parser.feed(self.text)
        return parser


class Browser:
    """One browser, with its cookies."""

    def __init__(self) -> None:
        self._cookies: dict[str, dict[str, tuple[str, str]]] = {}
        self._pool = urllib3.PoolManager(timeout=15.0, retries=False)
        self.seen: list[str] = []

    def get(self, url: str) -> Page:
        return self._go("GET", url, None)

    def submit(self, page: Page, form: Form, **values: str) -> Page:
        return self._go("POST", urljoin(page.url, form.action), {**form.fields, **values})

    def sign_in(self, link: str, login: str = "ana") -> Page:
        """Open the page, sign in, agree; returns the page at the end."""
        page = self.get(link)
        for _ in range(6):
            if not page.forms or page.status >= 400:
                return page
            form = page.forms[0]
            asked = {"login": login, "password": "x"} if "login" in form.fields else {}
            page = self.submit(page, form, **asked)
        return page

    def confirm(self, link: str, code: str, login: str = "ana") -> Page:
        """Open the page of a device sign-in, enter the code, sign in, agree; returns the page at the end."""
        page = self.get(link)
        page = self.submit(page, page.forms[0], user_code=code)
        for _ in range(6):
            if not page.forms or page.status >= 400:
                return page
            form = page.forms[0]
            asked = {"login": login, "password": "x"} if "login" in form.fields else {}
            page = self.submit(page, form, **asked)
        return page

    def deny(self, link: str) -> Page:
        """Open the page and go back without signing in."""
        page = self.get(link)
        return self.get(urljoin(page.url, next(one for one in page.links if "abort" in one)))

    def _go(self, method: str, url: str, values: dict[str, str] | None) -> Page:
        for _ in range(12):
            self.seen.append(url)
            parts = urlsplit(url)
            headers = {"Cookie": self._sent(parts.netloc, parts.path)}
            body = None
            if values is not None:
                body, headers["Content-Type"] = urlencode(values), "application/x-www-form-urlencoded"
            answer = self._pool.request(method, url, body=body, headers=headers, redirect=False)
            self._keep(parts.netloc, answer.headers.getlist("set-cookie"))
            if answer.status not in {301, 302, 303, 307}:
                return Page(url, answer.status, answer.data.decode(), dict(answer.headers))
            url, method, values = urljoin(url, answer.headers["location"]), "GET", None
        raise AssertionError("redirects without end")

    def _sent(self, host: str, path: str) -> str:
        return "; ".join(
            f"{name}={value}"
            for name, (value, under) in self._cookies.get(host, {}).items()
            if path == under or path.startswith(under.rstrip("/") + "/")
        )

    def _keep(self, host: str, lines: list[str]) -> None:
        jar = self._cookies.setdefault(host, {})
        for line in lines:
            first, *rest = (part.strip() for part in line.split(";"))
            name, _, value = first.partition("=")
            settings = {key.lower(): text for key, _, text in (one.partition("=") for one in rest)}
            if value and settings.get("expires", "") != "Thu, 01 Jan 1970 00:00:00 GMT":
                jar[name] = (value, settings.get("path", "/"))
            else:
                jar.pop(name, None)
