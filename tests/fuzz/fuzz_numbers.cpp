// Numbers as people and messages write them: integers, decimals, shares, factorisations.

#include "core/contract.hpp"
#include "math/decimal.hpp"
#include "math/factorization.hpp"
#include "math/number_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace robin::math;  // NOLINT(google-build-using-namespace): all of it is what this looks at
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are what texts are made of
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto integer = parse_integer(text);
  if (const Integer* value = accepted(integer)) {
    const auto again = parse_integer(value->to_decimal());
    ROBIN_ASSERT(accepted(again) != nullptr && *accepted(again) == *value, "decimal digits are read back");
  }
  const auto decimal = Decimal::parse(text);
  if (const Decimal* value = accepted(decimal)) {
    ROBIN_ASSERT(accepted(Decimal::parse(value->text())) != nullptr, "a decimal's text is a decimal");
  }
  const auto share = parse_share(text);
  if (const double* value = accepted(share)) {
    ROBIN_ASSERT(0 <= *value && *value <= 1, "a share lies between 0 and 1");
  }
  const auto factors = Factorization::parse(text);
  if (const Factorization* value = accepted(factors)) {
    const auto again = Factorization::parse(value->text());
    ROBIN_ASSERT(accepted(again) != nullptr && accepted(again)->text() == value->text(),
                 "the canonical form is stable");
  }
  return 0;
}
