"""``suyuan serve`` with every connection that Python code makes written down.

Usage: python watched_serve.py LOG [arguments of serve]. A line of LOG is ``event address``; what
would leave the machine is refused as well, so that nothing depends on it unseen.
"""

import ipaddress
import sys
from pathlib import Path


def main() -> int:
    log = Path(sys.argv[1]).open("a", buffering=1, encoding="utf-8")  # noqa: SIM115 - until the end

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event == "socket.connect":
            address = arguments[1]
            host = address[0] if isinstance(address, tuple) else address
        elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
            host = arguments[0]
        else:
            return
        log.write(f"{event} {host!r}\n")
        if isinstance(host, str) and host not in ("localhost", "") and not host.startswith("/"):
            try:
                inside = ipaddress.ip_address(host).is_loopback
            except ValueError:
                inside = False
            if not inside:
                log.write(f"LEFT THE MACHINE {event} {host!r}\n")
                raise OSError(f"a test forbids {event} {host!r}")

    sys.addaudithook(watch)
    from ui.cli import main as suyuan

    return suyuan(["serve", *sys.argv[2:]])


if __name__ == "__main__":
    sys.exit(main())
