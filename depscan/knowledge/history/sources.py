"""Which files of a tree somebody has to know to keep the project going: code and markup written by hand."""

from __future__ import annotations

import re

_PROGRAMS = frozenset({
    "bash", "bat", "c", "cc", "clj", "cmake", "cpp", "cs", "cu", "cuh", "cxx", "erl", "ex", "f", "f90", "go", "h", "hh",
    "hpp", "hs", "java", "jl", "js", "jsx", "kt", "lua", "m", "ml", "mm", "php", "pl", "pm", "proto", "ps1", "pxd",
    "pxi", "py", "pyx", "r", "rb", "rs", "scala", "sh", "sql", "swift", "ts", "tsx", "vb", "zsh",
})  # fmt: skip
_MARKUP = frozenset({"css", "htm", "html", "less", "sass", "scss", "tex"})
_NAMED = frozenset({"Makefile", "CMakeLists.txt", "Dockerfile", "Rakefile"})

_FOREIGN = re.compile(
    r"(?:^|/)(?:docs?|documentation|examples?|samples?|demos?|man|vendors?|third[_-]?party|3rdparty|node_modules"
    r"|bower_components|dist|externs?|externals?|deps|debian|fixtures|testdata|\.github)/"
    r"|(?:^|/)(?:jquery|bootstrap|codemirror|mathjax)[^/]*\.(?:js|css)$|\.min\.(?:js|css)$|_pb2\.py$",
    re.IGNORECASE,
)
"""Documentation, examples, code of others and generated code, by path."""


def is_source(path: str) -> bool:
    """Whether the file at `path`, as git writes it (perhaps in quotes), counts."""
    path = path.strip('"')
    name = path.rpartition("/")[2]
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    known = name in _NAMED or suffix in _PROGRAMS or suffix in _MARKUP
    return known and not _FOREIGN.search(path)
