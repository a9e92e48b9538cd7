"""A small S3: as much of it as obstore speaks, with real HTTP on this machine, and faults at will."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape


@dataclass
class Bucket:
    """What the double holds, what it saw, and how it misbehaves."""

    objects: dict[str, bytes] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)  # "PUT /bucket/key"
    checksums: list[str] = field(default_factory=list)
    fails: str = ""  # a method that gets 500
    drops: str = ""  # a method after which the connection is cut, with the work done
    corrupts: bool = False  # a byte is wrong in what is read back
    is_full: bool = False  # 507 to every PUT
    refuses: bool = False  # 403
    keeps: bool = False  # DELETE is answered and not done
    before_put: Callable[[], object] = lambda: None  # what another client does right before
    lock: threading.Lock = field(default_factory=threading.Lock)


class _Speaker(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bucket: Bucket

    def log_message(self, *_: object) -> None:
        pass

    def do_PUT(self) -> None:
        body = self._body()
        if self._misbehaves():
            return None
        key, bucket = self._key(), self.bucket
        if bucket.is_full:
            return self._answer(507, b"<Error><Code>InsufficientStorage</Code></Error>")
        sent = self.headers.get("x-amz-checksum-sha256", "")
        bucket.checksums.append(sent)
        if sent and sent != base64.b64encode(hashlib.sha256(body).digest()).decode():
            return self._answer(400, b"<Error><Code>BadDigest</Code></Error>")
        bucket.before_put()
        with bucket.lock:
            if self.headers.get("If-None-Match") == "*" and key in bucket.objects:
                return self._answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
            bucket.objects[key] = body
        if self._drops():
            return None
        return self._answer(200, b"", {"ETag": _tag(body)})

    def do_GET(self) -> None:
        if self._misbehaves() or self._drops():
            return None
        url = urlsplit(self.path)
        if "list-type=2" in url.query:
            prefix = parse_qs(url.query).get("prefix", [""])[0]
            return self._answer(200, self._listing(f"{unquote(url.path).strip('/')}/", prefix))
        found = self.bucket.objects.get(self._key())
        if found is None:
            return self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        shown = bytes([found[0] ^ 1]) + found[1:] if self.bucket.corrupts else found
        return self._answer(200, shown, _about(found))

    def do_HEAD(self) -> None:
        if self._misbehaves() or self._drops():
            return
        found = self.bucket.objects.get(self._key())
        self._answer(404 if found is None else 200, b"" if found is None else found, _about(found or b""), is_head=True)

    def do_DELETE(self) -> None:
        if self._misbehaves():
            return
        with self.bucket.lock:
            if not self.bucket.keeps:
                self.bucket.objects.pop(self._key(), None)
        if not self._drops():
            self._answer(204, b"")

    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).lstrip("/")

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def _misbehaves(self) -> bool:
        self.bucket.requests.append(f"{self.command} {urlsplit(self.path).path}")
        if self.bucket.refuses:
            self._answer(403, b"<Error><Code>AccessDenied</Code></Error>")
        elif self.bucket.fails == self.command:
            self._answer(500, b"<Error><Code>InternalError</Code></Error>")
        else:
            return False
        return True

    def _drops(self) -> bool:
        """Cut the connection instead of an answer."""
        if self.bucket.drops != self.command:
            return False
        self.close_connection = True
        return True

    def _listing(self, bucket: str, prefix: str) -> bytes:
        rows = "".join(
            f"<Contents><Key>{escape(key.removeprefix(bucket))}</Key><Size>{len(content)}</Size><ETag>{_tag(content)}</ETag>"
            "<LastModified>2026-09-07T08:00:00.000Z</LastModified></Contents>"
            for key, content in sorted(self.bucket.objects.items())
            if key.startswith(bucket + prefix)
        )
        return f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>".encode()

    def _answer(
        self, status: int, body: bytes, headers: dict[str, str] | None = None, *, is_head: bool = False
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not is_head and self.command != "HEAD":
            self.wfile.write(body)


def _tag(content: bytes) -> str:
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'


def _about(content: bytes) -> dict[str, str]:
    return {"ETag": _tag(content), "Last-Modified": "Mon, 07 Sep 2026 08:00:00 GMT", "Content-Type": "image/jpeg"}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Be quiet where a client goes away."""


@contextmanager
def serve() -> Iterator[tuple[Bucket, str]]:
    """Give a bucket and the address ("http://127.0.0.1:PORT") under which it is served meanwhile."""
    bucket = Bucket()
    speaker = type("Speaker", (_Speaker,), {"bucket": bucket})
    with _Server(("127.0.0.1", 0), speaker) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield bucket, f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
