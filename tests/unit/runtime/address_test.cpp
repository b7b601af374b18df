#include "runtime/address.hpp"

#include <gtest/gtest.h>

namespace robin::runtime {
namespace {

TEST(AddressTest, TakesWhatServersAreNamedBy) {
  for (const char* url :
       {"postgresql://u:p@host/db", "postgres://host", "postgresql://u:a%40b@[::1]:5432/db?sslmode=require",
        "postgresql://u:p@a:5432,b:5433/db", "postgresql:///db?host=/run/postgresql"}) {
    EXPECT_EQ(refuse_address(url, database_address()), std::nullopt) << url;
  }
  for (const char* url : {"amqp://u:p@host:5672/robin", "amqps://host/%2f", "amqp://a"}) {
    EXPECT_EQ(refuse_address(url, broker_address()), std::nullopt) << url;
  }
  for (const char* url : {"http://127.0.0.1:8080", "https://gateway.example/robin/", "http://u:p@q@host:65535"}) {
    EXPECT_EQ(refuse_address(url, gateway_address()), std::nullopt) << url;
  }
}

TEST(AddressTest, SaysWhatIsWrongAndHowToWriteItButNeverTheAddress) {
  const auto reason = [](const std::string& url) { return refuse_address(url, gateway_address()).value_or(""); };
  EXPECT_EQ(reason("host:80"), "does not begin with http:// (write http://host:port)");
  EXPECT_EQ(reason("ftp://host"), reason("host:80"));
  EXPECT_EQ(reason("http://u:p@/x"), "has no host (write http://host:port)");
  EXPECT_EQ(reason("http://[::1"), "has a bracket that is not closed (write http://host:port)");
  for (const char* port : {"", "0", "65536", "-1", "+1", "80x", "99999999999999999999"}) {
    EXPECT_EQ(reason(std::string("http://host:") + port),
              "has a port that is no number from 1 to 65535 (write http://host:port)")
        << port;
  }
  EXPECT_EQ(reason("http://u:s3cret@host:1/%zz").find("s3cret"), std::string::npos);
  for (const char* url :
       {"http://a b", "http://a\n", "http://a\x1b[m", "http://\xc3\xa4", "http://u:%zz@a", "http://a/%4"}) {
    EXPECT_NE(reason(url), "") << url;
  }
  EXPECT_NE(reason("http://" + std::string(5000, 'a')), "");
}

}  // namespace
}  // namespace robin::runtime
