#pragma once

// The API described for other programs: an OpenAPI document (3.1), and types for the dashboard. Both come from the
// routes and the described structs; services/gateway keeps copies (`ninja robin_api_description` writes them, a test
// compares). Any thread may call.

#include <string>

#include "api/json.hpp"

namespace robin::api {

[[nodiscard]] Json openapi();
/// The OpenAPI document as the text of a file.
[[nodiscard]] std::string openapi_text();
/// The named schemas as interfaces of TypeScript, and the words and defaults that the dashboard offers.
[[nodiscard]] std::string typescript_text();

}  // namespace robin::api
