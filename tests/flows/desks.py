"""Somebody at a desk, by the test client: forms are sent with what their page put into them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from tests.flows.material import words


@dataclass
class Desk:
    """One person's browser: forms are sent with what the page put into them."""

    client: FlaskClient

    def page(self, address: str) -> str:
        response = self.client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        return response.text

    def press(self, shown: str, action: str, *, holding: str = "", **typed: Any) -> str:
        """Send the form of the page ``shown`` that goes to ``action`` (and says ``holding``); the page it leads to."""
        forms = re.finditer(rf'<form[^>]*action="{re.escape(action)}".*?</form>', self.page(shown), re.S)
        form = next((found for found in forms if holding in found[0]), None)
        assert form is not None, f"{shown} has no form to {action}"
        filled = {
            name[1]: unescape(value[1])
            for tag in re.findall(r'<input(?![^>]*type="(?:checkbox|submit)")[^>]*>', form[0])
            if (name := re.search(r' name="([^"]*)"', tag)) and (value := re.search(r' value="([^"]*)"', tag))
        }
        response = self.client.post(action, data={**filled, **typed})
        assert response.status_code == 303, (action, response.status_code, faults_shown(response.text))
        return self.page(response.headers["Location"])

    def upload(self, path: Path) -> str:
        with path.open("rb") as content:
            response = self.client.post(
                "/imports/upload",
                data={"file": (content, path.name), "layout": "auto"},
                content_type="multipart/form-data",
            )
        assert response.status_code == 303, faults_shown(response.text)
        return str(response.headers["Location"])


def faults_shown(page: str) -> list[str]:
    return [
        words(found)
        for found in re.findall(r'class="(?:field-error|notice notice-danger)[^>]*>(.*?)</div>', page, re.S)
    ]
