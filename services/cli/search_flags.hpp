#pragma once

// SearchFlags: the flags that `run` and `block` share, as text from the command line, and the checked request they
// make. Everything is checked before anything is opened or computed.

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "api/certificate_document.hpp"
#include "api/queries.hpp"
#include "flow/ports/ledger_reader.hpp"
#include "search/strategy.hpp"

namespace robin::cli {

enum class Output { Text, Json };

struct SearchFlags {
  std::string strategy;
  std::string begin;
  std::string end;
  std::string threads;
  std::string cache_kib;
  std::string threshold;
  std::string mode = api::SubmitOrder().mode;
  std::string digest = api::SubmitOrder().digest;
  std::string top = "100";
  std::string output = "text";
  /// A certificate file that the search continues: it begins where that ends.
  std::string from;
  /// Whether the range is a whole search, which must begin where a certificate can, or one block of one.
  bool is_whole = true;

  /// Declares all flags, or only those that say what to search for, or --from.
  void add_to(CLI::App& command);
  void add_search_to(CLI::App& command);
  void add_from_to(CLI::App& command);
};

struct SearchRequest {
  const search::Strategy* strategy;
  flow::SearchSpec spec;
  /// The search as an order to a cluster.
  api::SubmitOrder order;
  unsigned threads;
  std::size_t top;
  Output output;
  /// The certificate that --from names.
  std::optional<api::CertificateDocument> from;
  /// The share of blocks that `run` computes twice.
  double double_check = 0;
};

/// Checks the flags. Throws CLI::ValidationError (exit status 2), one line that names the flag and the fix.
[[nodiscard]] SearchRequest checked(const SearchFlags& flags, const search::Strategies& strategies);

/// An integer in [min, max] from the command line, in any of the forms 123, 1e12, 2^40.
[[nodiscard]] std::uint64_t checked_number(const std::string& flag, const std::string& text, std::uint64_t min,
                                           std::uint64_t max);

/// For help: "  robin COMMAND --strategy NAME --begin 2 --end 1e7 MORE" for every strategy, a line each.
[[nodiscard]] std::string examples_of(const std::string& command, const std::string& more = {});

/// For help: the words as "a, b or c".
[[nodiscard]] std::string either(const std::vector<std::string>& words);

/// A share such as 1% or 0.5%, as a number from 0 to 1.
[[nodiscard]] double checked_share(const std::string& flag, const std::string& text);

/// The kind of findings, or the state of blocks, that the text names; anything else is a usage error.
[[nodiscard]] std::string checked_kind(const std::string& text);
[[nodiscard]] flow::BlockState checked_state(const std::string& text);

/// The text, if an order may hold it; else a usage error.
[[nodiscard]] std::string checked_text(const std::string& flag, const std::string& text, std::size_t bytes_max);

/// How long a command may be told to wait: a week.
inline constexpr std::uint64_t timeout_max_seconds = 7 * 86'400;

/// The flag -o of commands that answer in text or JSON.
void add_output(CLI::App& command, std::string& output);
[[nodiscard]] Output checked_output(const std::string& text);

}  // namespace robin::cli
