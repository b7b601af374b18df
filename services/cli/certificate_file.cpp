#include "cli/certificate_file.hpp"

#include "flow/json_reader.hpp"
#include "runtime/error.hpp"
#include "runtime/text_file.hpp"

namespace robin::cli {
namespace {

using nlohmann::ordered_json;
using runtime::Error;

constexpr const char* format_name = "robin certificate 1";

ordered_json to_json(const flow::FinishedBlock& block) {
  return {{"begin", flow::wide_number(block.block.begin.ordinal)},
          {"end", flow::wide_number(block.block.end.ordinal)},
          {"candidates", flow::wide_number(block.candidates)},
          {"digest", block.digest},
          {"extras", block.extras}};
}

search::uint128 wide(const nlohmann::json& value) {
  if (value.is_number_unsigned()) {
    return value.get<std::uint64_t>();
  }
  const auto integer = math::Integer::from_decimal(value.get<std::string>());
  const auto number = integer ? integer->to_uint128() : std::nullopt;
  if (!number) {
    throw std::invalid_argument("not a number");
  }
  return *number;
}

constexpr const char* advice = " (name a file that robin certificate --out wrote)";
/// A certificate of a hundred thousand blocks is far smaller.
constexpr std::size_t bytes_max = std::size_t{1} << 30U;

std::string read_named(const std::string& path) {
  try {
    return runtime::read_text_file(path, bytes_max);
  } catch (const Error& error) {
    throw Error(error.what() + std::string(advice));
  }
}

flow::FinishedBlock block_from(const nlohmann::json& object) {
  flow::FinishedBlock block{{0},
                            {{wide(object.at("begin"))}, {wide(object.at("end"))}},
                            wide(object.at("candidates")),
                            object.at("digest").get<std::string>()};
  block.extras = object.at("extras").get<std::map<std::string, std::string>>();
  return block;
}

}  // namespace

void write_certificate(OutputFile& out, const CertificateFile& file) {
  ordered_json blocks = ordered_json::array();
  for (const auto& block : file.blocks) {
    blocks.push_back(to_json(block));
  }
  const ordered_json whole = {{"format", format_name},
                              {"threshold", file.threshold.text()},
                              {"certificate", file.certificate},
                              {"blocks", blocks}};
  out.write(whole.dump() + "\n");
  out.finish();
}

CertificateFile read_certificate(const std::string& path) {
  const std::string text = read_named(path);
  try {
    const auto whole = ordered_json::parse(text);
    if (whole.at("format") != format_name) {
      throw std::invalid_argument("another format");
    }
    const auto threshold = math::Decimal::parse(whole.at("threshold").get<std::string>());
    CertificateFile file{std::get<math::Decimal>(threshold), whole.at("certificate"), {}};
    if (!file.certificate.is_object() || !file.certificate.at("digest").is_string() || !whole.at("blocks").is_array()) {
      throw std::invalid_argument("another shape");
    }
    for (const auto& block : whole.at("blocks")) {
      file.blocks.push_back(block_from(block));
    }
    return file;
  } catch (const std::exception&) {
    throw Error(path + ": is no certificate" + advice);
  }
}

}  // namespace robin::cli
