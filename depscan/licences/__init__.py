"""
Licences: what an SPDX expression says, which family it belongs to, and what a distribution's evidence amounts to.

    conclude(expression=, texts=, classifiers=, name=)  the licence, from the strongest evidence there is
    parse(text)                                         canonical SPDX expression, or None
    family(expression)                                  what it asks: permissive ... proprietary, unknown
    choices(expression)                                 the sets of licences under which one may take it
    evaluate(expression, allowed=, denied=)             what a policy says of it
"""

from depscan.licences.evidence import Conclusion, conclude
from depscan.licences.expressions import choices, parse
from depscan.licences.families import family, stricter
from depscan.licences.policy import Outcome, Verdict, evaluate, recognises

__all__ = [
    "Conclusion",
    "Outcome",
    "Verdict",
    "choices",
    "conclude",
    "evaluate",
    "family",
    "parse",
    "recognises",
    "stricter",
]
