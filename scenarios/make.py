"""Makes the tables of the shipped scenarios anew: invented data, the same bytes every time.

    python scenarios/make.py [FOLDER]

FOLDER is where the scenario folders lie; by default the one of this script. Only tables are written;
scenario.yaml and README.md are by hand, and so are all small scenarios that are not named below.
"""

from __future__ import annotations

import sys
from pathlib import Path

from _make import demand_loop, media_mix, national_zh, regional

MAKERS = {
    "regional": regional.make,
    "national_zh": national_zh.make,
    "national_zh/faults": national_zh.make_faults,
    "demand_loop": demand_loop.make,
    "media_mix": media_mix.make,
}


def main(arguments: list[str]) -> None:
    """Write every made-up table below the folder."""
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent
    for name, make in MAKERS.items():
        folder = root / name
        folder.mkdir(parents=True, exist_ok=True)
        make(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
