// Convolutions of each channel by itself, their transposes and their kernels' gradients.
//
// x is (images, rows, columns, channels), k (rows, columns, channels). A tile of up to
// 8 outputs of one vector of channels (fewer outputs: more vectors) stays in registers
// while all places of the window are added. Work is bound by memory, so:
//
// * tiles go down a strip of columns whose row takes about kStrip bytes: the rows that
//   the next row of tiles meets again are then in the first cache;
// * the next row of the strip is asked for while this one is computed. One thread of a
//   Zen 5, (16, 56, 56, 96) by (3, 3): 3.5 ms without, 2.0 with both;
// * channels are taken in blocks whose weights fit beside the strip, (7, 7) by 384
//   channels do not.
#include <cstring>
#include <memory>

#include "handler.h"
#include "rectangles.h"

namespace addax {
namespace {

constexpr int64_t kStrip = 4096, kWeights = 16384;  // bytes
constexpr int64_t kLeast = 1 << 18;  // multiplications worth waking a thread for
constexpr int64_t kPieces = 16;      // of a kernel's gradient; the same on any machine

#if defined(__AVX512F__)
constexpr int kWidest = 16;
#else
constexpr int kWidest = 8;
#endif

template <int W>
struct Lanes {
  typedef float type __attribute__((vector_size(W * sizeof(float))));
};
template <>
struct Lanes<1> {
  typedef float type;
};
template <int W>
using Vector = typename Lanes<W>::type;

template <int W>
inline Vector<W> load(const float* from) {
  Vector<W> v;
  std::memcpy(&v, from, sizeof v);
  return v;
}

template <int W>
inline void store(float* to, Vector<W> v) {
  std::memcpy(to, &v, sizeof v);
}

// How far apart, in floats, what is written and what is read are.
struct Step {
  int64_t out, in;
};

// Offsets in floats of what a place meets and of its weights.
struct Offset {
  int64_t x, k;
};

struct Places {
  const Offset* all;
  int64_t count;
};

template <int W, int T, int U>
inline void tile(float* out, const float* x, const float* k, Places places, Step step) {
  Vector<W> sums[T * U];
  for (int i = 0; i < T * U; ++i) sums[i] = Vector<W>{};
  int64_t j = 0;
  do {  // not `for`: GCC would spill the sums where there might be no place
    const float* from = x + places.all[j].x;
    const float* weights = k + places.all[j].k;
    Vector<W> w[U];
    for (int u = 0; u < U; ++u) w[u] = load<W>(weights + u * W);
    for (int t = 0; t < T; ++t)
      for (int u = 0; u < U; ++u)
        sums[t * U + u] += load<W>(from + t * step.in + u * W) * w[u];
  } while (++j < places.count);
  for (int t = 0; t < T; ++t)
    for (int u = 0; u < U; ++u) store<W>(out + t * step.out + u * W, sums[t * U + u]);
}

// T outputs, all channels. The last vector covers some channels a second time.
template <int W, int T>
void tiles(float* out, const float* x, const float* k, Places places, Step step,
           int64_t channels) {
  constexpr int U = 8 / T;
  int64_t c = 0;
  for (; c + U * W <= channels; c += U * W)
    tile<W, T, U>(out + c, x + c, k + c, places, step);
  if (U > 1)
    for (; c + W <= channels; c += W)
      tile<W, T, 1>(out + c, x + c, k + c, places, step);
  if (c < channels) {
    c = channels - W;
    tile<W, T, 1>(out + c, x + c, k + c, places, step);
  }
}

template <int W>
using Tiles = void (*)(float*, const float*, const float*, Places, Step, int64_t);

template <int W>
constexpr Tiles<W> kTiles[] = {
    nullptr,     tiles<W, 1>, tiles<W, 2>, tiles<W, 3>, tiles<W, 4>,
    tiles<W, 5>, tiles<W, 6>, tiles<W, 7>, tiles<W, 8>};

// Cells in a line and lines, and how to go from one to the next.
struct Sweep {
  int64_t cells, lines;
  Step cell, line;
};

struct Shape {
  int64_t images, rows, columns, channels;
  int64_t row() const { return columns * channels; }
  int64_t image() const { return rows * row(); }
};

void nothing(float* out, const Sweep& sweep, int64_t channels) {
  for (int64_t i = 0; i < sweep.lines; ++i)
    for (int64_t j = 0; j < sweep.cells; ++j)
      std::fill_n(out + i * sweep.line.out + j * sweep.cell.out, channels, 0.f);
}

// Asks for the elements that the next line meets and this one does not.
inline void ask(const float* x, int64_t cells, int64_t all, int64_t channels) {
  for (int64_t i = 0; i < cells; ++i)
    for (int64_t c = 0; c < channels; c += 16) __builtin_prefetch(x + i * all + c);
}

// A rectangle's part: `channels` of `all`.
template <int W>
void sweep_over(float* out, const float* x, const float* k, Places places,
                const Sweep& sweep, int64_t channels, int64_t all, int64_t newest) {
  int64_t wide = std::max<int64_t>(kStrip / (sweep.cell.in * sizeof(float)), 8);
  wide = newest < 0 ? sweep.cells : wide / 8 * 8;
  for (int64_t from = 0; from < sweep.cells; from += wide) {
    int64_t cells = std::min(wide, sweep.cells - from);
    for (int64_t line = 0; line < sweep.lines; ++line) {
      float* o = out + from * sweep.cell.out + line * sweep.line.out;
      const float* i = x + from * sweep.cell.in + line * sweep.line.in;
      for (int64_t left = cells; left > 0;) {
        int64_t turns = (left + 7) / 8, some = (left + turns - 1) / turns;
        if (newest >= 0 && line + 1 < sweep.lines)
          ask(i + newest + sweep.line.in, some * sweep.cell.in / all, all, channels);
        kTiles<W>[some](o, i, k, places, sweep.cell, channels);
        o += some * sweep.cell.out;
        i += some * sweep.cell.in;
        left -= some;
      }
    }
  }
}

// Rows [begin, end) of one image's outputs.
template <int W>
void convolve(float* out, const float* x, const float* k,
              const std::vector<Rectangle>& all, const Shape& to, const Shape& of,
              int64_t places, int64_t begin, int64_t end) {
  const int64_t channels = to.channels;
  int64_t block = kWeights / (places * sizeof(float)) / (8 * W) * (8 * W);
  block = std::max<int64_t>(block, 8 * W);
  std::vector<Offset> offsets;
  for (int64_t c = 0; c < channels; c += block) {
    int64_t some = std::min(block, channels - c);
    int64_t at = some < W ? channels - W : c;
    some = std::max<int64_t>(some, W);
    for (const Rectangle& r : all) {
      auto [top, bottom] = r.among(begin, end);
      if (top >= bottom) continue;
      Sweep sweep{r.columns.count, bottom - top,
                  {r.columns.step * channels, r.columns.advance * channels},
                  {r.rows.step * to.row(), r.rows.advance * of.row()}};
      float* o = out + at + r.rows.first * to.row() + top * sweep.line.out +
                 r.columns.first * channels;
      if (r.taps.empty()) {
        nothing(o, sweep, some);
        continue;
      }
      const float* i = x + at + top * sweep.line.in;
      offsets.clear();
      for (const Tap& tap : r.taps)
        offsets.push_back({tap.at * channels, tap.place * channels});
      int64_t newest = offsets[offsets.size() - r.columns.meets.size()].x;
      if (sweep.cells < 8 && sweep.lines > sweep.cells) {  // an edge: tiles go down
        std::swap(sweep.cells, sweep.lines);
        std::swap(sweep.cell, sweep.line);
        newest = -1;
      }
      Places meets{offsets.data(), static_cast<int64_t>(offsets.size())};
      sweep_over<W>(o, i, k + at, meets, sweep, some, channels, newest);
    }
  }
}

// Adds to sums[j], for j < N, the products of y and of x at from[j].
template <int W, int N>
void products(float* const* sums, const float* x, const float* y, const int64_t* from,
              const Sweep& sweep) {
  Vector<W> s[N];
  int64_t f[N];
  for (int j = 0; j < N; ++j) {
    s[j] = load<W>(sums[j]);
    f[j] = from[j];
  }
  int64_t line = 0;
  do {
    const float *a = x + line * sweep.line.in, *g = y + line * sweep.line.out;
    int64_t cell = 0;
    do {
      Vector<W> v = load<W>(g);
      for (int j = 0; j < N; ++j) s[j] += load<W>(a + f[j]) * v;
      a += sweep.cell.in;
      g += sweep.cell.out;
    } while (++cell < sweep.cells);
  } while (++line < sweep.lines);
  for (int j = 0; j < N; ++j) store<W>(sums[j], s[j]);
}

template <int W>
using Products = void (*)(float* const*, const float*, const float*, const int64_t*,
                          const Sweep&);

constexpr int kMost = 9;  // sums that stay in registers
template <int W>
constexpr Products<W> kProducts[] = {
    nullptr,        products<W, 1>, products<W, 2>, products<W, 3>, products<W, 4>,
    products<W, 5>, products<W, 6>, products<W, 7>, products<W, 8>, products<W, 9>};

// Adds what rows [begin, end) of one image's outputs give to sums (places, padded), in
// which the last vector of channels has a place of its own.
template <int W>
void add_products(float* sums, const float* x, const float* y,
                  const std::vector<Rectangle>& all, const Shape& of, const Shape& to,
                  int64_t padded, int64_t begin, int64_t end) {
  const int64_t channels = to.channels;
  for (const Rectangle& r : all) {
    auto [top, bottom] = r.among(begin, end);
    if (top >= bottom || r.taps.empty()) continue;
    Step cell{channels, r.columns.advance * channels};
    Step line{to.row(), r.rows.advance * of.row()};
    // Rows that stay in the second cache while the blocks of channels pass over them
    int64_t high = std::max<int64_t>(1, 65536 / (r.columns.count * cell.in));
    for (int64_t t = top; t < bottom; t += high) {
      Sweep sweep{r.columns.count, std::min(high, bottom - t), cell, line};
      const float* g = y + (r.rows.first + t) * to.row() + r.columns.first * channels;
      const float* a = x + t * line.in;
      for (int64_t c = 0; c < channels; c += W) {
        int64_t at = std::min(c, channels - W);
        for (size_t j = 0; j < r.taps.size(); j += kMost) {
          float* into[kMost];
          int64_t from[kMost];
          int n = std::min<int64_t>(kMost, r.taps.size() - j);
          for (int i = 0; i < n; ++i) {
            into[i] = sums + r.taps[j + i].place * padded + c;
            from[i] = r.taps[j + i].at * channels;
          }
          kProducts<W>[n](into, a + at, g + at, from, sweep);
        }
      }
    }
  }
}

// Calls work(image, first row, one behind the last) for the rows [begin, end) of all.
template <typename Work>
void each_image(int64_t rows, int64_t begin, int64_t end, const Work& work) {
  while (begin < end) {
    int64_t image = begin / rows, stop = std::min(end, (image + 1) * rows);
    work(image, begin - image * rows, stop - image * rows);
    begin = stop;
  }
}

using Floats = ffi::Buffer<ffi::F32>;
using Result = ffi::Result<Floats>;
using Numbers = ffi::Span<const int64_t>;  // steps, dilation, padding before; both axes

Shape shape(ffi::Span<const int64_t> d) { return {d[0], d[1], d[2], d[3]}; }

// Axis a (0: rows, 1: columns) of a window of `size` that slides over `of`.
Axis axis(int a, ffi::Span<const int64_t> of, ffi::Span<const int64_t> counts,
          ffi::Span<const int64_t> size, Numbers w) {
  return {of[1 + a], counts[1 + a], size[a], w[a], w[2 + a], w[4 + a]};
}

// The widest vectors that fall into few channels without a rest: with 24 channels 8
// lanes take half the time of 16. Where there are many, a rest costs little.
template <typename Work>
void at_width(int64_t channels, const Work& work) {
  auto fits = [&](int64_t lanes) {
    return channels >= lanes && (channels % lanes == 0 || channels >= 4 * lanes);
  };
  if (kWidest > 8 && fits(16)) work(std::integral_constant<int, kWidest>());
  else if (fits(8)) work(std::integral_constant<int, 8>());
  else if (channels >= 4) work(std::integral_constant<int, 4>());
  else work(std::integral_constant<int, 1>());
}

ffi::Error map(Pool& pool, const Floats& x, const Floats& k, Numbers w, Result& y,
               bool transposed) {
  auto from = x.dimensions(), to = y->dimensions(), size = k.dimensions();
  Shape of = shape(from), out = shape(to);
  auto runs = [&](int a) {
    return transposed ? transpose_runs(axis(a, to, from, size, w))
                      : forward_runs(axis(a, from, to, size, w));
  };
  if (!y->element_count()) return ffi::Error::Success();
  auto all = rectangles(runs(0), runs(1), of.columns, size[1]);
  const int64_t places = size[0] * size[1], work = out.row() * std::max<int64_t>(places, 1);
  const float *a = x.typed_data(), *b = k.typed_data();
  float* o = y->typed_data();
  at_width(out.channels, [&](auto width) {
    auto rows = [&](int64_t begin, int64_t end) {
      each_image(out.rows, begin, end, [&](int64_t n, int64_t first, int64_t behind) {
        convolve<width.value>(o + n * out.image(), a + n * of.image(), b, all, out, of,
                              places, first, behind);
      });
    };
    parallel_rows(pool, out.images * out.rows, (kLeast + work - 1) / work, rows, 4);
  });
  return ffi::Error::Success();
}

ffi::Error depthwise(Pool pool, Floats x, Floats k, Numbers window, Result y) {
  return map(pool, x, k, window, y, false);
}

ffi::Error depthwise_transpose(Pool pool, Floats y, Floats k, Numbers window, Result x) {
  return map(pool, y, k, window, x, true);
}

ffi::Error depthwise_kernel(Pool pool, Floats x, Floats y, Numbers window, Result k) {
  auto from = x.dimensions(), to = y.dimensions(), size = k->dimensions();
  Shape of = shape(from), out = shape(to);
  auto runs = [&](int a) { return forward_runs(axis(a, from, to, size, window)); };
  auto all = rectangles(runs(0), runs(1), of.columns, size[1]);
  const int64_t places = size[0] * size[1], rows = out.images * out.rows;
  const int64_t channels = out.channels, work = out.row() * places;
  float* sum = k->typed_data();
  std::fill_n(sum, places * channels, 0.f);
  if (!work || !rows) return ffi::Error::Success();
  const int64_t pieces = std::clamp<int64_t>(rows * work / kLeast, 1, std::min(rows, kPieces));
  at_width(channels, [&](auto width) {
    constexpr int W = width.value;
    const int64_t padded = (channels + W - 1) / W * W;
    std::unique_ptr<float[]> parts(new float[pieces * places * padded]);
    parallel_for(pool, pieces, [&](int64_t i) {
      float* part = parts.get() + i * places * padded;
      std::fill_n(part, places * padded, 0.f);
      each_image(out.rows, rows * i / pieces, rows * (i + 1) / pieces,
                 [&](int64_t n, int64_t first, int64_t behind) {
                   add_products<W>(part, x.typed_data() + n * of.image(),
                                   y.typed_data() + n * out.image(), all, of, out,
                                   padded, first, behind);
                 });
    });
    const int64_t whole = channels / W * W, back = padded - channels;
    for (int64_t i = 0; i < pieces; ++i)
      for (int64_t p = 0; p < places; ++p) {
        const float* part = parts.get() + (i * places + p) * padded;
        float* into = sum + p * channels;
        for (int64_t c = 0; c < whole; ++c) into[c] += part[c];
        for (int64_t c = whole; c < channels; ++c) into[c] += part[c + back];
      }
  });
  return ffi::Error::Success();
}

auto binding() {
  return ffi::Ffi::Bind()
      .Ctx<Pool>()
      .Arg<Floats>()
      .Arg<Floats>()
      .Attr<Numbers>("window")
      .Ret<Floats>();
}

ADDAX_HANDLER(depthwise, binding());
ADDAX_HANDLER(depthwise_transpose, binding());
ADDAX_HANDLER(depthwise_kernel, binding());

}  // namespace
}  // namespace addax
