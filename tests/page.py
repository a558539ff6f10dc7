"""Reads an HTML page as a browser would, for tests of pages."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "link", "input", "img", "br", "hr"}


class Page(HTMLParser):
    """A page: `html` its source, `elements` its tags with attributes, `text` its text."""

    def __init__(self, html):
        super().__init__()
        self.html = html
        self.elements = []
        self.text = ""
        self.title = ""
        self.heading = ""
        self.unbalanced = []
        self._open = []
        self.feed(html)
        self.close()
        self.unbalanced += self._open

    def values(self, attribute):
        return [attrs[attribute] for _, attrs in self.elements if attribute in attrs]

    def tags(self, name):
        return [attrs for tag, attrs in self.elements if tag == name]

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self._open or self._open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data):
        inside = self._open[-1] if self._open else ""
        if inside in {"style", "script"}:
            return
        self.text += data
        if inside == "title":
            self.title += data
        if inside == "h1":
            self.heading += data
