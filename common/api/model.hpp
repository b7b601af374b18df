#pragma once

// What the API answers. Each struct says once which keys there are, in which order, of which type and with which
// meaning. Integers beyond 2^53 are strings in JSON, times RFC 3339 in UTC, ages seconds; what is not known is null,
// never an empty text or a zero.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "api/described.hpp"
#include "api/words.hpp"
#include "core/wide_integer.hpp"
#include "flow/ports/block_state.hpp"
#include "search/parameters.hpp"

namespace robin::api {

using Text = std::string;
using Id = std::int64_t;
using Count = std::uint64_t;
using Wide = core::uint128;

/// An error as RFC 9457 has it.
struct Problem {
  Text type = "about:blank";
  Text title;
  std::int64_t status = 0;
  Text detail;
  Omittable<Text> field;

  static constexpr const char* name = "Problem";
  static auto fields() {
    return std::tuple{Field{"type", &Problem::type, "about:blank: the status says it all"},
                      Field{"title", &Problem::title, "what the status means"},
                      Field{"status", &Problem::status, "of HTTP"},
                      Field{"detail", &Problem::detail, "what is wrong, in one line"},
                      Field{"field", &Problem::field, "the parameter or field that is wrong, if one is"}};
  }
};

struct Version {
  Text version;
  Text revision;

  static constexpr const char* name = "Version";
  static auto fields() {
    return std::tuple{Field{"version", &Version::version, "of this program"},
                      Field{"revision", &Version::revision, "of its sources"}};
  }
};

// Searches.

struct BlockCounts {
  Count pending = 0;
  Count queued = 0;
  Count running = 0;
  Count finished = 0;
  Count failed = 0;
  Count quarantined = 0;
  Count disputed = 0;
  Count cancelled = 0;

  static constexpr const char* name = "BlockCounts";
  static auto fields() {
    return std::tuple{Field{"pending", &BlockCounts::pending, "wait to be published"},
                      Field{"queued", &BlockCounts::queued, "wait for a worker"},
                      Field{"running", &BlockCounts::running, "are computed"},
                      Field{"finished", &BlockCounts::finished, "are done"},
                      Field{"failed", &BlockCounts::failed, "failed and are tried again"},
                      Field{"quarantined", &BlockCounts::quarantined, "failed too often"},
                      Field{"disputed", &BlockCounts::disputed, "have results that differ"},
                      Field{"cancelled", &BlockCounts::cancelled, "were not done when their search was cancelled"}};
  }
};

struct Checks {
  Count pending = 0;
  Count in_flight = 0;
  Count unsettled = 0;

  static constexpr const char* name = "Checks";
  static auto fields() {
    return std::tuple{Field{"pending", &Checks::pending, "wait to be published"},
                      Field{"in_flight", &Checks::in_flight, "are queued or computed"},
                      Field{"unsettled", &Checks::unsettled, "are done, and what follows is not decided"}};
  }
};

/// How a strategy speaks of itself.
struct StrategyWords {
  Text strategy;
  Text examines;
  Text inequality;
  Text begin;
  Text example_end;
  search::Plot plot = {};
  bool certifies = false;
  std::optional<Text> margin;
  std::optional<double> margin_constant;

  static constexpr const char* name = "StrategyWords";
  static auto fields() {
    return std::tuple{Field{"strategy", &StrategyWords::strategy, "its name"},
                      Field{"examines", &StrategyWords::examines, "what it examines or proves, in a few words"},
                      Field{"inequality", &StrategyWords::inequality, "what its results are about"},
                      Field{"begin", &StrategyWords::begin, "its first position"},
                      Field{"example_end", &StrategyWords::example_end, "an end that is reached in seconds"},
                      Field{"plot", &StrategyWords::plot, "what of its searches is worth drawing"},
                      Field{"certifies", &StrategyWords::certifies, "whether its blocks prove something together"},
                      Field{"margin", &StrategyWords::margin, "what its margin is; null: it has none"},
                      Field{"margin_constant", &StrategyWords::margin_constant,
                            "what the margin is about, over sqrt(log n) log log n"}};
  }
};

struct Search {
  Id id = 0;
  Text strategy;
  Text begin;
  Text end;
  search::Mode mode = {};
  Text threshold;
  search::DigestKind digest_kind = {};
  Text planned;
  SearchState state = {};
  Count computing_share = 1;
  BlockCounts blocks;
  Checks checks;
  Wide candidates = 0;
  Text frontier;
  double share = 0;
  double positions_per_second = 0;
  std::optional<double> eta_seconds;
  Text audited;
  std::optional<Text> log10_log10_n;
  std::optional<Text> objection;

  static constexpr const char* name = "Search";
  static auto fields() {
    return std::tuple{Field{"id", &Search::id, "of the search"},
                      Field{"strategy", &Search::strategy, "how it enumerates"},
                      Field{"begin", &Search::begin, "its first position"},
                      Field{"end", &Search::end, "the position after its last"},
                      Field{"mode", &Search::mode, "which candidates are looked at"},
                      Field{"threshold", &Search::threshold, "every n whose ratio is at least this is kept"},
                      Field{"digest_kind", &Search::digest_kind, "what its digests hash"},
                      Field{"planned", &Search::planned, "blocks exist up to here"},
                      Field{"state", &Search::state,
                            "failed: nothing is left to do but blocks that failed; paused and cancelled: by order"},
                      Field{"computing_share", &Search::computing_share,
                            "while two searches have blocks, their computing seconds are to each other as these"},
                      Field{"blocks", &Search::blocks, "how many are in which state"},
                      Field{"checks", &Search::checks, "blocks that are computed again"},
                      Field{"candidates", &Search::candidates, "examined so far"},
                      Field{"frontier", &Search::frontier, "every position before it is finished"},
                      Field{"share", &Search::share, "of the positions, up to the frontier: 0 to 1"},
                      Field{"positions_per_second", &Search::positions_per_second, "the pace of the last minute"},
                      Field{"eta_seconds", &Search::eta_seconds,
                            "until its end at that pace; null while nothing finishes, and where it does not go on"},
                      Field{"audited", &Search::audited, "every block before it was audited"},
                      Field{"log10_log10_n", &Search::log10_log10_n, "the height that the auditor certified"},
                      Field{"objection", &Search::objection, "why the auditor does not go on"}};
  }
};

/// The question for one search.
struct SearchDetail : Search {
  std::map<Text, Text> origin;
  std::map<Text, Text> audit_state;

  static constexpr const char* name = "SearchDetail";
  static auto fields() {
    return std::tuple_cat(
        Search::fields(),
        std::tuple{Field{"origin", &SearchDetail::origin, "the certificate that it continues; empty if none"},
                   Field{"audit_state", &SearchDetail::audit_state, "what its certifier knows"}});
  }
};

struct Submission {
  Id search = 0;
  Submitted what = {};

  static constexpr const char* name = "Submission";
  static auto fields() {
    return std::tuple{Field{"search", &Submission::search, "its id"},
                      Field{"what", &Submission::what, "new, known already, or known and given a larger end"}};
  }
};

/// What a search would take, by what this cluster did lately.
struct Estimate {
  Count blocks = 0;
  std::optional<double> core_seconds;
  std::optional<double> cores;
  std::optional<double> fleet_share;
  std::optional<double> eta_seconds;
  std::optional<Count> ledger_bytes;
  std::optional<Id> by_search;

  static constexpr const char* name = "Estimate";
  static auto fields() {
    return std::tuple{
        Field{"blocks", &Estimate::blocks, "it would be cut into, by default"},
        Field{"core_seconds", &Estimate::core_seconds,
              "of computing, by the last blocks of by_search; null if none of its strategy was computed"},
        Field{"cores", &Estimate::cores, "that computed in the busiest minute of the last hour; null if none did"},
        Field{"fleet_share", &Estimate::fleet_share, "of them, beside the searches that are running: 0 to 1"},
        Field{"eta_seconds", &Estimate::eta_seconds,
              "until its end, if all stays so; null if one of these is not known"},
        Field{"ledger_bytes", &Estimate::ledger_bytes,
              "in the database, by what a block takes now; null while there is none"},
        Field{"by_search", &Estimate::by_search,
              "the search whose blocks say how long one takes; null if there is none"}};
  }
};

struct Totals {
  Count violations = 0;
  Count witnesses = 0;
  Count undecided = 0;

  static constexpr const char* name = "Totals";
  static auto fields() {
    return std::tuple{Field{"violations", &Totals::violations, "n that certainly fail the inequality"},
                      Field{"witnesses", &Totals::witnesses, "n whose ratio reaches the threshold"},
                      Field{"undecided", &Totals::undecided, "n at the limit of precision"}};
  }
};

struct Certificate {
  bool holds = false;
  Text largest_position;
  Text log_n_lo;
  Text log_n_hi;
  std::optional<Text> log10_log10_n;
  Wide prime_count = 0;
  Wide prime_sum = 0;
  std::optional<Text> min_log_margin;
  std::optional<Text> min_log_margin_at;
  std::optional<Text> unchecked_up_to;
  Count blocks = 0;
  std::optional<Text> digest;
  OrderedTexts versions;

  static constexpr const char* name = "Certificate";
  static auto fields() {
    return std::tuple{
        Field{"holds", &Certificate::holds,
              "no violation was found that is no known exception, and nothing was refused"},
        Field{"largest_position", &Certificate::largest_position, "x: N is made of the primes up to here"},
        Field{"log_n_lo", &Certificate::log_n_lo, "log N, rounded down"},
        Field{"log_n_hi", &Certificate::log_n_hi, "log N, rounded up"},
        Field{"log10_log10_n", &Certificate::log10_log10_n, "cut after 12 digits"},
        Field{"prime_count", &Certificate::prime_count, "primes that were summed up"},
        Field{"prime_sum", &Certificate::prime_sum, "their sum"},
        Field{"min_log_margin", &Certificate::min_log_margin, "the least margin, rounded down"},
        Field{"min_log_margin_at", &Certificate::min_log_margin_at,
              "where it is attained; null if that was not located"},
        Field{"unchecked_up_to", &Certificate::unchecked_up_to,
              "up to here it rests on a certificate that was handed in and not looked at; null if on none"},
        Field{"blocks", &Certificate::blocks, "it is folded from"},
        Field{"digest", &Certificate::digest, "over the digests of all blocks; null where nobody hashed them"},
        Field{"versions", &Certificate::versions, "of the programs and libraries that folded it"}};
  }
};

/// A certificate with the sentence that people quote.
struct QuotedCertificate : Certificate {
  std::optional<Text> sentence;

  static constexpr const char* name = "QuotedCertificate";
  static auto fields() {
    return std::tuple_cat(Certificate::fields(),
                          std::tuple{Field{"sentence", &QuotedCertificate::sentence, "what it proves, in words"}});
  }
};

// The horizon: what follows from the verified zeros of zeta alone, without any search.

/// A theorem of others, as it is used.
struct HorizonInput {
  Text short_name;
  Text statement;
  Text reference;

  static constexpr const char* name = "HorizonInput";
  static auto fields() {
    return std::tuple{Field{"name", &HorizonInput::short_name, "in short: who, when, and which theorem"},
                      Field{"statement", &HorizonInput::statement, "what it says"},
                      Field{"reference", &HorizonInput::reference, "where it stands"}};
  }
};

struct HorizonAveraging {
  Count terms = 0;
  Text width;

  static constexpr const char* name = "HorizonAveraging";
  static auto fields() {
    return std::tuple{Field{"terms", &HorizonAveraging::terms, "how many uniform numbers are added"},
                      Field{"width", &HorizonAveraging::width, "each lies between minus this and this"}};
  }
};

struct Horizon {
  Text inequality;
  Text statement;
  std::uint64_t height = 0;
  Text from_log_n;
  Text to_log_n;
  Text log10_log10_n;
  Text least_margin_factor;
  Count segments = 0;
  std::vector<HorizonInput> given;
  std::optional<std::uint64_t> one_by_one_below;
  std::optional<HorizonAveraging> averaging;
  Count precision = 0;
  std::vector<Text> remarks;
  Text searches;

  static constexpr const char* name = "Horizon";
  static auto fields() {
    return std::tuple{
        Field{"inequality", &Horizon::inequality, "what it is about, as of a strategy"},
        Field{"statement", &Horizon::statement, "what is proved, in words, given what `given` lists"},
        Field{"height", &Horizon::height, "up to which the zeros of zeta are taken for verified"},
        Field{"from_log_n", &Horizon::from_log_n, "the analysis begins at this log n"},
        Field{"to_log_n", &Horizon::to_log_n, "and ends at this one"},
        Field{"log10_log10_n", &Horizon::log10_log10_n, "of the greatest n, rounded down"},
        Field{"least_margin_factor", &Horizon::least_margin_factor,
              "with x = log n, each margin is at least this over sqrt(x) log x"},
        Field{"segments", &Horizon::segments, "ranges of log n with one bound each"},
        Field{"given", &Horizon::given, "the theorems of others that it rests on"},
        Field{"one_by_one_below", &Horizon::one_by_one_below,
              "5040 < n < this were looked at one by one; null: they were not"},
        Field{"averaging", &Horizon::averaging,
              "of the one step of the proof that is new and that nobody has reviewed; null: it is not used"},
        Field{"precision", &Horizon::precision, "bits of every enclosure"},
        Field{"remarks", &Horizon::remarks, "how it was proved, a sentence each"},
        Field{"searches", &Horizon::searches, "what a search can still be for, in words"}};
  }
};

struct HorizonBound {
  Text log_n;
  Text margin;

  static constexpr const char* name = "HorizonBound";
  static auto fields() {
    return std::tuple{Field{"log_n", &HorizonBound::log_n, "a whole number"},
                      Field{"margin", &HorizonBound::margin, "at most that of each n with this log n, rounded down"}};
  }
};

/// A finished block with everything that its strategy keeps.
struct Result {
  Id id = 0;
  Wide begin = 0;
  Wide end = 0;
  Wide candidates = 0;
  Text digest;
  std::map<Text, Text> extras;

  static constexpr const char* name = "Result";
  static auto fields() {
    return std::tuple{Field{"id", &Result::id, "of the block"},
                      Field{"begin", &Result::begin, "its first position, as a number"},
                      Field{"end", &Result::end, "the position after its last, as a number"},
                      Field{"candidates", &Result::candidates, "examined"},
                      Field{"digest", &Result::digest, "of its result"},
                      Field{"extras", &Result::extras, "what its strategy adds"}};
  }
};

struct Margin {
  Text x;
  Text log_n_lo;
  double log_log_n = 0;
  std::optional<Text> min_log_margin;
  std::optional<double> log_margin;

  static constexpr const char* name = "Margin";
  static auto fields() {
    return std::tuple{Field{"x", &Margin::x, "where the certificate ended then"},
                      Field{"log_n_lo", &Margin::log_n_lo, "log N there, rounded down"},
                      Field{"log_log_n", &Margin::log_log_n, "for a plot"},
                      Field{"min_log_margin", &Margin::min_log_margin, "the least margin, rounded down"},
                      Field{"log_margin", &Margin::log_margin, "its logarithm, for a plot"}};
  }
};

struct Pace {
  double age_seconds = 0;
  Count blocks = 0;
  Wide candidates = 0;
  double computed_seconds = 0;

  static constexpr const char* name = "Pace";
  static auto fields() {
    return std::tuple{Field{"age_seconds", &Pace::age_seconds, "how long ago the stretch began"},
                      Field{"blocks", &Pace::blocks, "that finished in it"},
                      Field{"candidates", &Pace::candidates, "of these blocks"},
                      Field{"computed_seconds", &Pace::computed_seconds, "how long they were computed"}};
  }
};

/// A bar of the histogram of durations; there are four for each power of ten.
struct DurationClass {
  double from = 0;
  double to = 0;
  Count blocks = 0;

  static constexpr const char* name = "DurationClass";
  static auto fields() {
    return std::tuple{Field{"from", &DurationClass::from, "seconds"}, Field{"to", &DurationClass::to, "seconds"},
                      Field{"blocks", &DurationClass::blocks, "that took so long"}};
  }
};

struct Durations {
  Count count = 0;
  std::optional<double> p50;
  std::optional<double> p95;
  std::optional<double> max;
  std::vector<DurationClass> classes;

  static constexpr const char* name = "Durations";
  static auto fields() {
    return std::tuple{Field{"count", &Durations::count, "blocks that were looked at"},
                      Field{"p50", &Durations::p50, "seconds that half of them took at most"},
                      Field{"p95", &Durations::p95, "seconds that 95 % of them took at most"},
                      Field{"max", &Durations::max, "seconds that the slowest took"},
                      Field{"classes", &Durations::classes, "a histogram, the empty classes left out"}};
  }
};

// Blocks.

struct Block {
  Id id = 0;
  Id search = 0;
  Text begin;
  Text end;
  flow::BlockState state = {};
  std::uint32_t attempts = 0;
  std::optional<Text> worker;
  std::optional<Text> started_at;
  std::optional<Text> finished_at;
  std::optional<Text> error;

  static constexpr const char* name = "Block";
  static auto fields() {
    return std::tuple{Field{"id", &Block::id, "of the block"},
                      Field{"search", &Block::search, "the search it is of"},
                      Field{"begin", &Block::begin, "its first position"},
                      Field{"end", &Block::end, "the position after its last"},
                      Field{"state", &Block::state, "where it stands"},
                      Field{"attempts", &Block::attempts, "how often it was begun and lost or failed, plus one"},
                      Field{"worker", &Block::worker, "who was heard of last"},
                      Field{"started_at", &Block::started_at, "when that was begun"},
                      Field{"finished_at", &Block::finished_at, "when its result was saved"},
                      Field{"error", &Block::error, "of the last failure, until it is finished"}};
  }
};

struct Failure {
  std::uint32_t attempt = 0;
  Text worker;
  Text error_class;
  Text message;
  Text failed_at;

  static constexpr const char* name = "Failure";
  static auto fields() {
    return std::tuple{
        Field{"attempt", &Failure::attempt, "which one failed"}, Field{"worker", &Failure::worker, "whose it was"},
        Field{"class", &Failure::error_class, "of the error"}, Field{"message", &Failure::message, "of the error"},
        Field{"failed_at", &Failure::failed_at, "when"}};
  }
};

/// The question for one block.
struct BlockDetail : Block {
  std::optional<Text> created_at;
  std::optional<Text> queued_at;
  std::vector<Failure> failures;

  static constexpr const char* name = "BlockDetail";
  static auto fields() {
    return std::tuple_cat(Block::fields(),
                          std::tuple{Field{"created_at", &BlockDetail::created_at, "when it was planned"},
                                     Field{"queued_at", &BlockDetail::queued_at, "when it was published last"},
                                     Field{"failures", &BlockDetail::failures, "all of them, the oldest first"}});
  }
};

struct ErrorGroup {
  std::optional<Text> error;
  Count blocks = 0;
  std::vector<Id> ids;

  static constexpr const char* name = "ErrorGroup";
  static auto fields() {
    return std::tuple{Field{"error", &ErrorGroup::error, "what all of them say; null: no error was kept"},
                      Field{"blocks", &ErrorGroup::blocks, "failed and quarantined ones with it"},
                      Field{"ids", &ErrorGroup::ids, "the first ten of them"}};
  }
};

struct Retried {
  Count blocks = 0;

  static constexpr const char* name = "Retried";
  static auto fields() { return std::tuple{Field{"blocks", &Retried::blocks, "are tried again"}}; }
};

// What was found, and what happened.

/// An n that a search kept.
struct Witness {
  std::optional<Text> n;
  Text factorization;
  std::optional<Text> sigma;
  Text ratio_lo;
  Text ratio_hi;
  bool known_exception = false;

  static constexpr const char* name = "Witness";
  static auto fields() {
    return std::tuple{Field{"n", &Witness::n, "null beyond 10,000 digits"},
                      Field{"factorization", &Witness::factorization, "of n"},
                      Field{"sigma", &Witness::sigma, "the sum of its divisors; null beyond 10,000 digits"},
                      Field{"ratio_lo", &Witness::ratio_lo, "sigma(n) / (n log log n), rounded down"},
                      Field{"ratio_hi", &Witness::ratio_hi, "the same, rounded up"},
                      Field{"known_exception", &Witness::known_exception, "one of the 27 up to 5040"}};
  }
};

struct Finding : Witness {
  std::optional<double> log_n;
  Id search = 0;
  Id block = 0;
  std::optional<Text> found_at;

  static constexpr const char* name = "Finding";
  static auto fields() {
    return std::tuple_cat(Witness::fields(), std::tuple{Field{"log_n", &Finding::log_n, "for a plot"},
                                                        Field{"search", &Finding::search, "that found it"},
                                                        Field{"block", &Finding::block, "in which it lies"},
                                                        Field{"found_at", &Finding::found_at, "when it was saved"}});
  }
};

struct Alarm {
  Text at;
  std::optional<Id> search;
  std::optional<Id> block;
  Text message;

  static constexpr const char* name = "Alarm";
  static auto fields() {
    return std::tuple{Field{"at", &Alarm::at, "when"}, Field{"search", &Alarm::search, "it is about"},
                      Field{"block", &Alarm::block, "it is about"}, Field{"message", &Alarm::message, "in words"}};
  }
};

struct Event {
  Id id = 0;
  Text at;
  Text kind;
  std::optional<Id> search;
  std::optional<Id> block;
  Text message;

  static constexpr const char* name = "Event";
  static auto fields() {
    return std::tuple{Field{"id", &Event::id, "of the event"},
                      Field{"at", &Event::at, "when"},
                      Field{"kind", &Event::kind, "alarm, disputed, drain, ...: there may be new ones"},
                      Field{"search", &Event::search, "it is about"},
                      Field{"block", &Event::block, "it is about"},
                      Field{"message", &Event::message, "in words"}};
  }
};

struct EventCount {
  Text kind;
  Count events = 0;

  static constexpr const char* name = "EventCount";
  static auto fields() {
    return std::tuple{Field{"kind", &EventCount::kind, "as of an event"},
                      Field{"events", &EventCount::events, "of it, among the newest events of all"}};
  }
};

// The cluster.

struct Running {
  Id block = 0;
  double age_seconds = 0;

  static constexpr const char* name = "Running";
  static auto fields() {
    return std::tuple{Field{"block", &Running::block, "that is computed"},
                      Field{"age_seconds", &Running::age_seconds, "since it was begun"}};
  }
};

struct Worker {
  Text worker;
  Text first_at;
  Text heard_at;
  double heard_age_seconds = 0;
  std::vector<Running> running;

  static constexpr const char* name = "Worker";
  static auto fields() {
    return std::tuple{Field{"name", &Worker::worker, "host and process"},
                      Field{"first_at", &Worker::first_at, "when it was heard of first"},
                      Field{"heard_at", &Worker::heard_at, "when it was heard of last"},
                      Field{"heard_age_seconds", &Worker::heard_age_seconds, "since then"},
                      Field{"running", &Worker::running, "the oldest first; short blocks are never seen here"}};
  }
};

struct Queue {
  Text queue;
  std::optional<Count> ready;
  std::optional<Count> unacked;
  std::optional<Count> consumers;
  std::optional<double> published_per_second;
  std::optional<double> acked_per_second;
  bool known = false;

  static constexpr const char* name = "Queue";
  static auto fields() {
    return std::tuple{Field{"name", &Queue::queue, "robin.blocks, robin.results or robin.dead"},
                      Field{"ready", &Queue::ready, "messages that wait"},
                      Field{"unacked", &Queue::unacked, "messages that somebody has in hand"},
                      Field{"consumers", &Queue::consumers, "that are connected"},
                      Field{"published_per_second", &Queue::published_per_second, "messages"},
                      Field{"acked_per_second", &Queue::acked_per_second, "messages"},
                      Field{"known", &Queue::known, "false: it cannot be looked at, which is not zero"}};
  }
};

struct QueueDepth {
  double age_seconds = 0;
  Count ready = 0;
  Count unacked = 0;

  static constexpr const char* name = "QueueDepth";
  static auto fields() {
    return std::tuple{Field{"age_seconds", &QueueDepth::age_seconds, "how long ago the stretch began"},
                      Field{"ready", &QueueDepth::ready, "the most that waited"},
                      Field{"unacked", &QueueDepth::unacked, "the most that were in hand"}};
  }
};

struct QueueHistory {
  Text queue;
  std::vector<QueueDepth> points;

  static constexpr const char* name = "QueueHistory";
  static auto fields() {
    return std::tuple{Field{"name", &QueueHistory::queue, "of the queue"},
                      Field{"points", &QueueHistory::points, "the oldest first"}};
  }
};

/// Whether blocks may enter, as it was ordered.
struct Control {
  DrainState state = {};
  std::int64_t epoch = 0;

  static constexpr const char* name = "Control";
  static auto fields() {
    return std::tuple{Field{"state", &Control::state, "of the ledger"},
                      Field{"epoch", &Control::epoch, "raised by each order and each new leader"}};
  }
};

/// The drain, with what is still in flight.
struct Drain : Control {
  Count in_flight = 0;
  std::vector<Queue> queues;
  std::optional<Text> why;

  static constexpr const char* name = "Drain";
  static auto fields() {
    return std::tuple_cat(Control::fields(),
                          std::tuple{Field{"in_flight", &Drain::in_flight, "blocks that are queued or computed"},
                                     Field{"queues", &Drain::queues, "those that a drain empties"},
                                     Field{"why", &Drain::why, "where the state is UNKNOWN"}});
  }
};

/// What a person ordered last of the janitor.
struct CompactionOrder {
  Count older_than_seconds = 0;
  Text ordered_by;
  Text ordered_at;
  std::optional<Text> done_at;
  Count blocks = 0;

  static constexpr const char* name = "CompactionOrder";
  static auto fields() {
    return std::tuple{
        Field{"older_than_seconds", &CompactionOrder::older_than_seconds, "how long ago the blocks finished"},
        Field{"ordered_by", &CompactionOrder::ordered_by, "and why, if that was said"},
        Field{"ordered_at", &CompactionOrder::ordered_at, "when"},
        Field{"done_at", &CompactionOrder::done_at, "null while the janitor is at it"},
        Field{"blocks", &CompactionOrder::blocks, "were compacted since"}};
  }
};

/// What old audited blocks take of the database, and the last order to pack them.
struct Compaction {
  Count blocks = 0;
  Count ranges = 0;
  Count bytes = 0;
  std::optional<Text> newest_at;
  std::optional<CompactionOrder> order;
  std::optional<Count> compactable;

  static constexpr const char* name = "Compaction";
  static auto fields() {
    return std::tuple{Field{"blocks", &Compaction::blocks, "that were compacted, of all searches"},
                      Field{"ranges", &Compaction::ranges, "that they were packed into"},
                      Field{"bytes", &Compaction::bytes, "that these take of the disk"},
                      Field{"newest_at", &Compaction::newest_at, "when the last one was made; null if there is none"},
                      Field{"order", &Compaction::order, "the last one; null if nobody gave any"},
                      Field{"compactable", &Compaction::compactable, "blocks, if it was asked how many; or null"}};
  }
};

struct Status {
  std::vector<Search> searches;
  Control drain;
  std::vector<Queue> queues;
  std::vector<Alarm> alarms;

  static constexpr const char* name = "Status";
  static auto fields() {
    return std::tuple{Field{"searches", &Status::searches, "all of them"}, Field{"drain", &Status::drain, "as ordered"},
                      Field{"queues", &Status::queues, "how deep they are"},
                      Field{"alarms", &Status::alarms, "the oldest first"}};
  }
};

/// What stands in the way of a cluster, in words: where, what, and what to do next.
struct Hindrance {
  Text where;
  bool is_fault = true;
  Text message;
  Text next;
  friend bool operator==(const Hindrance&, const Hindrance&) = default;

  static constexpr const char* name = "Hindrance";
  static auto fields() {
    return std::tuple{
        Field{"where", &Hindrance::where,
              "producer, blocks, consumers, results, saver, auditor, janitor, dead, database, searches, drain"},
        Field{"fault", &Hindrance::is_fault, "false: it is as somebody ordered it"},
        Field{"message", &Hindrance::message, "what it is"}, Field{"next", &Hindrance::next, "what to do"}};
  }
};

struct Verdict {
  Level level = {};
  Text sentence;
  std::optional<Text> detail;

  static constexpr const char* name = "Verdict";
  static auto fields() {
    return std::tuple{Field{"level", &Verdict::level, "in one word"},
                      Field{"sentence", &Verdict::sentence, "what is known"},
                      Field{"detail", &Verdict::detail, "what else is"}};
  }
};

struct Service {
  Text service;
  Count connections = 0;

  static constexpr const char* name = "Service";
  static auto fields() {
    return std::tuple{Field{"name", &Service::service, "robin-producer, ..."},
                      Field{"connections", &Service::connections, "to the database"}};
  }
};

struct Link {
  Text title;
  Text url;

  static constexpr const char* name = "Link";
  static auto fields() {
    return std::tuple{Field{"name", &Link::title, "for people"}, Field{"url", &Link::url, "where it is"}};
  }
};

/// What a page shows first.
struct SearchCounts {
  Count running = 0;
  Count finished = 0;
  Count failed = 0;
  Count paused = 0;
  Count cancelled = 0;

  static constexpr const char* name = "SearchCounts";
  static auto fields() {
    return std::tuple{Field{"running", &SearchCounts::running, "have blocks to compute"},
                      Field{"finished", &SearchCounts::finished, "have reached their end"},
                      Field{"failed", &SearchCounts::failed, "are stopped by failed blocks"},
                      Field{"paused", &SearchCounts::paused, "wait by order"},
                      Field{"cancelled", &SearchCounts::cancelled, "were ended by order"}};
  }
};

struct Overview {
  Verdict verdict;
  std::vector<Hindrance> problems;
  std::vector<Search> searches;
  SearchCounts search_counts;
  BlockCounts blocks;
  Drain drain;
  std::vector<Queue> queues;
  std::vector<Service> services;
  std::optional<double> silent_seconds;
  std::vector<Alarm> alarms;
  std::vector<Link> links;
  Text version;
  Text revision;

  static constexpr const char* name = "Overview";
  static auto fields() {
    return std::tuple{Field{"verdict", &Overview::verdict, "how all is"},
                      Field{"problems", &Overview::problems, "the most hindering first"},
                      Field{"searches", &Overview::searches,
                            "by id; not all of them if fewer are wanted: those that are running before those that "
                            "may go on, and these before those that are over, and then the newest"},
                      Field{"search_counts", &Overview::search_counts, "how many of all are in which state"},
                      Field{"blocks", &Overview::blocks, "of all searches"},
                      Field{"drain", &Overview::drain, "whether blocks may enter"},
                      Field{"queues", &Overview::queues, "how deep they are"},
                      Field{"services", &Overview::services, "connected to the database"},
                      Field{"silent_seconds", &Overview::silent_seconds, "since any worker was heard of"},
                      Field{"alarms", &Overview::alarms, "the oldest first"},
                      Field{"links", &Overview::links, "pages that belong to this cluster"},
                      Field{"version", &Overview::version, "of the gateway"},
                      Field{"revision", &Overview::revision, "of its sources"}};
  }
};

}  // namespace robin::api
