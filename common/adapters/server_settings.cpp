#include "adapters/server_settings.hpp"

#include <utility>

#include "adapters/postgres/connection.hpp"
#include "adapters/rabbitmq/connection.hpp"
#include "runtime/address.hpp"
#include "runtime/error.hpp"
#include "runtime/text_file.hpp"

namespace robin::adapters {
namespace {

constexpr std::size_t authority_bytes_max = std::size_t{1} << 20U;

/// What a library says of an address may quote it, and with it a password: so its words are not passed on.
std::string not_understood(const char* library, const runtime::AddressForm& form) {
  return std::string("is not understood by ") + library + " (write " + form.example + ")";
}

std::optional<std::string> refuse_database(const std::string& url) {
  const auto& form = runtime::database_address();
  if (auto reason = runtime::refuse_address(url, form)) {
    return reason;
  }
  return is_database_url(url) ? std::nullopt : std::optional(not_understood("libpq", form));
}

std::optional<std::string> refuse_broker(const std::string& url) {
  const auto& form = runtime::broker_address();
  if (auto reason = runtime::refuse_address(url, form)) {
    return reason;
  }
  return is_broker_url(url) ? std::nullopt : std::optional(not_understood("rabbitmq-c", form));
}

std::optional<std::string> refuse_management(const std::string& url) {
  return runtime::refuse_address(url, runtime::management_address());
}

}  // namespace

runtime::Setting database_url() {
  return {"database-url", runtime::database_address().example, std::nullopt, true, refuse_database};
}

runtime::Setting amqp_url() {
  return {"amqp-url", runtime::broker_address().example, std::nullopt, true, refuse_broker};
}

runtime::Setting amqp_ca_file() {
  return {"amqp-ca-file", "certificate authority of a RabbitMQ with TLS (amqps://, https://)", ""};
}

runtime::Setting management_url(std::optional<std::string> fallback, const std::string& help) {
  return {"management-url",
          "RabbitMQ's management API: " + runtime::management_address().example +
              " (behind it ?vhost=NAME for a virtual host other than robin)" + help,
          std::move(fallback), true, refuse_management};
}

std::optional<std::string> refuse_authority(const std::string& url, const std::string& ca_file) {
  const bool is_broker = url.starts_with("amqps:");
  if (is_broker && ca_file.empty()) {
    return "must be set: the file of the certificate authority, as the broker's address is amqps://";
  }
  if (ca_file.empty() || (!is_broker && !url.starts_with("https:"))) {
    return std::nullopt;
  }
  try {
    const std::string text = runtime::read_text_file(ca_file, authority_bytes_max);
    const bool is_pem = text.find("-----BEGIN ") != std::string::npos;
    return is_pem ? std::nullopt
                  : std::optional(ca_file + ": holds no certificate in PEM (-----BEGIN CERTIFICATE-----)");
  } catch (const runtime::Error& error) {
    return error.what();
  }
}

void check_authority(const runtime::Config& config) {
  for (const char* const address : {"amqp-url", "management-url"}) {
    if (!config.knows(address)) {
      continue;
    }
    if (const auto reason = refuse_authority(config.text(address), config.text("amqp-ca-file"))) {
      throw runtime::Config::Refused{runtime::variable_of("amqp-ca-file") + ": " + *reason};
    }
  }
}

}  // namespace robin::adapters
