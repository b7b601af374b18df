#pragma once

// WrappedStrategy: behaves as the strategy it wraps; a test overrides what is to go wrong.

#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "search/strategy.hpp"

namespace robin::testing_support {

class WrappedStrategy : public search::Strategy {
 public:
  explicit WrappedStrategy(const search::Strategy& wrapped) : wrapped_(wrapped) {}
  [[nodiscard]] std::string_view name() const override { return wrapped_.name(); }
  [[nodiscard]] search::Description description() const override { return wrapped_.description(); }
  [[nodiscard]] std::string_view certificate_format() const override { return wrapped_.certificate_format(); }
  [[nodiscard]] search::Position first() const override { return wrapped_.first(); }
  [[nodiscard]] search::Position end_max() const override { return wrapped_.end_max(); }
  [[nodiscard]] core::Parsed<search::Position> parse(std::string_view text) const override {
    return wrapped_.parse(text);
  }
  [[nodiscard]] std::string text(search::Position position) const override { return wrapped_.text(position); }
  [[nodiscard]] std::optional<core::Refusal> refuse(const search::Parameters& asked) const override {
    return wrapped_.refuse(asked);
  }
  [[nodiscard]] search::uint128 candidates_max(const search::Parameters& asked) const override {
    return wrapped_.candidates_max(asked);
  }
  [[nodiscard]] search::Position block_end(search::Position search, search::Position begin,
                                           std::optional<search::uint128> size,
                                           const search::Parameters& asked) const override {
    return wrapped_.block_end(search, begin, size, asked);
  }
  [[nodiscard]] search::Position slice_end(search::Position begin, const search::Parameters& asked) const override {
    return wrapped_.slice_end(begin, asked);
  }
  [[nodiscard]] bool finds_best() const override { return wrapped_.finds_best(); }
  [[nodiscard]] bool is_hashed(std::string_view extra) const override { return wrapped_.is_hashed(extra); }
  [[nodiscard]] bool is_enumeration() const override { return wrapped_.is_enumeration(); }
  [[nodiscard]] std::optional<search::Position> position_of(const math::Factorization& number) const override {
    return wrapped_.position_of(number);
  }
  [[nodiscard]] std::optional<search::Position> part_end(const search::Block& block, search::Position begin,
                                                         const search::Parameters& asked) const override {
    return wrapped_.part_end(block, begin, asked);
  }
  /// What the wrapped strategy does itself.
  [[nodiscard]] std::string contradiction(const search::Block& block, const search::Findings& stored,
                                          const search::Block& part, const search::Parameters& asked) const override {
    return wrapped_.contradiction(block, stored, part, asked);
  }
  [[nodiscard]] std::vector<search::Position> where_they_differ(const search::Block& block, const search::Findings& one,
                                                                const search::Findings& other) const override {
    return wrapped_.where_they_differ(block, one, other);
  }
  [[nodiscard]] search::Slice examine(const search::Block& slice, const search::Parameters& asked) const override {
    return wrapped_.examine(slice, asked);
  }
  [[nodiscard]] std::optional<core::Refusal> refuse_range(const search::Block& block) const override {
    return wrapped_.refuse_range(block);
  }
  void conclude(const search::Block& block, const search::Parameters& asked, const search::Tally& tally,
                search::Findings& findings) const override {
    wrapped_.conclude(block, asked, tally, findings);
  }
  [[nodiscard]] core::Parsed<std::unique_ptr<search::Certifier>> certifier(
      const std::map<std::string, std::string>& state) const override {
    return wrapped_.certifier(state);
  }
  [[nodiscard]] std::optional<core::Refusal> refuse_refinement(
      const search::Block& block, const std::map<std::string, std::string>& origin) const override {
    return wrapped_.refuse_refinement(block, origin);
  }
  [[nodiscard]] search::Findings refine(const search::Block& block, const search::Parameters& asked,
                                        const std::map<std::string, std::string>& origin) const override {
    return wrapped_.refine(block, asked, origin);
  }
  [[nodiscard]] math::Assessment assess(const math::Factorization& number,
                                        const math::PrecisionRange& precision) const override {
    return wrapped_.assess(number, precision);
  }
  [[nodiscard]] bool is_known_exception(const math::Factorization& number) const override {
    return wrapped_.is_known_exception(number);
  }

 private:
  const search::Strategy& wrapped_;
};

/// The strategy exhaustive, except that it throws on the slice that holds `poison`.
class PoisonedStrategy final : public WrappedStrategy {
 public:
  PoisonedStrategy(const search::Strategies& all, std::uint64_t poison)
      : WrappedStrategy(*all.find("exhaustive")), poison_{poison} {}
  [[nodiscard]] search::Slice examine(const search::Block& slice, const search::Parameters& asked) const override {
    if (slice.begin <= poison_ && poison_ < slice.end) {
      throw std::runtime_error("poisoned at " + text(poison_));
    }
    return WrappedStrategy::examine(slice, asked);
  }

 private:
  search::Position poison_;
};

/// A table that holds this strategy alone.
inline search::Strategies poisoned_strategies(const search::Strategies& all, std::uint64_t poison) {
  std::vector<std::unique_ptr<const search::Strategy>> table;
  table.push_back(std::make_unique<PoisonedStrategy>(all, poison));
  return search::Strategies(std::move(table));
}

}  // namespace robin::testing_support
