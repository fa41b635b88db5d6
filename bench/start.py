"""`python -m bench.start`: how long a server takes until it answers, and its memory then. TICKETS=500000, STARTS=5."""

import os
import time
from statistics import median

from bench.desk import standing
from bench.load import memory_bytes
from bench.measure import server


def main() -> None:
    with standing(int(os.environ.get("TICKETS", "500000"))) as desk:
        took, memory = [], []
        for _ in range(int(os.environ.get("STARTS", "5"))):
            began = time.perf_counter()
            with server(desk) as process:
                took.append(time.perf_counter() - began)
                memory.append(memory_bytes(process.pid) >> 20)
        print(f"a start: {median(took):.1f} s, {max(took):.1f} s at most; {max(memory)} MiB then")


if __name__ == "__main__":
    main()
