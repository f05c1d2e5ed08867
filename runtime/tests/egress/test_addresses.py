"""Which addresses may be connected to."""

import asyncio
import ipaddress
import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_contracts.problems import InvalidInput
from skep_runtime.egress import AddressPolicy
from skep_runtime.egress.addresses import Guard, literal_address

PRIVATE = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.168.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::127.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%1",
    "fec0::1",
    "ff02::1",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "172.15.0.1",
    "172.32.0.1",
    "100.63.255.255",
    "100.128.0.1",
    "169.253.0.1",
    "2606:4700:4700::1111",
    "2a00:1450:4001::1",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_address_is_refused(address: str) -> None:
    assert not AddressPolicy().allows(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_address_is_allowed(address: str) -> None:
    assert AddressPolicy().allows(ipaddress.ip_address(address))


@given(st.ip_addresses())
def test_nothing_that_python_calls_private_is_allowed(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if AddressPolicy().allows(address) and address not in ipaddress.ip_network("64:ff9b::/96"):
        real = getattr(address, "ipv4_mapped", None) or address
        kinds = ("private", "loopback", "link_local", "multicast", "unspecified", "reserved")
        assert not any(getattr(real, f"is_{kind}") for kind in kinds)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("0", "0.0.0.0"),
        ("::ffff:7f00:1", "::ffff:7f00:1"),
        ("fe80::1%25eth0", "fe80::1"),
    ],
)
def test_address_is_recognised_in_every_spelling(host: str, address: str) -> None:
    assert literal_address(host) == ipaddress.ip_address(address)


@pytest.mark.parametrize("host", ["example.com", "1.2.3.4.example.com", "", "a" * 300, "ü.de"])
def test_name_is_no_address(host: str) -> None:
    assert literal_address(host) is None


def test_operator_opens_networks_and_names() -> None:
    policy = AddressPolicy("10.1.0.0/16, 127.0.0.1, fd00::/8, Models.Internal")

    assert policy.allows(ipaddress.ip_address("10.1.2.3"))
    assert policy.allows(ipaddress.ip_address("::ffff:10.1.2.3"))
    assert policy.allows(ipaddress.ip_address("127.0.0.1"))
    assert policy.allows(ipaddress.ip_address("fd00::1"))
    assert not policy.allows(ipaddress.ip_address("10.2.0.1"))
    assert policy.trusts("models.internal.")
    assert not policy.trusts("evil.internal")


@pytest.mark.parametrize("allow", ["10.1.0.1/16", "10.0.0.0/40", "a/b"])
def test_mistyped_network_is_refused(allow: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        AddressPolicy(allow)


def info(address: str) -> tuple[Any, Any, int, str, tuple[str, int]]:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return family, socket.SOCK_STREAM, 0, "", (address, 80)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "2130706433", "localhost", ""])
def test_no_socket_is_opened_to_what_is_not_allowed(address: str) -> None:
    with pytest.raises(PermissionError):
        Guard(AddressPolicy()).open_socket(info(address))


async def test_name_leads_to_its_public_addresses_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async def mixed(*_: Any, **__: Any) -> list[Any]:
        return [info("127.0.0.1"), info("8.8.8.8"), info("::1"), info("2606:4700::1")]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", mixed)

    found = await Guard(AddressPolicy()).resolve("example.com", 80)

    assert [each["host"] for each in found] == ["8.8.8.8", "2606:4700::1"]


async def test_address_of_a_trusted_name_stays_closed_to_other_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def same(*_: Any, **__: Any) -> list[Any]:
        return [info("10.0.0.5")]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", same)
    guard = Guard(AddressPolicy("models.internal"))

    found = await guard.resolve("models.internal", 80)

    assert [each["host"] for each in found] == ["10.0.0.5"]
    guard.open_socket(info("10.0.0.5")).close()
    with pytest.raises(InvalidInput):
        await guard.resolve("evil.example", 80)
