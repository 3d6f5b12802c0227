"""Run ReasonScape from a checkout: ``python analyze.py COMMAND ...``."""

from reasonscape.cli import main

if __name__ == "__main__":
    main()
