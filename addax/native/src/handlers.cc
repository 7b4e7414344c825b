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
