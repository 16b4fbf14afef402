"""The load generator: HTTP over connections that are kept open, on the machine of the servers.

Requests are bytes made beforehand, so that little of the machine goes into sending them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from benchmarks.servers import HOST


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: after ``seconds``, at ``at`` by the clock of the machine (seconds since the epoch)."""

    status: int
    body: bytes
    seconds: float
    at: float

    def json(self) -> Any:
        return orjson.loads(self.body)


class Unexpected(RuntimeError):
    """An answer with another status than a workload can do with."""


def request(method: str, path: str, token: str, body: Any = None, *, scheme: str = "Bearer") -> bytes:
    """A request as it is sent; ``body`` as JSON."""
    content = b"" if body is None else orjson.dumps(body)
    head = [
        f"{method} {path} HTTP/1.1",
        f"Host: {HOST}",
        f"Authorization: {scheme} {token}",
        "Accept: application/json",
    ]
    if body is not None:
        head += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
    return "\r\n".join([*head, "", ""]).encode() + content


class Connection:
    """One connection of a client, which asks again when the answer is there."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, sent: bytes) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection(HOST, self._port, limit=1 << 24)
        reader, writer = self._streams
        began = time.perf_counter()
        writer.write(sent)
        head = await reader.readuntil(b"\r\n\r\n")
        status, headers = _read_head(head)
        body = await _read_body(reader, headers)
        answer = Answer(status, body, time.perf_counter() - began, time.time())
        if headers.get(b"connection", b"").lower() == b"close":
            await self.close()
        return answer

    async def close(self) -> None:
        if self._streams is not None:
            _, writer = self._streams
            self._streams = None
            writer.close()
            await writer.wait_closed()


def _read_head(head: bytes) -> tuple[int, Mapping[bytes, bytes]]:
    first, *lines = head.rstrip().split(b"\r\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(b":")
        headers[name.lower()] = value.strip()
    return int(first.split(b" ")[1]), headers


async def _read_body(reader: asyncio.StreamReader, headers: Mapping[bytes, bytes]) -> bytes:
    if headers.get(b"transfer-encoding", b"").lower() != b"chunked":
        return await reader.readexactly(int(headers.get(b"content-length", b"0")))
    parts = []
    while size := int(await reader.readuntil(b"\r\n"), 16):
        parts.append((await reader.readexactly(size + 2))[:-2])
    await reader.readexactly(2)
    return b"".join(parts)


def closed_loop(port: int, requests: Sequence[bytes], connections: int, expect: int = 200) -> list[Answer]:
    """The answers to ``requests``, asked over so many connections, each as fast as it is answered. Raises
    Unexpected.
    """

    async def run() -> list[Answer]:
        waiting = iter(requests)
        answers: list[Answer] = []

        async def work() -> None:
            connection = Connection(port)
            try:
                for sent in waiting:
                    answers.append(checked(await connection.ask(sent), expect))
            finally:
                await connection.close()

        await asyncio.gather(*(work() for _ in range(connections)))
        return answers

    return asyncio.run(run())


def checked(answer: Answer, expect: int) -> Answer:
    if answer.status != expect:
        raise Unexpected(f"{answer.status} instead of {expect}: {answer.body[:500].decode(errors='replace')}")
    return answer


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
