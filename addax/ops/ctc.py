"""Connectionist temporal classification: losses of label sequences without timing."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from addax.core import Array, op

_NEVER = -1e5  # the logarithm of a probability that is as good as 0, yet has gradients


@op(name="ctc_loss")
def ctc_loss(
    target: Array,
    output: Array,
    target_length: Array,
    output_length: Array,
    mask_index: int = 0,
) -> Array:
    """Minus the log-probability of label sequences, over all their timings.

    Source: Graves et al. 2006, https://doi.org/10.1145/1143844.1143891.

    Args:
        target: Class numbers, of shape `(batch, max_labels)`.
        output: Logits, of shape `(batch, time, classes)`.
        target_length: How many labels count, of shape `(batch,)`.
        output_length: How many time steps count, of shape `(batch,)`.
        mask_index: The class that stands for no label.

    Returns:
        Values of shape `(batch,)`.
    """
    target = target.astype("int32")
    scores = jax.nn.log_softmax(output, axis=-1)

    def one(labels: Any, scores: Any, n_labels: Any, n_steps: Any) -> Any:
        # States are blank, label, blank, label, ..., blank.
        blanks = jnp.full_like(labels, mask_index)
        states = jnp.append(jnp.stack([blanks, labels], 1).ravel(), mask_index)
        # From one label to the next without a blank, if they differ.
        previous = jnp.concatenate([states[:2], states[:-2]])
        skips = (states != mask_index) & (states != previous)
        skips = skips.at[:2].set(False)
        of_state = scores[:, states]
        start = jnp.full(states.shape, _NEVER, scores.dtype)
        start = start.at[:2].set(of_state[0, :2])

        def step(alpha: Any, t: Any) -> Any:
            never = jnp.full((2,), _NEVER, alpha.dtype)
            padded = jnp.concatenate([never, alpha])
            jump = jnp.where(skips, padded[:-2], _NEVER)
            total = jnp.logaddexp(jnp.logaddexp(alpha, padded[1:-1]), jump)
            moved = jnp.maximum(total + of_state[t], _NEVER)
            return jnp.where(t < n_steps, moved, alpha), None

        alpha, _ = lax.scan(step, start, jnp.arange(1, scores.shape[0]))
        last = alpha[2 * n_labels]
        before = jnp.where(n_labels > 0, alpha[2 * n_labels - 1], _NEVER)
        return -jnp.logaddexp(last, before)

    lengths = target_length.astype("int32"), output_length.astype("int32")
    return jax.vmap(one)(target, scores, *lengths)
