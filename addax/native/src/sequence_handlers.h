// The handlers of a gated cell: a sequence forwards, and its gradients.
#ifndef ADDAX_NATIVE_SEQUENCE_HANDLERS_H_
#define ADDAX_NATIVE_SEQUENCE_HANDLERS_H_

#include "sequence_forward.h"
#include "sequence_gradient.h"

namespace addax {
namespace recurrent {

using F32 = ffi::Buffer<ffi::F32>;
using Flags = ffi::Buffer<ffi::PRED>;
using Out = ffi::ResultBuffer<ffi::F32>;

// What is not there comes without elements.
template <typename Buffer>
auto* or_null(Buffer& buffer) {
  return buffer.element_count() ? buffer.typed_data() : nullptr;
}

template <class Cell>
Sizes<Cell> sizes(const F32& x, const F32& h_matrix, bool backwards) {
  auto of = x.dimensions();
  return {of[0], of[1], of[2], h_matrix.dimensions()[0], backwards};
}

// Two pieces a thread, so that a thread that is held up leaves work to the others, of at
// least two tiles' height.
inline int64_t pieces(const Pool& pool, int64_t batch) {
  return std::max<int64_t>(1, std::min(2 * threads(pool), batch / kTall<1>));
}

template <class Cell>
ffi::Error forward(Pool pool, F32 x, F32 x_matrix, F32 h_matrix, F32 x_bias, F32 h_bias,
                   F32 drop, Flags mask, ffi::RemainingArgs first, bool backwards,
                   Out outputs, Out kept, ffi::RemainingRets last) {
  Forward<Cell> run{sizes<Cell>(x, h_matrix, backwards)};
  run.x = x.typed_data();
  run.x_matrix = x_matrix.typed_data();
  run.h_matrix = h_matrix.typed_data();
  run.x_bias = x_bias.typed_data();
  run.h_bias = h_bias.typed_data();
  run.drop = or_null(drop);
  run.mask = or_null(mask);
  run.outputs = outputs->typed_data();
  run.kept = or_null(*kept);
  for (int i = 0; i < Cell::kStates; ++i) {
    run.first[i] = first.get<F32>(i)->typed_data();
    run.last[i] = (*last.get<F32>(i))->typed_data();
  }
  run.run(pool, pieces(pool, run.z.batch));
  return ffi::Error::Success();
}

inline auto forward_binding() {
  return ffi::Ffi::Bind()
      .Ctx<Pool>()
      .Arg<F32>()
      .Arg<F32>()
      .Arg<F32>()
      .Arg<F32>()
      .Arg<F32>()
      .Arg<F32>()
      .Arg<Flags>()
      .RemainingArgs()
      .Attr<bool>("backwards")
      .Ret<F32>()
      .Ret<F32>()
      .RemainingRets();
}

// Operands: those of `forward` but the biases, what it returned, and the gradients of
// outputs (none if they are zeros) and last states; then the first states.
template <class Cell>
ffi::Error backward(Pool pool, F32 x, F32 x_matrix, F32 h_matrix, F32 drop, Flags mask,
                    F32 outputs, F32 kept, F32 from_outputs, ffi::RemainingArgs more,
                    bool backwards, Out to_x, Out to_x_matrix, Out to_h_matrix,
                    Out to_x_bias, Out to_h_bias, Out to_drop,
                    ffi::RemainingRets to_first) {
  Backward<Cell> run{sizes<Cell>(x, h_matrix, backwards)};
  run.x = x.typed_data();
  run.x_matrix = x_matrix.typed_data();
  run.h_matrix = h_matrix.typed_data();
  run.drop = or_null(drop);
  run.mask = or_null(mask);
  run.outputs = outputs.typed_data();
  run.kept = kept.typed_data();
  run.from_outputs = or_null(from_outputs);
  run.to_x = or_null(*to_x);
  run.to_x_matrix = to_x_matrix->typed_data();
  run.to_h_matrix = to_h_matrix->typed_data();
  run.to_x_bias = to_x_bias->typed_data();
  run.to_h_bias = to_h_bias->typed_data();
  run.to_drop = or_null(*to_drop);
  for (int i = 0; i < Cell::kStates; ++i) {
    run.from_last[i] = more.get<F32>(i)->typed_data();
    run.first[i] = more.get<F32>(Cell::kStates + i)->typed_data();
    run.to_first[i] = (*to_first.get<F32>(i))->typed_data();
  }
  run.run(pool, pieces(pool, run.z.batch));
  return ffi::Error::Success();
}

inline auto backward_binding() {
  return ffi::Ffi::Bind()
      .Ctx<Pool>()
      .Arg<F32>()
      .Arg<F32>()
      .Arg<F32>()
      .Arg<F32>()
      .Arg<Flags>()
      .Arg<F32>()
      .Arg<F32>()
      .Arg<F32>()
      .RemainingArgs()
      .Attr<bool>("backwards")
      .Ret<F32>()
      .Ret<F32>()
      .Ret<F32>()
      .Ret<F32>()
      .Ret<F32>()
      .Ret<F32>()
      .RemainingRets();
}

}  // namespace recurrent
}  // namespace addax

// The handlers of a cell: `name` and `name_gradient`.
#define ADDAX_CELL(name, Cell)                            \
  static constexpr auto name = forward<Cell>;             \
  static constexpr auto name##_gradient = backward<Cell>; \
  ADDAX_HANDLER(name, forward_binding());                 \
  ADDAX_HANDLER(name##_gradient, backward_binding())

#endif  // ADDAX_NATIVE_SEQUENCE_HANDLERS_H_
