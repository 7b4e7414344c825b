"""What the tables of `tests/oracle` cannot say: files, messages, warnings, mistakes."""

import json
import struct
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from addax.data.checksum import crc32c
from addax.keras import callbacks


class Model:
    """Stands for a model; its weights are one number."""

    def __init__(self, metrics=()):
        self.optimizer = type("Optimizer", (), {"learning_rate": 0.5})()
        self.metrics = list(metrics)
        self.stop_training = False
        self.state = 0

    def get_weights(self):
        return [self.state]

    def set_weights(self, weights):
        (self.state,) = weights

    def save(self, filepath, overwrite=True):
        self.save_weights(filepath)

    def save_weights(self, filepath, overwrite=True):
        with open(filepath, "w") as file:
            file.write(str(self.state))

    def load_weights(self, filepath):
        with open(filepath) as file:
            self.state = int(file.read())

    def _back_up(self, path, epoch, batch):
        self.save_weights(path)

    def _resume(self, path, epoch, batch):
        self.load_weights(path)
        self._initial_epoch = epoch
        return epoch, batch


def given(callback, model=None):
    callback.set_model(model or Model())
    callback.set_params({"epochs": 2, "steps": 3, "verbose": 0})
    callback.on_train_begin()
    return callback


# Watching a metric


def test_missing_metric_is_named_with_those_there_are():
    callback = given(callbacks.EarlyStopping(monitor="acuracy"))
    with pytest.warns(UserWarning, match=r"'acuracy'.*: 'loss', 'accuracy'\. Did you"):
        callback.on_epoch_end(0, {"loss": 1.0, "accuracy": 0.5})


def test_missing_validation_data_is_the_likely_reason():
    callback = given(callbacks.EarlyStopping())
    with pytest.warns(UserWarning, match=r"validation_split=0.1"):
        callback.on_epoch_end(0, {"loss": 1.0})


@pytest.mark.parametrize(
    "monitor, there",
    [
        ("val_accuracy", "val_sparse_categorical_accuracy"),
        ("acc", "accuracy"),
        ("val_acc", "val_out_binary_accuracy"),
        ("mae", "mean_absolute_error"),
    ],
)
def test_other_names_of_one_metric(monitor, there):
    callback = given(callbacks.ReduceLROnPlateau(monitor=monitor))
    logs = {"loss": 1.0, "val_loss": 1.0, there: 0.5}
    with pytest.warns(UserWarning, match=rf"watches '{there}'.*monitor='{there}'"):
        callback.on_epoch_end(0, logs)
    assert callback.best == 0.5


def test_two_candidates_are_none():
    callback = given(callbacks.ReduceLROnPlateau(monitor="accuracy"))
    with pytest.warns(UserWarning, match="not among the metrics"):
        callback.on_epoch_end(0, {"a_accuracy": 0.5, "b_accuracy": 0.5})
    assert callback.best is None


@pytest.mark.parametrize(
    "monitor, values, stops",
    [
        ("val_accuracy", (0.5, 0.6), False),
        ("val_loss", (0.5, 0.6), True),
        ("auc", (0.5, 0.6), False),
        ("out_accuracy", (0.6, 0.5), True),
        ("false_negatives", (1, 2), True),
        ("val_root_mean_squared_error", (1, 2), True),
    ],
)
def test_direction_from_the_name(monitor, values, stops):
    callback = given(callbacks.EarlyStopping(monitor=monitor))
    for epoch, value in enumerate(values):
        callback.on_epoch_end(epoch, {monitor: value})
    assert callback.model.stop_training is stops


def test_direction_from_the_metric_itself():
    quality = type("Metric", (), {"name": "zing", "_direction": "up"})()
    callback = given(callbacks.EarlyStopping("val_zing"), Model([quality]))
    callback.on_epoch_end(0, {"val_zing": 1})
    callback.on_epoch_end(1, {"val_zing": 2})
    assert not callback.model.stop_training


def test_direction_from_the_class_of_the_metric():
    error = type("MeanSquaredError", (), {"name": "squares"})()
    callback = given(callbacks.EarlyStopping("squares"), Model([error]))
    callback.on_epoch_end(0, {"squares": 1})
    callback.on_epoch_end(1, {"squares": 2})
    assert callback.model.stop_training


def test_unknown_direction():
    callback = given(callbacks.EarlyStopping("zing"))
    callback.on_epoch_end(0, {"zing": 1})
    with pytest.raises(
        ValueError, match=r"more of 'zing' is better(.*\n)+.*mode=\"max"
    ):
        callback.on_epoch_end(1, {"zing": 2})


def test_unknown_mode():
    with pytest.warns(UserWarning, match="mode='up'. It goes on with 'auto'"):
        callbacks.EarlyStopping(mode="up")


# Messages


def test_early_stopping_says_so(capsys):
    model = Model()
    callback = given(
        callbacks.EarlyStopping("loss", verbose=1, restore_best_weights=True), model
    )
    for epoch, loss in enumerate([1.0, 2.0]):
        model.state = epoch + 1
        callback.on_epoch_end(epoch, {"loss": loss})
    callback.on_train_end()
    assert capsys.readouterr().out == (
        "Epoch 2: early stopping, loss did not improve on 1.0\n"
        "The weights are again those of epoch 1.\n"
    )
    assert model.state == 1


def test_plateau_and_scheduler_say_so(capsys):
    plateau = given(callbacks.ReduceLROnPlateau("loss", patience=1, verbose=1))
    for epoch in range(2):
        plateau.on_epoch_end(epoch, {"loss": 1.0})
    scheduler = given(callbacks.LearningRateScheduler(lambda e: 0.25, verbose=1))
    scheduler.on_epoch_begin(0)
    said = capsys.readouterr().out.split("\n\n")
    assert said[0].strip().startswith("Epoch 2: ReduceLROnPlateau sets")
    assert said[1].strip() == (
        "Epoch 1: LearningRateScheduler sets the learning rate to 0.25."
    )


def test_checkpoint_says_what_it_did(tmp_path, capsys):
    path = tmp_path / "deep" / "{epoch}.keras"
    callback = given(
        callbacks.ModelCheckpoint(path, "loss", verbose=1, save_best_only=True)
    )
    for epoch, loss in enumerate([1.0, 0.5, 0.75]):
        callback.on_epoch_end(epoch, {"loss": loss})
    said = capsys.readouterr().out.replace(str(tmp_path), "").split("\n\n")
    assert said == [
        "\nEpoch 1: loss improved to 1.00000; the model is in /deep/1.keras",
        "Epoch 2: loss improved from 1.00000 to 0.50000; the model is in /deep/2.keras",
        "Epoch 3: loss did not improve on 0.50000\n",
    ]


# Mistakes


@pytest.mark.parametrize(
    "make, text",
    [
        (lambda: callbacks.ReduceLROnPlateau(factor=1.0), "`factor` must be below 1"),
        (lambda: callbacks.ReduceLROnPlateau(foo=1), "does not take these arguments"),
        (
            lambda: callbacks.ModelCheckpoint("a.ckpt"),
            r"must end with \.keras or \.h5(.*\n)+Fix: ModelCheckpoint\(\"a.ckpt.keras",
        ),
        (
            lambda: callbacks.ModelCheckpoint("a.keras", save_weights_only=True),
            r"must end with \.weights\.h5 when only(.*\n)+.*\"a\.weights\.h5",
        ),
        (
            lambda: callbacks.ModelCheckpoint("a.keras", save_freq="batch"),
            '`save_freq` is "epoch" or a number',
        ),
        (lambda: callbacks.BackupAndRestore(""), "`backup_dir` must name a folder"),
        (
            lambda: callbacks.LambdaCallback(on_epoch_ends=print),
            "Did you mean 'on_epoch_end'",
        ),
    ],
)
def test_wrong_arguments(make, text):
    with pytest.raises((ValueError, TypeError), match=text):
        make()


def test_older_name_of_min_delta():
    with pytest.warns(UserWarning, match="now called `min_delta`"):
        assert callbacks.ReduceLROnPlateau(epsilon=0.5).min_delta == 0.5


def test_file_names_ask_for_metrics_that_are_not_there():
    callback = given(callbacks.ModelCheckpoint("{val_los}.keras"))
    with pytest.raises(KeyError, match="'val_los', which is not among"):
        callback.on_epoch_end(0, {"loss": 1.0, "val_loss": 1.0})


def test_no_learning_rate():
    model = Model()
    model.optimizer = None
    callback = given(callbacks.LearningRateScheduler(lambda e: 0.1), model)
    with pytest.raises(ValueError, match=r"needs an optimizer with a learning rate"):
        callback.on_epoch_begin(0)


def test_schedule_that_returns_no_number():
    callback = given(callbacks.LearningRateScheduler(lambda e: "fast"))
    with pytest.raises(ValueError, match=r"must return a number.*'fast'"):
        callback.on_epoch_begin(0)


def test_average_that_nobody_keeps():
    with pytest.raises(ValueError, match=r"SGD\(use_ema=True\)"):
        given(callbacks.SwapEMAWeights())


# Files


def test_backup_is_gone_after_training_and_restored_after_a_crash(tmp_path, capsys):
    folder = tmp_path / "backup"
    model = Model()
    crashed = given(callbacks.BackupAndRestore(folder), model)
    model.state = 7
    crashed.on_epoch_begin(0)
    crashed.on_epoch_end(0)

    fresh = Model()
    again = given(callbacks.BackupAndRestore(folder), fresh)
    assert (fresh.state, fresh._initial_epoch) == (7, 1)
    assert "goes on from the backup" in capsys.readouterr().out
    again.on_train_end()
    assert not folder.exists()


def test_backup_before_the_last(tmp_path):
    folder = tmp_path / "backup"
    model = Model()
    callback = given(callbacks.BackupAndRestore(folder, double_checkpoint=True), model)
    for epoch in range(2):
        model.state = epoch + 1
        callback.on_epoch_end(epoch)
    (folder / "latest.weights.h5").write_text("damaged")
    fresh = Model()
    with pytest.warns(UserWarning, match="the one before it is taken"):
        given(callbacks.BackupAndRestore(folder, double_checkpoint=True), fresh)
    assert (fresh.state, fresh._initial_epoch) == (1, 1)


def test_backup_every_so_many_batches(tmp_path):
    folder = tmp_path / "backup"
    callback = given(callbacks.BackupAndRestore(folder, save_freq=3))
    callback.on_epoch_begin(4)
    for batch in range(3):
        assert not folder.exists()
        callback.on_train_batch_end(batch)
    place = json.loads((folder / "training_metadata.json").read_text())
    assert place == {"epoch": 4, "batch": 3}


def test_csv_of_arrays(tmp_path):
    path = tmp_path / "log.csv"
    logger = given(callbacks.CSVLogger(path))
    logger.on_epoch_end(0, {"loss": 1.0, "per_class": [0.5, 0.25]})
    logger.on_train_end()
    assert '"""[0.5, 0.25]"""' in path.read_text()


def test_remote_monitor_posts():
    received = []

    class Server(BaseHTTPRequestHandler):
        def do_POST(self):  # the library's name
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length).decode()
            received.append((self.path, self.headers["Content-Type"], body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    root = f"http://127.0.0.1:{server.server_port}"
    try:
        for as_json in (False, True):
            monitor = callbacks.RemoteMonitor(root, send_as_json=as_json)
            monitor.on_epoch_end(3, {"loss": 0.5})
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    form, as_json = received
    assert form[0] == "/publish/epoch/end/"
    data = urllib.parse.parse_qs(form[2])["data"][0]
    assert json.loads(data) == json.loads(as_json[2]) == {"epoch": 3, "loss": 0.5}
    assert as_json[1] == "application/json"


def test_remote_monitor_that_reaches_nobody():
    with pytest.warns(UserWarning, match="cannot reach http://127.0.0.1:9"):
        callbacks.RemoteMonitor("http://127.0.0.1:9").on_epoch_end(0, {})


def read_events(path):
    """The scalars of an event file, by the definition of its format."""
    data, found = path.read_bytes(), []
    while data:
        (length,) = struct.unpack("<Q", data[:8])
        assert struct.unpack("<I", data[8:12])[0] == masked(data[:8])
        record = data[12 : 12 + length]
        (check,) = struct.unpack("<I", data[12 + length : 16 + length])
        assert check == masked(record)
        data = data[16 + length :]
        fields = dict(read_fields(record))
        if 5 in fields:
            value = dict(read_fields(dict(read_fields(fields[5]))[1]))
            number = struct.unpack("<f", value[2])[0]
            found.append((value[1].decode(), fields[2], number))
    return found


def masked(data):
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def read_fields(data):
    while data:
        key, data = read_varint(data)
        if key & 7 == 0:
            value, data = read_varint(data)
        elif key & 7 == 2:
            size, data = read_varint(data)
            value, data = data[:size], data[size:]
        else:
            size = {1: 8, 5: 4}[key & 7]
            value, data = data[:size], data[size:]
        yield key >> 3, value


def read_varint(data):
    value = shift = i = 0
    while True:
        value |= (data[i] & 0x7F) << shift
        if not data[i] & 0x80:
            return value, data[i + 1 :]
        shift, i = shift + 7, i + 1


def test_tensorboard_writes_curves(tmp_path):
    board = given(callbacks.TensorBoard(tmp_path, update_freq=2))
    board.on_epoch_begin(0)
    for batch in range(5):
        board.on_train_batch_end(batch, {"loss": float(batch)})
    board.on_epoch_end(0, {"loss": 0.5, "val_loss": 0.25})
    board.on_train_end()
    (train,) = (tmp_path / "train").iterdir()
    (validation,) = (tmp_path / "validation").iterdir()
    assert read_events(train) == [
        ("batch_loss", 2, 1.0),
        ("batch_loss", 4, 3.0),
        ("epoch_loss", 0, 0.5),
        ("epoch_learning_rate", 0, 0.5),
    ]
    assert read_events(validation) == [("epoch_loss", 0, 0.25)]


@pytest.mark.parametrize("batch", [-1, (5, 3), "a", (1, 2, 3)])
def test_tensorboard_profiles_a_range(batch):
    with pytest.raises(ValueError, match=r"a step, or the first and the last"):
        callbacks.TensorBoard(profile_batch=batch)


# Lists


class PerBatch(callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        self.seen = batch, dict(logs)


class PerBatchOldName(callbacks.Callback):
    def on_batch_begin(self, batch, logs=None):
        pass


@pytest.mark.parametrize(
    "callback, needs",
    [
        (lambda: callbacks.Callback(), False),
        (lambda: PerBatch(), True),
        (lambda: PerBatchOldName(), True),
        (lambda: callbacks.LambdaCallback(on_train_batch_end=print), True),
        (lambda: callbacks.LambdaCallback(on_epoch_end=print), False),
        (lambda: callbacks.ProgbarLogger(), False),
        (lambda: callbacks.TerminateOnNaN(), False),
        (lambda: callbacks.ModelCheckpoint("a.keras"), False),
        (lambda: callbacks.ModelCheckpoint("a.keras", save_freq=3), True),
        (lambda: callbacks.BackupAndRestore("a", save_freq=3), True),
        (lambda: callbacks.TensorBoard(update_freq="batch"), True),
        (lambda: callbacks.TensorBoard(), False),
        (lambda: type("Safe", (PerBatch,), {"async_safe": True})(), False),
    ],
)
def test_who_needs_every_batch(callback, needs):
    several = callbacks.CallbackList(callback())
    assert several.needs_batches is needs
    assert not several.exact("predict")


def test_nested_lists_and_single_ones():
    one, two = callbacks.Callback(), callbacks.Callback()
    assert callbacks.CallbackList([one, [two]]).callbacks == [one, two]
    assert callbacks.CallbackList(one).callbacks == [one]
    assert callbacks.CallbackList().callbacks == []


def test_a_history_of_the_user_is_the_one_used():
    model, own = Model(), callbacks.History()
    callbacks.CallbackList([own], add_history=True, model=model)
    assert model.history is own


def test_logs_are_read_only_for_those_who_look():
    read = []

    def logs():
        read.append(1)
        return {"loss": 1.0}

    quiet = callbacks.CallbackList([callbacks.Callback(), callbacks.ProgbarLogger()])
    quiet.on_train_batch_end(0, logs)
    assert not read
    listener = PerBatch()
    loud = callbacks.CallbackList([listener, PerBatch()])
    loud.on_train_batch_end(3, logs)
    assert read == [1]
    assert listener.seen == (3, {"loss": 1.0})


def test_what_one_callback_adds_the_next_one_sees():
    class Adds(callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["extra"] = 1

    history = callbacks.History()
    several = callbacks.CallbackList([Adds(), history], model=Model())
    several.on_train_begin()
    several.on_epoch_end(0, {"loss": 1.0})
    assert history.history == {"loss": [1.0], "extra": [1]}


def test_progress_of_fit_in_a_pipe(capsys):
    logger = callbacks.ProgbarLogger()
    several = callbacks.CallbackList([logger], verbose=2, epochs=2, steps=3)
    several.on_train_begin()
    for epoch in range(2):
        several.on_epoch_begin(epoch)
        several.on_train_batch_end(2, {"loss": 9.0})
        several.on_test_begin()
        several.on_test_batch_end(0, {"loss": 8.0})
        several.on_test_end({"loss": 8.0})
        several.on_epoch_end(epoch, {"loss": 0.5, "val_loss": 0.25})
    several.on_train_end()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Epoch 1/2"
    assert lines[1].startswith("3/3 - 0s - ")
    assert lines[1].endswith("/step - loss: 0.5000 - val_loss: 0.2500")
    assert len(lines) == 4


def test_metrics_under_another_name(tmp_path):
    history = given(callbacks.History())
    history.on_epoch_end(0, {"loss": 1.0, "val_sparse_categorical_accuracy": 0.5})
    with pytest.warns(UserWarning, match=r"no 'val_accuracy'.*metrics=\['accuracy'"):
        assert history.history["val_accuracy"] == [0.5]
    with pytest.raises(KeyError, match="'auc': there are 'loss'"):
        history.history["auc"]
    saver = given(callbacks.ModelCheckpoint(str(tmp_path / "{val_acc:.1f}.keras")))
    with pytest.warns(UserWarning, match="this is 'val_sparse"):
        saver.on_epoch_end(0, {"val_sparse_categorical_accuracy": 0.5})
    assert (tmp_path / "0.5.keras").exists()
