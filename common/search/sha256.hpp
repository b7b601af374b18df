#pragma once

// Sha256: the running SHA-256 of a text, over OpenSSL (which uses the processor's own instructions). Move-only; used by
// one thread at a time. Reference: FIPS 180-4.

#include <memory>
#include <string>
#include <string_view>

namespace robin::search {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void update(std::string_view bytes);
  /// The digest of all updates so far, in lowercase hexadecimal; more updates may follow.
  [[nodiscard]] std::string hex() const;

  [[nodiscard]] static std::string hex_of(std::string_view bytes);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// The version of OpenSSL that is linked, such as 3.0.17.
[[nodiscard]] std::string openssl_version();

}  // namespace robin::search
