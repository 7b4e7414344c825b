"""Transfer learning, offline: what a network knows of one data set helps with another.

A small convolutional network learns CIFAR-10's ten classes. Its convolutions, frozen,
then serve a classifier of five kinds of flowers, of which there are few photos; in a
second phase the last of them are trained along, slowly. The same network trained on
those photos alone is the comparison.

    python examples/transfer_learning.py --data ../shared/data
    python examples/transfer_learning.py --data ../shared/data --short   # a minute less

`--data` is a folder with `cifar10_images_30k.zip` and `flower_photos.zip`: photos in
one folder for each class. The curves go to `transfer_learning.png`.
"""

from __future__ import annotations

import argparse
import io
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from addax import keras

SIZE = 64  # of the flowers; CIFAR's images have 32


def photos(archive: Path, inside: str, count: int, size: int) -> tuple:
    """The first photos of each class, and the numbers of their classes."""
    images, labels = [], []
    with zipfile.ZipFile(archive) as file:
        names = sorted(n for n in file.namelist() if n.startswith(inside))
        classes = sorted({n.split("/")[-2] for n in names if n.endswith(".jpg")})
        for number, kind in enumerate(classes):
            chosen = [n for n in names if n.split("/")[-2] == kind and n[-1] != "/"]
            for name in chosen[:count]:
                picture = Image.open(io.BytesIO(file.read(name))).convert("RGB")
                images.append(np.asarray(ImageOps.fit(picture, (size, size))))
                labels.append(number)
    return np.stack(images), np.array(labels)


def backbone() -> keras.Model:
    """Convolutions for images of any size."""
    x = inputs = keras.Input((None, None, 3))
    x = keras.layers.Rescaling(1 / 127.5, offset=-1.0)(x)
    for i, filters in enumerate((32, 64, 128)):
        for j in (1, 2):
            name = f"block{i + 1}_conv{j}"
            x = keras.layers.Conv2D(
                filters, 3, padding="same", use_bias=False, name=name
            )(x)
            x = keras.layers.BatchNormalization(name=f"{name}_bn")(x)
            x = keras.layers.ReLU()(x)
        x = keras.layers.MaxPooling2D()(x)
    return keras.Model(inputs, x, name="backbone")


def classifier(base: keras.Model, size: int, classes: int) -> keras.Model:
    """Augmentation, the base in inference mode while frozen, and a head."""
    x = inputs = keras.Input((size, size, 3))
    x = keras.layers.RandomFlip("horizontal")(x)
    # While `base` is frozen its BatchNormalization uses the averages it learned.
    x = base(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    x = keras.layers.Dropout(0.2)(x)
    x = keras.layers.Dense(classes, activation="softmax")(x)
    model = keras.Model(inputs, x)
    compiled(model, 1e-3)
    return model


def compiled(model: keras.Model, rate: float) -> None:
    """Compiles it; to be called after each change of what is trainable."""
    model.compile(
        keras.optimizers.Adam(rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("transfer_learning.png"))
    parser.add_argument("--short", action="store_true", help="a taste, for tests")
    arguments = parser.parse_args()
    many, few, epochs, first = (60, 8, 2, 1) if arguments.short else (800, 60, 12, 5)
    keras.utils.set_random_seed(0)

    x, y = photos(arguments.data / "cifar10_images_30k.zip", "cifar10/train", many, 32)
    base = backbone()
    print(f"Phase 0: {len(x)} images of CIFAR-10 for the backbone")
    classifier(base, 32, 10).fit(x, y, batch_size=128, epochs=first, verbose=2)

    x, y = photos(arguments.data / "flower_photos.zip", "flower_photos", 3 * few, SIZE)
    held_out = np.arange(len(x)) % 3 > 0  # two thirds tell how good it is
    train, test = (x[~held_out], y[~held_out]), (x[held_out], y[held_out])
    print(f"{len(train[0])} photos of flowers to learn from, {len(test[0])} to test")

    def fit(model: keras.Model, epochs: int) -> list[float]:
        run = model.fit(
            *train, batch_size=32, epochs=epochs, validation_data=test, verbose=2
        )
        return run.history["val_accuracy"]

    print("From zero")
    curves = {"from zero": fit(classifier(backbone(), SIZE, 5), 2 * epochs)}

    print("Phase 1: the head, on a frozen backbone")
    base.trainable = False
    model = classifier(base, SIZE, 5)
    curves["frozen backbone"] = fit(model, epochs)

    print("Phase 2: the last block too, slowly")
    base.trainable = True
    for layer in base.layers:
        late = layer.name.startswith("block3")
        layer.trainable = late and "bn" not in layer.name
    compiled(model, 1e-4)
    curves["then fine-tuned"] = fit(model, epochs)

    for name, values in curves.items():
        print(f"{name}: {np.mean(values[-3:]):.1%} of the test photos")
    plot(curves, arguments.out, epochs)


def plot(curves: dict[str, list[float]], path: Path, epochs: int) -> None:
    """The three curves, the second phase after the first."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    starts = {"then fine-tuned": epochs}
    for name, values in curves.items():
        start = starts.get(name, 0) + 1
        axes.plot(range(start, start + len(values)), values, label=name)
    axes.axvline(epochs + 0.5, color="grey", linewidth=0.8, linestyle=":")
    axes.set(
        xlabel="epoch",
        ylabel="accuracy on test photos",
        title="Flowers: from zero, and from what CIFAR-10 taught",
    )
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=110)
    print(f"Curves: {path}")


if __name__ == "__main__":
    main()
