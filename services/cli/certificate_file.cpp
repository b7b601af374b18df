#include "cli/certificate_file.hpp"

#include <cstdio>
#include <fstream>
#include <iterator>

#include "flow/json_reader.hpp"
#include "runtime/error.hpp"

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

flow::FinishedBlock block_from(const nlohmann::json& object) {
  flow::FinishedBlock block{{0},
                            {{wide(object.at("begin"))}, {wide(object.at("end"))}},
                            wide(object.at("candidates")),
                            object.at("digest").get<std::string>()};
  block.extras = object.at("extras").get<std::map<std::string, std::string>>();
  return block;
}

}  // namespace

void write_certificate(const std::string& path, const CertificateFile& file) {
  ordered_json blocks = ordered_json::array();
  for (const auto& block : file.blocks) {
    blocks.push_back(to_json(block));
  }
  const ordered_json whole = {{"format", format_name},
                              {"threshold", file.threshold.text()},
                              {"certificate", file.certificate},
                              {"blocks", blocks}};
  const std::string beside = path + ".part";
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  out << whole.dump() << "\n";
  out.close();
  if (!out || std::rename(beside.c_str(), path.c_str()) != 0) {
    std::remove(beside.c_str());
    throw Error("--out " + path + ": cannot be written (name a file in a folder that may be written to)");
  }
}

CertificateFile read_certificate(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    throw Error(path + ": cannot be read (name a file that robin certificate --out wrote)");
  }
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  try {
    const auto whole = ordered_json::parse(text);
    if (whole.at("format") != format_name) {
      throw std::invalid_argument("another format");
    }
    const auto threshold = math::Decimal::parse(whole.at("threshold").get<std::string>());
    CertificateFile file{std::get<math::Decimal>(threshold), whole.at("certificate"), {}};
    for (const auto& block : whole.at("blocks")) {
      file.blocks.push_back(block_from(block));
    }
    return file;
  } catch (const std::exception&) {
    throw Error(path + ": is no certificate (name a file that robin certificate --out wrote)");
  }
}

}  // namespace robin::cli
