"""Names of licences in words, and trove classifiers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan.licences import family, parse
from depscan.licences.names import classified, named, says_choice
from depscan.licences.tables import rows
from depscan.model import LicenceFamily

NAMES = [
    ("MIT", "MIT"),
    ("MIT License", "MIT"),
    ("MIT license", "MIT"),
    ("MIT Licence", "MIT"),
    ("The MIT License (MIT)", "MIT"),
    ("Expat license", "MIT"),
    ("MIT/X11", "MIT"),
    ('"MIT"', "MIT"),
    ("MIT-CMU", "MIT-CMU"),
    ("MIT No Attribution License", "MIT-0"),
    ("Apache", "Apache-2.0"),
    ("Apache 2", "Apache-2.0"),
    ("Apache 2.0", "Apache-2.0"),
    ("Apache License 2.0", "Apache-2.0"),
    ("Apache License, Version 2.0", "Apache-2.0"),
    ("Apache License v2.0", "Apache-2.0"),
    ("Apache Software License", "Apache-2.0"),
    ("Apache Software License 2.0", "Apache-2.0"),
    ("Apache-2.0", "Apache-2.0"),
    ("ASL 2", "Apache-2.0"),
    ("Licensed under the Apache License, Version 2.0", "Apache-2.0"),
    ("BSD", "LicenseRef-BSD"),
    ("BSD License", "LicenseRef-BSD"),
    ("BSD-3", "BSD-3-Clause"),
    ("BSD-3-Clause", "BSD-3-Clause"),
    ("BSD 3-Clause License", "BSD-3-Clause"),
    ("3-Clause BSD License", "BSD-3-Clause"),
    ("3-clause BSD", "BSD-3-Clause"),
    ("New BSD", "BSD-3-Clause"),
    ("New BSD License", "BSD-3-Clause"),
    ("Modified BSD License", "BSD-3-Clause"),
    ('BSD 3-Clause "New" or "Revised" License', "BSD-3-Clause"),
    ("BSD (3-Clause)", "BSD-3-Clause"),
    ("BSD 2-Clause License", "BSD-2-Clause"),
    ("Simplified BSD", "BSD-2-Clause"),
    ("ISC", "ISC"),
    ("ISC license", "ISC"),
    ("ISC License (ISCL)", "ISC"),
    ("LGPLv2+", "LGPL-2.0-or-later"),
    ("LGPLv2.1+", "LGPL-2.1-or-later"),
    ("LGPL v3", "LGPL-3.0-only"),
    ("LGPL-3", "LGPL-3.0-only"),
    ("LGPL", "LicenseRef-LGPL"),
    ("GNU LGPL", "LicenseRef-LGPL"),
    ("GNU Lesser General Public License v3 or later (LGPLv3+)", "LGPL-3.0-or-later"),
    ("GNU Library or Lesser General Public License (LGPL)", "LicenseRef-LGPL"),
    ("GPL", "LicenseRef-GPL"),
    ("GNU GPL", "LicenseRef-GPL"),
    ("GPLv2", "GPL-2.0-only"),
    ("GPL 2", "GPL-2.0-only"),
    ("GPL (>= 2)", "GPL-2.0-or-later"),
    ("GPLv3", "GPL-3.0-only"),
    ("GPL v3", "GPL-3.0-only"),
    ("GPL-3.0", "GPL-3.0-only"),
    ("GPL-3.0-or-later", "GPL-3.0-or-later"),
    ("GPLv3+", "GPL-3.0-or-later"),
    ("GPL version 3 or later", "GPL-3.0-or-later"),
    ("GPL v2 or any later version", "GPL-2.0-or-later"),
    ("GNU General Public License v3 (GPLv3)", "GPL-3.0-only"),
    ("GNU General Public License, version 2 or (at your option) any later version", "GPL-2.0-or-later"),
    ("GNU Affero General Public License v3", "AGPL-3.0-only"),
    ("AGPLv3+", "AGPL-3.0-or-later"),
    ("AGPL", "LicenseRef-AGPL"),
    ("GPL-2.0-or-later WITH Bootloader-exception", "GPL-2.0-or-later WITH Bootloader-exception"),
    ("GPL-2.0-or-later AND MIT", "GPL-2.0-or-later AND MIT"),
    ("MPL-2.0", "MPL-2.0"),
    ("MPL 2.0", "MPL-2.0"),
    ("Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
    ("Mozilla Public License", "LicenseRef-MPL"),
    ("PSF", "PSF-2.0"),
    ("PSFL", "PSF-2.0"),
    ("Python Software Foundation License", "PSF-2.0"),
    ("ZPL 2.1", "ZPL-2.1"),
    ("zlib/libpng", "Zlib"),
    ("Unlicense", "Unlicense"),
    ("The Unlicense (Unlicense)", "Unlicense"),
    ("Public Domain", "LicenseRef-Public-Domain"),
    ("CC0 1.0 Universal", "CC0-1.0"),
    ("CC BY-NC 4.0", "CC-BY-NC-4.0"),
    ("CC-BY-NC-SA-4.0", "CC-BY-NC-SA-4.0"),
    ("BSL", "LicenseRef-BSL"),
    ("Business Source License 1.1", "BUSL-1.1"),
    ("Elastic License 2.0", "Elastic-2.0"),
    ("SSPL", "SSPL-1.0"),
    ("NVIDIA Proprietary Software", "LicenseRef-NVIDIA-Proprietary"),
    ("LicenseRef-NVIDIA-Proprietary", "LicenseRef-NVIDIA-Proprietary"),
    ("Intel Simplified Software License", "LicenseRef-Intel-Simplified"),
    ("Proprietary", "LicenseRef-Proprietary"),
    ("Other/Proprietary License", "LicenseRef-Proprietary"),
    ("License :: OSI Approved :: MIT License", "MIT"),
    # several
    ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
    ("MIT or Apache 2.0", "MIT OR Apache-2.0"),
    ("MIT/Apache-2.0", "MIT OR Apache-2.0"),
    ("MIT | ISC", "MIT OR ISC"),
    ("BSD-3-Clause, MIT", "BSD-3-Clause AND MIT"),
    ("MIT and BSD", "MIT AND LicenseRef-BSD"),
    ("GPLv2 or later or MIT", "GPL-2.0-or-later OR MIT"),
    (
        "public domain, Python, 2-Clause BSD, GPL 3",
        "LicenseRef-Public-Domain AND PSF-2.0 AND BSD-2-Clause AND GPL-3.0-only",
    ),
    # names that say nothing, or nothing that is known
    ("", ""),
    ("   ", ""),
    ("UNKNOWN", ""),
    ("None", ""),
    ("Other", ""),
    ("Dual License", ""),
    ("see LICENSE", ""),
    ("See LICENSE file", ""),
    ("LICENSE", ""),
    ("LICENSE.txt", ""),
    ("Open Source", ""),
    ("GPLv4", ""),
    ("GPL (see LICENSE.txt)", "LicenseRef-GPL"),
    ("MIT or something else", ""),
    ("Foo Bar License", ""),
    ("https://example.org/licence", ""),
    ("()", ""),
    ("x" * 10_000, ""),
]


@pytest.mark.parametrize(("text", "expected"), NAMES)
def test_named(text: str, expected: str) -> None:
    assert named(text) == expected


@given(st.text(max_size=450))
def test_any_text_gives_an_expression_or_nothing(text: str) -> None:
    found = named(text)
    assert not found or parse(found) == found


@pytest.mark.parametrize("row", [row for row in rows("names") if row["expression"]], ids=lambda row: row["name"])
def test_every_alias_leads_to_a_canonical_expression(row: dict[str, str]) -> None:
    assert named(row["name"]) == named(row["name"].upper()) == parse(row["expression"]) == row["expression"]
    assert row["source"]


@pytest.mark.parametrize("row", rows("classifiers"), ids=lambda row: row["classifier"])
def test_every_classifier_leads_to_a_canonical_expression(row: dict[str, str]) -> None:
    found = classified([f"License :: {row['classifier']}"])
    assert found == (parse(row["expression"]) or "")
    assert found == row["expression"]


def test_every_licence_classifier_there_is_has_a_row() -> None:
    trove = pytest.importorskip("trove_classifiers")
    known = {f"License :: {row['classifier']}" for row in rows("classifiers")}
    licences = {text for text in trove.classifiers if text.startswith("License")}
    assert licences <= known


@pytest.mark.parametrize(
    ("classifiers", "expected"),
    [
        ([], ""),
        (["Programming Language :: Python :: 3"], ""),
        (["License :: OSI Approved"], ""),
        (["License :: OSI Approved :: No Such License"], ""),
        (["License :: OSI Approved :: MIT License", "Typing :: Typed"], "MIT"),
        (["License :: OSI Approved :: BSD License"], "LicenseRef-BSD"),
        (["License :: OSI Approved :: Apache Software License"], "Apache-2.0"),
        (["License :: OSI Approved", "License :: OSI Approved :: ISC License (ISCL)"], "ISC"),
        (["License :: OSI Approved :: MIT License", "License :: Public Domain"], "MIT AND LicenseRef-Public-Domain"),
        (["License :: Other/Proprietary License"], "LicenseRef-Proprietary"),
        (
            ["License :: Free for non-commercial use", "License :: Other/Proprietary License"],
            "LicenseRef-Noncommercial AND LicenseRef-Proprietary",
        ),
    ],
)
def test_classified(classifiers: list[str], expected: str) -> None:
    assert classified(classifiers) == expected


def test_a_classifier_without_clauses_is_permissive() -> None:
    assert family(classified(["License :: OSI Approved :: BSD License"])) is LicenceFamily.PERMISSIVE


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Dual License", True), ("dual-licensed", True), ("Multi license.", True), ("MIT", False), ("", False)],
)
def test_says_choice(text: str, expected: bool) -> None:
    assert says_choice(text) is expected
