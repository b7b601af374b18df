#include "api/routes.hpp"

#include "api/reading.hpp"
#include "api/schema.hpp"

namespace robin::api {
namespace {

/// What a function that answers takes and returns.
template <class Function>
struct Signature;
template <class An, class Taken>
struct Signature<An (Documents::*)(const Taken&) const> {
  using Answer = An;
  using Query = Taken;
};
template <class An, class Id, class Taken>
struct Signature<An (Documents::*)(Id, const Taken&) const> : Signature<An (Documents::*)(const Taken&) const> {
  using PathId = Id;
};
template <class An, class Taken>
struct Signature<An (Orders::*)(const Taken&)> {
  using Answer = An;
  using Order = Taken;
};
template <class An, class Id, class Taken>
struct Signature<An (Orders::*)(Id, const Taken&)> : Signature<An (Orders::*)(const Taken&)> {
  using PathId = Id;
};

template <auto function>
constexpr Route read(std::string_view path, const char* summary) {
  using Of = Signature<decltype(function)>;
  return {false,
          path,
          summary,
          [](const Documents& documents, [[maybe_unused]] std::int64_t id, const Request& request) {
            const auto query = query_from<typename Of::Query>(request.query);
            if constexpr (requires { typename Of::PathId; }) {
              return json_of((documents.*function)(typename Of::PathId{id}, query));
            } else {
              return json_of((documents.*function)(query));
            }
          },
          [](Json& /*schemas*/) { return parameters_of<typename Of::Query>(); },
          [](Json& schemas) { return schema_of<typename Of::Answer>(schemas); }};
}

template <auto function>
constexpr Route order(std::string_view path, const char* summary) {
  using Of = Signature<decltype(function)>;
  return {true,
          path,
          summary,
          [](const Documents& documents, [[maybe_unused]] std::int64_t id, const Request& request) {
            static_cast<void>(query_from<NoQuery>(request.query));
            Orders orders(documents, request.who);
            const auto given = order_from<typename Of::Order>(request.body);
            if constexpr (requires { typename Of::PathId; }) {
              return json_of((orders.*function)(typename Of::PathId{id}, given));
            } else {
              return json_of((orders.*function)(given));
            }
          },
          [](Json& schemas) { return body_of<typename Of::Order>(schemas); },
          [](Json& schemas) { return schema_of<typename Of::Answer>(schemas); }};
}

}  // namespace

const std::vector<Route>& routes() {
  using D = Documents;
  // A path with words comes before one that has {id} in their place.
  static const std::vector<Route> all = {
      read<&D::status>("/status", "Searches, drain, queues and alarms"),
      read<&D::overview>("/overview",
                         "What a page shows first: the verdict, what is wrong in words, and everything it rests on"),
      read<&D::version>("/version", "What this gateway is"),
      read<&D::strategies>("/strategies", "The strategies that a search can have"),
      read<&D::searches>("/searches", "Searches by id"),
      order<&Orders::submit>("/searches", "Submit a search, or extend a known one"),
      read<&D::estimate>("/estimate", "What a search would take: blocks, computing, time, room in the ledger"),
      read<&D::search>("/searches/{id}", "One search"),
      order<&Orders::pause>("/searches/{id}/pause",
                            "Publish nothing more of a search; what is in flight ends as usual"),
      order<&Orders::resume>("/searches/{id}/resume", "Let a paused search go on"),
      order<&Orders::cancel>("/searches/{id}/cancel", "End a search for good; what was found stays"),
      order<&Orders::share>("/searches/{id}/share", "Give a search another share of the fleet"),
      read<&D::certificate>("/searches/{id}/certificate", "What a search proves so far"),
      read<&D::horizon>("/horizon",
                        "How far the verified zeros of zeta alone reach, and what that rests on: the same whatever the "
                        "ledger holds, computed at the first question"),
      read<&D::horizon_bounds>("/horizon/bounds",
                               "The horizon's bound of the margin, for a plot: between two of them log margin is a "
                               "straight line over log log n, to half a hundredth"),
      read<&D::results>("/searches/{id}/results",
                        "Finished blocks with all that their strategy keeps, in order of position"),
      read<&D::totals>("/searches/{id}/totals", "How many findings a search has"),
      read<&D::findings>("/searches/{id}/witnesses", "What was found, in order of position"),
      read<&D::margin>("/searches/{id}/margin", "The certified margin on the way up"),
      read<&D::pace>("/searches/{id}/pace", "How fast blocks finished"),
      read<&D::durations>("/searches/{id}/durations", "How long blocks took to compute"),
      read<&D::blocks>("/blocks", "Blocks by id"),
      read<&D::error_groups>("/blocks/errors", "Failed and quarantined blocks by their error"),
      order<&Orders::retry>("/blocks/retry", "Have failed or quarantined blocks tried again"),
      read<&D::block>("/blocks/{id}", "One block with its failures"),
      read<&D::workers>("/workers", "Workers, those heard of last first"),
      read<&D::queues>("/queues", "How deep the queues are"),
      read<&D::queue_history>("/queues/history", "How deep they were"),
      read<&D::records>("/records", "The best findings by ratio"),
      read<&D::events>("/events", "What happened, the newest first"),
      read<&D::event_counts>("/events/counts", "How often what happened lately, by kind"),
      read<&D::compaction>("/compaction", "How many old blocks were compacted, and what was ordered"),
      order<&Orders::compact>("/compaction", "Have old blocks compacted"),
      read<&D::drain>("/drain", "Whether blocks may enter, and what is still inside"),
      order<&Orders::switch_drain>("/drain", "Start or stop a drain"),
  };
  return all;
}

}  // namespace robin::api
