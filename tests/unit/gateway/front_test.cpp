#include "gateway/front.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "runtime/error.hpp"

namespace robin::gateway {
namespace {

class FrontTest : public testing::Test {
 protected:
  Front& front() {
    if (!front_) {
      front_ = std::make_unique<Front>(options_, [this](const api::Request& request) {
        ++asked_;
        last_ = request;
        if (fails_) {
          throw runtime::Error("out of reach", runtime::Retry::Yes, runtime::Cause::Unreachable);
        }
        return api::Response{200, {{"asked", asked_.load()}}, 0};
      });
    }
    return *front_;
  }
  Answer get(const std::string& path, const std::string& if_none_match = {}) {
    Call call;
    call.method = "GET";
    call.path = path;
    call.if_none_match = if_none_match;
    return front().answer(call);
  }
  Answer post(const std::string& authorization) {
    Call call;
    call.method = "POST";
    call.path = "/api/v1/drain";
    call.body = "{}";
    call.authorization = authorization;
    call.from = "127.0.0.1";
    return front().answer(call);
  }

  FrontOptions options_{.tokens = {{"ada", "another secret"}, {"the administrator", "secret"}},
                        .cache = std::chrono::hours(1)};
  std::atomic<int> asked_ = 0;
  bool fails_ = false;
  api::Request last_;
  std::unique_ptr<Front> front_;
};

TEST_F(FrontTest, FiftyWhoLookCostOneQuestion) {
  (void)front();
  std::vector<std::jthread> tabs;
  for (int i = 0; i < 50; ++i) {
    tabs.emplace_back([this] { EXPECT_EQ(get("/a").body, "{\"asked\":1}\n"); });
  }
  tabs.clear();
  EXPECT_EQ(asked_, 1);
  EXPECT_EQ(get("/b").body, "{\"asked\":2}\n") << "another question";
}

TEST_F(FrontTest, AnAnswerIsNotGivenForever) {
  options_.cache = std::chrono::milliseconds(0);
  (void)get("/a");
  (void)get("/a");
  EXPECT_EQ(asked_, 2);
}

TEST_F(FrontTest, WhatIsUnchangedIsNotSentAgain) {
  const Answer first = get("/a");
  const std::string tag = first.headers.at("ETag");
  EXPECT_EQ(tag.front(), '"');
  const Answer second = get("/a", tag);
  EXPECT_EQ(second.status, 304);
  EXPECT_TRUE(second.body.empty());
  EXPECT_EQ(get("/a", "\"other\"").status, 200);
}

TEST_F(FrontTest, OrdersNeedTheToken) {
  const Answer without = post("");
  EXPECT_EQ(without.status, 401);
  EXPECT_EQ(without.headers.at("WWW-Authenticate"), "Bearer");
  EXPECT_EQ(without.content_type, "application/problem+json");
  for (const char* wrong : {"Bearer ", "Bearer Secret", "Bearer secret ", "Bearer secretsecret"}) {
    EXPECT_EQ(post(wrong).status, 403) << wrong;
  }
  EXPECT_EQ(post("Basic secret").status, 401);
  EXPECT_EQ(asked_, 0) << "nothing was passed on";
  EXPECT_EQ(post("Bearer secret").status, 200);
  EXPECT_EQ(last_.who, "the administrator, from 127.0.0.1");
  EXPECT_EQ(post("Bearer another secret").status, 200);
  EXPECT_EQ(last_.who, "ada, from 127.0.0.1") << "each token has a name";
}

TEST_F(FrontTest, WithoutATokenOfItsOwnThereAreNoOrders) {
  options_.tokens.clear();
  EXPECT_EQ(post("Bearer ").status, 403);
  EXPECT_EQ(post("Bearer x").status, 403);
  EXPECT_EQ(asked_, 0);
}

TEST_F(FrontTest, AnOrderShowsAtOnce) {
  (void)get("/a");
  (void)post("Bearer secret");
  EXPECT_EQ(get("/a").body, "{\"asked\":3}\n");
}

TEST_F(FrontTest, WhoHasNoTokenTakesNobodysTurn) {
  options_.writes_per_second = 1;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(post("").status, 401);
    EXPECT_EQ(post("Bearer wrong").status, 403);
  }
  EXPECT_EQ(post("Bearer secret").status, 200);
}

TEST_F(FrontTest, RatesAreBounded) {
  options_.reads_per_second = 5;
  options_.writes_per_second = 2;
  int refused = 0;
  // So many that minutes would have to pass before half of them were let through.
  for (int i = 0; i < 4000; ++i) {
    const Answer answer = get("/a");
    refused += answer.status == 429 ? 1 : 0;
    EXPECT_TRUE(answer.status == 200 || answer.headers.at("Retry-After") == "1");
  }
  EXPECT_GE(refused, 2000);
  EXPECT_EQ(post("Bearer secret").status, 200) << "orders have a bucket of their own";
}

TEST_F(FrontTest, AnOutageIsAnAnswer) {
  options_.cache = std::chrono::milliseconds(0);
  fails_ = true;
  const Answer answer = get("/a");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.headers.at("Retry-After"), "5");
  EXPECT_EQ(answer.content_type, "application/problem+json");
  fails_ = false;
  EXPECT_EQ(get("/a").status, 200);
}

TEST(FrontAnswerTest, WhatIsNoTextHarmsNothing) {
  Front front({}, [](const api::Request& request) { return api::problem(404, "there is no " + request.path); });
  Call call;
  call.method = "GET";
  call.path = "/\xff\xfe";
  const Answer answer = front.answer(call);
  EXPECT_EQ(answer.status, 404);
  EXPECT_TRUE(nlohmann::json::accept(answer.body)) << answer.body;
}

TEST_F(FrontTest, TheCacheDoesNotGrowWithoutEnd) {
  options_.cached_max = 10;
  options_.reads_per_second = 1e6;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(get(std::to_string(i)).status, 200);
  }
  EXPECT_EQ(asked_, 1000);
}

}  // namespace
}  // namespace robin::gateway
