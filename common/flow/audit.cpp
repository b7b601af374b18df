#include "flow/audit.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <utility>

#include "contract.hpp"
#include "flow/inbox.hpp"
#include "flow/metrics.hpp"
#include "flow/test_points.hpp"
#include "math/robin.hpp"
#include "math/thread_caches.hpp"

namespace robin::flow {
namespace {

using runtime::Deadline;

constexpr std::size_t cases_a_round = 100;

bool is_known(const search::Witness& violation) {
  const auto number = math::Factorization::parse(violation.factorization);
  // What is too long to be read back is far above 5040.
  return math::accepted(number) != nullptr && math::is_known_exception(*math::accepted(number));
}

bool is_above_5040(const search::Witness& witness) {
  const auto number = math::Factorization::parse(witness.factorization);
  const auto value = math::accepted(number) == nullptr ? std::nullopt : math::accepted(number)->value(4);
  return !value || math::Integer(math::known_exception_max) < *value;
}

/// While blocks finish it looks so many times as often.
constexpr int trickle_looks = 10;

class Auditor {
 public:
  Auditor(Store& store, const search::Strategies& strategies, Epoch epoch, const AuditOptions& options,
          runtime::Log& log)
      : store_(store),
        ledger_(store.audit_ledger()),
        strategies_(strategies),
        epoch_(epoch),
        options_(options),
        log_(log) {}

  AuditReport run(const std::stop_token& stop, const std::stop_token& when_done) {
    auto loop = options_.vitals.loop("audit");
    options_.vitals.count(metrics::counterexamples, {}, 0);
    // Once: made in each round it would run at once after the request, and no round would wait.
    const std::stop_callback wake(when_done, [this] { nothing_.put(0); });
    while (!stop.stop_requested() && !report_.fenced) {
      loop.turned();
      // Asked first: an order that is done after this is settled in this round or in the next.
      const bool may_end = when_done.stop_requested() && !an_order_is_open();
      const std::uint64_t audited_before = report_.audited;
      bool any = settle_cases();
      for (const SearchRecord& record : searches()) {
        any = advance(record) || any;
      }
      if (!report_.fenced) {
        const auto wait = options_.other_worker_wait.value_or(runtime::Milliseconds(0));
        any = ledger_.release_lone_checks(epoch_, wait) > 0 || any;
      }
      if (!any) {
        if (may_end) {
          break;
        }
        nothing_.take(Deadline::in(options_.poll), stop);
      } else if (report_.audited - audited_before < options_.batch && !when_done.stop_requested()) {
        // A trickle: it costs more to look at once than to audit what has come.
        nothing_.take(Deadline::in(options_.poll / trickle_looks), stop);
      }
    }
    return report_;
  }

 private:
  /// Where the audit of a search stands; read from the ledger when first needed, and after a result was replaced.
  struct Place {
    search::Position frontier;
    std::unique_ptr<search::Certifier> certifier;
    std::string objection;
  };

  std::vector<SearchRecord> searches() {
    auto all = store_.searches();
    std::erase_if(all, [this](const auto& record) { return options_.search && record.id != *options_.search; });
    return all;
  }

  bool an_order_is_open() {
    const auto all = searches();
    return std::any_of(all.begin(), all.end(),
                       [this](const auto& record) { return store_.counts(record.id).open_orders() > 0; });
  }

  // Audits.

  bool advance(const SearchRecord& record) {
    const search::Strategy* strategy = strategies_.find(record.spec.strategy);
    if (strategy == nullptr || report_.fenced) {
      return false;
    }
    Place& place = place_of(record, *strategy);
    if (place.frontier == record.spec.range.end && place.objection.empty()) {
      // Done, unless a result is replaced: then the place is read anew.
      return false;
    }
    bool any = false;
    while (true) {
      const auto results = ledger_.accepted(record.id, place.frontier, place.objection.empty() ? options_.batch : 1);
      AuditStep step;
      std::string objection;
      for (const AcceptedResult& result : results) {
        if (result.range.begin != place.frontier) {
          break;
        }
        add_alarms(record.id, result, step);
        note_best(record, result);
        if (const auto reason = objection_to(record, *strategy, place, result, step)) {
          objection = *reason;
          break;
        }
        step.audits.push_back({result.block, result.range, result.key,
                               place.certifier ? place.certifier->state() : std::map<std::string, std::string>()});
        if (is_in_sample(result.block, options_.double_check) && result.key.purpose == purpose_search) {
          step.orders.push_back(check_of(result));
        }
        place.frontier = result.range.end;
      }
      step.objection = objection;
      if (step.audits.empty() && objection == place.objection) {
        return any;
      }
      if (!ledger_.record(epoch_, record.id, step)) {
        // Fenced, or a result was replaced meanwhile: what the ledger says now is read anew.
        report_.fenced = !leads();
        places_.erase(record.id);
        return any;
      }
      crash_point("auditor/recorded");
      any = true;
      tell(step);
      show(record, step);
      report_.audited += step.audits.size();
      place.objection = objection;
      if (!objection.empty()) {
        log_.error("the audit stops", {{"search_id", record.id.value}, {"reason", objection}});
        return any;
      }
    }
  }

  Place& place_of(const SearchRecord& record, const search::Strategy& strategy) {
    const auto known = places_.find(record.id);
    if (known != places_.end()) {
      return known->second;
    }
    const AuditFrontier frontier = ledger_.frontier(record.id);
    // A search that begins elsewhere, and does not say what came before, proves nothing together.
    const auto& origin = frontier.state.empty() ? record.spec.origin : frontier.state;
    const bool has_origin = record.spec.range.begin == strategy.first() || !origin.empty();
    auto certifier = has_origin
                         ? strategy.certifier(origin)
                         : math::Parsed<std::unique_ptr<search::Certifier>>(std::unique_ptr<search::Certifier>());
    ROBIN_ASSERT(math::accepted(certifier) != nullptr, "the ledger holds the state that was written to it");
    return places_.emplace(record.id, Place{frontier.end, std::get<0>(std::move(certifier)), frontier.objection})
        .first->second;
  }

  /// One line against taking this block; then orders are placed that may change this.
  std::optional<std::string> objection_to(const SearchRecord& record, const search::Strategy& strategy, Place& place,
                                          const AcceptedResult& result, AuditStep& step) const {
    const std::string name = "block " + std::to_string(result.block.value) + " [" + strategy.text(result.range.begin) +
                             ", " + strategy.text(result.range.end) + "): ";
    const auto unfit = [&](const std::string& reason) {
      step.orders.push_back(check_of(result));
      step.events.push_back({"unfit", record.id, result.block, reason,
                             "unfit/" + std::to_string(result.block.value) + "/" + result.result.digest});
      return name + reason;
    };
    if (result.result.block != result.range) {
      return unfit("its result is for another range");
    }
    if (record.spec.parameters.digest == search::DigestKind::Exact &&
        search::exact_digest(strategy, result.range, result.result.findings) != result.result.digest) {
      return unfit("its digest does not belong to what is stored");
    }
    if (!place.certifier) {
      return std::nullopt;
    }
    const auto objection =
        place.certifier->advance(result.range, result.result.findings.candidates, result.result.findings.extras);
    if (!objection) {
      return std::nullopt;
    }
    switch (objection->doubt) {
      case search::Doubt::Unfit:
        return unfit(objection->reason);
      case search::Doubt::Unproven:
        step.orders.push_back(
            {{result.block, text(Purpose{Purpose::Kind::Refine, 1}), 1}, {}, place.certifier->state()});
        break;
      case search::Doubt::Refuted:
        break;
    }
    return name + objection->reason;
  }

  static void add_alarms(SearchId search, const AcceptedResult& result, AuditStep& step) {
    const auto alarm = [&](const search::Witness& number, const std::string& what) {
      step.events.push_back(
          {"alarm", search, result.block,
           what + ": n = " + number.factorization + ", ratio in [" + number.ratio_lo + ", " + number.ratio_hi + "]",
           what + "/" + std::to_string(search.value) + "/" + number.factorization});
    };
    for (const auto& violation : result.result.findings.violations) {
      if (!is_known(violation)) {
        alarm(violation, counterexample_alarm);
      }
    }
    for (const auto& number : result.result.findings.undecided) {
      alarm(number, "undecided at the limit of precision");
    }
  }

  void note_best(const SearchRecord& record, const AcceptedResult& result) {
    double& best = best_[record.spec.strategy];
    for (const auto& witness : result.result.findings.witnesses) {
      if (const double ratio = std::stod(witness.ratio_lo); ratio > best && is_above_5040(witness)) {
        best = ratio;
        options_.vitals.set(metrics::best_witness, ratio, {{"strategy", record.spec.strategy}});
      }
    }
  }

  /// The last block of the step, for those who watch.
  void show(const SearchRecord& record, const AuditStep& step) const {
    const runtime::Labels labels = {{"strategy", record.spec.strategy}};
    for (const Event& event : step.events) {
      if (event.kind == "alarm") {
        options_.vitals.count(metrics::counterexamples);
      }
    }
    if (step.audits.empty()) {
      return;
    }
    const auto& state = step.audits.back().state;
    for (const auto& [key, metric] :
         {std::pair{"log_n", &metrics::frontier_log_n}, std::pair{"block_margin", &metrics::min_log_margin}}) {
      if (const auto found = state.find(key); found != state.end() && !found->second.empty()) {
        options_.vitals.set(*metric, std::stod(found->second), labels);
      }
    }
  }

  void tell(const AuditStep& step) const {
    for (const Event& event : step.events) {
      log_.error(event.kind, {{"block_id", event.block->value}, {"message", event.message}});
    }
  }

  [[nodiscard]] Order check_of(const AcceptedResult& result) const {
    return order_check(result.block, 1, {result.worker}, !options_.other_worker_wait);
  }

  // Disputes.

  bool settle_cases() {
    bool any = false;
    for (const Case& one : ledger_.cases(cases_a_round)) {
      if (options_.search && one.search != *options_.search) {
        continue;
      }
      const auto ruling = decide_case(one, {options_.checks_max, !options_.other_worker_wait});
      if (!ruling) {
        continue;
      }
      if (!ledger_.rule(epoch_, one, *ruling)) {
        report_.fenced = !leads();
        continue;
      }
      any = true;
      if (ruling->event) {
        log_.warn(ruling->event->kind, {{"block_id", one.block.value}, {"message", ruling->event->message}});
      }
      if (ruling->state || ruling->accepted) {
        places_.erase(one.search);
      }
      report_.replaced += ruling->accepted ? 1U : 0U;
    }
    return any;
  }

  [[nodiscard]] bool leads() const { return ledger_.is_newest(epoch_); }

  Store& store_;
  AuditLedger& ledger_;
  const search::Strategies& strategies_;
  Epoch epoch_;
  AuditOptions options_;
  runtime::Log& log_;
  AuditReport report_;
  std::map<SearchId, Place> places_;
  std::map<std::string, double> best_;
  Inbox<int> nothing_;
};

}  // namespace

AuditReport audit(Store& store, const search::Strategies& strategies, Epoch epoch, const AuditOptions& options,
                  runtime::Log& log, const std::stop_token& stop, const std::stop_token& when_done) {
  const struct Release {
    ~Release() { math::release_thread_caches(); }
  } at_the_end;
  return Auditor(store, strategies, epoch, options, log).run(stop, when_done);
}

bool is_in_sample(BlockId block, double share) {
  if (share >= 1) {
    return true;
  }
  // A generator seeded with the id is a good hash of it, and the same everywhere.
  std::mt19937_64 hash(static_cast<std::uint64_t>(block.value));
  return static_cast<double>(hash()) < share * 0x1p64;
}

}  // namespace robin::flow
