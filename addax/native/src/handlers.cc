// The list of handlers, for Python to read.
#include "handler.h"

namespace addax {

static const Handler* first = nullptr;

Handler::Handler(const char* name, XLA_FFI_Handler* call)
    : name(name), call(call), next(first) {
  first = this;
}

}  // namespace addax

ADDAX_EXPORT const addax::Handler* addax_handlers() { return addax::first; }

// The version of the interface that the handlers were compiled for.
ADDAX_EXPORT int addax_interface() {
  return 1000 * XLA_FFI_API_MAJOR + XLA_FFI_API_MINOR;
}
