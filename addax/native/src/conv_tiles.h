// The inner loops of convolutions: a few pixels (or input channels) times one or two
// blocks of 16 output channels, summed in registers.
//
// With 16 lanes and 32 registers: 16 sums for one block, 14 x 2 for two. Every product
// has its input broadcast from memory. In level 1 these run at 217 and 240 GFLOP/s a core
// that has 235 at its nominal speed (AMD Zen 5).
#ifndef ADDAX_NATIVE_CONV_TILES_H_
#define ADDAX_NATIVE_CONV_TILES_H_

#include <utility>

#include "vectors.h"

namespace addax {

constexpr int kBlock = 16;  // channels
constexpr int kMaxBlocks = kLanes == 16 ? 2 : 1;

// How many sums of so many blocks fit beside the weights and one more register.
constexpr int tile_limit(int blocks) {
  int vectors = blocks * kBlock / kLanes;
  int fits = (kRegisters - vectors - 1) / vectors;
  return fits < 16 ? fits : 16;
}

// y[p] (+)= sum over i, c of x[places[i] + 16 p + c] * w[i, c], for P pixels.
struct Tile {
  const int64_t* places;
  int64_t count, depth;
  const float* w;       // (count, depth, B * 16)
  int64_t step, lanes;  // from pixel to pixel of y; channels of them that are there
  bool add;
};

template <int P, int B>
void tile(const float* x, const Tile& t, float* y) {
  constexpr int V = B * kBlock / kLanes;
  Vec sums[P][V] = {};
  const float* w = t.w;
  for (int64_t i = 0; i < t.count; ++i) {
    const float* at = x + t.places[i];
    for (int64_t c = 0; c < t.depth; ++c, w += B * kBlock) {
      Vec weights[V];
#pragma GCC unroll 8
      for (int v = 0; v < V; ++v) weights[v] = load(w + v * kLanes);
#pragma GCC unroll 16
      for (int p = 0; p < P; ++p) {
        Vec one = splat(at[p * kBlock + c]);
#pragma GCC unroll 8
        for (int v = 0; v < V; ++v) sums[p][v] += one * weights[v];
      }
    }
  }
#pragma GCC unroll 16
  for (int p = 0; p < P; ++p, y += t.step) {
    if (t.lanes < B * kBlock) {
      float some[B * kBlock];
      std::memcpy(some, sums[p], sizeof some);
      for (int64_t l = 0; l < t.lanes; ++l) y[l] = some[l] + (t.add ? y[l] : 0);
      continue;
    }
#pragma GCC unroll 8
    for (int v = 0; v < V; ++v) {
      float* to = y + v * kLanes;
      store(to, t.add ? load(to) + sums[p][v] : sums[p][v]);
    }
  }
}

// k[p] += sum over rows, columns of x[row, column, p] * y[row, column], for P channels.
struct Strip {
  int64_t rows, columns, x_row, x_step, y_row, y_step, k_step;
};

template <int P, int B>
void outer(const float* x, const float* y, const Strip& s, float* k) {
  constexpr int V = B * kBlock / kLanes;
  Vec sums[P][V] = {};
  for (int64_t row = 0; row < s.rows; ++row) {
    const float *from = x + row * s.x_row, *with = y + row * s.y_row;
    for (int64_t n = s.columns; n; --n, from += s.x_step, with += s.y_step) {
      Vec outputs[V];
#pragma GCC unroll 8
      for (int v = 0; v < V; ++v) outputs[v] = load(with + v * kLanes);
#pragma GCC unroll 16
      for (int p = 0; p < P; ++p) {
        Vec one = splat(from[p]);
#pragma GCC unroll 8
        for (int v = 0; v < V; ++v) sums[p][v] += one * outputs[v];
      }
    }
  }
#pragma GCC unroll 16
  for (int p = 0; p < P; ++p, k += s.k_step) {
#pragma GCC unroll 8
    for (int v = 0; v < V; ++v) {
      store(k + v * kLanes, load(k + v * kLanes) + sums[p][v]);
    }
  }
}

using TileFunction = void (*)(const float*, const Tile&, float*);
using OuterFunction = void (*)(const float*, const float*, const Strip&, float*);

template <int B>
struct Functions {
  template <int... I>
  static TileFunction tile_for(int64_t p, std::integer_sequence<int, I...>) {
    static constexpr TileFunction all[] = {tile<I + 1, B>...};
    return all[p - 1];
  }
  template <int... I>
  static OuterFunction outer_for(int64_t p, std::integer_sequence<int, I...>) {
    static constexpr OuterFunction all[] = {outer<I + 1, B>...};
    return all[p - 1];
  }
  using Every = std::make_integer_sequence<int, tile_limit(B)>;
};

inline TileFunction tile_for(int64_t p, int blocks) {
  using One = Functions<1>;
  using Most = Functions<kMaxBlocks>;
  return blocks == 1 ? One::tile_for(p, One::Every()) : Most::tile_for(p, Most::Every());
}

inline OuterFunction outer_for(int64_t p, int blocks) {
  using One = Functions<1>;
  using Most = Functions<kMaxBlocks>;
  return blocks == 1 ? One::outer_for(p, One::Every())
                     : Most::outer_for(p, Most::Every());
}

}  // namespace addax

#endif  // ADDAX_NATIVE_CONV_TILES_H_
