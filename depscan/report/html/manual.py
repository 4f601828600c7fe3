"""Manual pages of rules, as HTML."""

from __future__ import annotations

_LEVELS = {"h1": "", "h2": "h5", "h3": "h6"}


def html(text: str) -> str:
    """Markdown as HTML that fits below a heading of the fourth level; no raw HTML, no links, no pictures."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.disable(["link", "image", "autolink", "reference", "html_block", "html_inline"])
    tokens = parser.parse(text)
    if [token.type for token in tokens[:1]] == ["heading_open"] and tokens[0].tag == "h1":
        del tokens[:3]  # the page has named the rule
    for token in tokens:
        token.tag = _LEVELS.get(token.tag) or token.tag
        if token.type == "th_open":
            token.attrSet("scope", "col")
        if token.type in {"th_open", "td_open"}:
            token.attrs.pop("style", None)  # refused by the policy of the page
    return str(parser.renderer.render(tokens, parser.options, {}))
