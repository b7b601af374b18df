#pragma once

// What is wrong with a search that somebody submits or runs, in one place: whoever takes it, by HTTP or on the command
// line, asks here. Any thread may call.

#include <string>

#include "api/bad_request.hpp"
#include "api/queries.hpp"
#include "flow/ports/ledger_reader.hpp"
#include "search/strategy.hpp"

namespace robin::api {

/// What the asker's messages call things: the API and the command line spell fields differently.
struct Spelling {
  /// Stands before the name of a field: "--" for flags.
  std::string prefix;
  /// The name of what names the certificate that a search continues.
  std::string origin = "origin";
};

/// Whether the range is a whole search, which must begin where a certificate of its strategy can, or one block.
enum class Extent { Search, Block };

/// The search that is ordered. Throws BadRequest, which names the field without its prefix.
[[nodiscard]] flow::SearchSpec search_spec(const search::Strategies& strategies, const SubmitOrder& order,
                                           Extent extent = Extent::Search, const Spelling& spelling = {});

/// The message about an end that does not lie after its begin.
[[nodiscard]] std::string end_objection(const Spelling& spelling);

}  // namespace robin::api
