"""The version of PackProd. It is written down once, in pyproject.toml; everything else takes it from here."""

import tomllib
from pathlib import Path

_PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
__version__: str = tomllib.loads(_PROJECT.read_text())["project"]["version"]
