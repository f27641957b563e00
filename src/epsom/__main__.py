"""``python -m epsom`` is the `epsom` command."""

from epsom.interfaces.cli.main import run

if __name__ == "__main__":
    run()
