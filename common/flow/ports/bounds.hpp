#pragma once

// What a message may hold at most, and what the ledger keeps of it, whoever sent it: a consumer is trusted to compute,
// and neither with the saver's memory nor with the ledger's disk nor with the time of those who read what was stored.
// WIRE.md says them to people. (That a message stays below message_bytes_max is the broker's own bound, and
// bundle_length_max that of bundles.)

#include <cstddef>
#include <cstdint>

#include "core/wide_integer.hpp"
#include "search/claim.hpp"
#include "search/examine.hpp"

namespace robin::flow::bounds {

/// Ids, and whatever else is a number in JSON: beyond, other programs round.
inline constexpr std::uint64_t id = std::uint64_t{1} << 53U;
/// Attempts and runs: more than any block ever needs.
inline constexpr std::uint64_t attempts = 1'000'000;
/// Bytes of names: of workers (host/pid), types, purposes, strategies, thresholds.
inline constexpr std::size_t name_bytes = 200;
/// Bytes of a position: 2^128 has 39 digits.
inline constexpr std::size_t position_bytes = 100;
/// Bytes of an error's text; it stands in the ledger once for each attempt.
inline constexpr std::size_t error_bytes = 4000;
/// Workers that a block is kept from: a check has to find another one.
inline constexpr std::size_t avoided_workers = 1000;
/// Seconds that a block took: a century.
inline constexpr double seconds = 3.2e9;
/// Candidates at each position of a block: a prime of the colossally abundant numbers has fewer steps.
inline constexpr core::uint128 candidates_at_a_position = 64;

/// A result travels whole below this. A saver has hundreds of messages at hand, and each of them may be a part.
inline constexpr std::size_t part_bytes = 100'000;
/// Parts of the version before are as long, and may double when they are quoted inside JSON: that stays below
/// message_bytes_max.
inline constexpr std::size_t part_bytes_read = 500'000;
/// Bytes of a witness in a result, with room: of an integer below 2^63 it is 60 to 110.
inline constexpr std::size_t witness_bytes = 125;

/// What one result may hold.
struct Result {
  std::size_t witnesses;
  /// Of its encoding.
  [[nodiscard]] constexpr std::size_t bytes() const { return witnesses * witness_bytes; }
  [[nodiscard]] constexpr std::uint64_t parts() const { return (bytes() + part_bytes - 1) / part_bytes; }
};
/// Where services save it: one transaction takes its witnesses in two or three seconds, and the saver little memory.
inline constexpr Result of_a_fleet{100'000};
/// Where one process computes and saves.
inline constexpr Result of_one_process{search::witnesses_of_a_block};
/// However many parts a result may come in; its bytes are bounded beside that.
inline constexpr std::uint64_t parts = of_one_process.parts();

/// Results of one run of a block that arrive in parts at the same time: two workers may compute one block after a lease
/// ran out, and one more may take it up after them.
inline constexpr std::size_t unfinished_results = 3;

/// Parts of unfinished results that the ledger keeps, the newest: 2 GB of its disk, which is 160 of the greatest
/// results at once (of the version before: 10 GB). Whoever's are dropped sends them again.
inline constexpr std::size_t kept_parts = 20'000;

/// Workers that are listed: twice the greatest fleet that was planned for (OPERATIONS.md), whose names change as they
/// restart. More are saved for as well, and not listed until old ones are forgotten.
inline constexpr std::size_t workers = 200'000;
/// Other results for one run of a block that are put aside: one is enough to have the auditor look.
inline constexpr std::size_t conflicts = 16;
/// Attempts of an order that waits for one digest, after which a result with another one ends it: the auditor's machine
/// may be the wrong one, and a fleet must not compute one block for ever. Whoever is first with half of all deliveries
/// keeps it from an honest worker for so long once in 10^15 times, with nine of ten once in 200.
inline constexpr std::uint64_t unexpected_results = 50;

/// What a strategy adds to a result, and the state of a certifier. The 64 slices of a certificate's block take 15 KB.
inline constexpr std::size_t extras = 100;
inline constexpr std::size_t extras_bytes = 256U << 10U;

/// Violations, and numbers that stay undecided, of one block. 27 numbers violate, and Robin's inequality is known for
/// all others within reach of a search (README): a longer list is no discovery.
inline constexpr std::size_t claims = 1000;
/// Bytes of an end of an enclosure.
inline constexpr std::size_t decimal_bytes = 64;
/// Bytes and factors of a factorisation: one of a colossally abundant number near 2^63 has 130 of them, in 3 KB.
inline constexpr std::size_t factorization_bytes = 4096;
inline constexpr std::size_t factors = search::for_a_list.factors;
inline constexpr std::size_t prime_digits = search::for_a_list.prime_digits;
/// Numbers that are sieved to read one factorisation. For which this is not enough, those have more digits than are
/// ever shown: a list is shown without reading them.
inline constexpr std::uint64_t sieved_for_a_list = search::for_a_list.sieved;
/// Numbers that are sieved to read those of one result that need more, in a second (and to judge them: in a quarter of
/// a minute).
inline constexpr std::uint64_t sieved_for_a_result = 1'000'000'000;

}  // namespace robin::flow::bounds
