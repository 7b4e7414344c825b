// A sequence backwards: the gradients of a sequence's operands.
//
// A step brings the sums' gradients through both matrices; those of the matrices are
// added up over about kRing rows of steps and batch at a time, which stay in the cache.
// 64 rows, 100 steps of LSTM(64) on 64 features: 5.4 ms of one core of a Zen 5.
#ifndef ADDAX_NATIVE_SEQUENCE_GRADIENT_H_
#define ADDAX_NATIVE_SEQUENCE_GRADIENT_H_

#include <vector>

#include "handler.h"
#include "sequence.h"
#include "sequence_tiles.h"

namespace addax {
namespace recurrent {

constexpr int64_t kRing = 128;

template <class Cell>
struct Backward {
  Sizes<Cell> z;
  const float *x, *x_matrix, *h_matrix, *first[2], *drop, *outputs, *kept;
  const bool* mask;
  const float *from_outputs, *from_last[2];  // gradients that come in; the first or null
  float *to_x, *to_x_matrix, *to_h_matrix, *to_x_bias, *to_h_bias, *to_first[2], *to_drop;

  static constexpr int kSums = Cell::kSums, kFromX = Cell::kFromX, kFromH = Cell::kFromH;
  static constexpr int kSkip = kSums - kFromH;

  std::unique_ptr<Floats> x_packed, h_packed;

  void run(Pool& pool, int64_t pieces) {
    x_packed = pack(x_matrix, z.features, Cell::x_gate);
    h_packed = pack(h_matrix, z.units, Cell::h_gate);
    std::vector<std::unique_ptr<Sums>> sums(pieces);
    parallel_for(pool, pieces, [&](int64_t i) {
      sums[i] = std::make_unique<Sums>(z);
      rows(z.batch * i / pieces, z.batch * (i + 1) / pieces, *sums[i]);
    });
    parallel_for(pool, z.groups(), [&](int64_t g) { gather(g, sums); });
  }

  // Gradients of matrices and biases, over some rows of the batch.
  struct Sums {
    Floats matrix, bias;
    explicit Sums(const Sizes<Cell>& z)
        : matrix(zeros(z.groups() * z.pack())),
          bias(zeros(z.groups() * kSums * kLanes)) {}
  };

  void gather(int64_t g, const std::vector<std::unique_ptr<Sums>>& all) {
    int64_t n = z.lanes(g);
    auto add = [&](auto part, int64_t at) {
      Vec sum{};
      for (auto& each : all) sum += load(part(*each) + at);
      return sum;
    };
    auto matrix = [&](const Sums& s) -> float* { return s.matrix; };
    auto bias = [&](const Sums& s) -> float* { return s.bias; };
    int64_t base = g * z.pack(), low = g * kSums * kLanes;
    each_piece(z, Cell::x_gate, z.features, g, [&](int64_t a, int64_t b) {
      store(to_x_matrix + b, add(matrix, base + a), n);
    });
    each_piece(z, Cell::h_gate, z.units, g, [&](int64_t a, int64_t b) {
      store(to_h_matrix + b, add(matrix, base + z.x_pack() + a), n);
    });
    each_piece(z, Cell::x_gate, 1, g, [&](int64_t a, int64_t b) {
      store(to_x_bias + b, add(bias, low + a), n);
    });
    each_piece(z, Cell::h_gate, 1, g, [&](int64_t a, int64_t b) {
      store(to_h_bias + b, add(bias, low + kSkip * kLanes + a), n);
    });
  }

  // A matrix transposed: for each tile of up to four vectors of its rows, and each group
  // and sum and lane, those rows' numbers.
  template <int N>
  std::unique_ptr<Floats> pack(const float* matrix, int64_t rows, const int (&gates)[N]) {
    int64_t padded = (rows + kLanes - 1) / kLanes * kLanes;
    auto made = std::make_unique<Floats>(padded * z.padded() * N);
    std::fill_n(static_cast<float*>(*made), padded * z.padded() * N, 0.0f);
    float* to = *made;
    for (int64_t first = 0; first < padded; first += 4 * kLanes) {
      int64_t width = std::min<int64_t>(4 * kLanes, padded - first);
      int64_t real = std::min(width, rows - first);
      for (int64_t g = 0; g < z.groups(); ++g) {
        for (int n = 0; n < N; ++n, to += kLanes * width) {
          for (int64_t i = 0; i < real; ++i) {
            const float* from = matrix + (first + i) * N * z.units + gates[n] * z.units +
                                g * kLanes;
            for (int64_t lane = 0; lane < z.lanes(g); ++lane) {
              to[lane * width + i] = from[lane];
            }
          }
        }
      }
    }
    return made;
  }

  struct Work {
    int64_t begin, count, ring;  // ring: rows of `joined` and of each group's `sums`
    Floats joined, sums, states;
    float* at(const Sizes<Cell>& z, int64_t g, int64_t slot) const {
      return sums + (g * ring + slot) * kSums * kLanes;
    }
  };

  void rows(int64_t begin, int64_t end, Sums& out) {
    int64_t count = end - begin, padded = z.padded();
    int64_t steps = std::min(std::max<int64_t>(1, kRing / count), z.steps);
    int64_t ring = steps * count;
    Work w{begin, count, ring, Floats(ring * z.apart()),
           Floats(z.groups() * ring * kSums * kLanes),
           zeros(Cell::kStates * count * padded)};
    for (int64_t r = 0; r < count; ++r) {
      for (int i = 0; i < Cell::kStates; ++i) {
        std::copy_n(from_last[i] + (begin + r) * z.units, z.units,
                    w.states + (i * count + r) * padded);
      }
    }
    if (to_drop) std::fill_n(to_drop + begin * z.units, count * z.units, 0.0f);
    int64_t filled = 0;
    for (int64_t s = z.steps; s-- > 0;) {
      join(s, w, filled);
      for (int64_t g = 0; g < z.groups(); ++g) {
        for (int64_t r = 0; r < count; ++r) gates(s, g, r, w, filled + r, out);
      }
      products(s, w, filled);
      filled += count;
      if (filled == ring || s == 0) {
        for (int64_t g = 0; g < z.groups(); ++g) {
          weights<kFromX>(w, filled, g, z.features, 0, 0, out.matrix + g * z.pack());
          weights<kFromH>(w, filled, g, z.units, z.features, kSkip,
                          out.matrix + g * z.pack() + z.x_pack());
        }
        filled = 0;
      }
    }
    for (int64_t r = 0; r < count; ++r) {
      for (int i = 0; i < Cell::kStates; ++i) {
        std::copy_n(w.states + (i * count + r) * padded, z.units,
                    to_first[i] + (begin + r) * z.units);
      }
    }
  }

  // The state before a step.
  const float* before(int64_t s, int64_t row) const {
    return s ? outputs + (row * z.steps + s - 1) * z.units : first[0] + row * z.units;
  }

  void join(int64_t s, const Work& w, int64_t slot) {
    for (int64_t r = 0; r < w.count; ++r) {
      int64_t row = w.begin + r;
      float* to = w.joined + (slot + r) * z.apart();
      std::copy_n(x + (row * z.steps + z.time(s)) * z.features, z.features, to);
      to += z.features;
      const float* h = before(s, row);
      for (int64_t u = 0; u < z.units; ++u) {
        to[u] = drop ? h[u] * drop[row * z.units + u] : h[u];
      }
    }
  }

  void gates(int64_t s, int64_t g, int64_t r, const Work& w, int64_t slot, Sums& out) {
    int64_t row = w.begin + r, n = z.lanes(g);
    float* states[Cell::kStates];
    Vec gradients[Cell::kStates], now[Cell::kStates], old[Cell::kStates], sums[kSums];
    for (int i = 0; i < Cell::kStates; ++i) {
      states[i] = w.states + (i * w.count + r) * z.padded() + g * kLanes;
      gradients[i] = load(states[i]);
    }
    int64_t at = (row * z.steps + s) * z.units + g * kLanes;
    if (from_outputs) gradients[0] += load(from_outputs + at, n);
    if (mask && !mask[row * z.steps + z.time(s)]) {
      for (int i = 0; i < kSums; ++i) sums[i] = Vec{};
    } else {
      const float* record = kept + z.kept(s, row, g);
      if (s > 1) {  // what is kept comes from far: 6% of an LSTM's gradient
        const float* soon = kept + z.kept(s - 2, row, g);
        for (int i = 0; i < z.kRecord; ++i) __builtin_prefetch(soon + i * kLanes);
      }
      now[0] = load(outputs + at, n);
      old[0] = load(before(s, row) + g * kLanes, n);
      for (int i = 1; i < Cell::kStates; ++i) {
        int64_t place = (Cell::kKept + i - 1) * kLanes;
        now[i] = load(record + place);
        old[i] = s ? load(kept + z.kept(s - 1, row, g) + place)
                   : load(first[i] + row * z.units + g * kLanes, n);
      }
      Vec values[Cell::kKept];
      for (int i = 0; i < Cell::kKept; ++i) values[i] = load(record + i * kLanes);
      Cell::backward(values, now, old, gradients, sums);
    }
    for (int i = 0; i < Cell::kStates; ++i) store(states[i], gradients[i]);
    float* to = w.at(z, g, slot);
    float* bias = out.bias + g * kSums * kLanes;
    for (int i = 0; i < kSums; ++i) {
      store(to + i * kLanes, sums[i]);
      store(bias + i * kLanes, load(bias + i * kLanes) + sums[i]);
    }
  }

  // The gradients of x and of the state before, through both matrices.
  void products(int64_t s, const Work& w, int64_t slot) {
    if (to_x) {
      product<kFromX>(*x_packed, z.features, 0, w, slot,
                      [&](int64_t r, int64_t column, Vec sum, int64_t n) {
        int64_t at = (w.begin + r) * z.steps + z.time(s);
        store(to_x + at * z.features + column, sum, n);
      });
    }
    product<kFromH>(*h_packed, z.units, kSkip, w, slot,
                    [&](int64_t r, int64_t column, Vec sum, int64_t n) {
      float* state = w.states + r * z.padded() + column;
      int64_t at = (w.begin + r) * z.units + column;
      if (drop) {
        Vec h = load(before(s, w.begin + r) + column, n);
        store(to_drop + at, load(to_drop + at, n) + sum * h, n);
        sum *= load(drop + at, n);
      }
      store(state, load(state) + sum);
    });
  }

  template <int K, typename Put>
  void product(const float* packed, int64_t columns, int skip, const Work& w,
               int64_t slot, const Put& put) {
    for (int64_t column = 0; column < columns; column += 4 * kLanes) {
      int64_t vectors = std::min<int64_t>(4, (columns - column + kLanes - 1) / kLanes);
      with_count<4>(vectors, [&](auto width) {
        constexpr int N = width;
        by_tiles<N>(w.count, [&](int64_t from, auto tall) {
          constexpr int R = tall;
          Vec sums[R][N] = {};
          const float* right = packed + column * z.padded() * K;
          for (int64_t g = 0; g < z.groups(); ++g, right += K * kLanes * N * kLanes) {
            multiply<R, N>(w.at(z, g, slot + from) + skip * kLanes, kSums * kLanes, 1,
                           right, N * kLanes, K * kLanes, sums);
          }
          for (int r = 0; r < R; ++r) {
            for (int n = 0; n < N; ++n) {
              int64_t at = column + n * kLanes;
              put(from + r, at, sums[r][n], std::min<int64_t>(kLanes, columns - at));
            }
          }
        });
      });
    }
  }

  // Adds to a group's part of the gradient of one matrix, whose rows go with columns of
  // `joined` from `column` on.
  template <int N>
  void weights(const Work& w, int64_t filled, int64_t g, int64_t rows, int64_t column,
               int skip, float* out) {
    by_tiles<N>(rows, [&](int64_t from, auto tall) {
      constexpr int R = tall;
      float* to = out + from * N * kLanes;
      Vec sums[R][N];
      for (int r = 0; r < R; ++r) {
        for (int n = 0; n < N; ++n) sums[r][n] = load(to + (r * N + n) * kLanes);
      }
      multiply<R, N>(w.joined + column + from, 1, z.apart(),
                     w.at(z, g, 0) + skip * kLanes, kSums * kLanes, filled, sums);
      for (int r = 0; r < R; ++r) {
        for (int n = 0; n < N; ++n) store(to + (r * N + n) * kLanes, sums[r][n]);
      }
    });
  }
};

}  // namespace recurrent
}  // namespace addax

#endif  // ADDAX_NATIVE_SEQUENCE_GRADIENT_H_
