"""axe, the accessibility checker, on every view in light and dark: no serious fault."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from browsing import Tab, chromium, context, tab
from playwright.sync_api import Browser
from serving import Served, serving

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("axe")) as server:
        yield server


def faults(at: Tab) -> list[str]:
    """Serious and critical faults, each with the first element that has it."""
    at.page.evaluate(AXE)
    found: dict[str, Any] = at.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_view_has_a_serious_fault(browser: Browser, served: Served, scheme: str) -> None:
    told: dict[str, list[str]] = {}
    with closing(context(browser, color_scheme=scheme)) as profile:
        with tab(profile, served.url) as at:
            at.page.wait_for_selector("#question textarea")
            told["empty"] = faults(at)
            at.ask("Cầu Vàm Sông dài bao nhiêu?")
            at.page.get_by_text("Vì sao?").click()
            at.page.get_by_text("Bộ lọc", exact=True).click()
            told["answer"] = faults(at)
            at.page.locator("#earlier .toggle-button").click()
            at.page.wait_for_timeout(500)
            told["conversations"] = faults(at)
        for path in ("articles", "article?id=lua.txt", "docs"):
            with tab(profile, f"{served.url}/{path}") as at:
                told[path] = faults(at)
    assert told == {view: [] for view in told}


def test_the_folder_of_screenshots_is_not_tracked() -> None:
    ignored = (Path(__file__).parents[1] / ".gitignore").read_text().splitlines()
    assert "screenshots/" in ignored
