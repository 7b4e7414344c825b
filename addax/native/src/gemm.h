// Small matrix products, whose operands stay in the caches of one core.
//
//     C[m, n] (+)= sum over k of A[m, k] * B[k, n]
//
// A block of C stays in registers: kRows x kWide vectors of accumulators, to each of
// which a step of k adds an element of A times a vector of B. B's rows must be padded to
// whole vectors (`padded`); A may lie in any order, as its elements are read one by one.
#ifndef ADDAX_NATIVE_GEMM_H_
#define ADDAX_NATIVE_GEMM_H_

#include <algorithm>
#include <cstdint>

#include "vectors.h"

// Accumulators are registers only if their loops are gone, which GCC's own limits of
// unrolling do not grant to 8 x 3 of them.
#define ADDAX_UNROLL _Pragma("GCC unroll 16")

namespace addax {

// 8 x 3 accumulators, 3 of B and 1 of A: 28 of 32 registers; 4 x 2 + 3 of 16.
constexpr int64_t kRows = kRegisters == 32 ? 8 : 4;
constexpr int64_t kWide = kRegisters == 32 ? 3 : 2;

// The floats in the vectors that hold n.
inline int64_t padded(int64_t n) { return (n + kLanes - 1) / kLanes * kLanes; }

struct Strided {
  const float* at;
  int64_t down, along;  // from row to row, and from column to column
};

template <int64_t rows, int64_t wide>
inline void gemm_block(Strided a, const float* b, int64_t b_row, float* c, int64_t c_row,
                       int64_t depth, bool add) {
  Vec total[rows][wide];
  ADDAX_UNROLL
  for (int64_t m = 0; m < rows; ++m)
    ADDAX_UNROLL
    for (int64_t v = 0; v < wide; ++v)
      total[m][v] = add ? load(c + m * c_row + v * kLanes) : Vec{};
  for (int64_t k = 0; k < depth; ++k) {
    Vec line[wide];
    ADDAX_UNROLL
    for (int64_t v = 0; v < wide; ++v) line[v] = load(b + k * b_row + v * kLanes);
    ADDAX_UNROLL
    for (int64_t m = 0; m < rows; ++m) {
      Vec x = splat(a.at[m * a.down + k * a.along]);
      ADDAX_UNROLL
      for (int64_t v = 0; v < wide; ++v) total[m][v] += x * line[v];
    }
  }
  ADDAX_UNROLL
  for (int64_t m = 0; m < rows; ++m)
    ADDAX_UNROLL
    for (int64_t v = 0; v < wide; ++v) store(c + m * c_row + v * kLanes, total[m][v]);
}

template <int64_t wide>
inline void gemm_columns(Strided a, const float* b, int64_t b_row, float* c,
                         int64_t c_row, int64_t m, int64_t depth, bool add) {
  int64_t i = 0;
  for (; i + kRows <= m; i += kRows)
    gemm_block<kRows, wide>({a.at + i * a.down, a.down, a.along}, b, b_row,
                            c + i * c_row, c_row, depth, add);
  for (; i < m; ++i)
    gemm_block<1, wide>({a.at + i * a.down, a.down, a.along}, b, b_row, c + i * c_row,
                        c_row, depth, add);
}

// `n` is a whole number of vectors.
inline void gemm(Strided a, const float* b, int64_t b_row, float* c, int64_t c_row,
                 int64_t m, int64_t n, int64_t depth, bool add = false) {
  int64_t vectors = n / kLanes, j = 0;
  while (j < vectors) {
    int64_t left = vectors - j, wide = std::min(left, kWide);
    if (left == 4 && kWide == 3) wide = 2;  // 2 and 2 rather than 3 and 1
    const float* from = b + j * kLanes;
    float* to = c + j * kLanes;
    switch (wide) {
      case 3: gemm_columns<3>(a, from, b_row, to, c_row, m, depth, add); break;
      case 2: gemm_columns<2>(a, from, b_row, to, c_row, m, depth, add); break;
      default: gemm_columns<1>(a, from, b_row, to, c_row, m, depth, add);
    }
    j += wide;
  }
}

}  // namespace addax

#endif  // ADDAX_NATIVE_GEMM_H_
