"""The scripts of the widgets: modules for a page, one script for a notebook."""

from pathlib import Path

HERE = Path(__file__).parent


def joined(*names: str) -> str:
    """Return modules as the single one that a widget may have, without the imports between them."""
    texts = [(HERE / name).read_text(encoding="utf-8") for name in names]
    lines = [line for text in texts for line in text.splitlines()]
    return "\n".join(line for line in lines if not line.startswith("import "))
