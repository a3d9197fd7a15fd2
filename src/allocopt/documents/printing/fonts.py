"""Fonts: whether this machine can print a text with Chinese, Japanese or Korean letters.

Without a font for them both engines print boxes and say nothing, so the fonts are asked first.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from allocopt.errors import AllocoptError

# Radicals to compatibility ideographs, kana and hangul within; full-width forms; the planes of ideographs.
CJK = re.compile("[\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
# Fonts that come with a system or its packages, where no fontconfig can be asked.
KNOWN = re.compile(
    r"(msyh|simsun|simhei|deng|mingliu|msjh|yugoth|malgun|pingfang|stheiti|hiragino|songti|"
    r"applesdgothicneo|notosanscjk|notoserifcjk|sourcehan|wqy-|droidsansfallback)",
    re.IGNORECASE,
)
REMEDY = (
    "install a font for them: `apt install fonts-noto-cjk` (Debian, Ubuntu), "
    "`dnf install google-noto-sans-cjk-fonts` (Fedora); elsewhere Noto Sans CJK SC from the Noto fonts, "
    "the static files (OTF or OTC, not the variable ones), then run `fc-cache -f` where there is one"
)


@dataclass(frozen=True)
class Font:
    """A font and its letters as ranges of code points; `variable` when one file holds all weights."""

    family: str
    variable: bool
    ranges: tuple[tuple[int, int], ...]

    def has(self, letter: str) -> bool:
        """Whether the font draws a letter."""
        return any(first <= ord(letter) <= last for first, last in self.ranges)


def refuse_unprintable(text: str, fonts: Iterable[Font] | None = None) -> None:
    """Refuse a text with letters that no font here draws; `fonts` None: those of this machine.

    Raises:
        AllocoptError: letters have no font, or variable ones alone; says which, and how to get one.
    """
    letters = sorted(set(CJK.findall(text)))
    if not letters:
        return
    found = installed_fonts() if fonts is None else list(fonts)
    bare = without_font(letters, found)
    if bare:
        shown = "".join(bare[:12]) + (" …" if len(bare) > 12 else "")
        raise AllocoptError(
            f"no font on this machine has {len(bare)} of the letters ({shown}), "
            f"and a PDF would show boxes: {REMEDY}"
        )
    bare = without_font(letters, [font for font in found if not font.variable])
    if bare:
        families = ", ".join(sorted({font.family for font in found if font.has(bare[0])}))
        raise AllocoptError(
            f"only variable fonts have the letters ({families}), which come out wrong in a PDF: {REMEDY}"
        )


def without_font(letters: Iterable[str], fonts: Iterable[Font]) -> list[str]:
    """Letters that none of the fonts draws."""
    left = list(letters)
    for font in sorted(fonts, key=lambda font: -len(font.ranges)):
        left = [letter for letter in left if not font.has(letter)]
        if not left:
            break
    return left


def installed_fonts() -> list[Font]:
    """Fonts of this machine with CJK letters, by fontconfig where it is there, else by their files."""
    tool = shutil.which("fc-list")
    return list(_of_fontconfig(tool) if tool else _of_files(font_folders()))


def _of_fontconfig(tool: str) -> Iterator[Font]:
    form = "--format=%{variable}|%{family[0]}|%{charset}\n"
    listed = subprocess.run(  # noqa: S603 - fixed arguments
        [tool, form], capture_output=True, check=False, timeout=120
    ).stdout.decode(errors="replace")
    for line in set(listed.splitlines()):
        variable, family, charset = line.split("|", 2)
        if ranges := tuple(_cjk_ranges(charset)):
            yield Font(family, variable == "True", ranges)


def _cjk_ranges(charset: str) -> Iterator[tuple[int, int]]:
    """`20-7e 4e00`: ranges of code points from where CJK begins."""
    for part in charset.split():
        first, _, last = part.partition("-")
        if int(last or first, 16) >= 0x2E80:
            yield int(first, 16), int(last or first, 16)


def _of_files(folders: Iterable[Path]) -> Iterator[Font]:
    """Fonts by the names of their files; they are taken to have all letters."""
    for folder in folders:
        for _, _, names in os.walk(folder):
            for name in names:
                if KNOWN.search(name):
                    variable = re.search(r"[-_]?VF\b|\[wght\]", name) is not None
                    yield Font(Path(name).stem, variable, ((0x2E80, 0x3FFFF),))


def font_folders() -> list[Path]:
    """Where the system keeps fonts."""
    home = Path.home()
    if sys.platform == "win32":
        windows = Path(os.environ.get("WINDIR", r"C:\Windows"))
        own = Path(os.environ.get("LOCALAPPDATA", str(home)), "Microsoft", "Windows", "Fonts")
        return [windows / "Fonts", own]
    if sys.platform == "darwin":
        system = Path("/System/Library")
        return [
            system / "Fonts",
            system / "AssetsV2",
            Path("/Library/Fonts"),
            home / "Library/Fonts",
        ]
    usual = Path("/usr")
    return [usual / "share/fonts", usual / "local/share/fonts", home / ".local/share/fonts"]
