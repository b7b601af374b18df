#include "flow/rules/fair_turns.hpp"

#include <algorithm>
#include <limits>
#include <queue>

#include "core/contract.hpp"

namespace robin::flow {
namespace {

/// So many blocks count as much as all that were seen before them.
constexpr double blocks_of_the_mean = 16;

}  // namespace

double FairTurns::estimate(const Account& account) { return std::max(account.block_seconds, least_seconds); }

void FairTurns::note_pace(Account& account, const Contender& now) {
  const double seconds = now.computed_seconds - account.computed_seconds;
  // A dispute takes a result back for a while: that says nothing about the pace.
  if (now.finished > account.finished && seconds >= 0) {
    const auto blocks = static_cast<double>(now.finished - account.finished);
    const double weight = account.block_seconds == 0 ? 1 : std::min(1.0, blocks / blocks_of_the_mean);
    account.block_seconds += weight * (std::max(seconds / blocks, least_seconds) - account.block_seconds);
  }
  account.finished = now.finished;
  account.computed_seconds = now.computed_seconds;
}

void FairTurns::look(std::span<const Contender> contenders) {
  std::map<SearchId, Account> known;
  double least = std::numeric_limits<double>::infinity();
  for (const Contender& now : contenders) {
    ROBIN_ASSERT(now.share >= 1, "the door refuses less");
    const auto found = accounts_.find(now.search);
    if (found == accounts_.end()) {
      continue;
    }
    Account account = found->second;
    note_pace(account, now);
    const double counted = now.computed_seconds + static_cast<double>(now.in_flight) * estimate(account);
    account.virtual_time += (counted - account.counted_seconds) / now.share;
    account.counted_seconds = counted;
    account.share = now.share;
    if (account.block_seconds > 0) {
      least = std::min(least, account.virtual_time);
    }
    known.emplace(now.search, account);
  }
  const double here = least == std::numeric_limits<double>::infinity() ? 0 : least;
  for (const Contender& now : contenders) {
    const auto [entry, is_new] = known.try_emplace(now.search);
    Account& account = entry->second;
    if (is_new) {
      note_pace(account, now);
      account.share = now.share;
      account.counted_seconds = now.computed_seconds + static_cast<double>(now.in_flight) * estimate(account);
    }
    if (is_new || account.block_seconds == 0) {
      account.virtual_time = std::max(account.virtual_time, here);
    }
  }
  accounts_ = std::move(known);
}

std::vector<SearchId> FairTurns::next(std::span<const Contender> contenders, const TurnLimits& limits) {
  look(contenders);
  // The least virtual time first, and of equal ones the older search.
  using Entry = std::pair<double, std::size_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> order;
  std::vector<std::uint64_t> left(contenders.size());
  double queued_seconds = 0;
  // Who knows nothing of what waits lets no more of it wait.
  bool is_known = true;
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    const Contender& contender = contenders[i];
    const Account& account = accounts_.at(contender.search);
    left[i] = contender.available;
    if (account.block_seconds == 0 && contenders.size() > 1) {
      left[i] = std::min(left[i], unknown_in_flight - std::min(unknown_in_flight, contender.in_flight));
    }
    queued_seconds += account.block_seconds * static_cast<double>(contender.in_flight);
    is_known = is_known && account.block_seconds > 0;
    if (left[i] > 0) {
      order.emplace(account.virtual_time, i);
    }
  }
  std::vector<SearchId> turns;
  const bool is_alone = contenders.size() == 1;
  const std::uint64_t queued_free =
      is_known || is_alone ? limits.queued_free : std::min(limits.queued_free, limits.queued_before_unknown);
  const auto is_enough = [&] {
    return limits.queued + turns.size() >= queued_free && (!is_known || queued_seconds >= limits.queued_seconds);
  };
  while (!order.empty() && turns.size() < limits.room) {
    const auto [virtual_time, i] = order.top();
    order.pop();
    const Account& account = accounts_.at(contenders[i].search);
    const bool is_tried = account.block_seconds == 0 && !is_alone;
    if (!is_tried && is_enough()) {
      continue;
    }
    turns.push_back(contenders[i].search);
    queued_seconds += account.block_seconds;
    if (--left[i] > 0) {
      order.emplace(virtual_time + estimate(account) / account.share, i);
    }
  }
  return turns;
}

std::optional<double> FairTurns::block_seconds(SearchId search) const {
  const auto found = accounts_.find(search);
  const bool is_known = found != accounts_.end() && found->second.block_seconds > 0;
  return is_known ? std::optional(found->second.block_seconds) : std::nullopt;
}

void FairTurns::charge_orders(SearchId search, std::uint64_t orders) {
  if (const auto found = accounts_.find(search); found != accounts_.end()) {
    found->second.virtual_time += static_cast<double>(orders) * estimate(found->second) / found->second.share;
  }
}

}  // namespace robin::flow
