"""What the desk would take of a party about a thing as it stands.

Deciders ask here before they rule, and the view tells each party the answer (`view.open_acts`): so
no screen offers what would be refused, and the rule is written once. What else a statement holds
(a reason, a version, a geometry) is for its decider to judge.
"""
