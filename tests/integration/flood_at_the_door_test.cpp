// An adversary at every port: bodies and headers without an end are refused before they are read, whoever asks. The
// processes need no servers for that.

#include <gmock/gmock.h>

#include "support/flood.hpp"
#include "support/patience.hpp"
#include "support/process.hpp"
#include "support/process_memory.hpp"

namespace robin {
namespace {

using testing::AnyOf;
using testing_support::flood;
using testing_support::Flooded;
using testing_support::greatest_memory_mib;
using testing_support::Process;

constexpr std::uint64_t mib = std::uint64_t{1} << 20U;
/// What the adversary would send, what may travel before the answer is there, and what the process may take.
constexpr std::uint64_t flood_bytes = 200 * mib;
constexpr std::uint64_t taken_bytes_max = 16 * mib;
constexpr std::uint64_t memory_mib_max = 64;

constexpr const char* chunk_head = "Host: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string chunk() { return "10000\r\n" + std::string(0x10000, 'x') + "\r\n"; }

class FloodAtTheDoor : public testing::Test {
 protected:
  /// Starts a program that looks for servers in vain, and waits for its port, as `mark` names it in the log.
  std::uint16_t start(const std::string& program, const std::string& mark, std::vector<std::string> flags) {
    flags.insert(flags.begin(), {std::string(ROBIN_BIN) + "/" + program, "--log-format", "json"});
    testing_support::ProcessOptions options;
    options.forget_prefix = "ROBIN_";
    options.environment = {{"ROBIN_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none"},
                           {"ROBIN_AMQP_URL", "amqp://nobody@127.0.0.1:1/none"}};
    process_ = std::make_unique<Process>(flags, options);
    const std::string whole = "\"msg\":\"" + mark + "\",\"port\":";
    std::string log;
    EXPECT_TRUE(testing_support::wait_until([&] {
      log = process_->standard_error();
      return log.find(whole) != std::string::npos || process_->has_ended();
    }));
    const auto at = log.find(whole);
    EXPECT_NE(at, std::string::npos) << log;
    return at == std::string::npos ? 0 : static_cast<std::uint16_t>(std::stoi(log.substr(at + whole.size())));
  }
  std::uint16_t start_gateway() {
    return start("robin-gateway", "listening", {"--listen-address", "127.0.0.1:0", "--health-address", "off"});
  }
  std::uint16_t start_saver() { return start("robin-saver", "health", {"--health-address", "127.0.0.1:0"}); }

  void expect_refused(const Flooded& flooded, const testing::Matcher<int>& status) const {
    EXPECT_THAT(flooded.status, status);
    EXPECT_LE(flooded.bytes, taken_bytes_max) << "of what is refused nothing is read";
    EXPECT_LE(greatest_memory_mib(process_->id()), memory_mib_max) << "MiB";
    EXPECT_FALSE(process_->has_ended()) << process_->standard_error();
  }

  std::unique_ptr<Process> process_;
};

TEST_F(FloodAtTheDoor, TheGatewayReadsNoBodyInPieces) {
  const auto port = start_gateway();
  for (const std::string path : {"/api/v1/drain", "/", "/api/v1/status"}) {
    expect_refused(flood(port, "POST " + path + " HTTP/1.1\r\n" + chunk_head, chunk(), flood_bytes), 411);
  }
  expect_refused(flood(port, std::string("GET /api/v1/status HTTP/1.1\r\n") + chunk_head, chunk(), flood_bytes), 411);
  expect_refused(flood(port, std::string("PUT /api/v1/drain HTTP/1.1\r\n") + chunk_head, chunk(), flood_bytes), 405);
}

TEST_F(FloodAtTheDoor, TheGatewayReadsNoBodyWithoutALengthOrOfALengthThatIsTooGreat) {
  const auto port = start_gateway();
  const std::string head = "POST /api/v1/drain HTTP/1.1\r\nHost: 127.0.0.1\r\n";
  const std::string text(0x10000, 'x');
  expect_refused(flood(port, head + "\r\n", text, flood_bytes), 411);
  expect_refused(flood(port, head + "Content-Type: application/x-www-form-urlencoded\r\n\r\n", text, flood_bytes), 411);
  expect_refused(flood(port, head + "Content-Length: 209715200\r\n\r\n", text, flood_bytes), 413);
  expect_refused(flood(port, head + "Content-Length: 99999999999999999999999\r\n\r\n", text, flood_bytes),
                 AnyOf(400, 413));
  expect_refused(flood(port, head + "Content-Length: -1\r\n\r\n", text, flood_bytes), 400);
  expect_refused(flood(port, head + "Content-Length: 1\r\nContent-Length: 209715200\r\n\r\n", text, flood_bytes), 400);
}

TEST_F(FloodAtTheDoor, TheGatewayReadsNoLineAndNoHeadWithoutAnEnd) {
  const auto port = start_gateway();
  const std::string text(0x10000, 'x');
  expect_refused(flood(port, "GET /", text, flood_bytes), AnyOf(414, 431));
  expect_refused(flood(port, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nName: ", text, flood_bytes), 431);
  expect_refused(flood(port, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n", "Name: value\r\n", flood_bytes), 431);
}

TEST_F(FloodAtTheDoor, AHealthPortTakesNothingButQuestions) {
  const auto port = start_saver();
  const std::string text(0x10000, 'x');
  for (const std::string method : {"POST", "PUT", "DELETE"}) {
    const std::string line = method + " /livez HTTP/1.1\r\n";
    expect_refused(flood(port, line + chunk_head, chunk(), flood_bytes), 405);
    expect_refused(flood(port, line + "Host: 127.0.0.1\r\n\r\n", text, flood_bytes), 405);
    expect_refused(flood(port, line + "Host: 127.0.0.1\r\nContent-Length: 10\r\n\r\n", text, 10), 405);
  }
  expect_refused(flood(port, std::string("GET /livez HTTP/1.1\r\n") + chunk_head, chunk(), flood_bytes), 411);
  expect_refused(flood(port, "GET /livez HTTP/1.1\r\nName: ", text, flood_bytes), 431);
  expect_refused(flood(port, "GET /livez HTTP/1.1\r\n", "Name: value\r\n", flood_bytes), 431);
  EXPECT_EQ(flood(port, "GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "", 0).status, 200);
  EXPECT_EQ(flood(port, "HEAD /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "", 0).status, 200);
}

}  // namespace
}  // namespace robin
