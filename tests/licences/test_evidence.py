"""Conclusions: the order of evidence, what refines it, what contradicts it, and what is bundled."""

from dataclasses import dataclass, field
from importlib.metadata import distribution

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan.licences import Conclusion, conclude, family, parse
from depscan.model import LicenceEvidence as By
from depscan.model import LicenceFamily

MIT = (
    "Permission is hereby granted, free of charge, to any person obtaining a copy of this software ...\n"
    "The above copyright notice and this permission notice\nshall be included in all copies.\nAS IS.\n"
)
MIT_0 = (
    "Permission is hereby granted, free of charge, to any person obtaining a copy of this software, "
    "to deal in the Software without restriction."
)
BSD_2 = "Redistribution and use in source and binary forms ...\nRedistributions in binary form must reproduce ..."
BSD_3 = f"{BSD_2}\nNor may its name be used to endorse or promote products derived from it.\n\nAS IS.\n"
APACHE = "Apache License\nVersion 2.0, January 2004\n"
GPL_3 = "GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n"
GCC = "GCC RUNTIME LIBRARY EXCEPTION\n\nVersion 3.1, 31 March 2009"
LGPL_21 = "GNU LESSER GENERAL PUBLIC LICENSE\nVersion 2.1, February 1999"
NVIDIA = "LICENSE AGREEMENT FOR NVIDIA SOFTWARE DEVELOPMENT KITS"
PYTHON = "BEOPEN.COM LICENSE AGREEMENT FOR PYTHON 2.0 ... PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2"
RUNTIME = "GPL-3.0-or-later WITH GCC-exception-3.1"


@dataclass(frozen=True)
class Case:
    """What a distribution says, and what follows."""

    expected: str
    evidence: By
    expression: str = ""
    texts: tuple[str, ...] = ()
    classifiers: tuple[str, ...] = ()
    name: str = ""
    doubts: tuple[str, ...] = field(default=())
    further: tuple[str, ...] = ()


CASES = [
    # one kind of evidence
    Case("MIT", By.EXPRESSION, expression="MIT"),
    Case("MIT OR Apache-2.0", By.EXPRESSION, expression="mit or apache-2.0"),
    Case("GPL-3.0-only", By.EXPRESSION, expression="GPL-3.0"),
    Case("MIT", By.TEXT, texts=(MIT,)),
    Case("MIT AND Apache-2.0", By.TEXT, texts=(MIT, APACHE)),
    Case("MIT", By.CLASSIFIER, classifiers=("MIT License",)),
    Case("LicenseRef-BSD", By.CLASSIFIER, classifiers=("BSD License",)),
    Case("MIT AND Apache-2.0", By.CLASSIFIER, classifiers=("MIT License", "Apache Software License")),
    Case("MIT", By.NAME, name="MIT License"),
    Case("LicenseRef-NVIDIA-Proprietary", By.NAME, name="NVIDIA Proprietary Software"),
    # the stronger wins
    Case("MIT", By.EXPRESSION, expression="MIT", texts=(MIT,), classifiers=("MIT License",), name="MIT"),
    Case("MIT", By.TEXT, texts=(MIT,), classifiers=("MIT License",), name="MIT"),
    Case("MIT", By.CLASSIFIER, classifiers=("MIT License",), name="MIT"),
    Case("MIT", By.EXPRESSION, expression="MIT", texts=(MIT_0,), doubts=("the licence files say MIT-0",)),
    Case("Apache-2.0", By.EXPRESSION, expression="Apache-2.0", name="MIT", doubts=("the licence field says MIT",)),
    Case("Apache-2.0", By.TEXT, texts=(APACHE,), classifiers=("MIT License",), doubts=("the classifiers say MIT",)),
    Case(
        "MIT",
        By.CLASSIFIER,
        classifiers=("MIT License",),
        name="GPLv3",
        doubts=("the licence field says GPL-3.0-only",),
    ),
    Case(
        "MIT",
        By.EXPRESSION,
        expression="MIT",
        texts=(APACHE,),
        classifiers=("BSD License",),
        name="ISC",
        doubts=("the licence files say Apache-2.0", "the classifiers say LicenseRef-BSD", "the licence field says ISC"),
    ),
    # the weaker says the same more exactly
    Case("BSD-3-Clause", By.NAME, classifiers=("BSD License",), name="BSD-3-Clause"),
    Case("BSD-2-Clause", By.TEXT, texts=(BSD_2,), classifiers=("BSD License",)),
    Case(
        "LGPL-3.0-or-later",
        By.NAME,
        classifiers=("GNU Library or Lesser General Public License (LGPL)",),
        name="LGPLv3+",
    ),
    Case("GPL-3.0-or-later", By.NAME, texts=(GPL_3,), name="GPL-3.0-or-later"),
    Case(
        "GPL-3.0-or-later",
        By.CLASSIFIER,
        texts=(GPL_3,),
        classifiers=("GNU General Public License v3 or later (GPLv3+)",),
    ),
    Case("GPL-3.0-only", By.EXPRESSION, expression="GPL-3.0-only", name="GPL-3.0-or-later"),
    Case(
        "LicenseRef-NVIDIA-Proprietary",
        By.NAME,
        classifiers=("Other/Proprietary License",),
        name="NVIDIA Proprietary Software",
    ),
    Case("LicenseRef-NVIDIA-Proprietary", By.TEXT, texts=(NVIDIA,), classifiers=("Other/Proprietary License",)),
    Case(
        "GPL-2.0-or-later WITH Bootloader-exception",
        By.NAME,
        texts=("GNU GENERAL PUBLIC LICENSE\nVersion 2, June 1991",),
        classifiers=("GNU General Public License v2 (GPLv2)",),
        name="GPL-2.0-or-later WITH Bootloader-exception",
    ),
    Case("CC0-1.0", By.NAME, classifiers=("Public Domain",), name="CC0"),
    Case("BSD-3-Clause", By.TEXT, texts=(BSD_3,), classifiers=("BSD License",), name="BSD"),
    Case(
        "LGPL-2.1-only",
        By.TEXT,
        texts=(LGPL_21,),
        classifiers=("GNU Lesser General Public License v2 or later (LGPLv2+)",),
    ),
    Case("Python-2.0", By.TEXT, texts=(PYTHON,), classifiers=("Python Software Foundation License",), name="PSF"),
    # all or either
    Case("MIT OR Apache-2.0", By.NAME, texts=(MIT, APACHE), name="MIT OR Apache-2.0"),
    Case(
        "MIT OR Apache-2.0", By.NAME, classifiers=("MIT License", "Apache Software License"), name="MIT OR Apache-2.0"
    ),
    Case("MIT OR Apache-2.0", By.TEXT, texts=(MIT, APACHE), name="Dual License"),
    Case(
        "LicenseRef-BSD OR Apache-2.0",
        By.CLASSIFIER,
        classifiers=("BSD License", "Apache Software License"),
        name="Dual License",
    ),
    Case("MIT", By.CLASSIFIER, classifiers=("MIT License",), name="Dual License"),
    Case(
        "Apache-2.0 OR BSD-3-Clause",
        By.NAME,
        classifiers=("BSD License", "Apache Software License"),
        name="Apache-2.0 OR BSD-3-Clause",
    ),
    Case("MIT", By.TEXT, texts=(MIT,), name="MIT OR Apache-2.0", doubts=("the licence field says MIT OR Apache-2.0",)),
    # a text in the licence field
    Case("MIT", By.TEXT, name=MIT),
    Case("BSD-3-Clause", By.TEXT, name=f"Copyright (c) X\n\n{BSD_3}", classifiers=("BSD License",)),
    Case("BSD-3-Clause", By.NAME, name="BSD 3-Clause License\n\nCopyright (c) X\nAll rights reserved.\nAnd so on."),
    # a text that bundles others
    Case("BSD-3-Clause", By.TEXT, texts=(f"{BSD_3}{GCC}\n{GPL_3}",), classifiers=("BSD License",), further=(RUNTIME,)),
    Case(
        "BSD-3-Clause", By.EXPRESSION, expression="BSD-3-Clause", texts=(f"{BSD_3}{GCC}\n{GPL_3}",), further=(RUNTIME,)
    ),
    Case(f"BSD-3-Clause AND {RUNTIME}", By.TEXT, texts=(f"{BSD_3}{GCC}\n{GPL_3}",)),
    Case("Apache-2.0", By.TEXT, texts=(APACHE, LGPL_21), name="Apache 2.0", further=("LGPL-2.1-only",)),
    Case("MIT AND Apache-2.0", By.TEXT, texts=(MIT, APACHE), name="ISC", doubts=("the licence field says ISC",)),
    Case(
        "MIT AND Apache-2.0",
        By.TEXT,
        texts=(MIT, APACHE, LGPL_21),
        classifiers=("MIT License",),
        name="Apache 2",
        further=("LGPL-2.1-only",),
    ),
    # an expression that is none
    Case(
        "Apache-2.0",
        By.NAME,
        expression="Apache License 2.0",
        doubts=('the licence expression "Apache License 2.0" is not valid',),
    ),
    Case("MIT", By.TEXT, expression="(MIT", texts=(MIT,), doubts=('the licence expression "(MIT" is not valid',)),
]

NOTHING = [
    {},
    {"name": "UNKNOWN"},
    {"name": "see LICENSE"},
    {"name": "Dual License"},
    {"name": "x" * 300},
    {"expression": "No Such Licence"},
    {"texts": ["Copyright (c) X"]},
    {"classifiers": ["License :: OSI Approved", "Programming Language :: Python"]},
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.expected} by {case.evidence}")
def test_conclude(case: Case) -> None:
    found = conclude(
        expression=case.expression,
        texts=case.texts,
        classifiers=[
            f"License :: {'' if text.startswith(('Other', 'Public')) else 'OSI Approved :: '}{text}"
            for text in case.classifiers
        ],
        name=case.name,
    )
    assert found == Conclusion(case.expected, case.evidence, case.doubts, case.further)
    assert parse(found.whole) == found.whole


@pytest.mark.parametrize("said", NOTHING, ids=str)
def test_what_says_nothing(said: dict[str, str]) -> None:
    assert conclude(**said) is None


def test_the_whole_holds_what_is_bundled() -> None:
    found = conclude(texts=[APACHE, LGPL_21], name="Apache 2.0")
    assert found is not None
    assert (family(found.expression), family(found.whole)) == (LicenceFamily.PERMISSIVE, LicenceFamily.WEAK_COPYLEFT)


def test_a_long_doubt_is_cut() -> None:
    found = conclude(expression="MIT and more of it, " * 50, name="MIT")
    assert found is not None
    assert len(found.doubts[0]) < 170


@given(
    st.text(max_size=40),
    st.lists(st.sampled_from([MIT, APACHE, GPL_3, BSD_3, LGPL_21, "x"]), max_size=3),
    st.lists(st.sampled_from(["License :: OSI Approved :: MIT License", "License :: Public Domain", "x"]), max_size=3),
    st.one_of(st.text(max_size=300), st.sampled_from(["MIT OR Apache-2.0", "Dual License", "GPLv3+"])),
)
def test_anything_gives_a_valid_conclusion_or_none(
    expression: str, texts: list[str], classifiers: list[str], name: str
) -> None:
    found = conclude(expression=expression, texts=texts, classifiers=classifiers, name=name)
    assert found is None or parse(found.expression) == found.expression


@pytest.mark.parametrize(
    ("name", "expected"), [("pytest", "MIT"), ("hypothesis", "MPL-2.0"), ("packaging", "Apache-2.0 OR BSD-2-Clause")]
)
def test_real_distributions_say_the_same_by_expression_and_by_text(name: str, expected: str) -> None:
    own = distribution(name)
    files = sorted(file for file in own.files or () if "LICENSE" in file.name and ".dist-info" in str(file))
    texts = [file.read_text() for file in files]
    assert conclude(expression=own.metadata["License-Expression"], texts=texts) == Conclusion(expected, By.EXPRESSION)
    assert conclude(texts=texts) == Conclusion(expected, By.TEXT)
