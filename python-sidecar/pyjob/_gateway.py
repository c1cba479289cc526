"""The file with which the driver's JVM says where Py4J listens: port, length of the secret, secret."""

from __future__ import annotations

from dataclasses import dataclass

_MAX_SECRET = 4096


class GatewayError(Exception):
    """The gateway file is not what the driver's JVM writes."""


@dataclass(frozen=True)
class Gateway:
    """Py4J in the driver's JVM, on loopback."""

    port: int
    secret: str

    @classmethod
    def parse(cls, data: bytes) -> Gateway:
        """Raises GatewayError."""
        port = int.from_bytes(data[:4], "big", signed=True)
        length = int.from_bytes(data[4:8], "big", signed=True)
        if not 1 <= port <= 65535 or not 1 <= length <= _MAX_SECRET or len(data) != 8 + length:
            raise GatewayError(
                f"the gateway file has {len(data)} bytes, port {port} and a secret of {length} bytes: "
                "the containers of the pod run different versions of PyJob"
            )
        try:
            return cls(port, data[8:].decode("utf-8"))
        except UnicodeDecodeError as error:
            raise GatewayError("the secret in the gateway file is not UTF-8") from error

    def encode(self) -> bytes:
        """The file's content."""
        secret = self.secret.encode()
        return self.port.to_bytes(4, "big") + len(secret).to_bytes(4, "big") + secret

    def variables(self) -> dict[str, str]:
        """What PySpark looks for in its environment."""
        return {"PYSPARK_GATEWAY_PORT": str(self.port), "PYSPARK_GATEWAY_SECRET": self.secret}


def read(path: str) -> Gateway | None:
    """The gateway, or None as long as the file is not there. Raises GatewayError, OSError."""
    try:
        with open(path, "rb") as file:
            return Gateway.parse(file.read(8 + _MAX_SECRET + 1))
    except FileNotFoundError:
        return None
