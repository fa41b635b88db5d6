"""`python -m bench.hosts`: the two hosts, a network between them, the database, Redis, and nginx in front.

Each host is a network namespace with an address and a shared memory of its own: the servers in them have nothing in
common but what goes over the network.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.fixtures import mariadb
from tests.fixtures.api import SIGNING_KEY
from tests.fixtures.process import Process, free_port, serving
from tests.fixtures.templates import demo_on_mariadb
from tests.fixtures.web_servers import nginx_before

_BRIDGE, _NETWORK = "osticket-br", "10.93.0"
GATEWAY = f"{_NETWORK}.1"
_BALANCER = f"{_NETWORK}.4"
_PORT = 8080
_IMPATIENT = (
    *("net.ipv4.tcp_keepalive_time=10", "net.ipv4.tcp_keepalive_intvl=3", "net.ipv4.tcp_keepalive_probes=3"),
    "net.ipv4.tcp_retries2=5",
)
"""As the page about several hosts recommends."""
_USER, _PASSWORD = "api", "a password of measurements"


def missing() -> str:
    """What this machine lacks for it; empty where nothing does."""
    absent = [each for each in ("ip", "nginx", "redis-server", "mariadbd") if shutil.which(each) is None]
    if absent:
        return f"{', '.join(absent)} cannot be found"
    done = subprocess.run(["ip", "netns", "add", "osticket-probe"], capture_output=True, text=True)
    subprocess.run(["ip", "netns", "del", "osticket-probe"], capture_output=True)
    return f"network namespaces are not permitted here: {done.stderr.strip()}" if done.returncode else ""


@dataclass
class Host:
    """A host with one server, which can die, and a cable, which can be pulled."""

    name: str
    address: str
    environment: dict[str, str]
    folder: Path
    _running: ExitStack = field(default_factory=ExitStack)

    @property
    def url(self) -> str:
        return f"http://{self.address}:{_PORT}"

    def start(self) -> None:
        enter = [*_inside(self.name), "sh", "-c", 'mount -t tmpfs none /dev/shm && exec "$@"', "sh"]
        self.process: Process = self._running.enter_context(serving(self.environment, self.folder, prefix=enter))

    def die(self) -> None:
        """Everything on it ends at once."""
        self.process.kill()
        self._running.close()

    def unplug(self) -> None:
        """Nothing reaches it any more, and it reaches nothing. Nobody is told."""
        _ip("link", "set", _cable(self.name), "down")

    def plug_in(self) -> None:
        _ip("link", "set", _cable(self.name), "up")

    def stop(self) -> None:
        self._running.close()


@dataclass
class Scene:
    here: Host
    there: Host
    front: str
    """The address of the balancer."""

    def make_balancer_impatient(self) -> None:
        """Let its kernel ask after silent connections, and give up sooner what nobody acknowledges."""
        subprocess.run([*_inside(_name(4)), "sysctl", "-q", "-w", *_IMPATIENT], check=True)
        pids = subprocess.run(["ip", "netns", "pids", _name(4)], check=True, capture_output=True, text=True).stdout
        os.kill(min(map(int, pids.split())), signal.SIGHUP)  # It holds for new connections: nginx begins anew.


@contextmanager
def standing(folder: Path) -> Iterator[Scene]:
    """All of it, for the length of a block."""
    with ExitStack() as stack:
        stack.enter_context(_network())
        database = stack.enter_context(_database())
        redis = stack.enter_context(_redis(folder))
        hosts = [_host(number, folder, {**database, **redis}) for number in (2, 3)]
        for host in hosts:
            stack.callback(host.stop)
            host.start()
        backends = [f"{host.address}:{_PORT}" for host in hosts]
        front = stack.enter_context(nginx_before(backends, _BALANCER, _inside(_name(4))))
        yield Scene(hosts[0], hosts[1], front)


def _name(number: int) -> str:
    return f"osticket-{number}"


def _cable(name: str) -> str:
    return f"{name}-veth"


def _inside(name: str) -> list[str]:
    return ["ip", "netns", "exec", name]


def _host(number: int, folder: Path, environment: dict[str, str]) -> Host:
    name, address = _name(number), f"{_NETWORK}.{number}"
    place = folder / name
    place.mkdir()
    own = {"HOST": address, "PORT": str(_PORT), "DATA_DIR": str(place), "PATH": os.environ["PATH"]}
    secrets = {"JWT_SECRET": SIGNING_KEY, "SECRETS_KEY": SIGNING_KEY, "MAIL": "off"}
    usual = {"RATE_LIMIT_ENABLED": "false", "LOG_LEVEL": "error", "TRUSTED_PROXIES": _BALANCER}
    return Host(name, address, {**environment, **own, **secrets, **usual}, place)


@contextmanager
def _network() -> Iterator[None]:
    numbers = (2, 3, 4)
    try:
        _ip("link", "add", _BRIDGE, "type", "bridge")
        _ip("addr", "add", f"{GATEWAY}/24", "dev", _BRIDGE)
        _ip("link", "set", _BRIDGE, "up")
        for number in numbers:
            name = _name(number)
            _ip("netns", "add", name)
            _ip("link", "add", _cable(name), "type", "veth", "peer", "name", "eth0", "netns", name)
            _ip("link", "set", _cable(name), "master", _BRIDGE, "up")
            _ip("-n", name, "addr", "add", f"{_NETWORK}.{number}/24", "dev", "eth0")
            _ip("-n", name, "link", "set", "eth0", "up")
            _ip("-n", name, "link", "set", "lo", "up")
        yield
    finally:
        for number in numbers:  # The cables too: those of a namespace are gone only some time after it.
            subprocess.run(["ip", "link", "del", _cable(_name(number))], capture_output=True)
            subprocess.run(["ip", "netns", "del", _name(number)], capture_output=True)
        subprocess.run(["ip", "link", "del", _BRIDGE], capture_output=True)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


@contextmanager
def _database() -> Iterator[dict[str, str]]:
    port = free_port()
    listening = ("--skip-networking=0", f"--bind-address={GATEWAY}", f"--port={port}", "--skip-name-resolve")
    with mariadb.running(options=listening) as server:
        demo_on_mariadb(server)
        with server.connect() as connection, connection.cursor() as cursor:
            cursor.execute(f"GRANT ALL ON demo.* TO {_USER}@'{_NETWORK}.%%' IDENTIFIED BY %s", (_PASSWORD,))
        yield {
            "DB_CONNECTION": "mariadb", "DB_HOST": GATEWAY, "DB_PORT": str(port), "DB_DATABASE": "demo",
            "DB_USERNAME": _USER, "DB_PASSWORD": _PASSWORD,
        }  # fmt: skip


@contextmanager
def _redis(folder: Path) -> Iterator[dict[str, str]]:
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", GATEWAY, "--protected-mode", "no", "--save", ""]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    try:
        yield {"REDIS_URL": f"redis://{GATEWAY}:{port}/0"}
    finally:
        process.terminate()
        process.wait()
