// The main of every test program: frees what MPFR caches, so that a leak checker sees only our own leaks.

#include <gmock/gmock.h>

#include "math/thread_caches.hpp"

int main(int argc, char** argv) {
  testing::InitGoogleMock(&argc, argv);
  const int status = RUN_ALL_TESTS();
  robin::math::release_thread_caches();
  return status;
}
