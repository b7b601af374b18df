#pragma once

// BlockState: where a block of the ledger stands. LIFE_OF_A_BLOCK.md says what each state means, who may change it, and
// on what.
//
// - PENDING -> QUEUED -> RUNNING -> FINISHED (-> DISPUTED -> FINISHED)
// - RUNNING -> FAILED -> PENDING or QUARANTINED
// - FINISHED is reached from every other state but QUARANTINED and CANCELLED.
// - CANCELLED is reached from every other state but FINISHED and DISPUTED.

#include <array>
#include <optional>
#include <string_view>

namespace robin::flow {

enum class BlockState { Pending, Queued, Running, Finished, Failed, Quarantined, Disputed, Cancelled };

inline constexpr std::array all_block_states = {BlockState::Pending,  BlockState::Queued,   BlockState::Running,
                                                BlockState::Finished, BlockState::Failed,   BlockState::Quarantined,
                                                BlockState::Disputed, BlockState::Cancelled};

/// PENDING ... CANCELLED, as stored.
[[nodiscard]] std::string_view text(BlockState state);
[[nodiscard]] std::optional<BlockState> block_state_from(std::string_view text);

}  // namespace robin::flow
