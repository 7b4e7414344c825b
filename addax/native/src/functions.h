// Functions of vectors, element by element.
#ifndef ADDAX_NATIVE_FUNCTIONS_H_
#define ADDAX_NATIVE_FUNCTIONS_H_

#include "vectors.h"

namespace addax {

typedef int32_t Ints __attribute__((vector_size(4 * kLanes)));

// Both keep a NaN, as the comparison with it is false.
inline Vec at_least(Vec x, float low) { return x < low ? splat(low) : x; }
inline Vec at_most(Vec x, float high) { return x > high ? splat(high) : x; }

// Within 1.5 units in the last place for |x| < 87, beyond which it stays where it is.
inline Vec exp(Vec x) {
  x = at_most(at_least(x, -87.0f), 88.0f);
  Vec shifted = x * 1.44269504f + 12582912.0f;  // rounds: 1.5 * 2^23 has no fraction
  Vec n = shifted - 12582912.0f;
  Vec r = x - n * 0.693359375f + n * 2.12194440e-4f;  // log 2 in two parts
  // (e^r - 1 - r) / r^2, minimax on |r| < log(2) / 2: 3e-9
  Vec p = r * 0.00138131f + 0.00836942f;
  p = p * r + 0.04166846f;
  p = p * r + 0.16666515f;
  p = p * r + 0.49999993f;
  p = p * (r * r) + r + 1.0f;
  Ints power = (Ints)shifted << 23;
  return (Vec)((Ints)p + power);
}

inline Vec sigmoid(Vec x) { return 1.0f / (1.0f + exp(-x)); }

// Odd rational minimax of degrees 9 and 8 on |x| < 9.02, where float32 is 1 up to a
// rounding: within 6 units in the last place.
inline Vec tanh(Vec x) {
  x = at_most(at_least(x, -9.02f), 9.02f);
  Vec y = x * x;
  Vec p = y * 1.33479612e-08f + 2.06043326e-05f;
  Vec q = y * 7.77383994e-07f + 3.28516683e-04f;
  p = p * y + 3.49530398e-03f;
  q = q * y + 2.58759064e-02f;
  p = p * y + 1.33807881e-01f;
  q = q * y + 4.67141037e-01f;
  p = p * y + 1.0f;
  q = q * y + 1.0f;
  return at_most(at_least(x * p / q, -1.0f), 1.0f);
}

}  // namespace addax

#endif  // ADDAX_NATIVE_FUNCTIONS_H_
