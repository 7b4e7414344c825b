// Dot-product attention, forward and backward, without the scores of all heads in memory.
//
// Queries, keys and values lie as layers make them, (batch, places, heads, size): XLA
// transposes each to put heads before places, and back. A thread takes one head of one
// sample: its keys and values, packed both ways, stay in the cache, and so does a block
// of rows of scores. What the backward pass needs of them it computes again from the
// largest score and the sum of each row (Dao et al. 2022, https://arxiv.org/abs/2205.14135).
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "functions.h"
#include "gemm.h"
#include "handler.h"

namespace addax {
namespace {

using F32 = ffi::Buffer<ffi::F32>;
using Bools = ffi::Buffer<ffi::PRED>;
using Out = ffi::ResultBuffer<ffi::F32>;

// What a hidden score is, as in the XLA formulation: low, but finite.
constexpr float kHidden = -0.7f * std::numeric_limits<float>::max();
constexpr int64_t kScores = 1 << 14;  // floats in a block of rows: 64 KB

struct Shape {
  int64_t batch, queries, keys, heads, size, value_size;
  int64_t wide_keys, wide_size, wide_value;  // padded to whole vectors
  int64_t block;                             // rows of scores at a time

  Shape(const F32& q, const F32& k, const F32& v)
      : batch(q.dimensions()[0]), queries(q.dimensions()[1]), keys(k.dimensions()[1]),
        heads(q.dimensions()[2]), size(q.dimensions()[3]),
        value_size(v.dimensions()[3]), wide_keys(padded(keys)), wide_size(padded(size)),
        wide_value(padded(value_size)),
        block(std::clamp<int64_t>(kScores / std::max<int64_t>(wide_keys, 1), kRows, 64)) {}
};

// Which keys a row of queries sees. The mask's axes are (batch, heads, queries, keys),
// each of them 1 or whole; an empty mask hides nothing.
struct Mask {
  const bool* at = nullptr;
  int64_t batch = 0, head = 0, row = 0, key = 0;

  explicit Mask(const Bools& mask) {
    if (mask.element_count() == 0) return;
    at = mask.typed_data();
    auto d = mask.dimensions();
    key = d[3] > 1;
    row = d[2] > 1 ? d[3] : 0;
    head = d[1] > 1 ? d[2] * d[3] : 0;
    batch = d[0] > 1 ? d[1] * d[2] * d[3] : 0;
  }

  const bool* of(int64_t b, int64_t h) const { return at + b * batch + h * head; }
};

// Halves fold onto each other: log2(lanes) steps, where a loop would take one for each.
template <typename Fold>
float fold(Vec v, const Fold& with) {
  float parts[kLanes];
  store(parts, v);
  for (int n = kLanes / 2; n; n /= 2)
    for (int i = 0; i < n; ++i) parts[i] = with(parts[i], parts[i + n]);
  return parts[0];
}

float sum(Vec v) {
  return fold(v, [](float a, float b) { return a + b; });
}

// Rows of one head, `stride` apart, to rows of `wide` floats, times a factor.
void pack(const float* from, int64_t stride, int64_t rows, int64_t n, int64_t wide,
          float by, float* to) {
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < n; ++j) to[i * wide + j] = from[i * stride + j] * by;
    for (int64_t j = n; j < wide; ++j) to[i * wide + j] = 0;
  }
}

// The same, turned: element j of row i to `to[j * wide + i]`. As many rows at a time as
// a line of the cache takes of them.
void pack_turned(const float* from, int64_t stride, int64_t rows, int64_t n,
                 int64_t wide, float* to) {
  for (int64_t at = 0; at < rows; at += 16) {
    const int64_t some = std::min<int64_t>(16, rows - at);
    for (int64_t j = 0; j < n; ++j)
      for (int64_t i = 0; i < some; ++i)
        to[j * wide + at + i] = from[(at + i) * stride + j];
  }
  for (int64_t j = 0; j < n; ++j) std::fill(to + j * wide + rows, to + (j + 1) * wide, 0.f);
}

void unpack(const float* from, int64_t wide, int64_t rows, int64_t n, float* to,
            int64_t stride) {
  for (int64_t i = 0; i < rows; ++i)
    std::copy(from + i * wide, from + i * wide + n, to + i * stride);
}

// Scores of some rows: products, hidden where the mask says so or a key comes later.
void score(const Shape& s, const float* query, const float* turned_keys,
           const Mask& mask, const bool* seen, bool causal, int64_t first, int64_t rows,
           float* scores) {
  gemm({query, s.wide_size, 1}, turned_keys, s.wide_keys, scores, s.wide_keys, rows,
       s.wide_keys, s.size);
  for (int64_t i = 0; i < rows; ++i) {
    float* row = scores + i * s.wide_keys;
    if (mask.at) {
      const bool* line = seen + (first + i) * mask.row;
      for (int64_t j = 0; j < s.keys; ++j) row[j] = line[j * mask.key] ? row[j] : kHidden;
    }
    if (causal)
      for (int64_t j = first + i + 1; j < s.keys; ++j) row[j] = kHidden;
  }
}

// A row of scores to weights before division: e to the (score - most). Their sum.
float weigh(float* row, int64_t keys, int64_t wide, float most) {
  Vec total{};
  for (int64_t j = 0; j < wide; j += kLanes) {
    const Vec x = load(row + j) - most;
    store(row + j, x < -87.0f ? Vec{} : exp(x));  // hidden keys have none, not a little
    if (j + kLanes > keys) std::fill(row + keys, row + wide, 0.f);
    total += load(row + j);
  }
  return sum(total);
}

float most_of(float* row, int64_t keys, int64_t wide) {
  std::fill(row + keys, row + wide, row[0]);
  Vec most = load(row);
  for (int64_t j = kLanes; j < wide; j += kLanes) {
    const Vec x = load(row + j);
    most = x > most ? x : most;
  }
  return fold(most, [](float a, float b) { return b > a ? b : a; });
}

ffi::Error attention(Pool pool, F32 q, F32 k, F32 v, Bools seen, float scale,
                     bool causal, Out out, Out most, Out share) {
  const Shape s(q, k, v);
  const Mask mask(seen);
  const int64_t q_row = s.heads * s.size, v_row = s.heads * s.value_size;
  parallel_rows(pool, s.batch * s.heads, 1, [&](int64_t begin, int64_t end) {
    std::vector<float> turned(s.size * s.wide_keys), values(s.keys * s.wide_value),
        query(s.block * s.wide_size), scores(s.block * s.wide_keys),
        result(s.block * s.wide_value);
    for (int64_t i = begin; i < end; ++i) {
      const int64_t b = i / s.heads, h = i % s.heads;
      pack_turned(k.typed_data() + b * s.keys * q_row + h * s.size, q_row, s.keys, s.size,
                  s.wide_keys, turned.data());
      pack(v.typed_data() + b * s.keys * v_row + h * s.value_size, v_row, s.keys,
           s.value_size, s.wide_value, 1, values.data());
      const float* queries = q.typed_data() + b * s.queries * q_row + h * s.size;
      float* to = out->typed_data() + b * s.queries * v_row + h * s.value_size;
      for (int64_t t = 0; t < s.queries; t += s.block) {
        const int64_t rows = std::min(s.block, s.queries - t);
        pack(queries + t * q_row, q_row, rows, s.size, s.wide_size, scale, query.data());
        score(s, query.data(), turned.data(), mask, mask.of(b, h), causal, t, rows,
              scores.data());
        for (int64_t r = 0; r < rows; ++r) {
          float* row = scores.data() + r * s.wide_keys;
          const float m = most_of(row, s.keys, s.wide_keys);
          const float total = weigh(row, s.keys, s.wide_keys, m);
          most->typed_data()[i * s.queries + t + r] = m;
          share->typed_data()[i * s.queries + t + r] = 1 / total;
        }
        gemm({scores.data(), s.wide_keys, 1}, values.data(), s.wide_value, result.data(),
             s.wide_value, rows, s.wide_value, s.keys);
        for (int64_t r = 0; r < rows; ++r) {
          const float part = share->typed_data()[i * s.queries + t + r];
          float* row = result.data() + r * s.wide_value;
          for (int64_t j = 0; j < s.wide_value; j += kLanes)
            store(row + j, load(row + j) * part);
        }
        unpack(result.data(), s.wide_value, rows, s.value_size, to + t * v_row, v_row);
      }
    }
  });
  return ffi::Error::Success();
}

ffi::Error attention_gradients(Pool pool, F32 q, F32 k, F32 v, Bools seen, F32 most,
                               F32 share, F32 gradient, float scale, bool causal, Out dq,
                               Out dk, Out dv) {
  const Shape s(q, k, v);
  const Mask mask(seen);
  const int64_t q_row = s.heads * s.size, v_row = s.heads * s.value_size;
  parallel_rows(pool, s.batch * s.heads, 1, [&](int64_t begin, int64_t end) {
    std::vector<float> turned_keys(s.size * s.wide_keys),
        turned_values(s.value_size * s.wide_keys), keys(s.keys * s.wide_size),
        key_sums(s.keys * s.wide_size), value_sums(s.keys * s.wide_value),
        query(s.block * s.wide_size), upstream(s.block * s.wide_value),
        weights(s.block * s.wide_keys), changes(s.block * s.wide_keys),
        result(s.block * s.wide_size);
    for (int64_t i = begin; i < end; ++i) {
      const int64_t b = i / s.heads, h = i % s.heads;
      const int64_t q_from = b * s.queries * q_row + h * s.size;
      const int64_t k_from = b * s.keys * q_row + h * s.size;
      const int64_t v_from = b * s.keys * v_row + h * s.value_size;
      const int64_t o_from = b * s.queries * v_row + h * s.value_size;
      pack_turned(k.typed_data() + k_from, q_row, s.keys, s.size, s.wide_keys,
                  turned_keys.data());
      pack_turned(v.typed_data() + v_from, v_row, s.keys, s.value_size, s.wide_keys,
                  turned_values.data());
      pack(k.typed_data() + k_from, q_row, s.keys, s.size, s.wide_size, scale,
           keys.data());
      std::fill(key_sums.begin(), key_sums.end(), 0.f);
      std::fill(value_sums.begin(), value_sums.end(), 0.f);
      for (int64_t t = 0; t < s.queries; t += s.block) {
        const int64_t rows = std::min(s.block, s.queries - t);
        pack(q.typed_data() + q_from + t * q_row, q_row, rows, s.size, s.wide_size, scale,
             query.data());
        pack(gradient.typed_data() + o_from + t * v_row, v_row, rows, s.value_size,
             s.wide_value, 1, upstream.data());
        score(s, query.data(), turned_keys.data(), mask, mask.of(b, h), causal, t, rows,
              weights.data());
        gemm({upstream.data(), s.wide_value, 1}, turned_values.data(), s.wide_keys,
             changes.data(), s.wide_keys, rows, s.wide_keys, s.value_size);
        for (int64_t r = 0; r < rows; ++r) {
          float *w = weights.data() + r * s.wide_keys, *c = changes.data() + r * s.wide_keys;
          const int64_t at = i * s.queries + t + r;
          weigh(w, s.keys, s.wide_keys, most.typed_data()[at]);
          const float part = share.typed_data()[at];
          Vec mean{};
          for (int64_t j = 0; j < s.wide_keys; j += kLanes) {
            Vec p = load(w + j) * part;
            store(w + j, p);
            mean += p * load(c + j);
          }
          const float average = sum(mean);
          for (int64_t j = 0; j < s.wide_keys; j += kLanes)
            store(c + j, load(w + j) * (load(c + j) - average));
          // A hidden score is a constant, also in a row where all are.
          if (mask.at && most.typed_data()[at] == kHidden)
            std::fill(c, c + s.wide_keys, 0.f);
        }
        gemm({weights.data(), 1, s.wide_keys}, upstream.data(), s.wide_value,
             value_sums.data(), s.wide_value, s.keys, s.wide_value, rows, true);
        gemm({changes.data(), 1, s.wide_keys}, query.data(), s.wide_size, key_sums.data(),
             s.wide_size, s.keys, s.wide_size, rows, true);
        gemm({changes.data(), s.wide_keys, 1}, keys.data(), s.wide_size, result.data(),
             s.wide_size, rows, s.wide_size, s.keys);
        unpack(result.data(), s.wide_size, rows, s.size,
               dq->typed_data() + q_from + t * q_row, q_row);
      }
      unpack(key_sums.data(), s.wide_size, s.keys, s.size, dk->typed_data() + k_from,
             q_row);
      unpack(value_sums.data(), s.wide_value, s.keys, s.value_size,
             dv->typed_data() + v_from, v_row);
    }
  });
  return ffi::Error::Success();
}

ADDAX_HANDLER(attention, ffi::Ffi::Bind()
                             .Ctx<Pool>()
                             .Arg<F32>()
                             .Arg<F32>()
                             .Arg<F32>()
                             .Arg<Bools>()
                             .Attr<float>("scale")
                             .Attr<bool>("causal")
                             .Ret<ffi::Buffer<ffi::F32>>()
                             .Ret<ffi::Buffer<ffi::F32>>()
                             .Ret<ffi::Buffer<ffi::F32>>());

ADDAX_HANDLER(attention_gradients, ffi::Ffi::Bind()
                                       .Ctx<Pool>()
                                       .Arg<F32>()
                                       .Arg<F32>()
                                       .Arg<F32>()
                                       .Arg<Bools>()
                                       .Arg<F32>()
                                       .Arg<F32>()
                                       .Arg<F32>()
                                       .Attr<float>("scale")
                                       .Attr<bool>("causal")
                                       .Ret<ffi::Buffer<ffi::F32>>()
                                       .Ret<ffi::Buffer<ffi::F32>>()
                                       .Ret<ffi::Buffer<ffi::F32>>());

}  // namespace
}  // namespace addax
