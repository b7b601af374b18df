#pragma once

// How the command line shows people what the API answers.

#include <string>
#include <vector>

#include "api/model.hpp"

namespace robin::cli {

/// Searches, alarms, drain and queues, as `status` shows them.
[[nodiscard]] std::string search_text(const api::SearchDetail& search);
[[nodiscard]] std::string status_text(const api::Status& status);
/// Queues as text, a line each.
[[nodiscard]] std::string queue_lines(const std::vector<api::Queue>& queues);
/// One block as text, with its failures.
[[nodiscard]] std::string block_text(const api::BlockDetail& block);

}  // namespace robin::cli
