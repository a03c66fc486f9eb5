"""Which scopes each operation asks of a token: any one of its sets, whole."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from uas_standards.astm.f3548.v21.api import OperationalIntentState, OperationID
from uas_standards.astm.f3548.v21.constants import Scope

_SC: Final = Scope.StrategicCoordination
_CMSA: Final = Scope.ConformanceMonitoringForSituationalAwareness
_CM: Final = Scope.ConstraintManagement
_CP: Final = Scope.ConstraintProcessing
_AA: Final = Scope.AvailabilityArbitration

Scopes = frozenset[str]


def _any_of(*sets: Scope | tuple[Scope, ...]) -> tuple[Scopes, ...]:
    return tuple(
        frozenset(each.value for each in (one if isinstance(one, tuple) else (one,)))
        for one in sets
    )


_INTENTS_READ: Final = _any_of(_SC, _CMSA)
_INTENTS_WRITTEN: Final = _any_of(_SC, (_SC, _CP), _CMSA)
_CONSTRAINTS_READ: Final = _any_of(_CM, _CP)
_CONSTRAINTS_WRITTEN: Final = _any_of(_CM)
_SUBSCRIPTIONS: Final = _any_of(_CP, _SC)

NEEDED: Final[Mapping[OperationID, tuple[Scopes, ...]]] = MappingProxyType(
    {
        OperationID.QueryOperationalIntentReferences: _INTENTS_READ,
        OperationID.GetOperationalIntentReference: _INTENTS_READ,
        OperationID.CreateOperationalIntentReference: _INTENTS_WRITTEN,
        OperationID.UpdateOperationalIntentReference: _INTENTS_WRITTEN,
        OperationID.DeleteOperationalIntentReference: _INTENTS_WRITTEN,
        OperationID.QueryConstraintReferences: _CONSTRAINTS_READ,
        OperationID.GetConstraintReference: _CONSTRAINTS_READ,
        OperationID.CreateConstraintReference: _CONSTRAINTS_WRITTEN,
        OperationID.UpdateConstraintReference: _CONSTRAINTS_WRITTEN,
        OperationID.DeleteConstraintReference: _CONSTRAINTS_WRITTEN,
        OperationID.GetConstraintDetails: _CONSTRAINTS_READ,
        OperationID.QuerySubscriptions: _SUBSCRIPTIONS,
        OperationID.GetSubscription: _SUBSCRIPTIONS,
        OperationID.CreateSubscription: _SUBSCRIPTIONS,
        OperationID.UpdateSubscription: _SUBSCRIPTIONS,
        OperationID.DeleteSubscription: _SUBSCRIPTIONS,
        OperationID.MakeDssReport: _any_of(*Scope),
        OperationID.GetUssAvailability: _any_of(_AA, _SC, _CMSA),
        OperationID.SetUssAvailability: _any_of(_AA),
    }
)

NEEDED_FOR_STATE: Final[Mapping[OperationalIntentState, Scopes]] = MappingProxyType(
    {
        OperationalIntentState.Nonconforming: frozenset({_CMSA.value}),
        OperationalIntentState.Contingent: frozenset({_CMSA.value}),
    }
)
"""What a token must hold besides to put an intent into a state."""
FOR_INTENTS: Final[str] = _SC.value
"""What a token must hold besides to subscribe to intents; for constraints either scope will do."""


def permits(scopes: Scopes, needed: tuple[Scopes, ...]) -> bool:
    """Whether a token with these scopes may do what needs one of those sets."""
    return any(each <= scopes for each in needed)
