#include "api/submission.hpp"

#include "runtime/plain_text.hpp"

namespace robin::api {
namespace {

template <class Value>
Value checked(const char* field, const core::Parsed<Value>& parsed) {
  if (const auto* value = core::accepted(parsed)) {
    return *value;
  }
  throw BadRequest(field, core::refusal_reason(parsed));
}

template <class E>
E checked_word(const char* field, const std::string& word) {
  if (const auto value = core::from_word<E>(word)) {
    return *value;
  }
  throw BadRequest(field, runtime::in_quotes(word) + " is none of " + runtime::joined(core::all_words<E>(), ", "));
}

search::Parameters checked_parameters(const SubmitOrder& order) {
  const auto mode = checked_word<search::Mode>("mode", order.mode);
  const auto digest = checked_word<search::DigestKind>("digest", order.digest);
  const auto threshold = checked(
      "threshold",
      math::Decimal::parse(order.threshold.empty() ? search::default_threshold(mode) : order.threshold.c_str()));
  if (threshold.numerator() == math::Integer(0) ||
      threshold.numerator() > threshold.denominator() * math::Integer(threshold_max)) {
    throw BadRequest("threshold", "must be above 0 and at most " + std::to_string(threshold_max) +
                                      " (ratios near e^gamma = 1.781 are what is looked for)");
  }
  return {mode, threshold, digest};
}

}  // namespace

std::string end_objection(const Spelling& spelling) {
  return "must lie after " + spelling.prefix + "begin (ranges are half-open: [begin, end))";
}

flow::SearchSpec search_spec(const search::Strategies& strategies, const SubmitOrder& order, Extent extent,
                             const Spelling& spelling) {
  const search::Strategy* strategy = strategies.find(order.strategy);
  if (strategy == nullptr) {
    throw BadRequest("strategy", runtime::in_quotes(order.strategy) + " is none of " + strategies.names());
  }
  const search::Block range{order.begin.empty() ? strategy->first() : checked("begin", strategy->parse(order.begin)),
                            checked("end", strategy->parse(order.end))};
  if (range.is_empty() || range.end < range.begin) {
    throw BadRequest("end", end_objection(spelling));
  }
  const auto certifier = strategy->certifier(order.origin);
  if (core::accepted(certifier) == nullptr) {
    throw BadRequest("origin", core::refusal_reason(certifier));
  }
  const bool certifies = *core::accepted(certifier) != nullptr;
  if (certifies && extent == Extent::Search && order.origin.empty() && range.begin != strategy->first()) {
    throw BadRequest("begin", "a certificate begins at " + strategy->text(strategy->first()) +
                                  " (or continues one: " + spelling.origin + ")");
  }
  const auto parameters = checked_parameters(order);
  if (const auto refusal = strategy->refuse(parameters)) {
    throw BadRequest("mode", refusal->reason);
  }
  auto origin = order.origin;
  if (!origin.empty()) {
    // Whatever it says of itself.
    origin[search::unchecked_up_to_key] = core::decimal(range.begin.ordinal);
  }
  return {order.strategy, range, parameters, std::move(origin)};
}

}  // namespace robin::api
