"""How good the answers are, on questions with known ones."""

from datasets import load_dataset

QUESTIONS = load_dataset("rajpurkar/squad", split="validation", revision="7b6d24c440a36b6815f21b70d25016731768db1f")
