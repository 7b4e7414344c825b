"""`tf.train`: checkpoints, and the records that data files are made of."""

from addax._base.lazy import lazy_exports
from addax.tf._advice import why_absent

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "BytesList": "addax.data.protos",
        "Checkpoint": "addax.tf.checkpoint.checkpoint",
        "CheckpointManager": "addax.tf.checkpoint.manager",
        "CheckpointOptions": "addax.tf.checkpoint.checkpoint",
        "ClusterSpec": "addax.tf.distribute.cluster",
        "Example": "addax.data.protos",
        "Feature": "addax.data.protos",
        "FeatureList": "addax.data.protos",
        "FeatureLists": "addax.data.protos",
        "Features": "addax.data.protos",
        "FloatList": "addax.data.protos",
        "Int64List": "addax.data.protos",
        "SequenceExample": "addax.data.protos",
        "get_checkpoint_state": "addax.tf.checkpoint.files",
        "latest_checkpoint": "addax.tf.checkpoint.files",
        "list_variables": "addax.tf.checkpoint.reader",
        "load_checkpoint": "addax.tf.checkpoint.reader",
        "load_variable": "addax.tf.checkpoint.reader",
    },
    missing=why_absent,
)
