"""Which addresses may be connected to, and a guard that stands where sockets are opened."""

import asyncio
import contextlib
import errno
import ipaddress
import socket
from typing import Final, TypeAlias

from aiohttp import AddrInfoType
from aiohttp.abc import AbstractResolver, ResolveResult

from skep_contracts.problems import InvalidInput

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_PRIVATE_V4: Final = (  # 168.63.129.16 answers machines in Azure about themselves
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 "
    "172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 "
    "198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
)
_PRIVATE_V6: Final = "2001::/23 2001:db8::/32 2002::/16 3fff::/20"  # of what is handed out
_PRIVATE: Final = tuple(map(ipaddress.ip_network, f"{_PRIVATE_V4} {_PRIVATE_V6}".split()))
_PUBLIC_V6: Final = ipaddress.ip_network("2000::/3")
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


def refused(why: str) -> InvalidInput:
    """Return the error that tells why a URL is not called."""
    return InvalidInput(f"The URL is refused: {why}.", code="url_refused")


def literal_address(host: str) -> Address | None:
    """Return the address that a host spells out, in any form resolvers take, such as ``0x7f.1``."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host.partition("%")[0])
    with contextlib.suppress(OSError, UnicodeError):
        return ipaddress.IPv4Address(socket.inet_aton(host.rstrip(".")))
    return None


class AddressPolicy:
    """Allows public addresses, and the networks and host names that the operator lists."""

    def __init__(self, allow: str = "") -> None:
        """Take `EgressSettings.allow`.

        Raises:
            ValueError: An entry is neither a network, with no bits beside it, nor a host name.
        """
        entries = {entry.strip().lower() for entry in allow.split(",") if entry.strip()}
        numeric = {entry for entry in entries if "/" in entry or literal_address(entry)}
        self._networks = tuple(map(ipaddress.ip_network, numeric))
        self._hosts = entries - numeric

    def trusts(self, host: str) -> bool:
        """Tell whether the operator lists this name, wherever it leads."""
        return host.lower().rstrip(".") in self._hosts

    def allows(self, address: Address) -> bool:
        """Tell whether an address may be connected to."""
        real = address
        if isinstance(address, ipaddress.IPv6Address):
            if address in _NAT64:
                real = ipaddress.IPv4Address(address.packed[-4:])
            elif address.ipv4_mapped:
                real = address.ipv4_mapped
        if any(form in network for network in self._networks for form in (address, real)):
            return True
        if real.version == 6 and real not in _PUBLIC_V6:
            return False
        return not any(real in network for network in _PRIVATE)


class Guard(AbstractResolver):
    """Finds out where names lead, and opens sockets to what is allowed."""

    def __init__(self, policy: AddressPolicy) -> None:
        """Hold everything to `policy`."""
        self._policy = policy
        self._trusted: set[str] = set()  # where the operator's names lead

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the allowed addresses of a name; aiohttp connects to them without asking again.

        Raises:
            InvalidInput: All of them are private.
        """
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        places = {str(place[0]): kind for kind, *_, place in found}
        if self._policy.trusts(host):
            self._trusted |= places.keys()
        else:
            places = {text: places[text] for text in places if self._is_public(text)}
        if not places:
            raise refused(f"{host} does not lead to the public internet")
        flags = socket.AI_NUMERICHOST
        return [
            ResolveResult(hostname=host, host=text, port=port, family=kind, proto=0, flags=flags)
            for text, kind in places.items()
        ]

    def open_socket(self, info: AddrInfoType) -> socket.socket:
        """Open the socket for a connection; whatever led here, the last word is spoken here."""
        text = str(info[4][0])
        if text not in self._trusted and not self._is_public(text):
            raise PermissionError(errno.EACCES, "a private address")
        return socket.socket(*info[:3])

    def _is_public(self, text: str) -> bool:
        try:
            return self._policy.allows(ipaddress.ip_address(text))
        except ValueError:  # not in the one form that means the same to everybody
            return False

    async def close(self) -> None:
        """Do nothing: nothing is kept open."""
