"""The decider: `decide.decide` and `state.evolve` are the program; `clock` is what silence means.

Read in this order: `state`, `ruling`, `decide`, `clock`, then a family such as `decide/messages`.
"""

import openline.desk.evolve  # noqa: F401  (so that whoever holds a state can fold entries into it)
