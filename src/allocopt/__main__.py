"""`python -m allocopt`: the command line."""

from allocopt.cli import main

if __name__ == "__main__":
    main(prog_name="allocopt")
