// robin_stream MIB: a neighbour that takes the third-level cache away. It walks through so much memory, over and over,
// until it is killed. Started by robin_bench --stream.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

int main(int argc, char** argv) {
  const std::uint64_t mebibytes = argc == 2 ? std::strtoull(argv[1], nullptr, 10) : 0;
  if (mebibytes == 0 || mebibytes > 65536) {
    std::fputs("Usage: robin_stream MIB\n", stderr);
    return 2;
  }
  std::vector<std::uint64_t> memory((mebibytes << 20U) / sizeof(std::uint64_t));
  for (volatile bool goes_on = true; goes_on;) {
    // One word of each line is enough, and written, so that no copy elsewhere is any good.
    for (std::uint64_t line = 0; line < memory.size(); line += 64 / sizeof(std::uint64_t)) {
      memory[line] += 1;
    }
  }
  return static_cast<int>(memory[0] & 1U);
}
