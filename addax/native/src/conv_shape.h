// The shape of a convolution of images whose channels come last.
#ifndef ADDAX_NATIVE_CONV_SHAPE_H_
#define ADDAX_NATIVE_CONV_SHAPE_H_

#include <cstdint>

#include "handler.h"

namespace addax {

// One spatial axis: x has `size` elements and y `count`; element k of the window meets
// x[i * stride + k * dilation - low].
struct Span {
  int64_t size, count, window, stride, dilation, low;
};

struct Shape {
  int64_t batch, inputs, outputs;
  Span rows, columns;
  int64_t places() const { return rows.window * columns.window; }
};

// The sizes in the order in which addax/ops/conv_native.py gives them.
inline Shape shape_of(ffi::Span<const int64_t> sizes) {
  const int64_t* s = sizes.begin();
  auto span = [](const int64_t* a) { return Span{a[0], a[1], a[2], a[3], a[4], a[5]}; };
  return {s[0], s[1], s[2], span(s + 3), span(s + 9)};
}

// Into how many parts, none above the limit, n falls.
inline int64_t parts(int64_t n, int64_t limit) { return (n + limit - 1) / limit; }

}  // namespace addax

#endif  // ADDAX_NATIVE_CONV_SHAPE_H_
