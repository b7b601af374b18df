#include "search/parameters.hpp"

namespace robin::search {

std::string_view text(Mode mode) {
  return mode == Mode::Complete ? "complete" : mode == Mode::Pruned ? "pruned" : "exact";
}

std::string_view text(DigestKind kind) { return kind == DigestKind::Exact ? "exact" : "original"; }

std::optional<Mode> mode_from(std::string_view text_form) { return core::from_word<Mode>(text_form); }

std::optional<DigestKind> digest_kind_from(std::string_view text_form) {
  return core::from_word<DigestKind>(text_form);
}

Parameters default_parameters(Mode mode) {
  const auto threshold = math::Decimal::parse(default_threshold(mode));
  return {mode, *core::accepted(threshold), DigestKind::Exact};
}

}  // namespace robin::search
