"""The Mermaid sources of the catalogue and those in `sources/`."""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]


def sources():
    """Pairs of name and source."""
    found = []
    for folder in ("diagrams", "incidents"):
        for file in sorted((ROOT / "catalogue" / folder).glob("*.md")):
            for block in re.findall(r"```mermaid\n(.*?)```", file.read_text(), re.S):
                found.append((file.stem, block))
    for file in sorted((pathlib.Path(__file__).parent / "sources").glob("*.mmd")):
        found.append((file.stem, file.read_text()))
    return found
