"""`tf.distribute`: code for several replicas, run with one."""

from addax.tf._advice import Names, absent
from addax.tf.distribute import cluster as _cluster
from addax.tf.distribute import reduce as _reduce
from addax.tf.distribute.reduce import CrossDeviceOps as CrossDeviceOps
from addax.tf.distribute.reduce import (
    HierarchicalCopyAllReduce as HierarchicalCopyAllReduce,
)
from addax.tf.distribute.reduce import InputOptions as InputOptions
from addax.tf.distribute.reduce import NcclAllReduce as NcclAllReduce
from addax.tf.distribute.reduce import ReduceOp as ReduceOp
from addax.tf.distribute.reduce import ReductionToOneDevice as ReductionToOneDevice
from addax.tf.distribute.reduce import RunOptions as RunOptions
from addax.tf.distribute.strategy import CentralStorageStrategy as _CentralStorage
from addax.tf.distribute.strategy import InputContext as InputContext
from addax.tf.distribute.strategy import MirroredStrategy as MirroredStrategy
from addax.tf.distribute.strategy import (
    MultiWorkerMirroredStrategy as MultiWorkerMirroredStrategy,
)
from addax.tf.distribute.strategy import OneDeviceStrategy as OneDeviceStrategy
from addax.tf.distribute.strategy import ReplicaContext as ReplicaContext
from addax.tf.distribute.strategy import Strategy as Strategy
from addax.tf.distribute.strategy import (
    experimental_set_strategy as experimental_set_strategy,
)
from addax.tf.distribute.strategy import get_replica_context as get_replica_context
from addax.tf.distribute.strategy import get_strategy as get_strategy
from addax.tf.distribute.strategy import has_strategy as has_strategy
from addax.tf.distribute.strategy import (
    in_cross_replica_context as in_cross_replica_context,
)

cluster_resolver = Names(
    "tf.distribute.cluster_resolver",
    ClusterResolver=_cluster.SimpleClusterResolver,
    SimpleClusterResolver=_cluster.SimpleClusterResolver,
    TFConfigClusterResolver=_cluster.TFConfigClusterResolver,
)
experimental = Names(
    "tf.distribute.experimental",
    CentralStorageStrategy=_CentralStorage,
    CollectiveHints=_reduce.CommunicationOptions,
    CommunicationImplementation=_reduce.CommunicationImplementation,
    CommunicationOptions=_reduce.CommunicationOptions,
    MultiWorkerMirroredStrategy=MultiWorkerMirroredStrategy,
)

__getattr__ = absent(__name__)
