// Which of the libraries this processor can run. Built without any extension.

extern "C" __attribute__((visibility("default"))) const char* addax_level() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return "";
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512cd")) {
    return "x86-64-v4";
  }
  return "x86-64-v3";
#else
  return "generic";
#endif
}
