"""A page's text to lxml's tree, with libxml2's own limits on depth and size left in place."""

from lxml import etree

Element = etree._Element


def tree(text: str) -> Element | None:
    """Return the root of the page, None where there is no element at all.

    The text is handed over as UTF-8, so that a charset inside it cannot lie again.
    """
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False, no_network=True)
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def body_of(root: Element) -> Element:
    """Return the body of a page; of one that libxml2 put wholly into the head (no ``body`` tag, a script first), that head as a body."""
    body = root.find("body")
    if body is not None:
        return body
    for head in list(root.iter("head")):
        head.tag = "div"
    return root
