"""`python -P -m depscan`: the same as the `depscan` command (`-P` keeps the current folder off the import path)."""

from depscan.cli import main

if __name__ == "__main__":
    main()
