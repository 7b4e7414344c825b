"""`tf.random`: random tensors."""

from addax.tf._advice import Names, absent
from addax.tf.drawing import categorical as categorical
from addax.tf.drawing import (
    fixed_unigram_candidate_sampler as fixed_unigram_candidate_sampler,
)
from addax.tf.drawing import gamma as gamma
from addax.tf.drawing import (
    log_uniform_candidate_sampler as log_uniform_candidate_sampler,
)
from addax.tf.drawing import normal as normal
from addax.tf.drawing import poisson as poisson
from addax.tf.drawing import set_seed as set_seed
from addax.tf.drawing import shuffle as shuffle
from addax.tf.drawing import truncated_normal as truncated_normal
from addax.tf.drawing import uniform as uniform
from addax.tf.drawing import uniform_candidate_sampler as uniform_candidate_sampler
from addax.tf.generators import Algorithm as Algorithm
from addax.tf.generators import Generator as Generator
from addax.tf.generators import create_rng_state as create_rng_state
from addax.tf.generators import get_global_generator as get_global_generator
from addax.tf.generators import set_global_generator as set_global_generator
from addax.tf.stateless import fold_in as fold_in
from addax.tf.stateless import index_shuffle as _index_shuffle
from addax.tf.stateless import split as split
from addax.tf.stateless import stateless_binomial as stateless_binomial
from addax.tf.stateless import stateless_categorical as stateless_categorical
from addax.tf.stateless import stateless_gamma as stateless_gamma
from addax.tf.stateless import stateless_normal as stateless_normal
from addax.tf.stateless import (
    stateless_parameterized_truncated_normal as stateless_parameterized_truncated_normal,  # noqa: E501
)
from addax.tf.stateless import stateless_poisson as stateless_poisson
from addax.tf.stateless import stateless_shuffle as _stateless_shuffle
from addax.tf.stateless import stateless_truncated_normal as stateless_truncated_normal
from addax.tf.stateless import stateless_uniform as stateless_uniform

experimental = Names(
    "tf.random.experimental",
    Generator=Generator,
    create_rng_state=create_rng_state,
    get_global_generator=get_global_generator,
    index_shuffle=_index_shuffle,
    set_global_generator=set_global_generator,
    stateless_fold_in=fold_in,
    stateless_shuffle=_stateless_shuffle,
    stateless_split=split,
)

__getattr__ = absent(__name__)
