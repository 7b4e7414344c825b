// A gated cell along a sequence, forwards and backwards.
//
// Rows of the batch know nothing of each other: each thread takes some of them through
// all steps, without waiting for anyone.
//
// A cell says (lstm.cc, gru.cc):
//   kSums     how many sums a unit has; the first kFromX of them take part in x's
//             product, the last kFromH in the state's.
//   kStates   how many states it has; the first is what comes out.
//   kKept     how many numbers a unit keeps for the way back, further states aside.
//   x_gate, h_gate   the place of each sum among the columns of Keras's matrices.
//   forward(sums, states, kept)
//   backward(kept, now, before, gradients, sums): states after and before the step; the
//             states' gradients become those of the states before, but for what comes
//             through the product, whose gradients are `sums`.
#ifndef ADDAX_NATIVE_SEQUENCE_H_
#define ADDAX_NATIVE_SEQUENCE_H_

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "vectors.h"

namespace addax {
namespace recurrent {

// Floats that start at a cache line.
class Floats {
 public:
  explicit Floats(int64_t n)
      : held_(static_cast<float*>(std::aligned_alloc(64, (n * 4 + 127) / 64 * 64))) {}
  operator float*() const { return held_.get(); }

 private:
  struct Free {
    void operator()(float* p) const { std::free(p); }
  };
  std::unique_ptr<float, Free> held_;
};

inline Floats zeros(int64_t n) {
  Floats made(n);
  std::fill_n(static_cast<float*>(made), n, 0.0f);
  return made;
}

template <class Cell>
struct Sizes {
  int64_t batch, steps, features, units;
  bool backwards;

  int64_t groups() const { return (units + kLanes - 1) / kLanes; }
  int64_t padded() const { return groups() * kLanes; }
  int64_t joined() const { return features + units; }
  // How far apart rows of both lie that are read column by column: an odd number of
  // cache lines, or they would meet in a few sets of the first cache.
  int64_t apart() const { return ((joined() + 15) / 16 | 1) * 16; }
  // A group's matrices, packed: features rows of x's sums, units rows of the state's.
  int64_t x_pack() const { return features * Cell::kFromX * kLanes; }
  int64_t pack() const { return x_pack() + units * Cell::kFromH * kLanes; }
  int64_t lanes(int64_t group) const {
    return std::min<int64_t>(kLanes, units - group * kLanes);
  }
  int64_t time(int64_t step) const { return backwards ? steps - 1 - step : step; }

  static constexpr int kRecord = Cell::kKept + Cell::kStates - 1;
  // Where step, row and group are in what is kept: (steps, batch, groups, record).
  int64_t kept(int64_t step, int64_t row, int64_t group) const {
    return ((step * batch + row) * groups() + group) * kRecord * kLanes;
  }
};

// Copies between a matrix with Keras's columns and its packed form.
template <class Cell, int N, typename Copy>
void each_piece(const Sizes<Cell>& z, const int (&gates)[N], int64_t rows, int64_t group,
                const Copy& copy) {
  for (int64_t k = 0; k < rows; ++k) {
    for (int n = 0; n < N; ++n) {
      copy((k * N + n) * kLanes, k * N * z.units + gates[n] * z.units + group * kLanes);
    }
  }
}

}  // namespace recurrent
}  // namespace addax

#endif  // ADDAX_NATIVE_SEQUENCE_H_
