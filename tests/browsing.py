"""A real browser, Debian's Chromium, with a new empty profile; it counts what it asks for."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SCREENSHOTS = Path(__file__).parents[1] / "screenshots"
# A machine that does other work too is slow, not wrong; nothing waits longer than it has to.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE / 2)
OWN_REMARKS = ("Autofocus processing was blocked",)


@dataclass
class Tab:
    """A page with everything it asked of other hosts, and everything that went wrong in it."""

    page: Page
    context: BrowserContext
    foreign: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def ask(self, question: str) -> None:
        """Ask and wait until the answer is whole."""
        turns = self.page.locator(".user-row").count()
        self.page.fill("#question textarea", question)
        self.page.keyboard.press("Enter")
        self.page.locator(".user-row").nth(turns).wait_for()
        self.page.locator("#chat .bot-row").nth(turns).locator(".tools").wait_for()

    def shot(self, name: str) -> None:
        """Kept as CI output, for people to look at."""
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")


@contextmanager
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "the page's tests need Chromium: install your system's package 'chromium'"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


def context(browser: Browser, **options: Any) -> BrowserContext:
    """A new profile; ``options`` say what differs from a Vietnamese at 1280 x 800."""
    profile = browser.new_context(
        **{"locale": "vi-VN", "viewport": {"width": 1280, "height": 800}, **options}
    )
    profile.set_default_timeout(PATIENCE)
    return profile


@contextmanager
def tab(profile: BrowserContext, url: str) -> Iterator[Tab]:
    """A page of a profile; what it kept in the browser is forgotten afterwards."""
    opened = Tab(profile.new_page(), profile)
    host = urlsplit(url).netloc

    def asked(request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != host:
            opened.foreign.append(request.url)

    def said(message: Any) -> None:
        if message.type == "error" and not message.text.startswith(OWN_REMARKS):
            opened.faults.append(f"{message.text} {message.location['url']}")

    profile.on("request", asked)
    opened.page.on("console", said)
    opened.page.on("pageerror", lambda error: opened.faults.append(str(error)))
    opened.page.goto(url)
    try:
        yield opened
    finally:
        profile.remove_listener("request", asked)
        opened.page.evaluate("localStorage.clear()")
        for page in profile.pages:
            page.close()
        profile.clear_cookies()
