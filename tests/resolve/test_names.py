from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan import resolve
from depscan.model import (
    Declaration,
    Ecosystem,
    Edge,
    Import,
    Location,
    Module,
    Origin,
    Pin,
    Project,
    Provides,
    Resolver,
)

NAMES = {
    "arrow": ("arrow",),
    "cv2": ("opencv-python", "opencv-python-headless"),
    "faiss": ("faiss-cpu", "faiss-gpu"),
    "google": (),
    "google.cloud": (),
    "google.cloud.storage": ("google-cloud-storage",),
    "jwt": ("pyjwt",),
    "llama_index": ("llama-index", "llama-index-core"),
    "llama_index.llms": (),
    "llama_index.llms.openai": ("llama-index-llms-openai", "llama-index"),
    "mpl_toolkits": ("matplotlib",),
    "mpl_toolkits.basemap": ("basemap",),
    "opentelemetry": ("opentelemetry-api",),
    "opentelemetry.sdk": ("opentelemetry-sdk",),
}


def link(
    module: str,
    name: str = "",
    *,
    declares: tuple[str, ...] = (),
    provides: tuple[tuple[str, str], ...] = (),
    mapping: dict[str, tuple[str, ...]] | None = None,
) -> tuple[str, tuple[str, ...], str]:
    """What one import in an otherwise empty repository reaches: resolver, packages, deciding prefix."""
    found = resolve.match(
        [Module("a.py", imports=(Import(module, name),))],
        [],
        [Declaration(declared, Location("requirements.txt")) for declared in declares],
        provides=[Provides(*item) for item in provides],
        mapping=mapping,
        names=NAMES,
        stdlib=frozenset(),
    )
    assert [one.origin for one in found.links] == [Origin.THIRD_PARTY]
    one = found.links[0]
    return one.resolver.value, one.packages, one.import_name


TABLE = [
    # table and identity
    (("cv2",), ("table", ("opencv-python",), "cv2")),
    (("mpl_toolkits.mplot3d", "Axes3D"), ("table", ("matplotlib",), "mpl_toolkits")),
    (("mpl_toolkits.basemap", "Basemap"), ("table", ("basemap",), "mpl_toolkits.basemap")),
    (("mpl_toolkits", "basemap"), ("table", ("basemap",), "mpl_toolkits.basemap")),
    (("google.cloud", "storage"), ("table", ("google-cloud-storage",), "google.cloud.storage")),
    (("google.cloud.storage.blob", "Blob"), ("table", ("google-cloud-storage",), "google.cloud.storage")),
    (("unheard_of.part",), ("identity", ("unheard-of",), "unheard_of")),
    (("Unheard",), ("identity", ("unheard",), "Unheard")),
    # a shared name: the module after it tells; a class was there before the name was shared
    (("llama_index.llms.ollama", "Ollama"), ("identity", ("llama-index-llms-ollama",), "llama_index.llms.ollama")),
    (("llama_index.llms", "OpenAI"), ("table", ("llama-index",), "llama_index")),
    (("llama_index.llms.openai", "OpenAI"), ("table", ("llama-index-llms-openai",), "llama_index.llms.openai")),
]


@pytest.mark.parametrize(("asked", "reached"), TABLE, ids=[".".join(asked) for asked, _ in TABLE])
def test_undeclared(asked: tuple[str, ...], reached: tuple[str, tuple[str, ...], str]) -> None:
    assert link(*asked) == reached


DECLARED = [
    ("cv2", ("opencv-python-headless",), ("opencv-python-headless",), "cv2"),
    ("cv2", ("opencv-python-headless", "opencv-python"), ("opencv-python", "opencv-python-headless"), "cv2"),
    ("jwt", ("jwt",), ("jwt",), "jwt"),
    ("jwt", ("jwt", "pyjwt"), ("pyjwt", "jwt"), "jwt"),
    ("some_thing.x", ("some-thing",), ("some-thing",), "some_thing"),
    ("google.cloud.run", ("google-cloud-run",), ("google-cloud-run",), "google.cloud.run"),
    ("some.thing.x", ("some-thing", "some"), ("some-thing",), "some.thing"),
    ("llama_index.llms.ollama", ("llama-index-llms-ollama",), ("llama-index-llms-ollama",), "llama_index.llms.ollama"),
    ("llama_index.llms.openai", ("llama-index",), ("llama-index",), "llama_index.llms.openai"),
    ("llama_index.core", ("llama-index-core",), ("llama-index-core",), "llama_index.core"),
    # habits, where nothing better is known
    ("faiss", ("faiss-gpu-cu11",), ("faiss-gpu-cu11",), "faiss"),
    ("thing", ("thing-cuda12x",), ("thing-cuda12x",), "thing"),
    ("thing", ("thing-python",), ("thing-python",), "thing"),
    ("thing", ("python-thing",), ("python-thing",), "thing"),
    ("thing", ("pything",), ("pything",), "thing"),
    ("thing", ("thing-sdk",), ("thing-sdk",), "thing"),
]


@pytest.mark.parametrize(("module", "declares", "packages", "prefix"), DECLARED)
def test_declared(module: str, declares: tuple[str, ...], packages: tuple[str, ...], prefix: str) -> None:
    assert link(module, declares=declares) == ("declaration", packages, prefix)


def test_what_was_taken_from_a_shared_name_was_there_before_it_was_shared() -> None:
    assert link("llama_index.llms", "OpenAI", declares=("llama-index",)) == (
        "declaration",
        ("llama-index",),
        "llama_index",
    )


def test_a_shorter_prefix_does_not_take_what_the_table_gives_to_another() -> None:
    assert link("opentelemetry.sdk.trace", declares=("opentelemetry-api",)) == (
        "table",
        ("opentelemetry-sdk",),
        "opentelemetry.sdk",
    )


def test_a_habit_does_not_take_what_the_table_knows() -> None:
    assert link("arrow", declares=("pyarrow",)) == ("table", ("arrow",), "arrow")


def test_environment() -> None:
    assert link("odd", provides=(("odd", "even"),)) == ("environment", ("even",), "odd")
    assert link("cv2", provides=(("cv2", "zebra"), ("cv2", "opencv-python-headless"))) == (
        "environment",
        ("opencv-python-headless",),
        "cv2",
    )
    assert link("odd", declares=("even",), provides=(("odd", "even"), ("odd", "other"))) == (
        "declaration",
        ("even",),
        "odd",
    )


def test_an_environment_cannot_say_who_a_shared_name_belongs_to() -> None:
    assert link("google.cloud.storage", provides=(("google", "protobuf"),)) == (
        "table",
        ("google-cloud-storage",),
        "google.cloud.storage",
    )
    assert link("google.cloud.run", provides=(("google", "protobuf"),))[1] == ("google-cloud-run",)


def test_the_user_knows_best() -> None:
    mapping: dict[str, tuple[str, ...]] = {"cv2": ("My.OpenCV",), "google.cloud.storage": ("fake-gcs",)}
    assert link("cv2", declares=("opencv-python",), mapping=mapping) == ("mapping", ("my-opencv",), "cv2")
    assert link("google.cloud", "storage", mapping=mapping) == ("mapping", ("fake-gcs",), "google.cloud.storage")


@given(
    st.lists(st.sampled_from(["opencv-python", "opencv-python-headless", "opencv-contrib-python", "numpy", "cv2"])),
    st.sampled_from(["cv2", "numpy", "google.cloud.storage", "unknown.thing"]),
)
def test_every_third_party_import_names_a_package_and_the_order_of_declarations_does_not_matter(
    declares: list[str], module: str
) -> None:
    one = link(module, declares=tuple(declares))
    assert one == link(module, declares=tuple(reversed(declares)))
    assert one[1]
    assert module.startswith(one[2])
    if one[0] == "declaration":
        assert set(one[1]) <= set(declares)


# -- conda ------------------------------------------------------------------------------------------------------------

CONDA = {"pytorch": "torch", "cudatoolkit": "", "numpy": "numpy"}
HERE = Location("environment.yml", 3)


def conda(name: str) -> Declaration:
    return Declaration(name, HERE, ecosystem=Ecosystem.CONDA)


def test_conda_names_become_those_of_the_python_index() -> None:
    given_ = (conda("pytorch"), conda("cudatoolkit"), conda("numpy"), conda("mystery"), conda("r-ggplot2"))
    assert resolve.unify(given_, CONDA) == (
        conda("mystery"),
        Declaration("numpy", HERE),
        Declaration("torch", HERE),
    )


def test_a_name_of_the_python_index_is_left_alone() -> None:
    pytorch = Declaration("pytorch", HERE)
    assert resolve.unify((pytorch,), CONDA) == (pytorch,)


def test_the_same_package_from_both_indexes_is_declared_once_per_place() -> None:
    assert resolve.unify((conda("pytorch"), Declaration("torch", HERE)), CONDA) == (Declaration("torch", HERE),)


def test_pins_too() -> None:
    pin = Pin("pytorch", "2.1", HERE, Ecosystem.CONDA)
    assert resolve.unify((pin,), CONDA) == (Pin("torch", "2.1", HERE),)


def test_an_unknown_conda_name_still_counts_as_declared() -> None:
    found = resolve.match(
        [Module("a.py", imports=(Import("mystery"),))],
        [],
        resolve.unify((conda("mystery"),), CONDA),
        names=NAMES,
        stdlib=frozenset(),
    )
    assert [(one.resolver, one.packages) for one in found.links] == [(Resolver.DECLARATION, ("mystery",))]


# -- Pythons ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("requires", "admitted"),
    [
        ((), "2.7 3.8 3.9 3.10 3.11 3.12 3.13 3.14"),
        (("",), "2.7 3.8 3.9 3.10 3.11 3.12 3.13 3.14"),
        ((">=3.11",), "2.7 3.11 3.12 3.13 3.14"),
        ((">=3.9.2,<3.11",), "2.7 3.9 3.10"),
        (("==3.10.12",), "2.7 3.10"),
        ((">=3.13", "<3.10,>=3.9"), "2.7 3.9 3.13 3.14"),
        ((">=3.99",), "2.7 3.14"),
        (("nonsense",), "2.7 3.8 3.9 3.10 3.11 3.12 3.13 3.14"),
    ],
)
def test_admitted_pythons(requires: tuple[str, ...], admitted: str) -> None:
    projects = [
        Project(f"p{number}", "", Location("pyproject.toml"), requires_python=text)
        for number, text in enumerate(requires)
    ]
    assert resolve.admitted(projects) == tuple(admitted.split())


def test_edges_of_conda_get_the_names_of_the_index_at_both_ends() -> None:
    def edge(source: str, target: str) -> Edge:
        return Edge(source, target, HERE, ecosystem=Ecosystem.CONDA)

    names = {"pytorch": "torch", "numpy-base": "numpy", "libcublas": "", "typing-extensions": "typing-extensions"}
    edges = (
        edge("pytorch", "numpy-base"),
        edge("pytorch", "libcublas"),
        edge("libcublas", "pytorch"),
        edge("pytorch", "r-base"),
        edge("pytorch", "typing_extensions"),
        edge("numpy", "numpy-base"),
        edge("home-made", "pytorch"),
        Edge("pytorch", "numpy-base", HERE),
    )
    assert [(e.source, e.target, e.ecosystem) for e in resolve.unify_edges(edges, names)] == [
        ("home-made", "torch", Ecosystem.PYPI),
        ("pytorch", "numpy-base", Ecosystem.PYPI),
        ("torch", "numpy", Ecosystem.PYPI),
        ("torch", "typing-extensions", Ecosystem.PYPI),
    ]
