"""DS501, DS502, DS503, DS508: under which terms the models and datasets come, and who alone can offer them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from depscan.model import Access, Confidence, LicenceFamily, ModelKind, Route, Scope, Severity
from depscan.rules.findings import count, finding, names, surest
from depscan.rules.named import (
    LISTED,
    counted,
    first_places,
    identity,
    is_data,
    least_sure,
    places,
    produced,
    sureness,
)
from depscan.rules.obligations import duties

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depscan.model import Finding, Model
    from depscan.rules.case import Case

_NON_COMMERCIAL = "non_commercial"
_WAYS = {
    Route.DEVELOPER: "at the developer's API",
    Route.THIRD_PARTY: "at a third-party host",
    Route.UNRESOLVED: "at an address that is not known",
    Route.LOCAL: "as if it were local",
}


# -- the rules ---------------------------------------------------------------------------------------------------------


def restricted_weights(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    Production code or configuration names a model whose weights are public, but under terms that are not open: its own
    licence, or that of a model it was made from, bars uses or users or adds conditions. The message lists what the
    terms speak of, after what sets it off.

    ## Why it matters

    "Open" models often are not: a product can break such terms by being sold, by growing, by what its users do, or by
    training another model on outputs.

    Medium; high where commercial use is not allowed.

    ## Example

    ```
    DS501 example/chat-7b has restricted weights (LicenseRef-example, Example Corp). Any use: an acceptable use policy
    holds; Growth: more is asked above a number of monthly users
    ```

    ## How to fix

    Read the terms with those who decide. Keep what they ask for (a notice, a name, a policy), buy other terms, or take
    a model with an open licence.

    ## How to ignore

    `exceptions = [{code = "DS501", reason = "terms accepted by legal", until = 2027-06-30}]` under
    `[tool.depscan.policy]`, or `ignore = ["DS501"]` under `[tool.depscan]`: a model is no package, so both accept all
    models. One place is accepted by a comment in its line: `# depscan: ignore[DS501] reason`.

    ## When it is wrong

    This is not a legal analysis; flags say what a text speaks of, not that it binds you (docs/models.md).

    - The place may never be reached, or be given another model at run time: a default counts as named.
    - You may have other terms from the licensor.
    - Confidence is high for a listed id, medium for one that fits its developer's pattern, low for another's upload
      that only seems to be of the family, and lower where only a tokenizer or configuration is named.
    """
    for model in produced(case):
        if model.access is not Access.RESTRICTED_WEIGHTS or is_data(model):
            continue
        by_whom = ", ".join(filter(None, (model.licence or "licence not named", model.developer)))
        asked = duties(model.obligations)
        yield finding(
            "DS501",
            Severity.HIGH if _NON_COMMERCIAL in model.obligations else Severity.MEDIUM,
            sureness(model),
            f"{model.id} has restricted weights ({by_whom}){f'. {asked}' if asked else ''}",
            advice="read the terms with those who decide, or take a model with an open licence",
            package="",
            locations=places(model),
            root=identity(model),
        )


def undecided(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    Production names models of which it is not decided how open they are, because a licence or the model behind the id
    is not known; or takes a model whose id only the run knows. All share one finding.

    ## Why it matters

    What is not known may bar your use. It is never taken for permissive, and where an id is not seen the list of models
    in the report is the least there is.

    ## Example

    ```
    DS502 the terms of 2 models are not decided: example/a, example/b; at 3 places only the run knows which model is
    taken
    ```

    ## How to fix

    Scan with `--online`, which asks the hub for the licences of the named ids, or read the model cards. Name ids in the
    code or in configuration that is checked in, instead of building them.

    ## How to ignore

    `ignore = ["DS502"]` under `[tool.depscan]`, or `exceptions = [{code = "DS502", reason = "own checkpoints"}]` under
    `[tool.depscan.policy]`.

    ## When it is wrong

    - A path may name weights that you trained yourself.
    - The user of a library may choose the model: then the terms are the user's matter.

    Datasets are DS508.
    """
    unsure = [model for model in produced(case) if model.access is Access.UNDECIDED and not is_data(model)]
    sites = sorted(site.location for site in case.dynamic_models if site.scope is Scope.PRODUCTION)
    said = []
    if unsure:
        said.append(f"the terms of {counted(unsure)} are not decided: {names([model.id for model in unsure], LISTED)}")
    if sites:
        said.append(f"at {count(len(sites), 'place')} only the run knows which model is taken")
    if said:
        yield finding(
            "DS502",
            Severity.LOW,
            Confidence.MEDIUM,
            "; ".join(said),
            advice="read the model cards; --online asks the hub",
            package="",
            locations=[*first_places(unsure), *sites],
        )


def closed(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    Production asks for models that only their developer has: nobody else can run them. There is one finding for each
    developer, with the ids and the way they are reached.

    ## Why it matters

    Prices, terms, behaviour and the end of such a model are the developer's to decide, and data goes to whoever runs
    it. Nothing can be moved elsewhere, only replaced.

    Medium where it is the single vendor: production names no model of anybody else, and one way to reach these. Low
    otherwise.

    ## Example

    ```
    DS503 2 closed models of Example AI are asked for at the developer's API, and no model of anybody else is named:
    abc-4, abc-4-mini
    ```

    ## How to fix

    Decide whether the dependence is meant. Keep the name of the model in configuration, test the product with a second
    vendor or with open weights, and have an endpoint that can be replaced.

    ## How to ignore

    `ignore = ["DS503"]` under `[tool.depscan]`, or `exceptions = [{code = "DS503", reason = "contract with notice of 12
    months"}]` under `[tool.depscan.policy]`.

    ## When it is wrong

    - Another model that is named may do another task (an embedding beside a chat model) and be no replacement.
    - Code that is given its model at run time may be used with any; confidence is low where production has such places
      (DS502).
    - A model that is a default of one integration among many is named, yet perhaps never used.
    """
    named = [model for model in produced(case) if not is_data(model)]
    groups: defaultdict[str, list[Model]] = defaultdict(list)
    for model in named:
        if model.access is Access.CLOSED_API:
            groups[model.developer].append(model)
    open_ended = any(site.scope is Scope.PRODUCTION for site in case.dynamic_models)
    for developer, models in sorted(groups.items()):
        others = [each for each in named if each.developer != developer and each.kind is not ModelKind.PART]
        routes = sorted({model.route for model in models})
        single = not others and len(routes) == 1
        kind = "closed model" if len(models) == 1 else "closed models"
        yield finding(
            "DS503",
            Severity.MEDIUM if single else Severity.LOW,
            surest(Confidence.LOW if single and open_ended else Confidence.HIGH, least_sure(models)),
            f"{len(models)} {kind} of {developer or 'a developer who is not known'} "
            f"{'is' if len(models) == 1 else 'are'} asked for {' and '.join(_WAYS[route] for route in routes)}"
            f"{', and no model of anybody else is named' if single else ''}: "
            f"{names([model.id for model in models], LISTED)}",
            advice="have a second vendor or open weights to move to" if single else "know what it would take to move",
            package="",
            locations=[*first_places(models), *(place for model in models for place in places(model))],
            root=developer,
        )


def data_terms(case: Case) -> Iterator[Finding]:
    """
    ## What it means

    Production loads a dataset whose terms do not allow commercial use; or datasets whose terms are not known, which
    share one finding.

    ## Why it matters

    Terms of data can reach what is trained or measured with it. Public is not permitted: without terms there is no
    right to use it.

    Medium where commercial use is not allowed, low where the terms are not known.

    ## Example

    ```
    DS508 the terms of dataset example/talks (CC-BY-NC-4.0) do not allow commercial use
    ```

    ## How to fix

    Read the dataset's card (`--online` asks the hub for its licence). Take other data, or ask its authors for terms.

    ## How to ignore

    `ignore = ["DS508"]` under `[tool.depscan]`, or `exceptions = [{code = "DS508", reason = "research only"}]` under
    `[tool.depscan.policy]`.

    ## When it is wrong

    - Your use is not commercial, or the data only measures and is not built into anything.
    - A card gives the terms of the collection; parts of it may have others.
    - Without `--online` the terms of hardly any dataset are known: confidence in the shared finding is low.
    """
    data = [model for model in produced(case) if is_data(model)]
    barred = [model for model in data if _NON_COMMERCIAL in model.obligations]
    unknown = [model for model in data if model not in barred and model.licence_family is LicenceFamily.UNKNOWN]
    for model in barred:
        yield finding(
            "DS508",
            Severity.MEDIUM,
            sureness(model),
            f"the terms of dataset {model.id} ({model.licence or 'licence not named'}) do not allow commercial use",
            advice="take other data, or ask its authors for other terms",
            package="",
            locations=places(model),
            root=identity(model),
        )
    if unknown:
        yield finding(
            "DS508",
            Severity.LOW,
            Confidence.LOW,
            f"the terms of {counted(unknown)} are not known: {names([model.id for model in unknown], LISTED)}",
            advice="read their cards; --online asks the hub",
            package="",
            locations=first_places(unknown),
        )
