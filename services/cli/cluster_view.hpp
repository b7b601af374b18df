#pragma once

// How the command line shows people what the API answers.

#include <nlohmann/json.hpp>
#include <string>

namespace robin::cli {

/// searches, drain, queues, alarms, as `status` shows them.
[[nodiscard]] std::string status_text(const nlohmann::ordered_json& status);
/// One line for each queue.
[[nodiscard]] std::string queue_lines(const nlohmann::ordered_json& queues);
/// Everything about one block, with its failures.
[[nodiscard]] std::string block_text(const nlohmann::ordered_json& block);

}  // namespace robin::cli
