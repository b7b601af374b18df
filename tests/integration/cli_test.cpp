// The program as people and scripts meet it: arguments in, output, one-line errors and exit statuses out.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "support/known_values.hpp"
#include "support/patience.hpp"
#include "support/process.hpp"
#include "support/random.hpp"
#include "support/temporary_folder.hpp"
#include "support/tour.hpp"

namespace robin {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing_support::Process;
using testing_support::ProcessOptions;
using testing_support::ProcessResult;
using testing_support::run_process;
using testing_support::TemporaryFolder;
using testing_support::wait_until;

class Cli : public testing::Test {
 protected:
  ProcessResult robin(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), ROBIN_BINARY);
    return run_process(arguments, options_);
  }
  json robin_json(std::vector<std::string> arguments, int status = 0) {
    arguments.insert(arguments.end(), {"-o", "json"});
    const auto result = robin(std::move(arguments));
    EXPECT_EQ(result.status, status) << result.error;
    EXPECT_EQ(std::count(result.output.begin(), result.output.end(), '\n'), 1) << "one object on one line";
    return json::parse(result.output);
  }
  /// A refused command line: status 2, nothing on stdout, one line that names these, and no file made.
  void expect_usage_error(const std::vector<std::string>& arguments, const std::vector<std::string>& named) {
    const auto result = robin(arguments);
    EXPECT_EQ(result.status, 2) << result.error;
    EXPECT_EQ(result.output, "");
    EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
    for (const auto& word : named) {
      EXPECT_THAT(result.error, HasSubstr(word));
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path())) << "nothing was written";
  }
  [[nodiscard]] std::string file(const std::string& name) const { return folder_.file(name); }
  /// Of all searches in robin.db; 0 while there is none.
  [[nodiscard]] int finished_blocks() const {
    const auto counted = run_process(
        {"sqlite3", "-readonly", file("robin.db"), "SELECT count(*) FROM blocks WHERE state = 'FINISHED'"}, options_);
    return counted.status == 0 ? std::stoi(counted.output) : 0;
  }

  [[nodiscard]] ProcessOptions in_folder() const {
    ProcessOptions options;
    options.working_directory = folder_.path();
    return options;
  }

  TemporaryFolder folder_;
  ProcessOptions options_ = in_folder();
};

const std::vector<std::string> small_run = {"run",   "--strategy", "exhaustive",   "--begin", "2",
                                            "--end", "300000",     "--block-size", "10000"};

std::vector<std::string> with(std::vector<std::string> arguments, std::initializer_list<std::string> more) {
  arguments.insert(arguments.end(), more);
  return arguments;
}

TEST_F(Cli, RunListsExactlyThe27KnownExceptions) {
  const json result = robin_json({"run", "--strategy", "exhaustive", "--begin", "2", "--end", "5041"});
  ASSERT_EQ(result["violations"].size(), 27U);
  for (std::size_t i = 0; i < 27; ++i) {
    EXPECT_EQ(result["violations"][i]["n"], std::to_string(testing_support::exceptions[i]));
    EXPECT_EQ(result["violations"][i]["known_exception"], true);
  }
  EXPECT_EQ(result["candidates"], 5039);
}

TEST_F(Cli, RunPrintsTheKeysOfTheContract) {
  const json exhaustive = robin_json({"run", "--strategy", "exhaustive", "--begin", "2", "--end", "1e4", "--top", "3"});
  for (const char* key : {"strategy", "begin", "end", "mode", "candidates", "violations", "witness_count", "witnesses",
                          "undecided", "digest", "elapsed_seconds", "blocks_finished", "blocks_failed"}) {
    EXPECT_TRUE(exhaustive.contains(key)) << key;
  }
  EXPECT_EQ(exhaustive["begin"], "2");
  EXPECT_EQ(exhaustive["end"], "10000");
  EXPECT_EQ(exhaustive["witnesses"].size(), 3U);
  EXPECT_EQ(exhaustive["witness_count"], 27);
  EXPECT_EQ(exhaustive["witnesses"][0]["n"], "3");
  for (const char* key : {"n", "factorization", "sigma", "ratio_lo", "ratio_hi", "known_exception"}) {
    EXPECT_TRUE(exhaustive["witnesses"][0].contains(key)) << key;
  }
  const json block = robin_json({"block", "--strategy", "superabundant", "--begin", "10:0", "--end", "13:0"});
  EXPECT_EQ(block["candidates"], 175);
  EXPECT_EQ(block["best_witness"]["ratio_lo"].get<std::string>().substr(0, 8), "1.734849");
  EXPECT_FALSE(block.contains("blocks_finished"));
}

/// A certificate without the keys that may differ between two of one range, as DESIGN's "the same" wants it.
json comparable(json certificate) {
  for (const char* key : {"blocks", "digest", "versions", "min_log_margin"}) {
    certificate.erase(key);
  }
  return certificate;
}

TEST_F(Cli, ACertificateHasTheKeysOfTheContractAndThePublishedSums) {
  const json result = robin_json({"run", "--strategy", "colossally-abundant", "--begin", "2", "--end", "1e7"});
  EXPECT_EQ(result["prime_count"], 664579);
  EXPECT_EQ(result["prime_sum"], 3203324994356);
  EXPECT_EQ(result["violations"].size(), 8U);
  for (const auto& violation : result["violations"]) {
    EXPECT_EQ(violation["known_exception"], true);
  }
  const json& certificate = result["certificate"];
  for (const char* key : {"holds", "largest_position", "log_n_lo", "log_n_hi", "log10_log10_n", "prime_count",
                          "prime_sum", "min_log_margin", "min_log_margin_at", "blocks", "digest", "versions"}) {
    EXPECT_TRUE(certificate.contains(key)) << key;
  }
  EXPECT_EQ(certificate["holds"], true);
  EXPECT_EQ(certificate["largest_position"], "10000000");
  EXPECT_EQ(certificate["digest"], result["digest"]);
  EXPECT_EQ(certificate["blocks"], result["blocks_finished"]);
  // log10 log10 N is about log10(x) - 0.3622.
  EXPECT_NEAR(std::stod(certificate["log10_log10_n"].get<std::string>()), 7 - 0.3622, 0.001);
  // The margin is about 0.78 / (sqrt(x) log x).
  EXPECT_NEAR(std::stod(certificate["min_log_margin"].get<std::string>()), 0.78 / (std::sqrt(1e7) * std::log(1e7)),
              0.1e-4);
}

TEST_F(Cli, ACertificateIsTheSameForEveryTilingAndThreadCount) {
  const std::vector<std::string> run = {"run",     "--strategy", "colossally-abundant", "--begin", "2", "--end", "3e8",
                                        "--store", ":memory:"};
  const json reference = robin_json(run)["certificate"];
  for (const auto& [size, threads] : {std::pair("2000000", "2"), std::pair("5000000", "1")}) {
    const json other = robin_json(with(run, {"--block-size", size, "--threads", threads}))["certificate"];
    EXPECT_EQ(comparable(other), comparable(reference));
    EXPECT_GT(other["blocks"], reference["blocks"]);
    const double margin = std::stod(reference["min_log_margin"].get<std::string>());
    EXPECT_NEAR(std::stod(other["min_log_margin"].get<std::string>()), margin, 0.01 * margin);
  }
}

TEST_F(Cli, ACertificateTo1e10HasThePublishedSumsAndKeepsItsErrorBudget) {
  const json result = robin_json({"run", "--strategy", "colossally-abundant", "--begin", "2", "--end", "1e10"});
  EXPECT_EQ(result["prime_count"], 455052511);
  EXPECT_EQ(result["prime_sum"], "2220822432581729238");
  const auto end = [&result](const char* key) {
    // The digits before the point are the same, and too many for a double to keep those behind.
    const auto text = result["certificate"][key].get<std::string>();
    return std::pair(text.substr(0, text.find('.')), std::stod("0" + text.substr(text.find('.'))));
  };
  EXPECT_EQ(end("log_n_lo").first, end("log_n_hi").first);
  EXPECT_LT(end("log_n_hi").second - end("log_n_lo").second, 1e-6);
}

TEST_F(Cli, AnExtendedCertificateGoesOnWhereItEnded) {
  const auto run_to = [this](const char* end) {
    return robin_json({"run", "--strategy", "colossally-abundant", "--begin", "2", "--end", end})["certificate"];
  };
  run_to("1234567");  // not on the grid
  const json extended = run_to("5e6");
  EXPECT_EQ(extended["holds"], true);
  EXPECT_EQ(extended["largest_position"], "5000000");
  EXPECT_EQ(extended["prime_count"], 348513);
}

/// A certificate in a file, and what verify says of it after a change.
class CliVerify : public Cli {
 protected:
  void SetUp() override {
    robin_json({"run", "--strategy", "colossally-abundant", "--begin", "2", "--end", "12e5", "--threshold", "1.75"});
    const auto written = robin({"certificate", "--store", file("robin.db"), "--out", file("c.json"), "-o", "json"});
    ASSERT_EQ(written.status, 0) << written.error;
    std::ifstream in(file("c.json"));
    certificate_ = json::parse(in);
  }
  void expect_mismatch(const json& changed, const std::string& named) {
    std::ofstream(file("changed.json")) << changed.dump();
    const auto result = robin({"verify", file("changed.json"), "-o", "json", "--slices", "1"});
    EXPECT_EQ(result.status, 4) << named;
    const json answer = json::parse(result.output);
    EXPECT_EQ(answer["ok"], false);
    EXPECT_THAT(answer["mismatches"].dump(), HasSubstr(named));
  }
  json& block(std::size_t i) { return certificate_["blocks"][i]; }

  /// Writes forged.json: a certificate that claims less than the horizon proves, so that one of the two is wrong. The
  /// block of which it does.
  std::string forge_a_margin_too_small() {
    certificate_.erase("sha256");
    const auto last = certificate_["blocks"].size() - 1;
    std::string forged;
    for (std::size_t i = 0; i < last; ++i) {
      if (block(i)["extras"].contains("margin")) {
        auto& margin = block(i)["extras"]["margin"].get_ref<std::string&>();
        margin = "1" + margin.substr(margin.find(' '));
        forged = "[" + block(i)["begin"].dump() + ", " + block(i)["end"].dump() + ")";
      }
    }
    EXPECT_FALSE(forged.empty());
    std::ofstream(file("forged.json")) << certificate_.dump();
    return forged;
  }
  json certificate_;
};

TEST_F(CliVerify, AnHonestCertificateIsVerifiedSliceBySliceAndPrimeByPrime) {
  const auto result = robin({"verify", file("c.json"), "--all", "-o", "json"});
  EXPECT_EQ(result.status, 0) << result.output;
  const json answer = json::parse(result.output);
  EXPECT_EQ(answer["ok"], true);
  EXPECT_EQ(answer["blocks_checked"], certificate_["blocks"].size());
  EXPECT_THAT(answer["statement"].get<std::string>(), HasSubstr("Robin's inequality holds for every 5040 < n <= N"));
  EXPECT_EQ(answer["slices_checked"], answer["slices"]);
  EXPECT_EQ(answer["share_reproved"], 1.0);
  EXPECT_EQ(answer["share_reproved_independently"], 1.0);
  EXPECT_EQ(answer["primes_one_by_one"], 92938);
  EXPECT_EQ(answer["counts_checked"], certificate_["blocks"].size());
  EXPECT_EQ(answer["miss_probability"], 0.0);
  EXPECT_EQ(answer["mismatches"], json::array());
  const auto in_part = robin({"verify", file("c.json"), "--slices", "1", "--primes", "1"});
  EXPECT_EQ(in_part.status, 0) << in_part.output;
  EXPECT_THAT(in_part.output, HasSubstr("Not looked at: the other "));
}

TEST_F(CliVerify, OneFlippedBitIsFound) {
  std::ifstream in(file("c.json"));
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  testing_support::Random random;
  SCOPED_TRACE(random.seed());
  for (std::uint64_t round = 0; round < testing_support::rounds(12); ++round) {
    std::string flipped = text;
    const std::uint64_t at = random.between(0, 8 * text.size() - 1);
    flipped[at / 8] = static_cast<char>(flipped[at / 8] ^ (1 << (at % 8)));
    std::ofstream(file("flipped.json")) << flipped;
    const auto result = robin({"verify", file("flipped.json"), "--slices", "1", "--primes", "1"});
    EXPECT_TRUE(result.status == 4 || result.status == 1) << "bit " << at << ": " << result.output;
  }
}

TEST_F(CliVerify, OnlyWhatIsVerifiedIsContinued) {
  auto& bounds = block(3)["extras"]["slice_bounds"].get_ref<std::string&>();
  bounds.back() = bounds.back() == '0' ? '1' : '0';
  std::ofstream(file("forged.json")) << certificate_.dump();
  const auto refused = robin({"run", "--strategy", "colossally-abundant", "--threshold", "1.75", "--end", "2e6",
                              "--store", file("other.db"), "--from", file("forged.json")});
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.error, HasSubstr("--from: " + file("forged.json") + " is not verified: block ["));
}

TEST_F(CliVerify, ACertificateOnStdoutStandsThereAlone) {
  const auto written = robin({"certificate", "--store", file("robin.db"), "--out", "-"});
  EXPECT_EQ(written.status, 0);
  EXPECT_EQ(json::parse(written.output), certificate_);
  EXPECT_THAT(written.error, HasSubstr("holds for every"));
}

TEST_F(CliVerify, ACertificateIsContinuedFromItsFileInAnotherStore) {
  const std::vector<std::string> more = {"run", "--strategy", "colossally-abundant", "--threshold", "1.75", "--end",
                                         "2e6", "--store",    file("other.db")};
  const json continued = robin_json(with(more, {"--from", file("c.json")}))["certificate"];
  const json whole = robin_json({"run", "--strategy", "colossally-abundant", "--threshold", "1.75", "--begin", "2",
                                 "--end", "2e6"})["certificate"];
  EXPECT_EQ(continued, whole) << "the search of the file's store, extended, has the same blocks";
  const auto written =
      robin({"certificate", "--store", file("other.db"), "--from", file("c.json"), "--out", file("both.json")});
  EXPECT_EQ(written.status, 0) << written.error;
  EXPECT_EQ(robin({"verify", file("both.json"), "--slices", "3"}).status, 0);
  const auto twice = robin(with(more, {"--from", file("c.json"), "--begin", "2"}));
  EXPECT_EQ(twice.status, 2);
  EXPECT_THAT(twice.error, HasSubstr("--begin: the certificate of --from ends at 1200000"));
}

TEST_F(CliVerify, APrimorialSearchIsCertifiedVerifiedContinuedAndDrawn) {
  const std::vector<std::string> run = {"run", "--strategy", "primorial", "--store", file("p.db"), "--end"};
  const json result = robin_json(with(run, {"1200000", "--begin", "2"}));
  EXPECT_EQ(result["prime_count"], 92938);
  EXPECT_EQ(result["certificate"]["holds"], true);
  EXPECT_EQ(result["certificate"]["largest_position"], "1200000");
  const auto written = robin({"certificate", "--store", file("p.db"), "--out", file("p.json")});
  EXPECT_EQ(written.status, 0) << written.error;
  EXPECT_THAT(written.output, HasSubstr("Nicolas' inequality holds for every primorial up to N, log10 log10 N = 5.71"));
  EXPECT_THAT(written.output, HasSubstr("N is the primorial whose primes go up to x = 1,200,000"));
  const auto verified = robin({"verify", file("p.json"), "--all", "-o", "json"});
  EXPECT_EQ(verified.status, 0) << verified.output;
  EXPECT_EQ(json::parse(verified.output)["primes_one_by_one"], 92938);
  const auto refused = robin(with(run, {"2e6", "--from", file("c.json")}));
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.error, HasSubstr("is a certificate of strategy colossally-abundant"));
  const auto begun_elsewhere = robin({"run", "--strategy", "primorial", "--store", file("q.db"), "--from",
                                      file("p.json"), "--end", "2e6", "-o", "json"});
  ASSERT_EQ(begun_elsewhere.status, 0) << begun_elsewhere.error;
  EXPECT_EQ(json::parse(begun_elsewhere.output)["certificate"],
            robin_json(with(run, {"2e6", "--begin", "2"}))["certificate"]);
  // In a store with both, the proof about all n comes first.
  robin_json({"run", "--strategy", "primorial", "--store", file("robin.db"), "--begin", "2", "--end", "2e6"});
  EXPECT_THAT(robin({"certificate", "--store", file("robin.db")}).output, HasSubstr("Robin's inequality"));
  EXPECT_THAT(robin({"certificate", "--store", file("robin.db"), "--search", "2"}).output, HasSubstr("Nicolas'"));
  // The horizon is not about it.
  EXPECT_THAT(written.output, testing::Not(HasSubstr("Beside it")));
  const json beside = robin_json({"certificate", "--store", file("p.db"), "--horizon"});
  EXPECT_EQ(beside["certificate"]["largest_position"], "2000000");
  EXPECT_EQ(beside["horizon"], nullptr);
  EXPECT_EQ(beside["overlap"], nullptr);
  const auto drawn = robin({"plot", "margin", "--store", file("p.db")});
  EXPECT_EQ(drawn.status, 0) << drawn.error;
  EXPECT_THAT(drawn.output, testing::Not(HasSubstr("horizon")));
  EXPECT_THAT(drawn.output, HasSubstr("Nicolas&#39; inequality: the certified margin"));
  json forged = json::parse(std::ifstream(file("p.json")));
  auto& bounds = forged["blocks"][3]["extras"]["slice_bounds"].get_ref<std::string&>();
  bounds.back() = bounds.back() == '0' ? '1' : '0';
  expect_mismatch(forged, "its digest does not belong");
}

TEST_F(CliVerify, PlantedFaultsAreNamed) {
  const json honest = certificate_;
  block(3)["digest"] = block(4)["digest"];
  expect_mismatch(certificate_, "its digest does not belong");
  certificate_ = honest;
  auto& primes = block(3)["extras"]["primes"];
  primes = "1" + primes.get<std::string>();
  expect_mismatch(certificate_, "[" + std::to_string(block(3)["begin"].get<int>()));
  certificate_ = honest;
  certificate_["blocks"].erase(4);
  expect_mismatch(certificate_, "the certificate ends at");
  certificate_ = honest;
  certificate_["blocks"].insert(certificate_["blocks"].begin() + 4, block(4));
  expect_mismatch(certificate_, "the certificate ends at");
  certificate_ = honest;
  certificate_["certificate"]["largest_position"] = "4000000";
  expect_mismatch(certificate_, "largest_position");
  certificate_ = honest;
  block(2)["end"] = 9'000'000'000'000;
  expect_mismatch(certificate_, "no such block");
}

TEST_F(CliVerify, ASecondCheckerInPariAgreesAndNamesWhatIsForged) {
  if (run_process({"gp", "--version-short"}, options_).status != 0) {
    GTEST_SKIP() << "NOT RUN: no gp here (Debian's package pari-gp)";
  }
  const auto by_pari = [&](const std::string& name, const std::string& blocks) {
    ProcessOptions options = options_;
    options.input = "check(\"" + file(name) + "\", " + blocks + ")\n";
    return run_process({"gp", "-q", "-f", "-s", "1G", ROBIN_SOURCE_DIR "/common/search/check_certificate.gp"}, options);
  };
  const auto certify_primorials = [&](const std::string& name, const char* end) {
    robin_json({"run", "--strategy", "primorial", "--store", file(name + ".db"), "--begin", "2", "--end", end});
    ASSERT_EQ(robin({"certificate", "--store", file(name + ".db"), "--out", file(name)}).status, 0);
  };
  certify_primorials("p.json", "12e5");
  certify_primorials("first.json", "5000");
  const auto expect_agreement = [&](const char* name, const char* blocks, const char* said) {
    const auto result = by_pari(name, blocks);
    EXPECT_EQ(result.status, 0) << result.output << result.error;
    EXPECT_THAT(result.output, HasSubstr(said));
  };
  expect_agreement("c.json", R"("all")", "block 1 [2, 1048576): agrees; 82025 primes");
  expect_agreement("p.json", "[2..6]", "6 blocks fit, 5 were walked");
  expect_agreement("first.json", R"("all")", "block 1 [2, 5000): agrees; 669 primes");

  // A file has its keys in their own order.
  using nlohmann::ordered_json;
  const auto expect_named = [&](const char* name, std::size_t block, const std::string& named, const auto& forge) {
    auto whole = ordered_json::parse(std::ifstream(file(name)));
    forge(whole["blocks"][block - 1]["extras"]);
    std::ofstream(file("forged.json")) << whole.dump() << "\n";
    const auto result = by_pari("forged.json", "[" + std::to_string(block) + "]");
    EXPECT_EQ(result.status, 4) << named << result.output << result.error;
    EXPECT_THAT(result.output, testing::StartsWith("block " + std::to_string(block) + " ["));
    EXPECT_THAT(result.output, HasSubstr(named));
  };
  const auto digit = [](const char* key, std::size_t place, char from, char to) {
    return [=](ordered_json& extras) {
      auto& text = extras[key].get_ref<std::string&>();
      EXPECT_EQ(text[place], from) << text;
      text[place] = to;
    };
  };
  expect_named("c.json", 1, "claims too much", digit("margin", 10, '6', '7'));
  expect_named("c.json", 3, "claims too much", digit("bound", 6, '1', '2'));
  expect_named("c.json", 3, "claims too much", digit("bound", 67, '0', '1'));
  expect_named("c.json", 3, "claims too much", digit("slice_bounds", 6, '6', '7'));
  expect_named("p.json", 3, "claims too much", digit("slice_bounds", 7, '6', '5'));
  expect_named("c.json", 3, "higher_steps", digit("higher_steps", 2, '3', '4'));
  expect_named("c.json", 3, "do not add up", digit("slices", 60, '4', '5'));
  // What the first two slices add to L, or to S, is exchanged: the sums of the block stay as they are.
  for (const auto place : {3, 5}) {
    for (const char* name : {"c.json", "p.json"}) {
      expect_named(name, 3, "something else is added to L or S", [place](ordered_json& extras) {
        auto& text = extras["slices"].get_ref<std::string&>();
        std::istringstream in(text);
        std::vector<std::string> words(std::istream_iterator<std::string>(in), {});
        std::swap_ranges(words.begin() + place, words.begin() + place + 2, words.begin() + place + 7);
        text.clear();
        for (const auto& word : words) {
          text += (text.empty() ? "" : " ") + word;
        }
      });
    }
  }
}

TEST_F(Cli, TheHorizonSaysHowFarAndWhatItRestsOn) {
  const json answer = robin_json({"horizon"});
  for (const char* key :
       {"statement", "height", "from_log_n", "to_log_n", "log10_log10_n", "least_margin_factor", "segments", "given",
        "one_by_one_below", "averaging", "precision", "inequality", "remarks", "searches"}) {
    EXPECT_TRUE(answer.contains(key)) << key;
  }
  EXPECT_EQ(answer["height"], 3'000'000'000'000);
  EXPECT_EQ(answer["from_log_n"], "12");
  EXPECT_GT(std::stod(answer["log10_log10_n"].get<std::string>()), 46.48);
  EXPECT_EQ(answer["one_by_one_below"], 162'755);
  ASSERT_EQ(answer["given"].size(), 5U);
  for (const auto& input : answer["given"]) {
    for (const char* key : {"name", "statement", "reference"}) {
      EXPECT_FALSE(input[key].get<std::string>().empty()) << key;
    }
  }
  const auto text = robin({"horizon"});
  EXPECT_EQ(text.status, 0) << text.error;
  EXPECT_THAT(text.output, testing::StartsWith("Robin's inequality holds for every 5040 < n <= 10^(10^46.48"));
  EXPECT_THAT(text.output, HasSubstr("given:\n  [Ingham 1932, theorem 28], [Platt, Trudgian 2021, theorem 1]"));
  const auto verbose = robin({"horizon", "--verbose"});
  EXPECT_THAT(verbose.output, HasSubstr("Bull. London Math. Soc. 53 (2021) 792-797"));
}

TEST_F(Cli, TheHorizonWithoutAveragingRestsOnLessAndReachesLess) {
  const json answer = robin_json({"horizon", "--no-averaging", "--table", "--from-log-n", "1e6"});
  EXPECT_GT(std::stod(answer["log10_log10_n"].get<std::string>()), 23.0);
  EXPECT_EQ(answer["averaging"], nullptr);
  EXPECT_EQ(answer["one_by_one_below"], nullptr);
  EXPECT_EQ(answer["given"].size(), 4U);
  EXPECT_THAT(answer["statement"].get<std::string>(), HasSubstr("every n with 1e6 <= log n <= 2.4e23"));
  ASSERT_EQ(answer["table"].size(), 18U);
  EXPECT_EQ(answer["table"][0]["log_n"], "1000000");
  EXPECT_NEAR(std::stod(answer["table"][0]["margin"].get<std::string>()), 5.444e-5, 0.001e-5);
  EXPECT_EQ(answer["table"][0]["certified_margin"], nullptr);
}

TEST_F(CliVerify, TheHorizonLiesBelowEveryBlockOfACertificateAndAContradictionIsNamed) {
  const auto overlap = [this](const std::string& name, int status = 0) {
    return robin_json({"horizon", "--table", "--from", file(name)}, status)["overlap"];
  };
  const json of_file = overlap("c.json");
  EXPECT_GT(of_file["blocks"], 1);
  EXPECT_EQ(of_file["contradictions"], json::array());
  EXPECT_GT(of_file["closest_ratio"], 0.9);
  EXPECT_LT(of_file["closest_ratio"], 1.0);
  EXPECT_GT(std::stod(of_file["to_log_n"].get<std::string>()), 1.19e6);
  json of_store = overlap("robin.db");
  of_store["file"] = of_file["file"];
  EXPECT_EQ(of_store, of_file);
  // The totals alone are one block.
  const auto totals = robin({"certificate", "--store", file("robin.db"), "-o", "json"});
  std::ofstream(file("totals.json")) << totals.output;
  const json of_totals = overlap("totals.json");
  EXPECT_EQ(of_totals["blocks"], 1);
  EXPECT_EQ(of_totals["contradictions"], json::array());

  const std::string forged = forge_a_margin_too_small();
  EXPECT_THAT(overlap("forged.json", 4)["contradictions"].dump(), HasSubstr("block " + forged));
  const auto text = robin({"horizon", "--from", file("forged.json")});
  EXPECT_EQ(text.status, 4);
  EXPECT_THAT(text.output, HasSubstr("CONTRADICTION: block " + forged));
}

TEST_F(CliVerify, ACertificateStandsBesideTheHorizon) {
  const std::vector<std::string> shown = {"certificate", "--store", file("robin.db")};
  const auto text = robin(shown);
  EXPECT_EQ(text.status, 0) << text.error;
  EXPECT_THAT(text.output,
              testing::StartsWith("Robin's inequality holds for every 5040 < n <= N, log10 log10 N = 5.7"));
  EXPECT_THAT(text.output,
              HasSubstr("\nBeside it, and by no block of it: Robin's inequality holds for every 5040 < n <= "
                        "10^(10^46.48"));
  EXPECT_THAT(text.output, HasSubstr("given:\n  [Ingham 1932, theorem 28], [Platt, Trudgian 2021, theorem 1]"));
  EXPECT_THAT(text.output, HasSubstr("both speak up to log n = 1.2"));
  // Scripts that read a certificate find what they found.
  const json alone = robin_json(shown);
  EXPECT_EQ(alone, certificate_["certificate"]);
  const json both = robin_json(with(shown, {"--horizon"}));
  EXPECT_EQ(both["certificate"], alone);
  EXPECT_EQ(both["horizon"], robin_json({"horizon"}));
  EXPECT_EQ(both["overlap"]["contradictions"], json::array());
  EXPECT_GT(both["overlap"]["blocks"], 1);
  EXPECT_GT(both["overlap"]["closest_ratio"], 0.9);
  EXPECT_LT(both["overlap"]["closest_ratio"], 1.0);
}

TEST_F(CliVerify, ACertificateThatContradictsTheHorizonEndsWith4) {
  robin_json({"run", "--strategy", "colossally-abundant", "--threshold", "1.75", "--end", "2e6", "--store",
              file("other.db"), "--from", file("c.json")});
  const std::string forged = forge_a_margin_too_small();
  const std::vector<std::string> continued = {"certificate", "--store", file("other.db"), "--from",
                                              file("forged.json")};
  const auto contradicted = robin(continued);
  EXPECT_EQ(contradicted.status, 4) << contradicted.output << contradicted.error;
  EXPECT_THAT(contradicted.output, HasSubstr("CONTRADICTION: block "));
  EXPECT_THAT(contradicted.output, HasSubstr(forged));
  const auto in_json = robin(with(continued, {"-o", "json", "--horizon"}));
  EXPECT_EQ(in_json.status, 4);
  EXPECT_EQ(json::parse(in_json.output)["overlap"]["contradictions"].size(), 1U);
  EXPECT_THAT(in_json.error, HasSubstr("CONTRADICTION: block "));
}

TEST_F(CliVerify, ThePlotOfTheMarginHasTheHorizonsBoundBelow) {
  const std::vector<std::string> plot = {"plot", "margin", "--store", file("robin.db")};
  for (const auto& drawn : {robin(plot), robin(with(plot, {"--detrended"}))}) {
    EXPECT_EQ(drawn.status, 0) << drawn.error;
    EXPECT_THAT(drawn.output, HasSubstr(">the horizon&#39;s bound: no margin is below it, given theorems of others"));
    EXPECT_THAT(drawn.output, HasSubstr(">certified by this search, without them</text>"));
    EXPECT_THAT(drawn.output, HasSubstr("clip-path='url(#frame)'"));
  }
}

TEST_F(CliVerify, TheHorizonRefusesWhatIsNoCertificateOfRobinsInequality) {
  robin_json({"run", "--strategy", "primorial", "--begin", "2", "--end", "1e5", "--store", file("other.db")});
  const auto written = robin({"certificate", "--store", file("other.db"), "--out", file("nicolas.json")});
  ASSERT_EQ(written.status, 0) << written.error;
  for (const auto& [name, words] :
       std::map<std::string, std::string>{{"nicolas.json", "Nicolas' inequality"}, {"other.db", "holds no search"}}) {
    const auto result = robin({"horizon", "--from", file(name)});
    EXPECT_EQ(result.status, 2);
    EXPECT_THAT(result.error, HasSubstr("--from: " + file(name)));
    EXPECT_THAT(result.error, HasSubstr(words));
  }
  certificate_["threshold"] = "1.7";
  std::ofstream(file("changed.json")) << certificate_.dump();
  const auto changed = robin({"horizon", "--from", file("changed.json")});
  EXPECT_EQ(changed.status, 2);
  EXPECT_THAT(changed.error, HasSubstr("sha256"));
}

TEST_F(CliVerify, WhatIsNoCertificateIsOneLineAndStatus1) {
  std::ofstream(file("nothing.json")) << "{}";
  for (const auto& path : {file("nothing.json"), file("missing.json")}) {
    const auto result = robin({"verify", path});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
    EXPECT_THAT(result.error, HasSubstr(path));
  }
}

TEST_F(Cli, ACertificateInTextEndsWithItsSentence) {
  const auto result = robin({"run", "--strategy", "colossally-abundant", "--begin", "2", "--end", "2e6"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.output, HasSubstr("Robin's inequality holds for every 5040 < n <= N, log10 log10 N = 5.9"));
}

TEST_F(Cli, BlockReproducesTheOriginalDigestsWithOneAndTwoThreads) {
  struct Golden {
    const char* strategy;
    const char* begin;
    const char* end;
    int candidates;
    const char* digest;
  };
  const std::vector<Golden> goldens = {
      {"exhaustive", "10080", "10083", 3, "fe216b6faa6f056b6a400a4e34ea92c15775ee3e54e322695c5ccace616fd54a"},
      {"exhaustive", "5041", "6041", 1000, "050032821a41aa5a735d0367d2b72c6cb29f6ec5117fbe0297f0ef536ac834a3"},
      {"superabundant", "10:0", "13:0", 175, "3f5b5d2ee9ed329b121692bd38e3d708d8dee6c14b10dbbdf5deb842ac174873"},
      {"superabundant", "20:0", "21:0", 627, "b9ca052bd265a2bb8a9a9989e8bdf5a776ffb253efa9ea7b2b8a7e337061475e"}};
  for (const auto& golden : goldens) {
    for (const char* threads : {"1", "2"}) {
      const json result = robin_json({"block", "--strategy", golden.strategy, "--begin", golden.begin, "--end",
                                      golden.end, "--digest", "original", "--threads", threads});
      EXPECT_EQ(result["digest"], golden.digest);
      EXPECT_EQ(result["candidates"], golden.candidates);
    }
  }
}

TEST_F(Cli, TheDigestDependsOnTheThresholdAndOnNothingElse) {
  const auto digest = [&](std::initializer_list<std::string> more) {
    return robin_json(with({"block", "--strategy", "exhaustive", "--begin", "2", "--end", "1e5"}, more))["digest"];
  };
  const json reference = digest({});
  EXPECT_EQ(digest({"--threads", "1"}), reference);
  EXPECT_EQ(digest({"--threads", "7"}), reference);
  EXPECT_EQ(digest({"--top", "1"}), reference);
  EXPECT_EQ(digest({"--top", "all"}), reference);
  EXPECT_EQ(digest({"--threshold", "1.76700"}), reference);
  EXPECT_NE(digest({"--threshold", "1.7"}), reference);
}

TEST_F(Cli, CheckTellsTheVerdict) {
  const auto text = robin({"check", "5040"});
  EXPECT_EQ(text.status, 0);
  EXPECT_THAT(text.output, HasSubstr("violates"));
  EXPECT_THAT(text.output, HasSubstr("known exception"));
  const json exception = robin_json({"check", "5040"});
  EXPECT_EQ(exception, json::parse(R"({"n":"5040","factorization":"2^4*3^2*5*7","sigma":"19344",
    "ratio_lo":"1.79097336653488113336190","ratio_hi":"1.79097336653488113336191","verdict":"violates","known_exception":true})"));
  EXPECT_EQ(robin_json({"check", "2^4*3^2*5*7"}), exception);
  const json holds = robin_json({"check", "1e12"});
  EXPECT_EQ(holds["verdict"], "holds");
  EXPECT_EQ(holds["factorization"], "2^12*5^12");
  EXPECT_EQ(robin_json({"check", "2^40"})["n"], "1099511627776");
  const json large = robin_json({"check", "2^20*3^12*5^8*7^6*11..1000003"});
  EXPECT_EQ(large["verdict"], "holds");
  EXPECT_EQ(large["n"], nullptr);
  EXPECT_EQ(large["sigma"], nullptr);
}

TEST_F(Cli, AFactorizationThatIsPrintedIsAccepted) {
  const json result =
      robin_json({"block", "--strategy", "superabundant", "--begin", "40:0", "--end", "41:0", "--threshold", "1.7"});
  ASSERT_FALSE(result["witnesses"].empty());
  for (const auto& witness : result["witnesses"]) {
    const json checked = robin_json({"check", witness["factorization"].get<std::string>()});
    EXPECT_EQ(checked["n"], witness["n"]);
    EXPECT_EQ(checked["ratio_lo"], witness["ratio_lo"]);
  }
}

TEST_F(Cli, VersionNamesRevisionAndLibraries) {
  const json version = robin_json({"version"});
  EXPECT_EQ(version["version"], ROBIN_TEST_VERSION);
  EXPECT_FALSE(version["revision"].get<std::string>().empty());
  for (const char* library : {"gmp", "mpfr", "mpfi", "primesieve", "flint", "openssl", "sqlite", "libmicrohttpd",
                              "spdlog", "nlohmann_json"}) {
    EXPECT_TRUE(version["libraries"].contains(library)) << library;
  }
}

// Bad input.

TEST_F(Cli, BadRangesAreRefused) {
  const auto run = [](std::initializer_list<std::string> more) {
    return with({"run", "--strategy", "exhaustive"}, more);
  };
  expect_usage_error(run({"--begin", "10", "--end", "5"}), {"--end", "after --begin"});
  expect_usage_error(run({"--begin", "10", "--end", "10"}), {"--end"});
  expect_usage_error(run({"--begin", "0", "--end", "10"}), {"--begin", "from 2 to 2^63"});
  expect_usage_error(run({"--begin", "1", "--end", "10"}), {"--begin", "from 2 to 2^63"});
  expect_usage_error(run({"--begin", "2", "--end", "2^63+1"}), {"--end", "write 123, 1e12 or 2^40"});
  expect_usage_error(run({"--begin", "2", "--end", "9223372036854775809"}), {"--end", "2^63"});
  expect_usage_error(run({"--begin", "12abc", "--end", "100"}), {"--begin", "12abc"});
  expect_usage_error(run({"--begin", "2", "--end", "1e99999"}), {"--end"});
  expect_usage_error(run({"--begin", "2"}), {"--end"});
  expect_usage_error({"run", "--strategy", "superabundant", "--begin", "1:99", "--end", "5:0"},
                     {"--begin", "indices 0 to 0", "2:0"});
  expect_usage_error({"run", "--strategy", "superabundant", "--begin", "7", "--end", "5:0"},
                     {"--begin", "level:index"});
  expect_usage_error({"block", "--strategy", "exhaustive", "--begin", "2", "--end", "2^62"}, {"--end", "at most"});
  const std::string proof = "colossally-abundant";
  expect_usage_error({"run", "--strategy", proof, "--begin", "3", "--end", "100"}, {"--begin", "begins at 2"});
  expect_usage_error({"block", "--strategy", proof, "--begin", "1e12", "--end", "2e12"}, {"--end", "a 32nd"});
  expect_usage_error({"run", "--strategy", proof, "--begin", "2", "--end", "100", "--digest", "original"}, {"exact"});
}

TEST_F(Cli, BadFlagsAreRefused) {
  const auto run = [](std::initializer_list<std::string> more) {
    return with({"run", "--strategy", "superabundant", "--begin", "1:0", "--end", "5:0"}, more);
  };
  expect_usage_error({"run", "--strategy", "x", "--begin", "2", "--end", "5"},
                     {"--strategy", "exhaustive, primorial, superabundant"});
  expect_usage_error(run({"--digest", "original", "--mode", "pruned"}), {"--digest original", "--mode complete"});
  expect_usage_error(run({"--mode", "fast"}), {"--mode", "complete, pruned, exact"});
  expect_usage_error(run({"--digest", "md5"}), {"--digest", "exact, original"});
  expect_usage_error(run({"--threads", "0"}), {"--threads", "from 1 to 1024"});
  expect_usage_error(run({"--threads", "12abc"}), {"--threads"});
  expect_usage_error(run({"--threshold", "high"}), {"--threshold", "1.767"});
  expect_usage_error(run({"--threshold", "0"}), {"--threshold"});
  expect_usage_error(run({"--block-size", "0"}), {"--block-size"});
  expect_usage_error(run({"--top", "some"}), {"--top"});
  expect_usage_error(run({"-o", "xml"}), {"--output", "text, json"});
  expect_usage_error(run({"--log-level", "loud"}), {"--log-level"});
  expect_usage_error(run({"--thread", "2"}), {"unknown flag --thread", "did you mean --threads?"});
  expect_usage_error(run({"surplus"}), {"surplus"});
  expect_usage_error({"rum"}, {"rum", "did you mean run?"});
}

TEST_F(Cli, BadNumbersToCheckAreRefused) {
  for (const char* n : {"0", "1", "12abc", "2^63+1", "2*", "4*9", "2*2", "", "1e99999", "2..1e12"}) {
    expect_usage_error({"check", n}, {"N"});
  }
  expect_usage_error({"check"}, {"N"});
  expect_usage_error({"check", "5040", "5041"}, {"5041"});
}

// A world that fails.

TEST_F(Cli, AStoreThatCannotBeWrittenIsNamed) {
  for (const std::string& store :
       {std::string("/nonexistent/robin.db"), folder_.path().string(), std::string("/dev/null/x")}) {
    const auto result = robin(with(small_run, {"--store", store, "--log-level", "error"}));
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.output, "");
    EXPECT_THAT(result.error, HasSubstr("robin: store " + store));
    EXPECT_THAT(result.error, HasSubstr("name a file in a directory that can be written"));
  }
}

TEST_F(Cli, AFileThatIsNoStoreIsRefusedAndLeftAlone) {
  std::ofstream(file("notes.txt")) << std::string(5000, 'x');
  const auto result = robin(with(small_run, {"--store", "notes.txt", "--log-level", "error"}));
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.error, HasSubstr("robin: store notes.txt"));
  EXPECT_THAT(result.error, HasSubstr("name another file"));
  EXPECT_EQ(std::filesystem::file_size(file("notes.txt")), 5000U);
}

TEST_F(Cli, AStoreOfANewerSchemaIsRefusedAndLeftAlone) {
  ASSERT_EQ(robin(with(small_run, {"--store", "robin.db"})).status, 0);
  ASSERT_EQ(run_process({"sqlite3", file("robin.db"), "PRAGMA user_version = 99"}, options_).status, 0);
  const auto before = run_process({"sqlite3", file("robin.db"), ".dump"}, options_).output;
  const auto result = robin(with(small_run, {"--store", "robin.db", "--log-level", "error"}));
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.error, HasSubstr("robin: store robin.db: has schema version 99"));
  EXPECT_THAT(result.error, HasSubstr("use a newer robin"));
  EXPECT_EQ(run_process({"sqlite3", file("robin.db"), ".dump"}, options_).output, before);
}

TEST_F(Cli, ADatabaseOfAnotherProgramIsRefused) {
  ASSERT_EQ(run_process({"sqlite3", file("other.db"), "CREATE TABLE theirs (x)"}, options_).status, 0);
  const auto result = robin(with(small_run, {"--store", "other.db", "--log-level", "error"}));
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.error, HasSubstr("another program"));
}

TEST_F(Cli, AFileThatMayNotGrowEndsTheRunAndTheNextOneContinues) {
  const auto many = with({"run", "--strategy", "exhaustive", "--begin", "2", "--end", "20000", "--block-size", "50"},
                         {"--threshold", "1.2", "--log-level", "error"});
  options_.file_size_max = 300'000;
  const auto result = robin(many);
  EXPECT_EQ(result.status, 1) << result.error;
  EXPECT_EQ(result.output, "");
  EXPECT_THAT(result.error, HasSubstr("robin: store robin.db"));
  EXPECT_THAT(result.error, HasSubstr("free space or mend the disk, then type the same command again"));
  options_.file_size_max = 0;
  const json continued = robin_json(many);
  const json fresh = robin_json(with(many, {"--store", ":memory:"}));
  EXPECT_EQ(continued["digest"], fresh["digest"]);
  EXPECT_EQ(continued["witness_count"], fresh["witness_count"]);
}

TEST_F(Cli, AFullDiskEndsTheRunAndTheNextOneContinues) {
  // A file system of 600 KiB of this test's own, in a mount namespace that ends with the process.
  const std::string mounted = folder_.path().string() + "/small";
  std::filesystem::create_directory(mounted);
  const std::string search =
      std::string(ROBIN_BINARY) +
      " run --strategy exhaustive --begin 2 --end 20000 --block-size 50 --threshold 1.2 --log-level error"
      " --no-progress -o json --store " +
      mounted + "/robin.db";
  const std::string script = "mount -t tmpfs -o size=600k tmpfs " + mounted + " || exit 99; " + search +
                             "; echo first=$?; mount -o remount,size=100m " + mounted + "; " + search +
                             "; echo second=$?";
  const auto result = run_process({"unshare", "--mount", "sh", "-c", script}, options_);
  if (result.status == 99 || result.error.find("unshare: ") != std::string::npos) {
    GTEST_SKIP() << "NOT RUN: this machine lets nobody mount a small file system: " << result.error;
  }
  EXPECT_THAT(result.output, HasSubstr("first=1\n"));
  EXPECT_THAT(result.error, HasSubstr("robin: store " + mounted + "/robin.db: database or disk is full (free space"));
  EXPECT_THAT(result.output, HasSubstr("second=0\n"));
  const std::size_t begin = result.output.find('{');
  const json continued = json::parse(result.output.substr(begin, result.output.find('\n', begin) - begin));
  EXPECT_EQ(continued["digest"],
            robin_json({"run", "--strategy", "exhaustive", "--begin", "2", "--end", "20000", "--block-size", "50",
                        "--threshold", "1.2", "--store", ":memory:"})["digest"]);
}

TEST_F(Cli, OutputThatCannotBeWrittenIsAFailure) {
  options_.stdout_path = "/dev/full";
  const auto result = robin({"check", "5040"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.error, HasSubstr("robin: stdout: No space left on device"));
}

TEST_F(Cli, ASecondRunOnTheSameStoreIsRefused) {
  const std::vector<std::string> endless = {ROBIN_BINARY, "run",  "--strategy",   "exhaustive", "--begin",      "2",
                                            "--end",      "2^62", "--block-size", "1000000",    "--no-progress"};
  Process first(endless, options_);
  ASSERT_TRUE(wait_until([&] { return finished_blocks() > 0 || first.has_ended(); }));
  const auto second = run_process(
      {ROBIN_BINARY, "run", "--strategy", "exhaustive", "--begin", "2", "--end", "100", "--log-level", "error"},
      options_);
  EXPECT_EQ(second.status, 1);
  EXPECT_THAT(second.error, HasSubstr("another robin runs on this store"));
  first.signal(SIGTERM);
  EXPECT_EQ(first.wait(), 143) << first.standard_error();
}

// Interrupted and continued.

class CliInterrupted : public Cli {
 protected:
  /// Long enough to be interrupted, cut small enough to lose little; on one thread, to have time for it.
  const std::vector<std::string> search_ = {"run", "--strategy",   "exhaustive", "--begin",   "2", "--end",
                                            "7e7", "--block-size", "1400000",    "--threads", "1", "--no-progress"};

  /// Of all processes that were waited for; it does not grow because a machine is busy.
  static double cpu_seconds() {
    rusage used{};
    getrusage(RUSAGE_CHILDREN, &used);
    return static_cast<double>(used.ru_utime.tv_sec) + static_cast<double>(used.ru_utime.tv_usec) * 1e-6;
  }

  /// Starts the search, waits until some blocks are saved, and sends the signal; the exit status.
  int interrupt(int signal) {
    auto arguments = search_;
    arguments.insert(arguments.begin(), ROBIN_BINARY);
    Process process(arguments, options_);
    const int before = finished_blocks();
    EXPECT_TRUE(wait_until([&] { return finished_blocks() > before || process.has_ended(); }));
    process.signal(signal);
    const int status = process.wait();
    error_ = process.standard_error();
    return status;
  }
  std::string error_;
};

TEST_F(CliInterrupted, ByCtrlCByTermAndByKillItEndsWithTheSameDigest) {
  const double at_first = cpu_seconds();
  const json undisturbed = robin_json(with(search_, {"--store", ":memory:"}));
  const double whole = cpu_seconds() - at_first;
  EXPECT_EQ(interrupt(SIGINT), 130);
  EXPECT_THAT(error_, HasSubstr("the same command continues"));
  EXPECT_EQ(interrupt(SIGKILL), 128 + SIGKILL);
  EXPECT_EQ(interrupt(SIGTERM), 143);
  EXPECT_EQ(interrupt(SIGKILL), 128 + SIGKILL);
  const json continued = robin_json(search_);
  for (const char* key : {"digest", "candidates", "violations", "witness_count", "witnesses", "blocks_finished"}) {
    EXPECT_EQ(continued[key], undisturbed[key]) << key;
  }
  const double before = cpu_seconds();
  const json again = robin_json(search_);
  EXPECT_EQ(again["digest"], undisturbed["digest"]);
  EXPECT_LT(cpu_seconds() - before, whole / 2) << "a finished search has nothing to compute";
  EXPECT_FALSE(std::filesystem::exists(file("robin.db-lock"))) << "nothing is left behind";
}

TEST_F(Cli, ALargerEndExtendsAndAnotherThresholdBeginsAnew) {
  EXPECT_THAT(robin(small_run).error, HasSubstr("a new search begins"));
  EXPECT_THAT(robin(small_run).error, HasSubstr("is resumed"));
  auto longer = small_run;
  longer[6] = "500000";
  const auto extended = robin(with(longer, {"-o", "json"}));
  EXPECT_THAT(extended.error, HasSubstr("is extended"));
  EXPECT_EQ(json::parse(extended.output)["candidates"], 499'998);
  EXPECT_THAT(robin(with(small_run, {"--threshold", "1.7"})).error, HasSubstr("a new search begins"));
}

// The log.

TEST_F(Cli, TheLogBeginsWithEverythingAboutTheProcessAndEndsWithTheStatus) {
  options_.environment = {{"ROBIN_AMQP_URL", "amqp://user:s3cret@host/"}};
  const auto result = robin(small_run);
  std::vector<json> lines;
  std::istringstream text(result.error);
  for (std::string line; std::getline(text, line);) {
    lines.push_back(json::parse(line));
  }
  ASSERT_GE(lines.size(), 3U);
  for (const char* key : {"ts",
                          "level",
                          "service",
                          "version",
                          "revision",
                          "gmp",
                          "mpfr",
                          "argv",
                          "working_directory",
                          "user",
                          "host",
                          "addresses",
                          "cpu",
                          "cores",
                          "pid",
                          "environment",
                          "config.strategy",
                          "config.begin",
                          "config.end",
                          "config.threads",
                          "config.store",
                          "config.threshold",
                          "config.mode",
                          "config.digest"}) {
    EXPECT_TRUE(lines.front().contains(key)) << key;
  }
  EXPECT_EQ(lines.front()["working_directory"], folder_.path().string());
  EXPECT_EQ(lines.back()["msg"], "end");
  EXPECT_EQ(lines.back()["status"], 0);
  EXPECT_EQ(result.error.find("s3cret"), std::string::npos);
}

TEST_F(Cli, TheLogOfAFailureEndsWithTheError) {
  const auto result = robin(with(small_run, {"--store", "/nonexistent/robin.db", "--log-file", file("log")}));
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1);
  std::ifstream log(file("log"));
  std::string last;
  for (std::string line; std::getline(log, line);) {
    last = line;
  }
  EXPECT_EQ(json::parse(last)["msg"], "end");
  EXPECT_THAT(json::parse(last)["error"].get<std::string>(), HasSubstr("/nonexistent/robin.db"));
}

TEST_F(Cli, PlotsAreSvgOfAStoreFile) {
  const std::string store = (folder_.path() / "plot.db").string();
  robin_json({"run", "--strategy", "colossally-abundant", "--begin", "2", "--end", "3e6", "--store", store});
  robin_json(
      {"run", "--strategy", "exhaustive", "--begin", "2", "--end", "1e5", "--threshold", "1.6", "--store", store});
  const std::string out = (folder_.path() / "plot.svg").string();
  for (const std::vector<std::string>& what :
       {std::vector<std::string>{"margin"}, {"margin", "--detrended"}, {"witnesses", "--search", "2"}}) {
    auto command = what;
    command.insert(command.begin(), "plot");
    command.insert(command.end(), {"--store", store, "--out", out});
    const auto drawn = robin(command);
    EXPECT_EQ(drawn.status, 0) << drawn.error;
    std::ifstream file(out);
    const std::string svg((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    EXPECT_TRUE(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    EXPECT_GE(std::count(svg.begin(), svg.end(), '\n'), 20) << "points";
  }
  EXPECT_EQ(robin({"plot", "witnesses", "--store", store, "--search", "9"}).status, 1);
  EXPECT_EQ(robin({"plot", "margin", "--store", store + ".none"}).status, 1);
  EXPECT_EQ(robin({"plot", "nothing", "--store", store}).status, 2);
}

TEST_F(Cli, SelftestFindsWhatIsKnown) {
  const json result = robin_json({"selftest"});
  EXPECT_EQ(result["ok"], true) << result.dump();
  EXPECT_GE(result["checks"].size(), 9U);
  for (const json& check : result["checks"]) {
    EXPECT_EQ(check["ok"], true) << check.dump();
  }
}

TEST_F(Cli, TheTourOfItsReadmePrintsWhatItShows) {
  for (const auto& [arguments, shown] :
       testing_support::tour_of(std::string(ROBIN_SOURCE_DIR) + "/services/cli/README.md", "### A tour")) {
    const auto result = robin(arguments);
    EXPECT_NE(result.status, 2) << result.error;
    EXPECT_TRUE(testing_support::has_shape(result.output, shown))
        << "robin " << arguments.front() << " prints:\n"
        << result.output << "of the shape\n"
        << testing_support::shape_of(result.output) << "and services/cli/README.md shows one of the shape\n"
        << testing_support::shape_of(shown);
  }
}

TEST_F(Cli, ToursAreComparedByTheirShape) {
  using testing_support::has_shape;
  EXPECT_TRUE(has_shape("a 12 b\n", "a 7 b\n"));
  EXPECT_TRUE(has_shape("x\ny\nz 1\n", "x\n...\nz 2\n"));
  EXPECT_FALSE(has_shape("a 12 c\n", "a 7 b\n"));
  EXPECT_FALSE(has_shape("a\nb\n", "a\n"));
  EXPECT_TRUE(has_shape("b\n  started  2026-01-01T00:00:00.000Z\n", "b\n  started  -\n"));
  EXPECT_FALSE(has_shape("b\n  queued  2026-01-01T00:00:00.000Z\n", "b\n  queued  -\n"));
  EXPECT_FALSE(has_shape("a\n", "a\nb\n"));
}

/// All commands, as the help names them.
std::vector<std::vector<std::string>> commands_below(
    const std::function<ProcessResult(std::vector<std::string>)>& robin, const std::vector<std::string>& command) {
  auto ask = command;
  ask.emplace_back("--help");
  std::istringstream help(robin(ask).output);
  std::vector<std::vector<std::string>> all = {command};
  std::string line;
  while (std::getline(help, line) && line != "Subcommands:") {
  }
  while (std::getline(help, line) && line.starts_with("  ")) {
    std::istringstream words(line);
    auto below = command;
    words >> below.emplace_back();
    for (auto& one : commands_below(robin, below)) {
      all.push_back(std::move(one));
    }
  }
  return all;
}

TEST_F(Cli, EveryHelpHasTwoExamples) {
  const auto all = commands_below([this](auto arguments) { return robin(std::move(arguments)); }, {});
  EXPECT_GE(all.size(), 25U);
  for (auto command : all) {
    const std::string name = command.empty() ? "" : command.front();
    command.emplace_back("--help");
    const auto help = robin(command).output;
    const auto examples = help.find("Examples:\n");
    ASSERT_NE(examples, std::string::npos) << name;
    std::istringstream lines(help.substr(examples));
    int count = 0;
    for (std::string line; std::getline(lines, line);) {
      count += line.find("robin " + name) != std::string::npos ? 1 : 0;
    }
    EXPECT_GE(count, 2) << name;
  }
}

TEST_F(Cli, CompletionScriptsAreGoodAndCompleteWhatIsThere) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const auto script = robin({"completion", shell});
    ASSERT_EQ(script.status, 0) << script.error;
    std::ofstream(file(shell)) << script.output;
    const auto checked = run_process({shell, "-n", file(shell)}, options_);
    EXPECT_EQ(checked.status, 0) << shell << checked.error;
    EXPECT_EQ(checked.error, "") << shell;
  }
  const auto complete = [&](const std::string& words) {
    const auto result = run_process({"bash", "-c",
                                     "source " + file("bash") + "; COMP_WORDS=(" + words +
                                         "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _robin; echo \"${COMPREPLY[*]}\""},
                                    options_);
    EXPECT_EQ(result.error, "");
    return result.output;
  };
  EXPECT_EQ(complete("robin ve"), "verify version\n");
  EXPECT_EQ(complete("robin blocks re"), "retry\n");
  EXPECT_EQ(complete("robin blocks list --gr"), "--group-by\n");
  EXPECT_EQ(complete("robin run --strategy su"), "superabundant\n");
  const auto fish = run_process(
      {"fish", "--no-config", "-c", "source " + file("fish") + "; complete -C 'robin blocks re'"}, options_);
  EXPECT_THAT(fish.output, HasSubstr("retry"));
  EXPECT_EQ(robin({"completion", "tcsh"}).status, 2);
}

TEST_F(Cli, TheManualIsGoodRoffAndNamesEveryCommand) {
  const auto manual = robin({"manual"});
  ASSERT_EQ(manual.status, 0);
  std::ofstream(file("robin.1")) << manual.output;
  const auto shown = run_process({"groff", "-man", "-Tascii", "-P-cbou", "-ww", file("robin.1")}, options_);
  EXPECT_EQ(shown.status, 0);
  EXPECT_EQ(shown.error, "");
  for (const char* word : {"robin blocks list", "--double-check", "EXIT STATUS", "NO_COLOR", "'2^4*3^2*5*7'"}) {
    EXPECT_THAT(shown.output, HasSubstr(word));
  }
}

TEST_F(Cli, ColoursAreForTerminalsAndForThoseWhoWantThem) {
  const std::string escape = "\x1b[";
  EXPECT_THAT(robin({"check", "5041"}).output, testing::Not(HasSubstr(escape)));
  const auto on_terminal = [this](const std::string& before, const std::string& flags = "") {
    const auto result = run_process(
        {"script", "-qec", before + " " + std::string(ROBIN_BINARY) + " " + flags + " check 5041", "/dev/null"},
        options_);
    EXPECT_THAT(result.output, HasSubstr("holds"));
    return result.output;
  };
  EXPECT_THAT(on_terminal("TERM=xterm"), HasSubstr(escape + "32m"));
  for (const auto& plain :
       {on_terminal("TERM=dumb"), on_terminal("TERM=xterm NO_COLOR=1"), on_terminal("TERM=xterm", "--no-color")}) {
    EXPECT_THAT(plain, testing::Not(HasSubstr(escape)));
  }
}

TEST_F(Cli, ATerminalIsToldInOneShortLineWhatBeginsAndTheLogFileEverything) {
  const auto on_terminal = [this](const std::string& flags) {
    return run_process({"script", "-qec",
                        "TERM=xterm " + std::string(ROBIN_BINARY) +
                            " run --strategy exhaustive --begin 2 --end 1000 --store :memory: --no-progress " + flags,
                        "/dev/null"},
                       options_)
        .output;
  };
  const auto in_file = on_terminal("--log-file " + file("log"));
  EXPECT_THAT(in_file, HasSubstr("exhaustive [2, 1000) begins, robin "));
  EXPECT_THAT(in_file, HasSubstr("; log: " + file("log")));
  EXPECT_THAT(in_file, testing::Not(HasSubstr("working_directory")));
  std::ifstream log(file("log"));
  std::string line;
  ASSERT_TRUE(std::getline(log, line));
  const auto begin = json::parse(line);
  EXPECT_EQ(begin["msg"], "begin");
  for (const char* fact : {"mpfr", "working_directory", "environment", "config.threads"}) {
    EXPECT_TRUE(begin.contains(fact)) << fact;
  }

  const auto here = on_terminal("");
  EXPECT_THAT(here, HasSubstr("exhaustive [2, 1000) begins, robin "));
  EXPECT_THAT(here, HasSubstr("--log-file FILE"));
  EXPECT_THAT(here, testing::Not(HasSubstr("working_directory")));
  EXPECT_THAT(on_terminal("--log-level debug"), HasSubstr("working_directory"));
  EXPECT_THAT(on_terminal("--log-level warn"), testing::Not(HasSubstr("begins")));
  EXPECT_THAT(robin({"run", "--strategy", "exhaustive", "--begin", "2", "--end", "1000"}).error,
              HasSubstr("working_directory"))
      << "no person reads it there";
}

/// Releases of CLI11 lay it out differently; scripts, and people, read one.
TEST_F(Cli, HelpHasOneLayoutWhateverTheLibrary) {
  EXPECT_EQ(robin({"check", "--help"}).output,
            "Decide Robin's inequality for one n\n"
            "Usage: robin check [OPTIONS] N\n"
            "\n"
            "Positionals:\n"
            "  N TEXT REQUIRED             5040, 1e12, 2^40, or a factorisation such as '2^4*3^2*5*7' or '2^3*3..47'\n"
            "\n"
            "Options:\n"
            "  -h,--help                   Print this help message and exit\n"
            "  -o,--output TEXT=text       text or json\n"
            "\n"
            "Examples:\n"
            "  robin check 5040\n"
            "  robin check '2^7*3^4*5^2*7^2*11..47' -o json\n"
            "\n");
  EXPECT_THAT(robin({"--help"}).output,
              testing::AllOf(HasSubstr("\nUsage: robin [OPTIONS] [SUBCOMMAND]\n"),
                             HasSubstr("\nSubcommands:\n  run                         Run a search in this process;")));
}

TEST_F(Cli, HelpIsHelpAndNoArgumentsAreNoError) {
  const auto nothing = robin({});
  EXPECT_EQ(nothing.status, 0);
  EXPECT_THAT(nothing.output, HasSubstr("Examples:"));
  for (const char* command : {"run", "block", "check", "version"}) {
    const auto help = robin({command, "--help"});
    EXPECT_EQ(help.status, 0);
    EXPECT_THAT(help.output, HasSubstr("--output"));
  }
}

}  // namespace
}  // namespace robin
