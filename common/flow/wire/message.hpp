#pragma once

// The wire form of blocks, reports and replies: versioned JSON, specified field by field in WIRE.md. Decoding checks
// everything at the door and refuses with one line that names the field; nothing that was decoded needs checking again.

#include <string>
#include <string_view>
#include <vector>

#include "core/refusal.hpp"
#include "flow/ports/bounds.hpp"
#include "flow/ports/broker.hpp"
#include "flow/ports/report.hpp"
#include "flow/ports/work.hpp"
#include "search/strategy.hpp"

namespace robin::flow {

inline constexpr int wire_version = 1;

[[nodiscard]] std::string_view text(ReplyWord word);

/// The answer of the saver.
struct Reply {
  WorkKey key;
  Attempt attempt;
  ReplyWord word;
  /// For `part`: which one.
  std::uint32_t part = 0;
  /// Whether who answers reads bundles; one that does not say so does not.
  bool reads_bundles = true;
  /// That of the report: two ledgers may have given one key.
  Provenance provenance = {};
  friend bool operator==(const Reply&, const Reply&) = default;
};

[[nodiscard]] Message encode(const Work& work, const search::Strategies& strategies);
[[nodiscard]] core::Parsed<Work> decode_work(std::string_view body, const search::Strategies& strategies);

/// One message, or the numbered parts of a result, or of a prefix, that one message should not hold.
[[nodiscard]] std::vector<Message> encode(const Report& report, const Work& work, const search::Strategies& strategies,
                                          const std::string& reply_to);
/// The digest `exact` of a result is computed again and must agree. What was put together from parts may hold `most`;
/// one message cannot.
[[nodiscard]] core::Parsed<Report> decode_report(std::string_view body, const search::Strategies& strategies,
                                                 bounds::Result most = bounds::of_a_fleet);

[[nodiscard]] Message encode(const Reply& reply);
[[nodiscard]] core::Parsed<Reply> decode_reply(std::string_view body);

}  // namespace robin::flow
