"""`python -m bench.hosts`: two hosts, one database. What one writes the other knows; one dies, and only nginx notices.

Needs root, for the network namespaces that stand in for hosts.
"""

import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx2
from tests.fixtures.process import answer_of

from bench.two_hosts import Host, Scene, missing, standing
from osticket_api.embedded import DEMO_PASSWORD

_TIMES = 100
_CLIENTS = 8
_SECONDS = 5.0
_LONG_SECONDS = 90.0
"""Longer than nginx waits for an answer."""
_NEW = {"subject": "New", "message": "New", "email": "wanda@example.net", "name": "Wanda", "topic_id": 1}


def main() -> None:
    lacks = missing()
    if lacks:
        print(f"not measured: {lacks}")
        return
    with TemporaryDirectory() as directory, standing(Path(directory)) as scene:
        _seen_at_once(scene)
        print("\n| while | requests | refused | p50 ms | p99 ms | longest s | acknowledged writes that are there |")
        print("| --- | --- | --- | --- | --- | --- | --- |")
        _under_load("both answer", scene, lambda: None)
        _under_load("one dies", scene, scene.there.die)
        scene.there.start()
        _under_load("the other dies", scene, scene.here.die)
        scene.here.start()
        _under_load("the cable of one is pulled", scene, scene.there.unplug, _LONG_SECONDS)
        scene.there.plug_in()
        _under_load("it is plugged in again", scene, lambda: None)
        scene.make_balancer_impatient()
        _under_load("it is pulled, and the balancer's kernel looks after it", scene, scene.there.unplug, _LONG_SECONDS)


def _seen_at_once(scene: Scene) -> None:
    """Write through one host, and ask the other at once."""
    with _agent(scene.here.url, "alice") as here, httpx2.Client(headers=here.headers) as anywhere:
        seen, times = 0, []
        for _ in range(_TIMES):
            made = answer_of(here.post("/tickets", json=_NEW))["id"]
            begun = time.perf_counter()
            seen += anywhere.get(f"{scene.there.url}/api/v2/tickets/{made}").status_code == 200
            times.append(time.perf_counter() - begun)
    print(f"{seen} of {_TIMES} tickets made through one host were there for the other ({median(times) * 1000:.1f} ms)")
    print(f"a right that one host takes away is gone at the other after {_until_refused(scene) * 1000:.0f} ms")
    print(f"the stream of one host tells what the other has written after {_until_told(scene) * 1000:.0f} ms")


def _until_refused(scene: Scene) -> float:
    with _agent(scene.here.url, "dora") as dora, _agent(scene.there.url, "alice") as alice:
        person = f"/staff/{answer_of(alice.get('/auth/me'))['id']}"
        before = answer_of(dora.get(person))["permissions"]
        assert alice.get("/users?per_page=1").status_code == 200
        answer_of(dora.patch(person, json={"permissions": []}))
        begun = time.perf_counter()
        while alice.get("/users?per_page=1").status_code == 200:
            pass
        took = time.perf_counter() - begun
        answer_of(dora.patch(person, json={"permissions": before}))
    return took


def _until_told(scene: Scene) -> float:
    with (
        _agent(scene.here.url, "alice") as here,
        _agent(scene.there.url, "alice") as there,
        there.stream("GET", "/stream", headers={"Accept": "text/event-stream"}) as stream,
    ):
        lines = stream.iter_lines()
        next(lines)
        time.sleep(1)
        begun = time.perf_counter()
        made = answer_of(here.post("/tickets", json=_NEW))["id"]
        for line in lines:
            if line.startswith("data:") and str(made) in line:
                return time.perf_counter() - begun
    raise AssertionError("the stream has ended")


@dataclass
class _Told:
    """What the clients have seen."""

    times: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    written: list[int] = field(default_factory=list)


def _under_load(what: str, scene: Scene, disturb: Callable[[], object], seconds: float = _SECONDS) -> None:
    """Clients that read, and at each fifth request write; in between something happens."""
    told = _Told()
    with _agent(scene.front, "alice") as alice, _clients(scene.front, dict(alice.headers), told):
        time.sleep(1)
        disturb()
        time.sleep(seconds)
    kept = _kept(_survivor(scene), told.written)
    times = sorted(told.times)
    refused = ", ".join(f"{count} x {name}" for name, count in told.refused.items()) or "none"
    p50, p99 = (times[len(times) * part // 100] * 1000 for part in (50, 99))
    print(
        f"| {what} | {len(times)} | {refused} | {p50:.0f} | {p99:.0f} | {times[-1]:.1f} "
        f"| {kept} of {len(told.written)} |"
    )


def _survivor(scene: Scene) -> Host:
    """A host that can be asked directly."""
    for host in (scene.here, scene.there):
        try:
            if httpx2.get(f"{host.url}/readyz", timeout=2).status_code == 200:
                return host
        except httpx2.TransportError:
            pass
    raise AssertionError("no host is left")


def _kept(host: Host, entries: list[int]) -> int:
    with _agent(host.url, "alice") as alice:
        there: set[int] = set()
        page = "/tickets/26/thread?per_page=100&page="
        for number in range(1, 1000):
            found = answer_of(alice.get(f"{page}{number}"))
            there |= {entry["id"] for entry in found}
            if len(found) < 100:
                break
    return len(there & set(entries))


@contextmanager
def _clients(front: str, headers: dict[str, str], told: _Told) -> Iterator[None]:
    ends = threading.Event()
    threads = [threading.Thread(target=_client, args=(front, headers, told, ends)) for _ in range(_CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ends.set()
        for thread in threads:
            thread.join()


def _client(front: str, headers: dict[str, str], told: _Told, ends: threading.Event) -> None:
    with httpx2.Client(base_url=f"{front}/api/v2", headers=headers, timeout=90) as client:
        number = 0
        while not ends.is_set():
            number += 1
            begun = time.perf_counter()
            try:
                answer = _write(client) if number % 5 == 0 else client.get("/tickets/26")
            except httpx2.TransportError as error:
                told.refused[type(error).__name__] += 1
                continue
            told.times.append(time.perf_counter() - begun)
            if answer.status_code >= 400:
                told.refused[str(answer.status_code)] += 1
            elif answer.status_code == 201:
                told.written.append(answer.json()["data"]["id"])
            time.sleep(0.02)


def _write(client: httpx2.Client) -> httpx2.Response:
    """A note, once, whatever happens on the way: what got no answer is sent again under the same key."""
    key = {"Idempotency-Key": str(uuid.uuid4())}
    for _ in range(20):
        answer = client.post("/tickets/26/note", json={"body": "Still here"}, headers=key)
        if answer.status_code not in (409, 502, 503, 504):
            break
        time.sleep(0.25)
    return answer


def _agent(address: str, name: str) -> httpx2.Client:
    base = f"{address}/api/v2"
    login = {"username": name, "password": DEMO_PASSWORD, "kind": "staff"}
    token = answer_of(httpx2.post(f"{base}/auth/login", json=login, timeout=60))["access_token"]
    return httpx2.Client(base_url=base, timeout=60, headers={"Authorization": f"Bearer {token}"})


if __name__ == "__main__":
    main()
