"""Health checks: doctor, readiness, unreferenced files and rows.

- :mod:`.doctor`: every check of ``python app.py doctor``, each with a remedy
- :mod:`.orphans`: find and remove unreferenced files and rows
- :mod:`.ready`: the cheap checks of ``/readyz``
"""

from services.health.doctor import Finding, examine
from services.health.ready import not_ready

__all__ = ["Finding", "examine", "not_ready"]
