#include "flow/rules/case_rules.hpp"

#include <algorithm>
#include <array>

namespace robin::flow {
namespace {

using Kind = Purpose::Kind;

bool is_refinement(const WorkKey& key) { return key.purpose.kind == Kind::Refine; }

bool is_done(BlockState state) { return state == BlockState::Finished || state == BlockState::Quarantined; }

/// Adds a name that is not among them.
void name(std::vector<std::string>& names, const std::string& worker) {
  if (std::find(names.begin(), names.end(), worker) == names.end()) {
    names.push_back(worker);
  }
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& one : names) {
    text.append(text.empty() ? "" : ", ").append(one);
  }
  return text;
}

/// The results that may be compared with each other: those of the block as it is, or those of its refinement.
class Group {
 public:
  Group(const Case& read, bool of_refinement) : case_(read), of_refinement_(of_refinement) {
    for (const auto& vote : read.votes) {
      if (is_refinement(vote.key) == of_refinement) {
        votes.push_back(&vote);
      }
    }
    for (const auto& order : read.orders) {
      if (order.key.purpose.kind == (of_refinement ? Kind::Refine : Kind::Check)) {
        ++orders;
        origin = order.origin;
        newest = newest == nullptr || newest->key.purpose.number < order.key.purpose.number ? &order : newest;
      }
    }
  }

  /// The result that others are compared with: the accepted one, or the one it was refined from; nullptr if that is for
  /// another range.
  [[nodiscard]] const Case::Vote* standing() const {
    if (is_refinement(case_.accepted) != of_refinement_) {
      const auto first = std::find_if(votes.begin(), votes.end(), [](const auto* vote) { return !vote->is_unfit; });
      return first != votes.end() ? *first : votes.empty() ? nullptr : votes.front();
    }
    const auto found =
        std::find_if(votes.begin(), votes.end(), [this](const auto* vote) { return vote->key == case_.accepted; });
    return found == votes.end() ? nullptr : *found;
  }
  [[nodiscard]] bool is_of_refinement() const { return of_refinement_; }
  /// The standing one, and those that nothing speaks against.
  [[nodiscard]] std::vector<const Case::Vote*> heard() const {
    std::vector<const Case::Vote*> all = votes;
    std::erase_if(all, [of_block = standing()](const auto* vote) { return vote->is_unfit && vote != of_block; });
    return all;
  }
  [[nodiscard]] bool differ() const {
    const auto all = heard();
    return std::any_of(all.begin(), all.end(),
                       [&all](const auto* vote) { return vote->digest != all.front()->digest; });
  }
  /// Orders for results beyond the first, which a refinement has by an order as well.
  [[nodiscard]] std::uint32_t checks() const { return of_refinement_ && orders > 0 ? orders - 1 : orders; }
  /// The standing one, if that is as it should be, else the first that is.
  [[nodiscard]] const Case::Vote* fit(const std::string& digest) const {
    const auto is_right = [&](const Case::Vote* vote) {
      return vote != nullptr && !vote->is_unfit && vote->digest == digest;
    };
    if (is_right(standing())) {
      return standing();
    }
    const auto found = std::find_if(votes.begin(), votes.end(), is_right);
    return found == votes.end() ? nullptr : *found;
  }
  [[nodiscard]] std::vector<std::string> workers() const {
    std::vector<std::string> names;
    for (const auto* vote : votes) {
      name(names, vote->worker);
    }
    return names;
  }

  /// Whether the last order waited for a digest, and nobody came to it.
  [[nodiscard]] bool waited_in_vain() const {
    return newest != nullptr && !newest->expected.empty() && newest->state == BlockState::Quarantined;
  }

  std::vector<const Case::Vote*> votes;
  std::uint32_t orders = 0;
  const Case::PlacedOrder* newest = nullptr;
  /// Of refinements.
  std::map<std::string, std::string> origin;

 private:
  const Case& case_;
  bool of_refinement_;
};

class Rules {
 public:
  Rules(const Case& read, const CaseRules& rules)
      : case_(read), rules_(rules), groups_{Group(read, false), Group(read, true)} {}

  [[nodiscard]] std::optional<Ruling> decide() const {
    const bool differ = groups_[0].differ() || groups_[1].differ();
    if (case_.state == BlockState::Finished && differ) {
      // What is doubted is shown to nobody as accepted, whatever comes next.
      return Ruling{BlockState::Disputed, {}, {}, false, dispute()};
    }
    if (!std::all_of(case_.orders.begin(), case_.orders.end(),
                     [](const auto& order) { return is_done(order.state); })) {
      return std::nullopt;
    }
    if (const Case::Vote* refined = refinement(); refined != nullptr && !groups_[0].differ()) {
      Ruling ruling{{}, refined->key, {}, true, event(EventKind::Refined, "looked at closely by " + refined->worker)};
      ruling.is_drawn_from = true;
      return ruling;
    }
    for (const Group& group : groups_) {
      if (auto ruling = settle(group)) {
        return ruling;
      }
    }
    return Ruling{{}, {}, {}, true, {}};
  }

 private:
  /// nullopt: its results agree, and nothing speaks against them.
  [[nodiscard]] std::optional<Ruling> settle(const Group& group) const {
    if (group.votes.empty() && (group.is_of_refinement() || group.orders == 0)) {
      return std::nullopt;
    }
    const Case::Vote* standing = group.standing();
    const bool is_disputed =
        group.differ() || (case_.state == BlockState::Disputed && !groups_[group.is_of_refinement() ? 0 : 1].differ());
    const bool is_doubted = is_disputed || standing == nullptr || standing->is_unfit ||
                            (case_.has_conflict && !group.is_of_refinement() && group.checks() == 0);
    const std::size_t checked = group.votes.size() - (standing == nullptr ? 0 : 1);
    if (checked == 0) {
      return is_doubted || group.checks() > 0 ? std::optional(check_again(group)) : std::nullopt;
    }
    if (!is_doubted) {
      return std::nullopt;
    }
    const bool may_be_slices = slices_may_decide(group);
    if (!case_.computed || (case_.is_by_slices && !may_be_slices)) {
      Ruling ruling;
      ruling.compute = OwnWork{group.is_of_refinement(), group.origin, may_be_slices};
      return ruling;
    }
    return by_own_computation(group);
  }

  /// Where two results differ, whoever lies about a slice of it is told by that slice. Not where something speaks
  /// against one of them: another one may say the same there, and differ elsewhere.
  [[nodiscard]] bool slices_may_decide(const Group& group) const {
    return !group.is_of_refinement() && group.differ() && !case_.has_conflict &&
           std::none_of(group.votes.begin(), group.votes.end(), [](const auto* vote) { return vote->is_unfit; });
  }

  /// Names in reports are claims, and so many equal results as you like may be of one liar: the last word is what the
  /// auditor computed itself.
  [[nodiscard]] Ruling by_own_computation(const Group& group) const {
    const Case::Vote* standing = group.standing();
    const std::string digest = case_.computed->substr(0, 12);
    const Case::Vote* right = group.fit(*case_.computed);
    if (right == nullptr) {
      return wait_for_own(group, digest);
    }
    Ruling ruling;
    ruling.state = BlockState::Finished;
    ruling.close_orders = true;
    ruling.is_drawn_from = case_.is_by_slices;
    const std::string found = case_.is_by_slices
                                  ? "the slices in which results differ were computed by the auditor itself"
                                  : "the auditor computed digest " + digest + " itself";
    const std::vector<std::string> wrong = workers_of_wrong(group);
    for (const auto* vote : group.votes) {
      if (vote->digest != *case_.computed) {
        // Not asked any more, whatever is doubted of this block next.
        ruling.also.push_back(event(EventKind::Unfit,
                                    "its digest is " + vote->digest.substr(0, 12) + ", and " + found +
                                        (case_.is_by_slices ? ": they contradict it" : "") + "; computed by " +
                                        vote->worker,
                                    once_unfit(vote->key)));
      }
    }
    const std::string computed = ": " + found + (wrong.empty() ? "" : "; wrong was what came of " + listed(wrong));
    if (right == standing) {
      ruling.event = event(EventKind::Settled, "the result of " + right->worker + " stands" + computed);
    } else {
      ruling.accepted = right->key;
      ruling.event = event(EventKind::Settled, "the result of " + right->worker + " replaces the one before" +
                                                   (standing == nullptr ? "" : ", of " + standing->worker) + computed);
    }
    return ruling;
  }

  /// No result has what the auditor computed. A check takes no other now: whoever is first with it, under however many
  /// names, the first right one ends the dispute. People are called once nobody came to it: then the auditor's machine
  /// may be the wrong one; and where the auditor could compute nothing. (A saver of the version before stores whatever
  /// comes first: then the next check is ordered, up to the limit.)
  [[nodiscard]] Ruling wait_for_own(const Group& group, const std::string& digest) const {
    Ruling ruling = check_again(group, *case_.computed);
    const std::string block = std::to_string(case_.block.value);
    if (ruling.close_orders || digest.empty() || group.waited_in_vain()) {
      ruling.event =
          event(EventKind::Alarm,
                "what the auditor computed itself, " + (digest.empty() ? "nothing" : digest) + ", is none of the " +
                    std::to_string(group.votes.size()) + " results after " + std::to_string(group.checks()) +
                    " checks: somebody has to look at the workers, and at the auditor's machine",
                "own/" + block + "/" + std::to_string(group.checks() / rules_.checks_max));
      return ruling;
    }
    const auto wrong = workers_of_wrong(group);
    ruling.event =
        event(EventKind::Disputed,
              "the auditor computed digest " + digest + " itself, and no result has it" +
                  (wrong.empty() ? " and is fit" : "; wrong is what came of " + listed(wrong)) +
                  ": a check waits for that one",
              "expected/" + block + "/" + text(case_.accepted.purpose) + "/" + std::to_string(case_.accepted.run));
    return ruling;
  }

  [[nodiscard]] std::vector<std::string> workers_of_wrong(const Group& group) const {
    std::vector<std::string> names;
    for (const auto* vote : group.votes) {
      if (vote->digest != *case_.computed) {
        name(names, vote->worker);
      }
    }
    return names;
  }

  /// Up to the limit; then people were called.
  [[nodiscard]] Ruling check_again(const Group& group, const std::string& expected = {}) const {
    Ruling ruling;
    if (group.checks() >= rules_.checks_max) {
      ruling.close_orders = true;
      ruling.event = event(EventKind::Alarm, "no check of " + std::to_string(group.checks()) +
                                                 " brought a result: somebody has to look at the workers");
      return ruling;
    }
    ruling.orders.push_back(
        group.is_of_refinement()
            ? order_refinement_check(case_.block, group.orders + 1, group.workers(), group.origin, rules_.lone_worker)
            : order_check(case_.block, group.orders + 1, group.workers(), rules_.lone_worker));
    ruling.orders.back().expected = expected;
    if (case_.state == BlockState::Finished && case_.has_conflict && !group.is_of_refinement()) {
      ruling.state = BlockState::Disputed;
      ruling.event = dispute();
    }
    return ruling;
  }

  /// The refinement that was made and is not accepted yet.
  [[nodiscard]] const Case::Vote* refinement() const {
    const auto& refined = groups_[1].votes;
    return refined.empty() || is_refinement(case_.accepted) ? nullptr : refined.back();
  }

  [[nodiscard]] Event dispute() const {
    std::string message = "results differ:";
    for (const Group& group : groups_) {
      if (group.differ()) {
        for (const auto* vote : group.heard()) {
          message.append(" ").append(vote->digest, 0, 12).append(" by ").append(vote->worker);
        }
      }
    }
    const bool differ = groups_[0].differ() || groups_[1].differ();
    return event(EventKind::Disputed, differ ? message : "two results came for one run of it");
  }

  [[nodiscard]] Event event(EventKind kind, std::string message, std::string once = {}) const {
    return {kind, case_.search, case_.block, std::move(message), std::move(once)};
  }

  const Case& case_;
  const CaseRules& rules_;
  std::array<Group, 2> groups_;
};

Order order(WorkKey key, std::vector<std::string> avoid, std::map<std::string, std::string> origin, bool lone_worker) {
  return {key, lone_worker ? std::vector<std::string>() : std::move(avoid), std::move(origin), lone_worker};
}

}  // namespace

std::optional<Ruling> decide_case(const Case& read, const CaseRules& rules) { return Rules(read, rules).decide(); }

Order order_check(BlockId block, std::uint32_t number, std::vector<std::string> avoid, bool lone_worker) {
  return order({block, Purpose::check(number), 1}, std::move(avoid), {}, lone_worker);
}

Order order_refinement_check(BlockId block, std::uint32_t number, std::vector<std::string> avoid,
                             std::map<std::string, std::string> origin, bool lone_worker) {
  return order({block, Purpose::refine(number), 1}, std::move(avoid), std::move(origin), lone_worker);
}

}  // namespace robin::flow
