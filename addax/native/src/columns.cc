// Sums down the columns of a matrix: what batch normalisation needs of whole images,
// forwards (means and variances) and backwards (of g and of g * x), each reading memory
// once. XLA makes a reduction of columns a pass of its own and writes down what it
// takes: x - mean, g * x.
//
// Rows are taken together until their columns are whole vectors: (1000, 3) is summed as
// (62, 48), the last 8 rows one by one, and 16 sums each make up one in the end.
#include <algorithm>
#include <numeric>
#include <vector>

#include "handler.h"
#include "vectors.h"

namespace addax {
namespace {

constexpr int64_t kChunk = 6 << 10;  // floats that two passes find in level 1: 24 KB
constexpr int64_t kLeast = 16 << 10;  // floats worth another thread
constexpr int kStep = 4;              // vectors side by side, to hide the latency of +

struct Table {
  int64_t rows, columns;  // as given
  int64_t fold, tall, wide;  // rows taken together; the table of them
  Table(int64_t rows, int64_t columns) : rows(rows), columns(columns) {
    fold = kLanes / std::gcd<int64_t>(columns, kLanes);
    while (columns * fold < kStep * kLanes) fold *= 2;
    tall = rows / fold;
    wide = columns * fold;
  }
};

// Calls work(column, vectors) for the columns, kStep vectors at once.
template <typename Work>
void blocks(int64_t wide, const Work& work) {
  int64_t c = 0;
  for (; c + kStep * kLanes <= wide; c += kStep * kLanes) {
    work(c, std::integral_constant<int, kStep>());
  }
  for (; c < wide; c += kLanes) work(c, std::integral_constant<int, 1>());
}

// The sum, minus `from`, or its square, of each column of some rows: put in `to`.
template <bool Square>
void sum(const float* x, int64_t rows, int64_t wide, const float* from, float* to) {
  blocks(wide, [&](int64_t c, auto size) {
    constexpr int V = decltype(size)::value;
    Vec sums[V] = {}, mean[V] = {};
    if (Square) {
      for (int v = 0; v < V; ++v) mean[v] = load(from + c + v * kLanes);
    }
    const float* row = x + c;
    for (int64_t r = 0; r < rows; ++r, row += wide) {
      for (int v = 0; v < V; ++v) {
        Vec each = load(row + v * kLanes);
        if (Square) {
          each -= mean[v];
          each *= each;
        }
        sums[v] += each;
      }
    }
    for (int v = 0; v < V; ++v) store(to + c + v * kLanes, sums[v]);
  });
}

// Count, mean and sum of squared distances of columns; two such make one of both
// (Chan, Golub and LeVeque 1983), as exact as two passes over everything.
struct Spread {
  double count = 0;
  std::vector<float> mean, squares;
  explicit Spread(int64_t wide) : mean(wide), squares(wide) {}
  void add(int64_t n, const float* m, const float* s) {
    double both = count + n;
    float part = n / both, weight = count * n / both;
    for (size_t c = 0; c < mean.size(); ++c) {
      float apart = m[c] - mean[c];
      mean[c] += apart * part;
      squares[c] += s[c] + apart * apart * weight;
    }
    count = both;
  }
};

Spread spread(const Table& t, const float* x, int64_t begin, int64_t end) {
  Spread all(t.wide);
  std::vector<float> mean(t.wide), squares(t.wide);
  int64_t chunk = std::max<int64_t>(32, kChunk / t.wide);
  for (int64_t r = begin; r < end; r += chunk) {
    int64_t n = std::min(chunk, end - r);
    sum<false>(x + r * t.wide, n, t.wide, nullptr, mean.data());
    for (float& m : mean) m /= n;
    sum<true>(x + r * t.wide, n, t.wide, mean.data(), squares.data());
    all.add(n, mean.data(), squares.data());
  }
  return all;
}

using Floats = ffi::Buffer<ffi::F32>;
using Result = ffi::ResultBuffer<ffi::F32>;

int64_t pieces(Pool& pool, const Table& t) {
  int64_t worth = std::max<int64_t>(1, t.tall * t.wide / kLeast);
  return std::min(threads(pool), worth);
}

// x: (rows, columns); means and variances: (columns,).
ffi::Error moments(Pool pool, Floats x, Result means, Result variances) {
  Table t(x.dimensions()[0], x.dimensions()[1]);
  const float* from = x.typed_data();
  int64_t n = pieces(pool, t);
  std::vector<Spread> found(n, Spread(0));
  parallel_for(pool, n, [&](int64_t i) {
    found[i] = spread(t, from, t.tall * i / n, t.tall * (i + 1) / n);
  });
  Spread all(t.columns);
  for (const Spread& each : found) {
    for (int64_t f = 0; f < t.fold && each.count > 0; ++f) {
      int64_t at = f * t.columns;
      all.add(each.count, &each.mean[at], &each.squares[at]);
    }
  }
  std::vector<float> none(t.columns);
  for (int64_t r = t.tall * t.fold; r < t.rows; ++r) {
    all.add(1, from + r * t.columns, none.data());
  }
  for (int64_t c = 0; c < t.columns; ++c) {
    means->typed_data()[c] = all.mean[c];
    variances->typed_data()[c] = all.squares[c] / all.count;
  }
  return ffi::Error::Success();
}

// Adds the sums of g and of g * x to `to`, one after the other, in chunks, so that each
// sum has few terms.
void products(const Table& t, const float* g, const float* x, int64_t begin, int64_t end,
              float* to) {
  int64_t chunk = std::max<int64_t>(32, kChunk / t.wide);
  for (int64_t first = begin; first < end; first += chunk) {
    int64_t n = std::min(chunk, end - first);
    blocks(t.wide, [&](int64_t c, auto size) {
      constexpr int V = decltype(size)::value;
      Vec plain[V] = {}, times[V] = {};
      const float *gs = g + first * t.wide + c, *xs = x + first * t.wide + c;
      for (int64_t r = 0; r < n; ++r, gs += t.wide, xs += t.wide) {
        for (int v = 0; v < V; ++v) {
          Vec each = load(gs + v * kLanes);
          plain[v] += each;
          times[v] += each * load(xs + v * kLanes);
        }
      }
      for (int v = 0; v < V; ++v) {
        float* at = to + c + v * kLanes;
        store(at, load(at) + plain[v]);
        store(at + t.wide, load(at + t.wide) + times[v]);
      }
    });
  }
}

// g, x: (rows, columns); the sums of g and of g * x: (columns,).
ffi::Error column_sums(Pool pool, Floats g, Floats x, Result plain, Result times) {
  Table t(x.dimensions()[0], x.dimensions()[1]);
  const float *gs = g.typed_data(), *xs = x.typed_data();
  int64_t n = pieces(pool, t);
  std::vector<float> found(n * 2 * t.wide);
  parallel_for(pool, n, [&](int64_t i) {
    products(t, gs, xs, t.tall * i / n, t.tall * (i + 1) / n, &found[i * 2 * t.wide]);
  });
  for (int64_t c = 0; c < t.columns; ++c) {
    float sum = 0, products = 0;
    for (int64_t at = c; at < n * 2 * t.wide; at += t.columns) {
      (at / t.wide % 2 ? products : sum) += found[at];
    }
    for (int64_t r = t.tall * t.fold; r < t.rows; ++r) {
      sum += gs[r * t.columns + c];
      products += gs[r * t.columns + c] * xs[r * t.columns + c];
    }
    plain->typed_data()[c] = sum;
    times->typed_data()[c] = products;
  }
  return ffi::Error::Success();
}

ADDAX_HANDLER(moments,
              ffi::Ffi::Bind().Ctx<Pool>().Arg<Floats>().Ret<Floats>().Ret<Floats>());
ADDAX_HANDLER(column_sums, ffi::Ffi::Bind()
                               .Ctx<Pool>()
                               .Arg<Floats>()
                               .Arg<Floats>()
                               .Ret<Floats>()
                               .Ret<Floats>());

}  // namespace
}  // namespace addax
