// Vectors as wide as the processor's registers, and memory that a thread keeps.
#ifndef ADDAX_NATIVE_VECTORS_H_
#define ADDAX_NATIVE_VECTORS_H_

#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace addax {

#if defined(__AVX512F__)
constexpr int kLanes = 16, kRegisters = 32;
#elif defined(__AVX__)
constexpr int kLanes = 8, kRegisters = 16;
#else
constexpr int kLanes = 4, kRegisters = 32;
#endif

typedef float Vec __attribute__((vector_size(4 * kLanes)));
typedef float Loose __attribute__((vector_size(4 * kLanes), aligned(4), may_alias));

inline Vec load(const float* p) { return *reinterpret_cast<const Loose*>(p); }
inline void store(float* p, Vec v) { *reinterpret_cast<Loose*>(p) = v; }
// x - 0 is x for every x, which x + 0 is not for -0: no subtraction is left of it.
inline Vec splat(float x) { return x - Vec{}; }

// Memory of this thread, kept from call to call; it only ever grows. `Which` tells
// apart what one kernel needs at once.
template <int Which>
float* scratch(int64_t count) {
  struct Kept {
    float* data = nullptr;
    int64_t size = 0;
    ~Kept() { std::free(data); }
  };
  static thread_local Kept kept;
  if (kept.size < count) {
    std::free(kept.data);
    kept.size = (count + 1023) / 1024 * 1024;
    kept.data = static_cast<float*>(std::aligned_alloc(64, kept.size * 4));
  }
  return kept.data;
}

}  // namespace addax

#endif  // ADDAX_NATIVE_VECTORS_H_
