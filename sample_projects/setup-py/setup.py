import os
import re

from setuptools import Command, find_packages, setup

_deps = [
    "numpy>=1.17",
    "torch>=1.13,!=2.0.1",
    "sentencepiece>=0.1.91,!=0.1.92",
    "tokenizers>=0.15,<0.20",
    "pytest>=7.2,<8",
    "parameterized",
]
deps = {b: a for a, b in (re.findall(r"^(([^!=<>~ ]+)(?:[!=<>~ ].*)?$)", x)[0] for x in _deps)}


def deps_list(*pkgs):
    return [deps[pkg] for pkg in pkgs]


class Format(Command):
    """`python setup.py format`"""

    def run(self):
        import black

        black.main(["src"])


with open(os.path.join(os.path.dirname(__file__), "requirements.txt")) as f:
    required = f.read().splitlines()

extras = {}
extras["torch"] = deps_list("torch")
extras["sentencepiece"] = deps_list("sentencepiece")
extras["testing"] = deps_list("pytest", "parameterized")
extras["dev"] = extras["torch"] + extras["sentencepiece"] + extras["testing"]

setup(
    name="tinyformers",
    version="0.9.0.dev0",
    package_dir={"": "src"},
    packages=find_packages("src"),
    extras_require=extras,
    install_requires=required + [deps["numpy"], deps["tokenizers"]],
    entry_points={"console_scripts": ["tinyformers=tinyformers.cli:main"]},
    cmdclass={"format": Format},
)
