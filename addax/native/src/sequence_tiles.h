// Small matrix products, a tile of the result at a time in registers.
//
// The right factor comes packed: for each k the N vectors of a tile's columns lie side by
// side, so that it is read in order. The left factor is read number by number, at any
// strides. With AVX-512 a tile of 6 rows by 4 vectors takes 10 loads for 24 multiply-adds.
#ifndef ADDAX_NATIVE_SEQUENCE_TILES_H_
#define ADDAX_NATIVE_SEQUENCE_TILES_H_

#include <type_traits>

#include "vectors.h"

namespace addax {
namespace recurrent {

// Rows that are summed in registers with so many vectors each: 24 of 32, or 12 of 16.
template <int Vectors>
constexpr int kTall = (kRegisters >= 32 ? 6 : 3) * (Vectors > 2 ? 1 : 2);

using addax::load;
using addax::store;

// The first `n` numbers of a vector; the others are zeros.
inline Vec load(const float* p, int64_t n) {
  if (n >= kLanes) return load(p);
  Vec x{};
  std::memcpy(&x, p, n * sizeof(float));
  return x;
}

inline void store(float* p, Vec x, int64_t n) {
  if (n >= kLanes) return store(p, x);
  std::memcpy(p, &x, n * sizeof(float));
}

// sums[r][At + n] += sum over k of a[r * down + k * along] * b[k * next + n vectors]
template <int R, int N, int At = 0, int Width>
inline __attribute__((always_inline)) void multiply(
    const float* a, int64_t down, int64_t along, const float* b, int64_t next,
    int64_t count, Vec (&sums)[R][Width]) {
  for (int64_t k = 0; k < count; ++k, b += next) {
    Vec right[N];
    for (int n = 0; n < N; ++n) right[n] = load(b + n * kLanes);
    for (int r = 0; r < R; ++r) {
      Vec left = splat(a[r * down + k * along]);
      for (int n = 0; n < N; ++n) sums[r][At + n] += left * right[n];
    }
  }
}

template <int N>
using Count = std::integral_constant<int, N>;

// Calls work(Count<n>) for a number known only now.
template <int Most, typename Work>
void with_count(int64_t n, const Work& work) {
  if constexpr (Most > 0) {
    if (n == Most) return work(Count<Most>{});
    with_count<Most - 1>(n, work);
  }
}

// Calls work(first, Count<rows>) for blocks of about equal height.
template <int Vectors, typename Work>
void by_tiles(int64_t rows, const Work& work) {
  constexpr int tall = kTall<Vectors>;
  int64_t blocks = (rows + tall - 1) / tall;
  for (int64_t i = 0; i < blocks; ++i) {
    int64_t first = rows * i / blocks;
    with_count<tall>(rows * (i + 1) / blocks - first,
                     [&](auto count) { work(first, count); });
  }
}

}  // namespace recurrent
}  // namespace addax

#endif  // ADDAX_NATIVE_SEQUENCE_TILES_H_
