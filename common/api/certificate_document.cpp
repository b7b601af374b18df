#include "api/certificate_document.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "api/json.hpp"
#include "api/model.hpp"
#include "search/sha256.hpp"

namespace robin::api {
namespace {

using nlohmann::ordered_json;

/// As it lies in the file: a result of the API without its id.
struct BlockOfFile {
  Wide begin = 0;
  Wide end = 0;
  Wide candidates = 0;
  std::string digest;
  std::map<std::string, std::string> extras;

  static auto fields() {
    return std::tuple{Field{"begin", &BlockOfFile::begin, ""}, Field{"end", &BlockOfFile::end, ""},
                      Field{"candidates", &BlockOfFile::candidates, ""}, Field{"digest", &BlockOfFile::digest, ""},
                      Field{"extras", &BlockOfFile::extras, ""}};
  }
};

/// The strategy whose certificates have this format.
const search::Strategy& strategy_of(const std::string& format, const search::Strategies& strategies) {
  for (const auto& strategy : strategies.all()) {
    if (!format.empty() && strategy->certificate_format() == format) {
      return *strategy;
    }
  }
  throw std::invalid_argument("another format");
}

}  // namespace

std::string text_of(const CertificateDocument& document) {
  ordered_json blocks = ordered_json::array();
  for (const auto& block : document.blocks) {
    blocks.push_back(json_of(
        BlockOfFile{block.block.begin.ordinal, block.block.end.ordinal, block.candidates, block.digest, block.extras}));
  }
  ordered_json whole = {{"format", document.strategy->certificate_format()},
                        {"threshold", document.threshold.text()},
                        {"certificate", document.certificate},
                        {"blocks", blocks}};
  whole["sha256"] = search::Sha256::hex_of(whole.dump());
  return whole.dump() + "\n";
}

core::Parsed<CertificateDocument> certificate_document(std::string_view text, const search::Strategies& strategies) {
  try {
    auto whole = ordered_json::parse(text);
    const ordered_json sha256 = whole.value("sha256", ordered_json());
    whole.erase("sha256");
    const std::set<std::string> keys = {"format", "threshold", "certificate", "blocks"};
    if (std::any_of(whole.items().begin(), whole.items().end(),
                    [&](const auto& one) { return !keys.contains(one.key()); })) {
      throw std::invalid_argument("another shape");
    }
    const auto& strategy = strategy_of(whole.at("format").get<std::string>(), strategies);
    const auto threshold = math::Decimal::parse(whole.at("threshold").get<std::string>());
    CertificateDocument document{&strategy, std::get<math::Decimal>(threshold), whole.at("certificate"), {}};
    document.is_intact = sha256.is_null() || sha256 == search::Sha256::hex_of(whole.dump());
    if (!document.certificate.is_object() || !document.certificate.at("digest").is_string() ||
        !whole.at("blocks").is_array()) {
      throw std::invalid_argument("another shape");
    }
    for (const auto& block : whole.at("blocks")) {
      auto read = value_from<BlockOfFile>(block, "block");
      document.blocks.push_back(
          {{0}, {{read.begin}, {read.end}}, read.candidates, std::move(read.digest), std::move(read.extras)});
    }
    return document;
  } catch (const std::exception&) {
    return core::Refusal{"is no certificate"};
  }
}

}  // namespace robin::api
