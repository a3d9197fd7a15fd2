"""`python -m allocopt.review.desk.worker OPTIONS`: a worker, started by the desk and never by people."""

import sys

from allocopt.review.desk.worker.program import run

if __name__ == "__main__":
    run(sys.argv[1])
