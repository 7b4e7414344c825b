"""`get_file`: cache, mirror, network, archives, and what goes wrong."""

import functools
import hashlib
import http.server
import tarfile
import threading
import zipfile

import pytest

from addax.keras.utils import files
from addax.keras.utils.files import cache_folder, get_file
from addax.keras.utils.hashes import matches

CONTENT = b"some data\n"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
MD5 = hashlib.md5(CONTENT).hexdigest()
NOWHERE = "http://127.0.0.1:9/"  # the discard port: nobody listens


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("ADDAX_DATA_MIRROR", raising=False)
    files.MIRROR.reset()
    yield tmp_path / "home" / "datasets"
    files.MIRROR.reset()


@pytest.fixture
def origin(tmp_path):
    """A folder, served by HTTP."""
    folder = tmp_path / "origin"
    folder.mkdir()
    (folder / "a.txt").write_bytes(CONTENT)
    (folder / "flowers").mkdir()
    (folder / "flowers" / "rose.txt").write_text("red")
    with tarfile.open(folder / "flowers.tgz", "w:gz") as archive:
        archive.add(folder / "flowers", "flowers")
    with zipfile.ZipFile(folder / "flowers.zip", "w") as archive:
        archive.write(folder / "flowers" / "rose.txt", "flowers/rose.txt")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    handler = functools.partial(Quiet, directory=folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_downloads_once(origin, cache, capsys):
    path = get_file("b.txt", origin + "a.txt", file_hash=SHA256)
    assert path == str(cache / "b.txt")
    assert (cache / "b.txt").read_bytes() == CONTENT
    shown = capsys.readouterr().out
    assert shown.startswith(f"Downloading {origin}a.txt\n10/10 ")
    assert get_file("b.txt", NOWHERE + "a.txt", file_hash=SHA256) == path


@pytest.mark.parametrize("checksum", [{"file_hash": MD5}, {"md5_hash": MD5}])
def test_md5_and_the_name_of_the_origin(origin, cache, checksum):
    path = get_file(origin=origin + "a.txt?version=2", **checksum)
    assert path == str(cache / "a.txt")


@pytest.mark.parametrize("subdir", ["other/deep", "absolute"])
def test_other_folders(origin, cache, tmp_path, subdir):
    if subdir == "absolute":
        subdir = str(tmp_path / "elsewhere")
    path = get_file(origin=origin + "a.txt", cache_subdir=subdir)
    assert path == str(cache.parent / subdir / "a.txt")


@pytest.mark.parametrize(
    "name, source, folder",
    [
        ("flowers", "flowers.tgz", "flowers"),
        ("flowers.tgz", "flowers.tgz", "flowers_extracted"),
        ("flowers.zip", "flowers.zip", "flowers_extracted"),
        (None, "flowers.tgz", "flowers_extracted"),
    ],
)
@pytest.mark.parametrize("how", ["extract", "untar"])
def test_archives(origin, cache, name, source, folder, how):
    for address in (origin, NOWHERE):  # the second time it is there
        path = get_file(name, address + source, **{how: True})
        assert path == str(cache / folder)
        assert (cache / folder / "flowers" / "rose.txt").read_text() == "red"


def test_what_is_no_archive(origin, cache):
    with pytest.raises(ValueError, match="neither a zip nor a tar file"):
        get_file("a", origin + "a.txt", extract=True)
    assert not (cache / "a").exists()


def test_wrong_checksum_leaves_nothing(origin, cache):
    with pytest.raises(ValueError, match="another checksum than expected"):
        get_file(origin=origin + "a.txt", file_hash="0" * 64)
    assert list(cache.iterdir()) == []


def test_damaged_file_is_downloaded_again(origin, cache):
    cache.mkdir(parents=True)
    (cache / "a.txt").write_text("cut sh")
    get_file(origin=origin + "a.txt", file_hash=SHA256)
    assert (cache / "a.txt").read_bytes() == CONTENT


def test_other_file_is_used_if_there_is_no_network(cache):
    cache.mkdir(parents=True)
    (cache / "a.txt").write_text("my own")
    with pytest.warns(UserWarning, match="has an unexpected checksum.*used as it is"):
        path = get_file(origin=NOWHERE + "a.txt", file_hash=SHA256)
    assert path == str(cache / "a.txt")
    assert [each.name for each in cache.iterdir()] == ["a.txt"]


def test_offline_says_where_to_put_the_file(cache):
    with pytest.raises(OSError, match="could not be downloaded") as caught:
        get_file("b.txt", NOWHERE + "a.txt")
    text = str(caught.value)
    assert f"Put the file at {cache / 'b.txt'}" in text
    assert "export ADDAX_DATA_MIRROR=/path/to/folder    # with a.txt in it" in text
    assert list(cache.iterdir()) == []


def test_missing_at_the_origin(origin):
    with pytest.raises(OSError, match=r"The server answered 404"):
        get_file(origin=origin + "b.txt")


def test_mirror_folder(tmp_path, cache, monkeypatch):
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "a.txt").write_text("another edition")
    monkeypatch.setenv("ADDAX_DATA_MIRROR", str(mirror))
    path = get_file("b.txt", NOWHERE + "a.txt", file_hash=SHA256)
    assert path == str(mirror / "a.txt")
    with pytest.raises(OSError, match="could not be downloaded"):
        get_file(origin=NOWHERE + "c.txt")


def test_mirror_address(origin, cache, monkeypatch):
    monkeypatch.setenv("ADDAX_DATA_MIRROR", origin)
    path = get_file("b.txt", "http://example.invalid/deep/a.txt", file_hash=SHA256)
    assert path == str(cache / "b.txt")


def test_again_on_request(origin, cache):
    get_file(origin=origin + "a.txt")
    (cache / "a.txt").write_text("changed")
    get_file(origin=origin + "a.txt")
    assert (cache / "a.txt").read_text() == "changed"
    get_file(origin=origin + "a.txt", force_download=True)
    assert (cache / "a.txt").read_bytes() == CONTENT


@pytest.mark.parametrize(
    "arguments, text",
    [
        ({}, "`origin` is the address"),
        ({"origin": "http://a.b/"}, "ends without a file's name"),
        ({"fname": "../a", "origin": "http://a.b/c"}, "is a name, not a path"),
        ({"fname": "..", "origin": "http://a.b/c"}, "is a name, not a path"),
        (
            {"origin": "file:///dev/null", "file_hash": "abc"},
            "SHA-256 .64 characters. or MD5",
        ),
    ],
)
def test_wrong_arguments(arguments, text):
    with pytest.raises(ValueError, match=text):
        get_file(**arguments)


def test_default_cache(monkeypatch, tmp_path):
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".keras"


def test_checksums(tmp_path):
    (tmp_path / "a").write_bytes(CONTENT)
    assert matches(tmp_path / "a", SHA256.upper())
    assert not matches(tmp_path / "a", "0" * 32)
