"""
Known vulnerabilities and hostile releases: the user's imported records, and what they mean for a project.

`import_records` makes the database, `Database` looks packages up in it, `audit` compares what it says with what is
asked for. `service` is the same database for pip-audit; it is imported where it is needed.
"""

from __future__ import annotations

from depscan.knowledge.advisories.audit import Wanted, audit
from depscan.knowledge.advisories.database import FILE, About, Database
from depscan.knowledge.advisories.importing import Imported, import_records

__all__ = ["FILE", "About", "Database", "Imported", "Wanted", "audit", "import_records"]
