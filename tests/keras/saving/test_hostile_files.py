"""Files made to do harm are refused, with a reason, and nothing happens.

Each published hole of Keras's loaders has a file here that uses it. A payload leaves a
mark on the disk; the first test shows that it does where code may run.
"""

import base64
import io
import json
import marshal
import os
import pickle
import tarfile
import zipfile

import h5py
import numpy as np
import pytest

from addax import keras
from addax.keras import config as keras_config


@pytest.fixture
def mark(tmp_path):
    return tmp_path / "mark"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.keras"


def entry(module, class_name, config, **more):
    described = {"module": module, "class_name": class_name, "config": config}
    return described | {"registered_name": class_name, **more}


def function(module, name):
    return entry(module, "function", name)


def sequential(*layers):
    first = entry(
        "keras.layers",
        "InputLayer",
        {"batch_shape": [None, 2], "dtype": "float32", "name": "in"},
    )
    return entry(
        "keras", "Sequential", {"name": "model", "layers": [first, *layers]}
    ) | {"build_config": {"input_shape": [None, 2]}}


def functional(layer, **call):
    """A model that calls `layer` with arguments of the file's choice."""
    first = entry(
        "keras.layers",
        "InputLayer",
        {"batch_shape": [None, 2], "dtype": "float32", "name": "in"},
        name="in",
        inbound_nodes=[],
    )
    node = {"args": [], "kwargs": {}} | call
    layer = layer | {"name": "evil", "inbound_nodes": [node]}
    layers = {
        "name": "model",
        "layers": [first, layer],
        "input_layers": [["in", 0, 0]],
        "output_layers": [["in", 0, 0]],
    }
    return entry("keras.src.models.functional", "Functional", layers)


def write(path, config, weights=None, **members):
    file = io.BytesIO()
    h5py.File(file, "w").close()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.8.0"}))
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("model.weights.h5", weights or file.getvalue())
        for name, content in members.items():
            archive.writestr(name, content)


def write_h5(path, config):
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(config)
        file.attrs["keras_version"] = "2.15.0"
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = np.array([], "S1")


def code(mark):
    """A lambda's byte code that leaves a mark when it is called."""
    fn = eval(f"lambda x: (open({str(mark)!r}, 'w').close(), x)[1]")
    return base64.encodebytes(marshal.dumps(fn.__code__)).decode()


def lambda_layer(function, **config):
    config = {"name": "evil", "function": function, "arguments": {}, **config}
    return entry("keras.layers", "Lambda", config)


def new_lambda(mark):
    value = {"code": code(mark), "defaults": None, "closure": None}
    return {"class_name": "__lambda__", "config": {"value": list(value.values())}}


def refused(path, text, error=ValueError):
    with pytest.raises(error, match=text):
        keras.models.load_model(path)


def test_the_payload_works_where_code_may_run(path, mark):
    write(path, sequential(lambda_layer(new_lambda(mark))))
    model = keras.models.load_model(path, safe_mode=False)
    model(np.zeros((1, 2), "float32"))
    assert mark.exists()


CODE = r"Python code that would run on loading(.*\n)+.*safe_mode=False"


def test_cve_2024_3660_byte_code_in_a_lambda(path, mark):
    write(path, sequential(lambda_layer(new_lambda(mark))))
    refused(path, CODE)
    # As Keras 2 wrote it, which did not look at safe_mode.
    old = [code(mark), None, None]
    write(path, sequential(lambda_layer(old, function_type="lambda")))
    refused(path, CODE)
    assert not mark.exists()


def test_cve_2025_9905_byte_code_in_h5(tmp_path, mark):
    for function in (new_lambda(mark), [code(mark), None, None]):
        config = {"name": "evil", "function": function, "function_type": "lambda"}
        evil = {"class_name": "Lambda", "config": config}
        layers = {"name": "m", "layers": [evil]}
        write_h5(tmp_path / "a.h5", {"class_name": "Sequential", "config": layers})
        refused(tmp_path / "a.h5", CODE)
    assert not mark.exists()


@pytest.mark.parametrize(
    "module, name",
    [
        ("os", "system"),
        ("posix", "system"),
        ("subprocess", "Popen"),
        ("builtins", "eval"),
        ("builtins", "exec"),
        ("shutil", "rmtree"),
        ("keras.src.utils.file_utils.os", "system"),
        ("addax.keras.saving.archive.shutil", "rmtree"),
    ],
)
@pytest.mark.parametrize("kind", ["class", "function"])
def test_cve_2025_1550_any_module(path, mark, module, name, kind):
    made = entry(module, name, {}) if kind == "class" else function(module, name)
    text = "not known here|no .* which the configuration names|named by a string"
    write(path, functional(made, args=[f"touch {mark}"]))
    refused(path, text, TypeError)
    write(path, sequential(lambda_layer(made)))
    refused(path, text, TypeError)
    assert not mark.exists()


@pytest.mark.parametrize(
    "module, name",
    [("keras.utils", "get_file"), ("keras.src.utils.file_utils", "get_file")],
)
def test_cve_2025_8747_functions_of_the_library(path, tmp_path, mark, module, name):
    source = tmp_path / "payload"
    source.write_text("x")
    arguments = {"origin": source.as_uri(), "cache_dir": str(tmp_path)}
    evil = lambda_layer(function(module, name), arguments=arguments)
    call = {"kwargs": {"inputs": "mark"}}
    write(path, functional(evil, **call))
    refused(path, "not known here|which the configuration names", TypeError)
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "model.keras",
        "payload",
    ]


@pytest.mark.parametrize(
    "module, name",
    [
        ("keras.config", "enable_unsafe_deserialization"),
        ("keras.src.backend.common.global_state", "set_global_attribute"),
        ("keras.models", "load_model"),
        ("addax.keras.config", "enable_unsafe_deserialization"),
    ],
)
def test_cve_2025_9906_allowing_itself(path, mark, module, name):
    evil = lambda_layer(function(module, name), arguments={"safe_mode": False})
    for made in (evil, function(module, name), entry(module, name, {})):
        write(path, functional(made, kwargs={"inputs": "safe_mode_saving"}))
        refused(path, ".", TypeError)
    assert not keras_config.is_unsafe_deserialization_enabled()
    write(path, sequential(lambda_layer(new_lambda(mark))))
    refused(path, CODE)


@pytest.mark.parametrize(
    "layer", ["StringLookup", "IntegerLookup", "TextVectorization"]
)
def test_cve_2025_12058_reading_files_and_addresses(path, tmp_path, layer):
    secret = tmp_path / "secret.txt"
    secret.write_text("12\n34\n")
    for vocabulary in (str(secret), secret.as_uri(), "http://127.0.0.1:9/x"):
        config = {"name": "evil", "vocabulary": vocabulary}
        write(path, sequential(entry("keras.layers", layer, config)))
        refused(path, ".", (ValueError, TypeError))


@pytest.mark.parametrize("name", ["TorchModuleWrapper", "TFSMLayer", "FlaxLayer"])
def test_cve_2025_49655_foreign_modules(path, tmp_path, mark, name):
    """Pickles of PyTorch; and CVE-2026-1462, programs of TensorFlow."""

    class Payload:
        def __reduce__(self):
            return os.mkdir, (str(mark),)

    pickled = base64.b64encode(pickle.dumps(Payload())).decode()
    config = {
        "name": "evil",
        "module": pickled,
        "filepath": str(tmp_path),
        "lazy": True,
    }
    for module in ("keras.layers", "keras.src.utils.torch_utils"):
        write(path, sequential(entry(module, name, config)))
        refused(path, ".", (ValueError, TypeError, ImportError, NotImplementedError))
    assert not mark.exists()


@pytest.mark.parametrize("kind", ["symlink", "hardlink", "dots", "absolute", "device"])
def test_cve_2025_12060_archives_that_lead_outside(tmp_path, mark, kind):
    """`get_file(extract=True)`: by names, and by links that are followed later."""
    source = tmp_path / "evil.tar.gz"
    with tarfile.open(source, "w:gz") as archive:
        link = tarfile.TarInfo("a")
        name = "a/mark"
        if kind == "symlink":
            link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path)
        elif kind == "hardlink":
            link.type, link.linkname = tarfile.LNKTYPE, "/etc/passwd"
        elif kind == "device":
            link.type = tarfile.CHRTYPE
        else:
            link = tarfile.TarInfo("good")
            name = str(mark) if kind == "absolute" else "../../../mark"
        archive.addfile(link)
        member = tarfile.TarInfo(name)
        member.size = 1
        archive.addfile(member, io.BytesIO(b"x"))
    with pytest.raises(ValueError, match="not safe to open"):
        keras.utils.get_file(
            "evil.tar.gz", source.as_uri(), extract=True, cache_dir=tmp_path / "cache"
        )
    assert not mark.exists()
    unpacked = (tmp_path / "cache" / "datasets").iterdir()
    assert [each.name for each in unpacked] == ["evil.tar.gz"]


# Archives


def dense_model(path):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, name="d")])
    model.save(path)
    return model


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("name", ["../mark", "/tmp/mark", "assets/../../mark", "C:x"])
def test_names_that_lead_outside(path, name):
    dense_model(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, "x")
    refused(path, "leads outside the folder")


def test_bombs(path):
    """A thousand times its size, in a member that is read as a whole."""
    dense_model(path)
    content = members(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
        archive.writestr("assets/x", bytes(2**24))
    refused(path, r"'assets/x' unfolds to 1,0\d\d times its packed size")


def test_sizes_that_are_lies(path):
    dense_model(path)
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("config.json").file_size
    # The size in the central directory, which readers trust.
    at = data.rindex(b"config.json") - 46 + 24
    assert int.from_bytes(data[at : at + 4], "little") == size
    data[at : at + 4] = (size // 2).to_bytes(4, "little")
    path.write_bytes(data)
    refused(path, "damaged|longer than|cannot be read|cut short")


# Weights


def changed(path, change):
    """The model's archive with something else among its weights."""
    dense_model(path)
    content = members(path)
    file = io.BytesIO(content["model.weights.h5"])
    with h5py.File(file, "a") as weights:
        change(weights)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            new = file.getvalue() if name == "model.weights.h5" else data
            archive.writestr(name, new)


PLACE = "layers/dense/vars"


def external(file):
    del file[f"{PLACE}/0"]
    file[PLACE].create_dataset("0", (2, 3), "f4", external=[("/etc/passwd", 0, 24)])


def link(file):
    del file[PLACE]
    file[PLACE] = h5py.ExternalLink("/etc/passwd", "/")


def virtual(file):
    del file[f"{PLACE}/0"]
    layout = h5py.VirtualLayout((2, 3), "f4")
    layout[:] = h5py.VirtualSource("/etc/hosts", "x", (2, 3))
    file[PLACE].create_virtual_dataset("0", layout)


def shape_bomb(file):
    del file[f"{PLACE}/0"]
    file[PLACE].create_dataset("0", (2**40,), "f4", chunks=(2**20,), fillvalue=1)


def objects(file):
    del file[f"{PLACE}/0"]
    file[PLACE].create_dataset(
        "0", data=np.array(["a"], object), dtype=h5py.string_dtype()
    )


@pytest.mark.parametrize(
    "change, text",
    [
        (external, "takes its values elsewhere"),
        (link, "is a link"),
        (virtual, "takes its values elsewhere"),
        (shape_bomb, "unfolds to 4,398,046,511,104 bytes"),
        (objects, "do not fit"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_weights_that_do_harm(path, change, text):
    changed(path, change)
    refused(path, text)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    before = model.get_weights()
    with pytest.raises(ValueError, match=text):
        model.load_weights(path)
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_links_in_older_files(tmp_path):
    path = tmp_path / "model.h5"
    model = dense_model(path)
    place = f"model_weights/d/{model.name}/d"
    with h5py.File(path, "a") as file:
        del file[place]
        file[place] = h5py.ExternalLink("/etc/passwd", "/")
    refused(path, "is a link")
