// Work in chunks on XLA's own threads.
//
// A handler runs on a thread of the same pool. If it only waited for its chunks, two
// handlers at once could wait for each other for ever; so the caller takes chunks like
// everyone else, and waits for none but those that another thread has begun.
#ifndef ADDAX_NATIVE_PARALLEL_H_
#define ADDAX_NATIVE_PARALLEL_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>

#include "xla/ffi/api/ffi.h"

namespace addax {

using Pool = xla::ffi::ThreadPool;

inline int64_t threads(const Pool& pool) {
  int64_t n = pool.num_threads();
  return n > 0 ? n : 1;
}

// Calls work(chunk) once for each chunk in [0, chunks), in no order, and returns when
// all are done. One or no chunk runs here, without touching the pool.
template <typename Work>
void parallel_for(Pool& pool, int64_t chunks, const Work& work) {
  if (chunks <= 1 || threads(pool) == 1) {
    for (int64_t i = 0; i < chunks; ++i) work(i);
    return;
  }
  // Shared: a helper may wake up after the caller has left, to find nothing to take.
  struct State {
    std::atomic<int64_t> next{0}, done{0};
  };
  auto state = std::make_shared<State>();
  const Work* body = &work;  // read only by who has a chunk, so while the caller waits
  auto take = [state, body, chunks] {
    for (int64_t i; (i = state->next.fetch_add(1)) < chunks;) {
      (*body)(i);
      state->done.fetch_add(1, std::memory_order_release);
    }
  };
  int64_t helpers = std::min(chunks, threads(pool)) - 1;
  for (int64_t i = 0; i < helpers; ++i) pool.Schedule([take] { take(); });
  take();
  // The last chunks of others are as short as ours: spinning beats sleeping.
  for (int spins = 0; state->done.load(std::memory_order_acquire) < chunks;) {
    if (++spins > 1000) std::this_thread::yield();
  }
}

// The same over rows [0, n): work(begin, end), in about `per_thread` pieces a thread and
// at least `least` rows each.
template <typename Work>
void parallel_rows(Pool& pool, int64_t n, int64_t least, const Work& work,
                   int64_t per_thread = 1) {
  int64_t pieces = std::min(threads(pool) * per_thread, n / std::max<int64_t>(least, 1));
  pieces = std::max<int64_t>(pieces, n > 0);
  parallel_for(pool, pieces, [&](int64_t i) {
    work(n * i / pieces, n * (i + 1) / pieces);
  });
}

}  // namespace addax

#endif  // ADDAX_NATIVE_PARALLEL_H_
