"""Mail: a draft that says the summary and carries the document, without sender or receivers."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from allocopt.documents.blocks import Block
from allocopt.documents.rendering import Rendering
from allocopt.documents.templates import Templates
from allocopt.documents.writers.page import page_of
from allocopt.documents.writers.pdf import can_print, print_pdf


def write(rendering: Rendering, path: Path) -> None:
    """Write the draft; the document is attached as PDF where this machine can print one, else as page.

    Raises:
        AllocoptError: a template of the company's folder is wrong, or printing fails.
    """
    path.write_bytes(message_of(rendering, path.stem).as_bytes(policy=SMTP))


def message_of(rendering: Rendering, name: str) -> EmailMessage:
    """The draft; `name` is that of the attached file, without its ending."""
    content = rendering.content
    message = EmailMessage()
    message["Subject"] = " ".join(
        f"{content['head']['title']} – {content['head']['subtitle']}".split()
    )
    message["X-Unsent"] = "1"  # Outlook opens it as a draft
    message.set_content("\n".join(plain_lines(rendering)) + "\n")
    inline = Templates(rendering.request.templates).draw("mail.html.j2", content)
    message.add_alternative(inline, subtype="html")
    page = page_of(rendering)
    if can_print(page):
        message.add_attachment(
            print_pdf(page), maintype="application", subtype="pdf", filename=f"{name}.pdf"
        )
    else:
        message.add_attachment(page, subtype="html", filename=f"{name}.html")
    return message


def plain_lines(rendering: Rendering) -> Iterator[str]:
    """The message for a program that shows text alone: the first section, and what is attached."""
    head = rendering.content["head"]
    yield from (head["subtitle"], head["title"], "")
    for summary in rendering.content["sections"][:1]:
        yield from (summary["title"], "")
        for block in summary["blocks"]:
            yield from _block_lines(block)
    yield from (rendering.content["words"]["attached"], head["imprint"])


def _block_lines(block: Block) -> Iterator[str]:
    if block["kind"] in ("heading", "notice"):
        yield from (block["text"], "")
    elif block["kind"] == "prose":
        yield from (line for text in block["paragraphs"] for line in (text, ""))
    elif block["kind"] == "list":
        yield from (*filter(None, [block["title"]]), *(f"- {item}" for item in block["items"]), "")
    elif block["kind"] == "cards":
        for card in block["cards"]:
            note = f" ({card['note']})" if card["note"] else ""
            yield f"- {card['label']}: {card['value']}{note}"
        yield ""
