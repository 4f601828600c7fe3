"""The tables: what a spreadsheet and a program read in them."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depscan.model import (
    Concentration,
    Cover,
    Exposure,
    Fact,
    FactKind,
    Licence,
    LicenceEvidence,
    LicenceFamily,
    Location,
    Package,
    Reach,
    Report,
    Share,
    Status,
    Steward,
    StewardKind,
    Terms,
    Tier,
)
from depscan.report import Look, tables

COLUMNS = {
    "scan": "project,revision,licence,scanned_at,tool,tool_version,files,modules,lines,notebooks,dynamic_imports,"
    "ignored,gaps,hidden_findings,audit_source,audit_retrieved,audit_asked,audit_answered",
    "packages": "name,version,tier,state,relation,scope,direct_share,blast_radius,entry_points,import_sites,modules,"
    "call_sites,api_surface,exclusive,introducers,steward,steward_kind,steward_parent,jurisdiction,licence,"
    "licence_family,licence_evidence,licence_source,licence_retrieved,publisher_count,publishers,organisation,status,"
    "status_basis,latest,import_names,resolver,declared_at,next_tier",
    "findings": "code,severity,confidence,package,message,advice,accepted_because,path,line,cell,places,locations,"
    "fingerprint",
    "gaps": "stage,reason,path,line,cell",
    "declarations": "name,specifier,need,group,extras,marker,url,ecosystem,path,line,cell",
    "pins": "name,version,ecosystem,path,line,cell",
    "edges": "source,target,extra,extras,marker,ecosystem,path,line,cell",
    "imports": "package,module,context,scope,path,line,cell",
    "facts": "package,kind,value,detail,version,source,retrieved",
    "sources": "name,version,retrieved,access",
    "concentration": "dimension,weight,hands,effective_number,effective_low,effective_high,top,top_share,unknown_share,"
    "hhi,unknown",
    "shares": "dimension,weight,rank,name,share,packages",
    "reach": "account,load_bearing,direct_share,package_count,packages",
    "covers": "share,account_count,accounts,method,bound",
    "terms": "platform,basis,family,share,package_count,packages",
    "chains": "platform,package,chain",
    "advisories": "id,package,aliases,severity,score,vector,kind,summary,fixed_in,symbols,published,modified,source,"
    "retrieved,references",
    "exposed": "package,id,state,severity,weighed,version,audited_as,affected_versions,fix,fixed_by,imported,tier,"
    "symbols_used",
    "models": "id,kind,access,route,family,developer,jurisdiction,licence,licence_family,licence_source,code_licence,"
    "obligations,osaid,osaid_missing,mof_class,mof_missing,openness_source,openness_retrieved,made_from,"
    "revision_pinned,gated,retires,certainty,note,source,retrieved,production_places,places",
    "model_references": "id,kind,scope,resolved_by,pattern,revision,trust_remote_code,path,line,cell",
    "dynamic_models": "pattern,reason,scope,path,line,cell",
}
"""Part of the contract: names and order change only at the end."""


def rows(report: Report, name: str) -> list[dict[str, str]]:
    text = tables.render(report, Look())[f"{name}.csv"].decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def known(report: Report) -> Report:
    """The same with something known of everything."""
    torch = Package(
        "torch",
        "2.4.1",
        exposure=Exposure(1 / 3, 1.0, tier=Tier.LOAD_BEARING, introducers=("a", "b"), exclusive=2),
        licence=Licence(
            "BSD-3-Clause", LicenceFamily.PERMISSIVE, LicenceEvidence.EXPRESSION, "metadata of torch", "2026-11-02"
        ),
        steward=Steward("PyTorch Foundation", StewardKind.FOUNDATION, "Linux Foundation", "US"),
        publishers=("ann", "bob"),
        organisation="acme",
        status=Status("active", "last push"),
        latest="2.9",
        import_names=("torch", "torchgen"),
        declared=(Location("setup.py", 3),),
    )
    share = Share("Linux Foundation", 0.75, ("torch", "ray"))
    return replace(
        report,
        packages=(torch, Package("plain", publishers=())),
        facts=(Fact("torch", FactKind.STATUS, "active", "somebody", "2026-11-02", "2.4", "last push"),),
        concentration=(
            Concentration("parent", "exposure", 1, 1.6, (1.2, 2.0), share, 0.1, 2616.2190001, (share,), ("plain",)),
            Concentration("licence", "packages", 0, None, None, None, 1.0, None),
        ),
        reach=(Reach("ann", ("torch",), 0.5, 0.25),),
        covers=(Cover(0.5, ("ann",), exact=True), Cover(0.8, (), exact=False, bound=2.5)),
        terms=(Terms("linux-x86_64", (share,), "lock", (("torch", "cuda"), ())),),
    )


def test_names_and_order_of_columns_are_a_promise(full_report: Report) -> None:
    written = tables.render(full_report, Look())
    assert {name.removesuffix(".csv"): data.decode("utf-8-sig").split("\r\n")[0] for name, data in written.items()} == (
        COLUMNS
    )


def test_a_row_says_what_the_report_says(full_report: Report) -> None:
    report = known(full_report)
    torch, plain = rows(report, "packages")
    assert torch["direct_share"] == "0.3333"
    assert torch["blast_radius"] == "1"
    assert torch["introducers"] == "a, b"
    assert (torch["steward"], torch["steward_kind"], torch["steward_parent"], torch["jurisdiction"]) == (
        "PyTorch Foundation",
        "foundation",
        "Linux Foundation",
        "US",
    )
    assert (torch["licence"], torch["licence_family"], torch["licence_evidence"]) == (
        "BSD-3-Clause",
        "permissive",
        "expression",
    )
    assert (torch["publisher_count"], torch["publishers"], torch["organisation"]) == ("2", "ann, bob", "acme")
    assert (torch["status"], torch["status_basis"], torch["declared_at"]) == ("active", "last push", "setup.py:3")
    assert (plain["steward"], plain["licence"], plain["status"], plain["exclusive"], plain["entry_points"]) == ("",) * 5
    assert (plain["publisher_count"], plain["publishers"]) == ("0", "")
    assert rows(report, "facts")[0]["detail"] == "last push"


def test_what_it_adds_up_to(full_report: Report) -> None:
    report = known(full_report)
    parent, licence = rows(report, "concentration")
    assert (parent["effective_number"], parent["effective_low"], parent["hhi"]) == ("1.6", "1.2", "2616.219")
    assert (parent["top"], parent["top_share"], parent["unknown"]) == ("Linux Foundation", "0.75", "plain")
    assert (licence["effective_number"], licence["effective_high"], licence["hhi"], licence["top"]) == ("",) * 4
    assert rows(report, "shares")[0] == {
        "dimension": "parent",
        "weight": "exposure",
        "rank": "1",
        "name": "Linux Foundation",
        "share": "0.75",
        "packages": "torch, ray",
    }
    assert rows(report, "reach")[0]["packages"] == "torch"
    assert [(row["account_count"], row["method"], row["bound"]) for row in rows(report, "covers")] == [
        ("1", "smallest", "1"),
        ("", "greedy", "2.5"),
    ]
    assert rows(report, "terms")[0]["package_count"] == "2"
    assert [(row["package"], row["chain"]) for row in rows(report, "chains")] == [("cuda", "torch > cuda"), ("", "")]


def test_places_are_columns(full_report: Report) -> None:
    first = rows(full_report, "findings")[0]
    assert (first["path"], first["line"], first["cell"], first["places"]) == ("src/deep/attention.py", "3", "", "2")
    assert first["locations"] == "src/deep/attention.py:3, src/deep/blocks.py:9"
    assert [(row["path"], row["line"], row["cell"]) for row in rows(full_report, "imports")][-1] == (
        "notes/try.ipynb",
        "2",
        "4",
    )
    assert [row["line"] for row in rows(full_report, "gaps")] == ["3", "7", "14", ""]
    placeless = replace(full_report, findings=(replace(full_report.findings[0], locations=()),))
    assert [(row["path"], row["places"]) for row in rows(placeless, "findings")] == [("", "0")]


def test_known_vulnerabilities(full_report: Report, empty_report: Report) -> None:
    (scan,) = rows(full_report, "scan")
    assert (scan["audit_source"], scan["audit_asked"], scan["audit_answered"]) == ("records.zip (9 records)", "7", "6")
    (blank,) = rows(empty_report, "scan")
    assert (blank["audit_source"], blank["audit_asked"]) == ("", "")
    record = rows(full_report, "advisories")[1]
    assert (record["id"], record["package"], record["score"], record["severity"]) == (
        "GHSA-aaaa-bbbb-cccc", "pyyaml", "9.8", "critical",
    )  # fmt: skip
    assert (record["aliases"], record["fixed_in"], record["kind"]) == (
        "CVE-2026-3, PYSEC-2026-3",
        "5.4, 6.0",
        "vulnerable",
    )
    assert [row["kind"] for row in rows(full_report, "advisories")].count("malicious") == 1
    assert [(row["package"], row["id"], row["state"]) for row in rows(full_report, "exposed")] == [
        ("idna", "PYSEC-2026-9", "unknown"),
        ("pyyaml", "GHSA-aaaa-bbbb-cccc", "possibly affected"),
        ("pyyaml", "MAL-2026-4", "possibly affected"),
        ("torch", "PYSEC-2026-1", "affected"),
        ("torch", "PYSEC-2026-2", "affected"),
    ]
    torch = rows(full_report, "exposed")[3]
    assert (torch["severity"], torch["weighed"], torch["fixed_by"], torch["symbols_used"]) == (
        "high", "critical", "2.6.0", "torch.load",
    )  # fmt: skip
    assert rows(full_report, "exposed")[1]["affected_versions"] == "5.2, 5.3"


def test_an_empty_report_has_every_table_and_no_row(empty_report: Report) -> None:
    assert {name: len(data.splitlines()) for name, data in tables.render(empty_report, Look()).items()} == {
        f"{name}.csv": 2 if name == "scan" else 1 for name in COLUMNS
    }


def test_imports_that_are_counted_but_not_listed_are_no_empty_table(full_report: Report) -> None:
    assert "imports.csv" not in tables.render(replace(full_report, imports=()), Look())


def test_equal_reports_give_equal_bytes(crowd_report: Report) -> None:
    assert tables.render(crowd_report, Look()) == tables.render(replace(crowd_report), Look(verbose=1, color=True))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (0, "0"),
        (12, "12"),
        (0.0, "0"),
        (1.0, "1"),
        (0.00004, "0"),
        (1 / 3, "0.3333"),
        (100.0, "100"),
        ("torch", "torch"),
        ("", ""),
        ("==2.0", "'==2.0"),
        ("+1", "'+1"),
        (" =1", "' =1"),
        ('"=1', "'\"=1"),
        ("-r x", "'-r x"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\uff1d1", "'\uff1d1"),
        ("'quoted'", "''quoted'"),
        ("\t=1", "\\x09=1"),
        ("a\nb", "a\\x0ab"),
        ("a;=1", "a;'=1"),
        ('a; "=1', "a;' \"=1"),
        ('python_version >= "3.8"; x', 'python_version >= "3.8"; x'),
        ("a-b @ c", "a-b @ c"),
    ],
)
def test_text_stays_text_and_numbers_are_plain(value: str | float | None, written: str) -> None:
    assert tables.cell(value) == written


@given(text=st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters=":#;"), max_size=60))
def test_taking_an_apostrophe_away_gives_back_the_text(text: str) -> None:
    assert tables.cell(text).removeprefix("'") == text


def test_models(full_report: Report) -> None:
    llama, gpt = rows(full_report, "models")[2:]
    assert llama["made_from"] == "deep/llama-42 > meta-llama/Llama-3.1-8B"
    assert (llama["obligations"], llama["osaid_missing"]) == ("mau_threshold, name_prefix", "code, data information")
    assert (llama["revision_pinned"], llama["gated"], gpt["revision_pinned"], gpt["gated"]) == ("yes", "yes", "no", "")
    assert (gpt["production_places"], gpt["places"], gpt["retires"], gpt["made_from"]) == ("1", "2", "2026-12-01", "")
    places = rows(full_report, "model_references")
    assert [(row["id"], row["scope"], row["path"], row["line"]) for row in places][-2:] == [
        ("gpt-4o", "production", "src/deep/chat.py", "12"),
        ("gpt-4o", "test", "tests/test_chat.py", "3"),
    ]
    assert [row["trust_remote_code"] for row in places] == ["no", "no", "yes", "no", "no"]
    assert [(row["path"], row["scope"], row["reason"]) for row in rows(full_report, "dynamic_models")] == [
        ("tests/test_any.py", "test", ""),
        ("src/deep/any.py", "production", "a parameter of load"),
    ]
