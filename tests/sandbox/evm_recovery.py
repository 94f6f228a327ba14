"""Recovers the address that signed: the arithmetic of Ethereum's curve, written again for the tests."""

from __future__ import annotations

from Crypto.Hash import keccak

P = 2**256 - 2**32 - 977
N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)
Point = tuple[int, int] | None


def keccak256(content: bytes) -> bytes:
    return keccak.new(digest_bits=256, data=content).digest()


def recover(digest: bytes, signature: str) -> str:
    """The address whose key made the 65 bytes of ``signature``."""
    r, s, v = int(signature[2:66], 16), int(signature[66:130], 16), int(signature[130:], 16)
    assert 0 < s <= N // 2, "a contract refuses the higher of the two values"
    y = pow(r**3 + 7, (P + 1) // 4, P)
    assert y * y % P == (r**3 + 7) % P
    point = (r, y if y % 2 == v - 27 else P - y)
    inverse, z = pow(r, -1, N), int.from_bytes(digest, "big")
    key = _add(_times(inverse * s % N, point), _times(-z * inverse % N, G))
    assert key is not None
    return "0x" + keccak256(b"".join(each.to_bytes(32, "big") for each in key))[12:].hex()


def _add(a: Point, b: Point) -> Point:
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and a[1] != b[1]:
        return None
    rise, run = (3 * a[0] ** 2, 2 * a[1]) if a == b else (b[1] - a[1], b[0] - a[0])
    slope = rise * pow(run, -1, P)
    x = (slope**2 - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def _times(factor: int, point: Point) -> Point:
    total = None
    while factor:
        if factor % 2:
            total = _add(total, point)
        point, factor = _add(point, point), factor // 2
    return total
