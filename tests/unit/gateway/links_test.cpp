#include "gateway/links.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/config.hpp"

namespace robin::gateway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(LinksTest, NamesAndAddressesAreSeparatedBySpaces) {
  EXPECT_THAT(links_from(""), IsEmpty());
  EXPECT_THAT(links_from("RabbitMQ=http://127.0.0.1:15672/#/queues  Grafana=https://g/?a=b"),
              ElementsAre(Pair("RabbitMQ", "http://127.0.0.1:15672/#/queues"), Pair("Grafana", "https://g/?a=b")));
}

TEST(LinksTest, WhatIsNoPageIsRefused) {
  for (const char* wrong : {"RabbitMQ", "=http://x", "X=javascript:alert(1)", "X=ftp://x", "A=http://x B"}) {
    EXPECT_THROW((void)links_from(wrong), runtime::Config::Refused) << wrong;
  }
}

}  // namespace
}  // namespace robin::gateway
