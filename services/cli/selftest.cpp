// robin selftest: whether this program, on this machine, finds what is known: in seconds, without a server.

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/search_flags.hpp"
#include "math/primes.hpp"
#include "search/examine.hpp"

namespace robin::cli {
namespace {

using search::BlockResult;
using search::DigestKind;
using search::Mode;

struct Check {
  const char* name;
  /// What was found instead; empty if all is as it should be.
  std::function<std::string()> run;
};

class Selftest {
 public:
  std::vector<Check> checks() {
    std::vector<Check> all = {
        {"the 27 exceptions to Robin's inequality, by every integer to 100,000",
         [this] {
           return expect_numbers(examined("exhaustive", "2", "100000").findings.violations,
                                 "2 3 2^2 5 2*3 2^3 3^2 2*5 2^2*3 2^4 2*3^2 2^2*5 2^3*3 2..5 2^2*3^2 2^4*3 2^2*3*5 "
                                 "2^3*3^2 2^2*3*7 2^3*3*5 2^2*3^2*5 2^4*3*5 2^3*3^2*5 2^4*3^2*5 2^3*3..7 "
                                 "2^3*3^2*5*7 2^4*3^2*5*7");
         }},
        {"the eight colossally abundant ones among them, by the certificate to 2^20",
         [this] {
           return expect_numbers(examined("colossally-abundant", "2", "2^20").findings.violations,
                                 "2 2*3 2^2*3 2^2*3*5 2^3*3*5 2^3*3^2*5 2^3*3^2*5*7 2^4*3^2*5*7");
         }},
        {"superabundant numbers up to level 60, as many as are published below 10^30",
         [this] {
           std::size_t count = 2;  // 1, and 2, which is no witness
           for (const auto& witness : examined("superabundant", "1:0", "60:0", Mode::Exact, "1").findings.witnesses) {
             const auto n =
                 std::get<math::Factorization>(math::Factorization::parse(witness.factorization)).value(1000);
             count += n && *n <= math::Integer::power(10, 30) ? 1U : 0U;
           }
           return count == 191 ? std::string() : fmt::format("{} instead of 191", count);
         }},
        {"the pruned search finds what the complete one finds on level 55",
         [this] {
           return expect(examined("superabundant", "55:0", "56:0", Mode::Pruned, "1.75").digest,
                         examined("superabundant", "55:0", "56:0", Mode::Complete, "1.75").digest);
         }},
        {"primes below 10^8: 5,761,455",
         [] { return expect(std::to_string(math::count_primes(2, 100'000'000)), "5761455"); }},
    };
    const auto original = [this, &all](const char* name, const char* strategy, const char* begin, const char* end,
                                       const char* digest) {
      all.push_back({name, [this, strategy, begin, end, digest] {
                       return expect(
                           examined(strategy, begin, end, Mode::Complete, "1.767", DigestKind::Original).digest,
                           digest);
                     }});
    };
    original("digest of [10080, 10083)", "exhaustive", "10080", "10083",
             "fe216b6faa6f056b6a400a4e34ea92c15775ee3e54e322695c5ccace616fd54a");
    original("digest of [5041, 6041)", "exhaustive", "5041", "6041",
             "050032821a41aa5a735d0367d2b72c6cb29f6ec5117fbe0297f0ef536ac834a3");
    original("digest of levels 10 to 12", "superabundant", "10:0", "13:0",
             "3f5b5d2ee9ed329b121692bd38e3d708d8dee6c14b10dbbdf5deb842ac174873");
    original("digest of level 20", "superabundant", "20:0", "21:0",
             "b9ca052bd265a2bb8a9a9989e8bdf5a776ffb253efa9ea7b2b8a7e337061475e");
    return all;
  }

 private:
  BlockResult examined(const char* name, const char* begin, const char* end, Mode mode = Mode::Complete,
                       const char* threshold = "1.767", DigestKind kind = DigestKind::Exact) const {
    const search::Strategy& strategy = *strategies_.find(name);
    const search::Block block{std::get<search::Position>(strategy.parse(begin)),
                              std::get<search::Position>(strategy.parse(end))};
    return search::examine(strategy, block, {mode, std::get<math::Decimal>(math::Decimal::parse(threshold)), kind}, {});
  }

  static std::string expect(const std::string& found, const std::string& expected) {
    return found == expected ? "" : found + " instead of " + expected;
  }
  static std::string expect_numbers(const std::vector<search::Witness>& found, const std::string& expected) {
    std::string text;
    for (const auto& one : found) {
      text += (text.empty() ? "" : " ") + one.factorization;
    }
    return expect(text, expected);
  }

  search::Strategies strategies_;
};

int run_selftest(const std::string& output_text) {
  const Output output = checked_output(output_text);
  Selftest selftest;
  nlohmann::ordered_json results = nlohmann::ordered_json::array();
  bool ok = true;
  for (const Check& check : selftest.checks()) {
    const std::string wrong = check.run();
    ok = ok && wrong.empty();
    results.push_back({{"check", check.name},
                       {"ok", wrong.empty()},
                       {"found", wrong.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(wrong)}});
    if (output == Output::Text) {
      print(fmt::format("{}  {}{}\n", wrong.empty() ? "ok  " : "FAIL", check.name, wrong.empty() ? "" : ": " + wrong));
    }
  }
  if (output == Output::Json) {
    print(nlohmann::ordered_json{{"ok", ok}, {"checks", results}}.dump() + "\n");
  }
  return number(ok ? ExitStatus::Done : ExitStatus::Mismatch);
}

}  // namespace

void add_selftest(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("selftest", "Check in seconds that this machine finds what is known");
  auto output = std::make_shared<std::string>("text");
  command->add_option("-o,--output", *output, "text or json")->capture_default_str();
  command->footer("Exit status 4 if anything differs.\n\nExamples:\n  robin selftest\n  robin selftest -o json\n");
  command->callback([&context, output] { context.chosen = [output] { return run_selftest(*output); }; });
}

}  // namespace robin::cli
