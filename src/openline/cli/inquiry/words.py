"""What the papers of an incident explain to whoever has never heard of openline."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from openline.domain.delivery import Rung
from openline.domain.incident import AccountKind, IncidentState, Relation
from openline.domain.party import PartyKind

WHAT_THIS_IS: Final = (
    "This paper tells one incident as the parties told it to a deconfliction desk: an office, or "
    "a machine, through which parties that share ground and sky and do not trust one another "
    "tell each other where they are, call each other, and complain. Every word said there "
    "becomes a numbered entry of one record. A party signs with its own key what it says; the "
    "desk signs the whole, so that nobody, the desk's own keeper included, can change, drop or "
    "move an entry afterwards without its showing.",
    "The paper decides nothing. Accounts stand side by side and none is preferred; an "
    "acknowledgement says that somebody has heard, never that they agree or permit. That a thing "
    "is not in this paper does not say that it did not happen.",
    "All times are UTC, written with a Z. Numbers of entries are their places in the record. The "
    "paper was made by a program out of the signed entries that lie beside it in the same file, "
    "and of nothing else: whoever has the file can have it made again (see the last part).",
)

KIND_OF_PARTY: Final[Mapping[PartyKind, str]] = MappingProxyType(
    {
        PartyKind.FORCE: "an armed force on the ground",
        PartyKind.BACKER: "a power that stands behind a force",
        PartyKind.CONDUIT: "a neutral desk that passes humanitarian notices on",
        PartyKind.HUMANITARIAN: "a humanitarian organisation",
        PartyKind.CIVIL_OPERATOR: "a civil operator",
        PartyKind.OBSERVER: "an observer",
    }
)

STATE: Final[Mapping[IncidentState, str]] = MappingProxyType(
    {
        IncidentState.OPEN: "open: nothing in it has been denied, and not all agree",
        IncidentState.DISPUTED: "disputed: at least one account has been denied",
        IncidentState.AGREED: "agreed: every party to it agrees with one account",
        IncidentState.CLOSED: "closed by all parties to it",
    }
)

KIND_OF_ACCOUNT: Final[Mapping[AccountKind, str]] = MappingProxyType(
    {
        AccountKind.CLAIM: "claims",
        AccountKind.DENIAL: "denies",
        AccountKind.SUPPORTING_ACCOUNT: "supports",
        AccountKind.ACKNOWLEDGEMENT: "acknowledges",
        AccountKind.REGRET: "regrets",
        AccountKind.WARNING: "warns",
        AccountKind.NEGATIVE_PRESENCE: "says that it was not there",
        AccountKind.CORRECTION: "corrects its own account",
    }
)

RELATION: Final[Mapping[Relation, str]] = MappingProxyType(
    {
        Relation.SELF: "speaks for itself",
        Relation.BACKER: "stands behind {party}",
        Relation.ALLY: "an ally of {party}",
        Relation.OTHER_SIDE: "on the other side from {party}",
        Relation.NEUTRAL: "neutral to {party}",
    }
)
"""What an author is to the party whose account it speaks of, or else to the opener."""

RUNG: Final[Mapping[Rung, str]] = MappingProxyType(
    {
        Rung.SENT: "the desk owed it to them; nothing shows that it arrived",
        Rung.DELIVERED: "a machine of theirs took it; no human is known to have seen it",
        Rung.ACKNOWLEDGED: "somebody there says that it was received",
        Rung.READ_BACK: "somebody there repeated it in their own words",
        Rung.PASSED_DOWN: "they say that it was passed to the unit that can act",
        Rung.IN_FORCE: "they say that the unit that can act is acting on it",
        Rung.OBJECTED: "they received it and object",
        Rung.REFUSED: "they refuse it",
    }
)
"""The ladder that everything told to a recipient climbs, lowest rung first."""

LADDER: Final = (
    "What a party is told climbs a ladder, and each rung is proven apart from the next. No rung is "
    "an approval of what was told."
)

HOW_ROWS_READ: Final = (
    "“openline” is the desk itself, and what it concludes or does by rule. It “owes” somebody "
    "what it must get to them, and “rings” for it until a human answers; the name of a bearer (a "
    "telephone, a mailbox) stands behind. M-1/v1:WEST is message M-1 in its first version, owed "
    "to WEST; a line or a number behind it tells several ways to the same recipient apart."
)

GLOSSARY: Final = (
    "claim, denial, supporting account, warning, regret, negative presence, correction: what a "
    "party says that its own words are. The desk judges none of them.",
    "party to an incident: whoever opened it, whoever it was put to, and whoever gave an account.",
    "position: a post at a party, such as a duty officer; whoever is on watch fills it.",
    "line: a standing channel between two parties; L-1 and the like are their names.",
    "ROUTINE, PRIORITY, IMMEDIATE, FLASH: how soon a human must have it, in rising order.",
    "CHECK FIRE: stop and verify, called out over every line at once. RESUME ends it.",
    "NOTIFY, WARN, QUERY, ANSWER and the like: what a message is for.",
    "checkpoint: the desk's signature over the whole record up to some entry. A witness is "
    "somebody else who has signed that it saw the same.",
    "hash, SHA-256: a number made of a file; another file with the same number cannot be found.",
)

NO_EVIDENCE: Final = "No account names any photograph, recording or paper."

HOW_TO_VERIFY: Final = (
    "Get openline from somebody whom you trust, on any computer; it needs no network and no desk.",
    "Run: openline verify FILE, with the whole file that this paper came in. It says what is "
    "proven, by whose keys, and what is not, and whether this paper is the one that the entries "
    "make.",
    "Ask each party, by telephone or in person, for the desk's public key as it was handed out "
    "to them, and compare it with the one named under “Not proven”. Then run it again with "
    "--vkey and that key: only then is anything proven that does not rest on this file's own "
    "word.",
    "If a party kept a checkpoint or a receipt from the day, add --earlier with it: a record that "
    "was begun anew since then is shown up by it.",
    "Without openline: the file is a zip. Its tree of hashes, checkpoint, signatures and entries "
    "are in public formats (RFC 6962, RFC 7515, C2SP signed-note and tlog-tiles) that other "
    "programs read.",
)
