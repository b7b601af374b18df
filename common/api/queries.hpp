#pragma once

// What may be asked for and ordered: the parameters of a GET and the bodies of the orders, each a struct whose members
// begin with their defaults. fields() says what they mean and how far they go; the parsers, the description of the API
// and the command line take it from here.

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "api/described.hpp"
#include "api/limits.hpp"
#include "api/words.hpp"
#include "flow/ports/ids.hpp"
#include "flow/ports/search_control.hpp"
#include "search/strategy.hpp"

namespace robin::api {

/// `next` of the page before: a text that means nothing to whoever passes it on.
using CursorText = std::optional<std::string>;

inline constexpr Limits row_limits{.min = 1, .max = page_max};
inline constexpr Limits older_limits{.max = std::uint64_t{3'653} * 86'400};
inline constexpr Limits word_limits{.max = text_bytes_max};
inline constexpr const char* search_meaning = "only of this search";
inline constexpr const char* limit_meaning = "how many at most";
inline constexpr const char* kind_meaning = "which findings";
inline constexpr const char* after_meaning = "`next` of the page before";
inline constexpr const char* ids_beyond_meaning = "only ids beyond this one";

struct NoQuery {
  static auto fields() { return std::tuple<>(); }
};

struct OverviewQuery {
  std::uint64_t searches = page_max;

  static auto fields() { return std::tuple{Field{"searches", &OverviewQuery::searches, limit_meaning, row_limits}}; }
};

struct SearchesQuery {
  std::uint64_t after = 0;
  std::uint64_t limit = page_max;

  static auto fields() {
    return std::tuple{Field{"after", &SearchesQuery::after, ids_beyond_meaning, Limits{.max = INT64_MAX}},
                      Field{"limit", &SearchesQuery::limit, limit_meaning, row_limits}};
  }
};

struct WorkersQuery {
  std::uint64_t limit = 100;

  static auto fields() { return std::tuple{Field{"limit", &WorkersQuery::limit, limit_meaning, row_limits}}; }
};

struct BlocksQuery {
  std::optional<flow::SearchId> search;
  std::vector<flow::BlockState> states;
  std::uint64_t after = 0;
  std::uint64_t limit = 100;

  static auto fields() {
    return std::tuple{Field{"search", &BlocksQuery::search, search_meaning},
                      Field{"state", &BlocksQuery::states, "only in these states, in any case"},
                      Field{"after", &BlocksQuery::after, ids_beyond_meaning, Limits{.max = INT64_MAX}},
                      Field{"limit", &BlocksQuery::limit, limit_meaning, row_limits}};
  }
};

struct ErrorsQuery {
  std::optional<flow::SearchId> search;
  std::uint64_t limit = 100;

  static auto fields() {
    return std::tuple{Field{"search", &ErrorsQuery::search, search_meaning},
                      Field{"limit", &ErrorsQuery::limit, limit_meaning, row_limits}};
  }
};

struct FindingsQuery {
  flow::Finding kind = flow::Finding::Witness;
  CursorText after;
  std::uint64_t limit = 100;

  static auto fields() {
    return std::tuple{Field{"kind", &FindingsQuery::kind, kind_meaning},
                      Field{"after", &FindingsQuery::after, after_meaning, word_limits},
                      Field{"limit", &FindingsQuery::limit, limit_meaning, row_limits}};
  }
};

struct ResultsQuery {
  CursorText after;
  std::uint64_t limit = 100;

  static auto fields() {
    return std::tuple{Field{"after", &ResultsQuery::after, after_meaning, word_limits},
                      Field{"limit", &ResultsQuery::limit, limit_meaning, row_limits}};
  }
};

struct RecordsQuery {
  std::optional<flow::SearchId> search;
  flow::Finding kind = flow::Finding::Witness;
  std::uint64_t top = 20;

  static auto fields() {
    return std::tuple{Field{"search", &RecordsQuery::search, search_meaning},
                      Field{"kind", &RecordsQuery::kind, kind_meaning},
                      Field{"top", &RecordsQuery::top, limit_meaning, row_limits}};
  }
};

struct EventsQuery {
  std::optional<std::string> kind;
  std::uint64_t after = INT64_MAX;
  std::uint64_t limit = 50;

  static auto fields() {
    return std::tuple{Field{"kind", &EventsQuery::kind, "only of this kind", word_limits},
                      Field{"after", &EventsQuery::after, "only older ones, with ids below this one",
                            Limits{.min = 1, .max = INT64_MAX}},
                      Field{"limit", &EventsQuery::limit, limit_meaning, row_limits}};
  }
};

struct MarginQuery {
  std::uint64_t points = 500;

  static auto fields() {
    return std::tuple{Field{"points", &MarginQuery::points, "about how many", Limits{.min = 1, .max = points_max}}};
  }
};

struct HistoryQuery {
  std::uint64_t minutes = 60;

  static auto fields() {
    return std::tuple{Field{"minutes", &HistoryQuery::minutes, "how far back", Limits{.min = 1, .max = minutes_max}}};
  }
};

struct DurationsQuery {
  std::uint64_t blocks = 1000;

  static auto fields() {
    return std::tuple{
        Field{"blocks", &DurationsQuery::blocks, "of the newest so many", Limits{.min = 1, .max = durations_max}}};
  }
};

// Orders. Their members are texts, whatever was sent: search_spec() (submission.hpp) says what is wrong with one.

/// The meaning of `threshold`, which names its defaults.
inline const std::string threshold_meaning = "above 0, at most " + std::to_string(threshold_max) +
                                             ": every n whose ratio is at least this is kept; " +
                                             search::default_threshold(search::Mode::Complete) + ", with mode exact " +
                                             search::default_threshold(search::Mode::Exact) + ", if it is not given";

struct SubmitOrder {
  std::string strategy;
  std::string begin;
  std::string end;
  std::string mode{search::text(search::Mode::Complete)};
  std::string threshold;
  std::string digest{search::text(search::DigestKind::Exact)};
  std::map<std::string, std::string> origin;
  Omittable<bool> paused = {};
  Omittable<std::uint64_t> share = {};

  static constexpr const char* name = "SubmitOrder";
  static auto fields() {
    return std::tuple{
        Field{"strategy", &SubmitOrder::strategy, "how to enumerate: one of /strategies",
              Limits{.max = text_bytes_max, .is_required = true}},
        Field{"begin", &SubmitOrder::begin, "the first position; that of the strategy if it is not given", word_limits},
        Field{"end", &SubmitOrder::end, "the position after the last; a larger one extends a known search",
              Limits{.max = text_bytes_max, .is_required = true}},
        Field{"mode", &SubmitOrder::mode, "which candidates are looked at",
              Limits{.max = text_bytes_max, .words = core::all_words<search::Mode>}},
        Field{"threshold", &SubmitOrder::threshold, threshold_meaning.c_str(), word_limits},
        Field{"digest", &SubmitOrder::digest, "what digests hash",
              Limits{.max = text_bytes_max, .words = core::all_words<search::DigestKind>}},
        Field{"origin", &SubmitOrder::origin, "the certifier's state where a certificate ends that this continues",
              Limits{.max = origin_bytes_max, .items_max = origin_items_max}},
        Field{"paused", &SubmitOrder::paused, "a new search waits until it is resumed"},
        Field{"share", &SubmitOrder::share, "of a new search, as in computing_share; 1 if it is not given",
              Limits{.min = 1, .max = flow::share_max}}};
  }
};

/// Asks what a search would cost; the fields are those of SubmitOrder.
struct EstimateQuery {
  CursorText strategy;
  CursorText begin;
  CursorText end;
  CursorText mode;
  CursorText threshold;
  std::uint64_t share = 1;

  static auto fields() {
    return std::tuple{Field{"strategy", &EstimateQuery::strategy, "how to enumerate: must be given", word_limits},
                      Field{"begin", &EstimateQuery::begin, "as of a search that is submitted", word_limits},
                      Field{"end", &EstimateQuery::end, "as of a search that is submitted: must be given", word_limits},
                      Field{"mode", &EstimateQuery::mode, "as of a search that is submitted", word_limits},
                      Field{"threshold", &EstimateQuery::threshold, "as of a search that is submitted", word_limits},
                      Field{"share", &EstimateQuery::share, "of the search, as in computing_share",
                            Limits{.min = 1, .max = flow::share_max}}};
  }
};

inline std::vector<std::string> retried_words() {
  std::vector<std::string> names;
  for (const auto& word : block_state_words()) {
    const auto state = block_state_from(word);
    if (std::find(retried_states.begin(), retried_states.end(), state) != retried_states.end()) {
      names.push_back(word);
    }
  }
  return names;
}

struct RetryOrder {
  std::vector<std::string> ids;
  std::vector<std::string> states;

  static constexpr const char* name = "RetryOrder";
  static auto fields() {
    return std::tuple{Field{"ids", &RetryOrder::ids, "these blocks; numbers are taken as well",
                            Limits{.max = text_bytes_max, .items_max = ids_max}},
                      Field{"states", &RetryOrder::states, "or all blocks in these states",
                            Limits{.max = text_bytes_max, .items_max = retried_states.size(), .words = retried_words}}};
  }
};

/// What a search is to do.
struct SearchOrder {
  std::string reason;

  static constexpr const char* name = "SearchOrder";
  static auto fields() {
    return std::tuple{Field{"reason", &SearchOrder::reason, "kept with the order", Limits{.max = reason_bytes_max}}};
  }
};

struct ShareOrder {
  std::uint64_t share = 0;
  std::string reason;

  static constexpr const char* name = "ShareOrder";
  static auto fields() {
    return std::tuple{Field{"share", &ShareOrder::share,
                            "a search of share 3 gets three times as many computing seconds as one of share 1",
                            Limits{.min = 1, .max = flow::share_max, .is_required = true}},
                      Field{"reason", &ShareOrder::reason, "kept with the order", Limits{.max = reason_bytes_max}}};
  }
};

struct CompactQuery {
  std::optional<std::uint64_t> older_than_seconds;

  static auto fields() {
    return std::tuple{Field{"older_than_seconds", &CompactQuery::older_than_seconds,
                            "counts what an order for such blocks would compact: looks at each of them", older_limits}};
  }
};

struct CompactOrder {
  std::uint64_t older_than_seconds = 0;
  std::string reason;

  static constexpr const char* name = "CompactOrder";
  static auto fields() {
    return std::tuple{
        Field{"older_than_seconds", &CompactOrder::older_than_seconds, "blocks that finished so long ago are compacted",
              Limits{.max = older_limits.max, .is_required = true}},
        Field{"reason", &CompactOrder::reason, "kept with the order", Limits{.max = reason_bytes_max}}};
  }
};

struct SwitchOrder {
  DrainOrder order = {};
  std::string reason;

  static constexpr const char* name = "SwitchOrder";
  static auto fields() {
    return std::tuple{Field{"order", &SwitchOrder::order, "start or stop a drain",
                            Limits{.max = text_bytes_max, .is_required = true}},
                      Field{"reason", &SwitchOrder::reason, "kept with the order", Limits{.max = reason_bytes_max}}};
  }
};

}  // namespace robin::api
