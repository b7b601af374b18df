#pragma once

// What a message may hold at most, and what the ledger keeps of it, whoever sent it: a consumer is trusted to compute,
// and neither with the saver's memory nor with the ledger's disk nor with the time of those who read what was stored.
// WIRE.md says them to people. (That a message stays below message_bytes_max is the broker's own bound, and
// bundle_length_max that of bundles.)

#include <cstddef>
#include <cstdint>

#include "core/wide_integer.hpp"
#include "search/claim.hpp"

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

/// A result travels whole below this. A part's text may double when it is quoted inside JSON, and must stay below
/// message_bytes_max.
inline constexpr std::size_t part_bytes = 500'000;
/// 500 MB: what the most witnesses take that a block may keep.
inline constexpr std::uint64_t parts = 1000;
/// Results of one run of a block that arrive in parts at the same time: two workers may compute one block after a lease
/// ran out, and one more may take it up after them.
inline constexpr std::size_t unfinished_results = 3;

/// Parts of unfinished results that the ledger keeps, the newest: 10 GB of its disk, which is twenty of the greatest
/// results at once. Whoever's are dropped sends them again.
inline constexpr std::size_t kept_parts = 20'000;

/// Workers that are listed: twice the greatest fleet that was planned for (OPERATIONS.md), whose names change as they
/// restart. More are saved for as well, and not listed until old ones are forgotten.
inline constexpr std::size_t workers = 200'000;
/// Other results for one run of a block that are put aside: one is enough to have the auditor look.
inline constexpr std::size_t conflicts = 16;

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
