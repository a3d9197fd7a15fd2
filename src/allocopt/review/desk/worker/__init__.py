"""The program of a worker process: reads jobs and tells what becomes of them, as lines of JSON."""
