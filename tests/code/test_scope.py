from __future__ import annotations

import pytest

from depscan.code import scope_of


@pytest.mark.parametrize(
    ("scope", "paths"),
    [
        (
            "test",
            "tests/test_a.py a/tests/b.py src/a/testing_utils.py a/test_b.py a/b_test.py conftest.py unit-tests/a.py",
        ),
        ("test", "docs/tests/a.py examples/test_a.py a/test_utils/b.py TESTS/A.py a/tests.py"),
        ("benchmark", "benchmarks/a.py bench.py a/bench/b.py benchmark_a.py a/b/benchmark_c.py"),
        ("docs", "docs/a.py doc/source/b.ipynb docs/examples/a.py documentation/a.py"),
        ("example", "examples/a.py a/samples/b.py tutorials/a.ipynb demo/a.py example.py a_examples/b.py demo_a.py"),
        ("tooling", "setup.py a/setup.py noxfile.py docs/source/conf.py .github/scripts/a.py dev/a.py ci/a.py"),
        (
            "production",
            "a.py src/a/b.py scripts/train.py tools/a.py a/example.py a/data/benchmark.py a/conf.py test.py",
        ),
        ("production", "a/test_time_augmentation.py a/testset/b.py contest/a.py latest.py src/dev/a.py documents/a.py"),
        ("recipe", "recipes/a.yaml recipes/dpo/b.json train_recipes/c.toml configs/example_training/a.yaml"),
        ("production", "recipes/a.py recipes/b.ipynb recipe.yaml"),
        ("production", "a/paint_by_example/b.py a/samplers/b.py attestation.py"),
    ],
)
def test_scope(scope: str, paths: str) -> None:
    assert {path: str(scope_of(path)) for path in paths.split()} == dict.fromkeys(paths.split(), scope)
