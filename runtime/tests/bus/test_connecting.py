import asyncio
import base64
import datetime as dt
import ipaddress
import json
import time
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from skep_contracts.problems import Unavailable
from skep_runtime.bus import Bus, BusSettings
from skep_testing.eventually import eventually
from skep_testing.nats import NatsServer
from skep_testing.ports import free_port


async def test_wrong_password_is_refused_at_once_with_advice(nats_server: NatsServer) -> None:
    settings = msgspec.structs.replace(nats_server.settings(), password="wrong")
    began = time.monotonic()

    with pytest.raises(Unavailable, match="Check the user") as caught:
        await Bus.connect(settings, service="gateway")

    assert caught.value.exact_code == "bus_refused"
    assert time.monotonic() - began < 2


async def test_absent_server_is_named_after_the_time_given() -> None:
    port = free_port()
    settings = BusSettings(url=f"nats://127.0.0.1:{port}", connect_timeout_s=0.3)

    with pytest.raises(Unavailable, match=f"127.0.0.1:{port}") as caught:
        await Bus.connect(settings, service="gateway")

    assert caught.value.exact_code == "bus_unreachable"


async def test_port_that_speaks_something_else_is_given_up() -> None:
    async def mumble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(mumble, "127.0.0.1", 0) as other:
        port = other.sockets[0].getsockname()[1]
        settings = BusSettings(url=f"nats://127.0.0.1:{port}", connect_timeout_s=0.3)

        with pytest.raises(Unavailable):
            await Bus.connect(settings, service="gateway")


async def test_missing_credentials_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"gone\.creds"):
        await Bus.connect(
            BusSettings(credentials_file=str(tmp_path / "gone.creds")), service="gateway"
        )


async def test_setting_that_is_no_url_is_explained() -> None:
    with pytest.raises(Unavailable, match="nats://host:4222"):
        await Bus.connect(BusSettings(url="http://somewhere"), service="gateway")


async def test_server_that_comes_late_is_waited_for(own_server: NatsServer) -> None:
    own_server.kill()

    async with asyncio.TaskGroup() as tasks:
        connecting = tasks.create_task(Bus.connect(own_server.settings(), service="gateway"))
        await asyncio.sleep(0.3)
        await asyncio.to_thread(own_server.start)

    bus = connecting.result()
    assert bus.is_connected
    await bus.close()


async def test_first_server_that_answers_is_taken(nats_server: NatsServer) -> None:
    settings = msgspec.structs.replace(
        nats_server.settings(), url=f"nats://127.0.0.1:{free_port()},{nats_server.url}"
    )

    bus = await Bus.connect(settings, service="gateway")

    assert bus.is_connected
    await bus.close()


async def test_frozen_server_is_left_and_found_again(
    own_server: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skep_runtime.bus.wire.connection._PING_S", 0.1)
    bus = await Bus.connect(own_server.settings(), service="gateway")

    own_server.freeze()
    await eventually(lambda: not bus.is_connected)
    own_server.thaw()
    await eventually(lambda: bus.is_connected)

    await bus.ensure_topology()
    await bus.close()


async def test_closed_bus_can_be_closed_again(nats_server: NatsServer) -> None:
    bus = await Bus.connect(nats_server.settings(), service="gateway")

    await bus.close()
    await bus.close()

    assert not bus.is_connected


def write_certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "cert.pem", folder / "key.pem"


async def test_connection_is_encrypted_when_the_server_asks(tmp_path: Path) -> None:
    certificate, key = write_certificate(tmp_path)
    tls = f'tls {{ cert_file: "{certificate}", key_file: "{key}" }}'
    with NatsServer(extra=tls) as server:
        settings = msgspec.structs.replace(server.settings(), tls_ca=str(certificate))

        bus = await Bus.connect(settings, service="gateway")
        await bus.ensure_topology()
        await bus.blobs.put("t_1", b"x" * 1_000_000)

        assert "TLS handshake complete" in server.log or bus.is_connected
        await bus.close()


async def test_unknown_certificate_is_not_trusted(tmp_path: Path) -> None:
    certificate, key = write_certificate(tmp_path)
    tls = f'tls {{ cert_file: "{certificate}", key_file: "{key}" }}'
    with NatsServer(extra=tls) as server:
        settings = server.settings(connect_timeout_s=0.3)

        with pytest.raises(Unavailable):
            await Bus.connect(settings, service="gateway")


class SigningKey:
    """An NKEY: https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro."""

    def __init__(self, prefix: int) -> None:
        self.private = Ed25519PrivateKey.generate()
        raw = serialization.Encoding.Raw
        public = self.private.public_key().public_bytes(raw, serialization.PublicFormat.Raw)
        seed = self.private.private_bytes(
            raw, serialization.PrivateFormat.Raw, serialization.NoEncryption()
        )
        first = bytes([(18 << 3) | (prefix >> 5), (prefix & 31) << 3])
        self.public = self._encode(bytes([prefix]) + public)
        self.seed = self._encode(first + seed)

    @staticmethod
    def _encode(data: bytes) -> str:
        crc = 0
        for byte in data:
            crc ^= byte << 8
            for _ in range(8):
                crc = ((crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
        return base64.b32encode(data + crc.to_bytes(2, "little")).decode().rstrip("=")

    def jwt(self, subject: str, nats: dict[str, object]) -> str:
        def part(value: dict[str, object]) -> str:
            return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

        claims = {"jti": "x", "iat": 1, "iss": self.public, "sub": subject, "nats": nats}
        body = f"{part({'typ': 'JWT', 'alg': 'ed25519-nkey'})}.{part(claims)}"
        signature = base64.urlsafe_b64encode(self.private.sign(body.encode())).decode().rstrip("=")
        return f"{body}.{signature}"


async def test_credentials_file_signs_in(tmp_path: Path) -> None:
    operator, account, user = (SigningKey(letter << 3) for letter in (14, 0, 20))
    anything = {"subs": -1, "data": -1, "payload": -1}
    limits = anything | {"imports": -1, "exports": -1, "conn": -1, "leaf": -1}
    account_jwt = operator.jwt(
        account.public,
        {"type": "account", "version": 2, "limits": limits, "default_permissions": {}},
    )
    user_jwt = account.jwt(user.public, {"type": "user", "version": 2, **anything})
    operator_jwt = operator.jwt(operator.public, {"type": "operator", "version": 2})
    creds = tmp_path / "user.creds"
    creds.write_text(
        f"-----BEGIN NATS USER JWT-----\n{user_jwt}\n------END NATS USER JWT------\n\n"
        "IMPORTANT: keep it\n\n"
        f"-----BEGIN USER NKEY SEED-----\n{user.seed}\n------END USER NKEY SEED------\n"
    )
    port = free_port()
    config = tmp_path / "operator.conf"
    config.write_text(
        f'listen: "127.0.0.1:{port}"\noperator: "{operator_jwt}"\nresolver: MEMORY\n'
        f'resolver_preload: {{ {account.public}: "{account_jwt}" }}\n'
    )
    with NatsServer(config=config, port=port):
        bus = await Bus.connect(
            BusSettings(url=f"nats://127.0.0.1:{port}", credentials_file=str(creds)),
            service="gateway",
        )

        assert bus.is_connected
        await bus.close()


async def test_broken_credentials_file_is_refused(tmp_path: Path, nats_server: NatsServer) -> None:
    creds = tmp_path / "user.creds"
    creds.write_text("nothing of use")

    with pytest.raises(Unavailable, match="JWT and seed"):
        await Bus.connect(
            BusSettings(url=nats_server.url, credentials_file=str(creds)), service="gateway"
        )


async def test_token_signs_in(tmp_path: Path) -> None:
    port = free_port()
    config = tmp_path / "token.conf"
    config.write_text(f'listen: "127.0.0.1:{port}"\nauthorization {{ token: "s3cret" }}\n')
    with NatsServer(config=config, port=port):
        settings = BusSettings(url=f"nats://127.0.0.1:{port}", token="s3cret")

        bus = await Bus.connect(settings, service="gateway")

        assert bus.is_connected
        await bus.close()
