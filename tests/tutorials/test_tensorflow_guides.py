"""Programs in the manner of TensorFlow's guides, each the use of several names at once.

What is expected is what TensorFlow 2.21 answered to the same programs, where it is more
than a shape.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from addax import keras, tf


def test_fizzbuzz_traces_each_branch_once(capsys: pytest.CaptureFixture[str]) -> None:
    @tf.function
    def fizzbuzz(n: Any) -> None:
        for i in tf.range(1, n + 1):
            print("loop")
            if i % 15 == 0:
                print("fizzbuzz branch")
                tf.print("fizzbuzz")
            elif i % 3 == 0:
                print("fizz branch")
                tf.print("fizz")
            else:
                print("default branch")
                tf.print(i)

    fizzbuzz(tf.constant(3))
    fizzbuzz(tf.constant(2))
    out, err = capsys.readouterr()
    traced = ["loop", "fizzbuzz branch", "fizz branch", "default branch"]
    assert out.splitlines()[:4] == traced
    assert out.count("loop") == 1
    assert (out + err).count("fizz\n") == 1


def test_words_are_found_by_their_scripts() -> None:
    texts = ["Hello, world.", "世界こんにちは"]
    codes = tf.strings.unicode_decode(texts, "UTF-8")
    scripts = tf.strings.unicode_script(codes)
    first = tf.fill([scripts.nrows(), 1], True)
    begins = tf.concat([first, tf.not_equal(scripts[:, 1:], scripts[:, :-1])], axis=1)
    starts = tf.squeeze(tf.where(begins.values), axis=1)
    words = tf.RaggedTensor.from_row_starts(codes.values, starts)
    counts = tf.reduce_sum(tf.cast(begins, tf.int64), axis=1)
    rows = tf.RaggedTensor.from_row_lengths(words, counts)
    found = tf.strings.unicode_encode(rows, "UTF-8").to_list()
    assert [[w.decode() for w in row] for row in found] == [
        ["Hello", ", ", "world", "."],
        ["世界", "こんにちは"],
    ]


class OneStep(tf.keras.Model):
    """Writes text, a letter at a time."""

    def __init__(self, letters: list[str]) -> None:
        super().__init__()
        self.ids = keras.layers.StringLookup(vocabulary=letters, mask_token=None)
        self.letters = keras.layers.StringLookup(
            vocabulary=self.ids.get_vocabulary(), invert=True, mask_token=None
        )
        count = self.ids.vocabulary_size()
        self.embedding = keras.layers.Embedding(count, 4)
        self.gru = keras.layers.GRU(4, return_sequences=True, return_state=True)
        self.dense = keras.layers.Dense(count)
        unknown = self.ids(["[UNK]"])[:, None]
        mask = tf.SparseTensor(unknown, [-float("inf")] * len(unknown), [count])
        self.mask = tf.sparse.to_dense(mask)

    @tf.function
    def step(self, texts: Any, states: Any = None) -> Any:
        ids = self.ids(tf.strings.unicode_split(texts, "UTF-8")).to_tensor()
        x, states = self.gru(self.embedding(ids), initial_state=states)
        logits = self.dense(x)[:, -1, :] + self.mask
        drawn = tf.squeeze(tf.random.categorical(logits, num_samples=1), axis=-1)
        return self.letters(drawn), states


def test_text_is_written_letter_by_letter() -> None:
    model, states = OneStep(list("abc")), None
    letter = tf.constant(["ab", "c"])
    result = [letter]
    for _ in range(3):
        letter, states = model.step(letter, states=states)
        result.append(letter)
    written = tf.strings.join(result).numpy()
    assert [len(text) for text in written] == [5, 4]
    assert set(b"".join(written)) <= set(b"abc")


def test_an_episode_is_played_inside_a_function() -> None:
    """As an actor and a critic learn to balance a pole."""
    steps = iter(range(100))

    @tf.numpy_function(Tout=[tf.float32, tf.int32, tf.int32])
    def env_step(action: Any) -> Any:
        done = next(steps) % 4 == 3
        return np.ones(2, "float32"), np.array(1, np.int32), np.array(done, np.int32)

    layers = [keras.layers.Dense(4, "relu"), keras.layers.Dense(2)]
    actor, optimizer = keras.Sequential(layers), keras.optimizers.Adam(0.01)

    @tf.function
    def train_step(state: Any, gamma: float, most: int) -> Any:
        with tf.GradientTape() as tape:
            chances = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
            rewards = tf.TensorArray(tf.int32, size=0, dynamic_size=True)
            shape = state.shape
            for t in tf.range(most):
                logits = actor(tf.expand_dims(state, 0))
                action = tf.random.categorical(logits, 1)[0, 0]
                chances = chances.write(t, tf.nn.softmax(logits)[0, action])
                state, reward, done = env_step(action)
                state.set_shape(shape)
                rewards = rewards.write(t, reward)
                if tf.cast(done, tf.bool):
                    break
            rewards = rewards.stack()
            n, total = tf.shape(rewards)[0], tf.constant(0.0)
            returns = tf.TensorArray(tf.float32, size=n)
            for i in tf.range(n):
                total = tf.cast(rewards[n - 1 - i], tf.float32) + gamma * total
                returns = returns.write(i, total)
            loss = -tf.reduce_sum(tf.math.log(chances.stack()) * returns.stack()[::-1])
        grads = tape.gradient(loss, actor.trainable_variables)
        optimizer.apply_gradients(zip(grads, actor.trainable_variables, strict=True))
        return tf.reduce_sum(rewards), returns.stack()[-1]

    for _ in range(2):
        rewards, first = train_step(tf.zeros(2), 0.5, 50)
        assert int(rewards) == 4
        assert float(first) == 1 + 0.5 + 0.25 + 0.125
    assert int(optimizer.iterations) == 2


def test_sentences_grow_until_their_end() -> None:
    """As a translator writes: the output so far is the next input."""
    follows = tf.constant([1, 2, 3, 9, 9, 9, 9, 9, 9, 9], tf.int64)

    @tf.function
    def translate(start: Any, most: int = 8) -> Any:
        output = tf.TensorArray(tf.int64, size=0, dynamic_size=True)
        output = output.write(0, start)
        for i in tf.range(most):
            so_far = tf.transpose(output.stack())
            token = tf.gather(follows, so_far[:, -1])
            output = output.write(i + 1, token)
            if tf.reduce_all(token == 9):
                break
        return tf.transpose(output.stack())

    assert translate(tf.constant([0], tf.int64)).numpy().tolist() == [[0, 1, 2, 3, 9]]


def test_pictures_are_dreamt_in_tiles() -> None:
    """Tapes within loops whose lengths only the sizes' values tell."""
    picture = tf.reshape(tf.range(48.0), [4, 4, 3]) / 48.0

    @tf.function(
        input_signature=[
            tf.TensorSpec([None, None, 3], tf.float32),
            tf.TensorSpec([2], tf.int32),
            tf.TensorSpec([], tf.int32),
        ]
    )
    def gradients(image: Any, size: Any, tile: Any) -> Any:
        total = tf.zeros_like(image)
        xs = tf.range(0, size[1], tile)[:-1]
        if not tf.cast(len(xs), bool):
            xs = tf.constant([0])
        for x in xs:
            for y in tf.range(0, size[0], tile):
                with tf.GradientTape() as tape:
                    tape.watch(image)
                    loss = tf.reduce_sum(image[y : y + tile, x : x + tile] ** 2)
                total = total + tape.gradient(loss, image)
        return total

    found = gradients(picture, tf.constant([4, 4]), tf.constant(2))
    expected = 2 * picture.numpy()
    expected[:, 2:] = 0
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    both = gradients(picture, tf.constant([4, 4]), tf.constant(4))
    np.testing.assert_allclose(both, 2 * picture, rtol=1e-6)


def test_two_networks_play_against_each_other(tmp_path: Path) -> None:
    """As pix2pix and other pairs train, with pictures turned about, and logs."""

    @tf.function
    def jitter(image: Any) -> Any:
        image = tf.image.resize(image, [10, 10], method="nearest")
        image = tf.image.random_crop(image, [8, 8, 1])
        if tf.random.uniform(()) > 0.5:
            image = tf.image.flip_left_right(image)
        return image

    def network(last: int) -> Any:
        start = tf.random_normal_initializer(0.0, 0.02)
        return keras.Sequential(
            [
                keras.layers.Conv2D(2, 3, padding="same", kernel_initializer=start),
                keras.layers.BatchNormalization(),
                keras.layers.LeakyReLU(),
                keras.layers.Conv2D(last, 3, padding="same"),
            ]
        )

    maker, judge = network(1), network(1)
    optimizers = [keras.optimizers.Adam(2e-4, beta_1=0.5) for _ in range(2)]
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    writer = tf.summary.create_file_writer(str(tmp_path / "logs"))

    @tf.function
    def train_step(image: Any, step: Any) -> Any:
        with tf.GradientTape() as one, tf.GradientTape() as other:
            made = maker(image, training=True)
            real, fake = judge(image, training=True), judge(made, training=True)
            making = loss(tf.ones_like(fake), fake) + tf.reduce_mean(abs(image - made))
            judging = loss(tf.ones_like(real), real) + loss(tf.zeros_like(fake), fake)
        for net, tape, lost, optimizer in zip(
            (maker, judge), (one, other), (making, judging), optimizers, strict=True
        ):
            weights = net.trainable_variables
            grads = tape.gradient(lost, weights)
            optimizer.apply_gradients(zip(grads, weights, strict=True))
        with writer.as_default():
            tf.summary.scalar("making", making, step=step // 2)
        return making

    checkpoint = tf.train.Checkpoint(maker=maker, judge=judge, adam=optimizers[0])
    data = tf.data.Dataset.from_tensor_slices(tf.random.uniform([3, 6, 6, 1]))
    shown = []
    for step, batch in data.map(jitter).batch(1).repeat().take(4).enumerate():
        if step % 2 == 0:
            shown.append(f"Step: {step // 2}k")
        assert np.isfinite(train_step(batch, step).numpy())
        if (step + 1) % 4 == 0:
            checkpoint.save(str(tmp_path / "ckpt"))
    assert shown == ["Step: 0k", "Step: 1k"]
    status = checkpoint.restore(tf.train.latest_checkpoint(str(tmp_path)))
    status.assert_existing_objects_matched()
    assert list((tmp_path / "logs").glob("events.*"))
