"""Downloads that break off go on where they stopped."""

import hashlib
import http.server
import threading

import pytest

from addax.keras.utils import get_file

CONTENT = bytes(range(256)) * 40
CHECKSUM = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def server():
    """Breaks off in the middle, once; then sends what is asked for."""

    class Handler(http.server.BaseHTTPRequestHandler):
        asked = ()
        parts = True

        def do_GET(self):
            asked = self.headers.get("Range")
            type(self).asked += (asked,)
            start = int(asked[6:-1]) if asked and self.parts else 0
            if start >= len(CONTENT):
                self.send_error(416)
                return
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(CONTENT) - start))
            self.end_headers()
            broken = len(self.asked) == 1
            self.wfile.write(CONTENT[start : 3000 if broken else None])

        def log_message(self, *args):
            pass

    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    running.handler = Handler
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


def fetch(server, folder, checksum=CHECKSUM):
    origin = f"http://127.0.0.1:{server.server_port}/weights.h5"
    return get_file(origin=origin, cache_dir=folder, file_hash=checksum)


def break_off(server, folder, checksum=CHECKSUM):
    with pytest.raises(OSError, match=r"broke after 3,000 of 10,240 bytes"):
        fetch(server, folder, checksum)
    return folder / "datasets" / "weights.h5.partial"


def test_it_goes_on_where_it_stopped(server, tmp_path, capsys):
    partial = break_off(server, tmp_path)
    assert partial.read_bytes() == CONTENT[:3000]
    path = fetch(server, tmp_path)
    assert server.handler.asked == (None, "bytes=3000-")
    assert "from byte 3,000 on" in capsys.readouterr().out
    with open(path, "rb") as file:
        assert file.read() == CONTENT
    assert [p.name for p in partial.parent.iterdir()] == ["weights.h5"]


def test_a_server_that_sends_no_parts(server, tmp_path):
    break_off(server, tmp_path)
    server.handler.parts = False
    with open(fetch(server, tmp_path), "rb") as file:
        assert file.read() == CONTENT


def test_a_part_that_is_too_long(server, tmp_path):
    partial = break_off(server, tmp_path)
    partial.write_bytes(b"x" * 20_000)
    with open(fetch(server, tmp_path), "rb") as file:
        assert file.read() == CONTENT


def test_a_part_of_another_file_is_found_out(server, tmp_path):
    partial = break_off(server, tmp_path)
    partial.write_bytes(b"x" * 3000)
    with pytest.raises(ValueError, match="another checksum"):
        fetch(server, tmp_path)
    with open(fetch(server, tmp_path), "rb") as file:  # from the start, then
        assert file.read() == CONTENT


def test_without_a_checksum_nothing_is_kept(server, tmp_path):
    assert not break_off(server, tmp_path, checksum=None).exists()
