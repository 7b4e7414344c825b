// Convolutions of images with channels last, and their transposes.
//
// Both are sums over taps: a place in the operand times a matrix of the kernel. Each
// unit of work copies the rows that it reads, with zeros around, into blocks of 16
// channels, so that the pixels of a tile lie 64 bytes apart whatever the channels and
// strides; then, for 32 outputs and as many inputs as fit level 1 with them, it packs
// the kernel and runs through its pixels in tiles (conv_tiles.h). For 16 to 256
// channels that is 170 to 220 GFLOP/s a core, of 235 (AMD Zen 5).
#include <algorithm>
#include <vector>

#include "conv_shape.h"
#include "conv_tiles.h"

namespace addax {
namespace {

constexpr int64_t kWeights = 9 << 10;    // floats of the kernel at work: 36 KB, level 1
constexpr int64_t kOperand = 96 << 10;   // floats of the operand: 384 KB, level 2
constexpr int64_t kOutside = 512 << 10;  // the same beside a large kernel: level 3

struct Tap {
  int64_t at, offset;
};

// Along an axis, result first + i * step is the sum over taps of operand
// i * stride + offset times kernel element `at`.
struct Axis {
  int64_t count, first, step, stride;
  std::vector<Tap> taps;
};

std::vector<Axis> forward(const Span& s) {
  Axis axis{s.count, 0, 1, s.stride, {}};
  for (int64_t k = 0; k < s.window; ++k) {
    axis.taps.push_back({k, k * s.dilation - s.low});
  }
  return {axis};
}

// The transpose falls into as many plain convolutions as a stride has steps, each with
// the elements of the kernel that meet its results.
std::vector<Axis> transposed(const Span& s) {
  std::vector<Axis> found;
  for (int64_t a = 0; a < std::min(s.stride, s.size); ++a) {
    Axis axis{parts(s.size - a, s.stride), a, s.stride, 1, {}};
    for (int64_t k = 0; k < s.window; ++k) {
      int64_t at = a + s.low - k * s.dilation;
      if (at % s.stride == 0) axis.taps.push_back({k, at / s.stride});
    }
    found.push_back(axis);
  }
  return found;
}

// What all of them read: operands i * stride + low to i * stride + high.
struct Reach {
  int64_t low = INT64_MAX, high = INT64_MIN, count = 0, stride = 1;
  explicit Reach(const std::vector<Axis>& axes) {
    for (const Axis& axis : axes) {
      stride = axis.stride;
      count = std::max(count, axis.count);
      for (const Tap& tap : axis.taps) {
        low = std::min(low, tap.offset);
        high = std::max(high, tap.offset);
      }
    }
    if (low > high) low = high = 0;
  }
  int64_t held(int64_t results) const { return (results - 1) * stride + high - low + 1; }
};

struct Map {
  int64_t batch, rows, columns, depth;     // of the operand
  int64_t to_rows, to_columns, width;      // of the result
  std::vector<Axis> down, across;
  int64_t window, k_place, k_in, k_out;    // steps in the kernel
};

// A packed row is (block, column % stride, column / stride, 16).
struct Packed {
  int64_t low, phases, places, blocks, block, row;
  Packed(const Map& m, const Reach& r)
      : low(r.low),
        phases(r.stride),
        places(r.count + (r.high - r.low) / r.stride),
        blocks(parts(m.depth, kBlock)),
        block(phases * places * kBlock),
        row(blocks * block) {}
  int64_t place(int64_t offset) const {
    int64_t c = offset - low;
    return (c % phases * places + c / phases) * kBlock;
  }
};

void pack_row(const Map& m, const Packed& p, const float* x, float* to) {
  for (int64_t b = 0; b < p.blocks; ++b) {
    int64_t depth = std::min<int64_t>(kBlock, m.depth - b * kBlock);
    for (int64_t phase = 0; phase < p.phases; ++phase) {
      for (int64_t i = 0; i < p.places; ++i, to += kBlock) {
        int64_t column = p.low + phase + i * p.phases;
        const float* from = x + column * m.depth + b * kBlock;
        if (column < 0 || column >= m.columns) {
          std::memset(to, 0, kBlock * 4);
        } else if (depth == kBlock) {
          std::memcpy(to, from, kBlock * 4);
        } else {
          for (int64_t c = 0; c < depth; ++c) to[c] = from[c];
        }
      }
    }
  }
}

// How the work is divided: images together while they are small, bands of rows of one
// that is large; the outputs only where there would be too few units, or where a unit
// for half of the rows would have to pack the whole of a large kernel.
struct Units {
  int64_t together, groups, band, bands, splits;
  Units(const Map& m, const Reach& down, const Packed& p, int64_t threads, int64_t slabs) {
    int64_t image = down.held(down.count) * p.row;
    int64_t kernel = m.depth * m.width * down.held(1) * m.window;
    int64_t most = std::max(kOperand, std::min(kOutside, kernel / 4));
    together = std::min(std::max<int64_t>(1, most / image), parts(m.batch, threads));
    groups = parts(m.batch, together);
    groups = std::min(m.batch, parts(groups, threads) * threads);
    together = parts(m.batch, groups);
    groups = parts(m.batch, together);
    band = down.count;
    if (image > most) {
      int64_t fit = (most / p.row - down.held(1)) / down.stride + 1;
      band = std::min(band, std::max<int64_t>(4, fit));
    }
    bool few = groups * parts(down.count, band) < threads;
    if (few && kernel < image) {
      band = std::max<int64_t>(std::min<int64_t>(4, band), parts(down.count, threads));
    }
    bands = parts(down.count, band);
    band = parts(down.count, bands);
    bands = parts(down.count, band);
    splits = std::min(slabs, parts(threads, groups * bands));
  }
};

// Some blocks of inputs for one slab of outputs: (block, tap, input, output).
void pack_weights(const Map& m, const float* k, const std::vector<Tap>& at, int64_t block,
                  int64_t blocks, int64_t depth, int64_t lanes, int64_t wide, float* w) {
  for (int64_t b = block; b < block + blocks; ++b) {
    for (const Tap& tap : at) {
      const float* from = k + tap.at * m.k_place + b * kBlock * m.k_in;
      if (lanes < wide) std::memset(w, 0, depth * wide * 4);
      if (m.k_out == 1) {
        for (int64_t c = 0; c < depth; ++c) {
          for (int64_t l = 0; l < lanes; ++l) w[c * wide + l] = from[c * m.k_in + l];
        }
      } else {  // in the order of memory
        for (int64_t l = 0; l < lanes; ++l) {
          for (int64_t c = 0; c < depth; ++c) w[c * wide + l] = from[l * m.k_out + c];
        }
      }
      w += depth * wide;
    }
  }
}

class Unit {
 public:
  Unit(const Map& m, const Reach& down, const Packed& packed, const float* k, float* y)
      : m(m), down(down), packed(packed), k(k), y(y) {}

  int64_t n0, n1, q0, q1;  // images, results in each

  void pack(const float* x) {
    held = down.held(q1 - q0);
    here = scratch<0>((n1 - n0) * held * packed.row);
    float* to = here;
    for (int64_t n = n0; n < n1; ++n) {
      for (int64_t r = 0; r < held; ++r, to += packed.row) {
        int64_t row = q0 * down.stride + down.low + r;
        if (row < 0 || row >= m.rows) {
          std::memset(to, 0, packed.row * 4);
        } else {
          pack_row(m, packed, x + (n * m.rows + row) * m.columns * m.depth, to);
        }
      }
    }
  }

  // Outputs from `out` on, of one of the plain convolutions.
  void run(const Axis& dy, const Axis& dx, int64_t out, int blocks) {
    int64_t wide = blocks * kBlock, lanes = std::min(wide, m.width - out);
    std::vector<Tap> taps;
    for (const Tap& ty : dy.taps) {
      for (const Tap& tx : dx.taps) {
        int64_t row = (ty.offset - down.low) * packed.row;
        taps.push_back({ty.at * m.window + tx.at, row + packed.place(tx.offset)});
      }
    }
    // Where no tap meets a result, one sweep over no places makes it zero.
    int64_t count = taps.size(), full = count ? m.depth / kBlock : 0;
    int64_t block = std::max<int64_t>(count, 1) * kBlock * wide;
    int64_t at_once = std::min(std::max<int64_t>(1, kWeights / block), full + 1);
    float* w = scratch<1>(at_once * block);
    std::vector<int64_t> places;
    bool add = false;
    for (int64_t b = 0; b < (count ? packed.blocks : 1);) {
      int64_t some = std::max<int64_t>(1, std::min(at_once, full - b));
      int64_t depth = std::min<int64_t>(kBlock, m.depth - b * kBlock);
      pack_weights(m, k + out * m.k_out, taps, b, some, depth, lanes, wide, w);
      places.clear();
      for (int64_t e = b; e < b + some; ++e) {
        for (const Tap& tap : taps) places.push_back(e * packed.block + tap.offset);
      }
      int64_t step = dx.step * m.width;
      sweep(dy, dx, {places.data(), some * count, depth, w, step, lanes, add}, out, blocks);
      add = true;
      b += some;
    }
  }

 private:
  void sweep(const Axis& dy, const Axis& dx, const Tile& t, int64_t out, int blocks) {
    int64_t tiles = parts(dx.count, tile_limit(blocks));
    for (int64_t n = n0; n < n1; ++n) {
      for (int64_t q = q0; q < std::min(q1, dy.count); ++q) {
        const float* from = here + ((n - n0) * held + (q - q0) * down.stride) * packed.row;
        int64_t row = n * m.to_rows + dy.first + q * dy.step;
        float* to = y + (row * m.to_columns + dx.first) * m.width + out;
        for (int64_t i = 0; i < tiles; ++i) {
          int64_t a = dx.count * i / tiles, z = dx.count * (i + 1) / tiles;
          tile_for(z - a, blocks)(from + a * kBlock, t, to + a * t.step);
        }
      }
    }
  }

  const Map& m;
  const Reach& down;
  const Packed& packed;
  const float* k;
  float* y;
  int64_t held = 0;
  float* here = nullptr;
};

void run(Pool& pool, const Map& m, const float* x, const float* k, float* y) {
  if (m.batch * m.to_rows * m.to_columns * m.width == 0) return;
  Reach down(m.down), across(m.across);
  Packed packed(m, across);
  int64_t wide = kMaxBlocks * kBlock, slabs = parts(m.width, wide);
  Units units(m, down, packed, threads(pool), slabs);
  parallel_for(pool, units.groups * units.bands * units.splits, [&](int64_t i) {
    int64_t split = i % units.splits, part = i / units.splits;
    int64_t group = part / units.bands, band = part % units.bands;
    Unit unit(m, down, packed, k, y);
    unit.n0 = group * units.together;
    unit.n1 = std::min(m.batch, unit.n0 + units.together);
    unit.q0 = band * units.band;
    unit.q1 = std::min(down.count, unit.q0 + units.band);
    unit.pack(x);
    int64_t last = slabs * (split + 1) / units.splits;
    for (const Axis& dy : m.down) {
      for (const Axis& dx : m.across) {
        for (int64_t s = slabs * split / units.splits; s < last; ++s) {
          unit.run(dy, dx, s * wide, m.width - s * wide > kBlock ? kMaxBlocks : 1);
        }
      }
    }
  });
}

using Sizes = ffi::Span<const int64_t>;
using Floats = ffi::Buffer<ffi::F32>;
using Result = ffi::ResultBuffer<ffi::F32>;

ffi::Error conv(Pool pool, Floats x, Floats k, Sizes sizes, Result y) {
  Shape s = shape_of(sizes);
  Map m{s.batch,         s.rows.size,      s.columns.size,        s.inputs,
        s.rows.count,    s.columns.count,  s.outputs,             forward(s.rows),
        forward(s.columns), s.columns.window, s.inputs * s.outputs, s.outputs, 1};
  run(pool, m, x.typed_data(), k.typed_data(), y->typed_data());
  return ffi::Error::Success();
}

ffi::Error conv_transpose(Pool pool, Floats y, Floats k, Sizes sizes, Result x) {
  Shape s = shape_of(sizes);
  Map m{s.batch,         s.rows.count,     s.columns.count,       s.outputs,
        s.rows.size,     s.columns.size,   s.inputs,              transposed(s.rows),
        transposed(s.columns), s.columns.window, s.inputs * s.outputs, 1, s.outputs};
  run(pool, m, y.typed_data(), k.typed_data(), x->typed_data());
  return ffi::Error::Success();
}

auto binding() {
  return ffi::Ffi::Bind().Ctx<Pool>().Arg<Floats>().Arg<Floats>().Attr<Sizes>("sizes")
      .Ret<Floats>();
}

ADDAX_HANDLER(conv, binding());
ADDAX_HANDLER(conv_transpose, binding());

}  // namespace
}  // namespace addax
