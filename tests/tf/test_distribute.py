"""Strategies of one replica: code for several runs as it stands."""

import json

import numpy as np
import pytest

from addax import tf

STRATEGIES = {
    "default": tf.distribute.get_strategy,
    "mirrored": tf.distribute.MirroredStrategy,
    "mirrored devices": lambda: tf.distribute.MirroredStrategy(devices=["/cpu:0"]),
    "one device": lambda: tf.distribute.OneDeviceStrategy("/cpu:0"),
    "workers": lambda: tf.distribute.MultiWorkerMirroredStrategy(
        communication_options=tf.distribute.experimental.CommunicationOptions(
            implementation=tf.distribute.experimental.CommunicationImplementation.NCCL
        )
    ),
    "central": tf.distribute.experimental.CentralStorageStrategy,
}


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_training_loop_for_replicas(name):
    """The loop of TensorFlow's tutorial on custom training."""
    strategy = STRATEGIES[name]()
    batch = 4 * strategy.num_replicas_in_sync
    with strategy.scope():
        model = tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(1)])
        optimizer = tf.keras.optimizers.SGD(0.1)
        assert tf.distribute.get_strategy() is strategy
    x = np.random.default_rng(0).normal(size=(8, 2)).astype("float32")
    y = x.sum(1, keepdims=True)
    data = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)
    data = strategy.experimental_distribute_dataset(data)

    def step(inputs):
        context = tf.distribute.get_replica_context()
        assert context.strategy is strategy
        features, labels = inputs
        with tf.GradientTape() as tape:
            errors = tf.reduce_sum(tf.square(model(features) - labels), 1)
            loss = tf.nn.compute_average_loss(errors, global_batch_size=batch)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(
            zip(gradients, model.trainable_variables, strict=True)
        )
        return context.all_reduce("sum", loss)

    @tf.function
    def distributed(inputs):
        each = strategy.run(step, args=(inputs,))
        return strategy.reduce(tf.distribute.ReduceOp.SUM, each, axis=None)

    losses = [float(distributed(pair)) for _ in range(20) for pair in data]
    assert losses[-1] < 0.2 * losses[0]


def test_contexts():
    assert not tf.distribute.has_strategy()
    assert not tf.distribute.in_cross_replica_context()
    strategy = tf.distribute.MirroredStrategy()
    with strategy.scope():
        assert tf.distribute.in_cross_replica_context()
        assert tf.distribute.has_strategy()
        inside = strategy.run(tf.distribute.in_cross_replica_context)
        assert not inside
        merged = strategy.run(
            lambda: tf.distribute.get_replica_context().merge_call(
                lambda s, x: (s is strategy, x), args=(3,)
            )
        )
        assert merged == (True, 3)
    tf.distribute.experimental_set_strategy(strategy)
    assert tf.distribute.get_strategy() is strategy
    tf.distribute.experimental_set_strategy(None)
    assert not tf.distribute.has_strategy()


def test_values():
    strategy = tf.distribute.MirroredStrategy(
        cross_device_ops=tf.distribute.HierarchicalCopyAllReduce(num_packs=2)
    )
    x = tf.constant([1.0, 3.0])
    assert float(strategy.reduce("MEAN", x, axis=0)) == 2.0
    assert float(strategy.reduce(tf.distribute.ReduceOp.SUM, x, axis=0)) == 4.0
    assert strategy.experimental_local_results(x) == (x,)
    assert strategy.gather(x, axis=0) is x
    made = strategy.experimental_distribute_values_from_function(
        lambda c: c.replica_id_in_sync_group
    )
    assert made == 0
    sizes = strategy.distribute_datasets_from_function(
        lambda c: c.get_per_replica_batch_size(64)
    )
    assert sizes == 64
    assert len(strategy.extended.worker_devices) == 1
    with pytest.raises(ValueError, match="MAX"):
        strategy.reduce("max", x, axis=0)


def test_clusters(monkeypatch):
    spec = tf.train.ClusterSpec({"worker": ["a:1", "b:1"], "ps": {1: "c:1"}})
    assert spec.jobs == ["worker", "ps"]
    assert spec.as_dict() == {"worker": ["a:1", "b:1"], "ps": {1: "c:1"}}
    assert spec.task_address("ps", 1) == "c:1"
    assert spec.job_tasks("ps") == [None, "c:1"]
    assert tf.train.ClusterSpec(spec) == spec
    with pytest.raises(ValueError, match=r"jobs 'worker', 'ps'.*'chief'"):
        spec.num_tasks("chief")
    resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(spec, task_id=1)
    assert resolver.cluster_spec() is spec
    config = {
        "cluster": {"worker": ["a:1", "b:1"]},
        "task": {"type": "worker", "index": 0},
    }
    monkeypatch.setenv("TF_CONFIG", json.dumps(config))
    told = tf.distribute.cluster_resolver.TFConfigClusterResolver()
    assert (told.task_type, told.task_id) == ("worker", 0)
    with pytest.raises(NotImplementedError, match=r"one machine so far.*workers=2"):
        tf.distribute.MultiWorkerMirroredStrategy()
    config["cluster"]["worker"] = ["a:1"]
    monkeypatch.setenv("TF_CONFIG", json.dumps(config))
    assert tf.distribute.MultiWorkerMirroredStrategy().num_replicas_in_sync == 1


def test_fit_in_a_scope():
    with tf.distribute.MirroredStrategy().scope():
        model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
        model.compile("sgd", "mse")
    model.fit(np.ones((4, 2)), np.ones((4, 1)), verbose=0)
    assert model.built
