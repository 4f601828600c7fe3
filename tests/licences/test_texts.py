"""Licence texts: what proves a licence, what does not, and what several texts amount to."""

from importlib.metadata import distribution

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan.licences import parse
from depscan.licences.tables import rows
from depscan.licences.texts import is_text, recognise

MIT_GRANT = "Permission is hereby granted, free of charge, to any person obtaining a copy of this software ..."
MIT = f"{MIT_GRANT}\nThe above copyright notice and this permission notice\nshall be included in all copies."
MIT_0 = f"{MIT_GRANT} to deal in the Software without restriction. THE SOFTWARE IS PROVIDED AS IS."
BSD = "Redistribution and use in source and binary forms, with or without modification, are permitted"
BSD_2 = f"{BSD}: 1. Redistributions of source code must retain ... 2. Redistributions in binary form must reproduce ..."
BSD_3 = f"{BSD_2} 3. Neither the name of X may be used to endorse or promote products derived from this software."
BSD_4 = f"{BSD_3} All advertising materials mentioning features of this software must display ..."
APACHE = "                 Apache License\n           Version 2.0, January 2004\n  http://www.apache.org/licenses/"
APACHE_NOTICE = 'Licensed under the Apache License, Version 2.0 (the "License"); you may not use this file except ...'
GPL_2 = "GNU GENERAL PUBLIC LICENSE\n\t Version 2, June 1991"
GPL_3 = "GNU GENERAL PUBLIC LICENSE\n  Version 3, 29 June 2007"
GPL_3_SAMPLE = (
    "you can redistribute it and/or modify it under the terms of the GNU General Public License as published by the "
    "Free Software Foundation, either version 3 of the License, or (at your option) any later version."
)
LGPL_3 = "GNU LESSER GENERAL PUBLIC LICENSE\n  Version 3, 29 June 2007"
GCC = "GCC RUNTIME LIBRARY EXCEPTION\n\nVersion 3.1, 31 March 2009"
ISC = (
    "Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby "
    "granted, provided that the above copyright notice and this permission notice appear in all copies."
)
PYTHON = "BEOPEN.COM LICENSE AGREEMENT FOR PYTHON 2.0 ... PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2"

TEXTS = [
    ("MIT", [MIT]),
    ("MIT", [MIT.upper()]),
    ("MIT", ["\n".join(f"# {line}" for line in MIT.split("\n"))]),
    ("MIT", [" * ".join(MIT.split(" "))]),
    ("MIT-0", [MIT_0]),
    ("X11", [f"{MIT} Except as contained in this notice, the name of X shall not be used in advertising"]),
    (
        "NCSA",
        [f"{MIT_GRANT} to deal with the Software without restriction: Redistributions of source code must retain"],
    ),
    ("JSON", [f"{MIT} The Software shall be used for Good, not Evil."]),
    ("BSD-2-Clause", [BSD_2]),
    ("BSD-3-Clause", [BSD_3]),
    ("BSD-4-Clause", [BSD_4]),
    ("BSD-3-Clause-Clear", [f"{BSD_3} NO EXPRESS OR IMPLIED LICENSES TO ANY PARTY'S PATENT RIGHTS ARE GRANTED"]),
    ("BSD-1-Clause", [f"{BSD}: 1. Redistributions of source code must retain the above copyright notice"]),
    ("Apache-2.0", [APACHE]),
    ("Apache-2.0", [APACHE_NOTICE]),
    ("Apache-2.0", [APACHE, APACHE_NOTICE]),
    ("ISC", [ISC]),
    ("0BSD", [ISC.partition(", provided")[0]]),
    (
        "Zlib",
        [
            """without any express or implied warranty. In no event will the authors be held liable.
            Altered source versions must be plainly marked"""
        ],
    ),
    ("MPL-2.0", ["Mozilla Public License Version 2.0\n===\n1. Definitions"]),
    ("MPL-2.0", ["This Source Code Form is subject to the terms of the Mozilla Public License, v. 2.0."]),
    ("LGPL-2.1-only", ["GNU LESSER GENERAL PUBLIC LICENSE\nVersion 2.1, February 1999"]),
    ("LGPL-3.0-only", [LGPL_3]),
    ("GPL-2.0-only", [GPL_2]),
    ("GPL-3.0-only", [GPL_3]),
    ("AGPL-3.0-only", ["GNU AFFERO GENERAL PUBLIC LICENSE Version 3, 19 November 2007"]),
    ("PSF-2.0", ["PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2"]),
    ("Python-2.0", [PYTHON]),
    ("Unlicense", ["This is free and unencumbered software released into the public domain."]),
    ("CC0-1.0", ["CC0 1.0 Universal"]),
    ("BUSL-1.1", ["Business Source License 1.1 ... Licensed Work: x"]),
    ("SSPL-1.0", ["Server Side Public License\nVERSION 1, OCTOBER 16, 2018"]),
    (
        "Elastic-2.0",
        ["Elastic License 2.0 ... You may not provide the software to third parties as a hosted or managed service"],
    ),
    ("LicenseRef-NVIDIA-Proprietary", ["LICENSE AGREEMENT FOR NVIDIA SOFTWARE DEVELOPMENT KITS"]),
    (
        "LicenseRef-NVIDIA-Proprietary",
        ["contain license terms\nand conditions that govern the use of NVIDIA software."],
    ),
    ("LicenseRef-Intel-Simplified", ["Intel Simplified Software License (Version October 2022)"]),
    ("Apache-2.0 AND LicenseRef-Commons-Clause", [APACHE, '"Commons Clause" License Condition v1.0']),
    # a later version is allowed only where somebody says so
    ("GPL-3.0-or-later", [GPL_3_SAMPLE]),
    ("GPL-3.0-only", [f"{GPL_3} ... {GPL_3_SAMPLE}"]),
    # several texts
    ("MIT AND BSD-3-Clause", [f"{MIT}\n\n{BSD_3}"]),
    ("BSD-3-Clause AND MIT", [f"{BSD_3}\n\n{MIT}"]),
    ("BSD-2-Clause AND BSD-3-Clause", [f"{BSD_2}\n\n{BSD_3}"]),
    ("MIT AND Apache-2.0", [MIT, APACHE]),
    ("MIT OR Apache-2.0", ["Made available under the terms of *either* of the licenses in LICENSE.X.", MIT, APACHE]),
    ("MIT OR Apache-2.0", ["Dual licensed, see LICENSE-MIT and LICENSE-APACHE.", MIT, APACHE]),
    ("MIT AND Apache-2.0 AND ISC", ["Under the terms of either license.", MIT, APACHE, ISC]),
    (
        "BSD-3-Clause AND GPL-3.0-or-later WITH GCC-exception-3.1",
        [f"{BSD_3}\nbundled:\n{GCC}\n{GPL_3}\n{GPL_3_SAMPLE}"],
    ),
    (
        "GPL-2.0-only WITH Classpath-exception-2.0",
        [f"{GPL_2} permission to link this library with independent modules to produce an executable"],
    ),
    ("LGPL-3.0-only", [GPL_3, LGPL_3]),
    # nothing that is known
    ("", []),
    ("", [""]),
    ("", ["MIT"]),
    ("", ["See AUTHORS. Compatible with the GNU General Public License, the Apache License and BSD licenses."]),
    ("", [BSD]),
    ("", [MIT_GRANT]),
]


@pytest.mark.parametrize(("expected", "texts"), TEXTS)
def test_recognise(expected: str, texts: list[str]) -> None:
    assert recognise(texts) == expected


@pytest.mark.parametrize("row", rows("texts"), ids=lambda row: f"{row['licence']}: {row['phrase']}")
def test_every_phrase_proves_its_licence_by_itself(row: dict[str, str]) -> None:
    words = f"{row['phrase']} {row['needs'].replace('|', ' ')}"
    assert row["phrase"] == " ".join(row["phrase"].split()).lower()
    assert parse(row["licence"]) == row["licence"]
    assert recognise([words]) == row["licence"]
    assert row["kind"] in {"grant", "title", "notice"}


@pytest.mark.parametrize("row", [row for row in rows("texts") if row["lacks"]], ids=lambda row: row["licence"])
def test_words_that_rule_a_licence_out(row: dict[str, str]) -> None:
    words = f"{row['phrase']} {row['needs'].replace('|', ' ')} {row['lacks']}"
    assert recognise([words]) != row["licence"]


@given(st.text(max_size=200))
def test_any_text_gives_an_expression_or_nothing(text: str) -> None:
    found = recognise([text])
    assert not found or parse(found) == found


@pytest.mark.parametrize(
    "text",
    [f"{BSD} " * 5_000, f"{GPL_3} " * 5_000, f"{MIT_GRANT} " * 5_000, "x" * 2_500_000, f"{BSD_3} {MIT} " * 2_000],
    ids=["grants", "titles", "open grants", "one word", "bundle"],
)
def test_huge_texts_are_answered(text: str) -> None:
    assert recognise([text]) in {"", "GPL-3.0-only", "BSD-3-Clause AND MIT"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pytest", "MIT"),
        ("hypothesis", "MPL-2.0"),
        ("click", "BSD-3-Clause"),
        ("packaging", "Apache-2.0 OR BSD-2-Clause"),
    ],
)
def test_real_licence_files(name: str, expected: str) -> None:
    files = [file for file in distribution(name).files or () if "LICENSE" in file.name and ".dist-info" in str(file)]
    assert recognise(file.read_text() for file in sorted(files)) == expected


@pytest.mark.parametrize(
    ("field", "expected"),
    [("MIT", False), ("BSD 3-Clause\n\nCopyright", False), ("a\nb\nc\nd", True), ("x" * 201, True), ("", False)],
)
def test_is_text(field: str, expected: bool) -> None:
    assert is_text(field) is expected
