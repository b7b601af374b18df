#include "flow/case_rules.hpp"

#include <algorithm>

#include "contract.hpp"

namespace robin::flow {
namespace {

using Kind = Purpose::Kind;

Kind kind_of(const WorkKey& key) {
  const auto purpose = purpose_from(key.purpose);
  ROBIN_ASSERT(purpose, "the ledger holds what was written to it");
  return purpose->kind;
}

bool is_done(BlockState state) { return state == BlockState::Finished || state == BlockState::Quarantined; }

class Rules {
 public:
  Rules(const Case& read, const CaseRules& rules) : case_(read), rules_(rules) {
    for (const auto& vote : read.votes) {
      if (kind_of(vote.key) != Kind::Refine) {
        votes_.push_back(&vote);
      }
    }
    for (const auto& order : read.orders) {
      checks_ += kind_of(order.key) == Kind::Check ? 1U : 0U;
      all_done_ = all_done_ && is_done(order.state);
    }
  }

  std::optional<Ruling> decide() const {
    if (!all_done_) {
      return while_orders_are_open();
    }
    if (const Case::Vote* refined = refinement()) {
      return Ruling{{}, refined->key, {}, true, event("refined", "looked at closely by " + refined->worker)};
    }
    const Case::Vote* base = standing();
    const Case::Vote* winner = two_equal();
    if (winner != nullptr && base != nullptr && winner->digest == base->digest) {
      return agreed(*base);
    }
    if (winner != nullptr) {
      return Ruling{BlockState::Finished,
                    winner->key,
                    {},
                    true,
                    event("settled", "the result of " + winner->worker + " replaces the one before" +
                                         (base == nullptr ? "" : ", of " + base->worker) + ": two runs have digest " +
                                         winner->digest)};
    }
    if (checks_ < rules_.checks_max) {
      return check_again();
    }
    return Ruling{{},
                  {},
                  {},
                  true,
                  event("alarm", "no two of " + std::to_string(votes_.size()) + " results agree after " +
                                     std::to_string(checks_) + " checks: somebody has to look at the workers")};
  }

 private:
  /// While orders are open a block can only become DISPUTED.
  [[nodiscard]] std::optional<Ruling> while_orders_are_open() const {
    if (case_.state == BlockState::Finished && differ()) {
      return Ruling{BlockState::Disputed, {}, {}, false, dispute()};
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<Ruling> agreed(const Case::Vote& base) const {
    if (case_.state == BlockState::Disputed) {
      return Ruling{BlockState::Finished,
                    {},
                    {},
                    true,
                    event("settled", "the result of " + base.worker + " stands: two runs have digest " + base.digest)};
    }
    const Case::Vote* fresh = nullptr;
    for (const auto* vote : votes_) {
      fresh = vote->digest == base.digest && vote != &base ? vote : fresh;
    }
    if (case_.is_unfit && base.key == case_.accepted && fresh != nullptr) {
      // Its digest was right; what is stored under it is not. The other run has both.
      return Ruling{
          {},
          fresh->key,
          {},
          true,
          event("settled", "the result of " + fresh->worker + " replaces one that was changed in the ledger")};
    }
    return Ruling{{}, {}, {}, true, {}};
  }

  [[nodiscard]] std::optional<Ruling> check_again() const {
    std::vector<std::string> avoid;
    for (const auto* vote : votes_) {
      if (std::find(avoid.begin(), avoid.end(), vote->worker) == avoid.end()) {
        avoid.push_back(vote->worker);
      }
    }
    Ruling ruling;
    ruling.orders.push_back(order_check(case_.block, checks_ + 1, std::move(avoid), rules_.lone_worker));
    if (case_.state == BlockState::Finished && (differ() || case_.has_conflict)) {
      ruling.state = BlockState::Disputed;
      ruling.event = dispute();
    }
    return ruling;
  }

  /// The refinement that was made and is not accepted yet.
  [[nodiscard]] const Case::Vote* refinement() const {
    const Case::Vote* newest = nullptr;
    for (const auto& vote : case_.votes) {
      newest = kind_of(vote.key) == Kind::Refine ? &vote : newest;
    }
    return newest == nullptr || newest->key == case_.accepted || kind_of(case_.accepted) == Kind::Refine ? nullptr
                                                                                                         : newest;
  }

  /// The result that checks are compared with: the accepted one, or the one it was refined from; nullptr if that is for
  /// another range.
  [[nodiscard]] const Case::Vote* standing() const {
    if (kind_of(case_.accepted) == Kind::Refine) {
      return votes_.empty() ? nullptr : votes_.front();
    }
    const auto found =
        std::find_if(votes_.begin(), votes_.end(), [this](const auto* vote) { return vote->key == case_.accepted; });
    return found == votes_.end() ? nullptr : *found;
  }

  [[nodiscard]] const Case::Vote* two_equal() const {
    for (const auto* one : votes_) {
      for (const auto* other : votes_) {
        if (one != other && one->digest == other->digest) {
          return one;
        }
      }
    }
    return nullptr;
  }

  [[nodiscard]] bool differ() const {
    return std::any_of(votes_.begin(), votes_.end(),
                       [this](const auto* vote) { return vote->digest != votes_.front()->digest; });
  }

  [[nodiscard]] Event dispute() const {
    std::string message = "results differ:";
    for (const auto* vote : votes_) {
      message.append(" ").append(vote->digest, 0, 12).append(" by ").append(vote->worker);
    }
    return event("disputed", case_.has_conflict && !differ() ? "two results came for one run of it" : message);
  }

  [[nodiscard]] Event event(std::string kind, std::string message) const {
    return {std::move(kind), case_.search, case_.block, std::move(message), {}};
  }

  const Case& case_;
  const CaseRules& rules_;
  std::vector<const Case::Vote*> votes_;
  std::uint32_t checks_ = 0;
  bool all_done_ = true;
};

}  // namespace

std::optional<Ruling> decide_case(const Case& read, const CaseRules& rules) { return Rules(read, rules).decide(); }

Order order_check(BlockId block, std::uint32_t number, std::vector<std::string> avoid, bool lone_worker) {
  return {{block, text(Purpose{Kind::Check, number}), 1},
          lone_worker ? std::vector<std::string>() : std::move(avoid),
          {},
          lone_worker};
}

}  // namespace robin::flow
