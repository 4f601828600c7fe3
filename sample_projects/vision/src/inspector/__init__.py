"""Finds scratches on sheet metal."""

from inspector.detect import Detector

__all__ = ["Detector"]
