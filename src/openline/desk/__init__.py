"""The decider: `decide.decide` and `state.evolve` are the program; `clock` is what silence means.

Read in this order:

* `state`: all that a desk knows, as the fold of its record; `shelf` is how it is searched;
* `ruling` and `decide`: what a desk does with a word, one module for each family of things said;
* `evolve`: what each entry changes, family by family;
* `owing`: what is owed to whom, over which lines, until when, and the pointers among it;
* `clock`, with `deadlines` and `silence`: what happens when nobody answers. A FLASH that goes
  unanswered is told there, step by step;
* `comparing`: plans, sites, measures, edges and tracks held against one another;
* `view`: who sees what, and the only way anything leaves a desk.

Beside them: `authority` (who may say it), `ids` and `bounds` (what any family refuses), `sides`
(who stands with whom), `probing` (asking too often), `known` (what was known before an incident).
"""

import openline.desk.evolve  # noqa: F401  (so that whoever holds a state can fold entries into it)
