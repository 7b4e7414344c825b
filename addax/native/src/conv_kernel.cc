// The gradient of a convolution's kernel: for each place in the window a product of
// x, transposed, with y, summed over all pixels.
//
// A unit of work copies some rows of x with zeros at both ends. Then the places of a row
// of the window and their channels lie beside each other in memory, a pixel's after the
// last one's: 14 of those times 32 outputs are one tile of sums in registers
// (conv_tiles.h), kept while the tile runs over all pixels at hand. Each thread has
// sums of its own, for a part of the images, or of the outputs where the kernel is so
// large that adding up would take long. For 16 to 256 channels 155 to 220 GFLOP/s a
// core, of 235 (AMD Zen 5).
#include <algorithm>

#include "conv_shape.h"
#include "conv_tiles.h"

namespace addax {
namespace {

constexpr int64_t kOperands = 48 << 10;  // floats of both at work: 192 KB, level 2
constexpr int64_t kLarge = 256 << 10;    // floats of a kernel that is not summed twice

struct Work {
  const Shape& s;
  int64_t wide;   // columns of x, zeros included
  int64_t outs;   // outputs in whole blocks
  int64_t x_row, y_row;
  int64_t band, group;  // rows of y in a unit; images, where all rows fit

  explicit Work(const Shape& s) : s(s) {
    const Span& a = s.columns;
    wide = (a.count - 1) * a.stride + (a.window - 1) * a.dilation + 1;
    outs = parts(s.outputs, kBlock) * kBlock;
    x_row = wide * s.inputs;
    y_row = a.count * outs;
    int64_t most = std::max(kOperands, s.places() * s.inputs * outs / 8);
    band = std::max<int64_t>(1, most / (x_row * s.rows.stride + y_row));
    band = std::min(band, s.rows.count);
    group = 1;
    if (band == s.rows.count) {
      group = std::max<int64_t>(1, most / (held(band) * x_row + band * y_row));
      group = std::min(group, s.batch);
    }
  }

  int64_t held(int64_t rows) const {
    return (rows - 1) * s.rows.stride + (s.rows.window - 1) * s.rows.dilation + 1;
  }

  // Rows of image n from those that meet row q of y on.
  void copy_x(const float* x, int64_t n, int64_t q, int64_t rows, float* to) const {
    const Span &d = s.rows, &a = s.columns;
    int64_t c = s.inputs, first = std::max<int64_t>(-a.low, 0);  // cut off before it
    int64_t left = std::clamp<int64_t>(a.low, 0, wide);
    int64_t inside = std::clamp<int64_t>(a.size - first, 0, wide - left);
    for (int64_t r = 0; r < rows; ++r, to += x_row) {
      int64_t row = q * d.stride + r - d.low;
      if (row < 0 || row >= d.size) {
        std::memset(to, 0, x_row * 4);
        continue;
      }
      std::memset(to, 0, left * c * 4);
      const float* from = x + ((n * d.size + row) * a.size + first) * c;
      std::memcpy(to + left * c, from, inside * c * 4);
      std::memset(to + (left + inside) * c, 0, (wide - left - inside) * c * 4);
    }
  }

  // Outputs made whole blocks, by zeros.
  void copy_y(const float* y, int64_t pixels, float* to) const {
    for (int64_t i = 0; i < pixels; ++i, y += s.outputs, to += outs) {
      std::memcpy(to, y, s.outputs * 4);
      std::memset(to + s.outputs, 0, (outs - s.outputs) * 4);
    }
  }
};

// Adds what images [n0, n1) give for outputs [o0, o1) to k, (places, inputs, outs).
void add_images(const Work& w, const float* x, const float* y, int64_t n0, int64_t n1,
                int64_t o0, int64_t o1, float* k) {
  const Shape& s = w.s;
  const Span &d = s.rows, &a = s.columns;
  int64_t x_image = w.held(w.band) * w.x_row, y_image = w.band * w.y_row;
  float* xs = scratch<0>(w.group * x_image);
  float* ys = w.outs == s.outputs ? nullptr : scratch<1>(w.group * y_image);
  // Dilated, the places of a row of the window do not lie beside each other.
  int64_t runs = a.dilation == 1 ? 1 : a.window;
  int64_t run = a.window / runs * s.inputs;
  for (int64_t n = n0; n < n1; n += w.group) {
    int64_t images = std::min(w.group, n1 - n);
    for (int64_t q = 0; q < d.count; q += w.band) {
      int64_t rows = std::min(w.band, d.count - q);
      for (int64_t i = 0; i < images; ++i) {
        w.copy_x(x, n + i, q, w.held(rows), xs + i * x_image);
      }
      const float* from = y + (n * d.count + q) * a.count * s.outputs;
      if (ys) {  // several images only where each is there with all its rows
        w.copy_y(from, images * rows * a.count, ys);
        from = ys;
      }
      Strip strip{rows,  a.count, d.stride * w.x_row, a.stride * s.inputs,
                  w.y_row, w.outs, w.outs};
      for (int64_t o = o0; o < o1;) {
        int blocks = o1 - o >= kMaxBlocks * kBlock ? kMaxBlocks : 1;
        int64_t tiles = parts(run, tile_limit(blocks));
        for (int64_t j = 0; j < d.window * runs * tiles; ++j) {
          int64_t part = j % tiles, place = j / tiles;
          int64_t p = run * part / tiles, size = run * (part + 1) / tiles - p;
          const float* at = xs + place / runs * d.dilation * w.x_row +
                            place % runs * a.dilation * s.inputs + p;
          float* to = k + (place * run + p) * w.outs + o;
          for (int64_t i = 0; i < images; ++i) {
            outer_for(size, blocks)(at + i * x_image, from + i * y_image + o, strip, to);
          }
        }
        o += blocks * kBlock;
      }
    }
  }
}

using Floats = ffi::Buffer<ffi::F32>;

ffi::Error conv_kernel(Pool pool, Floats x, Floats y, ffi::Span<const int64_t> sizes,
                       ffi::ResultBuffer<ffi::F32> result) {
  Shape s = shape_of(sizes);
  float* k = result->typed_data();
  int64_t rows = s.places() * s.inputs;
  if (s.batch * s.rows.count * s.columns.count == 0) {
    std::memset(k, 0, rows * s.outputs * 4);
    return ffi::Error::Success();
  }
  Work w(s);
  int64_t size = rows * w.outs, all = threads(pool);
  int64_t slices = size > kLarge ? 1 : std::min(s.batch, all);
  int64_t splits = std::min(w.outs / kBlock, parts(all, slices));
  bool direct = slices == 1 && w.outs == s.outputs;
  float* sums = direct ? k : scratch<2>(slices * size);
  std::memset(sums, 0, slices * size * 4);
  parallel_for(pool, slices * splits, [&](int64_t i) {
    int64_t slice = i / splits, split = i % splits, blocks = w.outs / kBlock;
    add_images(w, x.typed_data(), y.typed_data(), s.batch * slice / slices,
               s.batch * (slice + 1) / slices, blocks * split / splits * kBlock,
               blocks * (split + 1) / splits * kBlock, sums + slice * size);
  });
  if (direct) return ffi::Error::Success();
  for (int64_t r = 0; r < rows; ++r) {
    std::memcpy(k + r * s.outputs, sums + r * w.outs, s.outputs * 4);
    for (int64_t i = 1; i < slices; ++i) {
      const float* more = sums + i * size + r * w.outs;
      for (int64_t o = 0; o < s.outputs; ++o) k[r * s.outputs + o] += more[o];
    }
  }
  return ffi::Error::Success();
}

ADDAX_HANDLER(conv_kernel, ffi::Ffi::Bind()
                               .Ctx<Pool>()
                               .Arg<Floats>()
                               .Arg<Floats>()
                               .Attr<ffi::Span<const int64_t>>("sizes")
                               .Ret<Floats>());

}  // namespace
}  // namespace addax
