"""Transfer learning as Keras's guide does it, on a tiny MobileNetV2."""

import numpy as np
import pytest

from addax import keras, tf

RANDOM = np.random.RandomState(0)
X = RANDOM.uniform(0, 255, (8, 32, 32, 3)).astype("float32")
Y = RANDOM.randint(0, 2, (8, 1)).astype("float32")


@pytest.fixture(scope="module")
def base():
    keras.utils.set_random_seed(0)
    whole = keras.applications.MobileNetV2(
        weights=None, alpha=0.35, include_top=False, input_shape=(32, 32, 3)
    )
    # Its first blocks compile in a fifth of the time.
    base = keras.Model(whole.input, whole.get_layer("block_3_project_BN").output)
    for w in base.weights:  # statistics that are not 0 and 1
        if "moving_mean" in w.path:
            w.assign(RANDOM.normal(0, 0.1, w.shape))
    return base


def arrays(weights):
    return [w.numpy() for w in weights]


def changed(before, weights):
    now = arrays(weights)
    return [not np.array_equal(a, b) for a, b in zip(before, now, strict=True)]


def test_two_phases(base):
    """Frozen, then unfrozen; normalisation uses its averages in both."""
    inputs = keras.Input((32, 32, 3))
    x = keras.layers.RandomFlip("horizontal")(inputs)
    x = keras.applications.mobilenet_v2.preprocess_input(x)
    x = base(x, training=False)
    x = keras.layers.GlobalAveragePooling2D()(x)
    x = keras.layers.Dropout(0.2)(x)
    model = keras.Model(inputs, keras.layers.Dense(1, name="head")(x))

    base.trainable = False
    assert len(model.trainable_weights) == 2
    before = arrays(base.weights)
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(1e-2), loss)
    head = arrays(model.get_layer("head").weights)
    model.fit(X, Y, batch_size=4, epochs=2, verbose=0)
    assert all(changed(head, model.get_layer("head").weights))
    assert not any(changed(before, base.weights))

    base.trainable = True
    moving = [w for w in base.weights if "moving" in w.path]
    learned = [w for w in base.weights if "moving" not in w.path]
    before, kept = arrays(learned), arrays(moving)
    model.compile(keras.optimizers.Adam(1e-4), loss)
    model.fit(X, Y, batch_size=4, epochs=1, verbose=0)
    assert sum(changed(before, learned)) > len(learned) / 4
    # `training=False` was part of the call: the averages stay in the second phase.
    assert not any(changed(kept, moving))


def test_unfreezing_the_last_layers(base):
    base.trainable = True
    for layer in base.layers[:-10]:
        layer.trainable = False
    assert 0 < len(base.trainable_weights) < 12
    model = keras.Sequential(
        [base, keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(1)]
    )
    frozen = arrays(base.layers[1].weights)
    norms = [
        layer
        for layer in base.layers[:-10]
        if isinstance(layer, keras.layers.BatchNormalization)
    ]
    before = arrays(norms[0].weights)
    model.compile("sgd", "mse")
    model.fit(X / 255, Y, batch_size=4, epochs=1, verbose=0)
    assert not any(changed(frozen, base.layers[1].weights))
    # A frozen BatchNormalization runs in inference mode, even while training.
    assert not any(changed(before, norms[0].weights))
    base.trainable = True


def test_features_by_the_name_of_a_layer(base):
    layer = base.get_layer("block_2_add")
    features = keras.Model(inputs=base.input, outputs=layer.output)
    both = keras.Model(base.inputs, [layer.output, base.output])
    x = X[:2] / 255
    one, (first, last) = features.predict(x, verbose=0), both.predict(x, verbose=0)
    np.testing.assert_allclose(one, first, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(last, base.predict(x, verbose=0), rtol=1e-4, atol=1e-5)
    assert one.shape == (2, *layer.output.shape[1:])


def test_grad_cam(base):
    """Where the last convolution's maps raise the score of a class."""
    x = keras.layers.GlobalAveragePooling2D()(base.output)
    model = keras.Model(base.input, keras.layers.Dense(3, name="classes")(x))
    grad_model = keras.Model(
        model.inputs, [model.get_layer("block_3_project").output, model.output]
    )
    image = tf.constant(X[:1] / 255)
    with tf.GradientTape() as tape:
        maps, scores = grad_model(image)
        score = scores[:, 1]
    gradients = tape.gradient(score, maps)
    assert gradients.shape == maps.shape
    weights = tf.reduce_mean(gradients, axis=(0, 1, 2))
    heatmap = tf.nn.relu(tf.reduce_sum(maps[0] * weights, axis=-1))
    # By hand: the score rises with a map as its later layers' slopes say.
    moved = maps.numpy() + 1e-3 * gradients.numpy()
    rest = keras.Model(model.get_layer("block_3_project").output, model.output)
    raised = rest.predict(moved, verbose=0)[0, 1] - scores.numpy()[0, 1]
    expected = 1e-3 * float((gradients.numpy() ** 2).sum())
    assert raised == pytest.approx(expected, rel=0.05)
    assert heatmap.shape == (4, 4)


def test_mixed_precision_keeps_weights_in_float32():
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
    try:
        base = keras.applications.MobileNetV2(
            weights=None, alpha=0.35, input_shape=(32, 32, 3), classes=2
        )
    finally:
        keras.mixed_precision.set_global_policy("float32")
    assert base.weights[0].dtype == "float32"
    assert base.layers[1].compute_dtype == "bfloat16"
    features = keras.Model(base.input, base.get_layer("block_1_project_BN").output)
    found = features.predict(X[:2] / 255, verbose=0)
    assert np.isfinite(found.astype("float32")).all()
