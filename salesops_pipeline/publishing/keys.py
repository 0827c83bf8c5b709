"""The primary keys of published tables, as the models' YAML files state them and dbt's tests check them."""

from __future__ import annotations

from pathlib import Path

import yaml

_KEY_TEST = "primary_key"


def stated_keys(models_dir: Path) -> dict[str, tuple[str, ...]]:
    """Key columns per table, ``<layer>.<model>`` → columns; a model that states no key is not in it.

    Args:
        models_dir: The folder ``models`` of the dbt project; its first level are the layers.
    """
    keys: dict[str, tuple[str, ...]] = {}
    for file in sorted(models_dir.glob("*/**/*.yml")):
        layer = file.relative_to(models_dir).parts[0]
        for model in yaml.safe_load(file.read_text(encoding="utf-8")).get("models", []):
            for test in model.get("data_tests", []):
                if isinstance(test, dict) and _KEY_TEST in test:
                    keys[f"{layer}.{model['name']}"] = tuple(test[_KEY_TEST]["arguments"]["columns"])
    return keys
