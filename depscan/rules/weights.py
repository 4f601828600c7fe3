"""DS504 to DS507: whether what is loaded or asked for stays the same, runs code, and will still be there."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from depscan.model import Access, Confidence, ResolvedBy, Route, Severity
from depscan.rules.findings import count, finding, lowered, names
from depscan.rules.named import LISTED, counted, first_places, identity, is_commit, places, produced, references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depscan.model import Finding, Model
    from depscan.rules.case import Case

HORIZON = 180
"""Days ahead in which an announced shutdown is a finding."""

_PICKLE = "pickle"
_PICKLED = (".bin", ".ckpt", ".pkl", ".pt", ".pth")
_NOT_PICKLED = ("ggml-", "lid.176")
"""How names of files begin that end in `.bin` and are of other formats (whisper.cpp, fastText)."""


# -- the rules ---------------------------------------------------------------------------------------------------------


def unpinned(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    Production loads weights, tokenizers or datasets by name, without a commit. All share one finding.

    ## Why it matters

    A name on a hub stands for whatever its owner uploads last. The same code may load other weights tomorrow: results
    cannot be reproduced, and whoever takes over the account decides what runs.

    ## Example

    ```
    DS504 3 models and 1 dataset are loaded without a fixed revision: example/a, example/b, example/c and 1 more
    ```

    ## How to fix

    Give the commit: `from_pretrained("example/a", revision="<40 hexadecimal digits>")`. A tag or a branch can be moved.

    ## How to ignore

    `ignore = ["DS504"]` under `[tool.depscan]`, or `exceptions = [{code = "DS504", reason = "mirrored in house"}]`
    under `[tool.depscan.policy]`.

    ## When it is wrong

    - A mirror, an offline cache or an image may fix what is loaded.
    - What looks like a name on a hub may be a folder of yours.

    Hosted models, files, and libraries that fix the weights by their own version are not judged here.
    """
    loose = [model for model in produced(case) if model.route is Route.LOCAL and _is_loose(model)]
    if loose:
        verb = "is" if len(loose) == 1 else "are"
        yield finding(
            "DS504",
            Severity.LOW,
            Confidence.MEDIUM,
            f"{counted(loose)} {verb} loaded without a fixed revision: {names([each.id for each in loose], LISTED)}",
            advice="give the commit as `revision`",
            package="",
            locations=[
                next(each.location for each in references(model) if not is_commit(each.revision)) for model in loose
            ],
        )


def foreign_code(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    Production loads a model or dataset with `trust_remote_code=True`: Python files from its repository are run.

    ## Why it matters

    It is a dependency that no manifest names and no audit sees, with all rights of the process. Where no commit is
    given, whoever can write to that repository can run code here at any time.

    Medium with a commit, or from a folder; high without.

    ## Example

    ```
    DS505 code that comes with example/a is run (trust_remote_code), and no commit is given: it can change at any time
    ```

    ## How to fix

    Leave the argument out where the library has the architecture by now. Else read the code, give its commit as
    `revision`, or copy it into your own repository.

    ## How to ignore

    `ignore = ["DS505"]` under `[tool.depscan]`, `exceptions = [{code = "DS505", reason = "..."}]` under
    `[tool.depscan.policy]`, or for one place a comment in its line: `# depscan: ignore[DS505] reason`.

    ## When it is wrong

    - The repository may hold no code: then nothing is run, until some is added.
    - The commit of `revision` fixes the code only when that lies beside the weights; a configuration can name another
      repository.
    """
    for model in produced(case):
        trusting = [each for each in references(model) if each.trust_remote_code]
        if not trusting:
            continue
        loose = model.revision_pinned is not None and not all(is_commit(each.revision) for each in trusting)
        yield finding(
            "DS505",
            Severity.HIGH if loose else Severity.MEDIUM,
            Confidence.MEDIUM,
            f"code that comes with {model.id} is run (trust_remote_code)"
            + (", and no commit is given: it can change at any time" if loose else ""),
            advice="read the code and give its commit as `revision`" if loose else "read the code at that revision",
            package="",
            locations=[each.location for each in trusting],
            root=identity(model),
        )


def pickled(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    Weights lie in the tree, or are loaded by production code, as pickle files (.bin, .ckpt, .pkl, .pt, .pth). All share
    one finding.

    ## Why it matters

    Reading a pickle can run any code that its author put in. depscan names such files and never opens them.

    ## Example

    ```
    DS506 weights of 2 models are in pickle files, which can run code when they are loaded: a.ckpt, b.pt
    ```

    ## How to fix

    Take the safetensors file that most repositories have by now, or convert it once in a sandbox. Else load with
    `weights_only=True`, and look into the file with modelscan or fickling first.

    ## How to ignore

    `ignore = ["DS506"]` under `[tool.depscan]`, or `exceptions = [{code = "DS506", reason = "written by our own
    training"}]` under `[tool.depscan.policy]`.

    ## When it is wrong

    - You wrote the files yourself, and nobody else can.
    - They are read with `weights_only=True`, the default of torch from 2.6.
    - Names are judged where there is no file: `.bin` can be another format. Confidence is low for that reason, and
      medium where a file in the tree is a pickle.
    """
    found = [model for model in produced(case) if _is_pickled(model)]
    if found:
        lying = all(_lies_there(model) for model in found)
        yield finding(
            "DS506",
            Severity.LOW,
            Confidence.MEDIUM if lying else Confidence.LOW,
            f"weights of {count(len(found), 'model')} are in pickle files, which can run code when they are loaded: "
            f"{names([model.id for model in found], LISTED)}",
            advice="use safetensors, or load with weights_only=True",
            package="",
            locations=first_places(found),
        )


def retiring(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    Production asks for a hosted model whose shutdown was announced: it has passed, or comes within 180 days.

    ## Why it matters

    From that day on requests fail, or are answered by another model. A replacement needs other prompts and new tests,
    which takes longer than a version bump.

    High when the day has passed, medium before.

    ## Example

    ```
    DS507 abc-3.5 is shut down on 2027-01-15, in 52 days, as announced
    ```

    ## How to fix

    Move to the successor that the provider names, and test again what you tested with the old one.

    ## How to ignore

    `exceptions = [{code = "DS507", reason = "moves in January", until = 2027-01-10}]` under `[tool.depscan.policy]`, or
    `ignore = ["DS507"]` under `[tool.depscan]`.

    ## When it is wrong

    - Announcements change; the day is that of the table or of the SDK that is installed. Where sources differ the
      earliest counts, and confidence is lower.
    - A shutdown holds for the developer's API. Other hosts (a cloud's own offer) have days of their own: confidence is
      lower where the model is not asked for at its developer's.
    """
    for model in produced(case):
        left = _days_left(model.retires, case.today)
        if left is None or left > HORIZON or model.route is Route.LOCAL:
            continue
        sure = Confidence.HIGH if model.certainty in {"exact", "pattern"} else Confidence.MEDIUM
        if model.route is not Route.DEVELOPER or "announced shutdowns differ" in model.note:
            sure = lowered(sure)
        when = "today" if not left else f"in {count(left, 'day')}"
        yield finding(
            "DS507",
            Severity.HIGH if left <= 0 else Severity.MEDIUM,
            sure,
            f"{model.id} was to be shut down on {model.retires}, as announced"
            if left < 0
            else f"{model.id} is shut down on {model.retires}, {when}, as announced",
            advice="move to the successor that the provider names",
            package="",
            locations=places(model),
            root=identity(model),
        )


# -- what the words mean -----------------------------------------------------------------------------------------------


def _is_loose(model: Model) -> bool:
    """Whether a place in production leaves the revision open; where none can be given the model says `None`."""
    if model.revision_pinned is not False or model.access is Access.CLOSED_API:
        return False
    return not all(is_commit(each.revision) for each in references(model))


def _is_pickled(model: Model) -> bool:
    name = model.id.rpartition("/")[2].lower()
    return _lies_there(model) or (name.endswith(_PICKLED) and not name.startswith(_NOT_PICKLED))


def _lies_there(model: Model) -> bool:
    """Whether a pickle file of it is in the tree."""
    return any(each.resolved_by is ResolvedBy.FILE and each.pattern == _PICKLE for each in references(model))


def _days_left(day: str, today: str) -> int | None:
    try:
        return (date.fromisoformat(day[:10]) - date.fromisoformat(today[:10])).days
    except ValueError:
        return None
