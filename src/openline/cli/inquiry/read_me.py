"""What lies on top of a copy that is handed over: what it is, and what to do with it."""

from __future__ import annotations

from typing import Final

READ_ME_TEXT: Final = """\
What this is
  A copy of one incident out of the record of a deconfliction desk (openline), with the proofs that
  nobody has changed it since. It stands by itself: no desk and no network is needed to read or to
  verify it.

Read
  timeline.html   the incident told for people, in any browser; timeline.pdf is the same on paper,
                  timeline.txt the same as plain text
  evidence/       files that the accounts name, each called by its SHA-256

Verify, before you rely on any of it
  1. Get openline from somebody whom you trust, on any computer.
  2. Run   openline verify FILE   on the whole file as you got it. It says what is proven, by whose
     keys, what is not proven, and whether the papers above are what the entries make.
  3. The file brings keys along, and whoever made the file chose them. So ask the parties, or the
     desk, by another way which public key the desk gave out, and run it again:
     openline verify FILE --vkey KEY
  4. Whoever kept a checkpoint or a receipt from the day adds   --earlier CHECKPOINT
  If it says "Refuted", something was changed: do not rely on the file, and keep it as it is.

What proves it
  entries/        what was said and concluded, each signed (compact JWS, Ed25519: RFC 7515, 8037)
  bodies/         the words, names and places: 32 bytes of salt, then JSON. Its SHA-256 stands in
                  the entry, so a body can be erased and the entry still be proven
  tile/           the hashes of all entries of the record, of those too that are not yours to read
                  (RFC 6962, C2SP tlog-tiles)
  checkpoint      the desk's signature over all of it, with those of witnesses if there are any
                  (C2SP tlog-checkpoint, signed-note, tlog-cosignature)
  keys.json       whose signatures count, as the maker of this file says
  papers.json     which releases of which programs made the papers
"""
