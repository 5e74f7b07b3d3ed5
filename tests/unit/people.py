"""Users of the tests, and a block in which one of them acts."""

from __future__ import annotations

from services.accounts import acting
from services.accounts.model import Role, User

ANN, BO = User(1, "Ann", Role.ANNOTATOR), User(2, "Bo", Role.ANNOTATOR)
CY = User(3, "Cy", Role.REVIEWER)
by = acting.on_behalf_of
