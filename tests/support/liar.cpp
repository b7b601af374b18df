#include "support/liar.hpp"

#include <algorithm>
#include <utility>

#include "adapters/rabbitmq/broker.hpp"
#include "flow/loops/compute.hpp"
#include "flow/loops/synthetic.hpp"
#include "runtime/log.hpp"
#include "support/wrapped_strategy.hpp"

namespace robin::testing_support {
namespace {

/// Takes away from the word-th number of a text.
void lessen_word(std::string& text, std::size_t word, const math::Integer& change) {
  constexpr const char* digits = "0123456789";
  std::size_t begin = text.find_first_of(digits);
  for (; word > 0; --word) {
    begin = text.find_first_of(digits, text.find_first_not_of(digits, begin));
  }
  const std::size_t length = std::min(text.find_first_not_of(digits, begin), text.size()) - begin;
  text.replace(begin, length, (*math::Integer::from_decimal(text.substr(begin, length)) - change).to_decimal());
}

}  // namespace

bool conceal_a_witness(const search::Block& /*block*/, search::Findings& findings) {
  if (findings.witnesses.empty()) {
    return false;
  }
  findings.witnesses.pop_back();
  return true;
}

bool claim_a_violation(const search::Block& /*block*/, search::Findings& findings) {
  findings.violations.push_back({"2^3*3^2*5*7*11", "9", "9"});
  return true;
}

bool lessen_a_slice(const search::Block& block, search::Findings& findings) {
  if (block.begin < search::Position{std::uint64_t{1} << 20U}) {
    return false;
  }
  const auto slices = findings.extras.find("slices");
  const auto sums = findings.extras.find("sums");
  if (slices == findings.extras.end() || slices->second.empty() || sums == findings.extras.end()) {
    return false;
  }
  // A slice: its end; count and sum of its primes; how much L grows, from below and above, and S. A block's sums: the
  // last four of these.
  constexpr std::size_t before_sums = 3;
  const math::Integer change = math::Integer::power(2, 40);
  for (const std::size_t growth : {2U, 3U}) {
    lessen_word(slices->second, before_sums + growth, change);
    lessen_word(sums->second, growth, change);
  }
  return true;
}

class Liar::LyingStrategy final : public WrappedStrategy {
 public:
  LyingStrategy(Liar& liar, const search::Strategy& honest) : WrappedStrategy(honest), liar_(liar) {}

  void conclude(const search::Block& block, const search::Parameters& asked, const search::Tally& tally,
                search::Findings& findings) const override {
    WrappedStrategy::conclude(block, asked, tally, findings);
    const LiarOptions& options = liar_.options_;
    const auto place = static_cast<std::uint64_t>(block.begin.ordinal) / options.block_size;
    if (place % options.one_of == options.phase && options.lie(block, findings)) {
      const std::scoped_lock lock(liar_.mutex_);
      liar_.lies_.insert(block.begin);
    }
  }

 private:
  Liar& liar_;
};

Liar::Liar(LiarOptions options)
    : options_(std::move(options)), honest_(flow::fleet_strategies()), lying_([this] {
        std::vector<std::unique_ptr<const search::Strategy>> all;
        for (const auto& strategy : honest_.all()) {
          all.push_back(std::make_unique<LyingStrategy>(*this, *strategy));
        }
        return search::Strategies(std::move(all));
      }()) {
  for (const std::string& name : options_.names) {
    brokers_.push_back(adapters::open_rabbitmq_broker(options_.broker));
    threads_.emplace_back([this, name, &broker = *brokers_.back()] {
      flow::ComputeOptions computing;
      computing.worker = name;
      const auto log = runtime::Log::silent();
      flow::compute(broker, lying_, computing, *log, stop_.get_token(), stop_.get_token());
    });
  }
}

Liar::~Liar() { stop_.request_stop(); }

std::set<search::Position> Liar::lies() const {
  const std::scoped_lock lock(mutex_);
  return lies_;
}

}  // namespace robin::testing_support
