#pragma once

// bounds: how much a message may hold, and how much of it the ledger keeps, whoever sent it. A consumer is trusted with
// computing, but not with the saver's memory, the ledger's disk, or the time of those who read what was stored.
// WIRE.md, "Bounds", tells them to people. Two bounds are elsewhere: message_bytes_max (broker.hpp), and
// bundle_length_max (wire/bundle.hpp).

#include <cstddef>
#include <cstdint>

#include "core/wide_integer.hpp"
#include "search/claim.hpp"
#include "search/examine.hpp"

namespace robin::flow::bounds {

/// The greatest id, and the greatest of all other numbers in JSON: greater ones are rounded by other programs.
inline constexpr std::uint64_t id = std::uint64_t{1} << 53U;
/// Attempts and runs: more than any block ever needs.
inline constexpr std::uint64_t attempts = 1'000'000;
/// Bytes of names: of workers (host/pid), types, purposes, strategies, thresholds.
inline constexpr std::size_t name_bytes = 200;
/// Bytes of a position: 2^128 has 39 digits.
inline constexpr std::size_t position_bytes = 100;
/// Bytes of an error's text; it stands in the ledger once for each attempt.
inline constexpr std::size_t error_bytes = 4000;
/// Workers that an order may avoid: a check has to find another one.
inline constexpr std::size_t avoided_workers = 1000;
/// Seconds that a block took: a century.
inline constexpr double seconds = 3.2e9;
/// Candidates at each position of a block, for most strategies one. A prime at which colossally abundant numbers step
/// has fewer steps than this.
inline constexpr core::uint128 candidates_at_a_position = 64;

/// A result with fewer bytes travels whole, a longer one in parts of this size. It is small because a saver holds
/// hundreds of messages, and each of them may be a part.
inline constexpr std::size_t part_bytes = 100'000;
/// The longest part that is read: those of the version before are as long. A part may double when it is quoted inside
/// JSON, and still stays below message_bytes_max.
inline constexpr std::size_t part_bytes_read = 500'000;
/// Bytes that a witness takes in a result, rounded up: one below 2^63 takes 60 to 110.
inline constexpr std::size_t witness_bytes = 125;

/// What one result may hold.
struct Result {
  std::size_t witnesses;
  /// Of the encoded result.
  [[nodiscard]] constexpr std::size_t bytes() const { return witnesses * witness_bytes; }
  [[nodiscard]] constexpr std::uint64_t parts() const { return (bytes() + part_bytes - 1) / part_bytes; }
};
/// In a fleet: one transaction writes this many witnesses in two or three seconds, and the saver needs 91 MiB for it.
inline constexpr Result of_a_fleet{100'000};
/// Where one process computes and saves (robin run).
inline constexpr Result of_one_process{search::witnesses_of_a_block};
/// The most parts of one result. Its bytes are bounded beside that.
inline constexpr std::uint64_t parts = of_one_process.parts();

/// How many results of one run of a block may arrive in parts at the same time: when a lease ended, two workers may
/// compute the block, and one more may take it up after them.
inline constexpr std::size_t unfinished_results = 3;

/// How many parts of unfinished results the ledger keeps, the newest ones: 2 GB of its disk, which is 160 of the
/// greatest results at once (10 GB with parts of the version before). A consumer whose parts are dropped sends them
/// again.
inline constexpr std::size_t kept_parts = 20'000;

/// How many workers are listed: twice the greatest fleet that was planned for (OPERATIONS.md), because a worker that
/// restarts has another name. Results of further workers are saved as well; these are listed once old ones are
/// forgotten.
inline constexpr std::size_t workers = 200'000;
/// How many results that differ from the stored one are kept for one run of a block. One is enough to make the auditor
/// look.
inline constexpr std::size_t conflicts = 16;
/// An order that waits for one digest is quarantined when it got this many results with other digests: the auditor's
/// machine may be the wrong one, and a fleet must not compute a block for ever. A liar that gets half of all deliveries
/// keeps an honest worker away for that long once in 10^15 times, one that gets nine of ten once in 200 times.
inline constexpr std::uint64_t unexpected_results = 50;

/// Entries and bytes of what a strategy adds to a result, and of the state of a certifier. The 64 slices of a block of
/// a certificate take 15 KB.
inline constexpr std::size_t extras = 100;
inline constexpr std::size_t extras_bytes = 256U << 10U;

/// Violations of one block, and numbers that stay undecided. 27 numbers violate the inequality, and it is known to hold
/// for all others within reach of a search (README.md): a longer list is no discovery.
inline constexpr std::size_t claims = 1000;
/// Bytes of an end of an enclosure.
inline constexpr std::size_t decimal_bytes = 64;
/// Bytes and factors of a factorisation: one of a colossally abundant number near 2^63 has 130 of them, in 3 KB.
inline constexpr std::size_t factorization_bytes = 4096;
inline constexpr std::size_t factors = search::for_a_list.factors;
inline constexpr std::size_t prime_digits = search::for_a_list.prime_digits;
/// How many numbers may be sieved to read one factorisation of a list (`11..47` has to be unfolded). A factorisation
/// that needs more has more digits than are ever shown: the list shows it as it stands.
inline constexpr std::uint64_t sieved_for_a_list = search::for_a_list.sieved;
/// How many numbers may be sieved to read all factorisations of one result that need more than that: a second of work,
/// and a quarter of a minute for whoever judges them.
inline constexpr std::uint64_t sieved_for_a_result = 1'000'000'000;

}  // namespace robin::flow::bounds
