#pragma once

// BlockState: where a block of the ledger stands. PENDING -> QUEUED -> RUNNING -> FINISHED (-> DISPUTED -> FINISHED);
// RUNNING -> FAILED -> PENDING or QUARANTINED; FINISHED is reached from all but QUARANTINED.

#include <array>
#include <optional>
#include <string_view>

namespace robin::flow {

enum class BlockState { Pending, Queued, Running, Finished, Failed, Quarantined, Disputed };

inline constexpr std::array all_block_states = {BlockState::Pending,  BlockState::Queued, BlockState::Running,
                                                BlockState::Finished, BlockState::Failed, BlockState::Quarantined,
                                                BlockState::Disputed};

/// PENDING ... DISPUTED, as stored.
[[nodiscard]] std::string_view text(BlockState state);
[[nodiscard]] std::optional<BlockState> block_state_from(std::string_view text);

}  // namespace robin::flow
