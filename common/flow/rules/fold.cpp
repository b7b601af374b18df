#include "flow/rules/fold.hpp"

namespace robin::flow {
namespace {

constexpr std::size_t blocks_a_query = 200;

}  // namespace

bool Fold::advance(LedgerReader& reader, const std::function<void(const FinishedBlock&)>& on_block) {
  const search::Position before = frontier_;
  while (true) {
    const auto finished = reader.finished(search_, frontier_, blocks_a_query);
    for (const FinishedBlock& next : finished) {
      if (next.block.begin != frontier_) {
        return frontier_ != before;
      }
      frontier_ = next.block.end;
      candidates_ += next.candidates;
      ++blocks_;
      digest_.update(next.digest + "\n");
      if (on_block) {
        on_block(next);
      }
    }
    if (finished.size() < blocks_a_query) {
      return frontier_ != before;
    }
  }
}

}  // namespace robin::flow
