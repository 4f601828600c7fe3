"""What does a repository rest on, how hard, and what breaks when it goes: read, never run."""

__version__ = "0.1.0"
