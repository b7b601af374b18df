#include "runtime/http_server.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <list>
#include <semaphore>
#include <stdexcept>
#include <thread>

#include "runtime/error.hpp"
#include "support/flood.hpp"
#include "support/http_get.hpp"
#include "support/patience.hpp"
#include "support/raw_client.hpp"

namespace robin::runtime {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;
using testing_support::flood;
using testing_support::http_request;
using testing_support::RawClient;
using testing_support::wait_until;
using namespace std::string_literals;  // texts with a byte 0

HttpServerOptions options() {
  return {.address = "127.0.0.1:0", .methods = {"GET", "HEAD", "POST"}, .body_bytes_max = 10};
}

/// Tells what it was asked.
HttpResponse echo(const HttpRequest& request) {
  if (request.path == "/throw") {
    throw std::runtime_error("no");
  }
  std::string body = request.method + " " + request.path + " " + request.body + " " + request.from;
  for (const auto& [name, value] : request.query) {
    body.append(" ").append(name).append("=").append(value);
  }
  return {.status = request.path == "/same" ? 304 : 200,
          .body = body + " [" + request.header("accept") + "]",
          .headers = {{"X-Name", "value"}}};
}

HttpResponse refusal(int status, const std::string& why) {
  return {.status = status, .content_type = "application/json", .body = R"({"why":")" + why + R"("})"};
}

std::uint16_t port_of(const HttpServer& server) { return static_cast<std::uint16_t>(server.port()); }

class HttpServerTest : public testing::Test {
 protected:
  [[nodiscard]] std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  [[nodiscard]] int status_of(const std::string& request) const { return flood(port_, request, "", 0).status; }
  [[nodiscard]] std::string answer_to(const std::string& requests) const {
    RawClient client(port_);
    client.send(requests);
    return client.received_to_its_end();
  }

 private:
  const HttpServer server_{options(), echo, refusal};

 protected:
  const std::uint16_t port_ = port_of(server_);
};

TEST_F(HttpServerTest, AnswersWhatItWasAsked) {
  const auto got = http_request("GET", url("/a"), {"Accept: x"});
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, "GET /a  127.0.0.1 [x]");
  EXPECT_EQ(got.headers.at("x-name"), "value");
  EXPECT_EQ(got.headers.at("content-type"), "text/plain; charset=utf-8");
  EXPECT_EQ(http_request("POST", url("/b"), {"Accept: x"}, "0123456789").body, "POST /b 0123456789 127.0.0.1 [x]");
  EXPECT_EQ(http_request("POST", url("/b"), {"Accept: x", "Expect: 100-continue"}, "0123456789").body,
            "POST /b 0123456789 127.0.0.1 [x]");
  EXPECT_EQ(http_request("GET", url("/same")).status, 304);
  const auto thrown = http_request("GET", url("/throw"));
  EXPECT_EQ(thrown.status, 500);
  EXPECT_EQ(thrown.headers.at("content-type"), "application/json");
}

TEST_F(HttpServerTest, ARequestIsReadWithItsQueryAndItsHeaders) {
  EXPECT_THAT(answer_to("GET /a%20b+%C3%A4?x=1+2&y=%41=&x=3&=4&z&%C3%A4=%00%ff HTTP/1.1\r\nHost: h\r\nACCEPT: a \r\n"
                        "accept:\tb\r\nConnection: close\r\n\r\n"),
              HasSubstr("GET /a b+\xC3\xA4  127.0.0.1 x=3 y=A= z= \xC3\xA4=\0\xff [a, b]"s));
}

TEST_F(HttpServerTest, WhatIsAskedForWithHeadComesWithoutItsBody) {
  const auto answer = answer_to("HEAD /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("HTTP/1.1 200 "));
  EXPECT_THAT(answer, HasSubstr("Content-Length: 21\r\n"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST_F(HttpServerTest, RequestsThatFollowOneAnotherAreAnsweredInTurn) {
  // The second one is there before the first was answered, and the third has an empty line before it.
  EXPECT_THAT(
      answer_to("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nPOST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
                "\r\nDELETE /3 HTTP/1.1\r\nHost: h\r\n\r\n"),
      testing::ContainsRegex("GET /1  127(.|\n)*POST /2 abc 127(.|\n)*HTTP/1.1 405 (.|\n)*only these are taken"));
}

TEST_F(HttpServerTest, WhatIsNotTakenIsRefusedByItsHead) {
  const auto too_long = http_request("POST", url("/b"), {}, "0123456789x");
  EXPECT_EQ(too_long.status, 413);
  EXPECT_THAT(too_long.body, HasSubstr("{\"why\":\"a body has 10 bytes at most\"}"));
  const auto other = http_request("PUT", url("/b"), {}, "x");
  EXPECT_EQ(other.status, 405);
  EXPECT_EQ(other.headers.at("allow"), "GET, HEAD, POST");
  const std::string post = "POST / HTTP/1.1\r\nHost: h\r\n";
  EXPECT_EQ(status_of(post + "\r\n"), 411);
  EXPECT_EQ(status_of(post + "Transfer-Encoding: chunked\r\n\r\n"), 411);
  EXPECT_THAT(status_of(post + "Transfer-Encoding: gzip, chunked\r\n\r\n"), AnyOf(400, 411, 501));
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"), 411);
  EXPECT_EQ(status_of(post + "Content-Length: 11\r\n\r\n0123456789x"), 413);
  EXPECT_EQ(status_of(post + "Content-Length: 11\r\nExpect: 100-continue\r\n\r\n"), 413);
  EXPECT_EQ(status_of(post + "Content-Length: 1048577\r\n\r\n"), 413);
  EXPECT_THAT(status_of(post + "Content-Length: 18446744073709551617\r\n\r\n"), AnyOf(400, 413));
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n0123456789x"), 413);
  EXPECT_EQ(status_of(post + "Content-Length: 0\r\n\r\n"), 200);
}

TEST_F(HttpServerTest, WhoseBodyIsRefusedHearsItAndMayAskAgain) {
  const std::string body(200'000, 'x');
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(http_request("POST", url("/"), {"Expect:"}, body).status, 413);
    EXPECT_EQ(http_request("PUT", url("/"), {"Expect:"}, body).status, 405);
  }
  EXPECT_THAT(answer_to("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n" + body +
                        "GET /again HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"),
              testing::ContainsRegex("HTTP/1.1 405 (.|\n)*HTTP/1.1 200 (.|\n)*GET /again"));
}

TEST_F(HttpServerTest, ALengthThatIsNoneIsRefused) {
  for (const std::string lines :
       {"Content-Length: 1, 1", "Content-Length: 1\r\nContent-Length: 1", "Content-Length: 1\r\nContent-Length: 9",
        "Content-Length:", "Content-Length: +1", "Content-Length: 0x1", "Content-Length: -1"}) {
    EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: h\r\n" + lines + "\r\n\r\n"), 400) << lines;
  }
}

/// However long its head is, who asks gets an answer, and a head that is too long is not read to its end.
TEST_F(HttpServerTest, AHeadHasRoomForWhatIsUsualAndAnEnd) {
  const auto with = [](std::size_t bytes) {
    return "GET / HTTP/1.1\r\nHost: h\r\nName: " + std::string(bytes, 'x') + "\r\n\r\n";
  };
  EXPECT_EQ(status_of(with(std::size_t{16} * 1024)), 200);
  for (std::size_t kib = 17; kib < 40; ++kib) {
    EXPECT_THAT(status_of(with(kib * 1024)), AnyOf(200, 431)) << kib;
  }
  EXPECT_EQ(status_of(with(std::size_t{40} * 1024)), 431);
}

TEST(HttpServerAddress, IsTakenAsItIsSpelled) {
  auto six = options();
  six.address = "[::1]:0";
  const HttpServer server(six, echo);
  EXPECT_THAT(http_request("GET", "http://[::1]:" + std::to_string(server.port()) + "/").body, HasSubstr(" ::1 "));
  auto named = options();
  named.address = "localhost:0";
  EXPECT_GT(HttpServer(named, echo).port(), 0);
}

TEST(HttpServerAddress, ThatIsTakenOrOfAnotherMachineIsNamed) {
  const HttpServer server(options(), echo);
  for (const std::string& address : {"127.0.0.1:" + std::to_string(server.port()), std::string("192.0.2.1:80")}) {
    auto taken = options();
    taken.address = address;
    taken.name_of_address = "listen-address";
    try {
      HttpServer second(taken, echo);
      ADD_FAILURE() << address;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("the listen-address " + address + " cannot be listened on"));
    }
  }
}

TEST(HttpServerPatience, SlowClientsHoldNoThread) {
  auto one = options();
  one.threads = 1;
  const HttpServer server(one, echo);
  std::list<RawClient> slow;
  for (int i = 0; i < 20; ++i) {
    slow.emplace_back(port_of(server)).send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabc");
  }
  EXPECT_EQ(http_request("GET", "http://127.0.0.1:" + std::to_string(server.port()) + "/").status, 200);
}

TEST(HttpServerPatience, EndsWithClientsThatAreSilentSoThatOthersComeToTheirTurn) {
  auto few = options();
  few.connections_max = 3;
  few.patience = std::chrono::seconds(1);
  const HttpServer server(few, echo);
  std::list<RawClient> slow;
  for (int i = 0; i < 9; ++i) {
    slow.emplace_back(port_of(server)).send("GET / HTTP/1.1\r\nHost:");
  }
  EXPECT_EQ(http_request("GET", "http://127.0.0.1:" + std::to_string(server.port()) + "/").status, 200);
  EXPECT_GE(std::count_if(slow.begin(), slow.end(), [](RawClient& client) { return client.has_ended(); }), 7)
      << "with the one that was answered no more than three were connected";
}

TEST(HttpServerPatience, EndsWithClientsThatDripTheirRequest) {
  auto impatient = options();
  impatient.patience = std::chrono::seconds(1);
  impatient.body_bytes_max = 1'000'000;
  const HttpServer server(impatient, echo);
  RawClient head(port_of(server));
  RawClient body(port_of(server));
  RawClient second(port_of(server));
  head.send("GET / HTTP/1.1\r\nName: ");
  body.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n");
  second.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(wait_until([&] {
    for (RawClient* client : {&head, &body, &second}) {
      client->send("x");
    }
    return head.has_ended() && body.has_ended() && second.has_ended();
  }));
  EXPECT_THAT(second.received_to_its_end(), HasSubstr("HTTP/1.1 200 "));
  EXPECT_THAT(body.received_to_its_end(), Not(HasSubstr("200")));
}

TEST(HttpServerPatience, EndsWithAnswersThatNobodyFetches) {
  auto narrow = options();
  narrow.answers_bytes_max = std::size_t{1} << 20U;
  narrow.patience = std::chrono::hours(1);
  const HttpServer server(narrow, [](const HttpRequest& request) -> HttpResponse {
    return {.body = std::string(request.path == "/large" ? std::size_t{64} << 20U : 1, 'x')};
  });
  const std::string url = "http://127.0.0.1:" + std::to_string(server.port()) + "/";
  {
    const RawClient client(port_of(server));
    EXPECT_TRUE(client.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_TRUE(wait_until([&] { return http_request("GET", url).status == 503; }));
  }
  EXPECT_TRUE(wait_until([&] { return http_request("GET", url).status == 200; }));
}

TEST(HttpServerEnd, WaitsForAnswersThatAreBeingMadeAndForNothingElse) {
  std::counting_semaphore<> entered{0};
  std::counting_semaphore<> released{0};
  std::atomic<int> answers = 0;
  auto one = options();
  one.threads = 1;
  one.patience = std::chrono::hours(1);
  auto server = std::make_unique<HttpServer>(one, [&](const HttpRequest& request) {
    entered.release();
    released.acquire();
    ++answers;
    return echo(request);
  });
  RawClient served(port_of(*server));
  RawClient waiting(port_of(*server));
  RawClient silent(port_of(*server));
  served.send("GET /served HTTP/1.1\r\nHost: h\r\n\r\n");
  entered.acquire();
  waiting.send("GET /waiting HTTP/1.1\r\nHost: h\r\n\r\n");
  silent.send("GET /");
  std::jthread end([&] { server.reset(); });
  released.release(2);
  EXPECT_TRUE(wait_until([&] { return served.has_ended() && waiting.has_ended() && silent.has_ended(); }));
  end.join();
  EXPECT_LE(answers, 2);
}

}  // namespace
}  // namespace robin::runtime
