#pragma once

// Bundles: several short messages of one kind that travel as one. WIRE.md has their form and who may send them to whom;
// adapters/bundling_link.hpp packs and unpacks them, so that nobody else sees any.

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "flow/ports/broker.hpp"

namespace robin::flow {

/// Messages in one bundle.
inline constexpr std::size_t bundle_length_max = 64;

/// 1 to bundle_length_max messages as one, with the reply address of the first; a single one stays what it is.
[[nodiscard]] Message bundle(std::span<const Message> messages);
/// The messages of a bundle in their order, each as it would have come alone; nullopt if this is none, or no good one.
[[nodiscard]] std::optional<std::vector<Message>> unbundle(const Message& message);

/// Whether this is a block, good or not.
[[nodiscard]] bool is_block(std::string_view body);

/// Whether the sender of this reply reads bundles; one that does not say so does not.
[[nodiscard]] bool says_it_reads_bundles(std::string_view reply_body);

}  // namespace robin::flow
