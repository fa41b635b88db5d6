"""`osticket-api`, and `python -m osticket_api`."""

import gc


def run() -> None:
    """Run a command. What is imported stays: looking through it for garbage would take a fifth of the start."""
    gc.disable()
    from osticket_api.cli.main import app

    gc.freeze()
    gc.enable()
    app()


if __name__ == "__main__":
    run()
