"""`python -m depscan.rules > docs/rules.md` writes the reference of the rules."""

import sys

from depscan import rules

if __name__ == "__main__":
    sys.stdout.write(rules.document())
