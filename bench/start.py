"""`python -m bench.start`: how long a server takes until it answers, and its memory then. TICKETS=500000, STARTS=5.

The CPU time says more than the seconds where the machine does other work too.
"""

import compileall
import os
import time
from pathlib import Path
from statistics import median

import osticket_api
from bench.desk import standing
from bench.load import ask_once, cpu_seconds, memory_bytes
from bench.measure import server


def main() -> None:
    compileall.compile_dir(Path(osticket_api.__file__).parent, quiet=1)  # As installing does.
    with standing(int(os.environ.get("TICKETS", "500000"))) as desk:
        took, cpu, memory = [], [], []
        for _ in range(int(os.environ.get("STARTS", "5"))):
            began = time.perf_counter()
            with server(desk) as process:
                ask_once(process.port, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                took.append(time.perf_counter() - began)
                cpu.append(cpu_seconds(process.pid))
                memory.append(memory_bytes(process.pid) >> 20)
        print(f"a start: {median(took):.1f} s, {max(took):.1f} s at most; {median(cpu):.2f} s of CPU time")
        print(f"then {max(memory)} MiB")


if __name__ == "__main__":
    main()
