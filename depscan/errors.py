"""What ends a run. Everything else that goes wrong is a `Gap` in the report."""


class DepscanError(Exception):
    """Base of all errors that depscan raises on purpose; the command prints the message and exits 2."""


class ConfigError(DepscanError):
    """The configuration is not valid; the message names file and key."""


class ProjectNotFound(DepscanError):
    """There is no folder to scan at the given path."""


class NothingToScan(DepscanError):
    """The folder holds neither Python code nor a manifest; the command exits 3."""
