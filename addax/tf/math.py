"""`tf.math`: all the mathematics, under TensorFlow's names."""

from addax.tf import special as _special
from addax.tf._advice import Names, absent
from addax.tf.elementwise import abs as abs
from addax.tf.elementwise import acos as acos
from addax.tf.elementwise import acosh as acosh
from addax.tf.elementwise import add as add
from addax.tf.elementwise import add_n as add_n
from addax.tf.elementwise import asin as asin
from addax.tf.elementwise import asinh as asinh
from addax.tf.elementwise import atan as atan
from addax.tf.elementwise import atan2 as atan2
from addax.tf.elementwise import atanh as atanh
from addax.tf.elementwise import ceil as ceil
from addax.tf.elementwise import complex as complex
from addax.tf.elementwise import conj as conj
from addax.tf.elementwise import cos as cos
from addax.tf.elementwise import cosh as cosh
from addax.tf.elementwise import divide as divide
from addax.tf.elementwise import divide_no_nan as divide_no_nan
from addax.tf.elementwise import equal as equal
from addax.tf.elementwise import erf as erf
from addax.tf.elementwise import erfinv as erfinv
from addax.tf.elementwise import exp as exp
from addax.tf.elementwise import expm1 as expm1
from addax.tf.elementwise import floor as floor
from addax.tf.elementwise import floordiv as floordiv
from addax.tf.elementwise import floormod as floormod
from addax.tf.elementwise import greater as greater
from addax.tf.elementwise import greater_equal as greater_equal
from addax.tf.elementwise import imag as imag
from addax.tf.elementwise import is_finite as is_finite
from addax.tf.elementwise import is_inf as is_inf
from addax.tf.elementwise import is_nan as is_nan
from addax.tf.elementwise import less as less
from addax.tf.elementwise import less_equal as less_equal
from addax.tf.elementwise import log as log
from addax.tf.elementwise import log1p as log1p
from addax.tf.elementwise import logical_and as logical_and
from addax.tf.elementwise import logical_not as logical_not
from addax.tf.elementwise import logical_or as logical_or
from addax.tf.elementwise import logical_xor as logical_xor
from addax.tf.elementwise import maximum as maximum
from addax.tf.elementwise import minimum as minimum
from addax.tf.elementwise import mod as mod
from addax.tf.elementwise import multiply as multiply
from addax.tf.elementwise import multiply_no_nan as multiply_no_nan
from addax.tf.elementwise import negative as negative
from addax.tf.elementwise import not_equal as not_equal
from addax.tf.elementwise import pow as pow
from addax.tf.elementwise import real as real
from addax.tf.elementwise import reciprocal as reciprocal
from addax.tf.elementwise import rint as rint
from addax.tf.elementwise import round as round
from addax.tf.elementwise import rsqrt as rsqrt
from addax.tf.elementwise import sigmoid as sigmoid
from addax.tf.elementwise import sign as sign
from addax.tf.elementwise import sin as sin
from addax.tf.elementwise import sinh as sinh
from addax.tf.elementwise import sqrt as sqrt
from addax.tf.elementwise import square as square
from addax.tf.elementwise import squared_difference as squared_difference
from addax.tf.elementwise import subtract as subtract
from addax.tf.elementwise import tan as tan
from addax.tf.elementwise import tanh as tanh
from addax.tf.elementwise import truediv as truediv
from addax.tf.elementwise import xlogy as xlogy
from addax.tf.nn import in_top_k as in_top_k
from addax.tf.nn import log_sigmoid as log_sigmoid
from addax.tf.nn import log_softmax as log_softmax
from addax.tf.nn import softmax as softmax
from addax.tf.nn import softplus as softplus
from addax.tf.nn import softsign as softsign
from addax.tf.nn import top_k as top_k
from addax.tf.nn import zero_fraction as zero_fraction
from addax.tf.products import l2_normalize as l2_normalize
from addax.tf.reductions import argmax as argmax
from addax.tf.reductions import argmin as argmin
from addax.tf.reductions import count_nonzero as count_nonzero
from addax.tf.reductions import cumprod as cumprod
from addax.tf.reductions import cumsum as cumsum
from addax.tf.reductions import reduce_all as reduce_all
from addax.tf.reductions import reduce_any as reduce_any
from addax.tf.reductions import reduce_euclidean_norm as reduce_euclidean_norm
from addax.tf.reductions import reduce_logsumexp as reduce_logsumexp
from addax.tf.reductions import reduce_max as reduce_max
from addax.tf.reductions import reduce_mean as reduce_mean
from addax.tf.reductions import reduce_min as reduce_min
from addax.tf.reductions import reduce_prod as reduce_prod
from addax.tf.reductions import reduce_std as reduce_std
from addax.tf.reductions import reduce_sum as reduce_sum
from addax.tf.reductions import reduce_variance as reduce_variance
from addax.tf.scattering import invert_permutation as invert_permutation
from addax.tf.special import accumulate_n as accumulate_n
from addax.tf.special import angle as angle
from addax.tf.special import bessel_i0 as bessel_i0
from addax.tf.special import bessel_i0e as bessel_i0e
from addax.tf.special import bessel_i1 as bessel_i1
from addax.tf.special import bessel_i1e as bessel_i1e
from addax.tf.special import betainc as betainc
from addax.tf.special import bincount as bincount
from addax.tf.special import confusion_matrix as confusion_matrix
from addax.tf.special import cumulative_logsumexp as cumulative_logsumexp
from addax.tf.special import digamma as digamma
from addax.tf.special import erfc as erfc
from addax.tf.special import erfcinv as erfcinv
from addax.tf.special import igamma as igamma
from addax.tf.special import igammac as igammac
from addax.tf.special import is_non_decreasing as is_non_decreasing
from addax.tf.special import is_strictly_increasing as is_strictly_increasing
from addax.tf.special import lbeta as lbeta
from addax.tf.special import lgamma as lgamma
from addax.tf.special import ndtri as ndtri
from addax.tf.special import nextafter as nextafter
from addax.tf.special import polygamma as polygamma
from addax.tf.special import polyval as polyval
from addax.tf.special import reciprocal_no_nan as reciprocal_no_nan
from addax.tf.special import scalar_mul as scalar_mul
from addax.tf.special import segment_max as segment_max
from addax.tf.special import segment_mean as segment_mean
from addax.tf.special import segment_min as segment_min
from addax.tf.special import segment_prod as segment_prod
from addax.tf.special import segment_sum as segment_sum
from addax.tf.special import truncatediv as truncatediv
from addax.tf.special import truncatemod as truncatemod
from addax.tf.special import unsorted_segment_max as unsorted_segment_max
from addax.tf.special import unsorted_segment_mean as unsorted_segment_mean
from addax.tf.special import unsorted_segment_min as unsorted_segment_min
from addax.tf.special import unsorted_segment_prod as unsorted_segment_prod
from addax.tf.special import unsorted_segment_sqrt_n as unsorted_segment_sqrt_n
from addax.tf.special import unsorted_segment_sum as unsorted_segment_sum
from addax.tf.special import xdivy as xdivy
from addax.tf.special import xlog1py as xlog1py
from addax.tf.special import zeta as zeta

special = Names(
    "tf.math.special",
    bessel_i0=bessel_i0,
    bessel_i0e=bessel_i0e,
    bessel_i1=bessel_i1,
    bessel_i1e=bessel_i1e,
    expint=_special.expint,
    fresnel_cos=_special.fresnel_cos,
    fresnel_sin=_special.fresnel_sin,
    spence=_special.spence,
)

__getattr__ = absent(__name__)
