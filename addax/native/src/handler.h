// How a kernel becomes a target of XLA's foreign-function interface.
//
//     static ffi::Error scale(Pool pool, ffi::Buffer<ffi::F32> x, float by,
//                             ffi::ResultBuffer<ffi::F32> y) { ... }
//     ADDAX_HANDLER(scale, ffi::Ffi::Bind()
//                              .Ctx<Pool>()
//                              .Arg<ffi::Buffer<ffi::F32>>()
//                              .Attr<float>("by")
//                              .Ret<ffi::Buffer<ffi::F32>>());
//
// A plain function for ctypes is exported with ADDAX_EXPORT.
#ifndef ADDAX_NATIVE_HANDLER_H_
#define ADDAX_NATIVE_HANDLER_H_

#include "parallel.h"
#include "xla/ffi/api/ffi.h"

#define ADDAX_EXPORT extern "C" __attribute__((visibility("default")))

namespace addax {

namespace ffi = xla::ffi;

// The handlers of all files, in a list that their static initialisers make.
struct Handler {
  Handler(const char* name, XLA_FFI_Handler* call);
  const char* name;
  XLA_FFI_Handler* call;
  const Handler* next;
};

}  // namespace addax

#define ADDAX_HANDLER(function, ...)                                 \
  static XLA_FFI_Error* function##_call(XLA_FFI_CallFrame* frame) {   \
    static auto* handler = (__VA_ARGS__).To(function).release();      \
    return handler->Call(frame);                                      \
  }                                                                   \
  static const addax::Handler function##_handler(#function, function##_call)

#endif  // ADDAX_NATIVE_HANDLER_H_
