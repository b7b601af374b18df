#pragma once

// BlockState: where a block of the ledger stands. PENDING -> QUEUED -> RUNNING -> FINISHED (-> DISPUTED -> FINISHED);
// RUNNING -> FAILED -> PENDING or QUARANTINED; FINISHED is reached from all but QUARANTINED and CANCELLED, and
// CANCELLED, the end of what is not done when its search is cancelled, from all but FINISHED and DISPUTED.

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
