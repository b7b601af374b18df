#include "unit/horizon/arb_horizon.hpp"

#include <algorithm>

namespace robin::testing_support {
namespace {

/// Eratosthenes on a list of flags.
std::vector<std::uint64_t> primes_below(std::uint64_t end) {
  std::vector<bool> is_composite(end);
  std::vector<std::uint64_t> primes;
  for (std::uint64_t p = 2; p < end; ++p) {
    if (!is_composite[p]) {
      primes.push_back(p);
      for (std::uint64_t n = p * p; n < end; n += p) {
        is_composite[n] = true;
      }
    }
  }
  return primes;
}

constexpr slong ulong_power(slong base, unsigned exponent) {
  return exponent == 0 ? 1 : base * ulong_power(base, exponent - 1);
}

}  // namespace

const ArbHorizon::Tables& ArbHorizon::tables() {
  static const Tables all = [] {
    Tables made;
    made.primes = primes_below(ulong_power(2, 20));
    std::vector<ArbNumber> logs;
    for (const auto p : made.primes) {
      logs.push_back(ArbNumber(static_cast<slong>(p)).log());
    }
    for (ulong k = 2; k <= 40; ++k) {
      const auto below = static_cast<std::uint64_t>(ulong_power(2, k == 2 ? 20 : k == 3 ? 17 : 14));
      auto& list = made.powers.emplace_back();
      for (std::size_t i = 0; i < made.primes.size() && made.primes[i] < below; ++i) {
        const ArbNumber p(static_cast<slong>(made.primes[i]));
        const ArbNumber power = p.power(k);
        const ArbNumber sum = p * (power - ArbNumber(1)) / (p - ArbNumber(1));
        list.push_back(
            {logs[i], (ArbNumber(1) / sum).log1p(), ArbNumber(1) / (power * ArbNumber(static_cast<slong>(k)))});
      }
    }
    return made;
  }();
  return all;
}

ArbNumber ArbHorizon::last_prime() const {
  return options_.has_tables ? ArbNumber(static_cast<slong>(tables().primes.back())) : ArbNumber(1);
}

ArbNumber ArbHorizon::difference(const ArbNumber& y, const ArbNumber& b) const {
  const ArbNumber price = ArbNumber(1) / (b * b.log());
  ArbNumber sum = ArbNumber(-1) / (ArbNumber(2) * (y - ArbNumber(1)).power(2));
  if (options_.has_tables) {
    for (const auto& list : tables().powers) {
      // e/log p falls, so that most of a list may be worth nothing.
      const auto first =
          std::partition_point(list.begin(), list.end(), [&](const Power& one) { return price * one.log_p < one.e; });
      for (auto i = static_cast<std::size_t>(first - list.begin());
           i < list.size() && ArbNumber(static_cast<slong>(tables().primes[i])) <= y; ++i) {
        const auto& [log_p, d, e] = list[i];
        const ArbNumber c = price * log_p;
        if (e < c) {
          sum = c < d ? sum + (c - e) : d < c ? sum + (d - e) : sum;
        }
      }
    }
  }
  return last_prime() < y ? sum + squares(y, b, price) : sum;
}

ArbNumber ArbHorizon::squares(const ArbNumber& y, const ArbNumber& b, const ArbNumber& price) const {
  const auto before_price = [](const ArbNumber& u) {
    return (ArbNumber(1) / u.power(2) - ArbNumber(1) / u.power(3)) / u.log();
  };
  ArbNumber low = b.sqrt();
  ArbNumber high = (ArbNumber(2) * b).sqrt();
  for (int i = 0; i < 400; ++i) {
    ArbNumber middle = (low + high) / ArbNumber(2);
    arb_get_mid_arb(middle.get(), middle.get());
    const ArbNumber value = before_price(middle);
    if (price < value) {
      low = middle;
    } else if (value < price) {
      high = middle;
    } else {
      break;
    }
  }
  ArbNumber peak;
  arb_union(peak.get(), low.get(), high.get(), arb_bits);

  const bool is_computed = b <= ArbNumber("1e30");
  const ArbNumber end(is_computed ? std::string("1e19") : options_.theta_end);
  const ArbNumber z = y < end ? y : end;
  const ArbNumber last = last_prime();
  const ArbNumber root = b.sqrt();
  const ArbNumber w = root < last ? last : root;
  const ArbNumber v = peak < w ? w : peak;
  if (!(v < z)) {
    return {0};
  }
  // E1(u log) of the two ends, from the definition of F as a difference of two powers.
  const auto integral_of_power = [](slong s, const ArbNumber& from, const ArbNumber& to) {
    return (ArbNumber(s) * from.log()).exponential_integral() - (ArbNumber(s) * to.log()).exponential_integral();
  };
  const ArbNumber half = ArbNumber(1) / ArbNumber(2);
  const ArbNumber fall = half * integral_of_power(1, v, z) - integral_of_power(2, v, z);
  const ArbNumber f_v_v = v * (before_price(v) - half / (v.power(2) * v.log()));
  const ArbNumber rise = w < peak ? price * (peak - w) - half * integral_of_power(1, w, peak) : ArbNumber(0);
  if (is_computed) {
    return rise + fall - ArbNumber("1.95") / v.sqrt() * (f_v_v + half * fall);
  }
  const ArbNumber eta = w.log().power(2) / (ArbNumber(8) * ArbNumber::pi() * w.sqrt());
  return rise + fall - eta * (ArbNumber(2) * f_v_v + fall);
}

ArbNumber ArbHorizon::margin(const ArbNumber& from, const ArbNumber& to) const {
  const ArbNumber a(options_.width);
  const ulong m = options_.terms;
  const ArbNumber lambda = ArbNumber(static_cast<slong>(m)) * a;
  const ArbNumber y = from * (ArbNumber(0) - lambda).exp();
  const ArbNumber b = to * lambda.exp();
  const ArbNumber log_y = y.log();
  const ArbNumber h = (log_y + ArbNumber(1)) / log_y.power(2);
  const ArbNumber two_pi = ArbNumber(2) * ArbNumber::pi();
  const ArbNumber all_zeros = ArbNumber(2) + ArbNumber::euler() - (ArbNumber(2) * two_pi).log();
  // The sum of gamma^-j over the zeros above T.
  const ulong j = m + 2;
  const ArbNumber t(options_.height);
  const ArbNumber j_less(static_cast<slong>(j) - 1);
  const ArbNumber rosser = t.log() / ArbNumber(5) + ArbNumber(12);
  const ArbNumber above = ((t / two_pi).log() + ArbNumber(1) / j_less) / (two_pi * j_less * t.power(j - 1)) +
                          (ArbNumber(2) * rosser + ArbNumber(1) / ArbNumber(5 * static_cast<slong>(j))) / t.power(j);
  ArbNumber braces = all_zeros / y.sqrt();
  braces = braces + (ArbNumber(1) + ArbNumber(1) / y) * (m == 0 ? above : above / a.power(m));
  braces = braces + (ArbNumber(4) * lambda).exp() * ArbNumber(static_cast<slong>(m)) * a * a / ArbNumber(6);
  return difference(y, b) - h * braces - two_pi.log() / (y * log_y);
}

}  // namespace robin::testing_support
