#pragma once

// Addresses of servers as settings spell them: scheme://user:password@host:port/path. Checked before anything is opened
// or sent, the same for every flag, variable and file; what is refused is never quoted, for it may hold a password.

#include <optional>
#include <string>
#include <vector>

namespace robin::runtime {

struct AddressForm {
  std::vector<std::string> schemes;
  /// An example of such an address: what a refusal shows.
  std::string example;
  /// PostgreSQL's addresses may name several hosts, with commas between, or none where the query names one.
  bool is_database = false;
};

[[nodiscard]] const AddressForm& database_address();
[[nodiscard]] const AddressForm& broker_address();
[[nodiscard]] const AddressForm& management_address();
[[nodiscard]] const AddressForm& gateway_address();

/// What is wrong with an address, such as "has no host (write http://host:port)"; nullopt if nothing is.
[[nodiscard]] std::optional<std::string> refuse_address(const std::string& text, const AddressForm& form);

}  // namespace robin::runtime
