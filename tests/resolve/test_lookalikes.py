"""Names that could be a file of the repository, a distribution or neither: one small repository per case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LATENT = "main.py ldm/util.py ldm/models/ae.py scripts/txt2img.py ldm/modules/x/y.py"
DETR = "main.py datasets/__init__.py datasets/coco.py tools/show.py models/__init__.py"


def case(
    about: str,
    files: str,
    path: str,
    statement: str,
    reaches: str,
    projects: Iterable[tuple[str, ...]] = (),
    declares: str = "",
) -> Any:
    return pytest.param(files, path, statement, reaches, projects, declares, id=about)


CASES = [
    # -- research code that sets its own search path -------------------------------------------------------------------
    case(
        "from the root, folders without __init__.py",
        LATENT,
        "scripts/txt2img.py",
        "from ldm.util import x",
        "layout: ldm/util.py",
    ),
    case("from deep within", LATENT, "ldm/modules/x/y.py", "from ldm.models.ae import x", "layout: ldm/models/ae.py"),
    case("the main script, from below", LATENT, "ldm/util.py", "from main import x", "layout: main.py"),
    case(
        "from a folder above",
        "a/utils.py a/b/c/run.py z/utils.py",
        "a/b/c/run.py",
        "import utils",
        "layout: a/utils.py",
    ),
    case(
        "from anywhere, when nobody else has the name",
        "utils/check_copies.py tests/repo/test_copies.py",
        "tests/repo/test_copies.py",
        "import check_copies",
        "layout: utils/check_copies.py",
    ),
    case(
        "never from the tests into production",
        "tests/swanlab.py pkg/__init__.py pkg/track.py",
        "pkg/track.py",
        "import swanlab",
        "identity: swanlab",
    ),
    case(
        "a module within a package has no name of its own",
        "pkg/__init__.py pkg/integrations/__init__.py pkg/integrations/opik.py ex/run.py",
        "ex/run.py",
        "import opik",
        "identity: opik",
    ),
    case(
        "a script kept in a package",
        "tools/__init__.py tools/train_net.py tools/fast.py other/train_net.py",
        "tools/fast.py",
        "from train_net import x",
        "layout: tools/train_net.py",
    ),
    case(
        "the nearest of two, when the far one lacks the tail",
        "utils/__init__.py third_party/yolo/utils/general.py third_party/yolo/models/yolo.py",
        "third_party/yolo/models/yolo.py",
        "from utils.general import x",
        "layout: third_party/yolo/utils/general.py",
    ),
    case(
        "vendored code, by its full name",
        "pkg/__init__.py pkg/_vendor/__init__.py pkg/_vendor/six.py pkg/a.py",
        "pkg/a.py",
        "from pkg._vendor import six",
        "layout: pkg/__init__.py pkg/_vendor/__init__.py pkg/_vendor/six.py",
    ),
    case(
        "vendored code that is also declared",
        "third_party/torch/__init__.py a.py",
        "a.py",
        "import torch",
        "declaration: torch",
        declares="torch",
    ),
    # -- folders that look like distributions --------------------------------------------------------------------------
    case("a folder without Python", "a.py datasets/readme.ipynb", "a.py", "import datasets", "table: datasets"),
    case("a folder of run logs with copies of code", "a.py wandb/run-1/a.py", "a.py", "import wandb", "table: wandb"),
    case("a folder of scripts", "a.py datasets/get.py", "a.py", "from datasets import load_dataset", "table: datasets"),
    case(
        "a script in such a folder",
        "a.py datasets/get.py",
        "a.py",
        "from datasets.get import x",
        "layout: datasets/get.py",
    ),
    case(
        "a script in such a folder, but the distribution is declared",
        "a.py datasets/get.py",
        "a.py",
        "from datasets.get import x",
        "declaration: datasets",
        declares="datasets",
    ),
    case(
        "tests of a distribution", "tests/torch/test_a.py tests/b.py", "tests/b.py", "import torch.nn", "table: torch"
    ),
    case(
        "a real package of that name, beside the script",
        DETR,
        "main.py",
        "from datasets import build",
        "layout: datasets/__init__.py",
        declares="datasets",
    ),
    case(
        "... not beside it, and declared",
        DETR,
        "tools/show.py",
        "from datasets import load_dataset",
        "declaration: datasets",
        declares="datasets",
    ),
    case(
        "... not beside it, declared, and more than the name is there",
        DETR,
        "tools/show.py",
        "from datasets.coco import x",
        "layout: datasets/__init__.py datasets/coco.py",
        declares="datasets",
    ),
    case("... not declared", DETR, "tools/show.py", "from datasets import x", "layout: datasets/__init__.py"),
    # -- names that many share -----------------------------------------------------------------------------------------
    case(
        "one's own part of a shared name",
        "google/cloud/mine/__init__.py a.py",
        "a.py",
        "from google.cloud import mine",
        "layout: google/cloud/mine/__init__.py",
    ),
    case(
        "another part of it",
        "google/cloud/mine/__init__.py a.py",
        "a.py",
        "from google.cloud import storage",
        "table: google-cloud-storage <- google.cloud.storage",
    ),
    case(
        "a part that no table knows",
        "a.py",
        "a.py",
        "from google.cloud.run import x",
        "identity: google-cloud-run <- google.cloud.run",
    ),
    case(
        "a part that no table knows, declared",
        "a.py",
        "a.py",
        "from google.cloud import run",
        "declaration: google-cloud-run <- google.cloud.run",
        declares="google-cloud-run",
    ),
    case("nothing but the shared name", "a.py", "a.py", "import google", ""),
    case("a class of the shared name", "a.py", "a.py", "from google import Thing", ""),
    case(
        "a bare folder that lacks the part that a distribution has",
        "mpl_toolkits/mine/plot.py a.py",
        "a.py",
        "from mpl_toolkits.basemap import Basemap",
        "table: basemap <- mpl_toolkits.basemap",
    ),
    case(
        "a bare folder that has the part itself",
        "mpl_toolkits/basemap/plot.py a.py",
        "a.py",
        "from mpl_toolkits.basemap.plot import x",
        "layout: mpl_toolkits/basemap/plot.py",
    ),
    # -- names that are nobody's ---------------------------------------------------------------------------------------
    case("a private name is no distribution", "a.py", "a.py", "import _C", ""),
    case("a name that programs give their own files", "a.py", "a.py", "from utils import x", ""),
    case("... but declared", "a.py", "a.py", "from utils import x", "declaration: utils", declares="utils"),
    case("no module name at all", "a.py", "a.py", "import größe", ""),
]


@pytest.mark.parametrize(("files", "path", "statement", "reaches", "projects", "declares"), CASES)
def test_case(
    reached: Callable[..., str],
    files: str,
    path: str,
    statement: str,
    reaches: str,
    projects: Iterable[tuple[str, ...]],
    declares: str,
) -> None:
    assert reached(files, path, statement, projects, declares) == reaches
