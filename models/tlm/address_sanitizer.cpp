// SPDX-License-Identifier: Apache-2.0
#include "models/tlm/address_sanitizer.hpp"

#if defined(__SANITIZE_ADDRESS__)

#include <cstddef>

#include <pthread.h>
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <sys/syscall.h>
#include <unistd.h>

/// SystemC unmaps the stacks of threads whose functions have not returned, with the red zones of
/// their frames. The sanitizer would take them for poisoned when other stacks are mapped there:
/// they are unpoisoned first.
extern "C" int munmap(void* at, std::size_t length) {
  __asan_unpoison_memory_region(at, length);
  return static_cast<int>(::syscall(SYS_munmap, at, length));
}

namespace tritsim {

void announce_own_stack() {
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return;
  void* bottom = nullptr;
  std::size_t size = 0;
  pthread_attr_getstack(&attributes, &bottom, &size);
  pthread_attr_destroy(&attributes);
  __sanitizer_start_switch_fiber(nullptr, bottom, size);
  __sanitizer_finish_switch_fiber(nullptr, nullptr, nullptr);
}

}  // namespace tritsim

#else

namespace tritsim {

void announce_own_stack() {}

}  // namespace tritsim

#endif
