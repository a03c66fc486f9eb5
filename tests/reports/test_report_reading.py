"""What a report is read into: every fact of the case's 18 September, and nothing that is none."""

from __future__ import annotations

import time
import tracemalloc
from datetime import date
from pathlib import Path

import pytest

from openline.domain.errors import Refused
from openline.reports.reading import read_report
from openline.reports.report import Draft, Drafted

HERE = Path(__file__).parent
CASE = (HERE / "case" / "2017-09-18.txt").read_bytes()


@pytest.fixture(scope="module")
def case() -> Drafted:
    return read_report(CASE, "the case")


def of(text: str, day: date | None = date(2017, 9, 18)) -> list[Draft]:
    return list(read_report(text.encode(), "a report", day).drafts)


def only(text: str) -> Draft:
    (draft,) = of(text)
    return draft


def found(drafted: Drafted, words: str) -> Draft:
    (draft,) = (each for each in drafted.drafts if words in each.sentence)
    return draft


def test_the_crossing_is_found_with_who_says_it_who_did_it_and_where(case: Drafted) -> None:
    crossing = found(case, "crossed the Euphrates")
    assert crossing.kind == "crossing"
    assert crossing.speaker == "a commander of the allied forces"
    assert crossing.actor == "Syrian government forces"
    assert crossing.place == "the Euphrates near Deir ez-Zor"
    assert crossing.lat == pytest.approx(35.336, abs=0.01)
    assert crossing.lon == pytest.approx(40.141, abs=0.01)
    assert crossing.accuracy_m is not None
    assert crossing.accuracy_m >= 5_000
    assert (crossing.when, crossing.when_precision) == ("2017-09-18", "day")


def test_the_commanders_open_lines_are_his_to_tell(case: Drafted) -> None:
    line = found(case, "open lines with his counterpart")
    assert (line.kind, line.speaker) == ("open_line", "Ahmad Khalil")
    assert line.speaker_party == "Deir ez-Zor Military Council"
    assert line.target == "his counterpart"


def test_the_talks_are_found_in_his_quoted_words(case: Drafted) -> None:
    talks = found(case, "held at different levels")
    assert (talks.kind, talks.speaker, talks.target) == ("talks", "Ahmad Khalil", "the Russians")


def test_the_strike_is_claimed_by_one_side_and_its_denial_is_linked_to_the_claim(
    case: Drafted,
) -> None:
    claim = found(case, "had struck their fighters")
    denial = found(case, "denied the claim")
    assert (claim.kind, claim.speaker_party) == ("claim", "Syrian Democratic Forces")
    assert (claim.actor, claim.target) == ("Russian and Syrian aircraft", "their fighters")
    assert claim.when == "2017-09-16"
    assert claim.place == "the industrial area on the eastern bank of the Euphrates"
    assert (denial.kind, denial.speaker) == ("denial", "Russia's Defense Ministry")
    assert case.drafts[denial.denies] == claim  # type: ignore[index]


def test_the_assurance_about_the_city_is_the_speakers_own(case: Drafted) -> None:
    assurance = found(case, "no intention")
    assert (assurance.kind, assurance.speaker) == ("assurance", "Ahmad Khalil")
    assert assurance.place == "the city of Deir ez-Zor"
    assert assurance.lat == pytest.approx(35.336, abs=0.01)


def test_what_a_third_force_still_holds_is_placed_and_attributed(case: Drafted) -> None:
    hold = found(case, "still holds")
    assert (hold.kind, hold.actor, hold.speaker) == ("hold", "Islamic State", "a monitoring group")
    assert hold.lat == pytest.approx(35.336, abs=0.01)
    assert hold.lon == pytest.approx(40.309, abs=0.01)


def test_what_tells_nothing_is_left_out_and_named(case: Drafted) -> None:
    reasons = {each.reason for each in case.left_out}
    assert {"advertisement", "share buttons", "cut-off text"} <= reasons
    assert not any("newsletter" in each.sentence for each in case.drafts)


def test_the_report_is_cited_by_the_digest_of_its_bytes(case: Drafted) -> None:
    assert len(case.report.digest) == 64
    assert read_report(CASE + b" ", "the case").report.digest != case.report.digest


@pytest.mark.parametrize(
    ("text", "speaker", "party"),
    [
        ('"It was quiet," said Rana Aziz, spokeswoman for the UN.', "Rana Aziz", "UN"),
        ("Rana Aziz, the mission's spokeswoman, said it was quiet.", "Rana Aziz", "mission"),
        ("According to the coast guard, the boat sank.", "the coast guard", "coast guard"),
        ("The boat sank, according to the coast guard.", "the coast guard", "coast guard"),
        ("Army spokesman Col. Lars Lund said it was quiet.", "Col. Lars Lund", "Army"),
        ("It was quiet, the governor of Homs told reporters.", "the governor of Homs", "Homs"),
        ("Lars Lund, who leads the army, was quoted as saying it was.", "Lars Lund", "army"),
    ],
)  # fmt: skip
def test_whoever_said_it_is_the_speaker_wherever_they_stand(
    text: str, speaker: str, party: str
) -> None:
    draft = only(text)
    assert (draft.speaker, draft.speaker_party) == (speaker, party)


def test_a_quotation_that_goes_on_stays_with_its_speaker() -> None:
    drafts = of('"They shelled us," said Rana Aziz, a nurse. "Nobody came. We waited for hours."')
    assert [each.speaker for each in drafts] == ["Rana Aziz"] * 3


def test_a_pronoun_that_is_nobodys_puts_nothing_into_a_mouth() -> None:
    assert of("He said that the army had shelled the town.") == []


def test_what_is_called_alike_is_not_taken_for_the_same() -> None:
    first, second = of(
        "It was quiet, the tourism ministry said. The toll rose to 3, the home ministry said."
    )
    assert (first.speaker_party, second.speaker_party) == ("tourism ministry", "home ministry")


def test_a_counterpart_speaks_for_the_other_side() -> None:
    drafts = of(
        "Turkey's minister said it was agreed; his Greek counterpart, Nikos Ross, denied that."
    )
    assert [each.speaker_party for each in drafts] == ["Turkey", "Greek"]


def test_whoever_rejects_a_claim_is_not_taken_for_whoever_it_accuses() -> None:
    claim, denial = of(
        "Four of its boats came under fire from armed robbers, the navy said.\n\n"
        "Police rejected the allegation."
    )

    assert (claim.actor, claim.target) == ("armed robbers", "Four of its boats")
    assert (denial.speaker, denial.denies, denial.actor) == ("Police", 0, "armed robbers")


def test_an_alleged_lie_is_a_denial_of_what_was_alleged() -> None:
    claim, denial = of("The army said rebels fired at a bus. The rebels called the claim a lie.")
    assert (claim.actor, claim.target) == ("rebels", "a bus")
    assert (denial.kind, denial.speaker, denial.denies) == ("denial", "The rebels", 0)


@pytest.mark.parametrize(
    ("text", "actor", "target"),
    [
        ("The army said rebels shelled the market.", "rebels", "the market"),
        ("The army said the market was shelled by rebels.", "rebels", "the market"),
        ("The army accused rebels of shelling the market.", "rebels", "the market"),
        ("The army said the market was shelled.", None, "the market"),
        ("The army said rebels opened fire with mortars on its post.", "rebels", "its post"),
    ],
)
def test_who_did_it_and_to_whom_are_never_turned_about(
    text: str, actor: str | None, target: str
) -> None:
    draft = only(text)
    assert (draft.speaker, draft.actor, draft.target) == ("The army", actor, target)


def test_what_is_said_not_to_have_happened_is_never_shown_as_an_event() -> None:
    assert only("The army said no bridge was bombed.").kind == "claim"
    assert only("The army said its planes had not bombed the bridge.").kind == "denial"


@pytest.mark.parametrize(
    ("words", "lat", "lon", "least_m", "most_m"),
    [
        ("in Deir ez-Zor", 35.336, 40.141, 5_000, 6_000),
        ("20 km north of Deir ez-Zor", 35.516, 40.141, 13_000, 15_000),
        ("near Mayadin", 35.020, 40.452, 6_000, 9_000),
        ("between Mayadin and Deir ez-Zor", 35.178, 40.296, 20_000, 30_000),
    ],
)
def test_a_place_is_moved_and_widened_as_the_words_say(
    words: str, lat: float, lon: float, least_m: float, most_m: float
) -> None:
    draft = only(f"The Syrian army said rebels shelled a convoy {words} on Monday.")
    assert draft.lat == pytest.approx(lat, abs=0.02)
    assert draft.lon == pytest.approx(lon, abs=0.02)
    assert draft.accuracy_m is not None
    assert least_m <= draft.accuracy_m <= most_m


@pytest.mark.parametrize(
    "words",
    [
        "along the eastern bank of the Euphrates",
        "in Deir ez-Zor province",
        "in Syria",
        "in Springfield",
        "in Nowhereville",
        "on the border",
    ],
)
def test_words_that_allow_no_fix_get_none(words: str) -> None:
    draft = only(f"The army said rebels shelled a post {words}.")
    assert draft.place is not None
    assert (draft.lat, draft.lon, draft.accuracy_m) == (None, None, None)


@pytest.mark.parametrize(
    ("words", "when", "precision"),
    [
        ("on Monday", "2017-09-18", "day"),
        ("on Friday", "2017-09-15", "day"),
        ("yesterday", "2017-09-17", "day"),
        ("on 3 September", "2017-09-03", "day"),
        ("on December 30", "2017-12-30", "day"),
        ("three days ago", "2017-09-15", "day"),
        ("on Saturday night", "2017-09-16", "part of day"),
        ("at 03:30 GMT on Saturday", "2017-09-16T03:30:00Z", "minute"),
        ("on Saturday at 3.30 a.m. (0030 GMT)", "2017-09-16T00:30:00Z", "minute"),
    ],
)
def test_when_is_resolved_against_the_reports_day(words: str, when: str, precision: str) -> None:
    draft = only(f"The army said rebels shelled a post {words}.")
    assert (draft.when, draft.when_precision) == (when, precision)


@pytest.mark.parametrize(
    "words",
    [
        "would leave Raqqa on Tuesday",
        "will leave Raqqa on Tuesday",
        "plans to leave Raqqa on Tuesday",
        "is expected to leave Raqqa on Tuesday",
    ],
)
def test_what_is_still_to_come_is_on_the_day_ahead(words: str) -> None:
    draft = only(f"The United Nations said an aid convoy {words}.")
    assert draft.when == "2017-09-19"


def test_what_would_have_been_is_past() -> None:
    draft = only("The army said the convoy would have crossed the river on Tuesday.")
    assert draft.when == "2017-09-12"


def test_two_days_after_goes_on_from_the_day_last_spoken_of() -> None:
    first, second = of(
        "The army said rebels shelled a post on Thursday. "
        "Two days after, it said, they crossed the river."
    )
    assert (first.when, second.when) == ("2017-09-14", "2017-09-16")


def test_without_a_known_day_no_weekday_is_resolved() -> None:
    (draft,) = of("The army said rebels shelled a post on Monday.", day=None)
    assert draft.when is None


def test_an_opinion_piece_is_left_out_whole() -> None:
    drafted = read_report(
        b"OPINION | The Review\n\nThe army said it struck first. I doubt it.", "x"
    )
    assert drafted.drafts == ()
    assert {each.reason for each in drafted.left_out} == {"opinion"}


PAGE = b"""<html><head><meta property="article:published_time" content="2017-09-18T10:00:00Z">
<script>document.write("The army said rebels shelled a school.")</script></head><body>
<div class="cookie-banner">The army said cookies are shelled on Monday.</div>
<article><p>The army said rebels shelled a market on Saturday.</p></article>
<section id="comments"><p>The army said it was lying about the shelled market.</p></section>"""


def test_of_a_page_only_the_report_is_read_and_its_date_counts() -> None:
    drafted = read_report(PAGE, "page")
    assert [each.target for each in drafted.drafts] == ["a market"]
    assert (drafted.report.date, drafted.report.dated_by) == ("2017-09-18", "page")
    assert {"cookie notice", "comments"} <= {each.reason for each in drafted.left_out}


SENTENCE = "The army said rebels shelled a market."


@pytest.mark.parametrize(
    "data",
    [
        SENTENCE.encode("utf-16"),
        SENTENCE.encode("utf-16-le"),
        b"\xef\xbb\xbf" + SENTENCE.encode(),
        SENTENCE.replace("rebels", "rebels\u202e\u200b").encode(),
        SENTENCE.replace(" ", "\0 ").encode(),
        SENTENCE.replace("The", "\u201cQuiet.\u201d The").encode("cp1252"),
        b"<p>" * 100_000 + SENTENCE.encode(),
        b"<div><b>" * 50_000 + SENTENCE.encode() + b"</b></div>" * 50_000,
    ],
    ids=["utf-16", "utf-16-le", "bom", "bidi", "nul", "cp1252", "unclosed", "deep"],
)
def test_however_it_is_written_it_is_read(data: bytes) -> None:
    (draft,) = (each for each in read_report(data, "x").drafts if each.speaker == "The army")
    assert (draft.actor, draft.target) == ("rebels", "a market")


@pytest.mark.parametrize(
    "data",
    [b"", b" \n", b"\0" * 5_000, b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, b"x" * 10_000_001],
    ids=["empty", "blank", "zeros", "picture", "too large"],
)
def test_what_is_no_report_is_refused_with_one_sentence(data: bytes) -> None:
    with pytest.raises(Refused, match=r"^x: [^.]+\. [A-Z][^.]+\.$"):
        read_report(data, "x")


@pytest.mark.timeout(120)
@pytest.mark.long
@pytest.mark.parametrize(
    "piece",
    [
        b'The army said rebels shelled "the market. ',
        b"a, said ",
        b"The army denied that rebels shelled the market. It was false, the rebels said. ",
        b"<p class='x' id=\"y\">said the army, who said ",
        b"1:1:1.1 km north of of of Deir ez-Zor and and ",
        b"(((((((((\"\"\"\"''''",
        b"\xe2\x80\x9cX\xe2\x80\x9d ",
    ],
)
def test_ten_megabytes_of_anything_are_read_in_bounded_time_and_memory(piece: bytes) -> None:
    data = (piece * (10_000_000 // len(piece) + 1))[:10_000_000]
    tracemalloc.start()
    started = time.monotonic()
    drafted = read_report(data, "x")
    took_s, (_, most) = time.monotonic() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(drafted.drafts) <= 500
    assert took_s < 60
    assert most < 400_000_000
