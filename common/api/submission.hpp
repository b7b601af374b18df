#pragma once

// What is wrong with a search that somebody submits or runs, in one place: whoever takes it, by HTTP or on the command
// line, asks here. Any thread may call.

#include <string>

#include "api/bad_request.hpp"
#include "api/queries.hpp"
#include "flow/ports/ledger_reader.hpp"
#include "search/strategy.hpp"

namespace robin::api {

/// How the door that asks calls things in its messages.
struct Spelling {
  /// Before the name of a field: "--" of a flag.
  std::string prefix;
  /// What names the certificate that a search continues.
  std::string origin = "origin";
};

/// Whether the range is a search of its own, whose certificate must begin where it can, or one block of it.
enum class Extent { Search, Block };

/// Throws BadRequest, which names the field without its prefix.
[[nodiscard]] flow::SearchSpec search_spec(const search::Strategies& strategies, const SubmitOrder& order,
                                           Extent extent = Extent::Search, const Spelling& spelling = {});

/// What is said of an end that does not lie after its begin.
[[nodiscard]] std::string end_objection(const Spelling& spelling);

}  // namespace robin::api
