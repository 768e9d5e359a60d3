"""The shipped configuration of nginx lets through what the program takes, and answers nobody who asks for another host."""

from __future__ import annotations

import re

from flask import Flask

from app.accounts.presented import CERTIFICATE, KEY, VERDICT
from app.config import ROOT

SITE = (ROOT / "docs" / "deploy" / "nginx" / "shian.conf").read_text(encoding="utf-8")
MEGABYTE = 1024 * 1024


def blocks(word: str, text: str) -> list[tuple[str, str]]:
    """Every block that begins with the word: what stands before its brace, and what is in it."""
    found = []
    for match in re.finditer(rf"^\s*{word}\b([^{{\n]*){{", text, re.MULTILINE):
        depth, end = 1, match.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        found.append((match[1].strip(), text[match.end() : end - 1]))
    return found


def limit(text: str) -> int | None:
    found = re.search(r"client_max_body_size (\d+)m;", text)
    return int(found[1]) * MEGABYTE if found else None


SERVERS = [inside for _, inside in blocks("server", SITE)]
OURS = next(inside for inside in SERVERS if "proxy_pass" in inside)


def room(address: str) -> int:
    """How large a body nginx takes for this address."""
    for words, inside in blocks("location", OURS):
        if words.startswith("~ ") and re.search(words[2:], address) and limit(inside):
            return limit(inside) or 0
    return limit(OURS.split("location", 1)[0]) or 0


def test_no_upload_that_the_program_takes_is_refused_before_it(app: Flask):
    asked = 0
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        taken = getattr(view, "takes_bytes", None) or (app.config["MAX_UPLOAD"] if getattr(view, "takes_files", False) else None)
        if taken is not None:
            asked += 1
            assert room(re.sub(r"<[^>]+>", "7", rule.rule)) > taken, rule.rule
    assert asked > 10
    assert room("/sign-in") == 21 * MEGABYTE


def test_whoever_asks_for_another_host_gets_no_answer():
    strangers = [inside for inside in SERVERS if "default_server" in inside]
    assert sorted(re.findall(r"listen (\d+)", "".join(strangers))) == ["443", "80"]
    for inside in strangers:
        assert "return 444;" in inside and "proxy_pass" not in inside
    assert "return 308 https://$host" not in SITE  # whoever names a host would be sent there
    tls = next(inside for inside in strangers if "listen 443" in inside)
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in tls  # the default server's protocols are those of the port


def test_every_address_is_passed_on_with_the_same_headers():
    """A single proxy_set_header within a location takes all of the others away."""
    for words, inside in blocks("location", OURS):
        assert "proxy_set_header" not in inside, words
    for header in ("Host $host", "X-Forwarded-For $remote_addr", "X-Forwarded-Proto $scheme"):
        assert f"proxy_set_header {header};" in OURS


def test_what_nginx_says_itself_is_chinese_and_keeps_hsts():
    pages = [inside for words, inside in blocks("location", OURS) if words.startswith("@")]
    assert re.findall(r"error_page ([\d ]+)@", OURS) == ["413 ", "502 504 ", "495 496 "]
    assert len(pages) == 3
    for inside in pages:
        assert "Strict-Transport-Security" in inside and re.search(r"[一-鿿]{8}", inside)


def test_no_certificate_that_the_browser_names_reaches_the_program():
    """What the program believes is written by nginx in every case, whether certificates are asked for or not."""
    live = "\n".join(line for line in OURS.splitlines() if not line.lstrip().startswith("#"))
    for header, value in ((VERDICT, "$ssl_client_verify"), (CERTIFICATE, "$ssl_client_escaped_cert"), (KEY, '""')):
        assert f"proxy_set_header {header} {value};" in live
    assert "ssl_verify_client" not in live  # off until somebody has the authority's certificate
