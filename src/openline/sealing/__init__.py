"""Between what is said and what is kept: statements and entries ⇄ leaves and rows.

The only package that knows both the domain's words and the record's bytes. What a party signed
keeps its own bytes; everything else the desk seals in its own chain: what it attests for a caller,
and what it concludes.
"""

from openline.sealing.author import author_from_source, source_of
from openline.sealing.chain import DeskChain, Entropy, Sealed
from openline.sealing.party import Sent, Spoken, read_sent, sign_statement
from openline.sealing.rows import entry_from_row, says_the_same
from openline.sealing.signatures import Signatures

__all__ = [
    "DeskChain",
    "Entropy",
    "Sealed",
    "Sent",
    "Signatures",
    "Spoken",
    "author_from_source",
    "entry_from_row",
    "read_sent",
    "says_the_same",
    "sign_statement",
    "source_of",
]
