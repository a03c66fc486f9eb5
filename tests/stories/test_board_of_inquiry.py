"""A board of inquiry gets three files, months later, and has never heard of openline.

The incidents of September 2017 are exported from the replayed desk; everything else is done with
the files alone, on what might be any machine.
"""

from __future__ import annotations

import logging
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from incident_bundles import PARTIES, export, files_in, verdict_on
from openline.cli.inquiry.paper import Column, Paper, Paragraph, Quote, Rows
from openline.cli.inquiry.pdf import render_pdf
from replayed_case import Demo

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

INCIDENTS = ("I-001", "I-002", "I-003")
SAID = {
    "I-001": (
        ("East Force", "claims", "struck our fighters in the industrial area; six are wounded"),
        ("West Backer", "denies", "Our aircraft did not target the group."),
        ("East Backer", "supports", "The line was open for 24 hours."),
    ),
    "I-002": (
        ("West Backer", "warns", "Our side was fired upon twice"),
        ("East Force", "denies", "East Force has not fired."),
    ),
    "I-003": (
        ("East Force", "claims", "Artillery landed near our positions."),
        ("West Backer", "denies", "West Backer bears no responsibility."),
    ),
}


class _Words(HTMLParser):
    """The words of a page; nothing that it would have to fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.fetches: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetches += [tag for _ in [0] if tag in {"script", "img", "link", "iframe", "object"}]
        self.fetches += [name for name, _ in attrs if name in {"src", "href"} or name[:2] == "on"]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def bundles(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("board")
    return {each: export(demo.data, each, folder / f"{each}.zip", *PARTIES) for each in INCIDENTS}


def page_of(bundle: Path) -> tuple[str, list[str]]:
    """The words on the page, white space made one, and what it would fetch."""
    words = _Words()
    words.feed(files_in(bundle)["timeline.html"].decode())
    return " ".join(" ".join(words.text).split()), words.fetches


@pytest.mark.parametrize("incident", INCIDENTS)
def test_the_page_says_who_said_what_and_that_it_is_contested(
    bundles: dict[str, Path], incident: str
) -> None:
    page, _ = page_of(bundles[incident])
    for party, verb, text in SAID[incident]:
        assert re.search(rf"{party} \(\w+\) {verb}[^“]*“[^”]*{re.escape(text)}", page), (
            party,
            verb,
        )
    assert "It stands disputed" in page
    assert "it proves of none that it is true" in page


@pytest.mark.parametrize("incident", INCIDENTS)
def test_the_page_says_what_was_received_and_at_which_rung(
    bundles: dict[str, Path], incident: str
) -> None:
    page, _ = page_of(bundles[incident])
    part = page[page.index("What was received") : page.index("What had been told before it")]
    assert re.search(r"delivered \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ \(entry \d+\)", part)
    assert re.search(r"acknowledged \S+ \S+ by \w+-TAC.duty, a human \(entry \d+\)", part)
    assert "No rung is an approval" in part


def test_the_page_says_what_had_been_told_before_the_strike_and_by_whom_it_was_answered(
    bundles: dict[str, Path],
) -> None:
    page, _ = page_of(bundles["I-001"])
    part = page[page.index("What had been told before it") : page.index("Evidence that")]
    assert "East Force stands in the industrial area (INVENTED message)." in part
    assert re.search(r"message M-POS-1 .{0,90}read back \(a human\)", part)


@pytest.mark.parametrize("incident", INCIDENTS)
def test_the_page_says_what_is_proven_and_what_is_not(
    bundles: dict[str, Path], incident: str
) -> None:
    page, _ = page_of(bundles[incident])
    proven, _, rest = page.partition("What is proven, by whose keys")[2].partition("Not proven")
    assert "signed by parties' keys" in proven
    assert "Whose keys these are" in rest
    assert "That any account is true." in rest
    assert "EXERCISE" in page


def test_the_page_needs_nothing(bundles: dict[str, Path]) -> None:
    assert [page_of(bundle)[1] for bundle in bundles.values()] == [[], [], []]


@pytest.mark.parametrize("incident", INCIDENTS)
def test_each_verifies_and_its_papers_are_what_its_entries_make(
    bundles: dict[str, Path], incident: str
) -> None:
    verdict = verdict_on(bundles[incident])
    assert verdict.sound
    assert any("timeline.html, timeline.pdf" in sentence for sentence in verdict.proven)


def test_the_verifier_alone_verifies_it_and_says_that_it_made_no_papers(
    bundles: dict[str, Path],
) -> None:
    command = [sys.executable, "-m", "openline.record.verify", str(bundles["I-002"])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "were not made again" in done.stdout


def test_the_papers_can_be_written_anew_from_the_entries_alone(
    bundles: dict[str, Path], tmp_path: Path
) -> None:
    run = "from openline.cli.main import run; run()"
    options = ["verify", str(bundles["I-003"]), "--papers", str(tmp_path / "anew")]
    done = subprocess.run([sys.executable, "-c", run, *options], capture_output=True, check=False)
    came = files_in(bundles["I-003"])
    made = {path.name: path.read_bytes() for path in (tmp_path / "anew").iterdir()}
    assert done.returncode == 0
    assert made == {name: came[name] for name in made}
    assert "timeline.pdf" in made


def test_what_every_party_may_read_leaves_out_the_receipts_and_says_so(
    demo: Demo, tmp_path: Path
) -> None:
    page, _ = page_of(export(demo.data, "I-001", tmp_path / "all.zip"))
    assert "This copy holds no receipts" in page
    assert "Our aircraft did not target the group." in page


def test_the_paper_sets_arabic_and_russian_beside_english(
    caplog: pytest.LogCaptureFixture,
) -> None:
    blocks = (
        Quote(text="أوقفوا القصف فوراً", language="ar"),
        Quote(text="Прекратите огонь немедленно", language="ru"),
        Paragraph(text="Cessez le feu à l’hôpital"),
        Rows(columns=(Column(head="مكان", width=1),), rows=(("دير الزور",), ("Дейр-эз-Зор",))),
    )
    with caplog.at_level(logging.WARNING):
        pdf = render_pdf(Paper(title="I-1", subtitle="", banner="", blocks=blocks))
    assert pdf.startswith(b"%PDF")
    assert "missing" not in caplog.text
    assert pdf == render_pdf(Paper(title="I-1", subtitle="", banner="", blocks=blocks))
