// What workers say takes so much of the ledger, and no more.

#include "contract/postgres_block.hpp"
#include "flow/ports/bounds.hpp"

namespace robin::adapters {
namespace {

class PostgresBounds : public PostgresBlock {
 protected:
  flow::WorkResult computed() {
    return {search::examine(*strategies_.find("exhaustive"), work_[0].block, work_[0].parameters, {}), 0};
  }
  std::int64_t count(const char* sql) { return owner_.query(sql).integer(0, 0); }
};

TEST_F(PostgresBounds, OfTooManyWorkersTheReportsAreSavedAndTheNamesAreNot) {
  owner_.query("INSERT INTO workers (name, heard_at) SELECT 'w' || i, 'epoch' FROM generate_series(1, $1::int) AS i",
               {std::to_string(flow::bounds::workers)});
  EXPECT_EQ(save(flow::Started{}, "w1"), flow::Outcome::Stored);
  EXPECT_EQ(count("SELECT count(*) FROM workers WHERE heard_at > 'epoch'"), 1) << "one that is listed is heard of";
  EXPECT_EQ(save(computed(), "another"), flow::Outcome::Stored);
  EXPECT_EQ(count("SELECT count(*) FROM workers"), static_cast<std::int64_t>(flow::bounds::workers));
}

TEST_F(PostgresBounds, APartOfMoreThanAResultMayHoldIsNotKept) {
  const std::string text(flow::bounds::part_bytes, 'x');
  const auto most = static_cast<std::uint32_t>(flow::bounds::of_a_fleet.parts());
  EXPECT_EQ(save(flow::Part{std::string(64, 'a'), 0, most + 2, text}, "w"), flow::Outcome::Refused);
  EXPECT_EQ(save(flow::Part{std::string(64, 'b'), 0, most / 2, text + text + text}, "w"), flow::Outcome::Refused);
  EXPECT_EQ(count("SELECT count(*) FROM parts"), 0);
  EXPECT_EQ(save(flow::Part{std::string(64, 'c'), 0, most, text}, "w"), flow::Outcome::PartKept);
}

TEST_F(PostgresBounds, OfTooManyResultsThatDifferTheFirstArePutAside) {
  ASSERT_EQ(save(computed(), "a worker"), flow::Outcome::Stored);
  for (std::size_t i = 0; i < flow::bounds::conflicts + 5; ++i) {
    auto other = computed();
    other.result.digest = std::string(64, static_cast<char>('a' + i));
    EXPECT_EQ(save(other, "a worker"), flow::Outcome::Conflict);
  }
  EXPECT_EQ(count("SELECT count(*) FROM conflicts"), static_cast<std::int64_t>(flow::bounds::conflicts));
}

}  // namespace
}  // namespace robin::adapters
