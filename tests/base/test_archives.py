import io
import struct
import tarfile
import zipfile

import pytest

from addax._base.archives import ArchiveLimits, extract, open_zip, read_member


def make_zip(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def make_tar(path, members, kind=tarfile.REGTYPE, link=""):
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname, info.size = kind, link, len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


@pytest.mark.parametrize("make", [make_zip, make_tar])
def test_files_are_unpacked(tmp_path, make):
    path = make(tmp_path / "data", {"a/1.txt": b"one", "2.txt": b"two" * 10_000})
    written = extract(path, tmp_path / "out")
    assert written == [tmp_path / "out/a/1.txt", tmp_path / "out/2.txt"]
    assert (tmp_path / "out/a/1.txt").read_bytes() == b"one"
    assert (tmp_path / "out/2.txt").read_bytes() == b"two" * 10_000


@pytest.mark.parametrize("make", [make_zip, make_tar])
@pytest.mark.parametrize("name", ["../evil", "a/../../evil", "/evil", "C:/evil"])
def test_paths_outside_are_refused_before_anything_is_written(tmp_path, make, name):
    path = make(tmp_path / "data", {"good": b"1", name: b"2"})
    with pytest.raises(ValueError, match=r"not safe to open: .*evil' leads outside"):
        extract(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_backslashes_lead_outside_too(tmp_path):
    path = make_zip(tmp_path / "data", {"..\\evil": b"2"})
    with pytest.raises(ValueError, match="leads outside the folder"):
        extract(path, tmp_path / "out")


def test_a_link_in_a_zip_is_refused(tmp_path):
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    path = make_zip(tmp_path / "data", {link: b"/etc/passwd"})
    with pytest.raises(ValueError, match="'link' is a symbolic link"):
        extract(path, tmp_path / "out")


@pytest.mark.parametrize(
    "kind, what",
    [(tarfile.SYMTYPE, "link"), (tarfile.LNKTYPE, "link"), (tarfile.FIFOTYPE, "dev")],
)
def test_links_and_devices_in_a_tar_are_refused(tmp_path, kind, what):
    path = make_tar(tmp_path / "data", {"x": b""}, kind, "/etc/passwd")
    with pytest.raises(ValueError, match=f"'x' is a {what}"):
        extract(path, tmp_path / "out")


@pytest.mark.parametrize("make", [make_zip, make_tar])
def test_too_much_is_refused(tmp_path, make):
    path = make(tmp_path / "data", {"a": b"x" * 100, "b": b"y" * 100})
    with pytest.raises(ValueError, match=r"more than is allowed.*members=2, bytes=200"):
        extract(path, tmp_path / "out", ArchiveLimits(total_bytes=150))
    with pytest.raises(ValueError, match="At most 1 members"):
        extract(path, tmp_path / "out", ArchiveLimits(members=1))


def test_a_bomb_is_refused(tmp_path):
    path = make_zip(tmp_path / "data", {"bomb": b"\0" * 2**22})
    with pytest.raises(ValueError, match=r"'bomb' unfolds to .* times"):
        extract(path, tmp_path / "out", ArchiveLimits(ratio=100))


def lying_zip(path):
    """A zip whose headers say that its member has four bytes, not a thousand."""
    make_zip(path, {"a": b"x" * 1000})
    content = bytearray(path.read_bytes())
    for signature, offset in [(b"PK\x01\x02", 24), (b"PK\x03\x04", 22)]:
        struct.pack_into("<I", content, content.index(signature) + offset, 4)
    path.write_bytes(content)
    return path


def test_a_size_that_is_a_lie_is_not_believed(tmp_path):
    path = lying_zip(tmp_path / "data")
    with open_zip(path) as archive, pytest.raises(ValueError, match=r"damaged|longer"):
        read_member(archive, "a")
    with pytest.raises(ValueError, match=r"damaged|longer"):
        extract(path, tmp_path / "out")


def test_reading_a_member(tmp_path):
    with open_zip(make_zip(tmp_path / "m.keras", {"config.json": b"{}"})) as archive:
        assert read_member(archive, "config.json") == b"{}"
        with pytest.raises(KeyError, match="weights"):
            read_member(archive, "weights")


def test_a_damaged_member_is_named(tmp_path):
    path = tmp_path / "m.keras"
    with zipfile.ZipFile(path, "w") as archive:  # stored, so the bytes are in plain
        archive.writestr("config.json", b"{intact}")
    path.write_bytes(path.read_bytes().replace(b"{intact}", b"{broken}"))
    with (
        open_zip(path) as archive,
        pytest.raises(ValueError, match=r"'config.json' is damaged[\s\S]*CRC"),
    ):
        read_member(archive, "config.json")


def test_what_is_not_an_archive_is_named(tmp_path):
    path = tmp_path / "model.keras"
    path.write_bytes(b"not a zip")
    with (
        pytest.raises(ValueError, match=r"not a zip file.*model\.keras'"),
        open_zip(path),
    ):
        pass
    with pytest.raises(ValueError, match=r"neither a zip nor a tar.*model\.keras'"):
        extract(path, tmp_path / "out")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"gone\.zip"):
        extract(tmp_path / "gone.zip", tmp_path / "out")
