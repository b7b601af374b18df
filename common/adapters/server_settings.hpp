#pragma once

// The settings that say where the servers of a cluster are, as services and commands share them, each with its check:
// the address has the form that its product's own library takes.

#include <optional>
#include <string>

#include "runtime/config.hpp"

namespace robin::adapters {

[[nodiscard]] runtime::Setting database_url();
[[nodiscard]] runtime::Setting amqp_url();
[[nodiscard]] runtime::Setting amqp_ca_file();
/// `fallback` is nullopt where it must be given.
[[nodiscard]] runtime::Setting management_url(std::optional<std::string> fallback, const std::string& help = {});

/// Why these two do not go together: amqps:// needs the file of the server's certificate authority, https:// takes one.
[[nodiscard]] std::optional<std::string> refuse_authority(const std::string& url, const std::string& ca_file);

/// Of a service that has amqp-ca-file and amqp-url, management-url, or both. Throws Config::Refused.
void check_authority(const runtime::Config& config);

}  // namespace robin::adapters
