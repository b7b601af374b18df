#include "search/sha256.hpp"

#include <gtest/gtest.h>

namespace robin::search {
namespace {

TEST(Sha256, MatchesThePublishedVectors) {
  // FIPS 180-4, examples.
  EXPECT_EQ(Sha256::hex_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256::hex_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, UpdatesInPiecesHashTheWhole) {
  Sha256 hash;
  hash.update("a");
  EXPECT_EQ(hash.hex(), Sha256::hex_of("a"));
  hash.update("");
  hash.update("bc");
  EXPECT_EQ(hash.hex(), Sha256::hex_of("abc"));
}

}  // namespace
}  // namespace robin::search
