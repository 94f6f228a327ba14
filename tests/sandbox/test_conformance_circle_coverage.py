"""All methods of Circle's own clients are tested, except for those named here."""

from __future__ import annotations

import inspect
from pathlib import Path
from types import ModuleType

from tests.sandbox.circle_sdk import conf, dev, utils

HERE = Path(__file__).parent
# What is not tested, and why.
LEFT_OUT = {
    "init_user_controlled_wallets_client": "another product, and its package is not installed",
    "init_smart_contract_platform_client": "another product, and its package is not installed",
    "generate_entity_secret": "prints a secret and calls nothing",
    "generate_entity_secret_ciphertext": "calls nothing; registering a secret goes through it",
    "get_public_key": "called by those that make a client",
    "load_access_token": "reads the environment",
    "load_entity_secret": "reads the environment",
    "resolve_path_relative_to_app_dir": "joins two paths",
}
# The same call with more of the answer, or with less done to it.
VARIANTS = ("_with_http_info", "_without_preload_content")


def methods_of(module: ModuleType) -> set[str]:
    apis = [
        each for name, each in inspect.getmembers(module, inspect.isclass) if name[-3:] == "Api"
    ]
    assert apis
    names = {name for api in apis for name, _ in inspect.getmembers(api, inspect.isfunction)}
    return {name for name in names if not name.startswith("_") and not name.endswith(VARIANTS)}


def tried() -> str:
    sources = HERE.glob("test_conformance_circle_*.py")
    texts = [each.read_text() for each in sources if each != Path(__file__)]
    return "\n".join([*texts, (HERE / "circle_sdk.py").read_text()])


def test_every_method_of_both_packages_is_tried() -> None:
    called = tried()
    methods = methods_of(dev) | methods_of(conf)
    assert {name for name in methods if f".{name}" not in called} == set()


def test_every_helper_is_tried_or_left_out_for_a_reason() -> None:
    called = tried()
    helpers = {
        name
        for name, each in inspect.getmembers(utils, inspect.isfunction)
        if each.__module__ == utils.__name__ and not name.startswith("_")
    }
    missing = {name for name in helpers if f"utilities.{name}" not in called}
    assert missing == LEFT_OUT.keys()
