"""What optimizers and schedules say when something is wrong."""

import numpy as np
import pytest

from addax.core import Variable
from addax.keras import optimizers
from addax.keras.optimizers import schedules


def weight(n=2, name="dense/kernel"):
    return Variable(np.ones(n, "float32"), name=name)


WRONG = [
    (lambda: optimizers.SGD(foo=1), "SGD has no argument 'foo'"),
    (lambda: optimizers.Adam(clip_norm=1.0), "Did you mean 'clipnorm'"),
    (lambda: optimizers.SGD(clipnorm=1.0, clipvalue=1.0), "clipped in one way only"),
    (lambda: optimizers.SGD(momentum=2.0), "`momentum` must lie between 0 and 1"),
    (lambda: optimizers.SGD(use_ema=True, ema_momentum=2.0), "`ema_momentum` must lie"),
    (lambda: optimizers.SGD(gradient_accumulation_steps=1), "must be at least 2"),
    (lambda: optimizers.AdamW(weight_decay=None), "AdamW needs a number"),
    (lambda: optimizers.SGD("a"), "is a number, a schedule or a function"),
    (lambda: optimizers.Lion(beta_1=0.0), "`beta_1` must be greater than 0"),
    (lambda: optimizers.Ftrl(learning_rate_power=1.0), "less than or equal to 0"),
    (lambda: optimizers.Ftrl(beta=0.1, l1_regularization_strength=-1.0),
     "`l1_regularization_strength` must be greater than or equal to 0"),
    (lambda: optimizers.LossScaleOptimizer("adam"), "`inner_optimizer` must be"),
    (lambda: optimizers.LossScaleOptimizer(optimizers.SGD(), clipnorm=1.0),
     r"leaves all options(.|\n)*Adam\(clipnorm=1.0\)"),
    (lambda: schedules.ExponentialDecay(0.1, 0, 0.5), "`decay_steps` greater than 0"),
    (lambda: schedules.PiecewiseConstantDecay([1], [1.0]), "one value more than"),
]  # fmt: skip


@pytest.mark.parametrize(
    "make, text", WRONG, ids=lambda x: str(x)[:30] * isinstance(x, str)
)
def test_arguments(make, text):
    with pytest.raises(ValueError, match=text):
        make()


def test_too_many_arguments():
    with pytest.raises(TypeError, match="SGD takes 13 arguments"):
        optimizers.SGD(*[None] * 14)


def test_a_weight_that_came_later():
    optimizer = optimizers.SGD()
    optimizer.build([weight()])
    late = weight(name="late")
    with pytest.raises(ValueError, match="was not built for variable 'late'"):
        optimizer.apply([np.ones(2)], [late])


def test_gradients_and_weights_that_do_not_fit():
    optimizer, w = optimizers.SGD(), weight()
    with pytest.raises(ValueError, match="pairs of a gradient and its variable"):
        optimizer.apply_gradients([np.ones(2)])
    with pytest.raises(ValueError, match=r"Each pair is \(gradient, variable\)"):
        optimizer.apply_gradients([(w, np.ones(2))])
    with pytest.raises(ValueError, match="one gradient for each weight"):
        optimizer.apply([np.ones(2)], [w, w])
    with pytest.raises(ValueError, match="does not know which weights to change"):
        optimizers.SGD().apply([np.ones(2)])
    with pytest.raises(ValueError, match="'dense/kernel' has another shape"):
        optimizer.apply([np.ones(3)], [w])


def test_what_a_class_of_your_own_must_define():
    class Mine(optimizers.Optimizer):
        pass

    with pytest.raises(NotImplementedError, match="Mine does not say how it changes"):
        Mine(0.1).apply([np.ones(2)], [weight()])

    class Rate(schedules.LearningRateSchedule):
        pass

    with pytest.raises(NotImplementedError, match="Rate does not say what"):
        Rate()(1)


def test_a_multi_optimizer_has_no_learning_rate():
    multi = optimizers.MultiOptimizer(lambda variable: optimizers.SGD())
    with pytest.raises(AttributeError, match="no learning rate of its own"):
        _ = multi.learning_rate
    by_path = optimizers.OptimizerMap(
        optimizers.SGD(), {"a.*": optimizers.SGD(), ".*b": optimizers.SGD()}
    )
    with pytest.raises(ValueError, match="More than one pattern fits"):
        by_path["ab"]
