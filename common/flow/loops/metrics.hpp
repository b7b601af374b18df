#pragma once

// metrics: what services count and measure, by the names under which Prometheus finds it. The comment above a metric
// names its labels. A label has few values: never a block or a number.

#include "runtime/vitals.hpp"

namespace robin::flow::metrics {

using runtime::Metric;
using runtime::MetricKind;

/// {strategy, result = finished, failed or stale}: blocks with which this consumer is done.
inline const Metric blocks{"robin_blocks_total", "Blocks settled, by result", MetricKind::Counter};
/// {strategy}
inline const Metric numbers_checked{"robin_numbers_checked_total", "Candidates examined in saved blocks",
                                    MetricKind::Counter};
/// {strategy}
inline const Metric block_duration{"robin_block_duration_seconds",
                                   "Time a block took to compute",
                                   MetricKind::Histogram,
                                   {0.1, 0.3, 1, 3, 10, 30, 60, 120, 300, 600, 1800}};
/// {strategy}: by the clocks of two machines.
inline const Metric block_queue_wait{"robin_block_queue_wait_seconds",
                                     "Time from the publish of a block until a consumer began it",
                                     MetricKind::Histogram,
                                     {0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 60, 300, 1800}};
inline const Metric redeliveries{"robin_redeliveries_total", "Blocks that were delivered before", MetricKind::Counter};
inline const Metric blocks_published{"robin_blocks_published_total", "Blocks published and confirmed",
                                     MetricKind::Counter};
inline const Metric save_duration{"robin_save_duration_seconds",
                                  "Time a batch of reports took to commit",
                                  MetricKind::Histogram,
                                  {0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10}};
inline const Metric last_block_saved{"robin_last_block_saved_timestamp_seconds",
                                     "When this saver last saved a result, in seconds since 1970", MetricKind::Gauge};
inline const Metric mismatches{"robin_verification_mismatches_total",
                               "Results that differed from the one that was stored first", MetricKind::Counter};
inline const Metric foreign_reports{"robin_foreign_reports_total",
                                    "Reports about another ledger or another search, which were refused",
                                    MetricKind::Counter};
inline const Metric amqp_reconnects{"robin_amqp_reconnects_total",
                                    "Connections to the broker that were lost and made again", MetricKind::Counter};
inline const Metric database_errors{"robin_db_errors_total", "Calls of the database that failed and were tried again",
                                    MetricKind::Counter};
/// {strategy}
inline const Metric frontier_log_n{"robin_frontier_log_n", "log N at the end of what is certified", MetricKind::Gauge};
/// {strategy}
inline const Metric min_log_margin{"robin_min_log_margin", "The least certified margin of the block audited last",
                                   MetricKind::Gauge};
/// {strategy}
inline const Metric best_witness{"robin_best_witness_value",
                                 "The greatest ratio above 5040 that was audited, a lower bound", MetricKind::Gauge};
inline const Metric counterexamples{"robin_counterexample_candidates_total",
                                    "Numbers above 5040 that violate the inequality or could not be decided",
                                    MetricKind::Counter};
/// {strategy, result = agrees or contradicts}
inline const Metric audit_slices{"robin_audit_slices_total",
                                 "Slices of undisputed results that the auditor computed again", MetricKind::Counter};
inline const Metric audit_share{"robin_audit_share",
                                "Share of the slices of all results, since this auditor leads, that it computed again",
                                MetricKind::Gauge};
/// {state}: of all searches, as the gateway last looked.
inline const Metric blocks_in_state{"robin_blocks", "Blocks in the ledger, by state", MetricKind::Gauge};
inline const Metric draining{"robin_draining", "1 while no block may enter, else 0", MetricKind::Gauge};

}  // namespace robin::flow::metrics

namespace robin::flow {

/// Keeps the condition `broker` of a service's readiness, and counts how often the connection came back.
class ConnectionVitals {
 public:
  explicit ConnectionVitals(runtime::OptionalVitals vitals) : vitals_(vitals) {
    vitals_.count(metrics::amqp_reconnects, {}, 0);
    vitals_.set_ready("broker", false);
  }
  void found() {
    vitals_.set_ready("broker", true);
    if (was_lost_) {
      vitals_.count(metrics::amqp_reconnects);
    }
    was_lost_ = false;
  }
  void lost() {
    vitals_.set_ready("broker", false);
    was_lost_ = true;
  }

 private:
  runtime::OptionalVitals vitals_;
  bool was_lost_ = false;
};

}  // namespace robin::flow
