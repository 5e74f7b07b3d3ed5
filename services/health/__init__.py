"""Is this installation sound, is it ready, and what lies about unused?

- :mod:`.doctor`: every check of ``python app.py doctor``, each with a remedy
- :mod:`.orphans`: files and rows that nothing refers to, and their removal
- :mod:`.ready`: the cheap checks of ``/readyz``
"""

from services.health.doctor import Finding, examine
from services.health.ready import not_ready

__all__ = ["Finding", "examine", "not_ready"]
