from __future__ import annotations

import pytest

from depscan.knowledge.history.people import BOT, Identity, is_bot, merge

ONE = [
    ("same address", [("Ann Archer", "a@x.org"), ("aarcher", "a@x.org")]),
    ("same name", [("Ann Archer", "a@x.org"), ("Ann Archer", "a@y.org")]),
    ("case, accents and spaces", [("Jos\u00e9  de Souza", "a@x.org"), ("jose DE souza", "a@y.org")]),
    ("a letter exchanged", [("Katharina Meier", "a@x.org"), ("Katharina Meyer", "b@x.org")]),
    ("a letter more", [("Sebastian Voll", "a@x.org"), ("Sebastiann Voll", "b@x.org")]),
    ("the last letter missing", [("Sebastian Voll", "a@x.org"), ("Sebastian Vol", "b@x.org")]),
    ("by way of a third", [("Ann", "a@x.org"), ("Ann Archer", "a@x.org"), ("Ann Archer", "b@x.org")]),
    ("no name, same address", [("", "a@x.org"), ("Ann", "a@x.org")]),
]
TWO = [
    ("nothing in common", [("Ann", "a@x.org"), ("Bob", "b@x.org")]),
    ("short names", [("Jan Ek", "a@x.org"), ("Jan Ok", "b@x.org")]),
    ("one word", [("sebastian", "a@x.org"), ("sebastiam", "b@x.org")]),
    ("another first letter", [("Jan Schmidt", "a@x.org"), ("Dan Schmidt", "b@x.org")]),
    ("two letters", [("Katharina Meier", "a@x.org"), ("Catarina Meier", "b@x.org")]),
    ("letters swapped", [("Katharina Meier", "a@x.org"), ("Katharina Meire", "b@x.org")]),
    ("an address of nobody", [("Ann", "none@none"), ("Bob", "none@none")]),
    ("no address", [("Ann", ""), ("Bob", "")]),
]


@pytest.mark.parametrize(
    ("identities", "number"),
    [(case, 1) for _, case in ONE] + [(case, 2) for _, case in TWO],
    ids=[name for name, _ in ONE + TWO],
)
def test_merge(identities: list[tuple[str, str]], number: int) -> None:
    found = merge([Identity(*identity) for identity in identities], [1] * len(identities), {})
    assert len(set(found.person)) == len(found.names) == number


def test_an_address_with_many_names_is_no_person() -> None:
    found = merge([Identity(f"Person {'abcdefghij'[at]}{at}x", "ci@x.org") for at in range(10)], [1] * 10, {})
    assert len(found.names) == 10


def test_aliases_join_names() -> None:
    identities = [Identity("Ann", "a@x.org"), Identity("nna", "b@x.org"), Identity("Bob", "c@x.org")]
    found = merge(identities, [1, 5, 1], {"NNA": "ann"})
    assert found.person == (0, 0, 1)
    assert found.names == ("nna", "Bob")  # the spelling with most commits


def test_names_without_letters() -> None:
    found = merge([Identity("", "jo@x.org"), Identity("", "")], [1, 1], {})
    assert found.names == ("jo", "")


BOTS = [
    ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"), ("pre-commit-ci", "x@y.org"),
    ("Facebook Github Bot", "facebook-github-bot@users.noreply.github.com"), ("Ann", "merge-bot@x.org"),
    ("pytorchmergebot", "x@y.org"), ("A. Unique TensorFlower", "gardener@tensorflow.org"),
    ("copybara-service", "x@y.org"), ("GitHub Actions", "actions@github.com"), ("github-actions", "x@y.org"),
    ("renovate", "x@y.org"), ("Weblate", "x@y.org"),
]  # fmt: skip
HUMAN = [
    ("Ann Archer", "ann@x.org"), ("Marc Talbot", "talbot@x.org"), ("Bothilda Svensson", "b@x.org"),
    ("Abbott", "a@bot.org"),    ("Robota Nowak", "r@x.org"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "email", "expected"), [(*b, True) for b in BOTS] + [(*h, False) for h in HUMAN])
def test_bots(name: str, email: str, expected: bool) -> None:
    identity = Identity(name, email)
    assert is_bot(identity) is expected
    assert (merge([identity], [1], {}).person == (BOT,)) is expected
