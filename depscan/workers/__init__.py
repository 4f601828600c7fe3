"""
Files read by several processes at once; small numbers of them by this one.

`Crew` hands files to children in chunks of about a megabyte and gives back what each makes of them (`tasks`). A child
that ends or stalls is replaced, and costs the file that it was reading, not the run.
"""

from __future__ import annotations

from depscan.workers.crew import Crew, processors
from depscan.workers.tasks import Job, Settings, Worker, uncollected

__all__ = ["Crew", "Job", "Settings", "Worker", "processors", "uncollected"]
