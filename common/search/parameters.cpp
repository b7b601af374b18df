#include "search/parameters.hpp"

namespace robin::search {

std::string_view text(Mode mode) {
  return mode == Mode::Complete ? "complete" : mode == Mode::Pruned ? "pruned" : "exact";
}

std::string_view text(DigestKind kind) { return kind == DigestKind::Exact ? "exact" : "original"; }

std::optional<Mode> mode_from(std::string_view text_form) {
  for (const Mode mode : {Mode::Complete, Mode::Pruned, Mode::Exact}) {
    if (text(mode) == text_form) {
      return mode;
    }
  }
  return std::nullopt;
}

std::optional<DigestKind> digest_kind_from(std::string_view text_form) {
  for (const DigestKind kind : {DigestKind::Exact, DigestKind::Original}) {
    if (text(kind) == text_form) {
      return kind;
    }
  }
  return std::nullopt;
}

}  // namespace robin::search
