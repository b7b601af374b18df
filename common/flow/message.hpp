#pragma once

// The wire form of blocks, reports and replies: versioned JSON, specified field by field in WIRE.md. Decoding checks
// everything at the door and refuses with one line that names the field; nothing that was decoded needs checking again.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flow/broker.hpp"
#include "flow/report.hpp"
#include "flow/work.hpp"
#include "math/refusal.hpp"
#include "search/strategy.hpp"

namespace robin::flow {

inline constexpr int wire_version = 1;

/// Of one bundle: messages that travel as one.
inline constexpr std::size_t bundle_length_max = 64;

/// The answer of the saver.
struct Reply {
  WorkKey key;
  Attempt attempt;
  /// saved, part, go, unknown or refused.
  std::string word;
  /// For `part`: which one.
  std::uint32_t part = 0;
  /// Whether who answers reads bundles; one that does not say so does not.
  bool reads_bundles = true;
  friend bool operator==(const Reply&, const Reply&) = default;
};

[[nodiscard]] Message encode(const Work& work, const search::Strategies& strategies);
[[nodiscard]] math::Parsed<Work> decode_work(std::string_view body, const search::Strategies& strategies);

/// One message, or the numbered parts of a result that one message cannot hold.
[[nodiscard]] std::vector<Message> encode(const Report& report, const Work& work, const search::Strategies& strategies,
                                          const std::string& reply_to);
/// The digest `exact` of a result is computed again and must agree.
[[nodiscard]] math::Parsed<Report> decode_report(std::string_view body, const search::Strategies& strategies);

[[nodiscard]] Message encode(const Reply& reply);
[[nodiscard]] math::Parsed<Reply> decode_reply(std::string_view body);

/// Messages of one kind as one, each as it would travel alone, with the reply address of the first. 1 to
/// bundle_length_max; a single one stays what it is.
[[nodiscard]] Message bundle(std::span<const Message> messages);
/// One, or those of a bundle, in order. A bundle in which one is wrong is refused as a whole.
[[nodiscard]] math::Parsed<std::vector<Report>> decode_reports(std::string_view body,
                                                               const search::Strategies& strategies);
[[nodiscard]] math::Parsed<std::vector<Reply>> decode_replies(std::string_view body);

}  // namespace robin::flow
