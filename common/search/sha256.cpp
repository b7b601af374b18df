#include "search/sha256.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>

#include "core/contract.hpp"

namespace robin::search {
namespace {

constexpr std::size_t digest_bytes = 32;

}  // namespace

struct Sha256::Context {
  Context() : evp(EVP_MD_CTX_new()) { ROBIN_ASSERT(evp != nullptr, "there is memory for a digest"); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { EVP_MD_CTX_free(evp); }
  EVP_MD_CTX* evp;
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  ROBIN_ASSERT(EVP_DigestInit_ex(context_->evp, EVP_sha256(), nullptr) == 1, "OpenSSL has SHA-256");
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view bytes) {
  ROBIN_ASSERT(EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size()) == 1, "hashing memory cannot fail");
}

std::string Sha256::hex() const {
  const Context copy;
  std::array<unsigned char, digest_bytes> digest{};
  unsigned int length = 0;
  ROBIN_ASSERT(EVP_MD_CTX_copy_ex(copy.evp, context_->evp) == 1, "a digest can be copied");
  ROBIN_ASSERT(EVP_DigestFinal_ex(copy.evp, digest.data(), &length) == 1 && length == digest_bytes,
               "hashing memory cannot fail");
  std::string text;
  text.reserve(2 * digest_bytes);
  for (const unsigned char byte : digest) {
    constexpr std::string_view digits = "0123456789abcdef";
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

std::string Sha256::hex_of(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.hex();
}

std::string openssl_version() { return OpenSSL_version(OPENSSL_VERSION_STRING); }

}  // namespace robin::search
