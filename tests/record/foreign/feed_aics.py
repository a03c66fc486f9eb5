"""aics-witness's own client asks a witness of ours. Run by its own Python.

Reads {"url", "vkey", "steps": [{"note", "proofs": {"<old size>": [hashes]}}]}: submits each note
and says what came of it: "cosigned", or the name of the refusal.
"""

import base64
import json
import sys

from aics_witness import FeederError, WitnessClient


def main():
    asked = json.load(sys.stdin)
    answers = []
    with WitnessClient(asked["url"], asked["vkey"], max_attempts=1) as client:
        for step in asked["steps"]:
            proofs = {int(old): hashes for old, hashes in step["proofs"].items()}

            def proof(old, _new, proofs=proofs):
                return [base64.b64decode(each) for each in proofs.get(old, [])]

            try:
                client.submit(base64.b64decode(step["note"]), proof)
                answers.append("cosigned")
            except FeederError as error:
                answers.append(type(error).__name__)
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
