#include "flow/loops/audit.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <utility>

#include "core/contract.hpp"
#include "flow/loops/inbox.hpp"
#include "flow/loops/metrics.hpp"
#include "flow/loops/own_computation.hpp"
#include "flow/loops/slice_audit.hpp"
#include "flow/loops/test_points.hpp"
#include "math/robin.hpp"
#include "math/thread_caches.hpp"
#include "search/claim.hpp"

namespace robin::flow {
namespace {

using core::Deadline;

constexpr std::size_t cases_a_round = 100;

bool is_above_5040(const math::Factorization& number) {
  const auto value = number.value(4);
  return !value || math::Integer(math::known_exception_max) < *value;
}

std::string alarm_of(const std::string& what, const search::Witness& number) {
  return what + ": n = " + number.factorization + ",";
}

/// While blocks finish it looks so many times as often.
constexpr int trickle_looks = 10;
/// Within the time in which a check waits for another worker it looks so often whether that was in vain.
constexpr int looks_for_lone_checks = 60;

class Auditor {
 public:
  Auditor(AuditLedger& ledger, LedgerReader& reader, const search::Strategies& strategies, Epoch epoch,
          const AuditOptions& options, runtime::Log& log)
      : ledger_(ledger), reader_(reader), strategies_(strategies), epoch_(epoch), options_(options), log_(log) {}

  AuditReport run(const std::stop_token& stop, const std::stop_token& when_done) {
    auto loop = options_.vitals.loop("audit");
    options_.vitals.count(metrics::counterexamples, {}, 0);
    // Once: made in each round it would run at once after the request, and no round would wait.
    const std::stop_callback wake(when_done, [this] { nothing_.put(0); });
    while (!stop.stop_requested()) {
      loop.turned();
      // Asked first: an order that is done after this is settled in this round or in the next.
      const bool may_end = when_done.stop_requested() && !an_order_is_open();
      const std::uint64_t audited_before = report_.audited;
      bool any = settle_cases();
      any = doubt_contradicted() || any;
      for (const SearchRecord& record : searches()) {
        any = advance(record) || any;
      }
      any = release_lone_checks() || any;
      compute_slices_meanwhile();
      if (share_is_told_.has_passed()) {
        tell_share();
      }
      if (!any) {
        if (may_end && !own_.is_busy() && slices_.is_done()) {
          break;
        }
        nothing_.take(Deadline::in(options_.poll), stop);
      } else if (report_.audited - audited_before < options_.batch && !when_done.stop_requested()) {
        // A trickle: it costs more to look at once than to audit what has come.
        nothing_.take(Deadline::in(options_.poll / trickle_looks), stop);
      }
    }
    tell_share();
    const auto counts = slices_.counts();
    report_.slices = counts.slices;
    report_.slices_computed = counts.computed;
    return report_;
  }

 private:
  using Origin = std::map<std::string, std::string>;

  /// Where the audit of a search stands; read from the ledger when first needed, and after a result was replaced.
  struct Place {
    search::Position frontier;
    std::unique_ptr<search::Certifier> certifier;
    std::string objection;
    /// Why the state after the last audit cannot be read; empty: it can.
    std::string unreadable;
  };

  std::vector<SearchRecord> searches() {
    auto all = reader_.searches();
    std::erase_if(all, [this](const auto& record) { return options_.search && record.id != *options_.search; });
    return all;
  }

  bool an_order_is_open() {
    const auto all = searches();
    return std::any_of(all.begin(), all.end(),
                       [this](const auto& record) { return reader_.counts(record.id).open_orders() > 0; });
  }

  // Audits.

  bool advance(const SearchRecord& record) {
    const search::Strategy* strategy = strategies_.find(record.spec.strategy);
    if (strategy == nullptr) {
      return false;
    }
    Place& place = place_of(record, *strategy);
    if (!place.unreadable.empty()) {
      return object_to_state(record, *strategy);
    }
    if (place.frontier == record.spec.range.end && place.objection.empty()) {
      // Done, unless a result is replaced: then the place is read anew.
      return false;
    }
    bool any = false;
    while (true) {
      const auto results = ledger_.accepted(record.id, place.frontier, place.objection.empty() ? options_.batch : 1);
      AuditStep step;
      // Beside its audits.
      std::vector<Origin> origins;
      std::string objection;
      for (const AcceptedResult& result : results) {
        if (result.range.begin != place.frontier) {
          break;
        }
        // The state before the block, of which the certifier knows nothing any more after it.
        const Origin origin =
            place.certifier && result.key.purpose.kind == Purpose::Kind::Refine ? place.certifier->state() : Origin();
        if (const auto reason = objection_to(record, *strategy, place, result, origin, step)) {
          objection = *reason;
          break;
        }
        note_best(record, *strategy, result);
        step.audits.push_back({result.block, result.range, result.key,
                               place.certifier ? place.certifier->state() : std::map<std::string, std::string>()});
        origins.push_back(origin);
        if (record.control.state != RunState::Cancelled && is_drawn() &&
            result.key.purpose.kind != Purpose::Kind::Check) {
          step.orders.push_back(check_of(result.key, result.worker, origin));
        }
        place.frontier = result.range.end;
      }
      step.objection = objection;
      if (step.audits.empty() && objection == place.objection) {
        return any;
      }
      if (!ledger_.record(epoch_, record.id, step)) {
        // A result was replaced meanwhile: what the ledger says now is read anew.
        places_.erase(record.id);
        return any;
      }
      crash_point("auditor/recorded");
      any = true;
      tell(step);
      show(record, step);
      for (std::size_t i = 0; i < step.audits.size(); ++i) {
        slices_.see(record, *strategy, step.audits[i], origins[i]);
      }
      compute_slices_meanwhile();
      report_.audited += step.audits.size();
      place.objection = objection;
      if (!objection.empty()) {
        log_.error("the audit stops", {{"search_id", record.id.value}, {"reason", objection}});
        return any;
      }
    }
  }

  bool is_drawn() { return std::uniform_real_distribution<double>()(options_.draws) < options_.double_check; }

  Place& place_of(const SearchRecord& record, const search::Strategy& strategy) {
    const auto known = places_.find(record.id);
    if (known != places_.end()) {
      return known->second;
    }
    const AuditFrontier frontier = reader_.audited(record.id);
    // A search that begins elsewhere, and does not say what came before, proves nothing together.
    const auto& origin = frontier.state.empty() ? record.spec.origin : frontier.state;
    const bool has_origin = record.spec.range.begin == strategy.first() || !origin.empty();
    auto certifier = has_origin
                         ? strategy.certifier(origin)
                         : core::Parsed<std::unique_ptr<search::Certifier>>(std::unique_ptr<search::Certifier>());
    Place place{frontier.end, nullptr, frontier.objection, {}};
    if (auto* readable = std::get_if<std::unique_ptr<search::Certifier>>(&certifier)) {
      place.certifier = std::move(*readable);
    } else {
      place.unreadable = core::refusal_reason(certifier);
    }
    return places_.emplace(record.id, std::move(place)).first->second;
  }

  /// Somebody changed what an auditor wrote: this search is audited no further until that is mended, and all others
  /// are.
  bool object_to_state(const SearchRecord& record, const search::Strategy& strategy) {
    // Read anew at the next look: it may be mended by then.
    const Place place = std::move(places_.extract(record.id).mapped());
    AuditStep step;
    step.objection = "what was audited up to " + strategy.text(place.frontier) +
                     " left a state that no auditor wrote (" + place.unreadable +
                     "): restore the table audits, or delete this search's rows there, and all is audited again";
    if (place.objection == step.objection || !ledger_.record(epoch_, record.id, step)) {
      return false;
    }
    log_.error("the audit stops", {{"search_id", record.id.value}, {"reason", step.objection}});
    return true;
  }

  /// One line against taking this block; then orders are placed that may change this.
  std::optional<std::string> objection_to(const SearchRecord& record, const search::Strategy& strategy, Place& place,
                                          const AcceptedResult& result, const Origin& origin, AuditStep& step) {
    const std::string name = "block " + std::to_string(result.block.value) + " [" + strategy.text(result.range.begin) +
                             ", " + strategy.text(result.range.end) + "): ";
    const auto unfit = [&](const std::string& reason) {
      doubt(record.id, result.key, result.worker, origin, reason, step);
      return name + reason;
    };
    if (result.result.block != result.range) {
      return unfit("its result is for another range");
    }
    if (record.spec.parameters.digest == search::DigestKind::Exact &&
        search::exact_digest(strategy, result.range, result.result.findings) != result.result.digest) {
      return unfit("its digest does not belong to what is stored");
    }
    if (const auto reason = judge_claims(record, strategy, result, origin, step)) {
      return unfit(*reason);
    }
    if (const auto reason = judge_ratios(strategy, result)) {
      return unfit(*reason);
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
        step.orders.push_back({{result.block, Purpose::refine(1), 1}, {}, place.certifier->state()});
        break;
      case search::Doubt::Refuted:
        break;
    }
    return name + objection->reason;
  }

  /// Rings the alarm for what a result truly says of numbers; the first thing that it says of one and is not so. One is
  /// enough: a result with many costs no more.
  std::optional<std::string> judge_claims(const SearchRecord& record, const search::Strategy& strategy,
                                          const AcceptedResult& result, const Origin& origin, AuditStep& step) {
    const auto alarm = [&](const search::Witness& number, const std::string& what) {
      step.events.push_back({EventKind::Alarm, record.id, result.block,
                             alarm_of(what, number) + " ratio in [" + number.ratio_lo + ", " + number.ratio_hi + "]",
                             what + "/" + std::to_string(record.id.value) + "/" + number.factorization});
    };
    for (const auto& violation : result.result.findings.violations) {
      switch (standing_of(strategy, violation)) {
        case search::Standing::Known:
          break;
        case search::Standing::Violates:
          alarm(violation, counterexample_alarm);
          break;
        case search::Standing::Holds:
          return "it says of n = " + violation.factorization + " that it violates the inequality, which holds there";
        case search::Standing::Undecided:
          alarm(violation, "said to violate the inequality, and undecided at the limit of precision");
          break;
        case search::Standing::Unread:
          alarm(violation, "said to violate the inequality, and too large to be judged here");
          step.orders.push_back(check_of(result.key, result.worker, origin));
          break;
      }
    }
    for (const auto& number : result.result.findings.undecided) {
      switch (standing_of(strategy, number)) {
        case search::Standing::Violates:
          alarm(number, counterexample_alarm);
          break;
        case search::Standing::Undecided:
        case search::Standing::Unread:
          alarm(number, "undecided at the limit of precision");
          break;
        case search::Standing::Known:
        case search::Standing::Holds:
          return "it says of n = " + number.factorization + " that it cannot be decided, and it can";
      }
    }
    return std::nullopt;
  }

  /// The greatest ratio of a result, and a few drawn ones, computed again: no digest covers them. What takes long to
  /// read is shown as certified by nobody.
  std::optional<std::string> judge_ratios(const search::Strategy& strategy, const AcceptedResult& result) {
    constexpr std::size_t drawn = 3;
    const auto& witnesses = result.result.findings.witnesses;
    std::vector<const search::Witness*> looked_at;
    if (const auto* best = greatest(result.result.findings)) {
      looked_at.push_back(best);
    }
    for (std::size_t i = 0; i < std::min(drawn, witnesses.size()); ++i) {
      looked_at.push_back(
          &witnesses[std::uniform_int_distribution<std::size_t>(0, witnesses.size() - 1)(options_.draws)]);
    }
    for (const search::Witness* witness : looked_at) {
      const auto factors = search::read_claimed(witness->factorization, search::for_a_list);
      if (factors && !search::certified(strategy, *witness, *factors)) {
        return "it says of n = " + witness->factorization + " that its ratio lies in [" + witness->ratio_lo + ", " +
               witness->ratio_hi + "], and it does not";
      }
    }
    return std::nullopt;
  }

  static const search::Witness* greatest(const search::Findings& findings) {
    const search::Witness* best = findings.best ? &*findings.best : nullptr;
    for (const auto& witness : findings.witnesses) {
      best = best == nullptr || search::compare_decimals(witness.ratio_lo, best->ratio_lo) > 0 ? &witness : best;
    }
    return best;
  }

  /// Remembered: where the audit stops, the same results are met again at each look.
  search::Standing standing_of(const search::Strategy& strategy, const search::Witness& number) {
    constexpr std::size_t remembered_max = 10'000;
    if (standings_.size() >= remembered_max) {
      standings_.clear();
    }
    const std::pair key(std::string(strategy.name()), number.factorization);
    const auto known = standings_.find(key);
    if (known != standings_.end()) {
      return known->second;
    }
    return standings_.emplace(key, search::judge(strategy, number.factorization, search::for_one_number)).first->second;
  }

  /// Of what is audited: computed again if it is the best so far.
  void note_best(const SearchRecord& record, const search::Strategy& strategy, const AcceptedResult& result) {
    double& best = best_[record.spec.strategy];
    for (const auto& claimed : result.result.findings.witnesses) {
      if (std::strtod(claimed.ratio_lo.c_str(), nullptr) <= best) {
        continue;
      }
      const auto factors = search::read_claimed(claimed.factorization, search::for_a_list);
      const auto witness =
          factors && is_above_5040(*factors) ? search::certified(strategy, claimed, *factors) : std::nullopt;
      if (const double ratio = witness ? std::strtod(witness->ratio_lo.c_str(), nullptr) : 0; ratio > best) {
        best = ratio;
        options_.vitals.set(metrics::best_witness, ratio, {{"strategy", record.spec.strategy}});
      }
    }
  }

  /// The last block of the step, for those who watch.
  void show(const SearchRecord& record, const AuditStep& step) const {
    const runtime::Labels labels = {{"strategy", record.spec.strategy}};
    for (const Event& event : step.events) {
      if (event.kind == EventKind::Alarm) {
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
      log_.error(text(event.kind), {{"block_id", event.block->value}, {"message", event.message}});
    }
  }

  /// What comes of a result that does not fit, or says what is not so: its worker is named, and somebody else computes
  /// its block, which is looked at once more if that was done already.
  void doubt(SearchId search, const WorkKey& key, const std::string& worker, const Origin& origin,
             const std::string& reason, AuditStep& step) const {
    step.orders.push_back(check_of(key, worker, origin));
    step.orders.back().reopens = true;
    step.events.push_back({EventKind::Unfit, search, key.block, reason + "; computed by " + worker, once_unfit(key)});
  }

  /// A refinement is checked by another one from where it began.
  [[nodiscard]] Order check_of(const WorkKey& key, const std::string& worker, const Origin& origin) const {
    const bool lone_worker = !options_.other_worker_wait;
    return key.purpose.kind == Purpose::Kind::Refine
               ? order_refinement_check(key.block, key.purpose.number + 1, {worker}, origin, lone_worker)
               : order_check(key.block, 1, {worker}, lone_worker);
  }

  // Slices.

  /// The accepted result of the block, as it is now.
  [[nodiscard]] std::optional<AcceptedResult> accepted_of(SearchId search, const search::Block& block) const {
    auto results = ledger_.accepted(search, block.begin, 1);
    return results.empty() ? std::nullopt : std::optional(std::move(results.front()));
  }

  /// Of results that a slice, computed again, contradicts: wherever the audit stands, their blocks are doubted like one
  /// that does not fit at its frontier.
  bool doubt_contradicted() {
    const auto all = slices_.found();
    for (const auto& [slice, worker, what] : all) {
      AuditStep step;
      doubt(slice.search, slice.key, worker, slice.origin, what, step);
      // Of the search, which stays as it is.
      step.objection = place_of(record_of(reader_, slice.search), *slice.strategy).objection;
      if (ledger_.record(epoch_, slice.search, step)) {
        tell(step);
      }
    }
    return !all.empty();
  }

  void compute_slices_meanwhile() {
    if (slices_.has_slices()) {
      own_.do_meanwhile([this](const std::stop_token& enough) { slices_.compute(enough); });
    }
  }

  void tell_share() {
    share_is_told_ = Deadline::in(options_.share_told_every);
    const auto counts = slices_.counts();
    if (counts.blocks > 0) {
      log_.info("slices were computed again here", {{"slices", static_cast<std::int64_t>(counts.computed)},
                                                    {"share", counts.share()},
                                                    {"blocks", static_cast<std::int64_t>(counts.blocks)}});
    }
  }

  // Disputes.

  /// Now and then: it looks at all open orders, and none waits for the moment.
  bool release_lone_checks() {
    if (!lone_checks_are_due_.has_passed()) {
      return false;
    }
    const auto wait = options_.other_worker_wait.value_or(core::Milliseconds(0));
    lone_checks_are_due_ = Deadline::in(wait / looks_for_lone_checks);
    return ledger_.release_lone_checks(epoch_, wait) > 0;
  }

  bool settle_cases() {
    bool any = false;
    own_.begin_round();
    for (const Case& one : ledger_.cases(cases_a_round)) {
      if (options_.search && one.search != *options_.search) {
        continue;
      }
      const CaseRules rules{options_.checks_max, !options_.other_worker_wait};
      auto ruling = decide_case(one, rules);
      if (ruling && ruling->compute) {
        Case known = one;
        const auto outcome = own_.outcome(one, *ruling->compute, record_of(reader_, one.search).spec, strategies_,
                                          [this](const WorkKey& key) { return ledger_.result(key); });
        if (!outcome) {
          continue;
        }
        known.computed = outcome->digest;
        known.is_by_slices = outcome->is_by_slices;
        ruling = decide_case(known, rules);
      }
      if (!ruling || !ledger_.rule(epoch_, one, *ruling)) {
        continue;
      }
      if (ruling->close_orders) {
        own_.forget(one.block);
      }
      if (ruling->is_drawn_from) {
        see_replacing(one, ruling->accepted.value_or(one.accepted));
      }
      any = true;
      if (ruling->event) {
        log_.warn(text(ruling->event->kind), {{"block_id", one.block.value}, {"message", ruling->event->message}});
      }
      if (ruling->state || ruling->accepted) {
        places_.erase(one.search);
      }
      report_.replaced += ruling->accepted ? 1U : 0U;
    }
    return any;
  }

  /// What is accepted by a ruling, and was not computed here.
  void see_replacing(const Case& one, const WorkKey& accepted) {
    const SearchRecord record = record_of(reader_, one.search);
    const auto order = std::find_if(one.orders.begin(), one.orders.end(),
                                    [&accepted](const auto& placed) { return placed.key == accepted; });
    if (const auto* strategy = strategies_.find(record.spec.strategy)) {
      slices_.see_replacing(record, *strategy, {one.block, one.range, accepted, {}},
                            order == one.orders.end() ? Origin() : order->origin);
    }
  }

  AuditLedger& ledger_;
  LedgerReader& reader_;
  const search::Strategies& strategies_;
  Epoch epoch_;
  AuditOptions options_;
  runtime::Log& log_;
  AuditReport report_;
  std::map<SearchId, Place> places_;
  std::map<std::string, double> best_;
  std::map<std::pair<std::string, std::string>, search::Standing> standings_;
  Inbox<int> nothing_;
  SliceAudit slices_{{options_.audit_share, options_.slices_kept, options_.vitals},
                     [this](SearchId search, const search::Block& block) { return accepted_of(search, block); },
                     log_};
  Deadline share_is_told_ = Deadline::in(options_.share_told_every);
  Deadline lone_checks_are_due_ = Deadline::in({});
  OwnComputation own_{log_, [this] { nothing_.put(0); }};
};

}  // namespace

std::string counterexample_alarm_of(const search::Witness& number) { return alarm_of(counterexample_alarm, number); }

AuditReport audit(AuditLedger& ledger, LedgerReader& reader, const search::Strategies& strategies, Epoch epoch,
                  const AuditOptions& options, runtime::Log& log, const std::stop_token& stop,
                  const std::stop_token& when_done) {
  const struct Release {
    ~Release() { math::release_thread_caches(); }
  } at_the_end;
  return Auditor(ledger, reader, strategies, epoch, options, log).run(stop, when_done);
}

}  // namespace robin::flow
